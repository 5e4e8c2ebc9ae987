"""`zeroten audit verify`."""

from __future__ import annotations

import click

from common.config import read_settings
from common.store.audit import verify
from common.store.engine import Database


@click.group("audit")
def audit_command() -> None:
    """The log of what people did."""


@audit_command.command("verify")
@click.option("--expect", metavar="HASH", help="A hash it printed before; it must be in the chain still.")
def verify_command(expect: str | None) -> None:
    """Read the whole chain: exit status 0 and its last hash if it is whole, 1 and the place if it is not."""
    database = Database(read_settings().database_url)
    try:
        with database.read() as connection:
            verdict = verify(connection, expect=expect)
    finally:
        database.close()
    if not verdict.is_whole:
        raise click.ClickException(f"entry {verdict.position}: {verdict.fault}")
    click.echo(f"{verdict.count} entries, whole")
    click.echo(verdict.head)
