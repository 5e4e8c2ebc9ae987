"""The customers' phones: one for each number, with everything that was sent and received on it, in order."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sandbox.carrier import Blocks
from sandbox.ledger import Record
from sandbox.world import World


@dataclass(slots=True, kw_only=True)
class Handset:
    """`entries` are as the control API shows them, oldest first."""

    number: str
    name: str | None = None
    entries: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)  # the customer's own, by sid


class Handsets:
    """All phones that have been written to, written from, or named; the most recently used first."""

    def __init__(self, world: World, blocks: Blocks) -> None:
        self._world = world
        self._blocks = blocks
        self._by_number: OrderedDict[str, Handset] = OrderedDict()
        world.join(
            {
                "handset": self._arrived,
                "handset_name": self._named,
                "text": self._texted,
                "webhook_end": self._ended,
                "reset": self._reset,
            }
        )

    def summary(self) -> list[dict[str, Any]]:
        """One object a phone, the most recently used first."""
        with self._world.lock:
            return [
                {
                    "number": handset.number,
                    "name": handset.name,
                    "messages": len(handset.entries),
                    "last": handset.entries[-1] if handset.entries else None,
                    "blocked": self._blocks.of(handset.number),
                }
                for handset in reversed(self._by_number.values())
            ]

    def show(self, number: str) -> dict[str, Any]:
        """One phone with its messages in order; an unused number shows as an empty phone."""
        with self._world.lock:
            handset = self._by_number.get(number) or Handset(number=number)
            return {
                "number": number,
                "name": handset.name,
                "blocked": self._blocks.of(number),
                "messages": [dict(entry) for entry in handset.entries],
            }

    def last_sender(self, number: str) -> str | None:
        """Which of the business's numbers wrote to this phone last."""
        with self._world.lock:
            handset = self._by_number.get(number)
            for entry in reversed(handset.entries if handset else []):
                if entry["author"] != "customer":
                    return str(entry["peer"])
        return None

    def unacknowledged(self) -> list[str]:
        """Sids of customers' texts whose webhook has not come to an end, oldest first."""
        with self._world.lock:
            waiting = [
                entry
                for handset in self._by_number.values()
                for entry in handset.texts.values()
                if entry["webhook"] == "pending"
            ]
        return [str(entry["sid"]) for entry in sorted(waiting, key=lambda entry: int(entry["seq"]))]

    def _handset(self, number: str) -> Handset:
        handset = self._by_number.setdefault(number, Handset(number=number))
        self._by_number.move_to_end(number)
        return handset

    def _arrived(self, record: Record) -> None:
        entry = _entry(record, author=record["author"], peer=record["from"])
        self._handset(record["number"]).entries.append(entry)

    def _texted(self, record: Record) -> None:
        entry = _entry(record, author="customer", peer=record["to"]) | {"webhook": "pending"}
        handset = self._handset(record["from"])
        handset.entries.append(entry)
        handset.texts[record["sid"]] = entry

    def _named(self, record: Record) -> None:
        self._handset(record["number"]).name = record["name"]

    def _ended(self, record: Record) -> None:
        handset = self._by_number.get(record["number"])
        entry = handset.texts.get(record["sid"]) if handset and record["what"] == "inbound" else None
        if entry is not None and entry["webhook"] != "acknowledged":
            entry["webhook"] = record["outcome"]

    def _reset(self, _record: Record) -> None:
        self._by_number.clear()


def _entry(record: Record, *, author: str, peer: str) -> dict[str, Any]:
    """`author` is business, carrier or customer; `peer` the other side's number."""
    return {
        "seq": record["seq"],
        "at": record["at"],
        "virtual_at": record["virtual_at"],
        "channel": record["channel"],
        "author": author,
        "peer": peer,
        "sid": record["sid"],
        "body": record["body"],
    }
