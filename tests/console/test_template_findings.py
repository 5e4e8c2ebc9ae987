"""What the linter says of a template is said in the reader's language: every one of its phrases is known there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from common.templates.finding import REVIEW, Said, error
from console.language import catalogue
from console.template_findings import FINDINGS, finding_words

LINTER = Path(__file__).parents[2] / "common" / "templates"
PLACE = {"error": 1, "warning": 1, "note": 1, "Said": 0}
"""The argument that is the phrase."""


def phrases() -> set[str]:
    """What is given to `error`, `warning`, `note` and `Said`, in words or by a name in the same file."""
    found: set[str] = set()
    for path in LINTER.glob("*.py"):
        if path.stem == "finding":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named: dict[str, list[str]] = {}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                for target in node.targets:
                    named.setdefault(ast.unparse(target), []).append(node.value.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in PLACE:
                phrase = node.args[PLACE[node.func.id]]
                if isinstance(phrase, ast.Constant):
                    found.add(str(phrase.value))
                else:
                    assert isinstance(phrase, ast.Name), f"{path.name}:{node.lineno} builds its phrase: give it values"
                    found.update(named[phrase.id])
    return found


def test_every_phrase_of_the_linter_is_known_to_the_console() -> None:
    assert len(phrases()) > 30
    assert phrases() - {*FINDINGS} == set()


@pytest.mark.parametrize("tag", ["nl", "es"])
def test_a_phrase_keeps_its_values_in_every_language(tag: str) -> None:
    for phrase in FINDINGS:
        message = catalogue(tag).get(phrase)
        assert message is not None
        assert message.string
        values = dict.fromkeys(("name", "code", "kind", "most", "count", "label", "why", "category", "left"), "x")
        values |= dict.fromkeys(("right", "words", "least", "known"), "x")
        assert str(message.string) % values


def test_a_phrase_within_a_phrase_is_said_too() -> None:
    within = Said("“%(words)s” reads as promotion", {"words": "sale"})
    found = error("category", "will probably be approved as marketing: %(why)s", REVIEW, why=within)
    assert (
        finding_words(found.said)
        == found.message
        == "will probably be approved as marketing: “sale” reads as promotion"
    )
