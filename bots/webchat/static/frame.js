// The frame of our web chat in somebody else's page: the button, the panel, and who the visitor is.
//
// The page around us is trusted with nothing: it may wish for a question (`ask`), say who is there (`identify`, with a
// token that its server has signed), open and close. It hears how large we are, never what is said. Messages come from
// and go to one exact origin, the one that the server has checked. The visit's secret is made here and lives in this
// module and in this tab's storage of our own origin; no cookie, nothing that outlives the tab.

import { focusControl, isLive, startChat } from "./chat.js";
import { Visit } from "./visit.js";

const byId = (id) => document.getElementById(id);
const root = byId("widget");
const config = JSON.parse(root.dataset.config);
const [launcher, panel, thread, greeting] = ["launcher", "panel", "thread", "greeting"].map(byId);
const visit = new Visit(config);
const LOOK_MS = 20000; // how often a signed visitor's tab asks whether something waits

let isOpen = false;
let hasChat = false;
let isBusy = false;
let isFromPage = false; // the page opened us, and knows who had the focus before
let unread = 0;

// --- the page around us ---------------------------------------------------------------------------------------------

function tell(zeroten, more) {
  parent.postMessage({ ...more, zeroten }, config.origin);
}

window.addEventListener("message", ({ origin, source, data }) => {
  if (origin !== config.origin || source !== parent || typeof data !== "object" || !data) return;
  if (data.zeroten === "ask" || data.zeroten === "open") isFromPage = true;
  if (data.zeroten === "ask") wish(data, false);
  if (data.zeroten === "identify") identify(data.identity);
  if (data.zeroten === "open") wish(data, true);
  if (data.zeroten === "close") close();
});

function show(more) {
  const box = (isOpen ? panel : launcher).getBoundingClientRect();
  const isShown = box.width > 0;
  const room = isOpen ? 24 : 10; // for the shadow
  const cut = [box.top, innerWidth - box.right, innerHeight - box.bottom, box.left].map((at) => Math.max(0, at - room));
  tell("view", {
    title: document.title,
    style: {
      [config.side]: "0",
      visibility: isShown ? "visible" : "hidden",
      clipPath: isShown ? `inset(${cut.map((at) => `${at.toFixed(1)}px`).join(" ")})` : "inset(50%)",
    },
    ...more,
  });
}

// --- open and closed ------------------------------------------------------------------------------------------------

function draw(more) {
  panel.hidden = !isOpen;
  const mayPress = config.has_launcher && (config.allows_anonymous || visit.isSigned);
  launcher.hidden = isOpen || !(mayPress || (hasChat && isLive()) || unread > 0);
  launcher.setAttribute("aria-expanded", String(isOpen));
  byId("unread").hidden = unread === 0;
  show(more);
}

function notice(name) {
  for (const line of document.querySelectorAll("[data-notice]")) line.hidden = line.dataset.notice !== name;
}

function open(isByVisitor) {
  isOpen = true;
  unread = 0;
  visit.keep("open", "1");
  draw();
  if (isByVisitor) hasChat ? focusControl() : panel.focus({ preventScroll: true });
  tell("opened");
}

function close() {
  if (!isOpen) return;
  const hadFocus = panel.contains(document.activeElement);
  isOpen = false;
  visit.keep("open", "");
  draw({ back: hadFocus && isFromPage });
  if (hadFocus && !launcher.hidden) launcher.focus();
  tell("closed");
}

// --- asking ---------------------------------------------------------------------------------------------------------

// A wish to be asked. A visitor who pressed the button hears an answer in any case; a page that asks for somebody who
// is not to be asked shows nothing at all.
async function wish(given, isByVisitor) {
  await resumed;
  if (hasChat && isLive() && !(given.identity && visit.isSigned)) return open(isByVisitor);
  if (isBusy) return;
  isBusy = true;
  if (isByVisitor) {
    thread.hidden = true;
    notice("wait");
    open(true);
  }
  try {
    const found = given.page ? await visit.openPage(given.page) : await visit.ask(given, isByVisitor);
    if (hasChat && isLive() && !visit.isOther) open(isByVisitor);
    else if (found.asked || (isByVisitor && found.thread && !hasChat)) begin(found.thread, isByVisitor);
    else if (isByVisitor && hasChat) showAgain();
    else refuse("nothing", isByVisitor);
  } catch (fault) {
    refuse(fault.code === "sign_in" ? "sign_in" : "problem", isByVisitor, fault.code);
  } finally {
    isBusy = false;
  }
}

function refuse(name, isByVisitor, code) {
  tell(code ? "refused" : "quiet", code && { code });
  if (!isByVisitor) return;
  notice(name);
  draw();
}

function showAgain() {
  notice("");
  thread.hidden = false;
  draw();
}

// Who has begun to talk as nobody goes on as nobody until it is over. Somebody else in the same tab sees nothing of the
// one before, and nobody at all, which is signing out, sees nothing of anybody.
async function identify(identity) {
  await resumed;
  if (!identity) return visit.isSigned ? gone() : undefined;
  if (hasChat && isLive() && !visit.isSigned) return;
  try {
    const found = await visit.identify(identity);
    if (hasChat && visit.isOther) return anew();
    if (found.thread && !hasChat) begin(found.thread, false, found.asked);
    draw();
  } catch (fault) {
    tell("refused", { code: fault.code || "unavailable" });
  }
}

// The thread is drawn, once in the life of this document: for another one the document is made anew.
function begin(news, isByVisitor, isOpening = true) {
  if (hasChat) {
    visit.keep("open", "1");
    return anew();
  }
  hasChat = true;
  notice("");
  thread.hidden = false;
  const { messages, tag, state } = news;
  const last = messages.at(-1)?.sequence || 0;
  startChat({ ...visit.right, last, tag, state, messages, heard, gone });
  if (isOpening) open(isByVisitor);
  draw();
}

function heard(message) {
  greeting.hidden ||= document.querySelectorAll("#entries > li").length > 2;
  if (message && !isOpen && message.author !== "customer") unread += 1;
  if (message && !isOpen && message.author === "user" && !config.has_launcher) return open(false);
  draw();
}

function gone() {
  visit.forget();
  anew();
}

// Begin again with this document; what the page says meanwhile waits at its side.
function anew() {
  tell("leave");
  location.reload();
}

// --- the visitor ----------------------------------------------------------------------------------------------------

async function resume() {
  const wasOpen = visit.recall("open") === "1";
  const found = await visit.resume().catch(() => null);
  if (found?.thread && !hasChat) begin(found.thread, false, wasOpen);
  draw();
}

async function lookForWaiting() {
  if (document.visibilityState !== "visible" || !visit.isSigned || isBusy || (hasChat && isLive())) return;
  const found = await visit.look().catch(() => null);
  if (found?.asked && !(hasChat && isLive())) begin(found.thread, false);
}

launcher.addEventListener("click", () => {
  isFromPage = false;
  wish({}, true);
});
byId("close").addEventListener("click", close);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  event.preventDefault();
  close();
});
new ResizeObserver(() => show()).observe(panel);
new ResizeObserver(() => show()).observe(launcher);
window.addEventListener("resize", () => show());
document.fonts?.ready.then(() => show());
setInterval(lookForWaiting, LOOK_MS);
document.addEventListener("visibilitychange", lookForWaiting);
draw();
const resumed = resume();
tell("ready");
