"""The life of a ticket: the table against what people expect, every pair of status and change."""

from __future__ import annotations

import pytest

from common.queue.life import AFTER, Change, IllegalChange, TicketStatus, after, has_owner

EXPECTED = {
    "open": {"claimed": "claimed", "given": "claimed", "passed": "open", "heard": "open", "thanked": "open"},
    "claimed": {
        "given": "claimed",
        "passed": "open",
        "released": "open",
        "lost": "open",
        "answered": "waiting",
        "unsaid": "claimed",
        "resolved": "resolved",
        "heard": "claimed",
        "thanked": "claimed",
    },
    "waiting": {
        "given": "claimed",
        "passed": "open",
        "released": "open",
        "answered": "waiting",
        "unsaid": "claimed",
        "resolved": "resolved",
        "heard": "claimed",
        "thanked": "claimed",
    },
    "resolved": {"heard": "open", "thanked": "resolved"},
}


@pytest.mark.parametrize("status", TicketStatus)
@pytest.mark.parametrize("change", Change)
def test_every_change_in_every_status(status: TicketStatus, change: Change) -> None:
    expected = EXPECTED[status].get(change)
    if expected is None:
        with pytest.raises(IllegalChange, match=f"a ticket that is {status} cannot be {change}"):
            after(status, change)
    else:
        assert after(status, change) == expected


def test_only_one_road_leads_into_an_owners_hands() -> None:
    """Whoever gets a ticket that nobody has claimed it, or was given it; words alone give it to nobody."""
    taking = {
        change
        for status, changes in AFTER.items()
        for change, then in changes.items()
        if has_owner(then) and not has_owner(status)
    }
    assert taking == {Change.CLAIMED, Change.GIVEN}
