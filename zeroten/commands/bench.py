"""`zeroten bench`: how fast this is, here and now, beside what the machine itself can do."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from common import clock
from zeroten.benchmarks import (
    calls,
    counting,
    dispatch,
    durable,
    exports,
    figures,
    inbox,
    reading,
    road,
    steps,
    streams,
    whatsapp,
)
from zeroten.benchmarks.machine import Meter, describe, load_average
from zeroten.benchmarks.postgres import serving
from zeroten.benchmarks.report import WIDTH, Table, replace_figures
from zeroten.benchmarks.setting import Setting

BENCHMARKS = {
    "steps": steps.run,
    "reading": reading.run,
    "durable": durable.run,
    "dispatch": dispatch.run,
    "whatsapp": whatsapp.run,
    "road": road.run,
    "calls": calls.run,
    "counting": counting.run,
    "figures": figures.run,
    "exports": exports.run,
    "inbox": inbox.run,
    "streams": streams.run,
}
WITHOUT_DATABASE = {"exports", "steps", "reading", "streams"}


@click.command("bench")
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Only these; may be repeated.")
@click.option("--quick", is_flag=True, help="Seconds instead of minutes: a look, not a measurement.")
@click.option(
    "--responses",
    type=click.IntRange(min=1_000),
    help="How many responses figures and exports are measured on; a million takes some ten minutes to make.",
)
@click.option("--database", "postgres", metavar="URL", help="A PostgreSQL server on which databases may be created.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="Where the SQLite files are made.")
@click.option("--json", "target", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here.")
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Put the figures into this page (docs/performance.md) in place of those it has.",
)
def bench_command(
    only: tuple[str, ...],
    quick: bool,
    responses: int | None,
    postgres: str | None,
    folder: Path | None,
    target: Path | None,
    page: Path | None,
) -> None:
    """The benchmarks of docs/performance.md. Makes its own databases and providers, and reaches nothing else."""
    if postgres is not None and not postgres.startswith(("postgres://", "postgresql://")):
        raise click.UsageError("--database names a PostgreSQL server; SQLite needs no server")
    if page is not None and (quick or only):
        raise click.UsageError("--page wants all of the benchmarks, and not the quick ones")
    names = [name for name in BENCHMARKS if name in only or not only]
    tables: list[Table] = []
    with _folder(folder) as made:
        machine = describe(made) | {"load before": load_average()}
        meter = Meter()
        with serving(postgres, made, is_needed=not WITHOUT_DATABASE.issuperset(names), say=_say) as (server, words):
            machine["postgresql"] = words
            setting = Setting(folder=made, postgres=server, quick=quick, say=_say, responses=responses)
            for name in names:
                _say(f"{name} …")
                for table in BENCHMARKS[name](setting):
                    tables.append(table)
                    click.echo(f"{table.as_markdown()}\n")
        others = meter.stop().others_percent
        machine["load after"] = load_average()
        machine["other programs"] = "unknown" if others is None else f"{others:.0f} % of all cores during the run"
    about = "\n".join(f"- {name}: {words}" for name, words in machine.items())
    click.echo(about)
    if page:
        figures = "\n\n".join([about, *(table.as_markdown(WIDTH) for table in tables)])
        written = replace_figures(page.read_text(encoding="utf-8"), f"{clock.wall():%-d %B %Y}:\n\n{figures}")
        page.write_text(written, encoding="utf-8")
    if target:
        report = {
            "at": clock.wall().isoformat(),
            "quick": quick,
            "machine": machine,
            "tables": [table.as_json() for table in tables],
        }
        target.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    """A new folder, in `wanted` or where temporary files go, that leaves nothing behind."""
    if wanted:
        wanted.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="zeroten-bench-", dir=wanted))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _say(words: str) -> None:
    click.echo(words, err=True)
