"""The reconciler: finds what a crash at the worst moment, or a fault of ours, may have left behind, and mends it.

Every turn commits whole, so there should be nothing to find; a second pass in a row changes nothing.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy import Connection, delete, exists, select

from common import clock
from common.delivery.receipts import apply_waiting
from common.failpoints import failpoint
from common.queueing import place
from common.store import welcomes
from common.store.schema import conversations, feed, messages, receipts, tickets
from common.store.thread_changes import store
from common.store.threads import load
from common.store.visits import forget_expired
from common.survey.machine import OpenTicket, TicketReason
from common.survey.score import Band
from common.turns import Turns
from common.turns.effects import Applied

log = structlog.get_logger()

KEEP = timedelta(days=2)
"""How long the console's feed is remembered."""
LIMIT = 500


def reconcile(connection: Connection, turns: Turns) -> int:
    """One pass; the number of things mended. Old entries of the short-lived tables are dropped on the way."""
    failpoint("reconcile.before_fix")
    mended = _tickets_of_detractors(connection, turns) + _receipts_that_waited(connection, turns)
    connection.execute(delete(feed).where(feed.c.at < clock.now() - KEEP))
    forget_expired(connection, clock.wall())
    welcomes.forget_expired(connection, clock.wall())
    if mended:
        log.warning("the reconciler mended", count=mended)
    return mended


def _tickets_of_detractors(connection: Connection, turns: Turns) -> int:
    """A detractor without a ticket is the one thing that must never be."""
    has_ticket = exists().where(tickets.c.conversation_id == conversations.c.id)
    lost = connection.execute(
        select(conversations.c.id).where(conversations.c.band == Band.DETRACTOR.value, ~has_ticket).limit(LIMIT)
    ).scalars()
    threads = load(connection, turns.surveys, set(lost))
    for thread in threads.values():
        applied = Applied(thread=thread, adapters=turns.adapters, now=clock.now())
        applied.apply(OpenTicket(reason=TicketReason.DETRACTOR, score=thread.value.score))
        thread.is_changed = True
    place(connection, threads.values(), turns.zone, clock.now())
    store(connection, threads.values(), clock.now())
    return len(threads)


def _receipts_that_waited(connection: Connection, turns: Turns) -> int:
    """News that came before our commit and found its message since."""
    rows = connection.execute(
        select(receipts.c.channel, receipts.c.provider_id)
        .join(messages, (messages.c.channel == receipts.c.channel) & (messages.c.provider_id == receipts.c.provider_id))
        .where(receipts.c.applied.is_(False), messages.c.direction == "out")
        .limit(LIMIT)
    ).all()
    return len(apply_waiting(connection, turns, {(row.channel, row.provider_id) for row in rows}, clock.now()))
