"""The tree: every file has its subject, none grows without a reason, and nothing in it belongs to one machine."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import PRODUCT, ROOT, files, nodes, pages, python_files, shown

CODE = (*PRODUCT, "sandbox")
LONGEST = {CODE: 350, ("tests",): 500}
"""Lines of one module; a table of cases in a test reads in one direction and may be longer."""
LONGER: dict[str, str] = {
    "common/channels.py": "the whole protocol of a channel on one page",
    "common/store/migrations/versions/0001_spine.py": "generated",
    "sandbox/phone.py": "one call: its verbs share one clock and one line",
}
NO_SUBJECT = re.compile(r"(^|_)(utils?|helpers?|misc|stuff|various|commons|shared|tools)(_|$)")
OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/[\w.]+")
TEXT = {".py", ".md", ".toml", ".json", ".html", ".js", ".css", ".txt", ".lock", ".cfg", ".mako", ".jsonl", ""}
PURE = {
    "common/survey": {"common.survey", "regex"},
    "common/outreach": {"common.outreach"},
    "common/analysis": {"common.analysis"},
    "common/wording": {"common.wording", "regex"},
    "common/templates": {"common.templates", "regex"},
    "common/queue": {"common.queue"},
    "common/alerts": {"common.alerts"},
    "common/webhooks": {"common.webhooks"},
    "common/follow_up": {"common.follow_up"},
    "common/speech": {"common.speech", "common.wording"},
}
"""What the pure packages may import beside the standard library."""
IMPURE = {
    "asyncio",
    "http",
    "logging",
    "os",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
}
"""What they may not import of it: chance, time and everything outside (of `os`, only `os.path`)."""


def everything() -> list[Path]:
    """Every text file that belongs to the project."""
    tops = (*CODE, "tests", "docs", "changes", ".ci", "Makefile", "Procfile", "pyproject.toml")
    locks = [path.name for path in ROOT.glob("*.lock")]
    return [path for path in [*files(*tops, *locks), *ROOT.glob("*.md")] if path.suffix in TEXT]


def test_every_file_has_a_subject() -> None:
    assert [shown(path) for path in python_files(*CODE, "tests") if NO_SUBJECT.search(path.stem)] == []


@pytest.mark.parametrize("tops", LONGEST, ids=" ".join)
def test_no_file_grows_without_a_reason(tops: tuple[str, ...]) -> None:
    long = {shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*tops)}
    assert {name: count for name, count in long.items() if count > LONGEST[tops] and name not in LONGER} == {}


def test_no_reason_outlives_its_file() -> None:
    assert [name for name in LONGER if not (ROOT / name).is_file()] == []


def test_folders_of_tests_are_packages() -> None:
    folders = {path.parent for path in python_files("tests")}
    assert [shown(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_lock_files_pin_by_hash_and_name_no_address() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) == 2
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert re.findall(r"https?://|^-", text, re.MULTILINE) == [], f"{lock.name} names an index"
        pins = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
        assert pins
        blocks = re.split(r"^(?=[\w.\[\]-]+==)", text, flags=re.MULTILINE)[1:]
        assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    for lock in files(*CODE, ending="package-lock.json"):
        assert '"resolved"' not in lock.read_text(encoding="utf-8"), shown(lock)


def test_nothing_belongs_to_one_machine() -> None:
    found = {shown(path): OF_ONE_MACHINE.findall(path.read_text(encoding="utf-8")) for path in everything()}
    assert {name: places for name, places in found.items() if places} == {}


def test_lint_checks_the_import_directions() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lint = makefile.partition("\nlint:")[2].partition("\n\n")[0]
    assert {"ruff check", "ruff format --check", "lint-imports"} <= set(
        re.findall(r"(ruff check|ruff format --check|lint-imports)", lint)
    )
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {*PRODUCT, "sandbox"} == set(rules["root_packages"])
    layers = [contract["layers"] for contract in rules["contracts"] if contract["type"] == "layers"]
    assert layers[0][0] == "zeroten"
    assert layers[0][-1] == "common"


@pytest.mark.parametrize("package", PURE)
def test_pure_packages_import_nothing_that_acts(package: str) -> None:
    found = set()
    for path, node in nodes(python_files(package)):
        names = []
        if isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            top = name.partition(".")[0]
            is_allowed = any(name == each or name.startswith(f"{each}.") for each in PURE[package])
            is_library = top in sys.stdlib_module_names and top not in IMPURE
            if not is_allowed and not is_library and name not in {"os.path", "__future__"}:
                found.add(f"{shown(path)}: {name}")
    assert found == set()


def test_no_test_replaces_what_it_tests() -> None:
    """A fake or a real server, never a patched name; and no test that is not run."""
    banned = {
        "mock.patch",
        "unittest.mock",
        "pytest.mark.skip",
        "pytest.mark.skipif",
        "pytest.mark.xfail",
        "pytest.skip",
    }
    found = set()
    for path, node in nodes(python_files("tests")):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or ""
            names = {module} | {each.name for each in node.names}
            if names & {"unittest.mock", "mock"}:
                found.add(shown(path))
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in banned:
            found.add(f"{shown(path)}:{node.lineno}")
    assert found == set()


def test_pages_speak_in_lines_that_can_be_compared() -> None:
    """A line of a page is no longer than 180 characters, unless it is a table's row or holds an address."""
    long = []
    for page in pages():
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), start=1):
            if len(line) > 180 and not line.lstrip().startswith("|") and "](" not in line and "://" not in line:
                long.append(f"{shown(page)}:{number}")
    assert long == []
