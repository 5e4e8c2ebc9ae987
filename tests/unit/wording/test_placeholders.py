"""The placeholder language against hostile templates and hostile values."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.wording import MAX_WORDING, check_wording
from common.wording.placeholders import MAX_VALUE, MENU_PLACEHOLDERS, PLACEHOLDERS, clean_value, fill, placeholders_in

VALUES = {"brand": "Acme", "name": "Ana", "agent": "Joost", "reference": "order 4711", "topic": "invoice"}


@pytest.mark.parametrize(
    "text",
    [
        "Hi {name}, {brand} here about {reference} and {topic} with {agent}.",
        "100 % sure? %s $name ${brand} \\{name} <b>{name}</b> {name}{name}",
        "Two\r\nlines",
        "مرحبًا {name}",
        "x" * MAX_WORDING,
    ],
)
def test_what_may_be_saved(text: str) -> None:
    check_wording(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "  ",
            "\n",
            "{",
            "}",
            "{}",
            "{ }",
            "{0}",
            "{name",
            "name}",
            "{ name }",
            "{Name}",
            "{NAME}",
            "{first_name}",
        ),
        *(
            "{{7*7}}",
            "{{name}}",
            "{name.__class__}",
            "{name[0]}",
            "{name!r}",
            "{name:>99}",
            "{{{name}}}",
            "{na{name}me}",
        ),
        *("{% if name %}x{% endif %}", "${7*7}", "#{7*7}", "{brand}{", "{name}}", "{__import__('os')}", "{nаme}"),
        *("x" * (MAX_WORDING + 1), "{name}" * 10_000, "\x00", "bell\x07", "\x1b[31m", "\ud800", "\x85"),
    ],
)
def test_what_may_not_be_saved(text: str) -> None:
    with pytest.raises(ValueError, match=r"wording|placeholder"):
        check_wording(text)


def test_the_mistake_is_named() -> None:
    with pytest.raises(ValueError, match=r"'\{voornaam\}' is not a placeholder; there are \{agent\}, \{brand\}"):
        check_wording("Hoi {voornaam}")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{name} and {brand}", "Ana and Acme"),
        ("{{name}}", "{Ana}"),
        ("${name} %s {0} {name.x} {unknown}", "$Ana %s {0} {name.x} {unknown}"),
        ("  {name}\r\n{brand}\r", "Ana\nAcme"),
    ],
)
def test_filled_in_one_pass(text: str, filled: str) -> None:
    assert fill(text, VALUES) == filled


@pytest.mark.parametrize("value", ["{brand}", "{{name}}", "{agent}{", "%s", "{0.__class__}", "\\1", "\\g<0>"])
def test_a_value_is_never_looked_at_again(value: str) -> None:
    assert fill("Hi {name}, from {brand}", {"name": value, "brand": "Acme"}) == f"Hi {value}, from Acme"


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("  Ana \n\t Maria ", "Ana Maria"),
        ("A\x00n\x07a\u200b", "Ana"),
        ("\u202egnol\u202c", "gnol"),
        ("\u2066Ana\u2069\ufeff", "Ana"),
        ("\ud800Ana", "Ana"),
        ("क्\u200dष", "क्\u200dष"),
        ("x" * 5000, "x" * MAX_VALUE),
        ("", ""),
    ],
)
def test_values_are_one_short_visible_line(value: str, clean: str) -> None:
    assert clean_value(value) == clean


def test_ten_thousand_placeholders_take_no_time() -> None:
    text = "{name} {brand} " * 10_000
    started = time.perf_counter()
    assert fill(text, VALUES).count("Ana") == 10_000
    assert time.perf_counter() - started < 2


def test_ten_thousand_missing_names_take_no_time() -> None:
    text = "a {name}, " * 10_000
    started = time.perf_counter()
    assert "{" not in fill(text, {})
    assert time.perf_counter() - started < 2


@given(st.text(alphabet="{}namebrdxyz_.!0 \n,", max_size=60), st.text(max_size=20))
def test_saved_words_never_show_a_brace(text: str, name: str) -> None:
    try:
        check_wording(text)
    except ValueError:
        return
    shown = fill(text, {**VALUES, "name": name.replace("{", "").replace("}", "")})
    assert "{" not in shown
    assert "}" not in shown


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_filled(text: str) -> None:
    assert placeholders_in(text) <= PLACEHOLDERS | MENU_PLACEHOLDERS
    fill(text, {})
    fill(text, VALUES)
