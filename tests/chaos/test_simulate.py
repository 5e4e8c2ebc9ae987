"""`zeroten simulate` from outside: a short day in a running sandbox."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.installation import REPOSITORY, installed

pytestmark = pytest.mark.chaos


def test_a_short_day_loses_nothing(tmp_path: Path) -> None:
    with installed(tmp_path, f"sqlite:///{tmp_path}/zeroten.db") as installation:
        places = ["--product", installation.url, "--sandbox", installation.sandbox.base, "--key", installation.key]
        done = subprocess.run(
            [sys.executable, "-m", "zeroten", "simulate", "--customers", "20", "--hours", "0.5", *places],
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
            timeout=240,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    for words in ("invited", "suppressed", "NPS", "tickets", "Nothing was lost"):
        assert words in done.stdout


def test_it_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "zeroten", "simulate", "--product", "http://127.0.0.1:9", "--key", "x"],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=240,
    )
    assert done.returncode == 1
    assert "zeroten demo" in done.stderr
    assert "Traceback" not in done.stderr
