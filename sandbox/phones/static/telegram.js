/* The Telegram phone: the bot's chat with its buttons, and what the customer writes, taps and blocks. */

import { drawFile } from "./attached.js";
import { Chat, minuteEnds } from "./chat.js";
import { post } from "./control.js";
import { linked, make, timeOf } from "./words.js";

const notice = document.getElementById("telegram-notice");
const start = document.getElementById("telegram-start");
const block = document.getElementById("telegram-block");
const NOTICE_MS = 4000;
const path = (id) => `/telegram/chats/${id}`;
let noticeTimer = 0;

const chat = new Chat("telegram", {
  path,
  other: "Another person…",
  listed: (phone) => phone.name || String(phone.id),
  empty: "When Zeroten writes to a customer, their chat appears here.",
  said: (text) => ({ text }),
  drawState(phone) {
    const mayWrite = Boolean(phone?.started && !phone.blocked);
    chat.composer.hidden = Boolean(phone) && !mayWrite;
    chat.text.disabled = chat.composer.querySelector("button").disabled = !mayWrite;
    start.hidden = !phone || mayWrite;
    start.textContent = phone?.blocked ? "Unblock and start" : "Start";
    block.hidden = !mayWrite;
  },
  drawMessage(message, after) {
    const isTheirs = message.author === "customer";
    const isBare = message.sort === "text" || message.file;
    const body = isBare ? linked(message.text) : [make("i", "", message.sort), message.text ? ` ${message.text}` : ""];
    const bubble = make("div", `bubble bubble--${isTheirs ? "customer" : "business"}`, make("bdi", "", ...body));
    if (message.file) bubble.prepend(drawFile(message.file, `/_sandbox/telegram/files/${message.file.id}`));
    bubble.prepend(make("span", "visually-hidden", isTheirs ? "Customer: " : "Bot: "));
    const items = message.buttons.length ? [bubble, drawButtons(message)] : [bubble];
    if (minuteEnds(message, after) || message.webhook === "pending" || message.edited) items.push(drawStamp(message, isTheirs));
    else if (after.author !== message.author) items.at(-1).classList.add("bubble--turn");
    return items;
  },
  async summon({ chat: number, name }) {
    const known = name.value.trim() ? { name: name.value.trim() } : {};
    return (await post(path(encodeURIComponent(number.value.trim())), known)).chat_id;
  },
});

function drawButtons(message) {
  const keyboard = make("div", "keys");
  keyboard.setAttribute("role", "group");
  keyboard.setAttribute("aria-label", "Buttons under the message");
  for (const row of message.buttons) {
    const line = make("div", "keys__row");
    for (const { text: words, callback_data: data } of row) {
      const button = make("button", "key", words);
      button.type = "button";
      button.dir = "auto";
      button.dataset.key = `${message.message_id} ${data}`;
      const isSpinning = message.tapped?.data === data && message.tapped.webhook === "pending";
      button.classList.toggle("is-waiting", isSpinning);
      button.setAttribute("aria-busy", String(isSpinning));
      button.addEventListener("click", () => chat.act("/tap", { message_id: message.message_id, data }));
      line.append(button);
    }
    keyboard.append(line);
  }
  return keyboard;
}

function drawStamp(message, isTheirs) {
  const stamp = make("div", `stamp stamp--${isTheirs ? "customer" : "business"}`, timeOf(new Date(message.virtual_at)));
  if (message.edited) stamp.append(", edited");
  if (message.webhook === "pending") stamp.append(", on its way");
  if (message.webhook === "expired") {
    stamp.classList.add("stamp--lost");
    stamp.append(", Zeroten did not take it");
  }
  return stamp;
}

function showNotice(words) {
  notice.textContent = words;
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { notice.hidden = true; }, NOTICE_MS);
}

export function showTelegram(summaries) {
  return chat.show(summaries.map(({ count, messages, ...facts }) => ({ ...facts, id: facts.chat_id, isUsed: count > 0 })));
}

export function onTelegramRecord(kind, record) {
  const id = record.chat_id;
  if (!id) return;
  if (kind === "telegram_chat") {
    for (const name of ["name", "started", "blocked"]) if (name in record) chat.of(id)[name] = record[name];
  }
  if (kind === "telegram_notice" && record.text && id === chat.current) showNotice(record.text);
  chat.hear(id, kind === "telegram_message" ? record.author : null);
}

export function startTelegram(onTrouble) {
  chat.start(onTrouble);
  start.addEventListener("click", async () => {
    if (await chat.act("/text", { text: "/start" })) chat.text.focus();
  });
  block.addEventListener("click", () => chat.act("/block", { blocked: true }));
}
