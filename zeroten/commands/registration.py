"""Telling providers where to call us, for those that take it from their own API."""

from __future__ import annotations

from collections.abc import Iterator

import click

from common.channels import Registers, SendError
from common.config import Settings


def check_registrations(settings: Settings, *, fix: bool) -> Iterator[tuple[bool, str]]:
    """What each such provider knows about our doors: right or wrong, and in words. fix: register first."""
    for channel, adapter in _registering(settings):
        try:
            if fix:
                adapter.register()
            faults = adapter.registration_faults()
        except SendError as error:
            yield (
                False,
                f"{channel}: the provider refuses or cannot be reached ({error}); check credentials and network",
            )
            continue
        for fault in faults:
            yield False, f"{channel}: {fault}"
        if not faults:
            yield True, f"{channel}: the provider accepts the credentials and knows where to call us"


def register_all(settings: Settings) -> None:
    """Register our doors, and say what could not be registered; nothing else depends on it."""
    for channel, adapter in _registering(settings):
        try:
            adapter.register()
        except SendError as error:
            click.echo(f"  {channel}: the webhook is not registered ({error}); run: zeroten doctor --fix", err=True)


def _registering(settings: Settings) -> Iterator[tuple[str, Registers]]:
    from zeroten.root import ADAPTERS  # late: the root imports half the product

    for channel, create in ADAPTERS.items():
        adapter = create(settings)
        if isinstance(adapter, Registers):
            yield channel.value, adapter
