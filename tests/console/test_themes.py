"""The pages about themes: what they show, that customers' words stay words, and who may change the book."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from common.actors import Role
from tests.console.factories import World, submit
from tests.console.page import Page

HOSTILE = 'waited <script>alert(1)</script> "an hour" & more'


@pytest.fixture
def client(world: World) -> FlaskClient:
    world.user()
    return world.signed_in()


def answers(world: World, count: int, score: str, reason: str) -> list[str]:
    found = []
    for _ in range(count):
        conversation_id, phone = world.invited()
        world.says(phone, score)
        world.says(phone, reason)
        found.append(conversation_id)
    return found


def page_of(client: FlaskClient, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.status
    return Page(answer.text)


def test_it_says_what_to_do_before_the_first_reason(client: FlaskClient) -> None:
    assert "Nobody has given a reason in this period" in page_of(client, "/themes").text


def test_a_theme_shows_its_share_scores_and_words_as_words(world: World, client: FlaskClient) -> None:
    answers(world, 11, "2", HOSTILE)
    answers(world, 10, "9", "blue")
    page = page_of(client, "/themes")
    assert "Of 21 customers who said why" in page.text
    link = next(each for each in page.all("a") if each.text == "Waiting time")
    one = page_of(client, link.attributes["href"])
    assert "52" in one.text
    assert "\u2212100" in one.text
    assert {mark.text for mark in one.all("mark")} == {"waited"}
    assert HOSTILE in one.text
    assert "<script>alert" not in one.markup
    assert "blue" in page_of(client, "/themes/unassigned").text


def test_a_correction_counts(world: World, client: FlaskClient) -> None:
    first, *_ = answers(world, 6, "2", "waited")
    answer = submit(client, "/themes/thm_waiting/verdict", {"conversation": first, "right": "0"}, page="/themes")
    assert answer.status_code == 303
    assert "of 6 customers who said why: 5" in page_of(client, "/themes/thm_waiting").text
    assert (
        submit(
            client, "/themes/thm_waiting/verdict", {"conversation": "none", "right": "0"}, page="/themes"
        ).status_code
        == 404
    )


def test_saving_makes_a_version_and_reads_again(world: World, client: FlaskClient) -> None:
    answers(world, 6, "5", "the parking garage")
    form = {"id": "", "version": "0", "name-en": "Parking", "include-en": "parking\n", "note": "new"}
    saved = submit(client, "/themes/save", form, page="/themes")
    assert saved.status_code == 303
    page = page_of(client, saved.headers["Location"])
    assert {mark.text for mark in page.all("mark")} == {"parking"}
    stale = submit(client, "/themes/save", form, page="/themes")
    assert "Somebody else has changed the code book meanwhile" in stale.text
    faulty = submit(client, "/themes/save", form | {"version": "1", "include-en": "!!!"}, page="/themes")
    assert faulty.status_code == 422
    assert "is no term" in Page(faulty.text).text


def test_analysts_read_and_change_nothing(world: World) -> None:
    world.user("an@example.com", "An Lee", role=Role.ANALYST)
    analyst = world.signed_in("an@example.com")
    answers(world, 6, "2", "waited")
    page = page_of(analyst, "/themes/thm_waiting")
    assert "Not this theme" not in page.text
    for path in ("/themes/new", "/themes/thm_waiting/edit", "/themes/candidates"):
        assert analyst.get(path).status_code == 403
    for path in ("/themes/save", "/themes/thm_waiting/verdict", "/themes/thm_waiting/step", "/themes/candidates/look"):
        assert submit(analyst, path, {}, page="/themes").status_code == 403


def test_candidates_are_looked_for_and_accepted(world: World, client: FlaskClient) -> None:
    for number in range(16):
        answers(world, 1, "6", f"parking garage was full on level {number}")
        answers(world, 1, "6", f"gift card voucher expired number {number}")
    page_of(client, "/themes")
    assert submit(client, "/themes/candidates/look", {}, page="/themes").status_code == 303
    page = page_of(client, "/themes/candidates")
    forms = [each.attributes["action"] for each in page.all("form") if "/candidates/tcd_" in each.attributes["action"]]
    assert len(forms) == 2
    assert "parking garage was full" in page.text
    accepted = {"what": "accept", "name": "Parking", "language": "en", "terms": "parking, garage"}
    parking = forms[0] if "parking" in page.all("h2")[0].text else forms[1]
    submit(client, parking, accepted, page="/themes")
    submit(client, next(each for each in forms if each != parking), {"what": "dismiss"}, page="/themes")
    assert "Parking" in page_of(client, "/themes").text
    submit(client, "/themes/candidates/look", {}, page="/themes")
    assert "No candidates wait" in page_of(client, "/themes/candidates").text
