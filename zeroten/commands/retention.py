"""`zeroten retention run`: end what was kept long enough."""

from __future__ import annotations

from collections.abc import Sequence

import click

from common.config import read_settings
from common.privacy.retention import Kept
from zeroten.root import create_retention, create_services


@click.group("retention")
def retention_command() -> None:
    """What is kept, and for how long."""


@retention_command.command("run")
@click.option("--dry-run", is_flag=True, help="Count what would end; change nothing.")
def run_command(dry_run: bool) -> None:
    """End everything that was kept longer than its class is. The tick does this once a day by itself."""
    services = create_services(read_settings(), has_writer=False)
    try:
        retention = create_retention(services)
        kept = retention.count() if dry_run else retention.run()
    finally:
        services.close()
    for line in _lines(kept):
        click.echo(line)
    if dry_run:
        click.echo("nothing was changed (dry run)", err=True)


def _lines(kept: Sequence[Kept]) -> list[str]:
    rows = [("class", "kept for", "table", "rows")]
    rows += [(each.until.value, f"{each.days} days", each.table, str(each.count)) for each in kept]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    return ["  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])) for row in rows]
