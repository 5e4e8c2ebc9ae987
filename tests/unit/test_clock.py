"""The one clock: business time moves with the file, the wall clock does not."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest

from common import clock


def test_business_time_follows_the_file(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("3600\n", encoding="ascii")
    clock.use_file(file)
    ahead = clock.now() - clock.wall()
    assert timedelta(minutes=59, seconds=59) < ahead <= timedelta(hours=1)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("content", ["", "soon", "\xff"])
def test_a_file_being_replaced_keeps_the_last_offset(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock"
    file.write_text(content, encoding="latin-1")
    clock.use_file(file)
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=5)


def test_without_a_file_business_time_is_the_wall_clock(tmp_path: Path) -> None:
    clock.use_file(tmp_path / "absent")
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=5)
