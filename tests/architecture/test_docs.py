"""The pages are true: what they name exists, and what exists and matters to a reader is named."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import click
import pytest
from sqlalchemy import UniqueConstraint

from common.config import SETTINGS
from common.store.schema import metadata
from tests.architecture.generated import PARTS, Part, with_parts
from tests.architecture.tree import ROOT, files, pages, python_files, shown
from zeroten.main import COMMANDS, cli

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
TOPS = ("zeroten/", "common/", "bots/", "ivr/", "api/", "console/", "sandbox/", "tests/", "docs/", "changes/")
NOT_YET: set[str] = set()
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@cache
def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@cache
def anchors(page: Path) -> frozenset[str]:
    """What a link into the page may name, by GitHub's rule."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", text_of(page))):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return frozenset(found)


def links(page: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", text_of(page)))


# --- links and names ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in links(page):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        there = (page.parent / target).resolve() if target else page
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            lost.append(link)
    assert not lost


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_files_that_a_page_names_exist(page: Path) -> None:
    lost = []
    for quoted in QUOTED.findall(FENCE.sub("", text_of(page))):
        name = quoted.split()[0].rstrip(",.:;")
        is_pattern = any(sign in name for sign in "*<>{}…")
        if name.startswith(TOPS) and not is_pattern and not (ROOT / name).exists():
            lost.append(name)
    assert not lost


@cache
def names_of_tests() -> frozenset[str]:
    """The names of all tests."""
    found: set[str] = set()
    for path in python_files("tests"):
        found.update(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return frozenset(found)


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_tests_that_a_page_names_exist(page: Path) -> None:
    named = {quoted for quoted in QUOTED.findall(text_of(page)) if re.fullmatch(r"test_\w+", quoted)}
    assert named <= names_of_tests(), named - names_of_tests()


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_settings_that_a_page_names_exist(page: Path) -> None:
    known = {setting.variable for setting in SETTINGS} | {"ZEROTEN_CONFIG"}
    named = set(re.findall(r"ZEROTEN_[A-Z][A-Z_]*[A-Z]", text_of(page)))
    assert named <= known, named - known


def test_every_page_can_be_found() -> None:
    """From the README, by following links."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file() or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    lost = {shown(page) for page in pages() if page not in seen and "unreleased" not in page.parts}
    assert not lost, "link it from the README or from a page that is"


# --- what must be told ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_generated_parts_are_current(part: Part) -> None:
    assert with_parts(part.page, text_of(part.page)) == text_of(part.page), "run: python -m tests.architecture"


def test_every_setting_is_told() -> None:
    operations = text_of(ROOT / "docs" / "operations.md")
    assert [setting.variable for setting in SETTINGS if f"`{setting.variable}`" not in operations] == []


def test_the_example_names_known_settings_only() -> None:
    known = {setting.variable for setting in SETTINGS}
    example = (ROOT / "docs" / "zeroten.env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^#?(\w+)=", example, re.MULTILINE)) <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_explains_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").strip()


def test_the_readme_shows_the_two_commands_and_a_picture() -> None:
    readme = text_of(ROOT / "README.md")
    assert "make demo" in readme
    assert "make test" in readme
    pictures = re.findall(r"!\[([^\]]+)\]\((\S+\.png)\)", readme)
    assert pictures
    assert all(len(words.split()) >= 4 for words, _ in pictures), "say in words what the picture shows"


def targets() -> list[str]:
    """What `make` can be asked for by name."""
    return next(line for line in MAKEFILE.splitlines() if line.startswith(".PHONY:")).split()[1:]


def test_make_help_lists_every_target() -> None:
    ended = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    listed = {line.split()[0] for line in ended.stdout.splitlines() if line.strip()}
    assert listed == set(targets())
    assert set(re.findall(r"^([a-z][a-z0-9-]*):(?!=)", MAKEFILE, re.MULTILINE)) <= set(targets())


@pytest.mark.parametrize("page", pages(), ids=shown)
def test_make_targets_that_a_page_names_exist(page: Path) -> None:
    named = set(re.findall(r"`make ([a-z0-9-]+)", text_of(page)))
    assert named <= set(targets()), named - set(targets())


def test_every_unique_key_is_explained() -> None:
    page = text_of(ROOT / "docs" / "architecture.md")
    keys = set()
    for table in metadata.tables.values():
        found = [[column.name for column in table.primary_key.columns]]
        found += [[column.name] for column in table.columns if column.unique]
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                found.append([column.name for column in constraint.columns])
        keys |= {f"`{table.name}({', '.join(names)})`" for names in found if names != ["id"]}
    assert {key for key in keys if key not in page} == set()


def test_the_data_map_knows_every_table() -> None:
    page = text_of(ROOT / "docs" / "security.md")
    places = page.partition("## Where people's data lies")[2].partition("\n## ")[0]
    assert [name for name in metadata.tables if f"`{name}`" not in places] == []
    for table in metadata.tables.values():
        if "customer_id" in table.columns and table.name != "customers":
            row = next(line for line in places.splitlines() if f"`{table.name}`" in line)
            assert "customer_id" in row, f"{table.name} belongs to a person"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "adr"
    listed = text_of(folder / "README.md")
    decisions = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    assert [path.name for path in decisions if f"({path.name})" not in listed] == []
    for number, path in enumerate(decisions, start=1):
        assert path.name.startswith(f"{number:04d}-")
        for word in ("**Context.**", "**Decision.**", "**Consequences.**", "**What would change our mind.**"):
            assert word in text_of(path), f"{path.name} lacks {word}"


def test_news_is_told_in_fragments() -> None:
    for path in files("changes/unreleased"):
        assert re.fullmatch(r"[a-z0-9-]+\.(added|changed|fixed|removed|security)\.md", path.name), path.name
        assert 20 < len(text_of(path).strip()) < 600, path.name
