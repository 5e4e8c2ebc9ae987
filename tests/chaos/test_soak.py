"""kill -9 at random moments while customers answer and the provider misbehaves; then the checker finds nothing.

A short run belongs to every `make test`; `make chaos` lets 300 customers answer. The seed is printed; the same
`CHAOS_SEED` tells the same stories and strikes the same customers with the same faults.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.installation import installed
from tests.chaos.soak import Plan, soak

pytestmark = pytest.mark.chaos


def test_nothing_is_lost_or_said_twice(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = Plan.from_environment(customers=50, per_customer_s=0.4, kill_every_s=(1.5, 4.0))
    with installed(tmp_path, database_url) as installation:
        soaked = soak(installation, plan)
        logs = installation.logs()
    with capsys.disabled():
        print(soaked.figures)  # noqa: T201 - the seed and the figures belong to every run's record
    assert soaked.found == [], f"{soaked.details}\n{logs}"
