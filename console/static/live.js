/**
 * Keeps the page true to the database. The stream only says that something changed; this looks again. Without a stream
 * (too many open, a proxy that holds it back) the page asks every few seconds instead, and tries the stream again later.
 */

import { showOthers } from "./presence.js";
import { ask, atRest, place, tellSignedOut } from "./regions.js";
import { _ } from "./words.js";

const main = document.getElementById("main");
const announcer = document.getElementById("announcer");
const connection = document.getElementById("connection");
const newer = document.getElementById("newer");
const log = document.getElementById("log");
const ticket = main.dataset.ticket;
const title = document.title;
let position = main.dataset.position;
let isSignedOut = false;

function show(state, words) {
  connection.hidden = false;
  if (connection.dataset.state !== state) {
    connection.dataset.state = state;
    connection.textContent = words;
  }
}

function signedOut() {
  if (!isSignedOut) tellSignedOut();
  isSignedOut = true;
  show("away", _("Signed out"));
}

/** Looks at a part again. News that comes while looking makes it look once more, never twice at a time. */
function looker(part) {
  let isLooking = false;
  let again = false;
  return async function look() {
    if (isLooking) return void (again = true);
    isLooking = true;
    do {
      again = false;
      try {
        const response = await ask(part);
        if (response.status === 401) return signedOut();
        if (!response.ok) continue;
        const html = await response.text();
        await atRest();
        tell(place(html));
      } catch {
        return; // the connection's own state says it
      } finally {
        isLooking = again;
      }
    } while (again);
  };
}

const lookAtList = looker("list");
const lookAtThread = looker("thread");

/** Says what is new: in the window's title, to a screen reader, and to someone who reads further up. */
function tell({ messages, lines }) {
  const open = Number(document.getElementById("lines")?.dataset.open ?? 0);
  document.title = open ? `(${open}) ${title}` : title;
  if (lines.length === 1) announcer.textContent = _("New in the list: %(name)s, %(score)s", { name: lines[0].querySelector(".ticket-name").textContent, score: lines[0].querySelector(".score").textContent });
  else if (lines.length) announcer.textContent = _("%(num)s new tickets in the list", { num: lines.length });
  if (newer && messages.some((message) => message.matches(".from-customer")) && log.scrollTop < -80) newer.hidden = false;
}

function changed(news) {
  position = news.position ?? position;
  lookAtList();
  if (ticket && (news.tickets ?? []).includes(ticket)) lookAtThread();
}

/** Everything again: after a gap nobody knows what was missed. */
function lookAtAll() {
  lookAtList();
  if (ticket) lookAtThread();
}

/** Where this tab has read to, and whose thread it shows. */
function from() {
  return new URLSearchParams(ticket ? { after: position, ticket } : { after: position });
}

let polling = 0;
let failures = 0;

async function poll() {
  try {
    const response = await fetch(`${main.dataset.changes}?${from()}`, { credentials: "same-origin" });
    if (response.status === 401) return signedOut();
    const news = await response.json();
    failures = 0;
    show("live", _("Live"));
    if (news.others) showOthers(news.others);
    if (news.tickets.length || news.conversations.length) changed(news);
  } catch {
    failures += 1;
    if (failures > 1) show("away", _("No connection, trying again"));
  }
}

function listen() {
  const source = new EventSource(`${main.dataset.stream}?${from()}`);
  let isOpen = false;
  source.addEventListener("hello", () => {
    clearInterval(polling);
    polling = 0;
    show("live", _("Live"));
    if (isOpen || failures) lookAtAll();
    isOpen = true;
    failures = 0;
  });
  source.addEventListener("others", (event) => showOthers(JSON.parse(event.data)));
  source.addEventListener("changed", (event) => changed(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    failures += 1;
    if (failures > 1) show("away", _("No connection, trying again"));
    if (source.readyState === EventSource.CLOSED && !isSignedOut) {
      polling ||= setInterval(poll, 5_000);
      poll();
      setTimeout(listen, 10_000 + 5_000 * Math.random());
    }
  });
  source.addEventListener("replaced", () => {
    source.close(); // this person has many tabs open: this one asks now and then, until someone looks at it again
    polling ||= setInterval(poll, 5_000);
    document.addEventListener("visibilitychange", listen, { once: true });
  });
  addEventListener("pagehide", () => source.close(), { once: true });
}

newer?.addEventListener("click", () => {
  log.scrollTop = 0;
  newer.hidden = true;
});
log?.addEventListener("scroll", () => {
  if (log.scrollTop > -80) newer.hidden = true;
}, { passive: true });
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  lookAtAll(); // brought back from the browser's memory, long after its stream ended
  listen();
});
addEventListener("zeroten:acted", lookAtList);
setInterval(() => document.hidden || isSignedOut || lookAtList(), 60_000); // waiting times, and a net under the stream
setInterval(() => {
  const end = document.querySelector("#composer time.left");
  const ahead = Number(document.documentElement.dataset.ahead ?? 0);
  if (end && new Date(end.dateTime) <= Date.now() + ahead) lookAtThread(); // the window has closed under the page
}, 10_000);
tell({ messages: [], lines: [] });
listen();
