"""Bringing a database to the newest schema, and knowing whether it is there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from common.errors import ZerotenError
from common.store.engine import Database


class DatabaseIsNewer(ZerotenError):
    """The database was migrated by a newer version of the product; an older one must not touch it."""


def migrate(database: Database) -> str:
    """Bring `database` to the newest schema and return its revision. Safe to repeat. Raises DatabaseIsNewer."""
    config = _config()
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head() or ""
    current = _current(database)
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseIsNewer(
            f"the database is at revision {current}, which this version does not know: install the newer version"
        )
    with database.write() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return newest


def is_current(database: Database) -> bool:
    """True if the database has the newest schema of this version."""
    return _current(database) == ScriptDirectory.from_config(_config()).get_current_head()


def _current(database: Database) -> str | None:
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
