"""The console in the reader's language."""

from __future__ import annotations

import re

import pytest

from console.language import SHIPPED, catalogue
from tests.console.factories import World, submit

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.mark.parametrize(
    ("accepts", "heading"), [("nl-BE,en;q=0.5", "Aanmelden"), ("es", "Iniciar sesión"), ("ja", "Sign in")]
)
def test_the_browsers_language_is_spoken_where_it_is_shipped(world: World, accepts: str, heading: str) -> None:
    page = world.client().get("/sign-in", headers={"Accept-Language": accepts}).text
    assert f"<h1>{heading}</h1>" in page


def test_a_choice_stays_and_returns_to_where_it_was_made(world: World) -> None:
    world.user()
    client = world.client()
    answer = submit(client, "/language", {"language": "es", "next": "/account"}, page="/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/account")
    page = client.get("/sign-in", headers={"Accept-Language": "nl"}).text
    assert '<html lang="es"' in page


def test_a_language_that_is_not_shipped_is_refused(world: World) -> None:
    client = world.client()
    assert submit(client, "/language", {"language": "../en"}, page="/sign-in").status_code == 400
    assert 'lang="en"' in client.get("/sign-in").text


@pytest.mark.parametrize("tag", SHIPPED[1:])
def test_no_translation_loses_a_placeholder(tag: str) -> None:
    for message in catalogue(tag):
        wanted = [message.id] if isinstance(message.id, str) else [*message.id]
        said = [message.string or ""] if not isinstance(message.string, (tuple, list)) else [*message.string]
        if not message.id or not all(said):
            continue
        assert len(wanted) == len(said), message.id
        for source, words in zip(wanted, said, strict=True):
            assert sorted(PLACEHOLDER.findall(source)) == sorted(PLACEHOLDER.findall(words)), message.id
