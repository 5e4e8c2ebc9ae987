"""`zeroten templates status|push|pull|lint|flow`: the wording that a provider must approve, from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from sqlalchemy import Connection

from common.audit import command_line, record
from common.config import Settings, read_settings
from common.errors import Conflict
from common.services import Services
from common.template_book import Entry
from common.templates.finding import Severity
from common.templates.lint import lint
from common.templates.shipped import shipped_templates
from common.templates.template import Template, read_template
from zeroten.commands.flows import flow_command

BY = "the command line"
_STATES = {None: "may be sent", "recategorised": "recategorised as marketing; accept that in the console"}


@click.group("templates")
def templates_command() -> None:
    """Show, submit, fetch and check the wording that a provider must approve."""


@templates_command.command("status")
def status_command() -> None:
    """How every template stands; asks the provider first, if it can be asked."""
    services = _services(read_settings())
    try:
        _ask(services)
        with services.store.read() as connection:
            entries = services.templates.entries(connection).values()
        for line in _table(entries):
            click.echo(line)
    finally:
        services.close()


@templates_command.command("push")
@click.option("--name", help="Only this template.")
@click.option("--language", help="Only this language, for example pt_BR.")
@click.option("--dry-run", is_flag=True, help="Say what would be submitted, and submit nothing.")
def push_command(name: str | None, language: str | None, dry_run: bool) -> None:
    """Submit what the provider does not have as it is here."""
    services = _services(read_settings())
    try:
        book = services.templates
        if book.is_on and not dry_run:
            book.sync()  # what is there already is not asked for again
        with services.store.read() as connection:
            entries = book.entries(connection)
        wanted = [key for key in entries if name in {None, key[0]} and language in {None, key[1]}]
        if not wanted:
            raise click.ClickException("there is no such template")
        if dry_run:
            for key in wanted:
                entry = entries[key]
                click.echo(f"{_shown(key)}\t{'would be submitted' if entry.is_changed else 'is there as it is here'}")
            return
        done = book.push(BY, wanted)
        sent = [each.key for each in done if each.what in {"submitted", "edited"}]
        services.store.write(lambda connection: _log(connection, sent, "template.submitted"))
    finally:
        services.close()
    for each in done:
        click.echo(f"{_shown(each.key)}\t{each.what}{': ' + each.why if each.why else ''}")
    left = len(wanted) - len(done)
    if left:
        click.echo(f"{left} more were not tried; run this again later")
    if left or any(each.what == "refused" for each in done):
        raise click.exceptions.Exit(1)


@templates_command.command("pull")
def pull_command() -> None:
    """Fetch how the provider has them; words that were changed there become our next version."""
    services = _services(read_settings())
    try:
        adopted = services.templates.pull(BY)
        services.store.write(lambda connection: _log(connection, adopted, "template.adopted"))
    finally:
        services.close()
    for key in adopted:
        click.echo(f"{_shown(key)}\tadopted")
    click.echo(f"{len(adopted)} templates differ there and are now ours" if adopted else "nothing differs")


@templates_command.command("lint")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def lint_command(files: tuple[Path, ...]) -> None:
    """Say what the provider would refuse in FILES, or in the shipped templates; exit status 1 if anything."""
    named = dict(_read(files)) if files else {_shown(key): each for key, each in shipped_templates().items()}
    others = [*shipped_templates().values(), *named.values()]
    errors = warnings = 0
    for name, template in named.items():
        for finding in lint(template, [each for each in others if each is not template]):
            if finding.severity is Severity.NOTE:
                continue
            errors += finding.severity is Severity.ERROR
            warnings += finding.severity is Severity.WARNING
            click.echo(f"{finding.severity.value:<8}{name}: {finding.where}: {finding.message} ({finding.rule})")
    click.echo(f"{len(named)} templates, {errors} errors, {warnings} warnings")
    if errors:
        raise click.exceptions.Exit(1)


templates_command.add_command(flow_command)


def _read(files: Iterable[Path]) -> Iterator[tuple[str, Template]]:
    for file in files:
        try:
            given = json.loads(file.read_text(encoding="utf-8"))
            if not isinstance(given, dict):
                raise ValueError("a template is an object")
            yield str(file), read_template(given)
        except ValueError as error:
            raise click.ClickException(f"{file}: {error}") from error


def _services(settings: Settings) -> Services:
    from zeroten.root import create_services  # imported late: `lint` needs neither database nor network

    return create_services(settings, has_writer=False)


def _ask(services: Services) -> None:
    if not services.templates.is_on:
        click.echo("no channel that needs templates is switched on; this is what is known here", err=True)
        return
    try:
        services.templates.sync()
    except Conflict as error:
        click.echo(f"{error}; this is what was known before", err=True)


def _table(entries: Iterable[Entry]) -> Iterator[str]:
    rows = [("template", "language", "version", "approval", "category", "quality", "")]
    for entry in entries:
        name, language = entry.key
        row, obstacle = entry.row, entry.obstacle
        note = _STATES.get(obstacle, (row.reason if row is not None else "") or "must not be sent")
        if obstacle is None and entry.is_changed:
            note = "may be sent; newer words are not submitted"
        category = row.category if row is not None else entry.template.category.value
        quality = (row.quality if row is not None else None) or "-"
        version = str(entry.version or "shipped")
        rows.append((name, language, version, entry.approval.value, category, quality, note))
    widths = [max(len(line[column]) for line in rows) for column in range(6)]
    for line in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(line, widths, strict=False))
        yield ("  ".join(cells) + "  " + line[6]).rstrip()


def _shown(key: tuple[str, str]) -> str:
    return f"{key[0]} {key[1]}"


def _log(connection: Connection, keys: Iterable[tuple[str, str]], act: str) -> None:
    """Write down what was done with these templates, and by whom."""
    for key in keys:
        record(connection, command_line(), act, about="/".join(key))
