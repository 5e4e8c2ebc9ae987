"""Chores that are done again and again."""

from __future__ import annotations

import threading

import pytest

from common.errors import StoreUnavailable
from common.rounds import Rounds


class Unlucky(Rounds):
    who = "test"

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault, self.done = fault, 0

    def round(self) -> None:
        self.done += 1
        if self.done == 1:
            raise self.fault
        self.stop()


@pytest.mark.parametrize("fault", [StoreUnavailable("away"), ValueError("a bug")])
def test_a_round_that_fails_is_not_the_last(fault: Exception) -> None:
    rounds = Unlucky(fault)
    thread = threading.Thread(target=rounds.run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert rounds.done == 2


def test_a_slow_chore_is_done_now_and_then() -> None:
    rounds = Unlucky(ValueError())
    assert [rounds.is_time("tidy", 1000) for _ in range(3)] == [True, False, False]
    assert rounds.is_time("other", 1000), "each chore has a time of its own"
    assert [rounds.is_time("always", 0) for _ in range(3)] == [True, True, True]
