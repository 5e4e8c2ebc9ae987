"""`zeroten simulate`: a day of customers against a running sandbox and product, through the public doors only."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import click

from zeroten.simulation.day import Day
from zeroten.simulation.doors import Api, Refused, Sandbox, Unreachable
from zeroten.simulation.population import make_population
from zeroten.simulation.report import faults, gather, report
from zeroten.simulation.scripts import Customer

TELEGRAM_SHARE = 0.2
"""Of the customers, where the sandbox's bot knows the product."""
WHATSAPP_SHARE = 0.25
"""Of the customers, where the product speaks to the sandbox's Graph API."""
DEMO_KEY = Path("var/demo/api-key")


@click.command("simulate")
@click.option("--customers", default=200, show_default=True, type=click.IntRange(1, 5000))
@click.option("--seed", default=7, show_default=True, help="The same seed, the same people saying the same things.")
@click.option("--hours", default=8.0, show_default=True, type=click.FloatRange(0.5, 72), help="Length of the day.")
@click.option("--survey", default="support", show_default=True, help="Made with the defaults if there is none.")
@click.option("--product", default="http://127.0.0.1:8000", show_default=True)
@click.option("--sandbox", default="http://127.0.0.1:8100", show_default=True)
@click.option("--key", help=f"API key; default: ZEROTEN_API_KEY, else the running demo's in {DEMO_KEY}.")
def simulate_command(
    customers: int, seed: int, hours: float, survey: str, product: str, sandbox: str, key: str | None
) -> None:
    """Let a day of customers answer in the sandbox, and report what came of it.

    The sandbox's clock is moved; afterwards it stands more than a day later. Exit status 1 if anything was lost.
    """
    api, box = Api(product, _key(key)), Sandbox(sandbox)
    try:
        _make_survey(api, survey)
        shares = {
            "telegram": TELEGRAM_SHARE if box.has_telegram() else 0.0,
            "whatsapp": WHATSAPP_SHARE if box.has_whatsapp() else 0.0,
        }
        people = _people(api, customers, seed, shares)
        day = Day(api, box, people, survey=survey, length=timedelta(hours=hours))
        with click.progressbar(length=1000, label=f"{customers} customers, {hours:g} hours") as bar:
            shown = 0
            for share in day.pass_by():
                bar.update(round(share * 1000) - shown)
                shown = round(share * 1000)
        outcome = gather(api, people, day.happened)
    except (Unreachable, Refused) as error:
        raise click.ClickException(f"{error}\nIs `zeroten demo` running, and is this its key?") from error
    click.echo(report(outcome))
    if faults(outcome):
        raise click.exceptions.Exit(1)


def _key(given: str | None) -> str:
    if key := given or os.environ.get("ZEROTEN_API_KEY"):
        return key
    try:
        return DEMO_KEY.read_text(encoding="ascii").strip()
    except OSError as error:
        raise click.UsageError(f"no API key: give --key, or start `zeroten demo` ({DEMO_KEY} is not there)") from error


def _make_survey(api: Api, key: str) -> None:
    if api.ask("GET", f"/api/v1/surveys/{key}").status == 404:
        api.json("PUT", f"/api/v1/surveys/{key}", {"key": key, "brand": "Acme"})


def _people(api: Api, count: int, seed: int, shares: Mapping[str, float]) -> list[Customer]:
    """The seed's people. After a run with this seed they are tired of surveys: others take their places."""
    run = 1
    while api.ask("GET", f"/api/v1/interactions/sim{seed}-{run}-i0/decision").status == 200:
        run += 1
    if run > 1:
        click.echo(f"This seed was simulated before; now other people do the same (run {run}).", err=True)
    return make_population(count, seed, prefix=f"sim{seed}-{run}", **shares)
