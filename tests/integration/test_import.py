"""`zeroten import interactions`: everything or nothing, and every fault with its row, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from common import clock
from common.store.schema import customer_refs, customers, interactions, invitations
from tests.integration.world import World
from zeroten.commands.imports import import_command

COLUMNS = "id,channel,ended_at,duration_s,outcome,survey,customer.id,customer.phone,customer.consent,agent.team"


@pytest.fixture
def run(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs the command on a file with these contents, against the world's database."""
    settings = {
        "ZEROTEN_DATABASE_URL": str(world.services.settings.get("DATABASE_URL")),
        "ZEROTEN_SECRET_KEY": "s" * 32,
        "ZEROTEN_TIMEZONE": "UTC",
        "ZEROTEN_CLOCK_FILE": str(world.clock_file),
        "ZEROTEN_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "ZEROTEN_TWILIO_AUTH_TOKEN": "0" * 32,
        "ZEROTEN_TWILIO_SMS_FROM": "+15005550006",
        "ZEROTEN_TWILIO_API_URL": "http://127.0.0.1:9",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    def call(name: str, content: str | bytes, *options: str, status: int = 0) -> Any:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        done = CliRunner().invoke(import_command, ["interactions", str(file), *options])
        assert done.exit_code == status, (done.output, done.exception)
        return done

    return call


def a_line(number: int, **changes: Any) -> str:
    now = clock.now().isoformat()
    body = {"id": f"i-{number}", "channel": "sms", "ended_at": now, "duration_s": 90, "outcome": "answered"}
    person = {"id": f"c-{number}", "phone": f"+316100000{number:02d}", "consent": True}
    return json.dumps({**body, "direction": "inbound", "survey": "support", "customer": person} | changes) + "\n"


def a_row(number: int, **changes: str) -> str:
    cells = dict(
        zip(
            COLUMNS.split(","),
            f"i-{number},sms,{clock.now().isoformat()},90,answered,support,c-{number},+316100000{number:02d},yes,billing".split(
                ","
            ),
            strict=True,
        )
    )
    return ",".join((cells | changes).values()) + "\n"


def test_lines_and_tables_are_taken_in_once(world: World, run: Any) -> None:
    lines = "".join(a_line(number) for number in range(3))
    rehearsed = run("day.jsonl", lines, "--dry-run")
    assert "3 to be asked, 0 not asked, 0 known already; nothing was stored" in rehearsed.stdout
    assert world.rows(interactions) == world.rows(customers) == []
    assert "3 to be asked, 0 not asked, 0 known already" in run("day.jsonl", lines).stdout
    assert "0 to be asked, 0 not asked, 3 known already" in run("day.jsonl", lines).stdout
    table = COLUMNS + "\r\n" + "".join(a_row(number) for number in range(3, 5)) + ",,,,,,,,,\n"
    assert "2 to be asked" in run("day.csv", b"\xef\xbb\xbf" + table.encode()).stdout
    assert "2 to be asked" in run("semicolons.csv", (COLUMNS + "\n" + a_row(5) + a_row(6)).replace(",", ";")).stdout
    assert len(world.rows(invitations)) == 7
    assert {row["team"] for row in world.rows(interactions)} == {None, "billing"}
    assert world.rows(interactions)[0]["body"]["duration_s"] == 90


def test_one_wrong_row_and_nothing_is_stored(world: World, run: Any) -> None:
    wrong = [
        a_line(0),
        "{broken\n",
        "\n",
        a_line(1, channel="fax"),
        '{"id": "i-9", "id": "i-9"}\n',
        "[1]\n",
        a_line(2, duration_s=float("nan")),
    ]
    done = run("day.jsonl", "".join(wrong), status=1)
    numbers = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("row ")]
    assert numbers == sorted(numbers)
    assert set(numbers) == {"row 2", "row 4", "row 5", "row 6", "row 7"}
    assert "nothing was stored" in done.stderr
    assert world.rows(customer_refs) == []


def test_what_only_the_database_knows_is_told_by_row_as_well(world: World, run: Any) -> None:
    run("first.jsonl", a_line(0))
    lines = a_line(0, topic="other") + a_line(1) + a_line(2, survey="nothing")
    for options in ((), ("--dry-run",)):
        done = run("second.jsonl", lines, *options, status=1)
        told = [line.split(":")[0] for line in done.stderr.splitlines() if line.startswith("row ")]
        assert told == ["row 1", "row 3"]
    assert [row["ref"] for row in world.rows(interactions)] == ["i-0"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", COLUMNS + ",customer\n" + "i-1,sms,,,,,c-1,,,,x\n", "row 2: customer"),
        ("b.csv", COLUMNS + "\n" + "i-1,sms,,,,,c-1,,,,too many\n", "row 2: 11 cells under 10 columns"),
        ("c.csv", "id,id\n1,2\n", "a column twice"),
        ("d.csv", b"id\n\xff\n", "not UTF-8"),
        ("e.csv", COLUMNS + ",mood\n" + "i-1,sms,,,,,c-1,,,,good\n", "row 2: mood"),
        ("f.csv", b"id\nx\0y\n", "row 2: id: a NUL"),
        ("g.jsonl", b'{"id": "\xff"}\n', "not UTF-8"),
    ],
)
def test_files_that_are_no_tables(world: World, run: Any, name: str, content: str | bytes, words: str) -> None:
    assert words in run(name, content, status=1).stderr
    assert world.rows(interactions) == []
