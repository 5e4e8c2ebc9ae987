/** The page of one site: what the form says now is shown beside it, and the snippet can be copied. */

import { _ } from "./words.js";

const byId = (id) => document.getElementById(id);
const form = byId("site-form");
const [frame, picker, colour, seen, toggle] = ["preview", "colour-picker", "colour", "colour-hint", "preview-switch"].map(byId);
const COLOUR = /^#[0-9a-f]{6}$/i;
let shown = "";
let isOpen = true;
let isReady = false;
let timer = 0;

function address() {
  const fields = form.elements;
  const side = fields.position.value === "start" ? "left" : "right";
  const brand = fields.survey_key.selectedOptions[0]?.dataset.brand || "Acme";
  const query = { colour: shownColour(), locale: fields.locale.value || "en", brand, side };
  return `${frame.dataset.src}?${new URLSearchParams(query)}`;
}

function shownColour() {
  return COLOUR.test(colour.value) ? colour.value.toLowerCase() : picker.value;
}

function draw() {
  const wanted = address();
  if (wanted !== shown) {
    shown = wanted;
    isReady = false;
    frame.src = wanted;
  } else if (isReady) say();
}

function say() {
  const { greeting, has_launcher } = form.elements;
  const words = { zeroten: "preview", greeting: greeting.value, hasLauncher: has_launcher.checked, isOpen };
  frame.contentWindow.postMessage(words, location.origin);
}

async function tellColour() {
  if (!COLOUR.test(colour.value)) return;
  const response = await fetch(`/settings/colours/${colour.value.slice(1)}`, { headers: { "X-Zeroten-Part": "colour" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html"); // runs no script of it
  seen.replaceChildren(...fresh.body.childNodes);
}

addEventListener("message", ({ origin, source, data }) => {
  if (origin !== location.origin || source !== frame.contentWindow || data?.zeroten !== "ready") return;
  isReady = true;
  say();
});

form.addEventListener("input", ({ target }) => {
  if (target === picker) colour.value = picker.value;
  if (target === colour && COLOUR.test(colour.value)) picker.value = colour.value.toLowerCase();
  clearTimeout(timer);
  timer = setTimeout(() => {
    draw();
    if (target === picker || target === colour) tellColour().catch(() => {});
  }, 150);
});

toggle.addEventListener("click", () => {
  isOpen = !isOpen;
  toggle.setAttribute("aria-pressed", String(!isOpen));
  say();
});

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(byId(button.dataset.copies).textContent);
    button.textContent = _("Copied");
    setTimeout(() => (button.textContent = _("Copy")), 2000);
  });
}

picker.hidden = false;
frame.closest("aside").hidden = false;
draw();
