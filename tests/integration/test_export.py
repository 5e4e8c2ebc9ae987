"""`zeroten export`: the rows of the API as files, complete or not there at all, on both databases."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import update

from common.exports import original
from common.store import exporting, responses
from common.store.schema import conversations
from tests.integration.world import World
from zeroten.commands.export import export_command


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command against the world's database."""
    monkeypatch.setenv("ZEROTEN_DATABASE_URL", str(world.services.settings.get("DATABASE_URL")))
    monkeypatch.setenv("ZEROTEN_SECRET_KEY", "s" * 32)

    def call(*arguments: str, status: int = 0) -> Any:
        done = CliRunner().invoke(export_command, list(arguments))
        assert done.exit_code == status, (done.output, done.exception)
        return done

    return call


def people(world: World, count: int) -> None:
    for number in range(count):
        phone = f"+316100000{number:02d}"
        world.interaction(f"i-{number}", customer=f"c-{number}", phone=phone)
        world.tick()
        world.say(str(number % 11), sender=phone)
        world.say('=HYPERLINK("http://x")' if number == 0 else "Waited, long", sender=phone)


def test_responses_are_those_of_the_api(world: World, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 3)
    people(world, 8)
    with world.store.read() as connection:
        expected = list(responses.list_page(connection, {}, cursor=None, limit=100).rows)
    assert len(expected) == 8
    found = [json.loads(line) for line in run("responses", "--format", "jsonl").stdout.splitlines()]
    assert found == expected
    assert list(found[0]) == list(responses.COLUMNS)
    rows = list(csv.DictReader(io.StringIO(run("responses", "--format", "csv").stdout, newline="")))
    assert [original(row["reason"]) for row in rows] == [row["reason"] for row in expected]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert "8 responses" in run("responses", "--format", "csv").stderr


def test_invitations_and_tickets_come_in_their_order(world: World, run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    people(world, 7)
    asked = [json.loads(line) for line in run("invitations", "--format", "jsonl").stdout.splitlines()]
    assert sorted(row["interaction_id"] for row in asked) == [f"i-{number}" for number in range(7)]
    assert [row["id"] for row in asked] == sorted(row["id"] for row in asked)
    assert {row["status"] for row in asked} == {"answered"}
    queue = [json.loads(line) for line in run("tickets", "--format", "jsonl").stdout.splitlines()]
    assert len(queue) == 7  # scores 0 to 6
    assert {row["customer_id"] for row in queue} == {f"c-{number}" for number in range(7)}
    assert list(queue[0]) == list(exporting.COLUMNS[exporting.Export.TICKETS])
    assert list(asked[0]) == list(exporting.COLUMNS[exporting.Export.INVITATIONS])


def test_a_period_is_from_included_to_excluded(world: World, run: Any) -> None:
    people(world, 2)
    at = json.loads(run("responses", "--format", "jsonl").stdout.splitlines()[-1])["at"]
    for what in ("responses", "invitations", "tickets"):
        assert run(what, "--format", "jsonl", "--from", "2000-01-01", "--to", "2001-01-01").stdout == ""
        assert len(run(what, "--format", "jsonl", "--from", "2000-01-01").stdout.splitlines()) == 2
    assert len(run("responses", "--format", "jsonl", "--from", at).stdout.splitlines()) == 2
    assert run("responses", "--format", "jsonl", "--to", at).stdout == ""
    assert "no day" in run("responses", "--format", "csv", "--from", "soon", status=2).output
    assert "after" in run("responses", "--format", "csv", "--from", "2026-01-02", "--to", "2026-01-01", status=2).output


def test_tests_of_our_own_are_no_rows(world: World, run: Any) -> None:
    people(world, 1)
    world.store.write(lambda connection: connection.execute(update(conversations).values(test=True)))
    for what in ("responses", "invitations", "tickets"):
        assert run(what, "--format", "jsonl").stdout == ""


def test_a_file_is_complete_or_not_there(world: World, run: Any, tmp_path: Path) -> None:
    people(world, 2)
    target = tmp_path / "out.xlsx"
    run("responses", "--format", "xlsx", "--output", str(target))
    assert target.read_bytes()[:2] == b"PK"
    assert run("responses", "--format", "xlsx").stdout_bytes[:2] == b"PK"
    folder = tmp_path / "nowhere" / "out.csv"
    assert "cannot write" in run("responses", "--format", "csv", "--output", str(folder), status=1).output
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
