"""When a state of things is an alert, and when chance explains it."""

from __future__ import annotations

import pytest

from common.alerts.conditions import Rate, Sending, channel_fails, response_rate_fell, template_moved
from common.analysis.proportions import share_difference


def fell(before: tuple[int, int], now: tuple[int, int]) -> bool:
    apart = share_difference(before, now)
    assert apart is not None
    rates = [Rate(answered=answered, reached=reached, low=0, high=1) for answered, reached in (before, now)]
    return response_rate_fell("sms", rates[1], rates[0], difference_high=apart[2]) is not None


def test_a_rate_fell_only_if_chance_does_not_explain_it() -> None:
    assert fell((200, 800), (30, 200))
    assert not fell((20, 80), (14, 70))
    assert not fell((200, 800), (60, 200))
    assert not fell((200, 800), (1, 40)), "too few to say"


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """The published example (Newcombe 1998, table II, method 10): 56/70 minus 48/80."""
    apart = share_difference((48, 80), (56, 70))
    assert apart is not None
    assert [round(part, 4) for part in apart] == [0.2, 0.0524, 0.3339]
    assert share_difference((0, 0), (1, 2)) is None


@pytest.mark.parametrize(
    ("stuck", "sent", "code"),
    [
        ({"config": 1}, 1000, "config"),
        ({"unreachable": 6}, 2, "unreachable"),
        ({"unreachable": 6}, 60, None),
        ({"unreachable": 4}, 0, None),
        ({}, 0, None),
    ],
)
def test_a_channel_fails_when_most_do_not_leave_or_our_settings_are_refused(
    stuck: dict[str, int], sent: int, code: str | None
) -> None:
    raised = channel_fails("sms", Sending(stuck=stuck, sent=sent))
    assert (raised.facts["code"] if raised else None) == code


def test_a_template_that_rises_alarms_nobody() -> None:
    assert template_moved("survey", "nl", "approved", None) is None
    assert template_moved("survey", "nl", "paused", "quality") is not None
