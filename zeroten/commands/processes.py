"""The single processes: web, dispatcher, worker, tick, sandbox."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any

import click

from common.config import BadSettings, Settings, read_settings
from zeroten.garbage import keep_what_is_loaded

SHORT_THREADS = 40
"""Requests served at once beside the streams of customers' pages: short ones, polls and the console's streams."""
DRAIN_S = 8
"""After SIGTERM, a web process that has not drained by then is killed; the whole must end within ten seconds."""


@click.command("web")
def web_command() -> None:
    """The web process. On SQLite it also sends and ticks, because SQLite wants one writing process."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from common.config import SETTINGS
    from common.store.migrations import is_current
    from zeroten.only_one import OnlyOne

    settings = read_settings()
    if not settings.get("SECRET_KEY"):
        raise BadSettings("ZEROTEN_SECRET_KEY is not set; make one with: openssl rand -hex 32")
    _say_polling(settings)
    database = _database(settings)
    if not is_current(database):
        raise BadSettings("the database is not at the newest schema; run: zeroten migrate")
    only_one = OnlyOne(database) if database.is_sqlite else None
    if only_one:
        only_one.acquire()
    database.close()
    for setting in SETTINGS:  # the worker process reads the environment again, also what came from ZEROTEN_CONFIG
        if value := settings.get(setting.name):
            os.environ[setting.variable] = value
    Granian(
        "zeroten.wsgi:create",
        factory=True,
        interface=Interfaces.WSGI,
        address=settings.text("HOST"),
        port=settings.port,
        workers=1,
        blocking_threads=SHORT_THREADS + settings.webchat_streams,
        backlog=1024,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=DRAIN_S,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


@click.command("dispatcher")
def dispatcher_command() -> None:
    """Hand messages to the providers; any number of them on PostgreSQL."""
    _run_alone(
        "dispatcher",
        lambda services: [
            _root().create_dispatcher(services, is_only_one=False),
            _root().create_herald(services),
            _root().create_messenger(services),
        ],
    )


@click.command("tick")
def tick_command() -> None:
    """Begin what is due; one is active, others stand by."""
    _run_alone(
        "tick",
        lambda services: [
            _root().create_tick(services, is_only_one=False),
            _root().create_missed(services),
            *_root().create_call_keepers(services),
            _root().create_file_keeper(services),
            _root().create_template_watch(services),
            _root().create_privacy_keeper(services),
            _root().create_aftercare(services),
        ],
    )


@click.command("worker")
def worker_command() -> None:
    """Run coarse jobs from Redis."""
    from zeroten.worker import run_worker

    settings = read_settings()
    if not settings.get("REDIS_URL"):
        raise BadSettings("the worker takes its jobs from Redis: set ZEROTEN_REDIS_URL, or use `zeroten up`")
    run_worker(settings)


@click.command("sandbox", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox_command(arguments: tuple[str, ...]) -> None:
    """The providers' emulators and the page of phones; `zeroten sandbox --help` lists its options."""
    os.execv(sys.executable, [sys.executable, "-m", "sandbox", *arguments])  # noqa: S606 - our own module


def _run_alone(name: str, create: Callable[[Any], Sequence[Any]]) -> None:
    settings = read_settings()
    database = _database(settings)
    if database.is_sqlite:
        click.echo(f"On SQLite the {name} lives inside `zeroten web` (one writing process); nothing to do here.")
        return
    database.close()
    _say_polling(settings)
    services = _root().create_services(settings, has_writer=False)
    runners = create(services)
    threads = [threading.Thread(target=runner.run, name=type(runner).__name__) for runner in runners]

    def stop(_number: int, _frame: object) -> None:
        for runner in runners:
            runner.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    keep_what_is_loaded()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    services.close()


def _root() -> Any:
    import zeroten.root

    return zeroten.root


def _database(settings: Settings) -> Any:
    from common.store.engine import Database

    return Database(settings.database_url)


def _say_polling(settings: Settings) -> None:
    if not settings.get("REDIS_URL"):
        click.echo("ZEROTEN_REDIS_URL is not set: working by polling alone.", err=True)
