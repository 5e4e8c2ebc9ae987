"""Bringing WhatsApp's webhooks: gathered into batches, signed over the exact bytes, repeated until they are taken.

From "Webhooks" of the platform: updates "are aggregated and sent in a batch"; whatever does not get a 2xx comes again
with decreasing frequency for seven days; nothing is said about their order, and the same one may come twice.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sandbox.faults import Fault
from sandbox.ledger import Record
from sandbox.posting import Poster
from sandbox.world import World

BATCH_MAX = 1_000
RETRIES_S = (0.5, 1, 2, 4, 8, 15, 30)
"""Seconds before each next try; the last one for ever. Meta begins like this and goes on for days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One item. webhook_field: of its change. part: the list it stands in, None where the item is a whole `value`."""

    what: str  # inbound, status, preference, template
    id: str
    number: str
    webhook_field: str
    part: str | None
    item: dict[str, Any]
    contact: dict[str, Any] | None = None
    done: threading.Event = field(default_factory=threading.Event)


class WhatsAppCourier:
    """Gathers updates for a moment and brings them together."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poster = Poster()
        self._lock = threading.Lock()
        self._waiting: list[Update] = []
        self._is_due = False
        self._held: dict[str, list[Update]] = {}
        self._shapes = random.Random(world.settings.seed)
        world.join({"reset": self._forget})

    def send(self, update: Update, *, copies: int | None = None, late_s: float | None = None) -> None:
        """Sets out. `copies` and `late_s`, where given, are certain; otherwise the fault switches decide."""
        knobs = self._world.faults.knobs
        struck = frozenset[Fault]()
        if copies is None and late_s is None:
            struck = self._world.faults.webhook(update.number, "inbound" if update.what == "inbound" else "status")
        if Fault.LOST_STATUS in struck:
            self._end(update, "dropped")
            return
        count = copies if copies is not None else knobs.copies if Fault.DUPLICATE in struck else 1
        delay = late_s if late_s is not None else knobs.late_s if Fault.LATE in struck else 0.0
        for _ in range(count - 1):  # in webhooks of their own: the same item in another body
            self._world.schedule.after(delay, partial(self._post, [update]))
        if Fault.REORDER in struck:
            self._hold(update, knobs.hold_s)
        else:
            self._world.schedule.after(delay, partial(self._gather, update))

    def _forget(self, _record: Record) -> None:
        with self._lock:
            self._waiting, self._is_due, self._held = [], False, {}

    def _hold(self, update: Update, longest_s: float) -> None:
        """Until another update of that person has gone."""
        with self._lock:
            self._held.setdefault(update.number, []).append(update)
        self._world.schedule.after(longest_s, partial(self._release, update.number, None))

    def _release(self, number: str, after: Update | None) -> None:
        with self._lock:
            held = self._held.pop(number, [])
        for update in held:
            if update is not after:
                self._gather(update)

    def _gather(self, update: Update) -> None:
        with self._lock:
            self._waiting.append(update)
            if self._is_due:
                return
            self._is_due = True
        self._world.schedule.after(self._world.settings.whatsapp.batch_s, self._flush)

    def _flush(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
            self._is_due = bool(self._waiting)
            if self._is_due:
                self._world.schedule.soon(self._flush)
        self._post(batch)

    def _post(self, batch: Sequence[Update], attempt: int = 1, body: bytes | None = None) -> None:
        if not batch:
            return
        settings = self._world.settings.whatsapp
        body = body or json.dumps(self._payload(batch), ensure_ascii=True, separators=(",", ":")).encode()
        signature = hmac.new(settings.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "Accept": "*/*",
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        answer = self._poster.post(settings.url, body, headers, connect_s=5.0, read_s=10.0)
        self._world.commit(
            "whatsapp_webhook",
            updates=[{"what": each.what, "id": each.id, "number": each.number} for each in batch],
            bytes=len(body),
            attempt=attempt,
            took_ms=answer.took_ms,
            status=answer.status,
            error=answer.error,
            detail=answer.detail,
        )
        if answer.ok:
            for update in batch:
                self._end(update, "acknowledged")
                self._release(update.number, update)
            return
        wait = RETRIES_S[min(attempt, len(RETRIES_S)) - 1] * settings.backoff
        if attempt == 1:
            self._world.commit("alert", code=0, sid=None, detail=answer.detail or f"HTTP {answer.status}")
        self._world.schedule.after(wait, partial(self._post, batch, attempt + 1, body))

    def _end(self, update: Update, outcome: str) -> None:
        self._world.commit(
            "whatsapp_webhook_end", what=update.what, id=update.id, number=update.number, outcome=outcome
        )
        update.done.set()

    def _payload(self, batch: Sequence[Update]) -> dict[str, Any]:
        """The updates in one body: neighbours of a kind share a change, and now and then a second entry begins."""
        entries: list[list[dict[str, Any]]] = [[]]
        last: Update | None = None
        for update in batch:
            with self._lock:
                is_new_entry = len(batch) > 3 and self._shapes.random() < 0.2
                joins = self._shapes.random() < 0.7
            if is_new_entry and entries[-1]:
                entries.append([])
                last = None
            place = (update.webhook_field, update.part)
            is_same = last is not None and update.part is not None and (last.webhook_field, last.part) == place
            if is_same and joins:
                value = entries[-1][-1]["value"]
                value[update.part].append(update.item)
                if update.contact:
                    value.setdefault("contacts", []).append(update.contact)
            else:
                entries[-1].append(self._change(update))
            last = update
        account = self._world.settings.whatsapp.business_account_id
        return {
            "object": "whatsapp_business_account",
            "entry": [{"id": account, "changes": changes} for changes in entries if changes],
        }

    def _change(self, update: Update) -> dict[str, Any]:
        if update.part is None:
            return {"field": update.webhook_field, "value": update.item}
        settings = self._world.settings.whatsapp
        metadata = {
            "display_phone_number": settings.number.removeprefix("+"),
            "phone_number_id": settings.phone_number_id,
        }
        value: dict[str, Any] = {"messaging_product": "whatsapp", "metadata": metadata}
        if update.contact:
            value["contacts"] = [update.contact]
        return {"field": update.webhook_field, "value": value | {update.part: [update.item]}}
