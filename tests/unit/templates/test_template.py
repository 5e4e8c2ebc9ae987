"""A template as data: read, filled, changed and compared."""

from __future__ import annotations

from typing import Any

import pytest

from common.templates.approval import Category
from common.templates.difference import Change, compare
from common.templates.shipped import FOLDER, shipped_templates
from common.templates.template import filled, read_template, samples_of, to_json, variables_in, with_texts
from tests.unit.templates.drafts import BODY, body, draft, numbered, replies


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.json")), ids=lambda path: f"{path.parent.name} {path.stem}")
def test_a_file_is_named_after_what_is_in_it(path: Any) -> None:
    template = shipped_templates()[path.parent.name, path.stem]
    assert (template.name, template.language) == (path.parent.name, path.stem)
    assert set(samples_of(template.components)) == set(template.variables)
    assert read_template(to_json(template)) == template


def test_every_purpose_is_shipped_in_the_same_languages() -> None:
    by_name: dict[str, set[str]] = {}
    for name, language in shipped_templates():
        by_name.setdefault(name, set()).add(language)
    wanted = {"en", "nl", "de", "fr", "es", "pt_BR", "pt_PT", "it", "tr", "ar", "hi", "id", "pl"}
    assert all(languages >= wanted for languages in by_name.values())
    assert len(by_name) == 4


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"name": "a"},
        {"name": "a", "language": "en"},
        {"name": "a", "language": "en", "components": ["x"], "category": "UTILITY"},
        {"name": "a", "language": "en", "components": [], "category": "OTHER"},
    ],
    ids=str,
)
def test_what_is_no_template_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"template|category"):
        read_template(given)


def test_examples_are_read_by_name_and_by_number() -> None:
    header = {"type": "HEADER", "text": "Case {{1}}", "example": {"header_text": ["12"]}}
    assert samples_of([header, numbered("a {{1}} b {{2}}", "x", "y")]) == {"1": "12", "2": "y"}
    assert samples_of([body("a {{b}}", b="c")]) == {"b": "c"}
    assert samples_of([{"type": "BODY", "text": "a {{1}}", "example": {"body_text": [[5]]}}]) == {}
    assert samples_of([{"type": "BODY", "text": "a", "example": {"body_text_named_params": ["x", {}]}}]) == {}
    assert samples_of([{"type": "BODY", "example": "x"}]) == {}


def test_variables_are_read_once_and_in_order() -> None:
    assert variables_in("a {{b}} {{ c }} {{b}}") == ["b", "c"]


def test_filling_is_one_pass() -> None:
    parts = [body("Hi {{name}}, {{other}}"), {"type": "FOOTER", "text": "Bye"}]
    assert filled(parts, {"name": "{{other}}", "other": "x"}) == "Hi {{other}}, x\n\nBye"
    assert filled([body("Hi {{name}}")], {}) == "Hi {{name}}"


def test_new_words_keep_what_they_do_not_touch() -> None:
    image = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["x"]}}
    link = {"type": "URL", "text": "Site", "url": "https://example.com"}
    old = [image, body("old"), {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Old"}, link]}]
    new = with_texts(old, header="", body="New {{a}} words", footer="F", buttons=["Yes", " "], samples={"a": "b"})
    assert [part["type"] for part in new] == ["HEADER", "BODY", "FOOTER", "BUTTONS"]
    assert new[0] == image
    assert new[1]["example"] == {"body_text_named_params": [{"param_name": "a", "example": "b"}]}
    assert [each["text"] for each in new[3]["buttons"]] == ["Yes", "Site"]
    plain = with_texts([], header="Case {{1}}", body="No. {{1}} is", footer="", buttons=[], samples={"1": "7"})
    assert plain[0] == {"type": "HEADER", "text": "Case {{1}}", "example": {"header_text": ["7"]}, "format": "TEXT"}
    assert plain[1]["example"] == {"body_text": [["7"]]}
    assert with_texts([], header="", body="Hi", footer="", buttons=[], samples={}) == [{"type": "BODY", "text": "Hi"}]


def test_the_form_says_how_variables_are_named() -> None:
    assert to_json(draft())["parameter_format"] == "NAMED"
    assert to_json(draft(numbered("a {{1}} b", "x")))["parameter_format"] == "POSITIONAL"
    assert to_json(draft(body("a")))["parameter_format"] == "NAMED"


def test_a_comparison_shows_what_changed() -> None:
    old, new = (
        draft(),
        draft(body(BODY + " Thanks.", brand="A", date="b"), replies("STOP"), category=Category.MARKETING),
    )
    changed = {(line.change, line.text.partition(":")[0]) for line in compare(old, new)}
    assert (Change.ADDED, "Button") in changed
    assert (Change.REMOVED, "Body") in changed
    assert {line.change for line in compare(old, old)} == {Change.KEPT}
    titled = draft({"type": "HEADER", "text": "Hi"}, body("One\nTwo"))
    assert [line.text for line in compare(titled, titled)][1:] == ["Header: Hi", "Body: One", "Two"]
