"""An adapter speaks one provider and knows no survey: what comes next is decided by the machine and nowhere else."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import nodes, python_files, shown

ADAPTERS = ("bots", "ivr")
ALLOWED = {
    "common.survey.questions": {"ASPECT", "REASON", "SCORE"},  # the names of controls
    "common.survey.events": {"SKIP_CHOICE", "Filled"},
}
"""What a channel may know of the survey: how its controls are called, and what a form holds that was filled in."""
OF_THE_MACHINE = {"state", "outcome", "asked_step", "epoch", "no_match", "no_input", "waiting"}
"""What a conversation remembers. An adapter may show it; whoever compares it has begun to decide."""


def knows_the_machine(node: ast.AST) -> bool:
    """True for an import of the survey that is not allowed."""
    match node:
        case ast.ImportFrom(module="common.survey"):
            return True
        case ast.ImportFrom(module=str(module), names=names) if module.startswith("common.survey."):
            return not {each.name for each in names} <= ALLOWED.get(module, set())
        case ast.ImportFrom(module="common", names=names):
            return any(each.name == "survey" for each in names)
        case ast.Import(names=names):
            return any(each.name.startswith("common.survey") for each in names)
    return False


def decides(node: ast.AST) -> bool:
    """True for a comparison, a `match` or a table look-up by something that the machine remembers."""
    match node:
        case ast.Compare(left=left, comparators=rest):
            return any(_is_remembered(part) for part in (left, *rest))
        case ast.Match(subject=subject):
            return _is_remembered(subject)
        case ast.Subscript(slice=key):
            return _is_remembered(key)
    return False


def _is_remembered(node: ast.AST) -> bool:
    """True for `state`, `page.state`, `row["state"]`, `State.CLOSED`, and these inside `str(…)` or a tuple."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in OF_THE_MACHINE or (isinstance(node, ast.Attribute) and _is_remembered(node.value))
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name in OF_THE_MACHINE
        case ast.Call(args=parts) | ast.Tuple(elts=parts):
            return any(_is_remembered(part) for part in parts)
    return False


def _found(wrong: str) -> Iterator[str]:
    test = {"knows": knows_the_machine, "decides": decides}[wrong]
    for path, node in nodes(python_files(*ADAPTERS)):
        if test(node):
            yield f"{shown(path)}:{getattr(node, 'lineno', 0)}"


def test_adapters_know_nothing_of_the_machine() -> None:
    assert list(_found("knows")) == []


def test_adapters_decide_nothing_by_the_state_of_a_conversation() -> None:
    assert list(_found("decides")) == [], "ask the core what is open, or let the machine decide"


@pytest.mark.parametrize(
    "source",
    [
        "from common.survey.machine import State",
        "from common.survey.machine import step",
        "from common.survey import machine",
        "from common.survey.events import SKIP_CHOICE, Replied",
        "from common import survey",
        "import common.survey.machine",
    ],
)
def test_knowing_is_known(source: str) -> None:
    assert any(knows_the_machine(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize(
    "source",
    [
        "x = page.state == 'closed'",
        "x = row['state'] in {'score', 'reason'}",
        "x = str(state) != 'handoff'",
        "if conversation.state is State.NEW: pass",
        "match page.state:\n    case 'score': pass",
        "x = PROMPTS[conversation.state]",
        "x = (state, outcome) == ('closed', 'refused')",
        "x = machine['no_match'] > 2",
    ],
)
def test_deciding_is_known(source: str) -> None:
    assert any(decides(node) for node in ast.walk(ast.parse(source)))
