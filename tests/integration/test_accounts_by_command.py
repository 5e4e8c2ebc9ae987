"""`zeroten user` and `zeroten api-key`, as an administrator types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from common.actors import Role
from common.store.engine import Database
from common.store.migrations import migrate
from zeroten.main import cli


@pytest.fixture
def database_address(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/zeroten.db"
    opened = Database(url)
    migrate(opened)
    opened.close()
    return url


def zeroten(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, env={"ZEROTEN_DATABASE_URL": url, "ZEROTEN_CONFIG": None})


@pytest.mark.parametrize("role", ["admin", "supervisor", "analyst"])
def test_an_account_of_each_role(database_address: str, role: str) -> None:
    made = zeroten(database_address, "user", "add", "ana@example.com", "--role", role)
    assert made.exit_code == 0, made.output
    assert f"ana@example.com may sign in as {role}" in made.output
    assert "password: " in made.output
    assert role in zeroten(database_address, "user", "list").output


def test_an_account_is_a_supervisor_s_unless_said_otherwise(database_address: str) -> None:
    assert "as supervisor" in zeroten(database_address, "user", "add", "ana@example.com").output


def test_intake_is_no_role_for_people(database_address: str) -> None:
    assert zeroten(database_address, "user", "add", "ana@example.com", "--role", "intake").exit_code == 2


def test_an_account_is_disabled_and_reset(database_address: str) -> None:
    zeroten(database_address, "user", "add", "ana@example.com")
    assert zeroten(database_address, "user", "disable", "ana@example.com").exit_code == 0
    assert "disabled" in zeroten(database_address, "user", "list").output
    assert "password: " in zeroten(database_address, "user", "reset", "ana@example.com").output
    assert "active" in zeroten(database_address, "user", "list").output


@pytest.mark.parametrize("role", list(Role))
def test_a_key_of_each_role_stands_alone_on_its_line(database_address: str, role: Role) -> None:
    made = zeroten(database_address, "api-key", "create", "--name", "crm", "--role", role.value)
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith("zt_")
    assert made.stdout.count("\n") == 1
    assert zeroten(database_address, "api-key", "list").output == f"crm\t{role.value}\tactive\n"


def test_a_key_is_an_admin_s_unless_said_otherwise(database_address: str) -> None:
    zeroten(database_address, "api-key", "create", "--name", "crm")
    assert "\tadmin\t" in zeroten(database_address, "api-key", "list").output


def test_a_revoked_key_says_so(database_address: str) -> None:
    zeroten(database_address, "api-key", "create", "--name", "crm")
    assert zeroten(database_address, "api-key", "revoke", "crm").output == "crm is revoked\n"
    assert "\trevoked " in zeroten(database_address, "api-key", "list").output
