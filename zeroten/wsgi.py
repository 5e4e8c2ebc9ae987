"""What the HTTP server's worker process loads: the application, and on SQLite the dispatcher and the tick beside it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import util
from typing import Any

from flask import Flask

from common.config import read_settings
from zeroten.root import create_app, create_dispatcher, create_services, create_tick
from zeroten.supervisor import end_with_parent


def create() -> Flask:
    """The application of one worker process; called once in it."""
    die_with_parent()
    services = create_services(read_settings(), has_writer=True)
    runners: list[Any] = []
    if services.store.database.is_sqlite:
        # One process writes to SQLite: four of them starved each other to 11 writes a second.
        runners = [create_dispatcher(services, is_only_one=True), create_tick(services, is_only_one=True)]
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
    return create_app(services)


def die_with_parent() -> None:
    """End when the parent is killed: an orphan would hold the port and be a second writer."""
    parent = os.getppid()
    end_with_parent(signal.SIGKILL)  # where the kernel does not do that, the watch does it a little later

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(0.5)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
