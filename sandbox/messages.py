"""Twilio's Message resources, and the list with its filters.

Direction, statuses, fields and filters as in the Message resource's reference; what a message goes through on its way
to the handset is in `delivery`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sandbox.ledger import Record
from sandbox.twilio_errors import DELIVERY_MESSAGES
from sandbox.world import World, moment

API_VERSION = "2010-04-01"
TERMINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received", "read"})


@dataclass(slots=True, kw_only=True)
class Message:
    """`sender` is None while a messaging service has not chosen one; `service` the messaging service, if any."""

    sid: str
    account: str
    direction: str  # inbound, outbound-api, outbound-reply
    sender: str | None
    to: str
    body: str
    media: tuple[str, ...]
    segments: int
    status: str
    service: str | None
    created: datetime
    updated: datetime
    sent: datetime | None
    error_code: int | None
    status_callback: str | None
    validity_s: int
    queued_at: datetime  # by the system's own clock: a moved clock does not make a queue longer
    send_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The resource as the API shows it."""
        uri = f"/{API_VERSION}/Accounts/{self.account}/Messages/{self.sid}"
        return {
            "account_sid": self.account,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created),
            "date_sent": rfc2822(self.sent),
            "date_updated": rfc2822(self.updated),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": DELIVERY_MESSAGES.get(self.error_code, "Unknown error") if self.error_code else None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(len(self.media)),
            "num_segments": str(self.segments),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json", "feedback": f"{uri}/Feedback.json"},
            "to": self.to,
            "uri": f"{uri}.json",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """`since` and `until` include their instants; a message that has not been sent yet matches no date."""

    to: str | None = None
    sender: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def fits(self, message: Message) -> bool:
        if self.to is not None and message.to != self.to:
            return False
        if self.sender is not None and message.sender != self.sender:
            return False
        if self.since is None and self.until is None:
            return True
        if message.sent is None:
            return False
        shown = message.sent.replace(microsecond=0)  # what the resource shows is what its dates are compared by
        return (self.since is None or shown >= self.since) and (self.until is None or shown <= self.until)


class Messages:
    """All messages of the account, as the ledger tells them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_sid: dict[str, Message] = {}
        self._by_to: dict[str, list[Message]] = {}
        world.join(
            {
                "request": self._requested,
                "reply": self._replied,
                "text": self._texted,
                "status": self._moved,
                "redacted": self._redacted,
                "deleted": self._deleted,
                "reset": self._reset,
            }
        )

    def get(self, sid: str) -> Message | None:
        with self._world.lock:
            return self._by_sid.get(sid)

    def find(self, wish: Filter) -> list[Message]:
        """Fitting messages, the newest first."""
        with self._world.lock:
            pool: Iterable[Message] = self._by_sid.values() if wish.to is None else self._by_to.get(wish.to, [])
            return [message for message in pool if wish.fits(message)][::-1]

    def under_way(self) -> list[Message]:
        """Outbound messages whose end is not known."""
        with self._world.lock:
            return [message for message in self._by_sid.values() if message.status not in TERMINAL]

    def _add(self, message: Message) -> None:
        self._by_sid[message.sid] = message
        self._by_to.setdefault(message.to, []).append(message)

    def _requested(self, record: Record) -> None:
        made = record.get("message")
        if made:
            self._add_outbound(made, "outbound-api", record)

    def _replied(self, record: Record) -> None:
        self._add_outbound(record["message"], "outbound-reply", record)

    def _add_outbound(self, made: Record, direction: str, record: Record) -> None:
        at, send_at = moment(record), made["send_at"]
        self._add(
            Message(
                sid=made["sid"],
                account=self._world.settings.account_sid,
                direction=direction,
                sender=made["from"],
                to=made["to"],
                body=made["body"],
                media=tuple(made["media"]),
                segments=made["segments"],
                status=made["status"],
                service=made["service"],
                created=at,
                updated=at,
                sent=None,
                error_code=None,
                status_callback=made["status_callback"],
                validity_s=made["validity_s"],
                queued_at=datetime.fromisoformat(record["at"]),
                send_at=datetime.fromisoformat(send_at) if send_at else None,
            )
        )

    def _texted(self, record: Record) -> None:
        at = moment(record)
        self._add(
            Message(
                sid=record["sid"],
                account=self._world.settings.account_sid,
                direction="inbound",
                sender=record["from"],
                to=record["to"],
                body=record["body"],
                media=(),
                segments=record["segments"],
                status="received",
                service=record["service"],
                created=at,
                updated=at,
                sent=at,  # for an inbound message: when the webhook was called
                error_code=None,
                status_callback=None,
                validity_s=0,
                queued_at=datetime.fromisoformat(record["at"]),
                send_at=None,
            )
        )

    def _moved(self, record: Record) -> None:
        message = self._by_sid.get(record["sid"])
        if message is None:
            return
        message.status = record["status"]
        message.updated = moment(record)
        message.error_code = record["error_code"]
        message.sender = record["from"]
        message.segments = record["segments"]
        if record["status"] == "queued":
            message.queued_at = datetime.fromisoformat(record["at"])
        elif record["status"] == "sent":
            message.sent = moment(record)

    def _redacted(self, record: Record) -> None:
        message = self._by_sid.get(record["sid"])
        if message is not None:
            message.body = ""
            message.updated = moment(record)

    def _deleted(self, record: Record) -> None:
        message = self._by_sid.pop(record["sid"], None)
        if message is not None:
            self._by_to[message.to].remove(message)

    def _reset(self, _record: Record) -> None:
        self._by_sid.clear()
        self._by_to.clear()


def rfc2822(at: datetime | None) -> str | None:
    """Twilio's dates: `Sun, 22 Nov 2026 10:00:00 +0000`, whole seconds."""
    return format_datetime(at.replace(microsecond=0)) if at else None
