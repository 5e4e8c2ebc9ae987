/* The WhatsApp phone: the chat with its buttons, lists and forms, and what the customer types or taps. */

import { drawFile } from "./attached.js";
import { Chat, numberFrom } from "./chat.js";
import { get, post } from "./control.js";
import { openForm, startForm } from "./whatsapp_form.js";
import { linked, make, timeOf } from "./words.js";

const note = document.getElementById("whatsapp-note");
const voice = document.getElementById("whatsapp-voice");
const sheet = document.getElementById("whatsapp-sheet");
const rows = document.getElementById("whatsapp-rows");
const settings = document.getElementById("whatsapp-settings");
const KINDS = ["whatsapp_text", "whatsapp_handset", "whatsapp_status", "whatsapp_webhook_end", "whatsapp_phone"];
const AUTHORS = { whatsapp_text: "customer", whatsapp_handset: "business" };
const path = (number) => `/whatsapp/phones/${encodeURIComponent(number)}`;

const chat = new Chat("whatsapp", {
  path,
  other: "Another number…",
  listed: (phone) => phone.name || phone.id,
  empty: "When Zeroten writes to a customer on WhatsApp, their phone appears here.",
  said: (body) => ({ body }),
  drawState(phone) {
    chat.composer.querySelector(".composer__send").disabled = chat.text.disabled = voice.disabled = !phone;
    settings.hidden = !phone;
    drawNote(phone);
  },
  drawMessage(message) {
    const bubble = make("div", `bubble bubble--${message.author} wa`);
    bubble.append(make("span", "visually-hidden", message.author === "customer" ? "Customer: " : "Business: "));
    if (message.file) bubble.append(drawFile(message.file, `/_sandbox/whatsapp/files/${message.file.id}`));
    bubble.append(make("bdi", "wa__words", ...linked(message.body)), drawFoot(message, new Date(message.virtual_at)));
    return message.controls?.length ? [bubble, drawControls(message)] : [bubble];
  },
  async summon({ number, name }) {
    const wanted = path(numberFrom(number.value));
    const known = name.value.trim();
    return (known ? await post(wanted, { name: known }) : await get(wanted)).number;
  },
});

export function showWhatsApp(state) {
  return chat.show(state.phones.map(({ messages, ...facts }) => ({ shows: "both", ...facts, id: facts.number, isUsed: messages > 0 })));
}

export function onWhatsAppRecord(kind, record) {
  if (!KINDS.includes(kind) || !record.number) return;
  if (kind === "whatsapp_phone" && record.name) chat.of(record.number).name = record.name;
  chat.hear(record.number, AUTHORS[kind]);
}

function drawNote(phone) {
  const words = [];
  if (phone?.marketing_stopped) words.push("This customer switched marketing messages off.");
  if (phone?.is_on_whatsapp === false) words.push("This number is not on WhatsApp: nothing arrives.");
  if (phone?.shows === "user_id") words.push(`Zeroten sees no number, only ${phone.user_id}.`);
  note.textContent = words.join(" ");
  note.hidden = !words.length;
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
    button.dataset.key = `${message.id} ${control.id ?? control.kind ?? "list"}`;
    if (isList || isForm) button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => {
      if (isForm) openForm(control, (answers) => chat.act("/fill", { message: message.id, answers }));
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

const tap = (message, control) => chat.act("/tap", { message: message.id, control: control.id });

function startSettings() {
  const menu = document.getElementById("whatsapp-menu");
  const marketing = document.getElementById("whatsapp-marketing");
  settings.addEventListener("click", () => {
    const phone = chat.phone;
    for (const radio of menu.querySelectorAll("input[name=shows]")) radio.checked = radio.value === phone.shows;
    marketing.textContent = phone.marketing_stopped ? "Switch marketing messages on again" : "Switch marketing messages off";
    menu.showModal();
  });
  menu.addEventListener("change", async (event) => {
    try {
      Object.assign(chat.phone, await post(path(chat.current), { shows: event.target.value }));
      chat.draw();
    } catch (error) {
      chat.trouble(error.message);
    }
  });
  marketing.addEventListener("click", async () => {
    menu.close();
    await chat.act("/marketing", { value: chat.phone.marketing_stopped ? "resume" : "stop" });
  });
  for (const dialog of [menu, sheet]) {
    dialog.querySelector(".drawer__close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
}

export function startWhatsApp(onTrouble) {
  chat.start(onTrouble);
  startSettings();
  startForm();
  voice.addEventListener("click", () => chat.act("/media", { type: "audio" }));
}
