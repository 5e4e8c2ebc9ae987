"""The sandbox's record, whichever provider it is of, in one form: what was accepted, written, acknowledged, told.

Imports nothing of the product and nothing of the sandbox; a ledger line is JSON.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Row = Mapping[str, Any]
RANK = {"queued": 0, "sending": 0, "accepted": 0, "sent": 1, "delivered": 2, "read": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A message that a provider took on, whatever it answered.

    id: what the provider calls it. to: number or chat. reference: our own id, where the provider keeps one; all parts
    of one message have the same. shown: body and controls. opens: it was sent as an approved template.
    """

    at: datetime
    id: str
    to: str
    body: str
    shown: str
    reference: str | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a customer wrote or tapped. id: as the thread must name it."""

    id: str
    by: str
    body: str


@dataclass(slots=True)
class Record:
    """`acknowledged`: what was written → when the product first answered for it with success. `told`: a message → the
    furthest status for which it did. `doubts`: a chat → sends of which the provider's answer said nothing."""

    accepted: list[Accepted] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubts: Counter[str] = field(default_factory=Counter)


def read_record(ledger: Sequence[Row]) -> Record:
    """All lines, of all providers."""
    record = Record()
    for line in ledger:
        if reader := _READERS.get(line["kind"]):
            reader(record, line)
    return record


def thread_id(provider_id: str | None, channel: str) -> str | None:
    """A message of the API's thread as the record names it: Telegram's ids begin with the update's number."""
    if provider_id and channel == "telegram" and ":" not in provider_id:
        return f"update {provider_id.partition('-')[0]}"
    return provider_id


# --- Twilio -------------------------------------------------------------------------------------------------------


def _twilio_request(record: Record, line: Row) -> None:
    if line["method"] == "POST" and (made := line.get("message")) is not None:
        accepted = Accepted(at=_at(line), id=line["sid"], to=made["to"], body=made["body"], shown=made["body"])
        record.accepted.append(accepted)


def _twilio_text(record: Record, line: Row) -> None:
    record.written.append(Written(id=line["sid"], by=line["from"], body=line["body"]))


def _twilio_webhook(record: Record, line: Row) -> None:
    if not _is_success(line):
        return
    if line["what"] == "inbound":
        record.acknowledged.setdefault(line["sid"], _at(line))
    elif line["what"] == "status":
        record.told[line["sid"]] = max(record.told[line["sid"]], RANK.get(line["message_status"], 0))


# --- WhatsApp -----------------------------------------------------------------------------------------------------


def _meta_request(record: Record, line: Row) -> None:
    if (made := line.get("message")) is not None:
        record.accepted.append(
            Accepted(
                at=_at(line),
                id=made["id"],
                to=made["number"],
                body=made["body"],
                shown=f"{made['body']} {made['controls']}",
                reference=made["tracker"],
                opens=made["template"] is not None,
            )
        )


def _meta_text(record: Record, line: Row) -> None:
    record.written.append(Written(id=line["id"], by=line["number"], body=line["body"]))


def _meta_webhook(record: Record, line: Row) -> None:
    if not _is_success(line):
        return
    for update in line["updates"]:
        if update["what"] == "inbound":
            record.acknowledged.setdefault(update["id"], _at(line))
        elif update["what"] == "status":
            key, _, status = update["id"].rpartition(":")
            record.told[key] = max(record.told[key], RANK.get(status, 0))


# --- Telegram -----------------------------------------------------------------------------------------------------


def _telegram_call(record: Record, line: Row) -> None:
    if line["method"] != "sendMessage":
        return
    chat = str(line["chat_id"])
    if line["fault"] not in (None, "429"):
        record.doubts[chat] += 1
    if line["message_id"] is not None:
        body = line["fields"]["text"]
        record.accepted.append(
            Accepted(at=_at(line), id=f"{chat}:{line['message_id']}", to=chat, body=body, shown=body)
        )


def _telegram_update(record: Record, line: Row) -> None:
    update = line["update"]
    if "message" in update or "callback_query" in update:
        body = update.get("message", {}).get("text") or update.get("callback_query", {}).get("data", "")
        written = Written(id=f"update {line['update_id']}", by=str(line["chat_id"]), body=body)
        record.written.append(written)


def _telegram_try(record: Record, line: Row) -> None:
    if _is_success(line):
        record.acknowledged.setdefault(f"update {line['update_id']}", _at(line))


def _is_success(line: Row) -> bool:
    return 200 <= (line["status"] or 0) < 300


def _at(line: Row) -> datetime:
    return datetime.fromisoformat(line["at"])


_READERS = {
    "request": _twilio_request,
    "text": _twilio_text,
    "webhook": _twilio_webhook,
    "whatsapp_request": _meta_request,
    "whatsapp_text": _meta_text,
    "whatsapp_webhook": _meta_webhook,
    "telegram_call": _telegram_call,
    "telegram_update": _telegram_update,
    "telegram_update_try": _telegram_try,
}
