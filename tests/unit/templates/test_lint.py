"""Meta's rules, one case each: what is refused, what is only remarked, and what passes."""

from __future__ import annotations

from typing import Any

import pytest

from common.templates.approval import Category
from common.templates.finding import Finding, Severity
from common.templates.lint import counts, has_errors, lint
from common.templates.shipped import shipped_templates
from common.templates.template import Template
from tests.unit.templates.drafts import BODY, body, draft, numbered, replies

FILLER = "This is about your contact with us and there are many more words here so that nothing else is wrong"
HEAD = {"type": "HEADER", "format": "TEXT"}
FOOT = {"type": "FOOTER"}


def errors(template: Template) -> list[tuple[str, str]]:
    return [(each.where, each.message) for each in lint(template) if each.severity is Severity.ERROR]


def found(findings: list[Finding], severity: Severity, where: str) -> list[str]:
    return [each.message for each in findings if each.severity is severity and each.where == where]


@pytest.mark.parametrize("key", shipped_templates(), ids=" ".join)
def test_what_is_shipped_has_no_fault(key: tuple[str, str]) -> None:
    shipped = shipped_templates()
    assert [each for each in lint(shipped[key], shipped.values()) if each.severity is not Severity.NOTE] == []


def test_a_correct_template_passes() -> None:
    assert errors(draft()) == []
    assert not has_errors(lint(draft()))
    assert errors(draft(numbered(f"{FILLER} {{{{1}}}} and {{{{2}}}} too", "a", "b"))) == []
    assert errors(draft(body(FILLER))) == []


WRONG: list[tuple[str, Template, str, str]] = [
    ("upper case", draft(name="Ask"), "name", "lower case"),
    ("no name", draft(name=""), "name", "lower case"),
    ("long name", draft(name="a" * 513), "name", "512"),
    ("language", draft(language="en-US"), "language", "'en-US'"),
    ("no body", draft(body("")), "body", "needs a body"),
    ("long body", draft(body("word " * 205)), "body", "1024"),
    ("tab", draft(body(f"{FILLER}\tthere")), "body", "tabs"),
    ("spaces", draft(body(f"{FILLER}     there")), "body", "four spaces"),
    ("lines", draft(body(f"{FILLER}\n\n\nthere")), "body", "empty line"),
    ("emoji", draft(body(FILLER + "🙂" * 11)), "body", "11 emoji"),
    ("begins", draft(body("{{brand}} " + FILLER, brand="Acme")), "body", "not begin"),
    ("ends", draft(body(FILLER + " {{brand}}", brand="Acme")), "body", "not end"),
    ("adjacent", draft(body(FILLER + " {{brand}} {{date}} ok", brand="A", date="b")), "body", "side by side"),
    ("too many", draft(body("Hi {{brand}} on {{date}} ok", brand="A", date="b")), "body", "too many variables"),
    ("twice", draft(body(FILLER + " {{brand}} or {{brand}} ok", brand="A")), "body", "twice"),
    ("no example", draft(body(FILLER + " {{brand}} ok")), "body", "needs an example"),
    ("bad example", draft(body(FILLER + " {{brand}} ok", brand="A\nB")), "body", "one line"),
    ("name of variable", draft(body(FILLER + " {{Brand$}} ok", **{"Brand$": "A"})), "body", "lower case"),
    ("single brace", draft(body(FILLER + " {brand} ok")), "body", "single brace"),
    ("mixed", draft(body(FILLER + " {{1}} or {{brand}} ok", brand="A")), "body", "mixed"),
    ("gap", draft(numbered(FILLER + " {{1}} or {{3}} ok", "a", "b")), "body", "count up"),
    ("unknown part", draft({"type": "SIDEBAR"}), "body", "'SIDEBAR'"),
    ("two bodies", draft(body(FILLER), body(FILLER)), "body", "two of them"),
    ("empty header", draft(HEAD | {"text": " "}), "header", "empty"),
    ("long header", draft(HEAD | {"text": "a" * 61}), "header", "60"),
    ("marked header", draft(HEAD | {"text": "*Hi*"}), "header", "formatting"),
    ("emoji in header", draft(HEAD | {"text": "Hi 🙂"}), "header", "emoji"),
    ("header variables", draft(HEAD | {"text": "{{a}} and {{b}}"}), "header", "one variable"),
    ("header mixes", draft(HEAD | {"text": "Case {{1}}", "example": {"header_text": ["4"]}}), "header", "both"),
    ("empty footer", draft(FOOT | {"text": ""}), "footer", "empty"),
    ("long footer", draft(FOOT | {"text": "a" * 61}), "footer", "60"),
    ("variable in footer", draft(FOOT | {"text": "Hi {{brand}}"}), "footer", "no variables"),
    ("lines in footer", draft(FOOT | {"text": "a\nb"}), "footer", "one line"),
    ("no buttons", draft({"type": "BUTTONS", "buttons": []}), "buttons", "no buttons"),
    ("odd buttons", draft({"type": "BUTTONS", "buttons": "yes"}), "buttons", "no buttons"),
    ("many buttons", draft(replies(*map(str, range(11)))), "buttons", "11 buttons"),
    ("three addresses", draft(replies("a", "b", "c", kind="URL")), "buttons", "URL"),
    ("empty label", draft(replies(" ")), "buttons[0]", "label"),
    ("long label", draft(replies("a" * 26)), "buttons[0]", "25"),
    ("same label", draft(replies("Yes", "Yes")), "buttons[1]", "another button"),
    ("variable in label", draft(replies("{{brand}}")), "buttons[0]", "without variables"),
    ("password", draft(category=Category.AUTHENTICATION), "category", "one-time"),
]


@pytest.mark.parametrize(("template", "where", "words"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_the_provider_refuses_is_found(template: Template, where: str, words: str) -> None:
    assert [message for place, message in errors(template) if place == where and words in message]
    assert has_errors(lint(template))
    assert all(each.rule for each in lint(template))


def test_quick_replies_stand_together() -> None:
    row: list[dict[str, Any]] = [
        {"type": "QUICK_REPLY", "text": "Yes"},
        {"type": "PHONE_NUMBER", "text": "Call"},
        {"type": "QUICK_REPLY", "text": "No"},
    ]
    assert ("buttons", "quick replies stand together, before or after all others") in errors(
        draft({"type": "BUTTONS", "buttons": row})
    )
    assert errors(draft({"type": "BUTTONS", "buttons": [row[0], row[2], row[1]]})) == []


def test_the_order_is_errors_first() -> None:
    findings = lint(draft(body("Hi"), replies("a", "b", "c", "d"), name="?"))
    assert [each.severity for each in findings] == sorted(
        (each.severity for each in findings), key=list(Severity).index
    )
    assert found(findings, Severity.WARNING, "buttons")


def test_a_picture_above_is_left_alone_and_warned_of() -> None:
    findings = lint(draft({"type": "HEADER", "format": "IMAGE"}))
    assert not has_errors(findings)
    assert found(findings, Severity.WARNING, "header")


def test_the_end_of_an_address_cannot_be_filled() -> None:
    link = {"type": "URL", "text": "Read", "url": "https://acme.example/{{1}}", "example": ["https://acme.example/x"]}
    assert "buttons[0]" in {where for where, _ in errors(draft({"type": "BUTTONS", "buttons": [link]}))}


def test_a_header_may_name_its_variable() -> None:
    example = {"header_text_named_params": [{"param_name": "case", "example": "12"}]}
    assert errors(draft(HEAD | {"text": "Case {{case}}", "example": example})) == []


def test_the_same_words_under_another_name_are_refused() -> None:
    twin = draft(name="ask_twice")
    renamed = draft(body(BODY.replace("brand", "firm"), firm="A", date="b"), name="ask_twice")
    for other in (twin, renamed):
        assert [each for each in lint(draft(), [other]) if "ask_twice" in each.message]
    assert not has_errors(lint(draft(), [draft(), draft(name="ask_twice", language="nl")]))


def test_a_general_survey_is_predicted_to_be_marketing() -> None:
    general = draft(body("How likely are you to recommend us? Reply with a number from 0 to 10."))
    assert "general survey" in found(lint(general), Severity.WARNING, "category")[0]
    promoting = draft(body(BODY + " And 20% off.", brand="A", date="b"))
    assert "promotion" in found(lint(promoting), Severity.WARNING, "category")[0]
    words = draft(body(BODY + " Get a discount.", brand="A", date="b"))
    assert "discount" in found(lint(words), Severity.WARNING, "category")[0]


def test_marketing_says_how_to_stop_it() -> None:
    question = body("How do you like us so far?")
    marketing = draft(question, category=Category.MARKETING)
    assert found(lint(marketing), Severity.WARNING, "footer")
    told = draft(question, replies("STOP"), category=Category.MARKETING)
    assert not found(lint(told), Severity.WARNING, "footer")
    cheaper = draft(FOOT | {"text": "Reply STOP to opt out"}, category=Category.MARKETING)
    assert "could be utility" in found(lint(cheaper), Severity.NOTE, "category")[0]


def test_counters_tell_used_and_allowed() -> None:
    assert counts(draft(FOOT | {"text": "STOP"})) == {"header": (0, 60), "body": (len(BODY), 1024), "footer": (4, 60)}
