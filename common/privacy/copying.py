"""A person's copy of everything that is held about them: one document, for the person and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from common.errors import NotFound
from common.privacy import belongings, searching
from common.privacy.belongings import Person
from common.privacy.inventory import INVENTORY, End
from common.store.people import find_customer

FORMAT = "zeroten.customer/1"
_NAMES = {"inbound": "received", "outbox": "sent", "receipts": "delivery_news"}
"""Tables that are called otherwise in the document."""
_THREAD = ("messages", "events", "answers", "timers")
_APART = ("customers", "customer_refs", "conversations", *_THREAD)
_SEARCHES = {"raw": searching.quarantined, "query": searching.viewed}
_WISHES = {"opted_out": False, "opted_in": True}
"""Events of a thread in which somebody wished not to be asked, or to be asked again."""

Row = dict[str, Any]


def copy_of(connection: Connection, ref: str, now: datetime, *, api_url: str) -> Row:
    """Everything held about the person whom a caller calls `ref`. Raises NotFound.

    api_url: where the API is, from which recordings and files can be fetched.
    """
    customer_id = find_customer(connection, ref)
    if customer_id is None:
        raise NotFound("no such customer")
    person = belongings.person(connection, customer_id)
    held = _held(connection, person)
    threads = _threads(held)
    customer = held["customers"][0]
    document: Row = {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "customer": {"ids": [row["ref"] for row in held["customer_refs"]], **customer},
        "consent": _consent(held, customer),
        "conversations": threads,
        "responses": [_response(row) for row in threads if row["answered_at"] is not None],
    }
    document |= {_NAMES.get(name, name): rows for name, rows in held.items() if name not in _APART}
    for ticket in document["tickets"]:
        thread = next((row for row in threads if row["id"] == ticket["conversation_id"]), None)
        said = thread["messages"] if thread else []
        ticket["replies"] = [row for row in said if row["author"] == "user" and row["kind"] != "note"]
        ticket["notes"] = [row for row in said if row["kind"] == "note"]
    for recording in document["recordings"]:
        recording["audio_url"] = f"{api_url}/recordings/{recording['id']}" if _is_there(recording) else None
    for file in document["files"]:
        file["url"] = f"{api_url}/files/{file['id']}" if _is_there(file) else None
    return document


def _held(connection: Connection, person: Person) -> dict[str, list[Row]]:
    """A person's rows by table, in the order of the inventory, as plain values."""
    held: dict[str, list[Row]] = {}
    for holding in INVENTORY:
        if holding.by is None or holding.end is End.KEPT or holding.by == "body":
            continue  # answers that are kept for repeats say again what the rest says
        search = _SEARCHES.get(holding.by)
        found = search(connection, person) if search else belongings.rows(connection, holding, person)
        held[holding.table] = [{name: _plain(value) for name, value in row.items()} for row in found]
    return held


def _is_there(row: Mapping[str, Any]) -> bool:
    """Whether the content of a recording or a file is stored."""
    return bool(row["state"] == "stored")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _threads(held: Mapping[str, list[Row]]) -> list[Row]:
    """The conversations, each with what was said and what happened in it."""
    threads = [dict(row) for row in held["conversations"]]
    for thread in threads:
        for name in _THREAD:
            mine = [row for row in held[name] if row["conversation_id"] == thread["id"]]
            thread[name] = sorted(mine, key=lambda row: row.get("sequence", 0))
    return threads


def _response(thread: Mapping[str, Any]) -> Row:
    shown = {"conversation_id": thread["id"], "at": thread["answered_at"]}
    return shown | {name: thread[name] for name in ("channel", "score", "band", "reason", "aspect", "outcome")}


def _consent(held: Mapping[str, list[Row]], customer: Mapping[str, Any]) -> list[Row]:
    """How consent and the wish not to be asked came about, in the order of time."""
    history = [*_reported(held["interactions"]), *_wished(held["events"])]
    if customer["opted_out_at"] is not None:
        by = customer["opted_out_by"]
        history.append({"at": customer["opted_out_at"], "what": "may_ask", "value": False, "source": by})
    return sorted(history, key=lambda row: str(row["at"]))


def _reported(interactions: Iterable[Row]) -> Iterable[Row]:
    for row in interactions:
        given = row["body"].get("customer", {})
        if given.get("consent") is not None:
            source = f"interaction {row['ref']}"
            yield {"at": row["created_at"], "what": "consent", "value": given["consent"], "source": source}


def _wished(events: Iterable[Row]) -> Iterable[Row]:
    for row in events:
        if row["name"] in _WISHES:
            source = row["data"].get("source") or f"conversation {row['conversation_id']}"
            yield {"at": row["at"], "what": "may_ask", "value": _WISHES[row["name"]], "source": source}
