/** Says that this tab looks at a thread, or types in it, and shows who else does. Silence is enough to be gone. */

import { _, locale } from "./words.js";

const main = document.getElementById("main");
const url = main.dataset.presence;
const SPEAKS_EVERY_MS = 15_000;
const TYPING_EVERY_MS = 3_000;
let typedAt = 0;

function tabName() {
  const known = sessionStorage.getItem("zeroten-tab");
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem("zeroten-tab", made);
  return made;
}

function say(doing) {
  if (!url) return;
  const body = new URLSearchParams({ csrf_token: main.dataset.token, tab: tabName(), doing });
  if (doing === "left") navigator.sendBeacon(url, body);
  else fetch(url, { method: "POST", body, credentials: "same-origin", keepalive: true, headers: { "X-Zeroten-Part": "presence" } }).catch(() => {});
}

/** people: [{name, is_typing}], those who type first. */
export function showOthers(people) {
  const line = document.getElementById("others");
  if (!line) return;
  const typing = people.filter((person) => person.is_typing);
  const told = typing.length ? typing : people;
  const names = new Intl.ListFormat(locale).format(told.map((person) => person.name));
  const words = typing.length
    ? told.length === 1 ? _("%(names)s is writing …", { names }) : _("%(names)s are writing …", { names })
    : told.length === 1 ? _("%(names)s is looking, too", { names }) : _("%(names)s are looking, too", { names });
  line.hidden = !told.length;
  line.classList.toggle("is-typing", Boolean(typing.length));
  const text = told.length ? words : "";
  if (line.textContent !== text) line.textContent = text;
}

if (url) {
  const speak = () => document.hidden || say("viewing");
  document.addEventListener("visibilitychange", () => say(document.hidden ? "left" : "viewing"));
  addEventListener("pagehide", () => say("left"));
  addEventListener("pageshow", (event) => event.persisted && speak());
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("#composer textarea") || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    say("typing");
  });
  setInterval(() => Date.now() - typedAt > TYPING_EVERY_MS && speak(), SPEAKS_EVERY_MS);
  speak();
}
