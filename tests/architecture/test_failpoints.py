"""Every failpoint that a test may order is somewhere in the code, and none is there that no test could order."""

from __future__ import annotations

import ast

from common.failpoints import NAMES
from tests.architecture.tree import PRODUCT, dotted, nodes, python_files


def placed() -> dict[str, int]:
    """The names in the product's calls of `failpoint`, and how often each is there."""
    found: dict[str, int] = {}
    for _, node in nodes(python_files(*PRODUCT)):
        match node:
            case ast.Call(func=function, args=[ast.Constant(value=str(name))]) if dotted(function) == "failpoint":
                found[name] = found.get(name, 0) + 1
    return found


def test_each_name_has_its_place() -> None:
    assert set(placed()) == NAMES


def test_each_place_has_a_name_of_its_own() -> None:
    assert {name for name, count in placed().items() if count > 1} == set()
