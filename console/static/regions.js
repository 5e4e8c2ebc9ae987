/**
 * Putting a fresh page in place of the one on the screen, part by part, without touching what a person is doing: focus,
 * typed words, open panels and scroll positions stay. A part is an element with an id and `data-region`; messages are
 * matched one by one, so that a screen reader hears only what is new.
 */

import { tellTimes } from "./times.js";
import { _ } from "./words.js";

/** What a part says, without what differs in every rendering of the same facts. */
function fingerprint(element) {
  const copy = element.cloneNode(true);
  for (const input of copy.querySelectorAll("input[type=hidden]")) input.remove();
  for (const area of copy.querySelectorAll("textarea")) {
    area.textContent = "";
    for (const name of ["aria-controls", "aria-activedescendant", "aria-haspopup", "maxlength", "data-most"]) area.removeAttribute(name);
  }
  for (const button of copy.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  copy.querySelector("#attached")?.remove();
  copy.querySelector("#file-hint")?.removeAttribute("hidden");
  copy.querySelector("#segments")?.replaceChildren();
  copy.querySelector("#segments")?.setAttribute("hidden", "");
  for (const time of copy.querySelectorAll("time")) time.textContent = "";
  for (const details of copy.querySelectorAll("details")) details.removeAttribute("open");
  copy.classList.remove("arriving");
  for (const line of copy.querySelectorAll(".arriving, .has-draft")) line.classList.remove("arriving", "has-draft");
  return copy.innerHTML.replace(/\s+/g, " ") + copy.className;
}

function swapRegion(old, fresh) {
  if (fingerprint(old) === fingerprint(fresh)) return;
  const active = document.activeElement;
  const focus = old.contains(active) ? active.id : null;
  const caret = focus && active.tagName === "TEXTAREA" ? [active.selectionStart, active.selectionEnd] : null;
  const typed = new Map([...old.querySelectorAll("textarea[id], input[type=text][id]")].map((area) => [area.id, area.value]));
  const chosen = new Set([...old.querySelectorAll("input[type=checkbox][id]:checked")].map((box) => box.id));
  // Words that are still there are the same message, whatever the fresh page would call the next one.
  const ids = [...old.querySelectorAll("form[data-act]")].filter((form) => form.elements.client_id && (form.querySelector("textarea")?.value || form.elements.file?.files.length));
  const kept = new Map(ids.map((form) => [form.dataset.act, form.elements.client_id.value]));
  const attached = new Map([...old.querySelectorAll("input[type=file][id]")].map((field) => [field.id, field.files]));
  const open = new Set([...old.querySelectorAll("details[id][open]")].map((details) => details.id));
  const scrolled = old.scrollTop;
  const report = old.querySelector(":scope > .report"); // of what was done; news of the same deed must not wipe it away
  old.replaceChildren(...fresh.childNodes);
  if (report && !old.querySelector(":scope > .report")) old.prepend(report);
  old.className = fresh.className;
  for (const attribute of fresh.attributes) old.setAttribute(attribute.name, attribute.value);
  for (const area of old.querySelectorAll("textarea[id], input[type=text][id]")) if (typed.get(area.id)) area.value = typed.get(area.id);
  for (const box of old.querySelectorAll("input[type=checkbox][id]")) if (chosen.has(box.id)) box.checked = true;
  for (const form of old.querySelectorAll("form[data-act]")) if (kept.has(form.dataset.act)) form.elements.client_id.value = kept.get(form.dataset.act);
  for (const field of old.querySelectorAll("input[type=file][id]")) if (attached.get(field.id)?.length) field.files = attached.get(field.id);
  dispatchEvent(new Event("zeroten:placed"));
  for (const details of old.querySelectorAll("details[id]")) if (open.has(details.id)) details.open = true;
  old.scrollTop = scrolled;
  if (!focus) return;
  const again = document.getElementById(focus);
  if (again && !again.disabled) {
    again.focus({ preventScroll: true });
    if (caret && again.setSelectionRange) again.setSelectionRange(...caret);
  } else {
    document.getElementById("thread-title")?.closest("article")?.querySelector(".log")?.focus({ preventScroll: true });
  }
}

/** Adds and updates messages in place; returns the new ones. */
function mergeMessages(old, fresh) {
  const arrived = [];
  let last = null;
  for (const item of [...fresh.children]) {
    const known = document.getElementById(item.id);
    if (known && known.parentElement === old) {
      if (fingerprint(known) !== fingerprint(item)) {
        known.replaceChildren(...item.childNodes);
        known.className = item.className;
      }
      last = known;
    } else {
      item.classList.add("arriving");
      if (last) last.after(item);
      else old.prepend(item);
      arrived.push(item);
      last = item;
    }
  }
  return arrived;
}

/**
 * Puts the parts of `html` in place. Returns the messages and the lines of the list that are new on the screen.
 * isAnswer: it answers what the person just did, so an earlier notice has had its day; mere news leaves notices alone.
 */
export function place(html, isAnswer = false) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const lines = new Set([...document.querySelectorAll("#lines .ticket")].map((line) => line.id));
  const view = document.getElementById("lines")?.dataset.view;
  for (const region of fresh.querySelectorAll("[data-region]")) {
    const old = document.getElementById(region.id);
    const saysNothing = region.id === "notices" && !region.childElementCount && !isAnswer;
    if (old && !saysNothing) swapRegion(old, region);
  }
  const log = document.getElementById("messages");
  const freshLog = fresh.getElementById("messages");
  const messages = log && freshLog ? mergeMessages(log, freshLog) : [];
  const isSameView = document.getElementById("lines")?.dataset.view === view;
  const arrived = isSameView ? [...document.querySelectorAll("#lines .ticket")].filter((line) => !lines.has(line.id)) : [];
  for (const line of arrived) line.classList.add("arriving");
  tellTimes();
  dispatchEvent(new Event("zeroten:placed"));
  return { messages, lines: arrived };
}

const HELD_AT_MOST_MS = 3_000;
let release = null;
let released = Promise.resolve();
addEventListener("pointerdown", () => {
  released = new Promise((resolve) => {
    release = resolve;
    setTimeout(resolve, HELD_AT_MOST_MS); // let go outside of the window
  });
}, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => release && setTimeout(release), true);

/** Resolves once no button or finger is down: a part that is replaced between press and release swallows the click. */
export function atRest() {
  return released;
}

/** The value that a hidden field has in a fresh page. */
export function freshValue(html, selector) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(selector)?.value;
}

/** Asks for this page's part `name`. Throws on a failed connection; a session that has ended is status 401. */
export function ask(name, options = {}) {
  const { url = location.pathname + location.search, ...rest } = options;
  return fetch(url, { credentials: "same-origin", ...rest, headers: { "X-Zeroten-Part": name } });
}

/** Shows words where notices stand. They are set as text. */
export function notify(words, kind = "bad") {
  const notices = document.getElementById("notices");
  if (!notices) return;
  const line = document.createElement("p");
  line.className = `notice notice-${kind}`;
  line.textContent = words;
  notices.replaceChildren(line);
}

/** Tells a person whose session has ended, without taking away what they typed. */
export function tellSignedOut() {
  notify(`${_("You have been signed out.")} `);
  const link = document.createElement("a");
  link.href = "/sign-in";
  link.target = "_blank";
  link.textContent = _("Sign in in another tab; what you typed stays here.");
  document.querySelector("#notices .notice")?.append(link);
}
