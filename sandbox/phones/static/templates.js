/* The reviewer at Meta: the account's templates, and what is decided about them. */

import { get, post } from "./control.js";
import { make } from "./words.js";

const dialog = document.getElementById("templates");
const list = document.getElementById("templates-list");
const automatic = document.getElementById("templates-automatic");
const dot = document.getElementById("templates-dot");
const REASONS = ["INVALID_FORMAT", "INCORRECT_CATEGORY", "PROMOTIONAL", "ABUSIVE_CONTENT", "SCAM", "TAG_CONTENT_MISMATCH"];

const STATES = { PUBLISHED: "approved", DRAFT: "pending", THROTTLED: "paused", BLOCKED: "disabled", DEPRECATED: "disabled" };

let templates = [];
let flows = [];
let trouble = () => {};

const words = (code) => code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");

export function showTemplates(state) {
  templates = state.templates;
  flows = state.flows;
  automatic.checked = state.automatic;
  draw();
}

export function onTemplateRecord(kind, record) {
  if (kind === "whatsapp_review") automatic.checked = record.automatic;
  if (kind === "whatsapp_flow") {
    const known = flows.findIndex((flow) => flow.id === record.flow.id);
    flows.splice(known < 0 ? flows.length : known, 1, record.flow);
    draw();
  }
  if (kind !== "whatsapp_template") return;
  const place = templates.findIndex((template) => template.id === record.id);
  if (!record.template) templates = templates.filter((template) => template.id !== record.id);
  else if (place < 0) templates.push(record.template);
  else templates[place] = record.template;
  draw();
}

function draw() {
  dot.hidden = !templates.some((template) => template.status === "PENDING");
  const order = (template) => (template.status === "PENDING" ? 0 : 1);
  const sorted = [...templates].sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name) || a.language.localeCompare(b.language));
  if (!sorted.length) list.replaceChildren(make("p", "review__empty", "No template was submitted yet. Templates appear here as soon as Zeroten asks for their approval."));
  else list.replaceChildren(...sorted.map(drawTemplate));
  list.append(...flows.map(drawFlow));
}

/* A form at Meta, and what Meta makes of it: what it begins to distrust it throttles, then blocks. */
function drawFlow(flow) {
  const status = make("span", `review__status review__status--${STATES[flow.status]}`, words(flow.status));
  const card = make("article", "review", make("header", "review__head", make("h3", "review__name", flow.name), status));
  card.append(make("p", "review__facts", `Flow ${flow.id} · ${flow.categories.map(words).join(", ")} · JSON ${flow.json_version ?? "missing"}`));
  const acts = make("div", "review__acts");
  const offered = flow.status === "PUBLISHED" ? { THROTTLED: "Throttle", BLOCKED: "Block" } : { PUBLISHED: "Publish" };
  for (const [next, label] of Object.entries(offered)) {
    const button = make("button", next === "PUBLISHED" ? "solid" : "quiet", label);
    button.type = "button";
    button.setAttribute("aria-label", `${label}: ${flow.name}`);
    button.addEventListener("click", () => post(`/whatsapp/flows/${flow.id}`, { status: next }).catch((e) => trouble(e.message)));
    acts.append(button);
  }
  card.append(acts);
  return card;
}

function drawTemplate(template) {
  const card = make("article", "review");
  const head = make("h3", "review__name", template.name);
  const facts = make("p", "review__facts", `${template.language} · ${words(template.category)} · quality ${template.quality_score.score.toLowerCase()}`);
  const status = make("span", `review__status review__status--${template.status.toLowerCase()}`, words(template.status));
  card.append(make("header", "review__head", head, status), facts);
  for (const part of template.components) {
    if (part.text) {
      const line = make("p", `review__text review__text--${part.type.toLowerCase()}`, part.text);
      line.dir = "auto";
      card.append(line);
    }
    for (const button of part.buttons ?? []) card.append(make("span", "review__button", button.text));
  }
  if (template.status === "REJECTED") card.append(make("p", "review__facts", `Rejected: ${words(template.rejected_reason)}`));
  card.append(drawActs(template));
  return card;
}

function drawActs(template) {
  const acts = make("div", "review__acts");
  const offer = (label, wish, className = "quiet") => {
    const button = make("button", className, label);
    button.type = "button";
    button.setAttribute("aria-label", `${label}: ${template.name}, ${template.language}`);
    button.addEventListener("click", () => decide(template, wish));
    acts.append(button);
  };
  if (template.status !== "APPROVED") offer("Approve", { event: "APPROVED" }, "solid");
  if (template.status === "APPROVED") offer("Pause", { event: "PAUSED" });
  if (["PENDING", "APPROVED"].includes(template.status)) acts.append(drawRejection(template));
  const other = template.category === "UTILITY" ? "MARKETING" : "UTILITY";
  offer(`Make it ${other.toLowerCase()}`, { category: other });
  return acts;
}

function drawRejection(template) {
  const select = make("select", "review__reject");
  select.setAttribute("aria-label", `Reject: ${template.name}, ${template.language}`);
  const first = make("option", "", "Reject…");
  first.value = "";
  select.append(first, ...REASONS.map((reason) => Object.assign(make("option", "", words(reason)), { value: reason })));
  select.addEventListener("change", () => select.value && decide(template, { event: "REJECTED", reason: select.value }));
  return select;
}

async function decide(template, wish) {
  try {
    await post(`/whatsapp/templates/${template.id}`, wish);
    trouble("");
  } catch (error) {
    trouble(error.message);
  }
}

export function startTemplates(onTrouble) {
  trouble = onTrouble;
  document.getElementById("templates-open").addEventListener("click", async () => {
    dialog.showModal();
    showTemplates(await get("/whatsapp"));
  });
  document.getElementById("templates-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  automatic.addEventListener("change", () => post("/whatsapp/review", { automatic: automatic.checked }).catch((e) => trouble(e.message)));
}
