/* The SMS phone: whose it is, its thread, and what the customer types. */

import { Chat, minuteEnds, numberFrom } from "./chat.js";
import { get, post } from "./control.js";
import { linked, make, timeOf } from "./words.js";

const stopped = document.getElementById("sms-stopped");
const AUTHORS = { customer: "Customer: ", business: "Business: ", carrier: "Carrier: " };
const path = (number) => `/handsets/${number}`;

const chat = new Chat("sms", {
  path,
  other: "Another number…",
  listed: (phone) => (phone.name ? `${phone.name}, ${phone.id}` : phone.id),
  empty: "When Zeroten writes to a customer, their phone appears here.",
  said: (body) => ({ body }),
  drawState(phone) {
    stopped.hidden = !phone?.blocked?.length;
    chat.composer.querySelector("button").disabled = chat.text.disabled = !phone;
  },
  drawMessage(message, after) {
    const bubble = make("div", `bubble bubble--${message.author}`, make("bdi", "", ...linked(message.body)));
    bubble.prepend(make("span", "visually-hidden", AUTHORS[message.author]));
    if (minuteEnds(message, after) || message.webhook === "lost" || message.author === "carrier") return [bubble, drawStamp(message)];
    bubble.classList.toggle("bubble--turn", after.author !== message.author);
    return [bubble];
  },
  async summon({ number, name }) {
    const shown = await get(path(numberFrom(number.value)));
    if (name.value.trim()) await post(path(shown.number), { name: name.value.trim() });
    return shown.number;
  },
});

function drawStamp(message) {
  const stamp = make("div", `stamp stamp--${message.author}`, timeOf(new Date(message.virtual_at)));
  if (message.author === "carrier") stamp.append(", from the carrier");
  if (message.webhook === "pending") stamp.append(", on its way");
  if (message.webhook === "lost") {
    stamp.classList.add("stamp--lost");
    const again = make("button", "", "Bring it again");
    again.type = "button";
    again.dataset.key = message.sid;
    again.addEventListener("click", () => post(`/messages/${message.sid}/redeliver`, { wait: false }).catch((error) => chat.trouble(error.message)));
    stamp.append(", Zeroten did not take it. ", again);
  }
  return stamp;
}

export function showPhones(summaries) {
  return chat.show(summaries.map(({ number, name, blocked, messages }) => ({ id: number, name, blocked, isUsed: messages > 0 })));
}

export function onPhoneRecord(kind, record) {
  if (kind === "handset_name") chat.of(record.number).name = record.name;
  if (kind === "text") chat.hear(record.from, "customer");
  else if (kind === "handset") chat.hear(record.number, record.author);
  else if (kind === "handset_name" || (kind === "webhook_end" && record.what === "inbound")) chat.hear(record.number);
}

export function startSms(onTrouble) {
  chat.start(onTrouble);
}
