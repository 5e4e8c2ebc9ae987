"""Failpoints: nothing unless ordered, and then exactly what was ordered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from common.failpoints import FailpointReached, activate, failpoint


@pytest.fixture(autouse=True)
def _switched_off() -> Iterator[None]:
    yield
    activate("")


def test_nothing_happens_without_an_order() -> None:
    failpoint("outbox.after_http")


def test_raise_acts_at_every_passage() -> None:
    activate("outbox.after_http=raise")
    for _ in range(2):
        with pytest.raises(FailpointReached):
            failpoint("outbox.after_http")
    failpoint("outbox.after_lease")


def test_the_nth_passage_only() -> None:
    activate("outbox.after_http=raise@2")
    failpoint("outbox.after_http")
    with pytest.raises(FailpointReached):
        failpoint("outbox.after_http")
    failpoint("outbox.after_http")


def test_sleep_waits() -> None:
    activate("outbox.after_http=sleep:0.001")
    failpoint("outbox.after_http")


@pytest.mark.parametrize("order", ["nowhere=kill", "outbox.after_http=explode"])
def test_unknown_orders_are_refused(order: str) -> None:
    with pytest.raises(ValueError, match="called"):
        activate(order)
