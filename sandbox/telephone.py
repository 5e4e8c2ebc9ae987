"""Telephone calls of the account, as the ledger tells them, and the telephones of the customers.

Lines: a `request` that created a call bears `call`; `call` is one that a customer makes; `call_status` moves it;
`call_line` is one thing heard in it; `call_recording` what was recorded; `telephone` how a number answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.ledger import Record
from sandbox.messages import API_VERSION, rfc2822
from sandbox.world import World, moment

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
BEHAVIOURS = ("page", "human", "machine", "busy", "no-answer", "failed")
"""How a telephone answers: on the page, by a script, by voicemail, or not at all."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One call. customer: the number of the customer's telephone, whoever called whom."""

    sid: str
    account: str
    direction: str
    sender: str
    to: str
    status: str
    created: datetime
    updated: datetime
    wish: dict[str, Any]
    answered: datetime | None = None
    answered_by: str | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def customer(self) -> str:
        return self.sender if self.direction == "inbound" else self.to

    def as_json(self) -> dict[str, Any]:
        """Twilio's Call resource, as far as it is emulated."""
        is_over = self.status in FINAL
        started = self.answered or (self.created if is_over else None)
        took = round((self.updated - self.answered).total_seconds()) if is_over and self.answered else None
        path = f"/{API_VERSION}/Accounts/{self.account}/Calls/{self.sid}"
        return {
            "sid": self.sid,
            "account_sid": self.account,
            "annotation": None,
            "answered_by": self.answered_by,
            "api_version": API_VERSION,
            "caller_name": None,
            "date_created": rfc2822(self.created),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "duration": None if took is None else str(took),
            "end_time": rfc2822(self.updated) if is_over else None,
            "forwarded_from": None,
            "from": self.sender,
            "from_formatted": self.sender,
            "group_sid": None,
            "parent_call_sid": None,
            "phone_number_sid": None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "start_time": rfc2822(started),
            "status": self.status,
            "subresource_uris": {"recordings": f"{path}/Recordings.json"},
            "to": self.to,
            "to_formatted": self.to,
            "trunk_sid": None,
            "uri": f"{path}.json",
        }


class Calls:
    """All calls, recordings and telephones."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._calls: dict[str, Call] = {}
        self._recordings: dict[str, Record] = {}
        self._telephones: dict[str, Record] = {}
        world.join(
            {
                "request": self._requested,
                "call": self._made,
                "call_status": self._moved,
                "call_line": self._heard,
                "call_recording": lambda record: self._recordings.__setitem__(record["recording"], record),
                "recording_deleted": self._forgotten,
                "telephone": lambda record: self._telephones.__setitem__(record["number"], record),
                "reset": self._reset,
            }
        )

    def get(self, sid: str) -> Call | None:
        with self._world.lock:
            return self._calls.get(sid)

    def find(self, *, to: str | None = None, sender: str | None = None, status: str | None = None) -> list[Call]:
        """Fitting calls, the newest first."""
        with self._world.lock:
            fitting = [
                call
                for call in self._calls.values()
                if to in (None, call.to) and sender in (None, call.sender) and status in (None, call.status)
            ]
            return fitting[::-1]

    def recording(self, sid: str) -> Record | None:
        with self._world.lock:
            return self._recordings.get(sid)

    def telephone(self, number: str) -> Record:
        """How this number answers."""
        with self._world.lock:
            return self._telephones.get(number, {"number": number, "answers": "page", "script": []})

    def shown(self) -> list[dict[str, Any]]:
        """What the page needs: the last calls with what was heard in them, the newest first."""
        with self._world.lock:
            return [
                {
                    "sid": call.sid,
                    "customer": call.customer,
                    "direction": call.direction,
                    "status": call.status,
                    "answered_by": call.answered_by,
                    "at": call.created.isoformat(),
                    "lines": list(call.lines),
                }
                for call in list(self._calls.values())[:-21:-1]
            ]

    def _requested(self, record: Record) -> None:
        if made := record.get("call"):
            self._add(made, record)

    def _made(self, record: Record) -> None:
        self._add(record["call"], record)

    def _add(self, made: Record, record: Record) -> None:
        at = moment(record)
        self._calls[made["sid"]] = Call(
            sid=made["sid"],
            account=self._world.settings.account_sid,
            direction=made["direction"],
            sender=made["from"],
            to=made["to"],
            status=made["status"],
            created=at,
            updated=at,
            wish=made["wish"],
        )

    def _moved(self, record: Record) -> None:
        call = self._calls.get(record["sid"])
        if call is None:
            return
        call.status, call.updated = record["status"], moment(record)
        call.answered_by = record["answered_by"] or call.answered_by
        if record["status"] == "in-progress":
            call.answered = call.answered or moment(record)

    def _heard(self, record: Record) -> None:
        call = self._calls.get(record["sid"])
        if call is not None:
            call.lines.append({name: record.get(name) for name in ("after_s", "who", "text", "language", "sound")})

    def _forgotten(self, record: Record) -> None:
        self._recordings.pop(record["recording"], None)

    def telephones(self) -> dict[str, Record]:
        """How the numbers answer of which that was said."""
        with self._world.lock:
            return dict(self._telephones)

    def _reset(self, _record: Record) -> None:
        self._calls.clear()
        self._recordings.clear()
        self._telephones.clear()
