/* A Flow on the WhatsApp phone: the screen that a message opens, drawn from its Flow JSON, and what is sent of it. */

import { make } from "./words.js";

const dialog = document.getElementById("whatsapp-form");
const form = dialog.querySelector("form");
const title = document.getElementById("whatsapp-form-title");
const parts = document.getElementById("whatsapp-form-parts");
const wrong = document.getElementById("whatsapp-form-wrong");
const done = document.getElementById("whatsapp-form-send");
let send = async () => false;

const TEXTS = { TextHeading: "form__heading", TextSubheading: "form__heading", TextBody: "form__words", TextCaption: "form__hint" };

/* Opens the form of `control`; `deliver(answers)` sends it and says whether it went. */
export function openForm(control, deliver) {
  send = deliver;
  title.textContent = control.form.title;
  done.textContent = control.form.parts.find((part) => part.type === "Footer").label;
  wrong.textContent = "";
  form.reset();
  parts.replaceChildren(...control.form.parts.filter((part) => part.type !== "Footer").map(draw));
  for (const field of parts.querySelectorAll("fieldset, textarea")) describe(field);
  dialog.showModal();
  parts.scrollTop = 0;
}

function draw(part) {
  if (TEXTS[part.type]) {
    return make("p", TEXTS[part.type], part.text);
  }
  return part.type === "TextArea" ? drawArea(part) : drawOptions(part);
}

/* Above a field stand the words that ask it: they describe it to whoever cannot see where it stands. */
function describe(field) {
  const place = field.closest(".form__field") ?? field;
  const ids = [];
  for (let before = place.previousElementSibling; before?.tagName === "P"; before = before.previousElementSibling) {
    before.id ||= `form-words-${[...parts.children].indexOf(before)}`;
    ids.unshift(before.id);
  }
  if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
}

function drawArea(part) {
  const label = make("label", "form__label", make("bdi", "", part.label));
  const area = make("textarea", "form__area");
  area.id = label.htmlFor = `form-${part.name}`;
  Object.assign(area, { name: part.name, rows: 3, maxLength: part["max-length"] ?? 600, required: Boolean(part.required), dir: "auto" });
  return make("div", "form__field", label, area);
}

function drawOptions(part) {
  const legend = make("legend", "form__label", make("bdi", "", part.label));
  const options = part["data-source"].map((option) => {
    const radio = Object.assign(make("input"), { type: "radio", name: part.name, value: option.id, required: Boolean(part.required) });
    const words = make("span", "form__option-words", make("bdi", "", option.title));
    if (option.description) words.append(make("span", "wa__description", option.description));
    return make("label", "form__option", words, radio);
  });
  return make("fieldset", "form__field", legend, ...options);
}

export function startForm() {
  dialog.querySelector(".drawer__close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const missing = [...parts.querySelectorAll("fieldset, textarea")].find((field) => !field.querySelector(":checked") && isNeeded(field));
    if (missing) {
      wrong.textContent = `Please answer: ${missing.querySelector("legend")?.textContent ?? missing.previousElementSibling.textContent}`;
      (missing.querySelector("input") ?? missing).focus();
      return;
    }
    done.disabled = true;
    const answers = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
    const went = await send(answers);
    done.disabled = false;
    if (went) dialog.close();
    else wrong.textContent = "It could not be sent.";
  });
}

const isNeeded = (field) => (field.tagName === "TEXTAREA" ? field.required && !field.value.trim() : field.querySelector("input").required);
