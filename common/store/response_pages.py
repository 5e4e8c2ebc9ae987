"""The conversations behind a figure: those who stand in its counts, the newest first, and one of them whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from common.analysis.tally import DEPTH_OF_SCORE, STEPS, Step
from common.store.cursors import Order, Page, read_page
from common.store.figures import Scope
from common.store.schema import conversations, customers, interactions, surveys, tallied
from common.store.scope import within
from common.survey.score import Band

_BANDS = {Band.DETRACTOR: (0, 6), Band.PASSIVE: (7, 8), Band.PROMOTER: (9, 10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What narrows a list beyond its scope. hours: from, until and weekday (0 = Monday) of the interaction's end.

    step: who reached it, counted by cohort; missed: who reached the step before and stopped there. Without either the
    list is of responses with a score, by their time.
    """

    band: Band | None = None
    score: int | None = None
    weekday: int | None = None
    hours: tuple[int, int] | None = None
    step: Step | None = None
    missed: bool = False

    @property
    def is_of_cohort(self) -> bool:
        return self.step is not None


def list_behind(
    connection: Connection, scope: Scope, behind: Behind, *, cursor: str | None, limit: int
) -> Page[Row[Any]]:
    """A page of the conversations behind a figure. Raises Invalid for a foreign cursor."""
    at = tallied.c.cohort_at if behind.is_of_cohort else tallied.c.answered_at
    statement = (
        select(
            tallied,
            at.label("page_at"),
            tallied.c.interaction_id.label("page_id"),
            conversations.c.reason,
            conversations.c.aspect,
            conversations.c.band,
            conversations.c.ticket_id,
            customers.c.name.label("customer_name"),
            conversations.c.address,
        )
        .join(interactions, interactions.c.id == tallied.c.interaction_id)
        .join(customers, customers.c.id == interactions.c.customer_id)
        .join(conversations, conversations.c.id == tallied.c.conversation_id, isouter=True)
        .where(*_conditions(scope, behind, at))
    )
    order = Order(at=at, id=tallied.c.interaction_id)
    return read_page(connection, statement, order, cursor=cursor, limit=limit)


def _conditions(scope: Scope, behind: Behind, at: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [at.is_not(None), within(tallied.c.team)]
    if scope.period.start is not None:
        found.append(at >= scope.period.start)
    if scope.period.end is not None:
        found.append(at < scope.period.end)
    for name, value in scope.narrowed.items():
        is_agent = or_(tallied.c.agent == value, tallied.c.agent_name == value)
        found.append(is_agent if name == "agent" else tallied.c[name] == value)
    if behind.band is not None:
        found.append(tallied.c.score.between(*_BANDS[behind.band]))
    if behind.score is not None:
        found.append(tallied.c.score == behind.score)
    if behind.weekday is not None or behind.hours is not None:
        first, end = behind.hours or (0, 24)
        days = range(7) if behind.weekday is None else (behind.weekday,)
        found.append(tallied.c.weekhour.in_([day * 24 + hour for day in days for hour in range(first, end)]))
    if behind.step is not None:
        found.append(_reached(behind.step, missed=behind.missed))
    return found


def _reached(step: Step, *, missed: bool) -> ColumnElement[bool]:
    if step is Step.REASON:
        flag: ColumnElement[bool] = tallied.c.has_reason
    elif step is Step.COMPLETE:
        flag = tallied.c.is_complete
    else:
        place = STEPS.index(step) + 1
        return tallied.c.depth == place - 1 if missed else tallied.c.depth >= place
    return and_(tallied.c.depth == DEPTH_OF_SCORE, flag.is_(False)) if missed else flag.is_(True)


def find_response(connection: Connection, conversation_id: str) -> Row[Any] | None:
    """One conversation with whom, what and about which interaction; None if there is none. Tests are none."""
    version = and_(surveys.c.key == conversations.c.survey_key, surveys.c.version == conversations.c.survey_version)
    return connection.execute(
        select(
            conversations,
            customers.c.name.label("customer_name"),
            interactions.c.agent_id,
            interactions.c.agent_name,
            interactions.c.team,
            interactions.c.topic,
            interactions.c.reference,
            interactions.c.direction,
            interactions.c.ended_at,
            interactions.c.channel.label("interaction_channel"),
            surveys.c.body["kind"].as_string().label("kind"),
        )
        .join(customers, customers.c.id == conversations.c.customer_id)
        .join(interactions, interactions.c.id == conversations.c.interaction_id)
        .join(surveys, version)
        .where(conversations.c.id == conversation_id, conversations.c.test.is_(False), within(interactions.c.team))
    ).first()
