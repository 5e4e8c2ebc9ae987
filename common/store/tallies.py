"""Keeping the tallies: counts by day and dimension that are always what a full recount would give.

Triggers write each interaction whose figures may have changed into `untallied`. `fold` takes some of them, works out
what each contributes now (`tallied` knows what it contributed before) and moves the counts by the difference. Whoever
reads meanwhile adds the difference of what is still waiting (common/store/figures.py), so no figure is ever late.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import tzinfo
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Integer, Table, delete, func, insert, select, text

from common.analysis.tally import AGENT, CONTACT, PATTERNS, Cell, Dimension, Measure, week_number
from common.store.dialect import among, insert_new, upsert
from common.store.measures import known, truths
from common.store.schema import FUNNEL, SCORES, facet_weeks, facets, tallied, tallies, untallied

Place = tuple[str, int, str, str, str]
"""Dimension, day, kind, direction, key."""
FacetWeek = tuple[int, int]
"""Facet and week."""
K = TypeVar("K", Place, FacetWeek)
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
        connection.execute(_DEALT_WITH, {"ids": [row.id for row in rows]})
        count_again(connection, {row.interaction_id for row in rows}, zone)
    return len(rows)


_DEALT_WITH = delete(untallied).where(among(untallied.c.id))


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
    kind, direction, reached = measure.kind, measure.direction, measure.reached()
    for dimension in Dimension:
        key, label = measure.key(dimension), measure.label(dimension)
        cohort = _cell(moves, (dimension.value, measure.cohort_on, kind, direction, key))
        cohort.add_steps(reached, sign)
        cohort.label = label or cohort.label
        if measure.score is not None and measure.answered_on is not None:
            answered = _cell(moves, (dimension.value, measure.answered_on, kind, direction, key))
            answered.add_score(measure.score, sign)
            answered.label = label or answered.label


def spread_weeks(weeks: dict[FacetWeek, Cell], measure: Measure, sign: int) -> None:
    """The same for the weeks of its facets."""
    cohort, reached = week_number(measure.cohort_on), measure.reached()
    answered = None if measure.answered_on is None else week_number(measure.answered_on)
    for facet in measure.facets():
        _cell(weeks, (facet, cohort)).add_steps(reached, sign)
        if measure.score is not None and answered is not None:
            _cell(weeks, (facet, answered)).add_score(measure.score, sign)


def _cell(cells: dict[K, Cell], key: K) -> Cell:
    found = cells.get(key)
    if found is None:
        found = cells[key] = Cell.empty()
    return found


def keep_facets(connection: Connection, measures: Collection[Measure]) -> None:
    """Let the facets of these be known."""
    told: dict[int, tuple[Measure, str]] = {}
    for measure in measures:
        for number, pattern in zip(measure.facets(), PATTERNS, strict=True):
            told.setdefault(number, (measure, pattern))
    there = set(connection.execute(_FACETS_THERE, {"ids": list(told)}).scalars()) if told else set()
    rows = [facet_row(number, *told[number]) for number in sorted(told.keys() - there)]
    insert_new(connection, facets, rows)


_FACETS_THERE = select(facets.c.id).where(among(facets.c.id))


def facet_row(number: int, measure: Measure, pattern: str) -> dict[str, Any]:
    """A facet as it is stored."""
    fixed = {"id": number, "pattern": pattern, "kind": measure.kind, "direction": measure.direction}
    names = (*PATTERNS[CONTACT], *PATTERNS[AGENT])
    return fixed | {name: getattr(measure, name) if name in PATTERNS[pattern] else None for name in names}


def _move(connection: Connection, moves: Mapping[Place, Cell]) -> None:
    _add(connection, tallies, [(*place, moves[place].label, *_counts(moves[place])) for place in _changed(moves)])


def _move_weeks(connection: Connection, weeks: Mapping[FacetWeek, Cell]) -> None:
    _add(connection, facet_weeks, [(*key, *_counts(weeks[key])) for key in _changed(weeks)])


def _changed(cells: Mapping[K, Cell]) -> list[K]:
    """Where counts change, in the one order in which all processes lock rows."""
    return sorted(key for key, cell in cells.items() if not cell.is_empty)


def _counts(cell: Cell) -> tuple[int, ...]:
    return (*cell.scores, *cell.funnel)


def row_of(place: Place, cell: Cell) -> dict[str, Any]:
    """A tally as it is stored."""
    return dict(zip(tallies.columns.keys(), (*place, cell.label, *_counts(cell)), strict=True))


def _add(connection: Connection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Add rows of counts to those that stand; no two are of one place.

    There are dozens of rows for each change, of whole numbers and of text that came out of the database: the driver
    takes them as they are, and looking at each value once more would cost as much as all the rest. PostgreSQL takes
    them as one statement, column by column.
    """
    if not rows:
        return
    statement = _adding(connection.dialect, table)
    if connection.dialect.name == "postgresql":
        names = table.columns.keys()
        connection.exec_driver_sql(
            statement, {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
        )
    else:
        connection.exec_driver_sql(statement, rows)


@cache
def _adding(dialect: Dialect, table: Table) -> str:
    """The statement in the driver's words, with the values in the order of the columns, or by their names as lists."""
    names = table.columns.keys()
    if dialect.name == "postgresql":
        kinds = {each.name: "bigint" if isinstance(each.type, Integer) else "text" for each in table.columns}
        source = f"SELECT * FROM unnest({', '.join(f'%({name})s::{kind}[]' for name, kind in kinds.items())})"  # noqa: S608
    else:
        source = f"VALUES ({', '.join('?' * len(names))})"
    changed = [f"{name} = {table.name}.{name} + excluded.{name}" for name in (*SCORES, *FUNNEL)]
    changed += [f"{name} = excluded.{name}" for name in ("label",) if name in names]
    keys = ", ".join(column.name for column in table.primary_key.columns)
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"INSERT INTO {table.name} ({quoted}) {source} ON CONFLICT ({keys}) DO UPDATE SET {', '.join(changed)}"


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
