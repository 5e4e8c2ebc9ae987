/**
 * The editors of templates and wording: what the server makes of the words is asked for while they are typed. A part of
 * the page that the person is in is left alone until they leave it. Without script, a button asks instead.
 */

document.documentElement.classList.add("has-script");

const WAIT_MS = 250;
const form = document.getElementById("editor");

let waiting = 0;
let asked = 0;

function place(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    const inputs = (element) => [...element.querySelectorAll("input")].map((input) => input.name).join(" ");
    if (!old) continue;
    if (old.contains(document.activeElement) && inputs(old) === inputs(part)) continue;
    const focus = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(document.importNode(part, true));
    if (focus) document.getElementById(focus)?.focus();
  }
}

async function look() {
  const mine = ++asked;
  try {
    const response = await fetch(form.dataset.preview, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
      headers: { "X-Zeroten-Part": "preview" },
    });
    if (response.ok && mine === asked) place(await response.text());
  } catch {
    // no connection: the page stays as it is, and saving will say so
  }
}

function changed() {
  clearTimeout(waiting);
  waiting = setTimeout(look, WAIT_MS);
}

/** Puts text where the caret is, as one step that the person can take back. */
function insert(area, text) {
  area.focus();
  if (!document.execCommand?.("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

if (form) {
  const before = new URLSearchParams(new FormData(form)).toString();
  let isLeaving = false;
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => (isLeaving = true));
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(document.getElementById("save"));
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && new URLSearchParams(new FormData(form)).toString() !== before) event.preventDefault();
  });
  for (const row of document.querySelectorAll("[data-insert]")) {
    row.hidden = false;
    row.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-text]");
      if (button) insert(document.getElementById(row.dataset.insert), button.dataset.text);
    });
  }
}

for (const picker of document.querySelectorAll("form.picker")) {
  picker.addEventListener("change", () => picker.requestSubmit());
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (open) open.open = false;
});
