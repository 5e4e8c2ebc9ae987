/* The WhatsApp phone: whose it is, the chat with its buttons and lists, and what the customer types or taps. */

import { get, post } from "./control.js";
import { drawFile } from "./attached.js";
import { openForm, startForm } from "./whatsapp_form.js";
import { dayKey, dayOf, linked, make, timeOf } from "./words.js";

const who = document.getElementById("whatsapp-who");
const thread = document.getElementById("whatsapp-thread");
const note = document.getElementById("whatsapp-note");
const news = document.getElementById("whatsapp-news");
const composer = document.getElementById("whatsapp-composer");
const text = document.getElementById("whatsapp-text");
const send = composer.querySelector(".composer__send");
const voice = document.getElementById("whatsapp-voice");
const newcomer = document.getElementById("whatsapp-newcomer");
const wrong = document.getElementById("whatsapp-newcomer-wrong");
const sheet = document.getElementById("whatsapp-sheet");
const rows = document.getElementById("whatsapp-rows");
const settings = document.getElementById("whatsapp-settings");
const OTHER = "other";
const KINDS = ["whatsapp_text", "whatsapp_handset", "whatsapp_status", "whatsapp_webhook_end", "whatsapp_phone"];

const phones = new Map(); // number → a phone, the most recently used last; `messages` once it was opened
let current = null;
let chosen = false; // by hand: then nothing but a hand changes it
let drawn = 0;
let trouble = () => {};

const label = (phone) => phone.name || phone.number;
const phoneOf = (number) => {
  if (!phones.has(number)) phones.set(number, { number, name: null, messages: null, unread: 0, changes: 0, shows: "both" });
  return phones.get(number);
};
const path = (number, what = "") => `/whatsapp/phones/${encodeURIComponent(number)}${what}`;

export async function showWhatsApp(state) {
  const known = state.phones.map(({ messages, ...facts }) => Object.assign(phoneOf(facts.number), facts));
  phones.clear();
  for (const phone of known.reverse()) phones.set(phone.number, phone);
  if (!phones.has(current)) {
    current = state.phones.find((phone) => phone.messages)?.number ?? state.phones[0]?.number ?? null;
    chosen = false;
  }
  await open(current);
}

export function onWhatsAppRecord(kind, record) {
  if (!KINDS.includes(kind) || !record.number) return;
  const phone = phoneOf(record.number);
  if (kind === "whatsapp_phone" && record.name) phone.name = record.name;
  if (kind === "whatsapp_text" || kind === "whatsapp_handset") {
    phones.delete(record.number);
    phones.set(record.number, phone);
    if (kind === "whatsapp_handset" && record.number !== current) phone.unread += 1;
    if (current === null || (!chosen && !text.value && kind === "whatsapp_handset")) {
      open(record.number);
      return;
    }
  }
  phone.changes += 1;
  if (record.number === current) refresh(phone);
  drawWho();
}

let busy = false;
async function refresh(phone) {
  if (busy) return;
  busy = true;
  try {
    let seen;
    do { // what happened while the answer was on its way may not be in it
      seen = phone.changes;
      Object.assign(phone, await get(path(phone.number)));
    } while (phone.changes !== seen);
  } catch (error) {
    trouble(error.message);
  } finally {
    busy = false;
  }
  if (phone.number === current) drawThread();
  else if (current) refresh(phoneOf(current));
}

async function open(number) {
  current = number;
  drawn = 0;
  closeNewcomer();
  const phone = number ? phoneOf(number) : null;
  if (phone) phone.unread = 0;
  drawWho();
  if (phone) await refresh(phone);
  else drawThread();
}

function drawWho() {
  const options = [...phones.values()].reverse().map((phone) => {
    const unread = phone.unread ? ` (${phone.unread} new)` : "";
    const option = make("option", "", label(phone) + unread);
    option.value = phone.number;
    return option;
  });
  if (!phones.size) options.push(make("option", "", "Nobody yet"));
  const other = make("option", "", "Another number…");
  other.value = OTHER;
  who.replaceChildren(...options, other);
  who.value = newcomer.hidden ? current ?? who.options[0].value : OTHER;
  const waiting = [...phones.values()].filter((phone) => phone.unread);
  news.hidden = waiting.length === 0;
  if (waiting.length) {
    news.textContent = waiting.length === 1 ? `New message for ${label(waiting[0])}` : `New messages for ${waiting.length} others`;
    news.dataset.number = waiting.at(-1).number;
  }
}

function drawThread() {
  const phone = current ? phones.get(current) : null;
  const messages = phone?.messages ?? [];
  send.disabled = text.disabled = voice.disabled = !phone;
  settings.hidden = !phone;
  drawNote(phone);
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  if (!messages.length) {
    const words = phone ? "No messages yet." : "When Zeroten writes to a customer on WhatsApp, their phone appears here.";
    thread.replaceChildren(make("div", "thread__empty", words));
    return;
  }
  const items = [];
  messages.forEach((message, index) => items.push(...drawMessage(message, messages[index - 1], index)));
  const held = [...thread.querySelectorAll("button")].indexOf(document.activeElement); // news must not take it away
  thread.replaceChildren(...items);
  if (held >= 0) thread.querySelectorAll("button")[held]?.focus({ preventScroll: true });
  if (atEnd || messages.length > drawn) thread.scrollTop = thread.scrollHeight;
  drawn = messages.length;
}

function drawNote(phone) {
  const words = [];
  if (phone?.marketing_stopped) words.push("This customer switched marketing messages off.");
  if (phone?.is_on_whatsapp === false) words.push("This number is not on WhatsApp: nothing arrives.");
  if (phone?.shows === "user_id") words.push(`Zeroten sees no number, only ${phone.user_id}.`);
  note.textContent = words.join(" ");
  note.hidden = !words.length;
}

function drawMessage(message, before, index) {
  const at = new Date(message.virtual_at);
  const items = [];
  if (!before || dayKey(new Date(before.virtual_at)) !== dayKey(at)) items.push(make("div", "day", dayOf(at)));
  const bubble = make("div", `bubble bubble--${message.author} wa`);
  bubble.dir = "auto";
  bubble.append(make("span", "visually-hidden", message.author === "customer" ? "Customer: " : "Business: "));
  if (message.file) bubble.append(drawFile(message.file, `/_sandbox/whatsapp/files/${message.file.id}`));
  bubble.append(make("bdi", "wa__words", ...linked(message.body)), drawFoot(message, at));
  if (drawn && index >= drawn) bubble.classList.add("is-new");
  items.push(bubble);
  if (message.controls?.length) items.push(drawControls(message));
  return items;
}

function drawFoot(message, at) {
  const foot = make("span", "wa__foot", timeOf(at));
  const marks = { pending: [" ", "on its way"], acknowledged: ["✓✓", "taken"], dropped: ["×", "lost"] };
  const [mark, words] = marks[message.webhook] ?? ["", ""];
  if (mark.trim()) {
    const tick = make("span", "wa__tick", mark);
    tick.setAttribute("aria-hidden", "true");
    foot.append(tick);
  }
  if (words) foot.append(make("span", "visually-hidden", `, ${words}`));
  if (message.template) foot.prepend(make("span", "wa__template", "Template"));
  return foot;
}

function drawControls(message) {
  const box = make("div", "wa__controls");
  const isList = message.controls[0].kind === "row";
  const isForm = message.controls[0].kind === "flow";
  const buttons = isList ? [{ title: message.controls[0].opener }] : message.controls;
  for (const control of buttons) {
    const button = make("button", "wa__control", ...(isList ? [icon("i-list")] : []), make("bdi", "", control.title));
    button.type = "button";
    if (isList || isForm) button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => {
      if (isForm) openForm(control, (answers) => act("/fill", { message: message.id, answers }));
      else if (isList) openSheet(message);
      else tap(message, control);
    });
    box.append(button);
  }
  return box;
}

function icon(name) {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#${name}`);
  drawing.setAttribute("aria-hidden", "true");
  drawing.append(use);
  return drawing;
}

function openSheet(message) {
  document.getElementById("whatsapp-sheet-title").textContent = message.controls[0].opener;
  rows.replaceChildren(
    ...message.controls.map((control) => {
      const row = make("button", "wa__row", make("bdi", "", control.title));
      row.type = "button";
      if (control.description) row.append(make("span", "wa__description", control.description));
      row.addEventListener("click", () => {
        sheet.close();
        tap(message, control);
      });
      return row;
    }),
  );
  sheet.showModal();
}

const act = async (what, wish) => {
  chosen = true;
  try {
    await post(path(current, what), { ...wish, wait: false });
    trouble("");
    return true;
  } catch (error) {
    trouble(error.message);
    return false;
  }
};

const tap = (message, control) => act("/tap", { message: message.id, control: control.id });

function showNewcomer(shown) {
  newcomer.hidden = !shown;
  composer.inert = shown; // what is typed now is for a phone that is still being chosen
}

function closeNewcomer() {
  showNewcomer(false);
  newcomer.reset();
  wrong.textContent = "";
}

async function choose(event) {
  event.preventDefault();
  const number = `+${newcomer.elements.number.value.replace(/[^0-9]/g, "").replace(/^00/, "")}`;
  try {
    const name = newcomer.elements.name.value.trim();
    const shown = name ? await post(path(number), { name }) : await get(path(number));
    chosen = true;
    await open(shown.number);
    text.focus();
  } catch (error) {
    wrong.textContent = error.message;
  }
}

function startSettings() {
  const menu = document.getElementById("whatsapp-menu");
  const marketing = document.getElementById("whatsapp-marketing");
  settings.addEventListener("click", () => {
    const phone = phones.get(current);
    for (const radio of menu.querySelectorAll("input[name=shows]")) radio.checked = radio.value === phone.shows;
    marketing.textContent = phone.marketing_stopped ? "Switch marketing messages on again" : "Switch marketing messages off";
    menu.showModal();
  });
  menu.addEventListener("change", async (event) => {
    try {
      Object.assign(phoneOf(current), await post(path(current), { shows: event.target.value }));
      drawThread();
    } catch (error) {
      trouble(error.message);
    }
  });
  marketing.addEventListener("click", async () => {
    menu.close();
    await act("/marketing", { value: phones.get(current).marketing_stopped ? "resume" : "stop" });
  });
  for (const dialog of [menu, sheet]) {
    dialog.querySelector(".drawer__close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
}

export function startWhatsApp(onTrouble) {
  trouble = onTrouble;
  startSettings();
  startForm();
  who.addEventListener("change", () => {
    if (who.value === OTHER) {
      showNewcomer(true);
      newcomer.elements.number.focus();
    } else {
      chosen = true;
      open(who.value);
    }
  });
  news.addEventListener("click", () => {
    chosen = true;
    open(news.dataset.number);
    text.focus();
  });
  document.getElementById("whatsapp-newcomer-cancel").addEventListener("click", () => {
    closeNewcomer();
    drawWho();
    who.focus();
  });
  newcomer.addEventListener("submit", choose);
  voice.addEventListener("click", () => current && act("/media", { type: "audio" }));
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    composer.requestSubmit();
  });
  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = text.value;
    if (!body.trim() || !current) return;
    text.value = "";
    if (!(await act("/text", { body }))) text.value = body;
    text.focus();
  });
}
