// A thread with script: sends without leaving the page, hears news, and loses nothing while the server is away. The
// hosted page and the frame in a site both start it, once, with the address and the right by which they reach it.
//
// The server alone knows the thread and the open question; this module draws what it is told. What the customer says is
// first put into a queue that survives a reload, under an id of our own, and stays there until the server has taken it:
// the id makes every repetition the same message. Text is only ever set as textContent.

import { showFile } from "./attached.js";
import { Line } from "./line.js";
import { Outgoing } from "./outgoing.js";

const byId = (id) => document.getElementById(id);
const entries = byId("entries");
const control = byId("control");
const words = Object.fromEntries(
  [...byId("said").content.querySelectorAll("[data-word]")].map((word) => [word.dataset.word, word.textContent]),
);
const clock = clockFor(document.documentElement.lang);

let kept, state, outgoing, line, reach;
let drawn = "";
let wantsFocus = false;
let shownTime = "";
let heard = () => {};

// here: the thread's address. headers: the right to it. name: under which its queue is kept. last, tag, state: how far
// the page has been drawn. messages: what is to be drawn now. heard: told of each message that comes later, and of
// every state. gone: what to do when the thread is no longer there.
export function startChat(given) {
  kept = given.name;
  reach = [given.here, given.headers];
  state = given.state;
  outgoing = new Outgoing(`${given.here}/messages`, given.headers, `${kept}:queue`, {
    taken: () => line.wake(),
    dropped: () => draw(),
    refused: (item, reason) => showRefusal(item, reason),
    away: (isAway) => tell(isAway ? "reconnecting" : "connected"),
    gone: given.gone,
  });
  line = new Line(given.here, given.headers, given.last, given.tag, {
    message: (message) => {
      receive(message);
      heard(message);
    },
    state: (next) => {
      state = next;
      draw();
      heard(null);
    },
    away: (isAway) => {
      tell(isAway ? "reconnecting" : "connected");
      if (!isAway) outgoing.wake();
    },
    gone: given.gone,
    isLive: () => state.live || outgoing.items.length > 0,
  });
  if (given.messages) for (const message of given.messages) receive(message);
  else drawn = nameOf(state);
  for (const time of entries.querySelectorAll("time")) showTime(time);
  // A browser that lacks these keeps the plain form, which needs no script at all.
  if (!("TextDecoderStream" in window && "timeout" in AbortSignal)) return;
  for (const entry of entries.querySelectorAll("[data-id]")) outgoing.forget(entry.dataset.id);
  for (const item of outgoing.items) showOwn(item);
  const area = control.querySelector("textarea");
  if (area && !area.value) area.value = draft();
  if (!given.here) return draw(); // a preview
  listen();
  draw();
  if (document.documentElement.classList.contains("embedded")) follow();
  heard = given.heard || heard;
  outgoing.wake();
  line.wake();
}

// The field that waits for the customer, or the place where it will be.
export function focusControl() {
  wantsFocus = true;
  moveFocus(true);
}

export function isLive() {
  return Boolean(line) && state.live;
}

// --- the thread -----------------------------------------------------------------------------------------------------

function copy(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

function receive(message) {
  const followed = isAtEnd();
  const own = message.id && entries.querySelector(`[data-id="${CSS.escape(message.id)}"]`);
  const entry = own || copy("entry");
  entry.dataset.author = message.author;
  entry.dataset.sequence = message.sequence;
  entry.classList.remove("sending", "failed");
  const by = { customer: words.you, user: message.name || words.team }[message.author] || words.automatic;
  entry.querySelector(".by").textContent = by;
  entry.querySelector(".words").textContent = message.text;
  if (message.file) showFile(entry.querySelector(".words"), message.file, ...reach);
  const note = entry.querySelector(".note");
  note.replaceChildren(document.createElement("time"));
  note.firstChild.dateTime = message.at;
  showTime(note.firstChild);
  const next = entries.querySelector(".sending, .failed");
  if (!own || entry.nextElementSibling !== next) entries.insertBefore(entry, next); // moving would animate it again
  if (message.id && outgoing.forget(message.id)) setTimeout(draw, 1500); // the new state comes right behind it
  if (followed) follow();
}

function showOwn(item) {
  if (item.body.opt_out || entries.querySelector(`[data-id="${CSS.escape(item.body.client_id)}"]`)) return;
  const entry = copy("entry");
  entry.dataset.author = "customer";
  entry.dataset.id = item.body.client_id;
  entry.classList.add("sending");
  entry.querySelector(".by").textContent = words.you;
  entry.querySelector(".words").textContent = item.label;
  entry.querySelector(".note").textContent = words.sending;
  entries.append(entry);
  follow();
}

function showRefusal(item, reason) {
  const entry = entries.querySelector(`[data-id="${CSS.escape(item.body.client_id)}"]`);
  if (entry) {
    entry.classList.replace("sending", "failed");
    entry.querySelector(".note").textContent = `${words.failed} ${words[reason] || ""}`.trim();
  }
  wantsFocus = true;
  drawn = "";
  draw();
}

function clockFor(language) {
  const style = { hour: "numeric", minute: "2-digit" };
  try {
    return new Intl.DateTimeFormat(language, style);
  } catch {
    return new Intl.DateTimeFormat(undefined, style); // a language that this browser cannot parse
  }
}

function showTime(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.valueOf())) return;
  const shown = clock.format(at);
  const isSaid = shown === shownTime; // once a minute is enough
  shownTime = shown;
  time.textContent = isSaid ? "" : shown;
}

function isAtEnd() {
  const box = entries.parentElement;
  if (box.scrollHeight > box.clientHeight + 4) return box.scrollTop + box.clientHeight > box.scrollHeight - 80;
  return scrollY + innerHeight > document.documentElement.scrollHeight - 120;
}

function follow() {
  const box = entries.parentElement;
  box.scrollTop = box.scrollHeight;
  if (!document.documentElement.classList.contains("embedded")) byId("answer").scrollIntoView({ block: "nearest" });
}

function tell(word) {
  const status = byId("connection");
  const next = !navigator.onLine ? words.offline : words[word];
  const wasAway = status.dataset.away === "true";
  const isAway = word !== "connected" || !navigator.onLine;
  if (isAway === wasAway && status.textContent === next) return;
  if (!isAway && !wasAway) return;
  status.dataset.away = String(isAway);
  status.textContent = next;
  if (!isAway) setTimeout(() => status.dataset.away === "false" && status.replaceChildren(), 4000);
}

// --- the control ----------------------------------------------------------------------------------------------------

function nameOf(next) {
  if (next.question) return `${next.question.control}:${next.question.key}:${next.question.asked}`;
  return next.can_write ? "free" : next.live ? "wait" : "";
}

function isAnswered(question) {
  return outgoing.items.some((item) => item.body.opt_out || (question && item.body.question === question.key));
}

function draw() {
  const question = state.question;
  byId("presence").hidden = !state.owner;
  byId("owner").textContent = state.owner || "";
  byId("ended").hidden = !state.opted_out;
  byId("foot").hidden = state.opted_out;
  for (const entry of entries.querySelectorAll(".asking")) entry.classList.remove("asking");
  if (question) entries.querySelector(`[data-sequence="${question.asked}"]`)?.classList.add("asking");
  const wanted = isAnswered(question) ? "wait" : nameOf(state);
  byId("beside").hidden = wanted === "wait" || !question || question.control === "text";
  if (wanted === drawn) return;
  drawn = wanted;
  const typed = control.querySelector("textarea")?.value || "";
  wantsFocus ||= control.contains(document.activeElement);
  control.replaceChildren(...(wanted ? [build(wanted.split(":")[0])] : []));
  const area = control.querySelector("textarea");
  if (area) area.value = typed || draft();
  if (wantsFocus) moveFocus();
  follow();
}

function build(kind) {
  const made = copy(kind);
  const question = kind === "free" || kind === "wait" ? null : state.question;
  if (!question) return made;
  made.querySelector("[data-text]").textContent = question.text;
  made.querySelector("[name=question]").value = question.key;
  const skip = made.querySelector(".skip");
  if (skip) skip.hidden = !question.can_skip;
  for (const { key, label } of kind === "choices" ? question.choices : []) {
    const option = copy("option");
    option.querySelector("input").value = key;
    option.querySelector("span").textContent = label;
    made.querySelector(".options").append(option);
  }
  return made;
}

function moveFocus(isWished = false) {
  const field = control.querySelector("input:not([type=hidden]), textarea");
  const isElsewhere = document.activeElement !== document.body && !byId("answer").contains(document.activeElement);
  if (isElsewhere && !isWished) return void (wantsFocus = false);
  (field || byId("answer")).focus({ preventScroll: true });
  if (field) wantsFocus = false;
}

// --- what the customer does -----------------------------------------------------------------------------------------

function send(form, button) {
  const fields = new FormData(form);
  const body = { client_id: crypto.randomUUID?.() || randomId() };
  let label = (fields.get("text") || "").trim();
  const choice = form.querySelector("[name=choice]:checked");
  if (fields.get("question")) body.question = fields.get("question");
  if (button?.name === "opt_out") Object.assign(body, { opt_out: true }), (label = words.stop);
  else if (button?.name === "skip") Object.assign(body, { skip: true }), (label = words.skip);
  else if (choice) Object.assign(body, { choice: choice.value }), (label = choice.parentElement.textContent.trim());
  else if (label) body.text = label;
  else return;
  const isBeside = !control.contains(form);
  wantsFocus = true;
  form.reset();
  for (const area of form.querySelectorAll("textarea")) area.value = "";
  if (form.closest("details")) form.closest("details").open = false;
  keepDraft("");
  const item = { body, label };
  showOwn(item);
  byId("fault").hidden = true;
  if (!isBeside) drawn = "";
  outgoing.add(item);
  draw();
}

function randomId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function draft() {
  return Outgoing.recall(`${kept}:draft`) || "";
}

function keepDraft(text) {
  Outgoing.remember(`${kept}:draft`, text);
}

function listen() {
  document.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.target.localName !== "textarea") return;
    if (!matchMedia("(pointer: fine)").matches) return; // a touch keyboard's Enter is for new lines
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  document.addEventListener("input", (event) => {
    if (event.target.localName === "textarea" && control.contains(event.target)) keepDraft(event.target.value);
  });
  for (const [target, name] of [[window, "online"], [window, "pageshow"], [document, "visibilitychange"]]) {
    target.addEventListener(name, () => {
      if (document.visibilityState !== "visible") return;
      outgoing.wake();
      line.wake();
    });
  }
  window.addEventListener("offline", () => tell("reconnecting"));
}
