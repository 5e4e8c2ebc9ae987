"""The command `zeroten`. Each command lives in the module of its subject and is loaded when it is used."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from common.errors import ZerotenError

# command → (module of zeroten.commands, the one-line help shown by `zeroten --help`)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("together", "Everything in one terminal, with the sandbox instead of real providers."),
    "up": ("together", "Everything in one terminal, with real providers."),
    "web": ("processes", "The web process: webhooks, API, console, web chat."),
    "dispatcher": ("processes", "Hands messages to the providers."),
    "worker": ("processes", "Runs coarse jobs from Redis."),
    "tick": ("processes", "Begins what is due."),
    "sandbox": ("processes", "The providers' emulators and the page of phones."),
    "migrate": ("database", "Bring the database to the newest schema."),
    "doctor": ("doctor", "Check settings, database, Redis and credentials."),
    "user": ("users", "Add, disable and reset console users."),
    "audit": ("audit", "Verify the log of what people did."),
    "api-key": ("keys", "Create, list and revoke API keys."),
    "survey": ("surveys", "Load and list surveys."),
    "templates": ("templates", "Show, submit, fetch and check the wording that a provider must approve."),
    "import": ("imports", "Import interactions from CSV or JSONL."),
    "export": ("export", "Export responses, invitations or tickets."),
    "customer": ("customers", "Hand out what is held about a customer, or erase it."),
    "retention": ("retention", "End what was kept long enough."),
    "simulate": ("simulate", "Let a day of customers answer in the sandbox."),
    "score": ("figures", "How an answer is read."),
    "nps": ("figures", "The net promoter score with its interval."),
    "bench": ("bench", "The benchmarks of docs/performance.md."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"zeroten.commands.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zeroten")
def cli() -> None:
    """Asks the 0-10 question on the channel a customer just used; puts unhappy customers in front of a person."""


def main() -> Any:
    """Run the command line; our own errors are one line on standard error and exit status 1."""
    try:
        return cli(standalone_mode=True)
    except (ZerotenError, _bad_settings()) as error:
        click.echo(f"zeroten: {error}", err=True)
        sys.exit(1)


def _bad_settings() -> type[Exception]:
    from common.config import BadSettings  # imported late: `zeroten score` reads no settings

    return BadSettings
