// Who this tab is to the server: a secret that it has made for itself, and what the server says about it.
//
// The secret is sent as a bearer token and kept for the life of the tab in our own origin's storage, so that a reload goes
// on where it was. Every request may be repeated: opening with the same secret is the same visit, and an asking has an id.

import { Outgoing } from "./outgoing.js";

const TRIES = 8;

export class Visit {
  #key;
  #page = null;

  constructor(config) {
    this.config = config;
    this.name = `zeroten:visit:${config.site}`;
    this.#key = this.recall("key");
    this.isSigned = this.recall("signed") === "1";
    this.isOther = false; // somebody else than before
  }

  keep(what, value) {
    Outgoing.remember(`${this.name}:${what}`, value);
  }

  recall(what) {
    return Outgoing.recall(`${this.name}:${what}`);
  }

  // How a thread is reached: its address, the right to it, and the name under which its queue is kept.
  get right() {
    if (this.#page) return { here: this.#page, headers: {}, name: `zeroten:${this.#page}` };
    return { here: "/webchat/visit", headers: this.#headers(), name: `${this.name}:${this.#key.slice(0, 8)}` };
  }

  forget() {
    for (const what of ["key", "signed", "who", "page", "open"]) this.keep(what, "");
  }

  async resume() {
    const page = this.recall("page");
    if (page) return this.openPage(page);
    return this.#key ? this.look() : null;
  }

  async look() {
    const reply = await fetch("/webchat/visit", { headers: this.#headers(), credentials: "omit" });
    if ([401, 404].includes(reply.status)) this.forget();
    return reply.ok ? reply.json() : null;
  }

  async identify(identity) {
    return this.#open(identity);
  }

  async ask(given, isByVisitor) {
    if (given.identity) await this.#open(given.identity);
    else if (!this.#key) await this.#open(null);
    const body = {
      id: randomText(16),
      topic: given.topic ?? null,
      locale: given.locale ?? document.documentElement.lang,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      by_visitor: isByVisitor,
    };
    return this.#post("/webchat/visit/asks", body, this.#headers());
  }

  // An invitation that the API has made: its address is the right to it. Opening begins it.
  async openPage(address) {
    const { origin, pathname } = new URL(address, location.href);
    if (origin !== location.origin || !/^\/s\/[\w-]{43}$/.test(pathname)) throw new Fault("page");
    const begun = await fetch(pathname, { method: "POST", body: new URLSearchParams({ start: "1" }), redirect: "manual" });
    const reply = await fetch(`${pathname}/messages?after=0`, { credentials: "omit" });
    if (!reply.ok) throw new Fault(begun.status === 410 ? "closed" : "page");
    this.#page = pathname;
    this.keep("page", pathname);
    return { asked: true, thread: await reply.json() };
  }

  async #open(identity) {
    if (!identity && !this.config.allows_anonymous) throw new Fault("sign_in");
    const key = randomText(32);
    const body = { key, ticket: this.config.ticket, identity };
    const found = await this.#post(`/webchat/sites/${this.config.site}/visits`, body, {});
    this.isOther = this.isSigned && this.recall("who") !== found.who;
    this.#key = key;
    this.isSigned = Boolean(identity);
    this.keep("who", found.who || "");
    this.keep("page", "");
    this.keep("key", key);
    this.keep("signed", this.isSigned ? "1" : "");
    return found;
  }

  #headers() {
    return { Authorization: `Bearer ${this.#key}` };
  }

  async #post(address, body, headers) {
    for (let tried = 1; ; tried += 1) {
      const reply = await fetch(address, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: JSON.stringify(body),
        credentials: "omit",
        signal: AbortSignal.timeout(15000),
      }).catch(() => null);
      if (reply?.ok) return reply.json();
      const isHopeless = reply && reply.status !== 429 && reply.status < 500;
      if (isHopeless || tried >= TRIES) {
        const problem = await reply?.json().catch(() => null);
        throw new Fault(problem?.code || (reply ? "refused" : "unavailable"));
      }
      const seconds = Number(reply?.headers.get("Retry-After")) || Math.min(3, 0.3 * 2 ** tried);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000 * (0.8 + Math.random() * 0.4)));
    }
  }
}

class Fault extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

function randomText(bytes) {
  const letters = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes)));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
