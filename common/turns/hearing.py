"""Hearing: a message counts once, comes from somebody, and opens what only a customer's own message opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from common.channels import InboundMessage
from common.privacy.erased import ErasedPeople
from common.store import held, people
from common.store import threads as thread_store
from common.store.dialect import among, insert_new
from common.store.schema import endpoints, inbound, invitations, outbox
from common.survey.reading import Intent
from common.turns.inputs import ConversationEvent, StartInvitation, TurnInput
from common.turns.opting_out import wish_in

EARLIER = "earlier"
"""The question of a control that was shown in another conversation: none that could be open in this one."""
_ENDPOINTS = select(endpoints).where(among(tuple_(endpoints.c.channel, endpoints.c.address), "places"))
_HEAR = update(endpoints).where(among(endpoints.c.id)).values(last_inbound_at=bindparam("_now"))
_WITHDRAW = (
    update(invitations)
    .where(
        among(invitations.c.customer_id),
        invitations.c.channel == bindparam("_channel"),
        invitations.c.status == "scheduled",
        invitations.c.started_at.is_(None),
    )
    .values(status="cancelled", reason="customer_wrote")
)


def claim(connection: Connection, inputs: Sequence[TurnInput], now: datetime) -> set[tuple[Any, ...]]:
    """Record the inbound messages; the keys of those that had not been there."""
    rows = {
        (item.channel.value, item.account, item.provider_id): {
            "channel": item.channel.value,
            "account": item.account,
            "provider_id": item.provider_id,
            "sender": item.sender,
            "fields": dict(item.raw),
            "received_at": now,
        }
        for item in inputs
        if isinstance(item, InboundMessage)
    }
    return insert_new(connection, inbound, [rows[key] for key in sorted(rows)])


def lock_people(connection: Connection, inputs: Sequence[TurnInput]) -> dict[str, dict[str, Any]]:
    """Everybody whom `inputs` concern, by id, locked all at once and so in the one order that cannot deadlock."""
    return thread_store.lock_owners(
        connection,
        places=_places(inputs),
        conversations={item.conversation_id for item in inputs if isinstance(item, ConversationEvent)},
        invitations={item.invitation_id for item in inputs if isinstance(item, StartInvitation)},
    )


def _places(inputs: Sequence[TurnInput]) -> set[tuple[str, str]]:
    """Where the messages came from, by every address that the provider names."""
    spoken = [item for item in inputs if isinstance(item, InboundMessage)]
    return {(item.channel.value, address) for item in spoken for address in (item.sender, *item.aliases)}


def recognise(connection: Connection, inputs: Sequence[TurnInput], locked: dict[str, dict[str, Any]]) -> None:
    """Where a provider names a sender by several addresses, these are one person's from now on."""
    spoken = [item for item in inputs if isinstance(item, InboundMessage) and item.aliases]
    if not spoken:
        return
    named = [(item.channel, (item.sender, *item.aliases)) for item in spoken]
    found = connection.execute(_ENDPOINTS, {"places": list(_places(spoken))}).all()
    thread_store.lock_others(connection, locked, (row.customer_id for row in found))
    heads = {(row.channel, row.address): row.same_as or row.id for row in found}
    for channel, addresses in named:
        known = {heads.get((channel.value, address)) for address in addresses}
        if len(known) > 1:  # two endpoints, or one of which not every address is known
            people.unite(connection, channel, addresses, locked)


def shown_in(connection: Connection, inputs: Sequence[TurnInput]) -> dict[str, str]:
    """Our messages whose controls were tapped, and the conversation in which each was shown."""
    tapped = {item.prompt for item in inputs if isinstance(item, InboundMessage) and item.prompt}
    if not tapped:
        return {}
    rows = connection.execute(select(outbox.c.id, outbox.c.conversation_id).where(outbox.c.id.in_(tapped)))
    return {row.id: row.conversation_id for row in rows}


def senders_of(
    connection: Connection, inputs: Sequence[TurnInput], locked: dict[str, dict[str, Any]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """The endpoints from which the messages came, as they are now that their owners are locked."""
    places = _places(inputs)
    if not places:
        return {}
    found = connection.execute(_ENDPOINTS, {"places": list(places)}).all()
    thread_store.lock_others(connection, locked, (row.customer_id for row in found))
    heads = {row.same_as: row for row in found if row.same_as}
    if heads:
        rows = connection.execute(select(endpoints).where(endpoints.c.id.in_(heads))).all()
        thread_store.lock_others(connection, locked, (row.customer_id for row in rows))
        heads = {row.id: row for row in rows}
    standing = {(row.channel, row.address): heads.get(row.same_as, row) for row in found}
    return {
        place: dict(row._mapping) | {"locale": locked[row.customer_id]["locale"]} for place, row in standing.items()
    }


def turn_away_erased(
    connection: Connection,
    inputs: Sequence[TurnInput],
    fresh: Collection[tuple[Any, ...]],
    senders: Mapping[tuple[str, str], Mapping[str, Any]],
    erased: ErasedPeople | None,
) -> set[tuple[Any, ...]]:
    """Forget new messages of people who were erased; their keys. Who asks to be asked again is a stranger, and heard.

    Only of somebody who is nobody's endpoint this needs to be asked. Their owners are locked: an erasure that was under
    way while the message was recorded has come to its end.
    """
    strange: dict[tuple[str, str], list[InboundMessage]] = {}
    for item in inputs:
        if isinstance(item, InboundMessage) and (item.channel.value, item.sender) not in senders:
            for address in (item.sender, *item.aliases):
                strange.setdefault((item.channel.value, address), []).append(item)
    if erased is None or not strange:
        return set()
    away = set()
    for place in erased.places(connection, strange):
        for item in strange[place]:
            if wish_in(item, None) is Intent.OPT_IN:
                erased.lift_place(connection, *place)
            else:
                away.add((item.channel.value, item.account, item.provider_id))
    away &= set(fresh)
    if away:
        connection.execute(delete(inbound).where(tuple_(*inbound.primary_key.columns).in_(sorted(away))))
    return away


@dataclass(slots=True)
class Heard:
    """Who wrote: the session window opens; unless they answer a question, they are not asked about the past."""

    endpoints: set[str] = field(default_factory=set)
    cancelled: dict[str, set[str]] = field(default_factory=dict)
    """Channel → the customers whose invitations on it are withdrawn."""
    awaited: set[str] = field(default_factory=set)
    """The endpoints for whose message a reply was held."""

    def note(self, item: InboundMessage, sender: Mapping[str, Any], *, is_answering: bool) -> None:
        self.endpoints.add(sender["id"])
        if sender["holds_reply"]:
            self.awaited.add(sender["id"])
        if not is_answering and item.signal is None:  # a command to the provider is no word to us
            self.cancelled.setdefault(item.channel.value, set()).add(sender["customer_id"])

    def store(self, connection: Connection, now: datetime) -> None:
        if self.endpoints:
            connection.execute(_HEAR, {"ids": list(self.endpoints), "_now": now})
        if self.awaited:
            held.let_go(connection, self.awaited, now)
        for channel, withdrawn in self.cancelled.items():
            connection.execute(_WITHDRAW, {"ids": list(withdrawn), "_channel": channel})
