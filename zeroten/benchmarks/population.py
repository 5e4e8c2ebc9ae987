"""A year of responses as the figures hold them, made inside the database: ten million in minutes.

Every combination of direction, channel, team, agent, topic and language occurs, which no real centre has: an agent of
every team on every channel is the hardest case for figures that are kept by combination.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, insert, text

from common import clock
from common.analysis.tally import AGENT, BLOCKS, CONTACT, DEPTH_OF_SCORE, PATTERNS, Dimension, facet_number, week_number
from common.store.engine import Database
from common.store.facet_recount import true_week, write_week
from common.store.schema import FUNNEL, SCORES, facets, tallied
from zeroten.benchmarks.answered import AGENTS, CHANNELS, LOCALES, TEAMS, TOPICS

DAYS = 364
SILENT = 9
"""One interaction of so many gets no answer."""
_KIND = "transactional"
_PRIME = 2_147_483_647
_WEIGHTS = (2, 1, 2, 3, 3, 5, 7, 12, 22, 24, 19)
"""How often each score is given, in hundredths."""


def write(database: Database, responses: int) -> None:
    """So many responses of the last year, and the interactions without an answer, with all that is kept of them."""
    until = int(clock.now().timestamp()) // 3600 * 3600
    count = responses * SILENT // (SILENT - 1)
    indexes = sorted(tallied.indexes, key=lambda index: str(index.name))
    with _writing(database) as connection:
        for index in indexes:
            index.drop(connection)
        combinations = _write_facets(connection)
        connection.execute(text(_tallied(database.is_sqlite, combinations)), {"count": count, "until": until})
    with _writing(database) as connection:
        for index in indexes:
            index.create(connection)
        for dimension in Dimension:
            connection.execute(text(_tallies(dimension)))
        last = week_number(until // 86400) + 1
        for week in range(last - DAYS // 7 - 2, last + 1):
            write_week(connection, week, true_week(connection, week))
        connection.execute(text("DROP TABLE combinations"))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("tallied", "tallies", "facets", "facet_weeks"):
            connection.exec_driver_sql(f"ANALYZE {table}" if database.is_sqlite else f"VACUUM ANALYZE {table}")


@contextlib.contextmanager
def _writing(database: Database) -> Iterator[Connection]:
    """A transaction that may take its time."""
    with database.write() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def _write_facets(connection: Connection) -> int:
    """Every combination, numbered from 0, the outbound ones first; how many there are."""
    kept: dict[object, dict[str, object]] = {}
    numbered = []
    every = itertools.product(("outbound", "inbound"), CHANNELS, TEAMS, AGENTS, TOPICS, LOCALES)
    for number, (direction, channel, team, (agent, name), topic, locale) in enumerate(every):
        values = {"channel": channel, "survey": "support", "team": team, "topic": topic, "locale": locale}
        rows = {
            pattern: _facet(pattern, direction, values | {"agent": agent, "agent_name": name}) for pattern in PATTERNS
        }
        kept |= {row["id"]: row for row in rows.values()}
        numbered.append({"number": number, "facet": rows[CONTACT]["id"], "staff": rows[AGENT]["id"]})
    connection.execute(insert(facets).inline(), list(kept.values()))
    connection.execute(
        text("CREATE TABLE combinations (number INTEGER PRIMARY KEY, facet BIGINT NOT NULL, staff BIGINT NOT NULL)")
    )
    connection.execute(text("INSERT INTO combinations VALUES (:number, :facet, :staff)"), numbered)
    return len(numbered)


def _facet(pattern: str, direction: str, values: Mapping[str, str]) -> dict[str, object]:
    names = PATTERNS[pattern]
    number = facet_number(pattern, _KIND, direction, *(values[name] for name in names))
    fixed = {"id": number, "pattern": pattern, "kind": _KIND, "direction": direction}
    return fixed | {name: value if name in names else None for name, value in values.items()}


def _random(salt: int, below: int) -> str:
    """A number from 0 to before `below`, as good as random, that depends on n and the salt alone."""
    mixed = f"((n * 69621 + {salt} * 7919) % {_PRIME})"
    squared = f"(({mixed} * {mixed} + {salt * 104_729}) % {_PRIME})"
    return f"(({squared} * 48271) % {_PRIME} % {below})"


def _tallied(is_sqlite: bool, combinations: int) -> str:
    numbers = (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)"
        if is_sqlite
        else "WITH numbers AS (SELECT CAST(n AS BIGINT) AS n FROM generate_series(1, CAST(:count AS BIGINT)) AS n)"
    )
    instant = "strftime('%Y-%m-%d %H:%M:%S.000000', {}, 'unixepoch')" if is_sqlite else "to_timestamp({})"
    name = "printf('{}_%010d', n)" if is_sqlite else "'{}_' || lpad(CAST(n AS TEXT), 10, '0')"
    true, false = ("1", "0") if is_sqlite else ("TRUE", "FALSE")
    half = combinations // 2
    combination = f"CASE WHEN {_random(1, 100)} < 8 THEN {_random(2, half)} ELSE {half} + {_random(2, half)} END"
    score = "CASE " + " ".join(f"WHEN dice < {sum(_WEIGHTS[: score + 1])} THEN {score}" for score in range(11)) + " END"
    contact, staff = (", ".join(PATTERNS[pattern]) for pattern in (CONTACT, AGENT))
    named = {"f": PATTERNS[CONTACT], "s": PATTERNS[AGENT]}
    facts = ", ".join(f"{table}.{name}" for table, names in named.items() for name in names)
    return f"""
        INSERT INTO tallied (interaction_id, conversation_id, kind, direction, {contact}, {staff}, zone, cohort_at,
                             cohort_on, weekhour, answered_at, answered_on, score, depth, has_reason, is_complete,
                             facet, staff)
        {numbers}, drawn AS (
            SELECT n, {combination} AS combination, n % {SILENT} = 0 AS silent, {_random(5, 100)} AS dice,
                   :until - 7200 - 60 * {_random(3, DAYS * 1440)} AS ended,
                   5400 + 60 * {_random(4, 600)} AS later, {_random(6, 10)} AS said
            FROM numbers)
        SELECT {name.format("itr")}, {name.format("cnv")}, f.kind, f.direction, {facts}, 'UTC',
               {instant.format("ended")}, ended / 86400, (ended / 86400 + 3) % 7 * 24 + ended % 86400 / 3600,
               CASE WHEN NOT silent THEN {instant.format("ended + later")} END,
               CASE WHEN NOT silent THEN (ended + later) / 86400 END,
               CASE WHEN NOT silent THEN {score} END,
               CASE WHEN silent THEN 4 ELSE {DEPTH_OF_SCORE} END,
               CASE WHEN NOT silent AND said < 7 THEN {true} ELSE {false} END,
               CASE WHEN NOT silent AND said < 8 THEN {true} ELSE {false} END, f.id, s.id
        FROM drawn JOIN combinations c ON c.number = drawn.combination JOIN facets f ON f.id = c.facet
        JOIN facets s ON s.id = c.staff
    """  # noqa: S608 - built of this module's own words


def _tallies(dimension: Dimension) -> str:
    """All of one dimension's tallies, summed from what is tallied."""
    key, label = _key(dimension), "max(agent_name)" if dimension is Dimension.AGENT else "''"
    scores = [f"sum(CASE WHEN score = {score} THEN 1 ELSE 0 END)" for score in range(11)]
    steps = [f"sum(CASE WHEN depth > {place} THEN 1 ELSE 0 END)" for place in range(DEPTH_OF_SCORE)]
    ended = [f"sum(CASE WHEN {flag} THEN 1 ELSE 0 END)" for flag in ("has_reason", "is_complete")]
    nothing = ["0"]
    halves = [
        _half("answered_on", key, label, [*scores, *nothing * len(FUNNEL)]),
        _half("cohort_on", key, label, [*nothing * len(SCORES), *steps, *ended]),
    ]
    names = (*SCORES, *FUNNEL)
    sums = ", ".join(f"sum({name})" for name in names)
    return f"""
        INSERT INTO tallies (dimension, day, kind, direction, key, label, {", ".join(names)})
        SELECT '{dimension.value}', day, kind, direction, key, max(label), {sums}
        FROM ({" UNION ALL ".join(halves)}) AS both_clocks GROUP BY day, kind, direction, key
    """  # noqa: S608 - built of this module's own words


def _half(on: str, key: str, label: str, counts: Sequence[str]) -> str:
    named = ", ".join(f"{count} AS {name}" for count, name in zip(counts, (*SCORES, *FUNNEL), strict=True))
    return (
        f"SELECT {on} AS day, kind, direction, {key} AS key, {label} AS label, {named} "  # noqa: S608 - as above
        f"FROM tallied WHERE {on} IS NOT NULL GROUP BY {on}, kind, direction, {key}"
    )


def _key(dimension: Dimension) -> str:
    if dimension is Dimension.ALL:
        return "CAST('' AS TEXT)"
    if dimension is Dimension.CHANNEL_TOPIC:
        return "channel || '/' || topic"
    if dimension.value.endswith("_heat"):
        hours = " ".join(f"WHEN weekhour % 24 < {end} THEN '{place}'" for place, (_, end) in enumerate(BLOCKS))
        column = dimension.value.removesuffix("_heat")
        return f"{column} || '/' || CAST(weekhour / 24 AS TEXT) || '/' || CASE {hours} END"
    return f"CAST({dimension.value} AS TEXT)"
