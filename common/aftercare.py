"""After a survey's end and after a ticket's: plans what is to be said or asked, and does it when its time has come.

Planning happens in the herald's transaction, from the occurrence that a conversation closed or a ticket was resolved.
Doing happens here, each in a transaction of its own under the customer's lock: whether a person has the thread, whether
the customer opted out and whether the provider still takes free text is seen as it is then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, Row, select

from common import clock
from common.bell import Bell
from common.channels import Channel
from common.delivery.refusing import is_window_closed
from common.errors import StoreUnavailable
from common.follow_up import FollowUpKind, FollowUpState
from common.follow_up.slots import offered
from common.intake import Intake
from common.outreach.quiet_hours import QuietHours, next_allowed
from common.outreach.zones import zone_named
from common.rounds import Rounds
from common.store import follow_ups as store
from common.store import threads as thread_store
from common.store.schema import conversations, endpoints, interactions, tickets
from common.store.thread_changes import store as store_threads
from common.store.threads import Thread
from common.store.writer import Store
from common.survey.machine import State
from common.survey.score import Band
from common.surveys import SurveyDefinition, Surveys
from common.turns import Turns
from common.turns.effects import Applied
from common.turns.following_up import offer_slots, say_words

log = structlog.get_logger()

LATEST = timedelta(days=2)
"""A follow-up that could not be said for so long after the end is not said any more."""
ASKED_AGAIN = "recovery:"
"""How the ids of the interactions begin that ask whether things are mended; the ticket's id follows."""


class Aftercare(Rounds):
    """Plans and does what comes after the end."""

    who = "aftercare"

    def __init__(self, store: Store, turns: Turns, intake: Intake, surveys: Surveys, bell: Bell, *, zone: str) -> None:
        super().__init__()
        self._store = store
        self._turns = turns
        self._intake = intake
        self._surveys = surveys
        self._bell = bell
        self._zone = zone

    def round(self) -> None:
        """Do what is due."""
        self.once()

    # --- planning -------------------------------------------------------------------------------------------------

    def plan(self, connection: Connection, happened: Iterable[Row[Any]], now: datetime) -> None:
        """Plan what follows from conversations that closed and tickets that were resolved."""
        events = [event for event in happened if event.name in ("closed", "ticket_resolved")]
        rows = _conversations(connection, {event.conversation_id for event in events})
        for event in events:
            row = rows[event.conversation_id]
            definition = self._surveys.get(connection, row.survey_key, row.survey_version)
            if event.name == "closed":
                _plan_follow_up(connection, definition, row, event, now)
            else:
                _plan_recovery(connection, definition, row, event, now)

    # --- doing ----------------------------------------------------------------------------------------------------

    def once(self) -> int:
        """Do what is due: how many follow-ups and questions were looked at."""
        now = clock.now()
        with self._store.read() as connection:
            said = [row.conversation_id for row in store.due(connection, now)]
            asked = [row.ticket_id for row in store.due_recoveries(connection, now)]
        for conversation_id in said:
            self._each(lambda connection, key=conversation_id: self._follow_up(connection, key, clock.now()))
        for ticket_id in asked:
            self._each(lambda connection, key=ticket_id: self._ask_again(connection, key, clock.now()))
        return len(said) + len(asked)

    def _each(self, work: Any) -> None:
        """One of them that fails must not hold up the others."""
        try:
            self._bell.ring(*self._store.write(work))
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what comes after an end could not be done")

    def _follow_up(self, connection: Connection, conversation_id: str, now: datetime) -> frozenset[str]:
        thread = thread_store.load(connection, self._surveys, [conversation_id]).get(conversation_id)
        planned = store.find_planned(connection, conversation_id)
        if thread is None or planned is None:
            return frozenset()
        why = self._forbidden(connection, thread, planned, now)
        if why is None and (until := self._quiet_until(thread, now)) is not None:
            store.put_off(connection, conversation_id, until)
            return frozenset()
        applied = None if why else self._said(thread, FollowUpKind(planned.kind), now)
        if applied is None:
            store.move(connection, conversation_id, FollowUpState.DROPPED, why=why or "nothing_to_say")
            return frozenset()
        slots = thread.row["machine"].get("offer")
        store.move(connection, conversation_id, FollowUpState.SENT, slots=slots)
        store_threads(connection, [thread], now)
        return applied.rings()

    def _said(self, thread: Thread, kind: FollowUpKind, now: datetime) -> Applied | None:
        settings = thread.definition.follow_up
        if settings is None:
            return None
        if kind is FollowUpKind.MESSAGE:
            return say_words(thread, self._turns.adapters, (settings.words or {}).get(thread.row["band"], {}), now)
        zone = self._zone_of(thread)
        slots = offered(settings, now, zone)
        return offer_slots(thread, self._turns.adapters, slots, zone, now) if slots else None

    def _forbidden(self, connection: Connection, thread: Thread, planned: Row[Any], now: datetime) -> str | None:
        """Why it must not be said any more; None = nothing forbids it."""
        adapter = self._turns.adapters.get(Channel(thread.row["channel"]))
        ticket = thread.ticket or {}
        if thread.customer["opted_out_at"] is not None:
            return "opted_out"
        is_theirs = thread.value.state is State.HANDOFF or thread.value.is_returned
        if is_theirs or ticket.get("owner") or ticket.get("first_reply_at"):
            return "person_has_it"
        if thread.value.state is not State.CLOSED or ticket.get("status") == "resolved":
            return "went_on"
        if adapter is None or adapter.capabilities.spoken:
            return "cannot_be_written"
        if now - planned.due_at > LATEST or now - planned.at > LATEST:
            return "too_late"
        heard_at = connection.execute(
            select(endpoints.c.last_inbound_at).where(endpoints.c.id == thread.row["endpoint_id"])
        ).scalar()
        if is_window_closed(adapter.capabilities, {"last_inbound_at": heard_at}, now):
            return "window_closed"
        latest = connection.execute(
            select(endpoints.c.conversation_id).where(endpoints.c.id == thread.row["endpoint_id"])
        ).scalar()
        return None if latest == thread.id else "went_on"

    def _quiet_until(self, thread: Thread, now: datetime) -> datetime | None:
        """When it may be said, if it is quiet now where the customer is."""
        hours = thread.definition.quiet_hours
        if hours is None:
            return None
        allowed = next_allowed(now, QuietHours(start=hours[0], end=hours[1]), self._zone_of(thread))
        return allowed if allowed > now else None

    def _zone_of(self, thread: Thread) -> ZoneInfo:
        return zone_named(thread.customer["timezone"]) or ZoneInfo(self._zone)

    # --- is it mended? --------------------------------------------------------------------------------------------

    def _ask_again(self, connection: Connection, ticket_id: str, now: datetime) -> frozenset[str]:
        """Hand an interaction in that asks whether things are mended: every rule of outreach decides about it."""
        owner = connection.execute(select(tickets.c.customer_id).where(tickets.c.id == ticket_id)).scalar()
        thread_store.lock_customers(connection, [owner] if owner else [])
        ticket = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).first()
        planned = store.find_recovery(connection, ticket_id)  # after the lock: somebody may just have asked
        if ticket is None or planned is None:
            return frozenset()
        definition = self._surveys.find(connection, planned.survey_key)
        if ticket.status != "resolved":
            store.move_recovery(connection, ticket_id, "dropped", why="went_on")
        elif definition is None or definition.body["kind"] != "relational":
            store.move_recovery(connection, ticket_id, "dropped", why="no_relational_survey")
        else:
            answer = self._intake.take(connection, self._interaction(connection, ticket, planned, now), now).body
            invitation = answer["invitation"]
            if invitation is None:
                store.move_recovery(connection, ticket_id, "dropped", why=answer["reason"])
            else:
                store.move_recovery(connection, ticket_id, "asked", invitation_id=invitation["id"])
        return frozenset()

    def _interaction(
        self, connection: Connection, ticket: Row[Any], planned: Row[Any], now: datetime
    ) -> dict[str, Any]:
        """What the last report of this customer says, as a contact that ends now."""
        last = connection.execute(
            select(interactions.c.body)
            .where(interactions.c.customer_id == ticket.customer_id, interactions.c.ref.not_like(f"{ASKED_AGAIN}%"))
            .order_by(interactions.c.created_at.desc())
            .limit(1)
        ).scalar_one()
        about = connection.execute(
            select(interactions.c.body, interactions.c.ref)
            .join(conversations, conversations.c.interaction_id == interactions.c.id)
            .where(conversations.c.id == ticket.conversation_id)
        ).one()
        return {
            **about.body,
            "id": f"{ASKED_AGAIN}{ticket.id}",
            "customer": last["customer"],
            "channel": ticket.channel,
            "direction": "outbound",
            "ended_at": now.isoformat(),
            "duration_s": None,
            "outcome": "answered",
            "survey": planned.survey_key,
            "attributes": {"asked_again_about": about.ref},
        }


def _conversations(connection: Connection, ids: set[str]) -> dict[str, Row[Any]]:
    if not ids:
        return {}
    columns = ("id", "customer_id", "survey_key", "survey_version", "band", "ticket_id")
    query = select(*(conversations.c[name] for name in columns)).where(conversations.c.id.in_(sorted(ids)))
    return {row.id: row for row in connection.execute(query)}


def _plan_follow_up(
    connection: Connection, definition: SurveyDefinition, row: Row[Any], event: Row[Any], now: datetime
) -> None:
    settings = definition.follow_up
    kind = settings.kind_for(row.band) if settings else None
    if settings is None or kind is None:
        return
    columns = {"conversation_id": row.id, "customer_id": row.customer_id, "kind": kind.value}
    store.plan(connection, {**columns, "due_at": event.at + settings.after, "at": now})


def _plan_recovery(
    connection: Connection, definition: SurveyDefinition, row: Row[Any], event: Row[Any], now: datetime
) -> None:
    settings = definition.recovery
    if settings is None or row.band != Band.DETRACTOR.value:
        return
    columns = {"ticket_id": row.ticket_id, "customer_id": row.customer_id, "survey_key": settings.survey}
    store.plan_recovery(connection, {**columns, "due_at": event.at + settings.after, "at": now})
