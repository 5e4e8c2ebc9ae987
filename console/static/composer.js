/** Sends the page's forms without leaving it, so that the thread stays where it is and a failed send loses no word. */

import { ask, freshValue, notify, place, tellSignedOut } from "./regions.js";

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
  const data = new URLSearchParams(new FormData(form));
  if (button) button.ariaBusy = "true";
  try {
    const response = await ask("thread", { url: form.action, method: "POST", body: data });
    const html = await response.text();
    if (response.status === 401) return tellSignedOut();
    if (!html.includes("data-region")) return notify(html);
    if (response.ok) finish(act, sent, html);
    place(html, true);
    const closed = document.querySelector("#composer.composer-closed");
    if (response.ok && act === "claim" && !closed) document.getElementById("reply-text")?.focus();
    dispatchEvent(new Event("zeroten:acted"));
  } catch {
    notify("No connection: nothing was sent. What you wrote is still here; try again in a moment.");
  } finally {
    underWay.delete(act);
    if (button) button.ariaBusy = "false";
  }
}

/** The words are on their way: room for the next ones, under a new id. What was typed meanwhile stays. */
function finish(act, sent, html) {
  const form = document.querySelector(`form[data-act="${act}"]`);
  if (!form) return;
  const id = form.elements.client_id;
  if (id) id.value = freshValue(html, `form[data-act="${act}"] [name=client_id]`) ?? id.value;
  const area = form.querySelector("textarea");
  if (area && area.value === sent) area.value = "";
  if (act === "note" || act === "resolve") form.closest("details").open = false;
}

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
  if (areas.some((area) => area.value.trim() && area.value !== area.defaultValue)) event.preventDefault();
});
