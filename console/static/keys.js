/** Single-letter shortcuts, off while typing, and off for good where someone switches them off (WCAG 2.1.4). */

const dialog = document.getElementById("keys");
const toggle = document.getElementById("keys-on");
const opener = document.getElementById("show-keys");
const setting = "zeroten-keys";

toggle.checked = localStorage.getItem(setting) !== "off";
toggle.addEventListener("change", () => localStorage.setItem(setting, toggle.checked ? "on" : "off"));
opener.hidden = false;
opener.addEventListener("click", () => {
  opener.closest("details").open = false;
  dialog.showModal();
});

function step(by) {
  const links = [...document.querySelectorAll("#lines .ticket a")];
  const here = links.findIndex((link) => link.closest(".ticket").contains(document.activeElement));
  const current = here >= 0 ? here : links.findIndex((link) => link.ariaCurrent === "true");
  const next = links[Math.min(links.length - 1, Math.max(0, current + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** The line that has the focus, else the one whose thread is open. */
function opened() {
  const links = [...document.querySelectorAll("#lines .ticket a")];
  return links.find((link) => link.closest(".ticket").contains(document.activeElement)) ?? links.find((link) => link.ariaCurrent === "true");
}

function openDetails(id, field) {
  const details = document.getElementById(id);
  if (!details) return;
  details.open = true;
  details.querySelector(field)?.focus();
}

const ACTS = {
  j: () => step(1),
  k: () => step(-1),
  o: () => opened()?.click(),
  x: () => dispatchEvent(new CustomEvent("zeroten:pick", { detail: opened()?.closest(".ticket") })),
  "/": () => document.getElementById("q")?.select(),
  c: () => document.getElementById("claim")?.click(),
  r: () => document.getElementById("reply-text")?.focus(),
  n: () => openDetails("note", "textarea"),
  t: () => document.getElementById("follow-up")?.focus(),
  e: () => openDetails("resolve", "input[type=radio]"),
  u: () => document.getElementById("back")?.click(),
  "?": () => dialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const open = event.target.closest?.("details.menu[open]");
    if (open) {
      open.open = false;
      open.querySelector("summary").focus();
    } else if (event.target.matches("textarea, input[type=search]")) {
      event.target.blur();
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || dialog.open || !toggle.checked) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
