"""`zeroten export responses|invitations|tickets`: rows as CSV, JSONL, a workbook or Parquet, however many there are."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click

from common import parquet_files
from common.audit import command_line, record
from common.config import read_settings
from common.exports import csv_lines, json_lines
from common.store.exporting import COLUMNS, NUMBERS, Export, rows_of
from common.workbooks import write_xlsx
from zeroten.root import create_services


class _Instant(click.ParamType[datetime]):
    """A day (its beginning in UTC) or an RFC 3339 time."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is no day such as 2026-11-22 and no time such as 2026-11-22T10:04:00+01:00", param, ctx
            )
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@click.command("export")
@click.argument("what", type=click.Choice([each.value for each in Export]))
@click.option("--format", "form", type=click.Choice(["csv", "jsonl", "xlsx", "parquet"]), required=True)
@click.option("--from", "start", type=_Instant(), help="The first instant included: a day or an RFC 3339 time.")
@click.option("--to", "end", type=_Instant(), help="The first instant no longer included.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file, complete or not there at all; else stdout.",
)
def export_command(what: str, form: str, start: datetime | None, end: datetime | None, output: Path | None) -> None:
    """Export WHAT. Cells that a spreadsheet would run as a formula begin with an apostrophe; JSONL and Parquet are as
    written. Parquet needs the extra `parquet`.

    Responses are chosen by their first answer, invitations by when they were made, tickets by when they were opened.
    """
    if output is None and form in {"xlsx", "parquet"} and sys.stdout.isatty():
        raise click.UsageError("this format does not belong on a terminal: give --output, or redirect it")
    if form == "parquet" and not parquet_files.is_installed():
        raise click.ClickException("Parquet needs pyarrow: install Zeroten with its extra `parquet`")
    if start is not None and end is not None and end <= start:
        raise click.UsageError("--to must lie after --from")
    export = Export(what)
    services = create_services(read_settings(), has_writer=False)
    try:
        rows = rows_of(services.store, export, start, end)
        with _target(output) as target:
            count = _write(target, form, export, rows)
        by, act = command_line(), f"{export.value}.exported"
        services.store.write(lambda connection: record(connection, by, act, form=form, count=count))
    finally:
        services.close()
    click.echo(f"{count} {export.value}", err=True)


def _write(target: IO[bytes], form: str, export: Export, rows: Iterable[Mapping[str, Any]]) -> int:
    columns: Sequence[str] = COLUMNS[export]
    if form == "xlsx":
        return write_xlsx(target, export.value, columns, rows)
    if form == "parquet":
        return parquet_files.write_parquet(target, columns, rows, numbers=NUMBERS)
    count = -1 if form == "csv" else 0  # the heading is no row
    for line in (csv_lines if form == "csv" else json_lines)(columns, rows):
        target.write(line.encode("utf-8"))
        count += 1
    return count


@contextmanager
def _target(output: Path | None) -> Iterator[IO[bytes]]:
    """Standard output, or a file that takes its name only when it is complete."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{output.name}.", dir=output.parent)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as target:
            yield target
        Path(name).replace(output)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
