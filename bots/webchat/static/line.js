// News from the server: a stream of events that resumes after the last message seen, or long polling where the server
// has no stream to give.

const SILENCE_MS = 40000; // more than two heartbeats without a byte: the connection is dead, whatever it looks like
const RETRY_MS = [300, 600, 1000, 1500];
const PATIENT_AFTER = 40;
const VERY_LATE_MS = 15000;
const POLLS_BEFORE_STREAM = 6;

export class Line {
  constructor(here, headers, last, tag, tell) {
    this.here = here;
    this.headers = headers;
    this.last = last;
    this.tag = tag;
    this.tell = tell;
    this.isRunning = false;
    this.failures = 0;
    this.polls = 0;
    this.hurry = () => {};
  }

  // Something may have come: listen if we are not listening, look at once if we wait.
  wake() {
    this.hurry();
    if (!this.isRunning) this.#run();
  }

  async #run() {
    this.isRunning = true;
    try {
      do {
        await (this.polls > 0 ? this.#poll() : this.#stream());
      } while (this.tell.isLive());
    } finally {
      this.isRunning = false;
    }
  }

  async #stream() {
    const stop = new AbortController();
    let watchdog = setTimeout(() => stop.abort(), SILENCE_MS);
    try {
      const headers = { ...this.headers, Accept: "text/event-stream", "Last-Event-ID": String(this.last) };
      const reply = await fetch(`${this.here}/stream`, { headers, credentials: "omit", signal: stop.signal });
      if (reply.status === 503 && reply.headers.get("Retry-After")) {
        this.polls = POLLS_BEFORE_STREAM;
        return;
      }
      if (!this.#isGood(reply)) return await this.#rest();
      const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (let part; !(part = await reader.read()).done; ) {
        clearTimeout(watchdog);
        watchdog = setTimeout(() => stop.abort(), SILENCE_MS);
        this.#connected();
        const blocks = (rest + part.value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) this.#event(block);
      }
      await this.#sleep(RETRY_MS[0]);
    } catch {
      await this.#rest();
    } finally {
      clearTimeout(watchdog);
    }
  }

  #event(block) {
    const field = (name) => block.match(new RegExp(`^${name}: (.*)$`, "m"))?.[1];
    const [name, data] = [field("event"), field("data")];
    if (name === "leave") this.polls = POLLS_BEFORE_STREAM; // another tab of this page has the stream now
    if (name === "message") this.#message(JSON.parse(data));
    if (name === "state") this.tell.state(JSON.parse(data));
  }

  async #poll() {
    this.polls -= 1;
    const query = new URLSearchParams({ after: this.last, tag: this.tag, wait: 20 });
    try {
      const signal = AbortSignal.timeout(SILENCE_MS);
      const { headers } = this;
      const reply = await fetch(`${this.here}/messages?${query}`, { headers, credentials: "omit", signal });
      if (!this.#isGood(reply)) return await this.#rest();
      const news = await reply.json();
      this.#connected();
      for (const message of news.messages) this.#message(message);
      this.tag = news.tag;
      this.tell.state(news.state);
      if (news.pause_s) await this.#sleep(news.pause_s * 1000);
    } catch {
      await this.#rest();
    }
  }

  #message(message) {
    if (message.sequence <= this.last) return;
    this.last = message.sequence;
    this.tell.message(message);
  }

  #isGood(reply) {
    if ([401, 404, 410].includes(reply.status)) this.tell.gone();
    return reply.ok;
  }

  #connected() {
    this.failures = 0;
    this.tell.away(false);
  }

  async #rest() {
    this.failures += 1;
    if (this.failures > 1) this.tell.away(true);
    const most = RETRY_MS[Math.min(this.failures, RETRY_MS.length) - 1];
    await this.#sleep((this.failures > PATIENT_AFTER ? VERY_LATE_MS : most) * (0.8 + Math.random() * 0.4));
  }

  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.hurry = () => {
        clearTimeout(timer);
        this.hurry = () => {};
        resolve();
      };
    });
  }
}
