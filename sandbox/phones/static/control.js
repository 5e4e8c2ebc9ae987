/* The control API: every call answers with JSON, or fails with words that a person can read. */

const TRY_AGAIN_MS = 2000;

async function call(method, path, body) {
  const init = { method, headers: {} };
  if (body !== undefined) {
    init.headers["Content-Type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(`/_sandbox${path}`, init);
  } catch {
    throw new Error("The sandbox does not answer.");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || `The sandbox answered ${response.status}.`);
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/* Follows the ledger from `seq` on: `onRecord(kind, record)` for each line, `onBreak()` when the line is cut, `onBack()`
   when it stands again: what the sandbox knows may have changed, so begin from its state. Returns how to leave. */
export function follow(seq, { onRecord, onBack, onBreak }) {
  const kinds = ["text", "handset", "handset_name", "webhook_end", "reset", "clock", "faults", "webchat"];
  for (const news of ["phone", "text", "handset", "webhook_end", "template", "review", "flow"]) kinds.push(`whatsapp_${news}`);
  kinds.push("call", "call_status", "call_line", "telephone");
  for (const news of ["chat", "message", "edit", "tap", "notice", "update_end"]) kinds.push(`telegram_${news}`);
  const source = new EventSource(`/_sandbox/stream?after=${seq}`);
  let broken = false;
  for (const kind of kinds) {
    source.addEventListener(kind, (event) => onRecord(kind, JSON.parse(event.data)));
  }
  source.addEventListener("error", () => {
    broken = true;
    onBreak();
    // refused for good: the browser will not try again by itself
    if (source.readyState === EventSource.CLOSED) setTimeout(onBack, TRY_AGAIN_MS);
  });
  source.addEventListener("open", () => broken && onBack());
  return () => source.close();
}
