/* The SMS phone: whose it is, its thread, and what the customer types. */

import { get, post } from "./control.js";
import { dayKey, dayOf, linked, make, timeOf } from "./words.js";

const who = document.getElementById("sms-who");
const thread = document.getElementById("sms-thread");
const stopped = document.getElementById("sms-stopped");
const news = document.getElementById("sms-news");
const composer = document.getElementById("sms-composer");
const text = document.getElementById("sms-text");
const send = composer.querySelector("button");
const newcomer = document.getElementById("sms-newcomer");
const wrong = document.getElementById("sms-newcomer-wrong");
const OTHER = "other";

const phones = new Map(); // number → {number, name, blocked, messages, unread}, the most recently used last
let current = null;
let chosen = false; // by hand: then nothing but a hand changes it
let drawn = 0;
let trouble = () => {};

const label = (phone) => phone.name || phone.number;
const phoneOf = (number) => {
  if (!phones.has(number)) phones.set(number, { number, name: null, blocked: [], messages: null, unread: 0, changes: 0 });
  return phones.get(number);
};

export async function showPhones(summaries) {
  const known = summaries.map((summary) => Object.assign(phoneOf(summary.number), { name: summary.name, blocked: summary.blocked }));
  phones.clear();
  for (const phone of known.reverse()) phones.set(phone.number, phone);
  if (!phones.has(current)) {
    current = summaries.find((summary) => summary.messages)?.number ?? summaries[0]?.number ?? null;
    chosen = false;
  }
  await open(current);
}

export function onPhoneRecord(kind, record) {
  if (kind === "handset_name") phoneOf(record.number).name = record.name;
  if (kind === "text" || kind === "handset") arrive(kind, record);
  if (kind === "webhook_end" && record.what === "inbound") {
    phoneOf(record.number).changes += 1;
    const entry = phones.get(record.number).messages?.find((message) => message.sid === record.sid);
    if (entry && entry.webhook !== "acknowledged") entry.webhook = record.outcome;
    if (record.number === current) drawThread();
  }
  drawWho();
}

function arrive(kind, record) {
  const number = kind === "text" ? record.from : record.number;
  const phone = phoneOf(number);
  phones.delete(number);
  phones.set(number, phone);
  phone.changes += 1;
  if (phone.messages && !phone.messages.some((message) => message.seq === record.seq)) {
    const author = kind === "text" ? "customer" : record.author;
    phone.messages.push({ ...record, author, webhook: kind === "text" ? "pending" : undefined });
  }
  if (kind === "text" && record.keyword) refresh(phone);
  if (current === null || (!chosen && !text.value && kind === "handset")) open(number);
  else if (number === current) drawThread();
  else if (kind === "handset") phone.unread += 1;
}

async function refresh(phone) {
  try {
    let seen;
    do { // what happened while the answer was on its way may not be in it
      seen = phone.changes;
      const shown = await get(`/handsets/${phone.number}`);
      phone.messages = shown.messages;
      phone.blocked = shown.blocked;
      phone.name = shown.name;
    } while (phone.changes !== seen);
  } catch (error) {
    trouble(error.message);
  }
  if (phone.number === current) drawThread();
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
    const option = make("option", "", `${label(phone)}${phone.name ? `, ${phone.number}` : ""}${unread}`);
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
    const newest = waiting.at(-1);
    news.textContent = waiting.length === 1 ? `New message for ${label(newest)}` : `New messages for ${waiting.length} others`;
    news.dataset.number = newest.number;
  }
}

function drawThread() {
  const phone = current ? phones.get(current) : null;
  const messages = phone?.messages ?? [];
  stopped.hidden = !phone?.blocked.length;
  send.disabled = text.disabled = !phone;
  const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
  if (!messages.length) {
    const words = phone ? "No messages yet." : "When Zeroten writes to a customer, their phone appears here.";
    thread.replaceChildren(make("div", "thread__empty", words));
    return;
  }
  const items = [];
  messages.forEach((message, index) => items.push(...drawMessage(message, messages[index - 1], messages[index + 1], index)));
  const held = [...thread.querySelectorAll("button")].indexOf(document.activeElement); // news must not take it away
  thread.replaceChildren(...items);
  if (held >= 0) thread.querySelectorAll("button")[held]?.focus({ preventScroll: true });
  if (atEnd || messages.length > drawn) thread.scrollTop = thread.scrollHeight;
  drawn = messages.length;
}

function drawMessage(message, before, after, index) {
  const at = new Date(message.virtual_at);
  const items = [];
  if (!before || dayKey(new Date(before.virtual_at)) !== dayKey(at)) items.push(make("div", "day", dayOf(at)));
  const words = make("bdi", "", ...linked(message.body));
  const bubble = make("div", `bubble bubble--${message.author}`, words);
  bubble.dir = "auto";
  if (drawn && index >= drawn) bubble.classList.add("is-new");
  bubble.prepend(make("span", "visually-hidden", { customer: "Customer: ", business: "Business: ", carrier: "Carrier: " }[message.author]));
  items.push(bubble);
  const next = after && new Date(after.virtual_at);
  const minuteEnds = !next || timeOf(next) !== timeOf(at) || dayKey(next) !== dayKey(at);
  if (minuteEnds || message.webhook === "lost" || message.author === "carrier") items.push(drawStamp(message, at));
  else if (after.author !== message.author) bubble.classList.add("bubble--turn");
  return items;
}

function drawStamp(message, at) {
  const stamp = make("div", `stamp stamp--${message.author}`, timeOf(at));
  if (message.author === "carrier") stamp.append(", from the carrier");
  if (message.webhook === "pending") stamp.append(", on its way");
  if (message.webhook === "lost") {
    stamp.classList.add("stamp--lost");
    const again = make("button", "", "Bring it again");
    again.type = "button";
    again.addEventListener("click", () => post(`/messages/${message.sid}/redeliver`, { wait: false }).catch((e) => trouble(e.message)));
    stamp.append(", Zeroten did not take it. ", again);
  }
  return stamp;
}

function showNewcomer(shown) {
  newcomer.hidden = !shown;
  composer.inert = shown; // what is typed now is for a phone that is still being chosen
}

function closeNewcomer() {
  showNewcomer(false);
  newcomer.reset();
  wrong.textContent = "";
}

export function startSms(onTrouble) {
  trouble = onTrouble;
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
  document.getElementById("sms-newcomer-cancel").addEventListener("click", () => {
    closeNewcomer();
    drawWho();
    who.focus();
  });
  newcomer.addEventListener("submit", async (event) => {
    event.preventDefault();
    const number = `+${newcomer.elements.number.value.replace(/[^0-9]/g, "").replace(/^00/, "")}`;
    try {
      const shown = await get(`/handsets/${number}`);
      const name = newcomer.elements.name.value.trim();
      if (name) await post(`/handsets/${shown.number}`, { name });
      chosen = true;
      await open(shown.number);
      text.focus();
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
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
    chosen = true;
    try {
      await post(`/handsets/${current}/text`, { body, wait: false });
      trouble("");
    } catch (error) {
      text.value = body;
      trouble(error.message);
    }
    text.focus();
  });
}
