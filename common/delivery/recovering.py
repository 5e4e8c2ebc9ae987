"""Recovering: leases of a dispatcher that is gone. Their messages may have left or not, so they are looked up."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, update

from common import clock
from common.delivery.leasing import LOOK_UP_AFTER
from common.store.schema import outbox

_ORPHANS = outbox.c.state == "sending"
_EXPIRED = or_(
    outbox.c.lease_until < bindparam("_wall", type_=outbox.c.lease_until.type), outbox.c.lease_until.is_(None)
)


def recover(connection: Connection, *, all_leases: bool = False) -> int:
    """Messages whose lease ran out may have left or not: have them looked up. The number of them.

    all_leases: this is the only dispatcher and it has just started, so every lease is an orphan.
    """
    values = {"state": "unknown", "due_at": clock.now() + LOOK_UP_AFTER, "lease": None, "lease_until": None}
    statement = update(outbox).where(_ORPHANS).values(values)
    if not all_leases:
        return connection.execute(statement.where(_EXPIRED), {"_wall": clock.wall()}).rowcount
    return connection.execute(statement).rowcount
