"""`zeroten api-key create|list|revoke`."""

from __future__ import annotations

import click

from common import clock
from common.actors import Role
from common.config import read_settings
from common.store import api_keys
from common.store.engine import Database
from common.store.writer import Store


@click.group("api-key")
def api_key_command() -> None:
    """Create, list and revoke API keys."""


@api_key_command.command("create")
@click.option("--name", required=True, help="What the key is for; stands in threads as the author's name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.ADMIN.value, show_default=True)
@click.option("--team", "teams", multiple=True, help="Limit it to this team; several times for several. Default: all.")
def create_command(name: str, role: str, teams: tuple[str, ...]) -> None:
    """Make a key and print it, alone and once: only its hash is stored."""
    scope = frozenset(teams) if teams else None
    key = _store().write(
        lambda connection: api_keys.create(connection, name=name, role=Role(role), now=clock.now(), teams=scope)
    )
    click.echo(key)


@api_key_command.command("list")
def list_command() -> None:
    """The keys by name, with role and state."""
    with _store().read() as connection:
        keys = api_keys.listed(connection)
    for key in keys:
        state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "active"
        click.echo(f"{key.name}\t{key.role.value}\t{state}")
    if not keys:
        click.echo("no keys yet; make one with: zeroten api-key create --name NAME", err=True)


@api_key_command.command("revoke")
@click.argument("name")
def revoke_command(name: str) -> None:
    """Refuse a key from now on."""
    _store().write(lambda connection: api_keys.revoke(connection, name, clock.now()))
    click.echo(f"{name} is revoked")


def _store() -> Store:
    settings = read_settings()
    clock.use_file(settings.clock_file)
    return Store(Database(settings.database_url))
