"""The customers' WhatsApp: one for each number, with its chat, its user id, its window and its wishes."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.ledger import Record
from sandbox.world import World, moment

WINDOW = timedelta(hours=24)
SHOWS = ("both", "number", "user_id")
"""What webhooks tell of a person: the number, the user id, or both."""
BURST, PAIR_EVERY_S = 45, 6.0
"""Pair rate: one message in six seconds to one person, and 45 that may be borrowed."""


@dataclass(slots=True, kw_only=True)
class Phone:
    """`entries` are as the control API shows them, oldest first; `messages` the business's, by their id."""

    number: str
    name: str | None = None
    shows: str = "both"
    is_on_whatsapp: bool = True
    marketing_stopped: bool = False
    last_inbound_at: datetime | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    by_id: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def user_id(self) -> str:
        return user_id_of(self.number)


def user_id_of(number: str) -> str:
    """The id that this business knows a number by: stable, and no secret of the number's."""
    digest = hashlib.sha256(f"sandbox {number}".encode()).hexdigest()
    return f"{'US' if number.startswith('+1') else 'NL'}.{int(digest[:15], 16):017d}"


class WhatsAppPhones:
    """All phones that have been written to, written from, or set up; the most recently used first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_number: OrderedDict[str, Phone] = OrderedDict()
        self._by_user_id: dict[str, str] = {}
        self._pairs: dict[str, tuple[float, float]] = {}  # number → when, and how many may still be borrowed
        self._lock = threading.Lock()
        world.join(
            {
                "whatsapp_phone": self._set,
                "whatsapp_request": self._accepted,
                "whatsapp_handset": self._arrived,
                "whatsapp_text": self._texted,
                "whatsapp_status": self._moved,
                "whatsapp_webhook_end": self._ended,
                "reset": self._reset,
            }
        )

    # --- what is there --------------------------------------------------------------------------------------------

    def summary(self) -> list[dict[str, Any]]:
        """One object a phone, the most recently used first."""
        with self._world.lock:
            return [
                _facts(phone) | {"messages": len(phone.entries), "last": phone.entries[-1] if phone.entries else None}
                for phone in reversed(self._by_number.values())
            ]

    def show(self, number: str) -> dict[str, Any]:
        """One phone with its chat; an unused number shows as an empty one."""
        with self._world.lock:
            phone = self._by_number.get(number) or Phone(number=number)
            return _facts(phone) | {"messages": [dict(entry) for entry in phone.entries]}

    def get(self, number: str) -> Phone:
        """A copy of the facts of a phone, without its chat."""
        with self._world.lock:
            known = self._by_number.get(number) or Phone(number=number)
            return Phone(
                number=number,
                name=known.name,
                shows=known.shows,
                is_on_whatsapp=known.is_on_whatsapp,
                marketing_stopped=known.marketing_stopped,
                last_inbound_at=known.last_inbound_at,
            )

    def number_of(self, user_id: str) -> str | None:
        with self._world.lock:
            return self._by_user_id.get(user_id)

    def entry(self, number: str, key: str) -> dict[str, Any] | None:
        """One message of the chat by its id."""
        with self._world.lock:
            phone = self._by_number.get(number)
            entry = phone.by_id.get(key) if phone else None
            return dict(entry) if entry else None

    def is_open(self, number: str) -> bool:
        """Whether the customer wrote within the last 24 hours, by the moved clock."""
        last = self.get(number).last_inbound_at
        return last is not None and self._world.clock.now() - last < WINDOW

    def unacknowledged(self) -> list[Record]:
        """Customers' messages whose webhook has not come to an end, oldest first."""
        with self._world.lock:
            waiting = [
                entry["record"]
                for phone in self._by_number.values()
                for entry in phone.by_id.values()
                if entry.get("webhook") == "pending"
            ]
        return sorted(waiting, key=lambda record: int(record["seq"]))

    def under_way(self) -> list[dict[str, Any]]:
        """The business's messages whose end is not known."""
        with self._world.lock:
            return [
                {**entry, "number": phone.number}
                for phone in self._by_number.values()
                for entry in phone.by_id.values()
                if entry.get("status") in {"accepted", "sent", "delivered"}
            ]

    def take_from_pair(self, number: str) -> bool:
        """Whether one more message may go to this person now."""
        now = time.monotonic()
        with self._lock:
            at, left = self._pairs.get(number, (now, float(BURST)))
            left = min(float(BURST), left + (now - at) / PAIR_EVERY_S)
            if left < 1:
                self._pairs[number] = (now, left)
                return False
            self._pairs[number] = (now, left - 1)
            return True

    # --- folds ----------------------------------------------------------------------------------------------------

    def _phone(self, number: str) -> Phone:
        phone = self._by_number.setdefault(number, Phone(number=number))
        self._by_number.move_to_end(number)
        self._by_user_id[phone.user_id] = number
        return phone

    def _set(self, record: Record) -> None:
        phone = self._phone(record["number"])
        for name in ("name", "shows", "is_on_whatsapp", "marketing_stopped"):
            if record.get(name) is not None:
                setattr(phone, name, record[name])

    def _accepted(self, record: Record) -> None:
        """On its way: it is seen on the phone when it is delivered."""
        made = record.get("message")
        if made:
            entry = _entry(record, "business") | made | {"status": "accepted", "error_code": None}
            self._phone(made["number"]).by_id[made["id"]] = entry

    def _arrived(self, record: Record) -> None:
        phone = self._phone(record["number"])
        entry = phone.by_id[record["id"]]
        entry |= {name: record[name] for name in ("seq", "at", "virtual_at")}
        phone.entries.append(entry)

    def _texted(self, record: Record) -> None:
        phone = self._phone(record["number"])
        names = ("id", "type", "body", "context")
        entry = _entry(record, "customer") | {name: record[name] for name in names}
        entry |= {"webhook": "pending", "record": record}
        phone.by_id[record["id"]] = entry
        if record["type"] != "reaction":
            phone.entries.append(entry)
        phone.last_inbound_at = moment(record)

    def _moved(self, record: Record) -> None:
        phone = self._by_number.get(record["number"])
        entry = phone.by_id.get(record["id"]) if phone else None
        if entry is not None:
            entry |= {"status": record["status"], "error_code": record["error_code"]}

    def _ended(self, record: Record) -> None:
        phone = self._by_number.get(record["number"])
        entry = phone.by_id.get(record["id"]) if phone and record["what"] == "inbound" else None
        if entry is not None and entry.get("webhook") != "acknowledged":
            entry["webhook"] = record["outcome"]

    def _reset(self, _record: Record) -> None:
        self._by_number.clear()
        self._by_user_id.clear()
        self._pairs.clear()


def _facts(phone: Phone) -> dict[str, Any]:
    names = ("number", "name", "user_id", "shows", "is_on_whatsapp", "marketing_stopped")
    last = phone.last_inbound_at
    until = (last + WINDOW).isoformat(timespec="seconds") if last else None
    return {name: getattr(phone, name) for name in names} | {"window_until": until}


def _entry(record: Record, author: str) -> dict[str, Any]:
    return {"author": author, **{name: record[name] for name in ("seq", "at", "virtual_at")}}
