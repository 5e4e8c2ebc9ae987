"""Opting out, and in again: a person's wish holds on every channel. The customer must be locked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from common.channels import Adapter, Channel, EndpointBlocked, InboundMessage, ProviderSignal
from common.ids import new_id
from common.store import held, people, thread_changes
from common.store import threads as thread_store
from common.store.schema import conversations, customers, endpoints, invitations, outbox
from common.survey.machine import OptedOut, State
from common.survey.reading import Intent, read_intent
from common.surveys import Surveys
from common.turns.stepping import advance

PROVIDER = "provider"
"""Who told us of an opt-out that the customer made at the provider, not in words to us."""


def wish_in(message: InboundMessage, locale: str | None) -> Intent | None:
    """What a message that answers no question says about being asked at all; the provider's own word comes first."""
    if message.signal is ProviderSignal.OPTED_OUT:
        return Intent.OPT_OUT
    if message.signal is ProviderSignal.OPTED_IN:
        return Intent.OPT_IN
    return read_intent(message.text, locale or "en")


def opt_out(
    connection: Connection,
    surveys: Surveys,
    adapters: Mapping[Channel, Adapter],
    customer_id: str,
    source: str,
    now: datetime,
    *,
    origin: str | None = None,
) -> None:
    """Opt-out is per person: close their conversations, but for `origin`, which knows, and drop what was not sent.

    The conversation that an endpoint's next message would belong to hears of it too, ended or not. Older ones are
    history.
    """
    latest = select(endpoints.c.conversation_id).where(endpoints.c.customer_id == customer_id)
    is_alive = (conversations.c.state != State.CLOSED.value) | conversations.c.id.in_(latest)
    others = connection.execute(
        select(conversations.c.id).where(conversations.c.customer_id == customer_id, is_alive)
    ).scalars()
    threads = thread_store.load(connection, surveys, {key for key in others if key != origin})
    for thread in threads.values():
        advance(thread, OptedOut(at=now, source=source), adapters, now)
    thread_changes.store(connection, threads.values(), now)
    connection.execute(
        update(customers)
        .where(customers.c.id == customer_id, customers.c.opted_out_at.is_(None))
        .values(opted_out_at=now, opted_out_by=source)
    )
    connection.execute(
        update(invitations)
        .where(
            invitations.c.customer_id == customer_id,
            invitations.c.status == "scheduled",
            invitations.c.started_at.is_(None),
        )
        .values(status="cancelled", reason="opt_out")
    )
    finished = connection.execute(
        select(outbox.c.conversation_id).where(
            outbox.c.customer_id == customer_id, outbox.c.state == "pending", outbox.c.kind == "prompt"
        )
    ).scalars()
    rest = sorted({key for key in finished if key != origin})
    if rest:
        thread_changes.cancel_unsent(connection, rest, reason="opted out")
    held.cancel(connection, customer_id=customer_id, why="opted out")


def opt_in(connection: Connection, customer_id: str) -> None:
    """Lift a person's opt-out."""
    connection.execute(
        update(customers).where(customers.c.id == customer_id).values(opted_out_at=None, opted_out_by=None)
    )


def remember_stranger(
    connection: Connection, said: InboundMessage | EndpointBlocked, now: datetime, *, source: str | None = None
) -> None:
    """Someone we never met wants not to be asked: the one thing that we keep of strangers beside their message."""
    customer_id, by = new_id("cus"), source or said.channel.value
    row = {"id": customer_id, "created_at": now, "opted_out_at": now, "opted_out_by": by}
    connection.execute(insert(customers).values(row))
    people.endpoint(connection, customer_id, said.channel, said.sender)
    people.learn(connection, said.channel, said.sender, said.aliases)
