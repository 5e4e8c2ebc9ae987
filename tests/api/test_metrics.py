"""Figures over HTTP: what is counted, what never leaks in, and what too few answers keep back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from common import clock
from common.analysis.nps import nps, wilson
from common.store.schema import conversations
from tests.api.world import SURVEY, World

FIELDS = [
    "key",
    "n",
    "detractors",
    "passives",
    "promoters",
    "nps",
    "low",
    "high",
    "shown",
    "distribution",
    "funnel",
    "response_rate",
    "response_rate_low",
    "response_rate_high",
]


def groups(world: World, **query: str) -> dict[str | None, dict[str, Any]]:
    """Groups by key."""
    answer = world.get("/metrics/nps?" + urlencode(query))
    assert answer["next_cursor"] is None
    return {group["key"]: group for group in answer["data"]}


def test_a_group_has_every_figure(world: World) -> None:
    given = ["0", "6", "7", "8", "9", "10", "10", "10", "9", "3", "10"]
    for score in given:
        world.answered(score, "Because")
    world.answered("hm")
    (group,) = groups(world).values()
    assert list(group) == FIELDS
    assert group["key"] == "all"
    expected = nps(3, 2, 6)
    assert (group["n"], group["detractors"], group["passives"], group["promoters"]) == (11, 3, 2, 6)
    assert group["nps"] == pytest.approx(expected.nps)
    assert (group["low"], group["high"]) == (expected.low, expected.high)
    assert group["shown"] == "indicative"
    assert group["distribution"] == [1, 0, 0, 1, 0, 0, 1, 1, 1, 2, 4]
    funnel = group["funnel"]
    assert list(funnel) == ["eligible", "invited", "accepted", "delivered", "read", "score", "reason", "complete"]
    assert (funnel["eligible"], funnel["delivered"], funnel["score"], funnel["reason"]) == (12, 12, 11, 11)
    share = wilson(11, 12)
    assert group["response_rate"] == pytest.approx(share.share)
    assert (group["response_rate_low"], group["response_rate_high"]) == (share.low, share.high)


def test_what_a_few_answers_do_not_carry_is_null(world: World) -> None:
    shown = []
    for number in range(1, 11):
        world.answered("9")
        (group,) = groups(world).values()
        assert group["n"] == number
        assert (group["nps"] is None) == (number < 10)
        assert (group["promoters"] is None) == (group["distribution"] is None) == (number < 5)
        shown.append(group["shown"])
    assert shown == ["hidden"] * 4 + ["counts"] * 5 + ["indicative"]


def test_nothing_is_a_figure_too(world: World) -> None:
    (group,) = groups(world).values()
    assert (group["n"], group["shown"], group["response_rate"]) == (0, "hidden", None)
    assert groups(world, group_by="team") == {}


def test_outbound_relational_and_tests_have_no_part_in_the_score(world: World) -> None:
    yearly = SURVEY | {"kind": "relational"}
    world.services.store.write(lambda c: world.services.surveys.save(c, "yearly", yearly, clock.now()))
    world.answered("9")
    world.answered("0", direction="outbound")
    world.answered("1", survey="yearly")
    test = world.answered("2")
    with world.services.store.database.write() as connection:
        connection.execute(update(conversations).where(conversations.c.id == test).values(test=True))
    (group,) = groups(world).values()
    assert (group["n"], group["funnel"]["eligible"]) == (1, 1)
    assert groups(world, group_by="channel")["sms"]["n"] == 1
    assert {key: each["n"] for key, each in groups(world, group_by="direction").items()} == {
        "inbound": 1,
        "outbound": 1,
    }
    assert {key: each["n"] for key, each in groups(world, group_by="survey").items()} == {"support": 1, "yearly": 1}
    assert groups(world, direction="outbound")["all"]["n"] == 1
    assert groups(world, kind="relational")["all"]["n"] == 1
    assert groups(world, survey="yearly")["all"]["n"] == 1


def test_suppressed_interactions_are_not_eligible(world: World) -> None:
    world.answered("9")
    world.post("/interactions", world.interaction(duration_s=3))
    assert groups(world)["all"]["funnel"]["eligible"] == 1


@pytest.mark.parametrize(
    ("group_by", "keys"),
    [
        ("channel", {"sms": 1, "whatsapp": 1}),
        ("team", {"billing": 1, None: 1}),
        ("agent", {"a-7": 1, None: 1}),
        ("topic", {"invoice": 1, None: 1}),
        ("locale", {"en": 2}),
    ],
)
def test_groups_are_those_of_the_responses(world: World, group_by: str, keys: dict[str | None, int]) -> None:
    world.answered("9")
    world.answered("3", channel="whatsapp", agent=None, topic=None)
    assert {key: group["n"] for key, group in groups(world, group_by=group_by).items()} == keys


def test_time_groups_have_names_and_order(world: World) -> None:
    world.answered("9")
    now = clock.now()
    ended = now - timedelta(hours=2)
    year, week, _ = now.isocalendar()
    assert list(groups(world, group_by="week")) == [f"{year}-W{week:02d}"]
    (hour,) = groups(world, group_by="hour")
    (weekday,) = groups(world, group_by="weekday")
    assert hour in {str(ended.hour), str(now.hour), str((ended.hour + 1) % 24)}
    assert weekday in {f"{ended:%A}".lower(), f"{now:%A}".lower()}


def test_figures_are_narrowed_like_responses(world: World) -> None:
    world.answered("9")
    world.answered("3", agent={"id": "a-1", "name": "Mia", "team": "sales"}, topic="price")
    later = (clock.now() + timedelta(hours=1)).isoformat()
    for query in ({"agent": "Mia"}, {"agent": "a-1"}, {"team": "sales"}, {"topic": "price"}):
        assert groups(world, **query)["all"]["n"] == 1
        assert groups(world, **query, group_by="team")["sales"]["n"] == 1
    assert groups(world, **{"from": later})["all"]["n"] == 0
    assert groups(world, to=later)["all"]["n"] == 2


@pytest.mark.parametrize("query", ["group_by=mood", "from=yesterday", "kind=x", "direction=up", "limit=3", "channel="])
def test_what_is_not_a_question_is_refused(world: World, query: str) -> None:
    assert world.call("GET", f"/metrics/nps?{query}").status_code == 422


def test_figures_are_for_readers(world: World) -> None:
    assert world.call("GET", "/metrics/nps", key="analyst").status_code == 200
    assert world.call("GET", "/metrics/nps", key="intake").status_code == 403
    assert world.call("GET", "/metrics/nps", key=None).status_code == 401
