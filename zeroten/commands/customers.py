"""`zeroten customer export|erase ID`: the copy of a person's data, and its end."""

from __future__ import annotations

import json
import threading
from functools import partial
from typing import Any

import click
from sqlalchemy import Connection

from common import clock
from common.audit import command_line, record
from common.config import BadSettings, read_settings
from common.errors import ZerotenError
from common.privacy import ordering
from common.privacy.copying import copy_of
from common.services import Services
from common.store.people import find_customer
from zeroten.root import create_erasing, create_services

LOOK_AGAIN_S = 0.5


@click.group("customer")
def customer_command() -> None:
    """A customer's own data. ID is your own id of the customer."""


@customer_command.command("export")
@click.argument("ref", metavar="ID")
def export_command(ref: str) -> None:
    """Print everything held about a customer, as one JSON document."""
    services = create_services(read_settings(), has_writer=False)
    try:
        api_url = f"{services.settings.public_url}/api/v1"

        def work(connection: Connection) -> dict[str, Any]:
            record(connection, command_line(), "customer.exported", about=find_customer(connection, ref))
            return copy_of(connection, ref, clock.now(), api_url=api_url)

        document = services.store.write(work)
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
        ordered = services.store.write(partial(_order, services=services, ref=ref))
        services.bell.ring(*ordered.rings)
        receipt = _to_the_end(services, str(ordered.receipt["id"]))
    finally:
        services.close()
    click.echo(receipt)


def _order(connection: Connection, *, services: Services, ref: str) -> ordering.Ordered:
    by = command_line()
    ordered = ordering.order(connection, services.turns, services.erased, ref=ref, by=by.id, now=clock.now())
    if ordered.is_new:
        record(connection, by, "customer.erased", about=ordered.customer_id)
    return ordered


def _to_the_end(services: Services, erasure_id: str) -> str:
    """Work on the erasure, or wait for whoever does; the receipt."""
    work = create_erasing(services)
    while True:
        with services.store.read() as connection:
            receipt = ordering.find_receipt(connection, erasure_id)
        if receipt["state"] == "done":
            return json.dumps(receipt, indent=2)
        try:
            is_done = work.work(erasure_id)
        except ZerotenError as error:
            click.echo(f"not yet: {error}; trying again", err=True)
            is_done = False
        if not is_done:
            threading.Event().wait(LOOK_AGAIN_S)
