"""What becomes of themes: steps that people take, what the figures say of them, and which themes rise.

`rising_themes` is for whoever sends alerts: it reads and decides, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from common import clock
from common.analysis.tally import day_begins, day_number, week_begins, week_number
from common.errors import Invalid, NotFound
from common.ids import new_id
from common.store.schema import theme_states
from common.store.theme_figures import Comments, reach_by_week
from common.store.writer import Store
from common.theme_book import current_book
from common.themes.shares import Reach
from common.themes.tracking import BY_PEOPLE, ThemeState, is_rising, judge, together

WEEKS_BEFORE, WEEKS_AFTER = 8, 4
_LOOK_EVERY_S = 3600.0
TRANSACTIONAL: Mapping[str, str] = {"kind": "transactional", "direction": "inbound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a theme. actor empty: the figures."""

    theme_id: str
    state: ThemeState
    at: datetime
    actor: str
    note: str
    baseline: Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A theme of which last week spoke more than the four weeks before. week: the day its Monday began."""

    theme_id: str
    name: str
    week: datetime
    now: Reach
    before: Reach


def steps_of(connection: Connection, theme_id: str | None = None) -> list[Step]:
    """All steps of a theme, or of all, the newest first."""
    statement = select(theme_states).order_by(theme_states.c.at.desc(), theme_states.c.id.desc())
    if theme_id is not None:
        statement = statement.where(theme_states.c.theme_id == theme_id)
    return [_step(row) for row in connection.execute(statement)]


def states(connection: Connection) -> dict[str, Step]:
    """Where each theme stands; those that are not there are open."""
    found: dict[str, Step] = {}
    for step in steps_of(connection):
        found.setdefault(step.theme_id, step)
    return found


def take_step(connection: Connection, theme_id: str, state: ThemeState, *, actor: str, note: str, zone: tzinfo) -> None:
    """A person says what is planned or was shipped. Raises NotFound, or Invalid for what only figures can say."""
    if theme_id not in {theme.id for theme in current_book(connection).living}:
        raise NotFound
    if state not in BY_PEOPLE:
        raise Invalid("only the figures can say this", [("state", "choose open, planned or shipped")])
    _keep(connection, theme_id, state, actor, note, _baseline(connection, theme_id, zone))


def rising_themes(connection: Connection, zone: tzinfo, now: datetime) -> list[Rising]:
    """The themes that rise, by the last whole week; the same all week long."""
    this = week_number(day_number(now, zone))
    by_theme = reach_by_week(connection, Comments(only=TRANSACTIONAL), this - 5, this)
    book = current_book(connection)
    week = day_begins(week_begins(this - 1), zone)
    return [
        Rising(theme_id=theme.id, name=theme.name("en"), week=week, now=waves[-1], before=together(waves[:-1]))
        for theme in book.living
        if (waves := by_theme.get(theme.id)) and is_rising(waves)
    ]


class ThemeWatch:
    """Lets the figures speak, once an hour; a second time changes nothing."""

    def __init__(self, store: Store, zone: tzinfo) -> None:
        self._store = store
        self._zone = zone
        self._next_at = 0.0

    def once(self) -> int:
        """Judge every theme if it is time to; how many stand otherwise now."""
        if clock.monotonic() < self._next_at:
            return 0
        self._next_at = clock.monotonic() + _LOOK_EVERY_S
        with self._store.read() as connection:
            if not judged(connection, self._zone, clock.now()):
                return 0
        return self._store.write(lambda connection: judge_all(connection, self._zone, clock.now()))


def judge_all(connection: Connection, zone: tzinfo, now: datetime) -> int:
    """Keep what the figures say of each theme; how many stand otherwise now. Again: 0."""
    found = judged(connection, zone, now)
    for theme_id, (state, baseline) in found.items():
        _keep(connection, theme_id, state, "", "", baseline)
    return len(found)


def judged(connection: Connection, zone: tzinfo, now: datetime) -> dict[str, tuple[ThemeState, Reach]]:
    """The themes that stand otherwise by the figures than was kept."""
    this = week_number(day_number(now, zone))
    stand, found = states(connection), {}
    comments = Comments(only=TRANSACTIONAL)
    weeks = reach_by_week(connection, comments, this - WEEKS_BEFORE - WEEKS_AFTER, this)
    for theme in current_book(connection).living:
        step = stand.get(theme.id)
        state = step.state if step else ThemeState.OPEN
        if state in {ThemeState.OPEN, ThemeState.FADED, ThemeState.PLANNED} or step is None:
            waves = weeks.get(theme.id, [])
            baseline, after = together(waves[:WEEKS_BEFORE]), waves[WEEKS_BEFORE:]
        else:
            first = week_number(day_number(_shipped_at(connection, theme.id), zone)) + 1
            baseline = step.baseline
            after = reach_by_week(connection, comments, first, this, theme.id)[theme.id] if first < this else []
        if (become := judge(state, baseline, after)) is not state:
            found[theme.id] = (become, baseline)
    return found


def _shipped_at(connection: Connection, theme_id: str) -> datetime:
    shipped = [step.at for step in steps_of(connection, theme_id) if step.state is ThemeState.SHIPPED]
    return shipped[0] if shipped else clock.now()


def _baseline(connection: Connection, theme_id: str, zone: tzinfo) -> Reach:
    this = week_number(day_number(clock.now(), zone))
    weeks = reach_by_week(connection, Comments(only=TRANSACTIONAL), this - WEEKS_BEFORE, this + 1, theme_id)
    return together(weeks[theme_id])


def _keep(connection: Connection, theme_id: str, state: ThemeState, actor: str, note: str, baseline: Reach) -> None:
    row: dict[str, Any] = {
        "id": new_id("tst"),
        "theme_id": theme_id,
        "state": state.value,
        "at": clock.now(),
        "actor": actor,
        "note": note,
        "baseline_count": baseline.count,
        "baseline_base": baseline.base,
    }
    connection.execute(insert(theme_states), [row])


def _step(row: Row[Any]) -> Step:
    return Step(
        theme_id=row.theme_id,
        state=ThemeState(row.state),
        at=row.at,
        actor=row.actor,
        note=row.note,
        baseline=Reach(count=row.baseline_count, base=row.baseline_base),
    )
