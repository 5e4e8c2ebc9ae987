"""Leasing: which messages of the outbox may leave now, and the proof that nobody else sends them.

Everything that may have changed since a row was written is looked at again here, in the transaction that leases it:
opt-out, who owns the thread, fatigue, quiet hours, the window, the deadline. A handful of statements however many rows
are due.

Rows are taken with SKIP LOCKED, and nothing is waited for while they are held: settling waits for customers *before* it
takes rows, so the other order would be a deadlock. A row that must not leave needs its customer; if somebody else has
that customer just now, the row stays as it is and comes up again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Integer, bindparam, exists, func, select, tuple_, update

from common import clock
from common.bell import OUTBOX
from common.channels import Adapter, Channel, Paced, Prompt, Retires
from common.delivery import enclosing, pacing
from common.delivery.elsewhere import ask_elsewhere
from common.delivery.giving_up import GivenUp, give_up
from common.delivery.opening import NOT_APPROVED, Opened, open_with_templates
from common.delivery.recheck import Asked, recheck
from common.delivery.refusing import is_first_question, is_window_closed, refusal
from common.delivery.retiring import Spent, spent_before
from common.ids import new_id
from common.outreach.decision import Defer, Suppress
from common.prompts import prompt_from_json
from common.store.dialect import among
from common.store.schema import conversations, customers, endpoints, outbox
from common.surveys import Surveys
from common.telephone.waiting import until_it_can_be_said
from common.turns import Turns

log = structlog.get_logger()
Row = Mapping[Any, Any]
"""A row by column name."""

SEND_DEADLINE_S = 20.0
"""After leasing, the HTTP request must begin within this time, or not at all."""
LOOK_UP_AFTER = timedelta(seconds=3)
"""A provider may take this long to show a message whose request we did not see through."""
BUSY_AGAIN = timedelta(seconds=1)
"""When a message is looked at again whose customer somebody else held just now."""
_SPACED = "the provider wants a moment between two messages to one address"

# --- statements, built once ---------------------------------------------------------------------------------------

_earlier = outbox.alias("earlier")
_IS_FIRST = ~exists().where(
    _earlier.c.conversation_id == outbox.c.conversation_id,
    _earlier.c.sequence < outbox.c.sequence,
    _earlier.c.state.in_(("pending", "sending", "unknown")),
)
_DUE = (
    select(outbox)
    .where(
        outbox.c.channel == bindparam("_channel"),
        outbox.c.due_at <= bindparam("_now"),
        outbox.c.state.in_(("pending", "unknown")),
        _IS_FIRST,
    )
    .order_by(outbox.c.due_at, outbox.c.sequence)
    .limit(bindparam("_limit", type_=Integer))
    .with_for_update(skip_locked=True, of=outbox)
)
_FACTS = (
    select(
        conversations.c.id,
        conversations.c.owner_epoch,
        conversations.c.answered_at,
        conversations.c.invitation_id,
        conversations.c.interaction_id,
        conversations.c.survey_key,
        conversations.c.survey_version,
        conversations.c.customer_id,
        conversations.c.machine,
        customers.c.opted_out_at,
        customers.c.timezone,
        endpoints.c.last_inbound_at,
    )
    .join(customers, customers.c.id == conversations.c.customer_id)
    .join(endpoints, endpoints.c.id == conversations.c.endpoint_id)
    .where(among(conversations.c.id))
)
_FREE_CUSTOMERS = (
    select(customers.c.id).where(among(customers.c.id)).order_by(customers.c.id).with_for_update(skip_locked=True)
)
_LEASE = {"lease": bindparam("_lease"), "lease_until": bindparam("_until"), "state": "sending"}
_SEND = (
    update(outbox)
    .where(among(outbox.c.id))
    .values(
        **_LEASE,
        attempts=outbox.c.attempts + 1,
        first_leased_at=func.coalesce(outbox.c.first_leased_at, bindparam("_now", type_=outbox.c.first_leased_at.type)),
    )
)
_LOOK_UP = update(outbox).where(among(outbox.c.id)).values(**_LEASE)
_DEFER = update(outbox).where(outbox.c.id == bindparam("_id")).values(due_at=bindparam("_at"))
_KNOWN = select(outbox.c.id, outbox.c.channel, outbox.c.address, outbox.c.provider_id).where(
    among(tuple_(outbox.c.channel, outbox.c.address), "places"), outbox.c.provider_id.is_not(None)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """One message that this process, and nobody else, may send now. `deadline` is by the monotonic clock.

    spent: the question before it, whose controls may go once this message is out.
    """

    outbox_id: str
    lease: str
    adapter: Adapter
    address: str
    prompt: Prompt
    attempts: int
    is_look_up: bool
    since: datetime
    known: tuple[str, ...]
    deadline: float
    spent: Spent | None = None


class Leasing:
    """Leases the messages of the channels that are switched on."""

    def __init__(
        self, surveys: Surveys, turns: Turns, adapters: Mapping[Channel, Adapter], *, zone: str | None, lease_s: float
    ) -> None:
        self._surveys = surveys
        self._turns = turns
        self._adapters = adapters
        self._zone = zone
        self._lease = timedelta(seconds=lease_s)
        self._deadline_s = min(SEND_DEADLINE_S, lease_s / 3)
        self.again_in: float | None = None
        """After `lease`: seconds after which more of a paced channel may leave; None if pace held nothing back."""

    def lease(self, connection: Connection, limits: Mapping[Channel, int]) -> tuple[list[Leased], frozenset[str]]:
        """Lease what is due, at most `limits` per channel, and the topics to ring.

        At most one message of a conversation is on its way at any time, in the order in which they were written.
        """
        now, self.again_in = clock.now(), None
        due: list[Row] = []
        for channel, limit in limits.items():
            may = self._within_pace(connection, channel, limit)
            if may > 0:
                keys = {"_channel": channel.value, "_now": now, "_limit": may}
                due += connection.execute(_DUE, keys).mappings()
        if not due:
            return [], frozenset()
        files = enclosing.load(connection, due)
        refused, opened = self._refused(connection, [row for row in due if row["state"] == "pending"], now)
        gone = enclosing.without_file(due, files)
        refused |= {row["id"]: (row, enclosing.FILE_GONE) for row in gone if row["id"] not in refused}
        refused |= self._too_soon(connection, [row for row in due if row["id"] not in refused], now)
        rings = self._take_back(connection, refused, opened, now)
        leased = self._leased(connection, [row for row in due if row["id"] not in refused], opened, files, now)
        self._spend_pace(connection, leased)
        return leased, rings

    # --- as fast as the provider takes it -------------------------------------------------------------------------

    def _within_pace(self, connection: Connection, channel: Channel, limit: int) -> int:
        adapter = self._adapters.get(channel)
        if limit <= 0 or not isinstance(adapter, Paced):
            return limit
        free, again_in = pacing.room(connection, adapter, clock.wall())
        if free < limit:
            self.again_in = min(again_in, self.again_in or again_in)
        return min(limit, free)

    def _too_soon(
        self, connection: Connection, rows: Sequence[Row], now: datetime
    ) -> dict[str, tuple[Row, str | Defer]]:
        """The rows of paced channels whose address has just been written to."""
        refused: dict[str, tuple[Row, str | Defer]] = {}
        for channel, adapter in self._adapters.items():
            if isinstance(adapter, Paced):
                mine = {row["id"]: row for row in rows if row["channel"] == channel.value and row["state"] == "pending"}
                later = pacing.too_soon(connection, adapter, list(mine.values()), now)
                refused |= {key: (mine[key], Defer(at=at, explanation=_SPACED)) for key, at in later.items()}
        return refused

    def _spend_pace(self, connection: Connection, leased: Sequence[Leased]) -> None:
        for adapter in self._adapters.values():
            if isinstance(adapter, Paced):
                count = sum(one.adapter is adapter and not one.is_look_up for one in leased)
                pacing.spend(connection, adapter, count, clock.wall())

    # --- what must not leave --------------------------------------------------------------------------------------

    def _refused(
        self, connection: Connection, rows: Sequence[Row], now: datetime
    ) -> tuple[dict[str, tuple[Row, str | Defer]], Opened]:
        """The rows that must not leave any more, or not yet, by id, each with the reason; and what others became."""
        if not rows:
            return {}, Opened()
        found = connection.execute(_FACTS, {"ids": list({row["conversation_id"] for row in rows})}).mappings()
        facts = {row["id"]: row for row in found}
        refused: dict[str, tuple[Row, str | Defer]] = {}
        firsts: list[Row] = []
        templated: list[Row] = []
        given_up: list[str] = []
        for row in rows:
            mine = facts[row["conversation_id"]]
            capabilities = self._adapters[Channel(row["channel"])].capabilities
            reason = refusal(row, mine, capabilities, now) or until_it_can_be_said(connection, row, capabilities, now)
            if reason is not None:
                refused[row["id"]] = (row, reason)
                if isinstance(reason, str):
                    given_up.append(mine["invitation_id"])
                continue
            if is_first_question(row, mine) and not capabilities.pushes:
                firsts.append(row)
            if row["prompt"].get("template") is not None or is_window_closed(capabilities, mine, now):
                templated.append(row)
        asked = [self._asked(row, facts[row["conversation_id"]]) for row in firsts]
        verdicts = recheck(connection, self._surveys, asked, given_up=given_up, zone=self._zone, now=now)
        for row, verdict in zip(firsts, verdicts, strict=True):
            if isinstance(verdict, Suppress):
                refused[row["id"]] = (row, verdict.reason.value)
            elif isinstance(verdict, Defer):
                refused[row["id"]] = (row, verdict)
        return refused, self._opened(connection, templated, facts, refused, now)

    def _opened(
        self,
        connection: Connection,
        rows: Sequence[Row],
        facts: Mapping[str, Row],
        refused: dict[str, tuple[Row, str | Defer]],
        now: datetime,
    ) -> Opened:
        """What may leave only as a template, as it leaves; what may not is added to `refused`."""
        rows = [row for row in rows if row["id"] not in refused]
        in_window = {
            row["id"]
            for row in rows
            if not is_window_closed(
                self._adapters[Channel(row["channel"])].capabilities, facts[row["conversation_id"]], now
            )
        }
        opened = open_with_templates(connection, self._surveys, rows, in_window, now)
        by_id = {row["id"]: row for row in rows}
        refused |= {key: (by_id[key], why) for key, why in opened.refused.items()}
        refused |= {
            key: (by_id[key], Defer(at=now + BUSY_AGAIN, explanation="the customer is busy")) for key in opened.busy
        }
        return opened

    def _asked(self, row: Row, facts: Row) -> Asked:
        return Asked(
            invitation_id=facts["invitation_id"],
            interaction_id=facts["interaction_id"],
            survey=(facts["survey_key"], facts["survey_version"]),
            customer={"id": facts["customer_id"]} | {key: facts[key] for key in ("opted_out_at", "timezone")},
            address=row["address"],
            adapter=self._adapters[Channel(row["channel"])],
        )

    def _take_back(
        self, connection: Connection, refused: Mapping[str, tuple[Row, str | Defer]], opened: Opened, now: datetime
    ) -> frozenset[str]:
        """Put off what must not leave yet, and give up what must not leave at all; the topics to ring."""
        later = [{"_id": key, "_at": why.at} for key, (_, why) in refused.items() if isinstance(why, Defer)]
        if later:
            connection.execute(_DEFER, later)
        never = [(row, why) for row, why in refused.values() if isinstance(why, str)]
        if not never:
            return frozenset()
        owners = {row["customer_id"] for row, _ in never}
        free = set(connection.execute(_FREE_CUSTOMERS, {"ids": list(owners)}).scalars())
        never = [(row, why) for row, why in never if row["customer_id"] in free]
        firsts = [row for row, why in never if why == NOT_APPROVED and row["kind"] == "prompt" and row["step"] == 1]
        moved = (
            ask_elsewhere(connection, self._surveys, self._adapters, firsts, opened.passed, now) if firsts else set()
        )
        given_up = [GivenUp(row=row, state="cancelled", why=why) for row, why in never if row["id"] not in moved]
        return give_up(connection, self._turns, given_up, now) | (frozenset({OUTBOX}) if moved else frozenset())

    # --- what may -------------------------------------------------------------------------------------------------

    def _leased(
        self,
        connection: Connection,
        rows: Sequence[Row],
        opened: Opened,
        files: Mapping[str, bytes],
        now: datetime,
    ) -> list[Leased]:
        """Lease these rows, all under one name. files: what is sent along, by id."""
        lease, until = new_id("lea"), clock.wall() + self._lease
        common = {"_lease": lease, "_until": until}
        look_ups = [row for row in rows if row["state"] == "unknown"]
        if sends := [row["id"] for row in rows if row["state"] == "pending"]:
            connection.execute(_SEND, common | {"ids": sends, "_now": now})
        if look_ups:
            connection.execute(_LOOK_UP, common | {"ids": [row["id"] for row in look_ups]})
        known = _known(connection, look_ups)
        spent = spent_before(
            connection, [row for row in rows if isinstance(self._adapters[Channel(row["channel"])], Retires)]
        )
        deadline = clock.monotonic() + self._deadline_s
        return [
            Leased(
                outbox_id=row["id"],
                lease=lease,
                adapter=self._adapters[Channel(row["channel"])],
                address=row["address"],
                prompt=opened.prompts.get(row["id"]) or enclosing.enclosed(prompt_from_json(row["prompt"]), files),
                attempts=int(row["attempts"]) + (row["state"] == "pending"),
                is_look_up=row["state"] == "unknown",
                since=row["first_leased_at"] or now,
                known=known.get(row["id"], ()),
                deadline=deadline,
                spent=spent.get(row["id"]),
            )
            for row in rows
        ]


def _known(connection: Connection, look_ups: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """By outbox id, the provider's ids of the same person's other messages: none of them is the one looked for."""
    if not look_ups:
        return {}
    places = {(row["channel"], row["address"]) for row in look_ups}
    taken: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in connection.execute(_KNOWN, {"places": list(places)}):
        taken.setdefault((row.channel, row.address), []).append((row.id, row.provider_id))
    return {
        row["id"]: tuple(sent for key, sent in taken.get((row["channel"], row["address"]), ()) if key != row["id"])
        for row in look_ups
    }
