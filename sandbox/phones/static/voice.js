/* The telephone: calls the survey, or is called; keys, words, and what is heard, aloud if wanted. */

import { get, post } from "./control.js";
import { make } from "./words.js";

const phone = document.getElementById("voice");
const who = document.getElementById("voice-who");
const line = document.getElementById("voice-line");
const time = document.getElementById("voice-time");
const aloud = document.getElementById("voice-aloud");
const thread = document.getElementById("voice-thread");
const keys = document.getElementById("voice-keys");
const say = document.getElementById("voice-say");
const words = document.getElementById("voice-words");
const calls = { call: document.getElementById("voice-call"), answer: document.getElementById("voice-answer"), end: document.getElementById("voice-end") };
const KEYS = "123456789*0#";
const LIVE = new Set(["in-progress"]);
const RINGING = new Set(["queued", "initiated", "ringing"]);
const NAMES = { completed: "Call ended", busy: "Declined", "no-answer": "Nobody answered", failed: "Call failed", canceled: "Call cancelled" };
const SOMEBODY = "+31612345678";

let people = [];
let call = null;
let drawn = { sid: null, lines: 0 };
let since = 0;
let looking = null;

export function showVoice(list, handsets) {
  people = handsets.map((one) => ({ number: one.number, name: one.name }));
  for (const one of list) if (!people.some((known) => known.number === one.customer)) people.push({ number: one.customer, name: "" });
  if (!people.some((one) => one.number === SOMEBODY)) people.push({ number: SOMEBODY, name: "" });
  const chosen = who.value;
  who.replaceChildren(...people.map((one) => Object.assign(make("option", "", one.name ? `${one.name} ${one.number}` : one.number), { value: one.number })));
  who.value = people.some((one) => one.number === chosen) ? chosen : people[0].number;
  choose(list);
}

export function onVoiceRecord() {
  looking ??= setTimeout(async () => {
    looking = null;
    choose((await get("/calls")).data);
  }, 60);
}

function choose(list) {
  const going = list.find((one) => RINGING.has(one.status) || LIVE.has(one.status));
  const mine = list.find((one) => one.customer === who.value);
  call = going ?? mine ?? null;
  if (going && people.some((one) => one.number === going.customer)) who.value = going.customer;
  draw();
}

function draw() {
  const isLive = call !== null && LIVE.has(call.status);
  const isRinging = call !== null && RINGING.has(call.status);
  line.className = `voice__line${isLive ? " is-live" : isRinging ? " is-ringing" : ""}`;
  line.firstElementChild.textContent = isLive ? "On the line" : isRinging ? "Ringing…" : (call && NAMES[call.status]) || "Ready to call";
  calls.call.hidden = isLive || isRinging;
  calls.answer.hidden = !isRinging || call.direction === "inbound";
  calls.end.hidden = !isLive && !isRinging;
  calls.end.textContent = isRinging ? "Decline" : "Hang up";
  for (const key of keys.children) key.disabled = !isLive;
  say.hidden = !isLive;
  if (isLive && !since) since = Date.now();
  if (!isLive) since = 0;
  drawLines();
}

function drawLines() {
  const isNew = drawn.sid !== (call?.sid ?? null);
  if (isNew) {
    thread.replaceChildren();
    drawn = { sid: call?.sid ?? null, lines: 0 };
  }
  if (!call) {
    thread.replaceChildren(make("p", "thread__empty", "Call the survey, or wait until it calls. What the customer hears stands here."));
    return;
  }
  for (const heard of call.lines.slice(drawn.lines)) {
    const kind = heard.who === "caller" ? " bubble--customer" : heard.who === "system" ? "" : " bubble--carrier";
    const bubble = make("p", `bubble bubble--turn${kind}`, heard.who.startsWith("to ") ? `${heard.who}: ${heard.text}` : heard.text);
    bubble.dir = "auto";
    if (heard.language) bubble.lang = heard.language;
    thread.append(bubble);
    const element = heard.sound ? player(heard.sound) : null;
    if (element) bubble.replaceChildren(element);
    if (heard.who === "system" && LIVE.has(call.status)) element ? sing(element) : speak(heard);
    else if (heard.who === "caller") hush();
  }
  if (call.lines.length > drawn.lines) thread.scrollTop = thread.scrollHeight;
  drawn.lines = call.lines.length;
  if (!LIVE.has(call.status)) hush();
}

/* What is heard one after the other: a recording waits for the words before it, and they for it. */
let playing = Promise.resolve();
let audio = null;

function hush() {
  window.speechSynthesis?.cancel();
  audio?.pause();
  audio = null;
  playing = Promise.resolve();
}

function player(sound) {
  const element = make("audio", "");
  element.controls = true;
  element.preload = "metadata";
  element.src = sound;
  element.setAttribute("aria-label", "What is played");
  return element;
}

function sing(element) {
  if (!aloud.checked) return;
  playing = playing.then(
    () =>
      new Promise((resolve) => {
        audio = element;
        for (const name of ["ended", "error", "pause"]) element.addEventListener(name, resolve, { once: true });
        element.play().catch(resolve);
      }),
  );
}

function speak(heard) {
  if (!aloud.checked || !window.speechSynthesis || heard.text.startsWith("[")) return;
  const utterance = new SpeechSynthesisUtterance(heard.text);
  if (heard.language) utterance.lang = heard.language;
  window.speechSynthesis.speak(utterance);
}

export function startVoice(onTrouble) {
  const act = (path, body) => post(path, body).then(() => onTrouble(""), (error) => onTrouble(error.message));
  for (const key of KEYS) {
    const button = make("button", "keypad__key", key);
    button.type = "button";
    button.disabled = true;
    button.setAttribute("aria-label", key === "*" ? "Star" : key === "#" ? "Hash" : key);
    button.addEventListener("click", () => call && act(`/calls/${call.sid}/press`, { key }));
    keys.append(button);
  }
  calls.call.addEventListener("click", () => act(`/handsets/${who.value}/call`, {}));
  calls.answer.addEventListener("click", () => call && act(`/calls/${call.sid}/answer`, {}));
  calls.end.addEventListener("click", () => call && act(`/calls/${call.sid}/hang-up`, {}));
  who.addEventListener("change", async () => choose((await get("/calls")).data));
  say.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (!text || !call) return;
    act(`/calls/${call.sid}/speak`, { words: text, for_s: Math.max(1, text.length * 0.06) });
    say.reset();
  });
  phone.addEventListener("keydown", (event) => {
    if (event.target.matches("input, select") || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
    if (call && LIVE.has(call.status)) act(`/calls/${call.sid}/press`, { key: event.key });
  });
  setInterval(() => {
    const s = since ? Math.floor((Date.now() - since) / 1000) : 0;
    time.textContent = since ? `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}` : "";
  }, 500);
}
