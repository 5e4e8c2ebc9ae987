"""One clock: business time comes from `common/clock.py`, so that moving it moves everything that may move."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, nodes, python_files, shown, tree_of

CLOCK = ROOT / "common" / "clock.py"
OF_DATETIME = {"now", "utcnow", "today", "utcfromtimestamp"}
OF_TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "clock_gettime", "clock_gettime_ns"}
OF_SQL = {"now", "current_timestamp", "current_date", "localtimestamp", "sysdate"}
"""`time.monotonic` and `perf_counter` tell no time of day: a deadline within one process may use them anywhere."""


def reads_a_clock(node: ast.AST) -> bool:
    """True for `datetime.now`, `time.time`, `func.now` and their kin, called or handed on."""
    match node:
        case ast.Attribute(value=ast.Name(id="datetime" | "date") | ast.Attribute(attr="datetime" | "date"), attr=name):
            return name in OF_DATETIME
        case ast.Attribute(value=ast.Name(id="time"), attr=name):
            return name in OF_TIME
        case ast.Attribute(value=ast.Name(id="func"), attr=name):
            return name in OF_SQL
        case ast.ImportFrom(module="time", names=names):
            return any(each.name in OF_TIME for each in names)
        case _:
            return False


def test_only_the_clock_reads_the_system_s() -> None:
    modules = [path for path in python_files(*PRODUCT) if path != CLOCK]
    found = [f"{shown(path)}:{getattr(node, 'lineno', 0)}" for path, node in nodes(modules) if reads_a_clock(node)]
    assert not found, "ask common/clock.py instead: " + ", ".join(found)


def test_the_clock_itself_would_be_found() -> None:
    assert any(reads_a_clock(node) for node in ast.walk(tree_of(CLOCK)))


@pytest.mark.parametrize(
    "source",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "default=datetime.utcnow",
        "time.time_ns()",
        "from time import time",
        "select(func.now())",
    ],
)
def test_what_reads_a_clock_is_known(source: str) -> None:
    assert any(reads_a_clock(node) for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("source", ["clock.now()", "time.monotonic()", "time(9, 30)", "datetime.fromisoformat(text)"])
def test_what_reads_none_is_left_alone(source: str) -> None:
    assert not any(reads_a_clock(node) for node in ast.walk(ast.parse(source)))


def test_naive_instants_are_refused_by_lint() -> None:
    assert '"DTZ"' in Path(ROOT / "pyproject.toml").read_text(encoding="utf-8")
