"""Bringing updates to the webhook as Telegram's own Bot API server does.

Rules read in its source (`WebhookActor.cpp`, `Client.cpp`): any 2xx counts, everything else is a failure. Updates go in
queues, one for the messages of a chat, one for the taps of a person, one for membership; the next of a queue waits for
the one before. A failure is repeated at once, then after 2, 4, 8 … seconds up to a minute, or after what the answer's
`Retry-After` says (at most an hour). A message is dropped after 24 hours, a tap after 150 seconds. The answer itself
may hold one call (`{"method": …}`), of which nobody hears the result. The secret goes with each as a header.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from sandbox.faults import Fault
from sandbox.ledger import Record
from sandbox.posting import Answer, Poster
from sandbox.telegram_types import NOT_UNASKED
from sandbox.webhooks import Errand
from sandbox.world import World

PATIENCE_S = 60.0
FIRST_WAIT_S, LONGEST_WAIT_S, LONGEST_ASKED_S = 2.0, 60.0, 3600.0
LIFE_S = {"callback_query": 150.0}
LONGEST_LIFE_S = 24 * 3600.0
Called = Callable[[str, Mapping[str, Any]], None]


@dataclass(slots=True, kw_only=True)
class Update:
    """One update on its way."""

    update_id: int
    kind: str
    chat_id: int
    body: dict[str, Any]
    born: float  # by the system's clock
    copies: int = 1
    tries: int = 0
    errand: Errand = field(default_factory=Errand)


class Updates:
    """The webhook that was set, and everything that waits for it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poster = Poster()
        self.webhook: dict[str, Any] = {}
        self._last_id = 100_000_000
        self._waiting: dict[str, deque[Update]] = {}
        self._told: dict[int, dict[str, Any]] = {}  # update_id → its line, for who did not come to an end
        self._bodies: dict[int, Record] = {}
        self._last_error: tuple[int, str] | None = None
        self.on_call: Called = lambda _method, _fields: None
        world.join(
            {
                "telegram_webhook": self._set,
                "telegram_update": self._remember,
                "telegram_update_end": self._forget,
                "reset": self._reset,
            }
        )

    def info(self) -> dict[str, Any]:
        """As getWebhookInfo shows it."""
        with self._world.lock:
            shown: dict[str, Any] = {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": sum(len(queue) for queue in self._waiting.values()),
            }
            if self.webhook.get("url"):
                shown |= {"max_connections": self.webhook["max_connections"], "ip_address": "127.0.0.1"}
                if self.webhook["allowed_updates"]:
                    shown["allowed_updates"] = self.webhook["allowed_updates"]
            if self._last_error is not None:
                shown |= {"last_error_date": self._last_error[0], "last_error_message": self._last_error[1]}
            return shown

    def add(self, kind: str, chat_id: int, content: dict[str, Any], *, hold: bool = False) -> Update:
        """A new update, which leaves at once unless it is held or nobody wants its kind."""
        with self._world.lock:
            update_id = self._last_id + 1
            body = {"update_id": update_id, kind: content}
            record = self._world.commit(
                "telegram_update", update_id=update_id, update_kind=kind, chat_id=chat_id, update=body
            )
        update = self._of(record)
        wanted = self.webhook.get("allowed_updates") or ()
        if (wanted and kind not in wanted) or (not wanted and kind in NOT_UNASKED):
            self._end(update, "unwanted")
        elif not hold:
            self._send(update)
        return update

    def again(self, update_id: int, copies: int = 1) -> Update | None:
        """Bring an update once more, whatever became of it; None if there was none."""
        with self._world.lock:
            record = self._bodies.get(update_id)
        if record is None:
            return None
        update = self._of(record)
        update.copies = copies
        self._queue(update)
        return update

    def resume(self) -> None:
        """After a restart: what had not come to an end is brought again."""
        with self._world.lock:
            waiting = list(self._told.values())
        for record in waiting:
            self._queue(self._of(record))

    def drop_all(self) -> None:
        with self._world.lock:
            dropped = [update for queue in self._waiting.values() for update in queue]
            self._waiting.clear()
        for update in dropped:
            self._end(update, "dropped")

    # --- on the way -------------------------------------------------------------------------------------------------

    def _of(self, record: Record) -> Update:
        return Update(
            update_id=record["update_id"],
            kind=record["update_kind"],
            chat_id=record["chat_id"],
            body=record["update"],
            born=datetime.fromisoformat(record["at"]).timestamp(),
        )

    def _send(self, update: Update) -> None:
        knobs, struck = self._world.faults.knobs, self._world.faults.webhook(str(update.chat_id), "inbound")
        if Fault.DUPLICATE in struck:
            update.copies = max(knobs.copies, 2)
        wait = knobs.late_s if Fault.LATE in struck else knobs.hold_s if Fault.REORDER in struck else 0.0
        self._world.schedule.after(wait, partial(self._queue, update))

    def _queue(self, update: Update) -> None:
        name = f"{update.kind.removeprefix('edited_')} {update.chat_id}"
        with self._world.lock:
            queue = self._waiting.setdefault(name, deque())
            queue.append(update)
            is_first = len(queue) == 1
        if is_first:
            self._world.schedule.soon(partial(self._bring, name))

    def _bring(self, name: str) -> None:
        with self._world.lock:
            queue = self._waiting.get(name)
            update = queue[0] if queue else None
        if update is None:
            return
        url = self.webhook.get("url")
        if not url:
            self._world.schedule.after(1.0, partial(self._bring, name))
            return
        for copy in range(1, update.copies):
            self._world.schedule.soon(partial(self._copy, update, url, copy))
        answer = self._post(update, url, 0)
        if answer.ok:
            self._end(update, "acknowledged")
            self._next(name)
            self._obey(answer)
            return
        wait = self._wait(update, answer)
        if time.time() + wait > update.born + LIFE_S.get(update.kind, LONGEST_LIFE_S):
            self._end(update, "expired")
            self._next(name)
        else:
            self._world.schedule.after(wait, partial(self._bring, name))

    def _copy(self, update: Update, url: str, copy: int) -> None:
        """A duplicate on the wire: whatever it is answered, nobody waits for it."""
        self._post(update, url, copy)

    def _wait(self, update: Update, answer: Answer) -> float:
        asked = answer.headers.get("retry-after", "")
        if asked.isdecimal():
            return min(float(asked), LONGEST_ASKED_S) * self._world.settings.telegram_backoff
        update.tries += 1
        wait = 0.0 if update.tries == 1 else min(FIRST_WAIT_S ** (update.tries - 1), LONGEST_WAIT_S)
        return wait * self._world.settings.telegram_backoff

    def _next(self, name: str) -> None:
        with self._world.lock:
            queue = self._waiting.get(name)
            if queue:
                queue.popleft()
            if not queue:
                self._waiting.pop(name, None)
                return
        self._world.schedule.soon(partial(self._bring, name))

    def _post(self, update: Update, url: str, copy: int) -> Answer:
        started = datetime.now(UTC)
        answer = self._poster.post(
            url,
            json.dumps(update.body, separators=(",", ":")).encode("utf-8", "surrogatepass"),
            {
                "Content-Type": "application/json",
                **({"X-Telegram-Bot-Api-Secret-Token": token} if (token := self.webhook.get("secret_token")) else {}),
            },
            connect_s=10.0,
            read_s=PATIENCE_S,
        )
        record = self._world.commit(
            "telegram_update_try",
            update_id=update.update_id,
            chat_id=update.chat_id,
            copy=copy,
            started_at=started.isoformat(timespec="microseconds"),
            took_ms=answer.took_ms,
            status=answer.status,
            error=answer.error,
            detail=answer.detail,
        )
        names = ("seq", "at", "copy", "took_ms", "status", "error", "detail")
        update.errand.tries.append({name: record[name] for name in names})
        if not answer.ok:
            words = f"Wrong response from the webhook: {answer.status}" if answer.status else "Connection failed"
            self._last_error = (int(started.timestamp()), words)
        return answer

    def _obey(self, answer: Answer) -> None:
        """The call in the answer's body, if it holds one."""
        if not answer.body.strip():
            return
        try:
            if answer.content_type.startswith("application/json"):
                fields = json.loads(answer.body)
            else:
                fields = dict(parse_qsl(answer.body.decode("utf-8", "replace")))
        except ValueError:
            return
        if isinstance(fields, dict) and isinstance(method := fields.pop("method", None), str):
            self.on_call(method, fields)

    def _end(self, update: Update, outcome: str) -> None:
        self._world.commit("telegram_update_end", update_id=update.update_id, chat_id=update.chat_id, outcome=outcome)
        update.errand.outcome = outcome
        update.errand.done.set()

    # --- folds --------------------------------------------------------------------------------------------------------

    def _set(self, record: Record) -> None:
        self.webhook = dict(record["webhook"])

    def _remember(self, record: Record) -> None:
        self._last_id = max(self._last_id, record["update_id"])
        self._told[record["update_id"]] = record
        self._bodies[record["update_id"]] = record

    def _forget(self, record: Record) -> None:
        self._told.pop(record["update_id"], None)

    def _reset(self, _record: Record) -> None:
        """Forget what waits; the webhook stays set, as the product will not set it again."""
        self._told.clear()
        self._bodies.clear()
        self._waiting.clear()
        self._last_error = None
