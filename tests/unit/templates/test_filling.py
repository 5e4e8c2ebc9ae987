"""Values: an invitation never lacks one, and is not worded with one that nobody knows."""

from __future__ import annotations

import pytest

from common.templates.filling import ALWAYS_KNOWN, check_filling, contact_words, values_for
from common.templates.lint import lint
from common.templates.shelf import INVITATIONS, Purpose
from common.templates.shipped import shipped_templates
from common.templates.template import same_words
from tests.unit.templates.drafts import BODY, body, draft, replies


@pytest.mark.parametrize(
    ("channel", "language", "words"),
    [
        ("voice", "nl_BE", "telefoongesprek"),
        ("voice", "pt_BR", "ligação telefônica"),
        ("voice", "pt_PT", "chamada telefónica"),
        ("voice", "ja", "phone call"),
        ("webchat", "de", "chat"),
        ("webchat", "ar", "محادثة"),
        ("sms", "hi", "SMS"),
        ("fax", "en", "contact"),
    ],
)
def test_the_kind_of_contact_in_words(channel: str, language: str, words: str) -> None:
    assert contact_words(channel, language) == words


def test_no_value_is_ever_empty() -> None:
    least = values_for(brand="Acme", date="1 May", contact="phone call")
    assert set(least) == set(ALWAYS_KNOWN)
    assert all(least.values())
    assert least["about"] == "phone call"
    most = values_for(brand="A", date="b", contact="c", agent="d", topic="e", reference="f")
    assert (most["agent"], most["topic"], most["about"], most["reference"]) == ("d", "e", "f", "f")


def test_an_invitation_uses_what_is_always_known() -> None:
    wrong = draft(body(BODY + " For {{person}} ok.", brand="A", date="b", person="c"), name=Purpose.INTERACTION)
    assert [each.where for each in check_filling(wrong)] == ["body"]
    assert [each for each in lint(wrong) if "nobody fills in" in each.message]
    assert not list(check_filling(draft(*wrong.components, name="other")))
    shipped = [each for (name, _), each in shipped_templates().items() if name in INVITATIONS]
    assert [each for each in shipped if list(check_filling(each))] == []


def test_words_are_the_same_whatever_the_examples() -> None:
    assert same_words([body("Hi {{a}} x", a="1")], [body("Hi {{a}} x ", a="2")])
    assert not same_words([body("Hi")], [body("Ho")])
    assert not same_words([body("Hi"), replies("a")], [body("Hi"), replies("b")])
    assert not same_words([body("Hi"), {"type": "HEADER", "format": "IMAGE"}], [body("Hi")])
