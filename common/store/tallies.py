"""Keeping the tallies: counts by day and dimension that are always what a full recount would give.

Triggers write each interaction whose figures may have changed into `untallied`. `fold` takes some of them, works out
what each contributes now (`tallied` knows what it contributed before) and moves the counts by the difference. Whoever
reads meanwhile adds the difference of what is still waiting (common/store/figures.py), so no figure is ever late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite

from common.analysis.tally import PATTERNS, Cell, Dimension, Measure, week_number
from common.store.dialect import among, insert_new, upsert
from common.store.measures import known, truths
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied, tallies, untallied

Place = tuple[str, int, str, str, str]
"""Dimension, day, kind, direction, key."""
FacetWeek = tuple[int, int]
"""Facet and week."""
AT_ONCE = 250
"""Changes counted in one transaction: about a tenth of a second, for which SQLite's other writers wait."""
_LOCK = 7_010_001
"""PostgreSQL's name for the right to fold: one process at a time."""


def waiting(connection: Connection) -> bool:
    """True if something waits to be counted."""
    return connection.execute(select(untallied.c.id).limit(1)).first() is not None


def fold(connection: Connection, zone: tzinfo, limit: int = AT_ONCE) -> int:
    """Count what has waited longest; the number of log entries dealt with. Any number of processes may call it."""
    lock(connection)
    rows = connection.execute(
        select(untallied.c.id, untallied.c.interaction_id).order_by(untallied.c.id).limit(limit)
    ).all()
    if rows:
        connection.execute(delete(untallied).where(untallied.c.id.in_([row.id for row in rows])))
        count_again(connection, {row.interaction_id for row in rows}, zone)
    return len(rows)


def lock(connection: Connection) -> None:
    """Let nobody else change the tallies until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def count_again(connection: Connection, ids: Collection[str], zone: tzinfo) -> int:
    """Bring the tallies up to date with these interactions; how many of them had changed."""
    before, now = known(connection, ids), truths(connection, ids, zone)
    changed = [key for key in sorted(ids) if before.get(key) != now.get(key)]
    moves: dict[Place, Cell] = {}
    weeks: dict[FacetWeek, Cell] = {}
    for key in changed:
        if (old := before.get(key)) is not None:
            spread(moves, old, -1)
            spread_weeks(weeks, old, -1)
        if (new := now.get(key)) is not None:
            spread(moves, new, 1)
            spread_weeks(weeks, new, 1)
    _move(connection, moves)
    keep_facets(connection, [now[key] for key in changed if key in now])
    _move_weeks(connection, weeks)
    upsert(connection, tallied, [now[key].columns() for key in changed if key in now])
    if gone := [key for key in changed if key not in now]:
        connection.execute(delete(tallied).where(among(tallied.c.interaction_id)), {"ids": gone})
    return len(changed)


def spread(moves: dict[Place, Cell], measure: Measure, sign: int) -> None:
    """Add one interaction to every count it stands in, or take it away."""
    for dimension in Dimension:
        stem, tail = (dimension.value,), (measure.kind, measure.direction, measure.key(dimension))
        cohort = moves.setdefault((*stem, measure.cohort_on, *tail), Cell.empty())
        cohort.add_steps(measure.steps(), sign)
        cohort.label = measure.label(dimension) or cohort.label
        if measure.score is not None and measure.answered_on is not None:
            answered = moves.setdefault((*stem, measure.answered_on, *tail), Cell.empty())
            answered.add_score(measure.score, sign)
            answered.label = measure.label(dimension) or answered.label


def spread_weeks(weeks: dict[FacetWeek, Cell], measure: Measure, sign: int) -> None:
    """The same for the weeks of its facets."""
    cohort, steps = week_number(measure.cohort_on), measure.steps()
    for pattern in PATTERNS:
        facet = measure.number(pattern)
        weeks.setdefault((facet, cohort), Cell.empty()).add_steps(steps, sign)
        if measure.score is not None and measure.answered_on is not None:
            weeks.setdefault((facet, week_number(measure.answered_on)), Cell.empty()).add_score(measure.score, sign)


def keep_facets(connection: Connection, measures: Collection[Measure]) -> None:
    """Let the facets of these be known."""
    new = {each.number(pattern): facet_row(each, pattern) for each in measures for pattern in PATTERNS}
    insert_new(connection, facets, [new[number] for number in sorted(new)])


def facet_row(measure: Measure, pattern: str) -> dict[str, Any]:
    """A facet as it is stored."""
    fixed = {"id": measure.number(pattern), "pattern": pattern, "kind": measure.kind, "direction": measure.direction}
    names = (*PATTERNS["contact"], *PATTERNS["agent"])
    return fixed | {name: getattr(measure, name) if name in PATTERNS[pattern] else None for name in names}


def _move_weeks(connection: Connection, weeks: Mapping[FacetWeek, Cell]) -> None:
    rows = [
        {"facet": facet, "week": week} | _counts_of(cell)
        for (facet, week), cell in sorted(weeks.items())
        if not cell.is_empty
    ]
    if rows:
        connection.execute(_ADD_WEEKS[connection.dialect.name], rows)


def _counts_of(cell: Cell) -> dict[str, int]:
    return dict(zip((*SCORES, *FUNNEL), (*cell.scores, *cell.funnel), strict=True))


def _move(connection: Connection, moves: Mapping[Place, Cell]) -> None:
    rows = [row_of(place, cell) for place, cell in sorted(moves.items()) if not cell.is_empty]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def row_of(place: Place, cell: Cell) -> dict[str, Any]:
    dimension, day, kind, direction, key = place
    return {"dimension": dimension, "day": day, "kind": kind, "direction": direction, "key": key} | {
        "label": cell.label,
        **_counts_of(cell),
    }


def _add(dialect: Any, table: Table, *overwritten: str) -> Any:
    statement = dialect.insert(table).inline()
    changed = {name: table.c[name] + statement.excluded[name] for name in (*SCORES, *FUNNEL)}
    changed |= {name: statement.excluded[name] for name in overwritten}
    keys = [column.name for column in table.primary_key.columns]
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


_ADD = {"postgresql": _add(postgresql, tallies, "label"), "sqlite": _add(sqlite, tallies, "label")}
_ADD_WEEKS = {"postgresql": _add(postgresql, facet_weeks), "sqlite": _add(sqlite, facet_weeks)}


def days_tallied(connection: Connection) -> tuple[int, int] | None:
    """The first and the last day that has counts; None while nothing was counted."""
    first, last = connection.execute(
        select(func.min(tallies.c.day), func.max(tallies.c.day)).where(tallies.c.dimension == Dimension.ALL.value)
    ).one()
    return None if first is None else (first, last)


def note_other_zones(connection: Connection, zone: tzinfo) -> None:
    """Let everything be counted again that was counted in another zone: the setting was changed."""
    other = select(tallied.c.interaction_id).where(tallied.c.zone != str(zone))
    connection.execute(insert(untallied).from_select(["interaction_id"], other))
