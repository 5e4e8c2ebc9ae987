"""From the outbox to the provider, with the fate of every message known in the end.

A row is leased in a committed transaction *before* the provider is called (`leasing.py`), and what came of it is
written in another (`settling.py`). HTTP time-out < send deadline < lease, so a row whose lease ran out belongs to
nobody; its message may have left or not, and is looked up at the provider before anything is sent again. None of the
providers takes an idempotency key: a blind resend doubled one message in six when it was tried.

    pending → sending → sent
                      → unknown → (looked up) → sent | pending | needs_human
                      → pending (surely not sent, later) | dead (never)

This is the database side; `dispatcher.py` drives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from common.channels import Adapter, Channel
from common.delivery.leasing import Leased, Leasing
from common.delivery.recovering import recover
from common.delivery.settling import Fate, settle
from common.surveys import Surveys
from common.turns import Turns


class Deliveries:
    """The outbox of the channels that are switched on. Every method belongs in a transaction of the caller."""

    def __init__(
        self, surveys: Surveys, turns: Turns, adapters: Mapping[Channel, Adapter], *, zone: str | None, lease_s: float
    ) -> None:
        self._turns = turns
        self._leasing = Leasing(surveys, turns, adapters, zone=zone, lease_s=lease_s)

    def lease(self, connection: Connection, limits: Mapping[Channel, int]) -> tuple[list[Leased], frozenset[str]]:
        """Lease what is due, at most `limits` per channel, and the topics to ring; send only after the commit."""
        return self._leasing.lease(connection, limits)

    @property
    def again_in(self) -> float | None:
        """After leasing: seconds after which more may leave that a provider's pace held back; None if nothing is."""
        return self._leasing.again_in

    def settle(self, connection: Connection, fates: Sequence[Fate]) -> frozenset[str]:
        """Write what came of leased messages; the topics to ring. A lease that was lost meanwhile changes nothing."""
        return settle(connection, self._turns, fates)

    def move(
        self, connection: Connection, fates: Sequence[Fate], limits: Mapping[Channel, int]
    ) -> tuple[list[Leased], frozenset[str]]:
        """Settle, then lease what is due now, in one transaction: what was settled may let the next message go."""
        rings = self.settle(connection, fates) if fates else frozenset()
        leased, more = self.lease(connection, limits)
        return leased, rings | more

    def recover(self, connection: Connection, *, all_leases: bool = False) -> int:
        """Have messages whose lease ran out looked up; the number of them."""
        return recover(connection, all_leases=all_leases)


__all__ = ["Deliveries", "Fate", "Leased"]
