"""Migrations: what they make is what the code expects, on both databases; and they only go forwards."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from common.store.engine import Database
from common.store.migrations import DatabaseIsNewer, is_current, migrate
from common.store.schema import metadata
from tests.architecture.tree import ROOT, files, shown, tree_of

VERSIONS = files("common/store/migrations/versions", ending=".py")
FROM_THE_FUTURE = "9999"


def test_a_migrated_database_is_the_schema(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_migrated_database_has_every_table_and_no_other(database: Database) -> None:
    assert set(inspect(database.engine).get_table_names()) == set(metadata.tables) | {"alembic_version"}


def test_migrating_again_changes_nothing(database: Database) -> None:
    assert is_current(database)
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO leases (name, holder, until) VALUES ('tick', 'me', '2026-01-01 00:00:00')")
        )
    first = migrate(database)
    assert migrate(database) == first
    with database.read() as connection:
        assert connection.execute(text("SELECT holder FROM leases")).scalars().all() == ["me"]


def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :future"), {"future": FROM_THE_FUTURE})
    with pytest.raises(DatabaseIsNewer, match=FROM_THE_FUTURE):
        migrate(database)
    assert not is_current(database)
    with database.read() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == FROM_THE_FUTURE


def test_the_command_says_so_in_one_line(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/zeroten.db"
    first = run_migrate(url)
    assert (first.returncode, first.stderr) == (0, "")
    opened = Database(url)
    with opened.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :future"), {"future": FROM_THE_FUTURE})
    opened.close()
    refused = run_migrate(url)
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert "install the newer version" in refused.stderr


def run_migrate(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "zeroten", "migrate"],
        env={"PATH": os.environ.get("PATH", ""), "ZEROTEN_DATABASE_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_there_is_something_to_run() -> None:
    assert VERSIONS


@pytest.mark.parametrize("path", VERSIONS, ids=shown)
def test_no_migration_runs_backwards(path: Path) -> None:
    functions = {node.name for node in ast.walk(tree_of(path)) if isinstance(node, ast.FunctionDef)}
    assert "upgrade" in functions
    assert "downgrade" not in functions


def test_migrations_follow_one_another_in_one_line() -> None:
    revisions: dict[str, str | None] = {}
    for path in VERSIONS:
        names = {
            target.id: node.value
            for node in tree_of(path).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        revision = ast.literal_eval(names["revision"])
        assert path.name.startswith(f"{revision}_")
        revisions[revision] = ast.literal_eval(names["down_revision"])
    assert list(revisions.values()) == [None, *list(revisions)[:-1]]
