"""`zeroten user add|disable|reset`."""

from __future__ import annotations

import click

from common.actors import Role
from common.config import read_settings
from common.passwords import make_password
from common.store.engine import Database
from common.store.writer import Store
from common.users import create_user, disable_user, list_users, reset_password

CONSOLE_ROLES = [role.value for role in (Role.ADMIN, Role.SUPERVISOR, Role.ANALYST)]
"""Spelled as in the API: an enum given to click would be called by its Python names."""


@click.group("user")
def user_command() -> None:
    """Add, disable and reset console users."""


@user_command.command("add")
@click.argument("email")
@click.option("--name", help="The name that people see; default: what stands before the @.")
@click.option("--role", type=click.Choice(CONSOLE_ROLES), default=Role.SUPERVISOR.value)
@click.option("--team", "teams", multiple=True, help="Limit to this team; several times for several. Default: all.")
@click.option("--password", help="Default: one is made and printed.")
def add_command(email: str, name: str | None, role: str, teams: tuple[str, ...], password: str | None) -> None:
    """Open an account."""
    given = password or make_password()
    user = _store().write(
        lambda connection: create_user(
            connection, email, name or email.partition("@")[0], role, given, teams=teams or None
        )
    )
    click.echo(f"{user.email} may sign in as {user.role.value}")
    if password is None:
        click.echo(f"password: {given}")


@user_command.command("disable")
@click.argument("email")
def disable_command(email: str) -> None:
    """Close an account and end its sessions."""
    user = _store().write(lambda connection: disable_user(connection, email))
    click.echo(f"{user.email} can no longer sign in")


@user_command.command("reset")
@click.argument("email")
@click.option("--password", help="Default: one is made and printed.")
def reset_command(email: str, password: str | None) -> None:
    """Give an account a new password, end its sessions, and forget its second factor."""
    given = password or make_password()
    user = _store().write(lambda connection: reset_password(connection, email, given))
    click.echo(f"{user.email} has a new password")
    if password is None:
        click.echo(f"password: {given}")


@user_command.command("list")
def list_command() -> None:
    """Everyone who may sign in: id, e-mail, name, role, state."""
    with _store().read() as connection:
        for user in list_users(connection):
            state = "disabled" if user.is_disabled else "active"
            click.echo(f"{user.id}\t{user.email}\t{user.name}\t{user.role.value}\t{state}")


def _store() -> Store:
    return Store(Database(read_settings().database_url))
