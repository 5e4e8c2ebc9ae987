"""Pacing: as fast as a provider takes it and no faster, over all processes together.

Some providers refuse what comes too close together: for a sender, and for each address. What may leave is counted in
one row for each sender (`pacing`), which whoever leases holds; so any number of dispatchers share one speed, and one of
them that is told to wait makes all of them wait. The row is a bucket that stands still (GCRA): the time at which it
will be full again says how much is in it now.

Times here are the system's, not business time: the provider does not move its clock with ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, func, select, update

from common import clock
from common.channels import Channel, Paced
from common.store.dialect import among, insert_new
from common.store.schema import outbox, pacing

Row = Mapping[Any, Any]
LEAST_PAUSE = timedelta(seconds=1)
"""When a provider says "too fast" and not for how long."""
_CLOCK_WAS_SET_BACK = timedelta(minutes=1)

_MINE = select(pacing).where(pacing.c.sender == bindparam("_sender")).with_for_update()
_SPEND = update(pacing).where(pacing.c.sender == bindparam("_sender")).values(full_at=bindparam("_full"))
_PAUSE = update(pacing).where(pacing.c.sender == bindparam("_sender")).values(paused_until=bindparam("_until"))
_LAST = (
    select(outbox.c.address, func.max(outbox.c.first_leased_at).label("at"))
    .where(
        among(outbox.c.customer_id),
        outbox.c.channel == bindparam("_channel"),
        outbox.c.first_leased_at > bindparam("_since", type_=outbox.c.first_leased_at.type),
        outbox.c.first_leased_at <= bindparam("_now", type_=outbox.c.first_leased_at.type),
        outbox.c.id.not_in(bindparam("mine", expanding=True)),
    )
    .group_by(outbox.c.address)
)


class PacedSender(Paced, Protocol):
    """What pacing must know of an adapter."""

    @property
    def channel(self) -> Channel: ...
    @property
    def account(self) -> str: ...
    @property
    def per_second(self) -> float: ...


def room(connection: Connection, sender: PacedSender, now: datetime) -> tuple[int, float]:
    """How many messages of this sender may leave now, and in how many seconds it is worth asking again.

    Holds the sender's row until the end of the transaction. now: by the system's clock.
    """
    row = _held(connection, sender, now)
    if row["paused_until"] is not None and now < row["paused_until"] <= now + timedelta(hours=1):
        return 0, (row["paused_until"] - now).total_seconds()
    interval = 1 / sender.per_second
    missing = max(0.0, (_full_at(row, now) - now).total_seconds() / interval)
    free = max(0, math.floor(sender.burst - missing + 1e-6))
    return free, interval * max(1.0, sender.burst / 2)


def spend(connection: Connection, sender: PacedSender, count: int, now: datetime) -> None:
    """`count` messages leave now; call after `room`, in the same transaction."""
    if count > 0:
        row = _held(connection, sender, now)
        full = max(_full_at(row, now), now) + timedelta(seconds=count / sender.per_second)
        connection.execute(_SPEND, {"_sender": _name(sender), "_full": full})


def pause(connection: Connection, sender: PacedSender, wait: timedelta | None) -> None:
    """The provider told this sender to wait: nobody sends until then."""
    now = clock.wall()
    row = _held(connection, sender, now)
    until = now + max(wait or LEAST_PAUSE, LEAST_PAUSE)
    if row["paused_until"] is None or row["paused_until"] < until:
        connection.execute(_PAUSE, {"_sender": _name(sender), "_until": until})


def too_soon(connection: Connection, sender: PacedSender, rows: Sequence[Row], now: datetime) -> dict[str, datetime]:
    """Of these outbox rows, by id, those whose address has just been written to, and when each may leave.

    now: business time, in which the outbox keeps its times.
    """
    if not rows:
        return {}
    gap = sender.per_address
    keys = {"ids": list({row["customer_id"] for row in rows}), "mine": [row["id"] for row in rows]}
    found = connection.execute(_LAST, keys | {"_channel": sender.channel.value, "_since": now - gap, "_now": now})
    last: dict[str, datetime] = {row.address: row.at for row in found}
    later: dict[str, datetime] = {}
    for row in rows:
        before = last.get(row["address"])
        if before is not None and before + gap > now:
            later[row["id"]] = before + gap
        else:
            last[row["address"]] = now
    return later


def _held(connection: Connection, sender: PacedSender, now: datetime) -> Row:
    key = {"_sender": _name(sender)}
    row = connection.execute(_MINE, key).mappings().first()
    if row is None:
        insert_new(connection, pacing, [{"sender": _name(sender), "full_at": now, "paused_until": None}])
        row = connection.execute(_MINE, key).mappings().one()
    return row


def _full_at(row: Row, now: datetime) -> datetime:
    """When the bucket is full; a time that cannot be comes from a clock that was set back."""
    full: datetime = row["full_at"]
    return now if full - now > _CLOCK_WAS_SET_BACK else full


def _name(sender: PacedSender) -> str:
    return f"{sender.channel.value}:{sender.account}"
