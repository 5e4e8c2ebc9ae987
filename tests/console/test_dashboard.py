"""The dashboard: its figures are those of a recount, it shows nothing that few answers cannot carry, and leads on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Connection, text, update

from common import clock
from common.actors import Role
from common.store.engine import Database
from common.store.schema import conversations
from common.store.tallies import fold
from tests.console.factories import World, create_world
from tests.console.page import Page
from zeroten.benchmarks.answered import Plan, load

UNTIL = datetime(2026, 11, 20, 18, tzinfo=UTC)


@pytest.fixture
def client(world: World) -> FlaskClient:
    world.user()
    return world.signed_in()


def page_of(client: FlaskClient, path: str = "/dashboard") -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status
    return Page(answer.text)


def answer(world: World, *scores: int, **facts: Any) -> None:
    for score in scores:
        _, phone = world.invited(**facts)
        world.says(phone, str(score))


# --- few answers ------------------------------------------------------------------------------------------------------


def test_before_the_first_answer_it_says_what_to_do(client: FlaskClient) -> None:
    page = page_of(client)
    assert "Nothing was asked in this period" in page.text
    assert page.all("svg", class_="trend") == []


@pytest.mark.parametrize(
    ("count", "words", "hidden"),
    [
        (4, "Fewer than 5 answers", ["Detractors 0 to 6", "hero-interval"]),
        (9, "9 answers are too few for a score", ["hero-interval"]),
        (10, "Take it as a hint", []),
    ],
)
def test_it_shows_what_the_answers_carry(
    world: World, client: FlaskClient, count: int, words: str, hidden: list[str]
) -> None:
    answer(world, *[9] * count)
    page = page_of(client)
    assert words in page.text
    assert [each for each in hidden if each in page.text or each in page.markup] == []
    assert "Too early to judge a change" in page.text or count < 10


def test_a_new_answer_is_there_at_once(world: World, client: FlaskClient) -> None:
    answer(world, *[9] * 11)
    assert page_of(client).one("p", class_="hero-score").text == "+100"
    answer(world, 0)
    assert page_of(client).one("p", class_="hero-score").text == "+83"


def test_outbound_and_relational_are_series_of_their_own(world: World, client: FlaskClient) -> None:
    yearly = {"brand": "Acme", "kind": "relational", "quiet_hours": None, "fatigue_days": 0}
    world.services.store.write(lambda c: world.services.surveys.save(c, "yearly", yearly, clock.now()))
    answer(world, *[10] * 12)
    answer(world, *[0] * 12, direction="outbound")
    answer(world, *[7] * 12, survey="yearly")
    pages = [page_of(client, f"/dashboard{query}") for query in ("", "?direction=outbound", "?kind=relational")]
    scores = [page.one("p", class_="hero-score").text for page in pages]
    assert scores == ["+100", "\u2212100", "0"]


# --- who sees agents --------------------------------------------------------------------------------------------------


def test_agents_are_for_those_who_may(world: World, client: FlaskClient) -> None:
    answer(world, *[9] * 6, agent={"id": "a-9", "name": "Mia Secret", "team": "Moves"})
    answer(world, *[1] * 6)
    mine = page_of(client, "/dashboard?agent=a-9")
    assert "Mia Secret" in mine.text
    assert "6 answers are too few" in mine.text
    world.user("an@example.com", "An Lee", role=Role.ANALYST)
    analyst = world.signed_in("an@example.com")
    for path in ("/dashboard", "/dashboard?agent=a-9", "/responses", "/responses?agent=a-9"):
        page = page_of(analyst, path)
        assert "Mia Secret" not in page.markup
        assert "By agent" not in page.text
    assert "12 answers" in page_of(analyst, "/dashboard?agent=a-9").text  # a filter that is not theirs
    one = next(
        link.attributes["href"] for link in page_of(client, "/responses?agent=a-9").all("a", class_="answer-line")
    )
    assert "Mia Secret" in page_of(client, one).text
    assert "Mia Secret" not in page_of(analyst, one).markup


# --- two clicks -------------------------------------------------------------------------------------------------------


def test_every_figure_leads_to_its_conversations_in_two_clicks(world: World, client: FlaskClient) -> None:
    answer(world, *[9] * 12, *[3] * 11, *[8] * 10)
    world.invited()
    page = page_of(client)
    links = {link.attributes["href"] for link in page.all("a") if "/responses" in link.attributes.get("href", "")}
    wanted = {"band", "score", "step", "weekday", "team", "channel", "topic", "agent", "survey", "locale", "direction"}
    asked = {name for link in links for name in parse_qs(urlsplit(link).query)}
    assert wanted <= asked
    counted = {"band=detractor": 11, "band=promoter": 12, "score=8": 10, "step=score": 33, "step=eligible": 34}
    for query, count in counted.items():
        listed = page_of(client, next(link for link in links if link.endswith(f"?{query}"))).all(
            "a", class_="answer-line"
        )
        assert len(listed) == count, query
    lost = page_of(client, "/responses?step=score&missed=1")
    assert len(lost.all("a", class_="answer-line")) == 0  # the one who is silent was never delivered
    first = page_of(client, "/responses?band=detractor").all("a", class_="answer-line")[0]
    thread = page_of(client, first.attributes["href"])
    assert "3" in [each.text for each in thread.all("p", class_="words")]
    assert "to read only" in thread.text
    assert thread.all("textarea") == []


def test_pages_of_the_list_hold_everybody_once(world: World, client: FlaskClient) -> None:
    answer(world, *[9] * 55)
    first = page_of(client, "/responses")
    more = next(
        link.attributes["href"]
        for link in first.all("a", class_="button")
        if "cursor" in link.attributes.get("href", "")
    )
    second = page_of(client, more)
    seen = [link.attributes["href"] for page in (first, second) for link in page.all("a", class_="answer-line")]
    assert len(seen) == len(set(seen)) == 55
    assert client.get("/responses?cursor=nonsense").status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "from=tomorrow",
        "from=2026-13-40&to=x",
        "from=0001-01-01&to=9999-12-31",
        "days=999999999",
        "days=-5",
        "days=x",
        "team=%00&channel=%F0%9F%A6%84",
        "kind=x&direction=up&weekday=someday&hours=3-99&step=none&score=99&band=angry",
        "score=%D9%A3",
        "team=" + "a" * 3000,
    ],
)
def test_nonsense_in_the_address_is_no_fault(client: FlaskClient, query: str) -> None:
    assert client.get(f"/dashboard?{query}").status_code == 200
    assert client.get(f"/responses?{query}").status_code == 200


def test_what_customers_and_callers_wrote_is_text(world: World, client: FlaskClient) -> None:
    payload = "<img src=x onerror=alert(1)>\"'"
    answer(world, *[9] * 6, name=payload, topic=payload, agent={"id": payload, "name": payload, "team": payload})
    for path in ("/dashboard", "/responses", "/dashboard?team=" + payload):
        assert page_of(client, path).all("img") == []


def test_a_test_conversation_is_not_to_be_found(world: World, client: FlaskClient) -> None:
    key, phone = world.invited()
    world.says(phone, "9")
    assert client.get(f"/responses/{key}").status_code == 200
    world.services.store.write(lambda c: c.execute(update(conversations).values(test=True)))
    assert client.get(f"/responses/{key}").status_code == 404
    assert page_of(client, "/responses").all("a", class_="answer-line") == []


# --- an independent recount -------------------------------------------------------------------------------------------

BASIS = """
    FROM interactions i JOIN invitations v ON v.interaction_id = i.id
    LEFT JOIN conversations c ON c.invitation_id = v.id
    WHERE i.decision = 'invite' AND NOT coalesce(c.test, false) AND v.survey_key = 'support' AND i.direction = 'inbound'
"""
ANSWERED = "AND c.score IS NOT NULL AND c.answered_at >= :start AND c.answered_at < :end"
ENDED = "AND i.ended_at >= :start AND i.ended_at < :end"
BALANCE = "sum(CASE WHEN c.score > 8 THEN 1 WHEN c.score < 7 THEN -1 ELSE 0 END)"
ARRIVED = "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.delivery IN ('delivered', 'read'))"
SEEN = "EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.delivery = 'read')"
STEPS = (
    "",
    "AND c.id IS NOT NULL",
    f"AND (v.sent_at IS NOT NULL OR {ARRIVED} OR c.score IS NOT NULL)",
    f"AND ({ARRIVED} OR c.score IS NOT NULL)",
    f"AND ({SEEN} OR c.score IS NOT NULL)",
    "AND c.score IS NOT NULL",
    "AND c.score IS NOT NULL AND c.reason IS NOT NULL",
    "AND c.score IS NOT NULL AND c.outcome = 'complete'",
)
COLUMNS = {
    "team": "i.team",
    "channel": "v.channel",
    "topic": "i.topic",
    "agent": "i.agent_id",
    "locale": "v.locale",
    "survey": "v.survey_key",
}


@pytest.fixture
def populated(database_url: str) -> Iterator[World]:
    """50,000 interactions on SQLite, 12,000 on PostgreSQL, noted by the triggers and counted as the tick does it.

    By the ten thousand, not by the hundred: what many of them change is then written once.
    """
    database = Database(database_url)
    load(database, Plan(interactions=50_000 if database.is_sqlite else 12_000, until=UNTIL))
    made = create_world(database_url)
    made.user()
    while _counts_some(database, made.zone):
        pass
    database.close()
    yield made
    made.services.close()


def _counts_some(database: Database, zone: tzinfo) -> int:
    with database.write() as connection:
        return fold(connection, zone, 10_000)


def test_every_figure_is_that_of_a_recount(populated: World) -> None:
    first, last = date(2026, 8, 22), date(2026, 11, 20)
    page = page_of(populated.signed_in(), f"/dashboard?from={first}&to={last}")
    with populated.services.store.read() as connection:
        bounds = {
            "start": _stored(connection, datetime.combine(first, time(0), populated.zone)),
            "end": _stored(connection, datetime.combine(last + timedelta(days=1), time(0), populated.zone)),
        }

        def ask(columns: str, more: str) -> list[Any]:
            return list(connection.execute(text(f"SELECT {columns} {BASIS} {more}"), bounds))

        by_score = dict(tuple(row) for row in ask("c.score, count(*)", f"{ANSWERED} GROUP BY c.score"))
        groups = {
            name: {
                key: (n, _points(balance, n))
                for key, n, balance in ask(f"{column}, count(*), {BALANCE}", f"{ANSWERED} GROUP BY {column}")
            }
            for name, column in COLUMNS.items()
        }
        steps = [ask("count(*)", f"{ENDED} {more}")[0][0] for more in STEPS]
    bands = [sum(by_score.get(score, 0) for score in scores) for scores in (range(7), (7, 8), (9, 10))]
    n = sum(bands)
    assert n > 300
    assert page.one("p", class_="hero-score").text == _points(bands[2] - bands[0], n)
    assert f"as far as {n:,} answers" in page.text
    assert [row[0] for row in _numbers(page, "bands-table")] == bands
    assert [row[0] for row in _numbers(page, "funnel")] == steps
    bars = {link.attributes.get("aria-label") for link in page.all("a")}
    assert {f"Score {score}: {by_score.get(score, 0)} responses" for score in range(11)} <= bars
    for name, found in groups.items():
        shown = _groups(page, name)
        assert len(shown) == min(12, len([key for key in found if key is not None]) + (None in found))
        assert {key: found[key] for key in shown} == shown


def _points(balance: int, n: int) -> str:
    rounded = round(100 * balance / n)
    return f"+{rounded}" if rounded > 0 else f"\u2212{-rounded}" if rounded < 0 else "0"


def _numbers(page: Page, table: str) -> list[list[int]]:
    """The whole numbers of a table, row by row."""
    (markup,) = re.findall(rf'<table class="{table}">(.*?)</table>', page.markup, re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", markup.partition("<tbody>")[2], re.DOTALL)
    return [
        [int(cell.replace(",", "")) for cell in re.findall(r'<td class="number">([\d,]+)</td>', row)] for row in rows
    ]


def _groups(page: Page, name: str) -> dict[str | None, tuple[int, str]]:
    """Key → number of scores and score, as a table of groups shows them."""
    (markup,) = re.findall(rf'aria-labelledby="by-{name}">\s*<header.*?</section>', page.markup, re.DOTALL)
    found: dict[str | None, tuple[int, str]] = {}
    for row in re.findall(r'<tr class="is-.*?</tr>', markup, re.DOTALL):
        link = re.search(r'href="([^"]+)"', row)
        key = (
            parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)[name][0]
            if link and "Not known" not in row
            else None
        )
        n, score = (re.search(pattern, row) for pattern in (r'number">([\d,]+)<', r'score-cell">([^<]+)<'))
        assert n is not None
        assert score is not None, row
        found[key] = (int(n[1].replace(",", "")), score[1])
    return found


def _stored(connection: Connection, at: datetime) -> object:
    at = at.astimezone(UTC)
    return at.replace(tzinfo=None).isoformat(" ", "microseconds") if connection.dialect.name == "sqlite" else at
