"""The weekly report: the dashboard's figures in sentences, changes only beyond chance, and words that stay words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from common import clock
from common.analysis.tally import day_number, week_number
from common.store.schema import conversations
from common.weekly_report import Week, make_report
from console.report import as_pdf, missing_scripts
from tests.console.factories import World
from tests.console.page import Page

HOSTILE = 'waited #panic("x") *all* day <script>alert(1)</script>'


@pytest.fixture
def client(world: World) -> FlaskClient:
    world.user()
    return world.signed_in()


def this_week(world: World) -> Week:
    return Week(number=week_number(day_number(clock.now(), world.zone)), zone=world.zone)


def answer(
    world: World, score: int, *, count: int, team: str = "Billing", weeks_ago: int = 0, reason: str = ""
) -> None:
    for _ in range(count):
        conversation_id, phone = world.invited(agent={"id": "a-7", "name": "Lotte", "team": team})
        world.says(phone, str(score))
        if reason:
            world.says(phone, reason)
        if weeks_ago:
            at = clock.now() - timedelta(weeks=weeks_ago)
            move(world, conversation_id, at)


def move(world: World, conversation_id: str, at: datetime) -> None:
    moved = update(conversations).where(conversations.c.id == conversation_id).values(answered_at=at)
    world.services.store.write(lambda connection: connection.execute(moved))


def test_a_quiet_week_says_so(client: FlaskClient) -> None:
    page = Page(client.get("/report").text)
    assert "Nobody answered this week." in page.text
    assert client.get("/report?week=2026-W99").status_code == 400
    assert client.get("/report.pdf").data.startswith(b"%PDF")


def test_it_tells_what_changed_beyond_chance_and_nothing_else(world: World, client: FlaskClient) -> None:
    answer(world, 9, count=14, team="Billing", weeks_ago=2)
    answer(world, 9, count=14, team="Moves", weeks_ago=2)
    answer(world, 1, count=14, team="Billing")
    answer(world, 9, count=14, team="Moves")
    week = this_week(world)
    with world.services.store.read() as connection:
        report = make_report(connection, week)
    assert [(change.by, change.name) for change in report.real_changes if change.by == "team"] == [("team", "Billing")]
    page = Page(client.get(f"/report?week={week.key}").text)
    assert "The score is 0, between" in page.text
    assert "Billing from +100 to \u2212100" in page.text
    assert "Moves from" not in page.text
    board = Page(client.get(f"/dashboard?from={week.first}&to={week.last}").text)
    assert board.one("p", class_="hero-score").text == "0"


def test_words_of_customers_are_no_markup(world: World, client: FlaskClient) -> None:
    answer(world, 2, count=6, reason=HOSTILE)
    week = this_week(world)
    page = Page(client.get(f"/report?week={week.key}").text)
    assert HOSTILE in page.text
    assert "<script>alert" not in page.markup
    assert client.get(f"/report.pdf?week={week.key}").data.startswith(b"%PDF")
    with world.services.store.read() as connection:
        report = make_report(connection, week)
    with world.app.test_request_context():
        assert as_pdf(report).startswith(b"%PDF")


def test_the_way_of_the_unhappy_through_the_queue(world: World, client: FlaskClient) -> None:
    user = world.user("bo@example.com", "Bo")
    first = world.unhappy()
    world.unhappy("Sofie Jansen")
    world.claim(first, user)
    week = this_week(world)
    report = Page(client.get(f"/report?week={week.key}").text)
    assert "2 tickets of unhappy customers were opened." in report.text
    assert "1 were claimed, half of them within" in report.text
    board = Page(client.get("/dashboard").text)
    assert "Unhappy customers in the queue" in board.text
    assert "half of 2 answers came sooner" in board.text


def test_missing_typefaces_are_told_by_their_script() -> None:
    assert missing_scripts("Grüße, Ελλάδα, привет") == []
