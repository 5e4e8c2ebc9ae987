// The panel as the console shows it: a question that nobody asks, with the words and the side that the form has now.

import { startChat } from "./chat.js";

const byId = (id) => document.getElementById(id);
const { question } = JSON.parse(byId("widget").dataset.config);

function draw({ greeting, hasLauncher, isOpen }) {
  byId("greeting").textContent = greeting;
  byId("greeting").hidden = !greeting;
  byId("panel").hidden = !isOpen;
  byId("launcher").hidden = isOpen || !hasLauncher;
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin === location.origin && source === parent && data?.zeroten === "preview") draw(data);
});

// Nothing here leads anywhere.
document.addEventListener("submit", (event) => (event.preventDefault(), event.stopImmediatePropagation()), true);
byId("thread").hidden = false;
startChat({
  here: "",
  headers: {},
  name: "zeroten:preview",
  last: 1,
  tag: "",
  state: { question, owner: null, opted_out: false, can_write: true, live: false },
  messages: [{ sequence: 1, at: "", author: "bot", name: null, text: question.text, id: null }],
  gone: () => {},
});
parent.postMessage({ zeroten: "ready" }, location.origin);
