/** Sends the page's forms without leaving it, so that the thread stays where it is and a failed send loses no word. */

import { detach } from "./attaching.js";
import { forget } from "./drafts.js";
import { ask, notify, place, tellSignedOut } from "./regions.js";
import { segmentsOf } from "./segments.js";
import { _ } from "./words.js";

document.documentElement.classList.add("has-script");

/** The acts that wait for their answer. Kept here and not on the button: news may replace the form meanwhile. */
const underWay = new Set();

async function send(form) {
  const act = form.dataset.act;
  if (underWay.has(act)) return;
  underWay.add(act);
  const button = form.querySelector("button[type=submit]");
  const area = form.querySelector("textarea");
  const sent = area?.value;
  const filled = new FormData(form);
  const data = form.enctype === "multipart/form-data" ? filled : new URLSearchParams(filled);
  if (button) button.ariaBusy = "true";
  try {
    const response = await ask("thread", { url: form.action, method: "POST", body: data });
    const html = await response.text();
    if (response.status === 401) return tellSignedOut();
    if (!html.includes("data-region")) return notify(html);
    if (response.ok) finish(act, sent, filled.get("file"));
    else if (wasSentBefore(html, act)) {
      forget(form);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    place(html, true);
    tellSegments();
    if (response.ok && act === "claim") offerReply();
    dispatchEvent(new Event("zeroten:acted"));
  } catch {
    notify(_("No connection. What you wrote is still here; send it again in a moment. It arrives once, even if it has left already."));
  } finally {
    underWay.delete(act);
    if (button) button.ariaBusy = "false";
  }
}

/** The cursor stands where the reply goes, unless the person is busy elsewhere by now: a note must not end up there. */
function offerReply() {
  const isBusy = document.activeElement?.closest("form, details, dialog");
  const isClosed = document.querySelector("#composer.composer-closed");
  if (!isBusy && !isClosed) document.getElementById("reply-text")?.focus();
}

/** The words are on their way: room for the next ones, under a new id. What was typed meanwhile stays. */
function finish(act, sent, file) {
  const form = document.querySelector(`form[data-act="${act}"]`);
  if (!form) return;
  const area = form.querySelector("textarea");
  const rest = area && area.value !== sent ? area.value : "";
  if (area) area.value = rest;
  if (form.elements.client_id) forget(form);
  if (file?.name && file.name === form.elements.file?.files[0]?.name) detach();
  if (rest) area.dispatchEvent(new Event("input", { bubbles: true }));
  if (act === "note" || act === "resolve") form.closest("details").open = false;
}

/** An earlier version of these words has left under this form's id; the page offers another for what stands there. */
function wasSentBefore(html, act) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(`form[data-act="${act}"] [name=client_id]`);
  const mine = document.querySelector(`form[data-act="${act}"] [name=client_id]`);
  return Boolean(fresh && mine && document.querySelector(`form[data-act="${act}"] textarea`) && fresh.value !== mine.value);
}

/** How many text messages the reply will be, where that is how a channel counts. */
function tellSegments() {
  const told = document.getElementById("segments");
  const area = document.getElementById("reply-text");
  if (!told || !area) return;
  const { count, left, why } = segmentsOf(area.value);
  told.hidden = !area.value;
  const words = count === 1 ? _("1 text message") : _("%(num)s text messages", { num: count });
  const cause = why ? ` ${_("because of “%(letter)s”", { letter: why })}` : "";
  told.textContent = `${words}${cause}, ${_("%(num)s left", { num: left })}`;
}

document.addEventListener("input", (event) => event.target.id === "reply-text" && tellSegments());
document.addEventListener("zeroten:restored", tellSegments);
tellSegments();

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-act]")) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("form[data-act] textarea")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

addEventListener("beforeunload", (event) => {
  const areas = [...document.querySelectorAll("form[data-act] textarea:not(:disabled)")];
  const isKept = (area) => ["reply", "note"].includes(area.form.dataset.act); // as a draft
  if (areas.some((area) => area.value.trim() && area.value !== area.defaultValue && !isKept(area))) event.preventDefault();
});
