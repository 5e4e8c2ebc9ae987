"""`zeroten customer export|erase ID`: the copy of a person's data, and its end."""

from __future__ import annotations

import json
import threading

import click

from common import clock
from common.config import BadSettings, read_settings
from common.errors import ZerotenError
from common.privacy import erasing
from common.privacy.copying import copy_of
from common.services import Services
from zeroten.root import create_erasing, create_services

LOOK_AGAIN_S = 0.5
BY = "command"
"""Who asked for an erasure, on its receipt."""


@click.group("customer")
def customer_command() -> None:
    """A customer's own data. ID is your own id of the customer."""


@customer_command.command("export")
@click.argument("ref", metavar="ID")
def export_command(ref: str) -> None:
    """Print everything held about a customer, as one JSON document."""
    services = create_services(read_settings(), has_writer=False)
    try:
        audio_url = f"{services.settings.public_url}/api/v1/recordings/{{id}}"
        with services.store.read() as connection:
            document = copy_of(connection, ref, clock.now(), audio_url=audio_url)
    finally:
        services.close()
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@customer_command.command("erase")
@click.argument("ref", metavar="ID")
def erase_command(ref: str) -> None:
    """Erase a customer, wait until it is done, and print the receipt. There is no way back."""
    settings = read_settings()
    if not settings.get("SECRET_KEY"):
        raise BadSettings(
            "ZEROTEN_SECRET_KEY is not set: without the web process's key, the customer would not be known"
        )
    services = create_services(settings, has_writer=False)
    try:
        ordered = services.store.write(
            lambda c: erasing.order(c, services.turns, services.erased, ref=ref, by=BY, now=clock.now())
        )
        services.bell.ring(*ordered.rings)
        receipt = _to_the_end(services, str(ordered.receipt["id"]))
    finally:
        services.close()
    click.echo(receipt)


def _to_the_end(services: Services, erasure_id: str) -> str:
    """Work on the erasure, or wait for whoever does; the receipt."""
    work = create_erasing(services)
    while True:
        with services.store.read() as connection:
            receipt = erasing.find_receipt(connection, erasure_id)
        if receipt["state"] == "done":
            return json.dumps(receipt, indent=2)
        try:
            is_done = work.work(erasure_id)
        except ZerotenError as error:
            click.echo(f"not yet: {error}; trying again", err=True)
            is_done = False
        if not is_done:
            threading.Event().wait(LOOK_AGAIN_S)
