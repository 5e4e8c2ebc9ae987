"""Runs several processes in one terminal: starts them, restarts those that die, stops all of them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from common import clock

_PR_SET_PDEATHSIG = 1
STOP_S = 9.0
RESTART_S = (0.2, 0.5, 1.0, 2.0, 5.0)
STEADY_S = 30.0
"""A process that lived this long and died is restarted at once again."""


@dataclass(slots=True, kw_only=True)
class Child:
    """One process to keep running. carries_others: they talk to it while they end, so it ends after them."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    carries_others: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    restart_at: float = field(default=0.0)


class Supervisor:
    """Keeps its children running until SIGINT or SIGTERM."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._stopping = threading.Event()

    def start(self) -> None:
        """Start every child, and stop all of them when this process is told to stop."""
        signal.signal(signal.SIGTERM, self._stop_signal)
        signal.signal(signal.SIGINT, self._stop_signal)
        for child in self._children:
            self._start(child)

    def watch(self) -> None:
        """Restart what dies, until told to stop; then end everything within ten seconds."""
        while not self._stopping.wait(0.1):
            for child in self._children:
                self._look_after(child)
        self.stop()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def stop(self) -> None:
        """End every child: politely, and after a while for good."""
        end = clock.monotonic() + STOP_S
        _end([child for child in self._children if not child.carries_others], end)
        _end([child for child in self._children if child.carries_others], end)

    def _stop_signal(self, _number: int, _frame: object) -> None:
        self._stopping.set()

    def _start(self, child: Child) -> None:
        # A session of its own keeps Ctrl-C in the terminal from reaching the children before we tell them.
        child.process = subprocess.Popen(
            child.command,
            env={**os.environ, **child.environment},
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        child.started = clock.monotonic()

    def _look_after(self, child: Child) -> None:
        process = child.process
        if process is not None:
            if process.poll() is None:
                return
            if process.returncode == 0:
                return  # it said why and ended, as dispatcher and tick do on SQLite
            child.failures = 0 if clock.monotonic() - child.started > STEADY_S else child.failures + 1
            pause = RESTART_S[min(child.failures, len(RESTART_S) - 1)]
            click.echo(f"{child.name} ended with {process.returncode}; starting it again", err=True)
            child.process, child.restart_at = None, clock.monotonic() + pause
        elif clock.monotonic() >= child.restart_at:
            self._start(child)


def _end(children: Sequence[Child], end: float) -> None:
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=max(0.1, end - clock.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Ask the kernel to signal this process when its parent dies, however it dies (Linux; elsewhere nothing)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)


def zeroten_command(*arguments: str) -> list[str]:
    """The command line of one of our own processes."""
    return [sys.executable, "-m", "zeroten", *arguments]
