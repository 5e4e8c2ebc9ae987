"""`zeroten survey load FILE.toml` and `zeroten survey list`."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection, func, select

from common import clock
from common.audit import command_line, record
from common.config import read_settings
from common.errors import Invalid
from common.store.engine import Database
from common.store.schema import surveys
from common.store.writer import Store
from common.surveys import SurveyDefinition, Surveys


@click.group("survey")
def survey_command() -> None:
    """Load and list surveys."""


@survey_command.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load_command(file: Path) -> None:
    """Save the survey in FILE (TOML or JSON, the fields of the API) as its next version."""
    settings = read_settings()
    clock.use_file(settings.clock_file)
    body = read_survey(file)
    key = str(body.get("key") or file.stem)
    store = Store(Database(settings.database_url))
    try:
        saved = store.write(lambda connection: _save(connection, key, body))
    except Invalid as error:
        for field, what in error.errors:
            click.echo(f"{file}: {field}: {what}", err=True)
        raise click.exceptions.Exit(1) from error
    click.echo(f"survey {saved.key}, version {saved.version}")


def _save(connection: Connection, key: str, body: Mapping[str, Any]) -> SurveyDefinition:
    saved = Surveys().save(connection, key, body, clock.now())
    record(connection, command_line(), "survey.saved", about=key, version=saved.version)
    return saved


@survey_command.command("list")
def list_command() -> None:
    """The surveys and their newest versions."""
    store = Store(Database(read_settings().database_url))
    with store.read() as connection:
        rows = connection.execute(
            select(surveys.c.key, func.max(surveys.c.version)).group_by(surveys.c.key).order_by(surveys.c.key)
        ).all()
    for key, version in rows:
        click.echo(f"{key}\tversion {version}")
    if not rows:
        click.echo("no surveys yet; load one with: zeroten survey load FILE.toml")


def read_survey(file: Path) -> Mapping[str, Any]:
    """The survey in a TOML or JSON file. Raises ClickException if it is neither."""
    text = file.read_text(encoding="utf-8")
    try:
        body = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from error
    if not isinstance(body, dict):
        raise click.ClickException(f"{file}: expected a table")
    if body.get("quiet_hours") == []:
        body["quiet_hours"] = None  # TOML has no null
    return body
