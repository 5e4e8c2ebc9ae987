/* Starts the page: the state once, then the ledger's news. */

import { showClock, startClock } from "./clock.js";
import { follow, get } from "./control.js";
import { showFaults, startFaults } from "./faults.js";
import { onPhoneRecord, showPhones, startSms } from "./sms.js";
import { onTelegramRecord, showTelegram, startTelegram } from "./telegram.js";
import { onTemplateRecord, showTemplates, startTemplates } from "./templates.js";
import { onVoiceRecord, showVoice, startVoice } from "./voice.js";
import { onWebchatRecord, showWebchat, startWebchat } from "./webchat.js";
import { onWhatsAppRecord, showWhatsApp, startWhatsApp } from "./whatsapp.js";

const LOOK_AGAIN_MS = 2000;
const trouble = document.getElementById("trouble");

function onTrouble(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

function onRecord(kind, record) {
  if (kind === "reset") begin();
  else if (kind === "clock") showClock({ offset_s: record.offset_s, now: record.virtual_at });
  else if (kind === "faults") showFaults(record.faults);
  else if (kind.startsWith("telegram_")) onTelegramRecord(kind, record);
  else if (kind.startsWith("whatsapp_")) {
    onWhatsAppRecord(kind, record);
    onTemplateRecord(kind, record);
  } else if (kind.startsWith("call") || kind === "telephone") onVoiceRecord();
  else onPhoneRecord(kind, record);
  if (kind === "webchat" || kind === "handset") onWebchatRecord(kind, record).catch((error) => onTrouble(error.message));
}

let turn = 0;
let leave = () => {};

async function begin() {
  const mine = ++turn;
  leave();
  let state;
  try {
    state = await get("/state");
  } catch {
    onTrouble("The sandbox is not running. This page comes back with it.");
    setTimeout(() => mine === turn && begin(), LOOK_AGAIN_MS);
    return;
  }
  onTrouble("");
  document.getElementById("console-link").href = state.console_url;
  showClock(state.clock);
  showFaults(state.faults);
  showWebchat(state.webchat, state.product_url);
  showTemplates(state.whatsapp);
  showVoice((await get("/calls")).data, state.handsets);
  await Promise.all([showPhones(state.handsets), showWhatsApp(state.whatsapp), showTelegram(state.telegram)]);
  leave = follow(state.seq, {
    onRecord: (kind, record) => mine === turn && onRecord(kind, record),
    onBreak: () => mine === turn && onTrouble("The sandbox does not answer. This page comes back with it."),
    onBack: () => mine === turn && begin(),
  });
}

startClock(onTrouble);
startSms(onTrouble);
startWebchat(onTrouble);
startWhatsApp(onTrouble);
startTemplates(onTrouble);
startTelegram(onTrouble);
startVoice(onTrouble);
startFaults(onTrouble);
begin();
window.addEventListener("focus", () => get("/clock").then(showClock, () => {}));
