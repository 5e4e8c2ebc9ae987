/* The Telegram phone: whose it is, the bot's chat with its buttons, and what the customer writes, taps and blocks. */

import { get, post } from "./control.js";
import { drawFile } from "./attached.js";
import { dayKey, dayOf, linked, make, timeOf } from "./words.js";

const who = document.getElementById("telegram-who");
const thread = document.getElementById("telegram-thread");
const news = document.getElementById("telegram-news");
const notice = document.getElementById("telegram-notice");
const composer = document.getElementById("telegram-composer");
const text = document.getElementById("telegram-text");
const start = document.getElementById("telegram-start");
const block = document.getElementById("telegram-block");
const newcomer = document.getElementById("telegram-newcomer");
const wrong = document.getElementById("telegram-newcomer-wrong");
const OTHER = "other";
const NOTICE_MS = 4000;

const chats = new Map(); // chat_id → {chat_id, name, started, blocked, messages, unread}, the most recently used last
let current = null;
let chosen = false; // by hand: then nothing but a hand changes it
let drawn = 0;
let trouble = () => {};
let noticeTimer = 0;

const label = (chat) => chat.name || String(chat.chat_id);
const chatOf = (id) => {
  if (!chats.has(id)) chats.set(id, { chat_id: id, name: null, started: false, blocked: false, messages: null, unread: 0, changes: 0 });
  return chats.get(id);
};

export async function showTelegram(summaries) {
  const known = summaries.map((summary) => Object.assign(chatOf(summary.chat_id), summary));
  chats.clear();
  for (const chat of known.reverse()) chats.set(chat.chat_id, chat);
  if (!chats.has(current)) {
    current = summaries.find((summary) => summary.count)?.chat_id ?? summaries[0]?.chat_id ?? null;
    chosen = false;
  }
  await open(current);
}

export function onTelegramRecord(kind, record) {
  if (!kind.startsWith("telegram_")) return;
  const id = record.chat_id;
  const chat = chatOf(id);
  chat.changes += 1;
  if (kind === "telegram_chat") Object.assign(chat, pick(record, ["name", "started", "blocked"]));
  if (kind === "telegram_message") {
    chats.delete(id);
    chats.set(id, chat);
    const fromBot = record.author === "bot";
    if (current === null || (!chosen && !text.value && fromBot)) open(id);
    else if (id !== current && fromBot) chat.unread += 1;
  }
  if (kind === "telegram_notice" && record.text && id === current) showNotice(record.text);
  if (id === current) refresh(chat);
  drawWho();
}

const pick = (record, names) => Object.fromEntries(names.filter((name) => name in record).map((name) => [name, record[name]]));

async function refresh(chat) {
  if (chat.refreshing) return; // whoever asks now sees what happened meanwhile as well
  chat.refreshing = true;
  try {
    let seen;
    do { // what happened while the answer was on its way may not be in it
      seen = chat.changes;
      Object.assign(chat, await get(`/telegram/chats/${chat.chat_id}`));
    } while (chat.changes !== seen);
  } catch (error) {
    trouble(error.message);
  }
  chat.refreshing = false;
  if (chat.chat_id === current) drawThread();
}

async function open(id) {
  current = id;
  drawn = 0;
  closeNewcomer();
  const chat = id ? chatOf(id) : null;
  if (chat) chat.unread = 0;
  drawWho();
  if (chat) await refresh(chat);
  else drawThread();
}

function drawWho() {
  const options = [...chats.values()].reverse().map((chat) => {
    const option = make("option", "", `${label(chat)}${chat.unread ? ` (${chat.unread} new)` : ""}`);
    option.value = chat.chat_id;
    return option;
  });
  if (!chats.size) options.push(make("option", "", "Nobody yet"));
  const other = make("option", "", "Another person…");
  other.value = OTHER;
  who.replaceChildren(...options, other);
  who.value = newcomer.hidden ? current ?? who.options[0].value : OTHER;
  const waiting = [...chats.values()].filter((chat) => chat.unread);
  news.hidden = waiting.length === 0;
  if (waiting.length) {
    const newest = waiting.at(-1);
    news.textContent = waiting.length === 1 ? `New message for ${label(newest)}` : `New messages for ${waiting.length} others`;
    news.dataset.chat = newest.chat_id;
  }
}

function drawThread() {
  const chat = current ? chats.get(current) : null;
  const messages = chat?.messages ?? [];
  const mayWrite = Boolean(chat?.started && !chat.blocked);
  composer.hidden = Boolean(chat) && !mayWrite;
  text.disabled = composer.querySelector("button").disabled = !mayWrite;
  start.hidden = !chat || mayWrite;
  start.textContent = chat?.blocked ? "Unblock and start" : "Start";
  block.hidden = !mayWrite;
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  if (!messages.length) {
    const words = chat ? "No messages yet." : "When Zeroten writes to a customer, their chat appears here.";
    thread.replaceChildren(make("div", "thread__empty", words));
    drawn = 0;
    return;
  }
  const focused = thread.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const items = [];
  messages.forEach((message, index) => items.push(...drawMessage(message, messages[index - 1], messages[index + 1], index)));
  thread.replaceChildren(...items);
  if (focused) thread.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  if (atEnd || messages.length > drawn) thread.scrollTop = thread.scrollHeight;
  drawn = messages.length;
}

function drawMessage(message, before, after, index) {
  const at = new Date(message.virtual_at);
  const items = [];
  if (!before || dayKey(new Date(before.virtual_at)) !== dayKey(at)) items.push(make("div", "day", dayOf(at)));
  const isOurs = message.author === "customer";
  const body = message.sort === "text" || message.file ? linked(message.text) : [make("i", "", message.sort), message.text ? ` ${message.text}` : ""];
  const bubble = make("div", `bubble bubble--${isOurs ? "customer" : "business"}`, make("bdi", "", ...body));
  if (message.file) bubble.prepend(drawFile(message.file, `/_sandbox/telegram/files/${message.file.id}`));
  bubble.dir = "auto";
  if (drawn && index >= drawn) bubble.classList.add("is-new");
  bubble.prepend(make("span", "visually-hidden", isOurs ? "Customer: " : "Bot: "));
  items.push(bubble);
  if (message.buttons.length) items.push(drawButtons(message));
  const next = after && new Date(after.virtual_at);
  const minuteEnds = !next || timeOf(next) !== timeOf(at) || dayKey(next) !== dayKey(at);
  if (minuteEnds || message.webhook === "pending" || message.edited) items.push(drawStamp(message, at, isOurs));
  else if (after.author !== message.author) (items.at(-1)).classList.add("bubble--turn");
  return items;
}

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
      button.addEventListener("click", () => act("tap", { message_id: message.message_id, data }));
      line.append(button);
    }
    keyboard.append(line);
  }
  return keyboard;
}

function drawStamp(message, at, isOurs) {
  const stamp = make("div", `stamp stamp--${isOurs ? "customer" : "business"}`, timeOf(at));
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

async function act(name, wish) {
  if (!current) return false;
  chosen = true;
  try {
    await post(`/telegram/chats/${current}/${name}`, { ...wish, wait: false });
    trouble("");
    return true;
  } catch (error) {
    trouble(error.message);
    return false;
  }
}

function closeNewcomer() {
  newcomer.hidden = true;
  composer.inert = false;
  newcomer.reset();
  wrong.textContent = "";
}

export function startTelegram(onTrouble) {
  trouble = onTrouble;
  who.addEventListener("change", () => {
    if (who.value === OTHER) {
      newcomer.hidden = false;
      composer.inert = true;
      newcomer.elements.chat.focus();
    } else {
      chosen = true;
      open(Number(who.value));
    }
  });
  news.addEventListener("click", () => {
    chosen = true;
    open(Number(news.dataset.chat));
  });
  document.getElementById("telegram-newcomer-cancel").addEventListener("click", () => {
    closeNewcomer();
    drawWho();
    who.focus();
  });
  newcomer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const id = newcomer.elements.chat.value.trim();
    const name = newcomer.elements.name.value.trim();
    try {
      const shown = await post(`/telegram/chats/${encodeURIComponent(id)}`, name ? { name } : {});
      chosen = true;
      await open(shown.chat_id);
      text.focus();
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
  start.addEventListener("click", async () => {
    if (await act("text", { text: "/start" })) text.focus();
  });
  block.addEventListener("click", () => act("block", { blocked: true }));
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
    if (!(await act("text", { text: body }))) text.value = body;
    text.focus();
  });
}
