/* The drawer of faults: each off, once (for the next one only), now and then, or always. */

import { get, post, remove } from "./control.js";
import { make } from "./words.js";

const SOMETIMES = 0.1;
const DOSES = [
  ["off", "Off"],
  ["once", "Once"],
  ["some", "Some"],
  ["always", "All"],
];
const STAGES = [
  ["Zeroten sends a message", "api", [
    ["500", "Server error", "Twilio answers 500. Nothing was sent."],
    ["429", "Too many requests", "Twilio answers 429 and says when to come back."],
    ["hang", "No answer", "The request hangs until it times out. Nothing was sent."],
    ["reset", "Connection cut", "The line drops. Nothing was sent."],
    ["accepted-500", "Sent, but answers 500", "The customer gets the message all the same."],
    ["accepted-hang", "Sent, but no answer", "The customer gets the message; the request times out."],
  ]],
  ["The message on its way", "delivery", [
    ["undelivered", "Does not arrive", "Ends as undelivered, code 30003."],
    ["failed", "Fails", "Ends as failed, code 30003."],
  ]],
  ["Twilio calls Zeroten", "webhook", [
    ["duplicate", "Comes three times", "The same webhook at once, with the same token."],
    ["late", "Comes late", "Three seconds after it should."],
    ["reorder", "Comes out of order", "Held back until another of that customer has gone."],
    ["lost-status", "Status lost", "A status callback never leaves."],
  ]],
];
const API = STAGES[0][2].map(([fault]) => fault);

const drawer = document.getElementById("faults");
const list = document.getElementById("faults-list");
const dot = document.getElementById("faults-dot");
const rows = new Map();
let faults = { probabilities: {}, script: [], struck: {} };
let watching = null;
let trouble = () => {};

export function showFaults(described) {
  faults = described;
  for (const [fault, row] of rows) {
    const dose = doseOf(fault);
    for (const input of row.inputs) input.checked = input.value === dose;
    const struck = faults.struck[fault];
    row.struck.textContent = struck ? `${struck} so far` : "";
  }
  const on = Object.keys(faults.probabilities).length + faults.script.length;
  dot.hidden = on === 0;
  document.getElementById("faults-open").setAttribute("aria-label", on ? "Faults, some are on" : "Faults");
}

function doseOf(fault) {
  const probability = faults.probabilities[fault] ?? 0;
  if (probability >= 1) return "always";
  if (probability > 0) return "some";
  return faults.script.some((step) => step.fault === fault) ? "once" : "off";
}

async function setDose(fault, dose) {
  const script = faults.script.filter((step) => step.fault !== fault);
  if (dose === "once") script.push({ fault, times: 1 });
  const probabilities = { [fault]: { always: 1, some: SOMETIMES }[dose] ?? 0 };
  if (API.includes(fault) && probabilities[fault] > 0) {
    for (const other of API) {
      if (other === fault) continue;
      if (dose === "always") probabilities[other] = 0; // one request can go wrong in one way only
      else if ((faults.probabilities[other] ?? 0) >= 1) probabilities[other] = SOMETIMES;
    }
  }
  await act(() => post("/faults", { probabilities, script }));
}

async function act(call) {
  try {
    showFaults(await call());
  } catch (error) {
    trouble(error.message);
  }
}

function build() {
  for (const [title, , entries] of STAGES) {
    const stage = make("section", "stage", make("h3", "", title));
    for (const [fault, name, what] of entries) {
      const struck = make("span", "fault__struck");
      const dose = make("div", "dose");
      const inputs = DOSES.map(([value, word]) => {
        const input = make("input");
        Object.assign(input, { type: "radio", name: `fault-${fault}`, value });
        input.addEventListener("change", () => setDose(fault, value));
        dose.append(make("label", "", input, make("span", "", word)));
        return input;
      });
      const legend = make("span", "fault__name", name, struck);
      legend.id = `fault-${fault}-name`;
      dose.setAttribute("role", "radiogroup");
      dose.setAttribute("aria-labelledby", legend.id);
      stage.append(make("div", "fault", legend, dose, make("p", "fault__what", what)));
      rows.set(fault, { inputs, struck });
    }
    list.append(stage);
  }
}

export function startFaults(onTrouble) {
  trouble = onTrouble;
  build();
  const look = () => act(() => get("/faults"));
  document.getElementById("faults-open").addEventListener("click", () => {
    drawer.showModal();
    look();
    watching = setInterval(look, 1500);
  });
  document.getElementById("faults-close").addEventListener("click", () => drawer.close());
  document.getElementById("faults-off").addEventListener("click", () => act(() => remove("/faults")));
  drawer.addEventListener("close", () => clearInterval(watching));
  drawer.addEventListener("click", (event) => {
    if (event.target === drawer) drawer.close(); // the backdrop
  });
}
