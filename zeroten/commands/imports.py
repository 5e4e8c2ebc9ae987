"""`zeroten import interactions FILE`: CSV or JSONL, all or nothing."""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError
from sqlalchemy import Connection

from api.models.interactions import InteractionIn
from api.problems import invalid_of
from api.reading import NotJson, read_json, text_fault
from api.views.interactions import complete
from common import clock
from common.config import read_settings
from common.errors import Conflict, Invalid
from common.services import Services
from zeroten.root import create_services

SHOWN_ERRORS = 50
_DELIMITERS = ",;\t"
"""Spreadsheets of some countries separate with a semicolon."""
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Row = tuple[int, Mapping[str, Any]]
"""The number of a row in its file, from 1, and the interaction in it."""


class _Undone(Exception):
    """Nothing of what was done may stay."""


@click.group("import")
def import_command() -> None:
    """Import interactions."""


@import_command.command("interactions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check and decide every row, say what would happen; store nothing.")
def interactions_command(file: Path, dry_run: bool) -> None:
    """Take in FILE: JSONL with the API's interactions, or CSV with columns such as customer.phone and agent.team.

    Every row is checked first, then all are taken in together; if one of them is wrong, nothing is stored. Rows that
    were taken in before are known and change nothing, so a file may be imported again.
    """
    rows, faults = _checked(file)
    if not faults:
        services = create_services(read_settings(), has_writer=False)
        try:
            counts, faults = _take_in(services, rows, dry_run=dry_run)
        finally:
            services.close()
    if faults:
        for line in faults[:SHOWN_ERRORS]:
            click.echo(line, err=True)
        rest = f" (the first {SHOWN_ERRORS} are shown)" if len(faults) > SHOWN_ERRORS else ""
        raise click.ClickException(f"{len(faults)} faults in {file}{rest}; nothing was stored")
    words = f"{counts['invite']} to be asked, {counts['suppress']} not asked, {counts['known']} known already"
    click.echo(f"{words}; nothing was stored (dry run)" if dry_run else words)


def _take_in(services: Services, rows: Sequence[Row], *, dry_run: bool) -> tuple[dict[str, int], list[str]]:
    """Take all rows in together, or none: what came of them, and what was wrong."""
    counts: dict[str, int] = {}
    faults: list[str] = []

    def work(connection: Connection) -> None:
        counts.clear()
        faults.clear()
        counts.update(invite=0, suppress=0, known=0)
        with click.progressbar(rows, label="importing", file=sys.stderr) as bar:
            for number, body in bar:
                try:
                    with connection.begin_nested():
                        answer = services.intake.take(connection, body, clock.now())
                    counts["known" if answer.status == 200 else answer.body["decision"]] += 1
                except (Invalid, Conflict) as error:
                    faults.append(f"row {number}: {error.detail}")
        if faults or dry_run:
            raise _Undone

    with contextlib.suppress(_Undone):
        services.store.write(work)
    return counts, faults


def _checked(file: Path) -> tuple[list[Row], list[str]]:
    """The rows of the file, and what is wrong with the form of those that are no interactions."""
    rows: list[Row] = []
    faults: list[str] = []
    for number, read in _rows(file):
        try:
            given = read()
            rows.append((number, complete(given, InteractionIn.model_validate(given))))
        except ValidationError as error:
            faults += _lines(number, invalid_of(error))
        except Invalid as error:
            faults += _lines(number, error)
        except NotJson as error:
            faults.append(f"row {number}: {error}")
    return rows, faults


def _lines(number: int, error: Invalid) -> list[str]:
    return [f"row {number}: {name}: {what}" if name else f"row {number}: {what}" for name, what in error.errors]


def _rows(file: Path) -> Iterator[tuple[int, Any]]:
    """Number and reading of each row; a CSV's heading is row 1."""
    try:
        if file.suffix.lower() == ".csv" or not _begins_like_json(file):
            yield from _rows_of_csv(file)
            return
        with file.open("rb") as source:
            for number, line in enumerate(source, start=1):
                content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if content.strip():
                    yield number, partial(read_json, content)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not UTF-8 (byte {error.start}); nothing was stored") from error
    except (OSError, csv.Error) as error:
        raise click.ClickException(f"{file} cannot be read: {error}; nothing was stored") from error


def _begins_like_json(file: Path) -> bool:
    with file.open("rb") as source:
        return source.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _rows_of_csv(file: Path) -> Iterator[tuple[int, Any]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        heading = source.readline()
        source.seek(0)
        delimiter = max(_DELIMITERS, key=heading.count)
        reader = csv.reader(source, delimiter=delimiter)
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) < len(names):
            raise click.ClickException(f"{file} has a column twice; nothing was stored")
        for number, cells in enumerate(reader, start=2):
            if any(cell.strip() for cell in cells):
                yield number, partial(_nested, names, cells)


def _nested(names: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    """`customer.phone` → {"customer": {"phone": …}}; empty cells are left out, consent and duration get their types."""
    if len(cells) > len(names):
        raise NotJson(f"{len(cells)} cells under {len(names)} columns")
    body: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell == "":
            continue
        if (fault := text_fault(cell)) is not None:
            raise Invalid(fault, [(name, fault)])
        place = body
        *parents, last = name.split(".")
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise Invalid("bad columns", [(name, f"there is a column {parent!r}, too")])
        if isinstance(place.get(last), dict):
            raise Invalid("bad columns", [(name, f"there are columns {name}.…, too")])
        place[last] = _typed(last, cell)
    return body


def _typed(name: str, cell: str) -> object:
    if name == "consent":
        return _BOOLEANS.get(cell.strip().lower(), cell)
    if name == "duration_s" and cell.isascii() and cell.isdigit() and len(cell) < 12:
        return int(cell)
    return cell
