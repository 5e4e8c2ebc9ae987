"""`zeroten templates flow SURVEY LANGUAGE`: a survey as a form on WhatsApp, printed or published."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click
from sqlalchemy import Connection

from bots.whatsapp_flow import flow_json, flow_name
from common import clock
from common.audit import command_line, record
from common.channels import Channel, SendError
from common.config import Settings, read_settings
from common.errors import NotFound
from common.store.engine import Database
from common.store.writer import Store
from common.surveys import SurveyDefinition, Surveys
from common.wording import normalized


@click.command("flow")
@click.argument("survey")
@click.argument("language")
@click.option("--publish", is_flag=True, help="Publish it at Meta, and let the survey show it from now on.")
def flow_command(survey: str, language: str, publish: bool) -> None:
    """Print the newest version of SURVEY as a WhatsApp Flow in LANGUAGE, for Meta's Flow editor."""
    if normalized(language) is None:
        raise click.ClickException(f"{language!r} is no language code such as en or pt_BR")
    settings = read_settings()
    clock.use_file(settings.clock_file)
    store = Store(Database(settings.database_url))
    with store.read() as connection:
        definition = Surveys().find(connection, survey)
    if definition is None:
        raise click.ClickException(f"there is no survey {survey!r}")
    flow = flow_json(definition, language)
    if not publish:
        click.echo(json.dumps(flow, ensure_ascii=False, indent=2))
        return
    key = _publish(settings, flow_name(definition, language, clock.now()), flow)
    click.echo(f"published as Flow {key}")
    try:
        saved = store.write(lambda connection: _name(connection, survey, language, key))
    except NotFound as error:
        raise click.ClickException(f"{error}; the Flow stays at Meta, and nobody is shown it") from error
    click.echo(f"survey {saved.key}, version {saved.version}, shows it in {language} on WhatsApp")


def _publish(settings: Settings, name: str, flow: Mapping[str, Any]) -> str:
    from zeroten.root import create_whatsapp  # imported late: printing needs no adapter

    adapter = create_whatsapp(settings)
    if adapter is None:
        raise click.ClickException("WhatsApp is off: its five ZEROTEN_WHATSAPP_ credentials are not set")
    try:
        return adapter.publish_flow(name, flow)
    except SendError as error:
        raise click.ClickException(f"Meta did not publish it: {error.detail} ({error.provider_code})") from error


def _name(connection: Connection, survey: str, language: str, key: str) -> SurveyDefinition:
    """The survey's next version, which names this Flow; its newest words, whoever has saved any meanwhile."""
    surveys = Surveys()
    current = surveys.find(connection, survey)
    if current is None:
        raise NotFound(f"there is no survey {survey!r} any more")
    forms = {channel: dict(named) for channel, named in current.body["forms"].items()}
    of_whatsapp = forms.setdefault(Channel.WHATSAPP.value, {})
    spelt = next((code for code in of_whatsapp if normalized(code) == normalized(language)), language)
    of_whatsapp[spelt] = key
    body = {name: value for name, value in current.body.items() if name != "key"} | {"forms": forms}
    saved = surveys.save(connection, survey, body, clock.now())
    record(connection, command_line(), "survey.saved", about=survey, version=saved.version)
    return saved
