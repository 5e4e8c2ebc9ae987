"""Processes that die at one exact place, each in its turn: after the lease, after the provider took the message, …

The random soak may miss these moments for weeks. Whatever dies is started again, unarmed, and the checker must find
nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.chaos.checker import check
from tests.chaos.crowd import Crowd
from tests.chaos.evidence import Script
from tests.chaos.installation import Installation, installed
from tests.chaos.soak import MARKS, SHARES, SURVEY, TEMPLATE, FastClock, gather, is_full_run, wait_for_quiet
from zeroten.simulation.population import make_population

pytestmark = pytest.mark.chaos

KINDS = frozenset(
    {
        "promoter",
        "detractor",
        "one_message",
        "skips",
        "stops",
        "stops_in_words",
        "sends_twice",
        "corrects",
        "taken_over",
    }
)
"""Stories that come to their end by themselves."""
EACH = 5
DISPATCHERS, TICKS = ("dispatcher-1", "dispatcher-2"), ("tick-1", "tick-2")

Arms = Mapping[str, str]
"""Process → its failpoints. What is done for a group (commits, leases, turns) is counted low: one may hold them all."""

ON_SQLITE: Sequence[Arms] = (
    {"web": "webhook.after_commit=kill@3"},
    {"web": "outbox.after_lease=kill@2"},
    {"web": "outbox.after_http=kill@4"},
)
ON_SQLITE_MORE: Sequence[Arms] = (
    {"web": "webhook.before_store=kill@3"},
    {"web": "writer.before_commit=kill@8"},
    {"web": "writer.after_commit=kill@8"},
    {"web": "turn.before_outbox=kill@4"},
    {"web": "turn.after_step=kill@3"},
    {"web": "outbox.before_http=kill@4"},
    {"web": "outbox.after_settle=kill@2"},
)
ON_POSTGRESQL: Sequence[Arms] = (
    {"web": "webhook.after_commit=kill@3"} | dict.fromkeys(DISPATCHERS, "outbox.after_http=kill@3"),
    {"web": "writer.before_commit=kill@8"}
    | dict.fromkeys(DISPATCHERS, "outbox.after_lease=kill@2")
    | dict.fromkeys(TICKS, "tick.after_start=kill@1"),
)
ON_POSTGRESQL_MORE: Sequence[Arms] = (
    {"web": "writer.after_commit=kill@8"} | dict.fromkeys(DISPATCHERS, "outbox.before_http=kill@3"),
    {"web": "turn.before_outbox=kill@4"} | dict.fromkeys(TICKS, "tick.before_start=kill@2"),
    {"web": "turn.after_step=kill@3"} | dict.fromkeys(DISPATCHERS, "outbox.after_settle=kill@2"),
)


class Undertaker:
    """Starts again, unarmed, whatever has died of its failpoint. On SQLite that is the web process's own child."""

    def __init__(self, installation: Installation, armed: Arms) -> None:
        self._installation = installation
        self._children = {name: installation.processes[name].children() for name in armed}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.buried: set[str] = set()

    def __enter__(self) -> Undertaker:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)

    def _watch(self) -> None:
        while not self._stopping.wait(0.05):
            for name in self._children.keys() - self.buried:
                process = self._installation.processes[name]
                if not process.is_running or (name == "web" and process.children() != self._children[name]):
                    self.buried.add(name)
                    process.kill()
                    self._installation.revive(name)


def _scenarios(*, is_sqlite: bool) -> Sequence[Arms]:
    """The most telling places; all of them in the full run."""
    few, more = (ON_SQLITE, ON_SQLITE_MORE) if is_sqlite else (ON_POSTGRESQL, ON_POSTGRESQL_MORE)
    return (*few, *more) if is_full_run() else few


def test_a_death_at_any_place_loses_and_doubles_nothing(database_url: str, tmp_path: Path) -> None:
    with installed(tmp_path, database_url) as installation, FastClock(installation):
        installation.api.json("PUT", "/api/v1/surveys/chaos", SURVEY)
        installation.open_all_doors([TEMPLATE])
        crowd = Crowd(installation.api, installation.sandbox, survey="chaos", patience_s=60)
        people = [one for one in make_population(400, 5, prefix="points", **SHARES) if one.kind in KINDS]
        for turn, armed in enumerate(_scenarios(is_sqlite=installation.is_sqlite)):
            for name, failpoints in armed.items():
                installation.arm(name, failpoints)
            installation.wait_until_ready()
            with Undertaker(installation, armed) as undertaker:
                crowd.begin(people[turn * EACH : (turn + 1) * EACH], 0.5)
            assert undertaker.buried, f"nothing died of {armed}"
            for name in armed.keys() - undertaker.buried:  # the other of two may have done all the work
                installation.processes[name].kill()
                installation.revive(name)
            wait_for_quiet(installation, is_over=True)
            told = people[: (turn + 1) * EACH]
            evidence = gather(installation, crowd)
            found = check(Script(customers=[one.as_json() for one in told], marks=MARKS), evidence)
            found = [
                violation for violation in found if violation.rule != "interaction lost"
            ]  # they do not return here
            assert found == [], f"{armed}: {found}\n{crowd.trouble}\n{installation.logs()}"
        crowd.close()
