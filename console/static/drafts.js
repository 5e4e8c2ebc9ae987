/**
 * What is typed in a thread and not sent yet stays in this browser, with the id under which it will be sent: after a
 * reload, the back button or an answer that got lost the same words leave as the same message. Signing out forgets all.
 */

const PREFIX = "zeroten-draft:";
const main = document.getElementById("main");
const me = main?.dataset.me ?? "";
const ticket = main?.dataset.ticket;
const KEPT = ["reply", "note"];

function keyOf(act, of = ticket) {
  return `${PREFIX}${me}:${of}:${act}`;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function keys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function formOf(act) {
  return document.querySelector(`form[data-act="${act}"]`);
}

function keep(form) {
  const act = form.dataset.act;
  const text = form.querySelector("textarea").value;
  if (!ticket || !KEPT.includes(act)) return;
  try {
    if (text.trim()) localStorage.setItem(keyOf(act), JSON.stringify({ text, id: form.elements.client_id.value, at: Date.now() }));
    else localStorage.removeItem(keyOf(act));
  } catch {
    // the browser keeps nothing here: then the words live as long as the page
  }
  markLines();
}

/** The words have been sent: nothing is kept, and what comes next is another message. */
export function forget(form) {
  localStorage.removeItem(keyOf(form.dataset.act));
  form.elements.client_id.value = newId();
  markLines();
}

/** Puts kept words back where nothing is typed. */
function restore() {
  if (!ticket) return;
  for (const act of KEPT) {
    const form = formOf(act);
    const area = form?.querySelector("textarea");
    const kept = read(keyOf(act));
    if (!area || !kept || (area.value && area.value !== kept.text)) continue;
    area.value = kept.text;
    form.elements.client_id.value = kept.id;
    if (form.closest("details")) form.closest("details").open = true;
    area.dispatchEvent(new Event("zeroten:restored", { bubbles: true }));
  }
}

/** Says in the list which threads have words that wait to be sent. */
function markLines() {
  const waiting = new Set(keys().filter((key) => key.startsWith(`${PREFIX}${me}:`)).map((key) => key.split(":")[2]));
  for (const line of document.querySelectorAll("#lines .ticket")) line.classList.toggle("has-draft", waiting.has(line.dataset.ticket));
}

addEventListener("storage", (event) => {
  if (!event.key?.startsWith(PREFIX)) return;
  markLines();
  for (const act of KEPT) {
    if (event.key !== keyOf(act)) continue;
    const form = formOf(act);
    const area = form?.querySelector("textarea");
    const before = JSON.parse(event.oldValue ?? "null");
    if (area && event.newValue === null && area.value === before?.text) {
      area.value = ""; // another tab has sent it
      form.elements.client_id.value = newId();
    } else if (area && event.newValue && !area.matches(":focus") && (!area.value || area.value === before?.text)) {
      restore();
    }
  }
});

document.addEventListener("input", (event) => {
  if (event.target.matches?.("form[data-act] textarea")) keep(event.target.form);
});
document.addEventListener("submit", (event) => {
  if (event.target.action?.endsWith("/sign-out")) for (const key of keys()) localStorage.removeItem(key);
});
addEventListener("zeroten:placed", markLines);
addEventListener("pageshow", (event) => {
  if (event.persisted) restore();
});
if (me) for (const key of keys()) if (!key.startsWith(`${PREFIX}${me}:`)) localStorage.removeItem(key);
restore();
if (document.getElementById("lines")) markLines();
