/* The web chat phone: the product's hosted page in a frame. */

import { get, post } from "./control.js";
import { make } from "./words.js";

const who = document.getElementById("webchat-who");
const out = document.getElementById("webchat-out");
const empty = document.getElementById("webchat-empty");
const form = document.getElementById("webchat-form");
const address = document.getElementById("webchat-url");
const page = document.getElementById("webchat-page");
const OTHER = "other";

let links = [];
let current = null;
let product = "";

export function showWebchat(list, productUrl) {
  const before = links.length;
  links = list;
  if (productUrl) product = new URL(productUrl).origin;
  const known = links.some((link) => link.url === current);
  if (!known || (links.length > before && before === 0)) open(links[0]?.url ?? null);
  else draw();
}

export async function onWebchatRecord(kind, record) {
  if (kind === "webchat" || (kind === "handset" && record.body.includes("/s/"))) {
    const wanted = kind === "webchat" ? record.url : current;
    showWebchat((await get("/webchat")).data);
    if (wanted && wanted !== current && links.some((link) => link.url === wanted)) open(wanted);
  }
}

function open(url) {
  current = url;
  draw();
  const framed = url !== null && new URL(url).origin === product;
  page.hidden = !framed;
  empty.hidden = framed;
  if (framed && page.getAttribute("src") !== url) page.src = url;
  if (!framed) page.removeAttribute("src");
}

function draw() {
  const options = links.map((link) => {
    const option = make("option", "", link.name || link.url.split("/s/")[1] || link.url);
    option.value = link.url;
    return option;
  });
  const other = make("option", "", "Another page…");
  other.value = OTHER;
  who.replaceChildren(...options, other);
  who.hidden = out.hidden = links.length === 0;
  if (current) {
    who.value = current;
    out.href = current;
  }
}

export function startWebchat(onTrouble) {
  who.addEventListener("change", () => {
    if (who.value !== OTHER) return open(who.value);
    page.hidden = true;
    empty.hidden = false;
    address.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const url = address.value.trim();
      showWebchat((await post("/webchat", { name: "", url })).data);
      open(url);
      form.reset();
      if (new URL(url).origin !== product) onTrouble("Only pages of the product open in the phone; use the arrow to open this one in a window.");
      else onTrouble("");
    } catch (error) {
      onTrouble(error.message);
    }
  });
}
