// What the customer said and the server has not yet confirmed: sent in order, kept over a reload, repeated under one id.

const SOON_MS = 500;
const LATE_MS = 1500;
const VERY_LATE_MS = 15000;
const PATIENT_AFTER = 40;

export class Outgoing {
  constructor(address, headers, kept, tell) {
    this.address = address;
    this.headers = headers;
    this.kept = kept;
    this.tell = tell;
    this.items = this.#restored();
    this.isSending = false;
    this.failures = 0;
    this.timer = 0;
  }

  add(item) {
    this.items.push(item);
    this.#keep();
    this.wake();
  }

  // The thread holds it: nothing is left to be done for it. True if it was ours.
  forget(id) {
    const left = this.items.filter((item) => item.body.client_id !== id);
    const isOurs = left.length < this.items.length;
    this.items = left;
    if (isOurs) this.#keep();
    return isOurs;
  }

  wake() {
    clearTimeout(this.timer);
    if (!this.isSending) this.#pump();
  }

  async #pump() {
    this.isSending = true;
    try {
      for (let item; (item = this.items.find((each) => !each.isTaken)); ) {
        const pause = await this.#post(item);
        if (pause > 0) {
          this.timer = setTimeout(() => this.wake(), pause);
          return;
        }
      }
    } finally {
      this.isSending = false;
    }
  }

  // Milliseconds to wait before the next try; 0 = go on.
  async #post(item) {
    let reply;
    try {
      reply = await fetch(this.address, {
        method: "POST",
        headers: { ...this.headers, "Content-Type": "application/json" },
        body: JSON.stringify(item.body),
        credentials: "omit",
        keepalive: true,
        signal: AbortSignal.timeout(15000),
      });
    } catch {
      return this.#later();
    }
    if (reply.status === 429 || reply.status >= 500) return this.#later(Number(reply.headers.get("Retry-After")) || 0);
    this.failures = 0;
    this.tell.away(false);
    if (reply.ok) {
      item.isTaken = true;
      const { fresh } = await reply.json().catch(() => ({ fresh: true }));
      if (item.body.opt_out || !fresh) this.#drop(item.body.client_id);
      else this.#keep();
      this.tell.taken();
      return 0;
    }
    this.#drop(item.body.client_id);
    if ([401, 404, 410].includes(reply.status)) this.tell.gone();
    else this.tell.refused(item, reply.status === 413 ? "too_long" : "");
    return 0;
  }

  #later(seconds = 0) {
    this.failures += 1;
    this.tell.away(true);
    const most = this.failures > PATIENT_AFTER ? VERY_LATE_MS : LATE_MS;
    return Math.max(seconds * 1000, Math.min(most, SOON_MS * this.failures) * (0.8 + Math.random() * 0.4));
  }

  #drop(id) {
    if (this.forget(id)) this.tell.dropped();
  }

  #keep() {
    Outgoing.remember(this.kept, JSON.stringify(this.items.map(({ body, label }) => ({ body, label }))));
  }

  #restored() {
    try {
      return JSON.parse(Outgoing.recall(this.kept) || "[]");
    } catch {
      return [];
    }
  }

  // Storage may be forbidden in a frame; the page then works without surviving a reload.
  static remember(key, value) {
    try {
      if (value === "" || value === "[]") sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, value);
    } catch {
      // nothing to be done
    }
  }

  static recall(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  }
}
