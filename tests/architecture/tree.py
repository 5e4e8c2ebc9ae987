"""The project as files: where the code and the pages are, for the tests that hold them to the house rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PRODUCT = ("zeroten", "common", "bots", "ivr", "api", "console")
"""The packages that run at a customer's. The sandbox is not one of them: it has a clock and habits of its own."""
_GENERATED = {"__pycache__", "node_modules", ".venv", ".stamps", "var", "build"}


def files(*tops: str, ending: str = "") -> list[Path]:
    """Every file below these top-level folders whose name ends so, in order; a top that is a file is itself."""
    found = []
    for top in tops:
        start = ROOT / top
        for path in [start] if start.is_file() else sorted(start.rglob("*")):
            if path.is_file() and path.name.endswith(ending) and not _GENERATED & set(path.relative_to(ROOT).parts):
                found.append(path)
    return found


def shown(path: Path) -> str:
    """The path as people write it: from the project's root."""
    return path.relative_to(ROOT).as_posix()


def python_files(*tops: str) -> list[Path]:
    """The modules below these folders."""
    return files(*tops, ending=".py")


def pages() -> list[Path]:
    """Every Markdown page that people read."""
    return [*sorted(ROOT.glob("*.md")), *files("docs", "changes", ending=".md")]


@cache
def tree_of(path: Path) -> ast.Module:
    """A module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def nodes(paths: Sequence[Path]) -> Iterator[tuple[Path, ast.AST]]:
    """Every node of every module."""
    for path in paths:
        for node in ast.walk(tree_of(path)):
            yield path, node


def dotted(node: ast.AST) -> str:
    """`datetime.now` of an attribute or a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""
