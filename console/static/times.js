/** Times in the reader's own zone and, for waiting times, as of now. Without script the server's words stay. */

import { _, locale } from "./words.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long" });
const full = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** A length of time in one unit, rounded down, as the server writes it. */
function span(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  if (minutes < 1) return _("now");
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** What is left of a time: to the minute in its last hours. */
function left(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / 60000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long is left until a deadline, or how long it has been missed, as the server writes it. */
function due(milliseconds) {
  const length = Math.abs(milliseconds) < 36_000_000 ? left(Math.abs(milliseconds)) : span(Math.abs(milliseconds));
  return milliseconds > 0 ? _("%(time)s left", { time: length }) : _("%(time)s late", { time: length });
}

/** The server's clock may be moved; its distance from ours is written on the page. */
const ahead = Number(document.documentElement.dataset.ahead ?? 0);

export function tellTimes(root = document) {
  for (const element of root.querySelectorAll("time[data-time]")) {
    const at = new Date(element.dateTime);
    const form = element.dataset.time;
    const text = form === "ago" ? span(Date.now() + ahead - at) : form === "due" ? due(at - Date.now() - ahead) : form === "left" ? left(at - Date.now() - ahead) : (form === "day" ? day : form === "full" ? full : clock).format(at);
    if (element.textContent !== text) element.textContent = text;
  }
}

tellTimes();
setInterval(tellTimes, 30_000);
