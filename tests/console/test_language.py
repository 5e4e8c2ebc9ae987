"""The console in the reader's language."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from console import language
from console.language import SHIPPED, catalogue
from tests.console.factories import World, submit

TEMPLATES = Path(language.__file__).parent / "templates"
MARKUP = re.compile(r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<(?:[^<>{]|\{\{.*?\}\}|\{%.*?%\})*>)", re.DOTALL)
ATTRIBUTE = re.compile(r"\b(?:aria-label|title|placeholder|alt)=\"([^\"{]*[A-Za-z]{2}[^\"{]*)\"")
UNREAD = re.compile(r"</?(code|pre|script|style|svg|kbd)\b")
SAID_AS_IS = {"Zeroten", "· Zeroten", "UTC", "PDF", "ms", "webhook-id", "tkt_…"}
"""Names, units and keys, which are the same in every language."""
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


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_word_of_a_template_is_said_in_the_readers_language(path: Path) -> None:
    assert bare_words(path.read_text(encoding="utf-8")) == []


def test_bare_words_are_found() -> None:
    markup = '<p title="One">Two {{ _("Three") }}</p>{% trans %}Four{% endtrans %}<code>five</code>Six'
    assert bare_words(markup) == ["One", "Two", "Six"]


def bare_words(markup: str) -> list[str]:
    """The words of a template that stand outside `_()` and `{% trans %}`, where no translator finds them."""
    found: list[str] = []
    unread, is_said, is_class = 0, False, False
    for number, part in enumerate(MARKUP.split(markup)):
        text = html.unescape(part).strip()
        if number % 2 == 0:
            is_attribute = re.search(r"[\w-]+=\"|^-\w+\"", text)  # the end of one, between two expressions
            if not (unread or is_said or is_class or is_attribute or text in SAID_AS_IS):
                found += [text] if re.search(r"[A-Za-z]{2}", text) else []
        elif part.startswith("{%"):
            words = part.strip("{%- }").split()
            is_said = words[0] != "endtrans" and (is_said or words[0].startswith("trans"))
            is_class = words[0] != "endblock" and (is_class or words[:2] == ["block", "body_class"])
        elif UNREAD.match(part):
            unread += -1 if part.startswith("</") else 0 if part.endswith("/>") else 1
        found += [words for words in ATTRIBUTE.findall(part) if words not in SAID_AS_IS] if number % 2 else []
    return found


@pytest.mark.parametrize("tag", SHIPPED[1:])
def test_every_word_of_the_console_is_translated(tag: str) -> None:
    """After new words: `make words`, then fill in what is empty in console/languages/*.po."""
    with (Path(__file__).parent / "babel.cfg").open(encoding="utf-8") as file:
        methods, _ = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    console = Path(language.__file__).parent
    keywords = {**DEFAULT_KEYWORDS, "N_": None, "_": None}
    used = {message for _, _, message, *_ in extract_from_dir(str(console), methods, keywords=keywords)}
    known = {message.id: message.string for message in catalogue(tag) if message.id}
    assert {words for words in used if words not in known} == set()
    assert {words for words, said in known.items() if not said or (isinstance(said, tuple) and not all(said))} == set()
