"""The dashboard over many responses: what a supervisor waits for, on both kinds of database.

A year of responses is written as what was counted: only that is read. The page is asked for as a browser asks, through
the console with its session, filters and template; the API through its figures alone.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC

from flask import Flask

from common.actors import Role
from common.config import read_settings
from common.figures import GroupBy, read_figures, scope_of
from common.sign_ins import SignIns
from common.store.engine import Database
from common.store.migrations import migrate
from common.users import create_user
from console import register_console
from zeroten.benchmarks.population import write
from zeroten.benchmarks.postgres import scratch_database
from zeroten.benchmarks.report import Figure, Table, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_services

_MOST_ON_SQLITE = 2_000_000
_PASSWORD = "of no use outside this run"  # noqa: S105 - a scratch database's
_FILTERS = (
    ("", ""),
    ("a team", "&team=Billing"),
    ("a channel", "&channel=whatsapp"),
    ("a topic", "&topic=Invoice"),
    ("a language (a quarter of all)", "&locale=en"),
    ("a survey (all there is)", "&survey=support"),
    ("an agent", "&agent=a-03"),
    ("team and channel", "&team=Billing&channel=sms"),
    ("language and channel", "&locale=en&channel=sms"),
    ("team and agent", "&team=Billing&agent=a-03"),
    ("survey and language", "&survey=support&locale=en"),
    ("team, topic and channel", "&team=Billing&topic=Invoice&channel=sms"),
)
_VIEWS = tuple(
    (f"{period}{', ' if words else ''}{words}", f"/dashboard?days={days}{query}")
    for period, days in (("28 days", 28), ("52 weeks", 364))
    for words, query in _FILTERS
)


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    responses, rounds = setting.responses or setting.either(100_000, 2_000), setting.either(20, 2)
    places: list[tuple[str, contextlib.AbstractContextManager[str]]] = []
    if setting.postgres is not None:
        places.append(("PostgreSQL", scratch_database(setting.postgres.url)))
    if responses <= _MOST_ON_SQLITE:
        places.insert(0, ("SQLite", contextlib.nullcontext(f"sqlite:///{setting.folder / 'figures.db'}")))
    for name, place in places:
        with place as address:
            setting.say(f"  {name}: {responses:,} responses")
            database = Database(address)
            migrate(database)
            write(database, responses)
            database.close()
            yield Table(
                benchmark="figures",
                title=f"Figures of {responses:,} responses on {name}",
                rows=_measured(address, rounds),
                note="Milliseconds until the page is there, one reader. The last row is over all of the dashboard's.",
            )
        for path in setting.folder.glob("figures.db*"):
            path.unlink()


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
        is_drawn = "hero-score" in answer.text or "Nothing was asked" in answer.text  # a few rows may miss a filter
        if answer.status_code != 200 or not is_drawn:
            raise RuntimeError(f"{path} answered {answer.status_code}")

    def figures() -> None:
        with services.store.read() as connection:
            read_figures(connection, scope_of(UTC, group_by=GroupBy.TEAM), GroupBy.TEAM)

    page("/dashboard")
    all_taken: list[float] = []
    rows = []
    for name, path in _VIEWS:
        taken = _times(rounds, lambda path=path: page(path))  # type: ignore[misc]
        all_taken += taken
        rows.append(_row(name, taken))
    rows.append(_row("API, by team, all time", _times(rounds, figures)))
    rows.append(_row("every view of the dashboard", all_taken))
    services.close()
    return rows


def _times(rounds: int, work: Callable[[], None]) -> list[float]:
    """How long it took each time, the first time among them."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _row(name: str, taken: list[float]) -> dict[str, Figure]:
    in_order = sorted(taken)
    return {
        "what": name,
        "first, ms": taken[0],
        "p50, ms": quantile(in_order, 0.5),
        "p95, ms": quantile(in_order, 0.95),
    }
