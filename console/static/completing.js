/** Completes while typing: `@` brings colleagues, `/` canned replies. Arrows choose, Enter or Tab takes, Escape leaves. */

import { _ } from "./words.js";

const main = document.getElementById("main");
const box = document.getElementById("completions");
const announcer = document.getElementById("announcer");
const MOST = 8;
const KINDS = {
  names: { url: main.dataset.colleagues, before: /(?:^|[\s(])@([^\s@]{0,40}(?: [^\s@]{0,40})?)$/u, sign: "@", none: _("No colleague has this name") },
  canned: { url: main.dataset.canned, before: /(?:^|\s)\/([\p{L}\p{N}_-]{0,32})$/u, sign: "/", none: _("No canned reply has this name") },
};
const known = new Map();
let open = null; // { area, kind, start, found, at }

/** Asked for once a minute at most; a list that cannot be had is an empty one. */
async function all(name) {
  const kept = known.get(name);
  if (kept && Date.now() - kept.at < 60_000) return kept.list;
  try {
    const response = await fetch(KINDS[name].url, { credentials: "same-origin" });
    const list = response.ok && response.headers.get("Content-Type")?.includes("json") ? await response.json() : [];
    known.set(name, { list, at: Date.now() });
    return list;
  } catch {
    return kept?.list ?? [];
  }
}

function close() {
  if (!open) return;
  for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup"]) open.area.removeAttribute(name);
  open = null;
  box.hidden = true;
  box.replaceChildren();
}

function ranked(list, question) {
  const asked = question.toLowerCase();
  const bare = (each) => each.label.replace(/^\//, "").toLowerCase();
  const begins = list.filter((each) => bare(each).startsWith(asked));
  const holds = list.filter((each) => !begins.includes(each) && (bare(each).includes(asked) || (asked && each.hint.toLowerCase().includes(asked))));
  return [...begins, ...holds].slice(0, MOST);
}

function draw() {
  const { area, found, at } = open;
  const lines = found.map((each, number) => {
    const line = document.createElement("div");
    line.id = `completion-${number}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", String(number === at));
    for (const [name, words] of [["completion-label", each.label], ["completion-hint", each.hint]]) {
      const part = document.createElement("span");
      part.className = name;
      part.dir = "auto";
      part.textContent = words;
      line.append(part);
    }
    line.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      open.at = number;
      take();
    });
    return line;
  });
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", open.kind === "names" ? _("Colleagues") : _("Canned replies"));
  box.replaceChildren(...lines);
  box.hidden = false;
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-controls", "completions");
  area.setAttribute("aria-activedescendant", `completion-${at}`);
  const place = area.getBoundingClientRect();
  box.style.insetInlineStart = "auto";
  box.style.left = `${place.left}px`;
  box.style.width = `${Math.min(place.width, 480)}px`;
  box.style.bottom = `${innerHeight - place.top + 6}px`;
  box.style.maxHeight = `${Math.max(120, Math.min(320, place.top - 16))}px`;
  box.children[at]?.scrollIntoView({ block: "nearest" });
}

async function look(area) {
  const kind = area.dataset.completes;
  const rule = KINDS[kind];
  if (!rule?.url || area.disabled || area.selectionStart !== area.selectionEnd) return close();
  const before = area.value.slice(0, area.selectionStart);
  const match = rule.before.exec(before);
  if (!match) return close();
  const list = await all(kind);
  area = document.getElementById(area.id) ?? area; // news may have put another in its place meanwhile
  if (document.activeElement !== area || area.value.slice(0, area.selectionStart) !== before) return;
  const found = ranked(list, match[1]);
  if (!found.length) {
    close();
    if (match[1]) announcer.textContent = rule.none;
    return;
  }
  const isNew = !open;
  open = { area, kind, start: area.selectionStart - match[1].length - 1, found, at: 0 };
  draw();
  if (isNew) announcer.textContent = _("%(num)s suggestions; the arrow keys choose", { num: found.length });
}

function take() {
  const { area, kind, start, found, at } = open;
  const words = kind === "names" ? `@${found[at].insert} ` : found[at].insert;
  area.setRangeText(words, start, area.selectionStart, "end");
  close();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.completes) look(event.target);
});
document.addEventListener("focusout", close);
document.addEventListener("keydown", (event) => {
  if (!open || event.target !== open.area || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const takes = (event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab";
  if (!step && !takes && event.key !== "Escape") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.key === "Escape") return close();
  if (takes) return take();
  open.at = (open.at + step + open.found.length) % open.found.length;
  draw();
}, { capture: true });
addEventListener("resize", close);
