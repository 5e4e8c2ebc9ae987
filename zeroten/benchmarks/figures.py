"""The dashboard over many responses: what a supervisor waits for, on both kinds of database.

A year of responses is written as what was counted (`tallied`, `tallies`): only those are read. The page is asked for as
a browser asks, through the console with its session, filters and template; the API through its figures alone.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import insert

from common import clock
from common.actors import Role
from common.analysis.tally import DEPTH_OF_SCORE, Cell, Measure, day_number, hour_of_week
from common.config import read_settings
from common.figures import GroupBy, read_figures, scope_of
from common.sign_ins import SignIns
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import tallied, tallies
from common.store.tallies import Place, row_of, spread
from common.users import create_user
from console import register_console
from zeroten.benchmarks.answered import AGENTS, CHANNELS, LOCALES, TEAMS, TOPICS
from zeroten.benchmarks.postgres import scratch_database
from zeroten.benchmarks.report import Figure, Table, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_services

_CHUNK = 5_000
_DAYS = 364
_PASSWORD = "of no use outside this run"  # noqa: S105 - a scratch database's
_VIEWS = (
    ("dashboard, 28 days", "/dashboard"),
    ("dashboard, 52 weeks", "/dashboard?days=364"),
    ("dashboard, 28 days, one team", "/dashboard?team=Billing"),
    ("dashboard, 52 weeks, one team", "/dashboard?days=364&team=Billing"),
)


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    responses, rounds = setting.either(1_000_000, 2_000), setting.either(20, 2)
    places: list[tuple[str, contextlib.AbstractContextManager[str]]] = [
        ("SQLite", contextlib.nullcontext(f"sqlite:///{setting.folder / 'figures.db'}"))
    ]
    if setting.postgres is not None:
        places.append(("PostgreSQL", scratch_database(setting.postgres.url)))
    for name, place in places:
        with place as address:
            setting.say(f"  {name}: {responses:,} responses")
            database = Database(address)
            migrate(database)
            write(database, responses)
            if not database.is_sqlite:
                with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM ANALYZE tallied, tallies")
            database.close()
            yield Table(
                benchmark="figures",
                title=f"Figures of {responses:,} responses on {name}",
                rows=_measured(address, rounds),
                note="Milliseconds until the page is there, one reader. Filtered views are counted, not looked up.",
            )
        for path in setting.folder.glob("figures.db*"):
            path.unlink()


def write(database: Database, responses: int, seed: int = 11) -> None:
    """Write so many responses of the last year, with as many silent interactions as an eighth of them."""
    rng = random.Random(seed)  # noqa: S311 - a population, no secret
    until = clock.now().replace(minute=0, second=0, microsecond=0)
    counts: dict[Place, Cell] = {}
    rows: list[dict[str, object]] = []
    for number in range(responses + responses // 8):
        measure = _measure(rng, until, number, is_silent=number >= responses)
        spread(counts, measure, 1)
        rows.append(measure.columns())
        if len(rows) == _CHUNK:
            _insert(database, rows)
    _insert(database, rows)
    found = [row_of(place, cell) for place, cell in sorted(counts.items())]
    for start in range(0, len(found), _CHUNK):
        with database.write() as connection:
            connection.execute(insert(tallies).inline(), found[start : start + _CHUNK])


def _insert(database: Database, rows: list[dict[str, object]]) -> None:
    if rows:
        with database.write() as connection:
            connection.execute(insert(tallied).inline(), rows)
    rows.clear()


def _measure(rng: random.Random, until: datetime, number: int, *, is_silent: bool) -> Measure:
    ended = until - timedelta(minutes=120 + rng.randrange(_DAYS * 1440))
    answered = ended + timedelta(minutes=90 + rng.randrange(600))
    agent, name = rng.choice(AGENTS)
    return Measure(
        interaction_id=f"itr_{number:010d}",
        conversation_id=f"cnv_{number:010d}",
        kind="transactional",
        direction="outbound" if rng.random() < 0.08 else "inbound",
        channel=rng.choice(CHANNELS),
        survey="support",
        team=rng.choice(TEAMS),
        agent=agent,
        agent_name=name,
        topic=rng.choice(TOPICS),
        locale=rng.choice(LOCALES),
        zone="UTC",
        cohort_at=ended,
        cohort_on=day_number(ended, UTC),
        weekhour=hour_of_week(ended, UTC),
        answered_at=None if is_silent else answered,
        answered_on=None if is_silent else day_number(answered, UTC),
        score=None if is_silent else max(0, min(10, round(rng.gauss(8, 2)))),
        depth=4 if is_silent else DEPTH_OF_SCORE,
        has_reason=not is_silent and rng.random() < 0.7,
        is_complete=not is_silent and rng.random() < 0.8,
    )


def _measured(address: str, rounds: int) -> Sequence[dict[str, Figure]]:
    settings = read_settings(
        {"ZEROTEN_DATABASE_URL": address, "ZEROTEN_SECRET_KEY": "s" * 32, "ZEROTEN_TIMEZONE": "UTC"}
    )
    services = create_services(settings, has_writer=True)
    services.store.write(lambda c: create_user(c, "a@example.com", "Ana", Role.ADMIN, _PASSWORD))
    app = Flask("zeroten", static_folder=None)
    register_console(app, services)
    client = app.test_client()
    token = SignIns(services.store).sign_in("a@example.com", _PASSWORD, address="127.0.0.1", agent="bench")
    client.set_cookie("zeroten", token)

    def page(path: str) -> None:
        answer = client.get(path)
        if answer.status_code != 200 or "hero-score" not in answer.text:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    def figures() -> None:
        with services.store.read() as connection:
            read_figures(connection, scope_of(UTC, group_by=GroupBy.TEAM), GroupBy.TEAM)

    rows = [_timed(name, rounds, lambda path=path: page(path)) for name, path in _VIEWS]  # type: ignore[misc]
    rows.append(_timed("API, by team, all time", rounds, figures))
    services.close()
    return rows


def _timed(name: str, rounds: int, work: Callable[[], None]) -> dict[str, Figure]:
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return {"what": name, "p50, ms": quantile(taken, 0.5), "p95, ms": quantile(taken, 0.95)}
