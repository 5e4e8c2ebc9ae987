(() => {
	const d = document, me = d.currentScript, set = me.dataset, base = new URL(".", me.src), queue = [];
	const z = (window.Zeroten ??= {}), html = d.documentElement, on = addEventListener;
	if (z.site) return;
	z.site = set.site;
	let frame, up, back;
	const post = (say) => (up ? frame.contentWindow.postMessage(say, base.origin) : queue.push(say));
	const load = () => {
		if (frame) return;
		frame = d.createElement("iframe");
		frame.style = "all:initial;position:fixed;bottom:0;width:min(424px,100%);height:min(704px,100%);z-index:2147483000;color-scheme:light dark;visibility:hidden";
		const { direction: dir } = getComputedStyle(html);
		frame.src = `${base}frame/${set.site}?` + new URLSearchParams({ origin, lang: set.locale || html.lang, dir });
		d.body.append(frame);
	};
	const act = async (zeroten, given) => {
		const at = d.activeElement, id = given?.identity;
		if (at !== d.body && at !== frame) back = at;
		load();
		if (zeroten === "open") frame.focus();
		post({ ...given, zeroten, identity: await (id?.call ? id() : id) });
	};
	on("message", (e) => {
		if (e.origin !== base.origin || e.source !== frame?.contentWindow) return;
		const say = e.data, it = say.zeroten;
		if (it === "ready") up = 1, queue.splice(0).map(post);
		else if (it === "leave") up = 0;
		else if (it === "view") {
			frame.title = say.title;
			Object.assign(frame.style, say.style);
			if (say.back && d.activeElement === frame) back?.focus();
		} else dispatchEvent(new CustomEvent("zeroten", { detail: say }));
	});
	on("keydown", (e) => {
		if (e.key === "Escape" && up && d.activeElement === d.body) post({ zeroten: "close" });
	});
	if (set.on) on(set.on, (e) => act("ask", e.detail));
	const begin = () => {
		for (const name of ["ask", "identify", "open", "close"]) z[name] = (given) => act(name, given);
		for (const [name, given] of z.q || []) z[name](given);
		d.readyState === "complete" ? load() : on("load", load);
	};
	d.body ? begin() : on("DOMContentLoaded", begin);
})();
