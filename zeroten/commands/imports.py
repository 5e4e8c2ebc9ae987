"""`zeroten import interactions FILE`: CSV or JSONL, all or nothing."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from api.models.interactions import InteractionIn
from common import clock
from common.config import read_settings
from common.errors import Conflict, Invalid
from zeroten.root import create_services

SHOWN_ERRORS = 50
GROUP = 200


@click.group("import")
def import_command() -> None:
    """Import interactions."""


@import_command.command("interactions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check every row and say what is wrong; store nothing.")
def interactions_command(file: Path, dry_run: bool) -> None:
    """Take in FILE: JSONL with the API's interactions, or CSV with columns such as customer.phone and agent.team.

    Every row is checked first; if one is wrong, nothing is stored.
    """
    rows, faults = [], []
    for number, given in _rows(file):
        try:
            rows.append((number, {**given, "direction": InteractionIn.model_validate(given).direction}))
        except ValidationError as error:
            for fault in error.errors():
                faults.append(f"row {number}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}")
    for line in faults[:SHOWN_ERRORS]:
        click.echo(line, err=True)
    if faults:
        raise click.ClickException(f"{len(faults)} faults in {file}; nothing was stored")
    if dry_run:
        click.echo(f"{len(rows)} rows are in order; nothing was stored (dry run)")
        return
    click.echo(_store(rows))


def _store(rows: Sequence[tuple[int, Mapping[str, Any]]]) -> str:
    services = create_services(read_settings(), has_writer=False)
    counts = {"invite": 0, "suppress": 0, "known": 0}

    def take_all(connection: Any) -> None:
        counts.update(invite=0, suppress=0, known=0)
        with click.progressbar(rows, label="importing") as bar:
            for number, body in bar:
                try:
                    answer = services.intake.take(connection, body, clock.now())
                except (Invalid, Conflict) as error:
                    raise click.ClickException(f"row {number}: {error}; nothing was stored") from error
                counts["known" if answer.status == 200 else answer.body["decision"]] += 1

    services.store.write(take_all)
    services.close()
    return f"{counts['invite']} to be asked, {counts['suppress']} not asked, {counts['known']} known already"


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        if file.suffix.lower() == ".csv":
            for number, row in enumerate(csv.DictReader(source), start=2):
                yield number, _nested(row)
            return
        for number, line in enumerate(source, start=1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except (ValueError, RecursionError) as error:
                    raise click.ClickException(f"row {number}: not JSON: {error}; nothing was stored") from error


def _nested(row: Mapping[str, str | None]) -> dict[str, Any]:
    """`customer.phone` → {"customer": {"phone": …}}; empty cells are left out, consent and duration get their types."""
    body: dict[str, Any] = {}
    for name, cell in row.items():
        if cell is None or cell == "" or name is None:
            continue
        place = body
        *parents, last = name.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = _typed(last, cell)
    return body


def _typed(name: str, cell: str) -> object:
    if name == "consent":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(cell.lower(), cell)
    if name == "duration_s" and cell.isdigit():
        return int(cell)
    return cell
