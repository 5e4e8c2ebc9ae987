/** Choosing several tickets and doing one thing to all of them. What came of each is said above the list. */

import { ask, freshValue, place, tellSignedOut } from "./regions.js";
import { _ } from "./words.js";

const form = document.getElementById("bulk");
const list = document.getElementById("list");
const count = document.getElementById("bulk-count");
const select = document.getElementById("select");
let last = null;

function boxes() {
  return [...document.querySelectorAll("#lines .pick input")];
}

function tell() {
  const chosen = boxes().filter((box) => box.checked).length;
  const words = chosen === 1 ? _("1 selected") : _("%(num)s selected", { num: chosen });
  if (count.textContent !== words) count.textContent = words;
  list.classList.toggle("selecting", chosen > 0 || select?.ariaPressed === "true");
}

/** With the shift key, all from the last one that was chosen to this one. */
function pick(box, isRange) {
  const all = boxes();
  const from = all.findIndex((each) => each.id === last);
  if (isRange && from >= 0) {
    const [low, high] = [from, all.indexOf(box)].sort((a, b) => a - b);
    for (const each of all.slice(low, high + 1)) each.checked = box.checked;
  }
  last = box.id;
  tell();
}

function say(words) {
  const line = document.createElement("p");
  line.className = "report notice notice-bad";
  line.setAttribute("role", "status");
  line.textContent = words;
  document.querySelector("#lines .report")?.remove();
  document.getElementById("lines").prepend(line);
}

async function send(button) {
  const data = new URLSearchParams(new FormData(form, button));
  button.ariaBusy = "true";
  try {
    const response = await ask("list", { url: form.action, method: "POST", body: data });
    const html = await response.text();
    if (response.status === 401) return tellSignedOut();
    place(html);
    if (!response.ok) return;
    form.elements.client_id.value = freshValue(html, "#bulk [name=client_id]") ?? form.elements.client_id.value;
    for (const menu of form.querySelectorAll("details[open]")) menu.open = false;
    form.reset();
    if (select) select.ariaPressed = "false";
    document.getElementById("lines").scrollTop = 0;
  } catch {
    say(_("No connection. Nothing is lost: do it again in a moment, what is done already stays as it is."));
  } finally {
    button.ariaBusy = "false";
    tell();
  }
}

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter?.ariaBusy !== "true") send(event.submitter);
  });
  form.addEventListener("reset", () => setTimeout(tell));
  document.getElementById("lines").addEventListener("click", (event) => {
    if (event.target.matches(".pick input")) pick(event.target, event.shiftKey);
  });
  addEventListener("zeroten:pick", (event) => {
    const box = event.detail?.querySelector(".pick input");
    if (box) box.checked = !box.checked;
    if (box) pick(box, false);
  });
  addEventListener("zeroten:placed", tell);
  select?.addEventListener("click", () => {
    select.ariaPressed = select.ariaPressed === "true" ? "false" : "true";
    if (select.ariaPressed === "false") form.reset();
    tell();
  });
  tell();
}
