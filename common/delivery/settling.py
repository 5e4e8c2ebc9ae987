"""Settling: what came of leased messages, written down for a whole group at once.

Customers are locked first, all together, then the rows. A lease that was lost meanwhile changes nothing: whoever has
the row now finds out for itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, select, update

from common import clock
from common.channels import Lookup, Paced, SendError, SendErrorCode, SendResult
from common.delivery import pacing
from common.delivery.giving_up import GivenUp, give_up
from common.delivery.leasing import LOOK_UP_AFTER, Leased
from common.delivery.receipts import mark_sent
from common.delivery.refusing import NOT_FOUND
from common.delivery.shutting import goes_on, shut_windows
from common.delivery.without_form import ask_in_words, is_refused_form
from common.doorkeeper import would_have_heard
from common.store.dialect import among
from common.store.people import learn
from common.store.schema import outbox
from common.store.threads import hold_customers
from common.template_news import refused_at_send
from common.turns import Turns

log = structlog.get_logger()
Row = Mapping[Any, Any]
"""A row by column name."""

LOOK_UP_LATER = timedelta(seconds=20)
GIVE_UP_LOOKING_AFTER = timedelta(minutes=10)
BACKOFF_S = (1, 3, 10, 30, 60, 120, 300, 600)
CONFIG_PAUSE = timedelta(minutes=1)

_OWNERS = select(outbox.c.customer_id).where(among(outbox.c.id))
_HELD = select(outbox).where(among(outbox.c.id), outbox.c.state == "sending").order_by(outbox.c.id).with_for_update()
_KNOWN_AS = select(outbox.c.provider_id).where(outbox.c.id == bindparam("_id"))
_LATER = (
    update(outbox)
    .where(outbox.c.id == bindparam("_id"))
    .values(state=bindparam("_state"), due_at=bindparam("_due"), error=bindparam("_why"), lease_until=None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What came of a leased message: exactly one of result, error and lookup."""

    leased: Leased
    result: SendResult | None = None
    error: SendError | None = None
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What becomes of an outbox row that was not sent: its next state, and when it is due again; None = never."""

    state: str
    due_at: datetime | None = None
    why: str | None = None


def settle(connection: Connection, turns: Turns, fates: Sequence[Fate]) -> frozenset[str]:
    """Write what came of leased messages; the topics to ring."""
    now = clock.now()
    rows = _held(connection, fates)
    sent: list[tuple[Row, SendResult]] = []
    later: list[dict[str, Any]] = []
    given_up: list[GivenUp] = []
    blocked: list[str] = []
    overtaken: list[tuple[Leased, SendResult]] = []
    shut: list[Row] = []
    unformed: list[tuple[Row, str]] = []
    for fate in fates:
        row = rows.get((fate.leased.outbox_id, fate.leased.lease))
        result = fate.result or (fate.lookup.result if fate.lookup else None)
        if row is None:
            if fate.result is not None:
                overtaken.append((fate.leased, fate.result))
        elif result is not None:
            sent.append((row, result))
        elif fate.error is not None and fate.error.code is SendErrorCode.WINDOW_CLOSED and goes_on(row):
            shut.append(row)
        elif fate.error is not None and is_refused_form(row, fate.error.code):
            unformed.append((row, fate.error.provider_code or ""))
        else:
            _learn(connection, fate, row, now)
            follows = _what_follows(connection, fate, row, now)
            if follows.due_at is None:
                given_up.append(GivenUp(row=row, state=follows.state, why=follows.why or ""))
            else:
                later.append({"_id": row["id"], "_state": follows.state, "_due": follows.due_at, "_why": follows.why})
            if fate.error is not None and fate.error.code is SendErrorCode.ENDPOINT_BLOCKED:
                blocked.append(row["customer_id"])
    _slow_down(connection, fates)
    rings = mark_sent(connection, turns, sent, now)
    if later:
        connection.execute(_LATER, later)
    _note_overtaken(connection, overtaken)
    rings_of_shut, over = shut_windows(connection, shut, now)
    rings |= rings_of_shut | ask_in_words(connection, unformed, now)
    given_up += [GivenUp(row=row, state="dead", why=SendErrorCode.WINDOW_CLOSED.value) for row in over]
    rings |= give_up(connection, turns, given_up, now)
    for customer_id in dict.fromkeys(blocked):
        rings |= turns.opt_out(connection, customer_id, "provider", now)
    return rings


def _note_overtaken(connection: Connection, overtaken: Sequence[tuple[Leased, SendResult]]) -> None:
    """Answers of sends that are not leased any more: mostly because a receipt has said it all before."""
    for leased, result in overtaken:
        known = connection.execute(_KNOWN_AS, {"_id": leased.outbox_id}).scalar()
        if known != result.provider_id:
            log.warning("a message was sent after its lease ended", outbox=leased.outbox_id)
        elif result.aliases:
            learn(connection, leased.adapter.channel, leased.address, result.aliases)


def _slow_down(connection: Connection, fates: Sequence[Fate]) -> None:
    """One message that came too fast makes its whole sender wait, in every process."""
    for fate in fates:
        adapter, error = fate.leased.adapter, fate.error
        if error is not None and error.code is SendErrorCode.THROTTLED and isinstance(adapter, Paced):
            pacing.pause(connection, adapter, error.retry_after)


def _learn(connection: Connection, fate: Fate, row: Row, now: datetime) -> None:
    """A provider that refuses a template tells its news earlier than its webhook does."""
    use, error = fate.leased.prompt.template, fate.error
    if error is not None and error.code is SendErrorCode.TEMPLATE_NOT_APPROVED and use is not None:
        refused_at_send(connection, row["channel"], (use.name, use.language), error.provider_code, now)


def _held(connection: Connection, fates: Sequence[Fate]) -> dict[tuple[str, str], Row]:
    """The rows that are still leased, locked, by id and lease."""
    ids = [fate.leased.outbox_id for fate in fates]
    hold_customers(connection, _OWNERS, {"ids": ids})
    return {(row["id"], row["lease"]): row for row in connection.execute(_HELD, {"ids": ids}).mappings()}


def _what_follows(connection: Connection, fate: Fate, row: Row, now: datetime) -> Consequence:
    if (lookup := fate.lookup) is not None:
        if lookup.settled and lookup.unheard_for and not would_have_heard(connection, lookup.unheard_for):
            lookup = replace(lookup, settled=False)
        return after_looking(lookup, row, now)
    assert fate.error is not None
    return after_error(fate.error, row, now)


def after_looking(lookup: Lookup, row: Row, now: datetime) -> Consequence:
    """The provider does not have it (send it again) or cannot tell (ask again, then leave it to a person)."""
    if lookup.settled:
        return Consequence(state="pending", due_at=now, why=NOT_FOUND)
    if lookup.is_hopeless or now - (row["first_leased_at"] or now) > GIVE_UP_LOOKING_AFTER:
        return Consequence(state="needs_human", why="fate unknown")
    return Consequence(state="unknown", due_at=now + LOOK_UP_AFTER * 2, why=row["error"])


def after_error(error: SendError, row: Row, now: datetime) -> Consequence:
    """What follows from a send that did not succeed: looked up, sent again later, or never."""
    words = f"{error.code.value} {error.provider_code or ''}".strip()
    backoff = timedelta(seconds=BACKOFF_S[min(row["attempts"], len(BACKOFF_S)) - 1])
    if error.code is SendErrorCode.AMBIGUOUS:
        # After a second attempt, what a look-up does not find may still be on its way from that attempt.
        pause = LOOK_UP_AFTER if row["attempts"] <= 1 else LOOK_UP_LATER
        return Consequence(state="unknown", due_at=now + pause, why=words)
    if error.code is SendErrorCode.CONFIG:
        log.error("the provider refuses our settings", channel=row["channel"], code=error.provider_code)
        backoff = max(backoff, CONFIG_PAUSE)
    is_template = row["prompt"].get("template") is not None
    if error.code is SendErrorCode.TEMPLATE_NOT_APPROVED and is_template and row["attempts"] < len(BACKOFF_S):
        return Consequence(state="pending", due_at=now, why=words)  # the next lease knows, and looks for another way
    if error.retryable or error.code is SendErrorCode.CONFIG:
        return Consequence(state="pending", due_at=now + max(backoff, error.retry_after or timedelta(0)), why=words)
    return Consequence(state="dead", why=words)
