"""What the HTTP server's worker process loads: the application, and on SQLite the dispatcher and the tick beside it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import parent_process, util
from typing import Any

from flask import Flask

from common.config import read_settings
from common.doorkeeper import Doorkeeper
from common.survey.reading import prepare
from common.wording import LOCALES
from zeroten.garbage import keep_what_is_loaded
from zeroten.root import (
    create_aftercare,
    create_app,
    create_call_keepers,
    create_dispatcher,
    create_file_keeper,
    create_herald,
    create_messenger,
    create_missed,
    create_privacy_keeper,
    create_services,
    create_template_watch,
    create_tick,
)
from zeroten.supervisor import end_with_parent


def create() -> Flask:
    """The application of one worker process; called once in it."""
    die_with_parent()
    services = create_services(read_settings(), has_writer=True)
    runners: list[Any] = [Doorkeeper(services.store)]
    if services.store.database.is_sqlite:
        # One process writes to SQLite: four of them starved each other to 11 writes a second.
        runners += [
            create_dispatcher(services, is_only_one=True),
            create_herald(services),
            create_messenger(services),
            create_aftercare(services),
            create_tick(services, is_only_one=True),
            create_missed(services),
            *create_call_keepers(services),
            create_file_keeper(services),
            create_template_watch(services),
            create_privacy_keeper(services),
        ]
    threads = [threading.Thread(target=runner.run, name=type(runner).__name__, daemon=True) for runner in runners]
    for thread in threads:
        thread.start()

    def finish() -> None:
        for runner in runners:
            runner.stop()
        for thread in threads:
            thread.join(timeout=5)
        services.close()

    util.Finalize(None, finish, exitpriority=100)
    app = create_app(services)
    threading.Thread(target=_prepare_reading, name="prepare-reading", daemon=True).start()

    def end_streams() -> None:
        app.extensions["zeroten.streams"].close()
        services.bell.close()

    _on_termination(end_streams)
    return app


def _prepare_reading() -> None:
    """The first answer in a language compiles its patterns, up to half a second: better before a customer waits.

    It is the last that a process loads.
    """
    for locale in LOCALES:
        prepare(locale)
    keep_what_is_loaded()


def _on_termination(act: Callable[[], None]) -> None:
    """Call `act` when SIGTERM or SIGINT comes, beside what the server does then.

    The server waits for open requests before it ends, and a stream is a request that would not end by itself. It sets
    its own signal handlers after this, so we listen on the wake-up descriptor, which every handled signal reaches.
    """
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)

    def wait() -> None:
        while number := os.read(readable, 1):
            if number[0] in (signal.SIGTERM, signal.SIGINT):
                act()
                return

    threading.Thread(target=wait, name="termination-watch", daemon=True).start()


def die_with_parent() -> None:
    """End when the parent is killed: an orphan would hold the port and be a second writer.

    The parent may be gone before this is called; whoever is our parent then never ends.
    """
    started_by = parent_process()
    parent = started_by.pid if started_by and started_by.pid else os.getppid()
    end_with_parent(signal.SIGKILL)  # where the kernel does not do that, the watch does it a little later
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
