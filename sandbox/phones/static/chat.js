/* A chat on a phone of the page: whose phone it is, who else has news, the thread, and what the customer types. What a
   channel's messages look like, and what else its phone can do, stands in the channel's own file. */

import { get, post } from "./control.js";
import { dayKey, dayOf, make } from "./words.js";

const OTHER = "other";

/* "0031 6 1234" as a number that the sandbox takes. */
export const numberFrom = (typed) => `+${typed.replace(/[^0-9]/g, "").replace(/^00/, "")}`;

/* The end of a bubble's group: the next message is of another minute, or there is none. */
export function minuteEnds(message, after) {
  if (!after) return true;
  const [at, next] = [new Date(message.virtual_at), new Date(after.virtual_at)];
  return dayKey(next) !== dayKey(at) || next.getHours() !== at.getHours() || next.getMinutes() !== at.getMinutes();
}

export class Chat {
  phones = new Map(); // id → a phone, the most recently used last; `messages` once it was opened
  current = null;
  chosen = false; // by hand: then nothing but a hand changes it
  drawn = 0;
  trouble = () => {};

  /* prefix: of the ids in the page. The channel's own:
     path(id): where the control API keeps a phone; other(): the words of the choice of another one, listed(phone): of the
     choice of this one; empty: when there is none; said(words): what is posted to "/text"; drawMessage(message, before,
     after): its elements, the bubble first; drawState(phone): all but the thread; summon(form): the id of the phone that
     was asked for by hand. */
  constructor(prefix, own) {
    this.own = own;
    const part = (name) => document.getElementById(`${prefix}-${name}`);
    for (const name of ["who", "thread", "news", "composer", "text", "newcomer"]) this[name] = part(name);
    this.wrong = part("newcomer-wrong");
    this.cancel = part("newcomer-cancel");
  }

  get phone() {
    return this.current === null ? null : this.phones.get(this.current);
  }

  of(id) {
    if (!this.phones.has(id)) this.phones.set(id, { id, name: null, messages: null, unread: 0, changes: 0 });
    return this.phones.get(id);
  }

  /* summaries: the most recently used first, each with its `id`, `isUsed` and what else is known. */
  async show(summaries) {
    const known = summaries.map((summary) => Object.assign(this.of(summary.id), summary));
    this.phones.clear();
    for (const phone of known.reverse()) this.phones.set(phone.id, phone);
    if (!this.phones.has(this.current)) {
      this.current = summaries.find((summary) => summary.isUsed)?.id ?? summaries[0]?.id ?? null;
      this.chosen = false;
    }
    await this.open(this.current);
  }

  /* Something happened to this phone; author: of a message that came, "customer" or anybody else. */
  hear(id, author = null) {
    const phone = this.of(id);
    phone.changes += 1;
    if (author) {
      this.phones.delete(id);
      this.phones.set(id, phone);
      const isNews = author !== "customer";
      if (this.current === null || (isNews && !this.chosen && !this.text.value)) return void this.open(id);
      if (isNews && id !== this.current) phone.unread += 1;
    }
    if (id === this.current) this.refresh(phone);
    this.drawWho();
  }

  async refresh(phone) {
    if (phone.isRefreshing) return; // whoever asks now sees what happened meanwhile as well
    phone.isRefreshing = true;
    try {
      let seen;
      do { // what happened while the answer was on its way may not be in it
        seen = phone.changes;
        Object.assign(phone, await get(this.own.path(phone.id)));
      } while (phone.changes !== seen);
    } catch (error) {
      this.trouble(error.message);
    } finally {
      phone.isRefreshing = false;
    }
    if (phone.id === this.current) this.draw();
  }

  async open(id) {
    this.current = id;
    this.drawn = 0;
    this.closeNewcomer();
    if (this.phone) this.phone.unread = 0;
    this.drawWho();
    if (this.phone) await this.refresh(this.phone);
    else this.draw();
  }

  drawWho() {
    const options = [...this.phones.values()].reverse().map((phone) => {
      const option = make("option", "", `${this.own.listed(phone)}${phone.unread ? ` (${phone.unread} new)` : ""}`);
      option.value = phone.id;
      return option;
    });
    if (!this.phones.size) options.push(make("option", "", "Nobody yet"));
    const other = make("option", "", this.own.other);
    other.value = OTHER;
    this.who.replaceChildren(...options, other);
    this.who.value = this.newcomer.hidden ? this.current ?? this.who.options[0].value : OTHER;
    const waiting = [...this.phones.values()].filter((phone) => phone.unread);
    this.news.hidden = waiting.length === 0;
    if (!waiting.length) return;
    const newest = waiting.at(-1);
    this.news.textContent = waiting.length === 1 ? `New message for ${newest.name || newest.id}` : `New messages for ${waiting.length} others`;
    this.news.onclick = () => this.choose(newest.id);
  }

  draw() {
    const { phone, thread } = this;
    const messages = phone?.messages ?? [];
    this.own.drawState(phone);
    const atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 40;
    if (!messages.length) {
      thread.replaceChildren(make("div", "thread__empty", phone ? "No messages yet." : this.own.empty));
      this.drawn = 0;
      return;
    }
    const focused = thread.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    thread.replaceChildren(...messages.flatMap((_, index) => this.drawMessage(messages, index)));
    if (focused) thread.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true }); // news must not take it away
    if (atEnd || messages.length > this.drawn) thread.scrollTop = thread.scrollHeight;
    this.drawn = messages.length;
  }

  drawMessage(messages, index) {
    const [before, message, after] = [messages[index - 1], messages[index], messages[index + 1]];
    const at = new Date(message.virtual_at);
    const isNewDay = !before || dayKey(new Date(before.virtual_at)) !== dayKey(at);
    const items = this.own.drawMessage(message, after);
    items[0].dir = "auto";
    if (this.drawn && index >= this.drawn) items[0].classList.add("is-new");
    return isNewDay ? [make("div", "day", dayOf(at)), ...items] : items;
  }

  async choose(id) {
    this.chosen = true;
    await this.open(id);
    this.text.focus();
  }

  /* Does something as this customer; whether it was taken. */
  async act(what, wish = {}) {
    if (this.current === null) return false;
    this.chosen = true;
    try {
      await post(`${this.own.path(this.current)}${what}`, { ...wish, wait: false });
      this.trouble("");
      return true;
    } catch (error) {
      this.trouble(error.message);
      return false;
    }
  }

  showNewcomer(shown) {
    this.newcomer.hidden = !shown;
    this.composer.inert = shown; // what is typed now is for a phone that is still being chosen
  }

  closeNewcomer() {
    this.showNewcomer(false);
    this.newcomer.reset();
    this.wrong.textContent = "";
  }

  start(onTrouble) {
    this.trouble = onTrouble;
    this.who.addEventListener("change", () => {
      if (this.who.value === OTHER) {
        this.showNewcomer(true);
        this.newcomer.querySelector("input").focus();
      } else {
        this.chosen = true;
        this.open([...this.phones.keys()].find((id) => String(id) === this.who.value));
      }
    });
    this.cancel.addEventListener("click", () => {
      this.closeNewcomer();
      this.drawWho();
      this.who.focus();
    });
    this.newcomer.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await this.choose(await this.own.summon(this.newcomer.elements));
      } catch (error) {
        this.wrong.textContent = error.message;
      }
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.composer.requestSubmit();
    });
    this.composer.addEventListener("submit", async (event) => {
      event.preventDefault();
      const words = this.text.value;
      if (!words.trim() || this.current === null) return;
      this.text.value = "";
      if (!(await this.act("/text", this.own.said(words)))) this.text.value = words;
      this.text.focus();
    });
  }
}
