"""`zeroten migrate`."""

from __future__ import annotations

import click

from common.config import read_settings
from common.store.engine import Database
from common.store.migrations import migrate


@click.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest schema. Safe to repeat; refuses to run backwards."""
    database = Database(read_settings().database_url)
    revision = migrate(database)
    click.echo(f"the database is at revision {revision}")
