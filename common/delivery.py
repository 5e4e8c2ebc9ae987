"""From the outbox to the provider, with the fate of every message known in the end.

A row is leased in a committed transaction of its own *before* the provider is called, and everything that may have
changed since it was written is looked at again there: opt-out, who owns the thread, fatigue, quiet hours, the window,
the deadline. HTTP time-out < send deadline < lease, so a row whose lease ran out belongs to nobody; its message
may have left or not, and is looked up at the provider before anything is sent again. None of the providers takes an
idempotency key: a blind resend doubled one message in six when it was tried.

    pending → sending → sent
                      → unknown → (looked up) → sent | pending | needs_human
                      → pending (surely not sent, later) | dead (never)

This module holds the database side; `common/dispatcher.py` drives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, and_, exists, or_, select, update

from common import clock
from common.bell import FEED
from common.channels import Adapter, Channel, Lookup, Prompt, SendError, SendErrorCode, SendResult
from common.ids import new_id
from common.intake import latest_invitation, phone_timezone, rules_of
from common.outreach.decision import Defer, Direction, Facts, Suppress
from common.outreach.eligibility import may_still_send
from common.prompts import prompt_from_json
from common.receipts import mark_sent, take_failure
from common.store.calls import is_on_the_line
from common.store.schema import conversations, customers, endpoints, interactions, invitations, messages, outbox
from common.store.threads import lock_customers
from common.survey.machine import Undeliverable
from common.surveys import Surveys
from common.turns import ConversationEvent, TurnResult, Turns

log = structlog.get_logger()
Row = Mapping[Any, Any]
"""A row by column name."""

SEND_DEADLINE_S = 20.0
"""After leasing, the HTTP request must begin within this time, or not at all."""
LOOK_UP_AFTER = timedelta(seconds=3)
"""A provider may take this long to show a message whose request we did not see through."""
LOOK_UP_LATER = timedelta(seconds=20)
GIVE_UP_LOOKING_AFTER = timedelta(minutes=10)
BACKOFF_S = (1, 3, 10, 30, 60, 120, 300, 600)
CONFIG_PAUSE = timedelta(minutes=1)
SAID_LATER = timedelta(minutes=1)
"""When words that wait for a caller are looked at again."""
NOTICE_AFTER_OPT_OUT = "opted_out"
"""The one prompt that may be sent to a person who has opted out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """One message that this process, and nobody else, may send now. `deadline` is by the monotonic clock."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What came of a leased message: exactly one of result, error and lookup."""

    leased: Leased
    result: SendResult | None = None
    error: SendError | None = None
    lookup: Lookup | None = None


class Deliveries:
    """The outbox of the channels that are switched on."""

    def __init__(
        self, surveys: Surveys, turns: Turns, adapters: Mapping[Channel, Adapter], *, zone: str | None, lease_s: float
    ) -> None:
        self._surveys = surveys
        self._turns = turns
        self._adapters = adapters
        self._zone = zone
        self._lease = timedelta(seconds=lease_s)
        self._deadline_s = min(SEND_DEADLINE_S, lease_s / 3)

    # --- leasing --------------------------------------------------------------------------------------------------

    def lease(self, connection: Connection, limits: Mapping[Channel, int]) -> tuple[list[Leased], frozenset[str]]:
        """Lease what is due, at most `limits` per channel, and the topics to ring; call in a transaction of its own.

        At most one message of a conversation is on its way at any time, in the order in which they were written.
        """
        now, wall = clock.now(), clock.wall()
        leased: list[Leased] = []
        rings: set[str] = set()
        for channel, limit in limits.items():
            if limit > 0:
                rows = self._due(connection, channel, limit, now)
                for row in rows:
                    self._lease_one(connection, row, now, wall, leased, rings)
        return leased, frozenset(rings)

    def _due(self, connection: Connection, channel: Channel, limit: int, now: datetime) -> Sequence[Row]:
        earlier = outbox.alias("earlier")
        is_first = ~exists().where(
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.sequence < outbox.c.sequence,
            earlier.c.state.in_(("pending", "sending", "unknown")),
        )
        statement = (
            select(outbox)
            .where(
                outbox.c.channel == channel.value, outbox.c.due_at <= now, outbox.c.state.in_(("pending", "unknown"))
            )
            .where(is_first)
            .order_by(outbox.c.due_at, outbox.c.sequence)
            .limit(limit)
            .with_for_update(skip_locked=True, of=outbox)
        )
        return connection.execute(statement).mappings().all()

    def _lease_one(
        self,
        connection: Connection,
        row: Row,
        now: datetime,
        wall: datetime,
        leased: list[Leased],
        rings: set[str],
    ) -> None:
        is_look_up = row["state"] == "unknown"
        if not is_look_up:
            refusal = self._refusal(connection, row, now)
            if isinstance(refusal, Defer):
                connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(due_at=refusal.at))
                return
            if refusal is not None:
                rings |= self._drop(connection, row, "cancelled", refusal, now)
                return
        lease = new_id("lea")
        values: dict[str, Any] = {"lease": lease, "lease_until": wall + self._lease, "state": "sending"}
        if not is_look_up:
            values |= {"attempts": row["attempts"] + 1, "first_leased_at": row["first_leased_at"] or now}
        connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(values))
        leased.append(
            Leased(
                outbox_id=row["id"],
                lease=lease,
                adapter=self._adapters[Channel(row["channel"])],
                address=row["address"],
                prompt=prompt_from_json(row["prompt"]),
                attempts=int(row["attempts"]) + (not is_look_up),
                is_look_up=is_look_up,
                since=row["first_leased_at"] or now,
                known=self._known(connection, row) if is_look_up else (),
                deadline=clock.monotonic() + self._deadline_s,
            )
        )

    def _known(self, connection: Connection, row: Row) -> tuple[str, ...]:
        """The provider's ids of this person's other messages: a look-up must not take one of them for this one."""
        ids = connection.execute(
            select(outbox.c.provider_id).where(
                outbox.c.channel == row["channel"],
                outbox.c.address == row["address"],
                outbox.c.provider_id.is_not(None),
                outbox.c.id != row["id"],
            )
        ).scalars()
        return tuple(str(key) for key in ids)

    def _refusal(self, connection: Connection, row: Row, now: datetime) -> str | Defer | None:
        """Why this message must not leave any more, or not yet; None = it may."""
        found = (
            connection.execute(
                select(conversations, customers.c.opted_out_at, endpoints.c.last_inbound_at, endpoints.c.blocked_at)
                .join(customers, customers.c.id == conversations.c.customer_id)
                .join(endpoints, endpoints.c.id == conversations.c.endpoint_id)
                .where(conversations.c.id == row["conversation_id"])
            )
            .mappings()
            .one()
        )
        is_bot = row["kind"] == "prompt"
        if found["opted_out_at"] is not None and row["prompt"]["key"] != NOTICE_AFTER_OPT_OUT:
            return "opt_out"
        if is_bot and row["owner_epoch"] != found["owner_epoch"]:
            return "taken_over"
        capabilities = self._adapters[Channel(row["channel"])].capabilities
        if capabilities.pushes:
            return None  # it lies on a page that the customer opens: no hour is a wrong one, and nobody is disturbed
        if row["useful_until"] is not None and now >= row["useful_until"]:
            return "too_late"
        window = capabilities.session_window
        if window is not None and (found["last_inbound_at"] is None or now - found["last_inbound_at"] >= window):
            return "window_closed"
        if capabilities.spoken and is_bot and row["step"] > 1:
            # It is the reply to the call's next request; without a call there is nobody to say it to.
            if not is_on_the_line(connection, row["conversation_id"]):
                return "hung_up"
            return Defer(at=now + SAID_LATER, explanation="waits for the caller's next key")
        if is_bot and row["step"] == 1 and found["answered_at"] is None:
            return self._still_wanted(connection, found, now)
        return None

    def _still_wanted(self, connection: Connection, row: Row, now: datetime) -> str | Defer | None:
        """The outreach rules once more, for the first question of an invitation."""
        interaction = (
            connection.execute(select(interactions).where(interactions.c.id == row["interaction_id"])).mappings().one()
        )
        customer = connection.execute(select(customers).where(customers.c.id == row["customer_id"])).mappings().one()
        verdict = recheck(
            connection,
            self._surveys,
            invitation_id=row["invitation_id"],
            survey=(row["survey_key"], row["survey_version"]),
            interaction=interaction,
            customer=customer,
            address=row["address"],
            adapter=self._adapters[Channel(row["channel"])],
            zone=self._zone,
            now=now,
        )
        if isinstance(verdict, Suppress):
            return verdict.reason.value
        return verdict if isinstance(verdict, Defer) else None

    # --- settling -------------------------------------------------------------------------------------------------

    def settle(self, connection: Connection, fates: Sequence[Fate]) -> list[frozenset[str]]:
        """Write what came of leased messages; the topics to ring. A lease that was lost meanwhile changes nothing."""
        now = clock.now()
        ids = {fate.leased.outbox_id for fate in fates}
        owners = connection.execute(select(outbox.c.customer_id).where(outbox.c.id.in_(ids))).scalars()
        lock_customers(connection, set(owners))  # all at once, in the one order that cannot deadlock
        return [self._settle_one(connection, fate, now) for fate in fates]

    def _settle_one(self, connection: Connection, fate: Fate, now: datetime) -> frozenset[str]:
        row = (
            connection.execute(
                select(outbox)
                .where(
                    outbox.c.id == fate.leased.outbox_id,
                    outbox.c.state == "sending",
                    outbox.c.lease == fate.leased.lease,
                )
                .with_for_update()
            )
            .mappings()
            .first()
        )
        if row is None:
            if fate.result is not None:
                log.warning("a message was sent after its lease ended", outbox=fate.leased.outbox_id)
            return frozenset()
        result = fate.result or (fate.lookup.result if fate.lookup else None)
        if result is not None:
            rings = mark_sent(connection, row, result, now)
            return rings | take_failure(connection, self._turns, row["message_id"], now)
        if fate.lookup is not None:
            return self._not_found(connection, row, fate.lookup, now)
        assert fate.error is not None
        return self._failed(connection, row, fate.error, now)

    def _not_found(self, connection: Connection, row: Row, lookup: Lookup, now: datetime) -> frozenset[str]:
        """The provider does not have it (send it again) or cannot tell (ask again, then leave it to a person)."""
        if lookup.settled:
            _set(connection, row, state="pending", due_at=now, error="not found at the provider", lease_until=None)
            return frozenset()
        waited = now - (row["first_leased_at"] or now)
        if waited > GIVE_UP_LOOKING_AFTER:
            return self._drop(connection, row, "needs_human", "fate unknown", now)
        _set(connection, row, state="unknown", due_at=now + LOOK_UP_AFTER * 2, lease_until=None)
        return frozenset()

    def _failed(self, connection: Connection, row: Row, error: SendError, now: datetime) -> frozenset[str]:
        words = f"{error.code.value} {error.provider_code or ''}".strip()
        backoff = timedelta(seconds=BACKOFF_S[min(row["attempts"], len(BACKOFF_S)) - 1])
        if error.code is SendErrorCode.AMBIGUOUS:
            # After a second attempt, what a look-up does not find may still be on its way from that attempt.
            pause = LOOK_UP_AFTER if row["attempts"] <= 1 else LOOK_UP_LATER
            _set(connection, row, state="unknown", due_at=now + pause, error=words, lease_until=None)
            return frozenset()
        if error.code is SendErrorCode.CONFIG:
            log.error("the provider refuses our settings", channel=row["channel"], code=error.provider_code)
            backoff = max(backoff, CONFIG_PAUSE)
        if error.retryable or error.code is SendErrorCode.CONFIG:
            due = now + max(backoff, error.retry_after or timedelta(0))
            _set(connection, row, state="pending", due_at=due, error=words, lease_until=None)
            return frozenset()
        rings = self._drop(connection, row, "dead", words, now)
        if error.code is SendErrorCode.ENDPOINT_BLOCKED:
            rings |= self._turns.opt_out(connection, row["customer_id"], "provider", now)
        return rings

    def _drop(self, connection: Connection, row: Row, state: str, why: str, now: datetime) -> frozenset[str]:
        """This message will not be sent: say so in the thread, and tell the machine if it was a question."""
        _set(connection, row, state=state, error=why, lease_until=None)
        connection.execute(
            update(messages).where(messages.c.id == row["message_id"]).values(delivery="failed", error=why[:64])
        )
        rings = frozenset({f"conversation:{row['conversation_id']}", FEED})
        if row["kind"] != "prompt" or state == "needs_human":
            return rings
        if row["step"] == 1:
            status = "undeliverable" if state == "dead" else "suppressed"
            mine = select(conversations.c.invitation_id).where(conversations.c.id == row["conversation_id"])
            connection.execute(
                update(invitations)
                .where(invitations.c.id.in_(mine), invitations.c.status == "scheduled")
                .values(status=status, reason=why.partition(" ")[0][:32])
            )
        event = Undeliverable(at=now, prompt_step=row["step"], code=why)
        results: list[TurnResult] = self._turns.run(
            connection, [ConversationEvent(conversation_id=row["conversation_id"], event=event)]
        )
        return rings.union(*(result.rings for result in results))

    # --- recovering -----------------------------------------------------------------------------------------------

    def recover(self, connection: Connection, *, all_leases: bool = False) -> int:
        """Messages whose lease ran out may have left or not: have them looked up. The number of them.

        all_leases: this is the only dispatcher and it has just started, so every lease is an orphan.
        """
        is_orphan = outbox.c.state == "sending"
        if not all_leases:
            is_orphan = and_(is_orphan, or_(outbox.c.lease_until < clock.wall(), outbox.c.lease_until.is_(None)))
        due = clock.now() + LOOK_UP_AFTER
        values = {"state": "unknown", "due_at": due, "lease": None, "lease_until": None}
        return connection.execute(update(outbox).where(is_orphan).values(values)).rowcount


def _set(connection: Connection, row: Row, **values: object) -> None:
    connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(values))


def recheck(
    connection: Connection,
    surveys: Surveys,
    *,
    invitation_id: str,
    survey: tuple[str, int],
    interaction: Row,
    customer: Row,
    address: str,
    adapter: Adapter | None,
    zone: str | None,
    now: datetime,
) -> object:
    """The outreach rules as they stand now, for an invitation that is about to be sent: SendNow, Defer or Suppress."""
    last = latest_invitation(connection, customer["id"], besides=invitation_id)
    definition = surveys.get(connection, *survey)
    body = interaction["body"]
    facts = Facts(
        now=now,
        ended_at=interaction["ended_at"],
        duration=None,
        direction=Direction(interaction["direction"]),
        outcome=body.get("outcome"),
        channel=interaction["channel"],
        survey_channel=definition.channel_for(interaction["channel"]),
        channel_is_on=adapter is not None,
        endpoint=address,
        consent=True,  # it was given when the interaction came in; withdrawing it is an opt-out
        opted_out_at=customer["opted_out_at"],
        last_invited_at=last[0] if last else None,
        last_invited_channel=last[1] if last else None,
        already_invited=False,
        timezone=customer["timezone"],
        phone_timezone=phone_timezone((body.get("customer") or {}).get("phone")),
        zone_fallback=zone,
    )
    return may_still_send(rules_of(definition, adapter), facts)
