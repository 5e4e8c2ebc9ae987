"""Named places where a test may make the process fail: killed, stopped, slow or raising.

`failpoint("name")` costs one dictionary look-up and does nothing unless `ZEROTEN_FAILPOINTS` is set *and* a clock file
is in use, that is, in tests and in the sandbox; with real providers the setting is refused (`common/config.py`).

    ZEROTEN_FAILPOINTS="outbox.after_http=kill@3;writer.before_commit=raise"

Actions: `kill` (SIGKILL), `stop` (SIGSTOP), `raise`, `sleep:SECONDS`. `@N` acts at the Nth passage only.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

NAMES = frozenset(
    {
        "webhook.before_store",
        "webhook.after_commit",
        "writer.before_commit",
        "writer.after_commit",
        "turn.after_step",
        "turn.before_outbox",
        "outbox.after_lease",
        "outbox.before_http",
        "outbox.after_http",
        "outbox.after_settle",
        "tick.before_start",
        "tick.after_start",
        "claim.before_commit",
        "reconcile.before_fix",
        "erasure.before_rows",
        "erasure.before_commit",
        "erasure.after_rows",
        "erasure.before_done",
        "sla.before_commit",
        "post.before_http",
        "post.after_http",
        "announce.before_commit",
    }
)


class FailpointReached(Exception):
    """Raised by the action `raise`."""


_active: dict[str, Callable[[], None]] = {}
_lock = threading.Lock()


def activate(specification: str) -> None:
    """Switch on these failpoints and all others off. Raises ValueError for unknown names."""
    active: dict[str, Callable[[], None]] = {}
    for part in filter(None, (piece.strip() for piece in specification.split(";"))):
        name, _, order = part.partition("=")
        if name not in NAMES:
            raise ValueError(f"no failpoint is called {name!r}")
        action, _, nth = order.partition("@")
        active[name] = _nth(_action(name, action), int(nth or 0))
    with _lock:
        _active.clear()
        _active.update(active)


def failpoint(name: str) -> None:
    """Do what the tests ordered for this place; nothing otherwise."""
    if _active and (act := _active.get(name)) is not None:
        act()


def _action(name: str, action: str) -> Callable[[], None]:
    kind, _, argument = action.partition(":")

    def act() -> None:
        if kind == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif kind == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif kind == "sleep":
            threading.Event().wait(float(argument))
        else:
            raise FailpointReached(name)

    if kind not in {"kill", "stop", "sleep", "raise"}:
        raise ValueError(f"no failpoint action is called {kind!r}")
    return act


def _nth(act: Callable[[], None], nth: int) -> Callable[[], None]:
    count = 0

    def counted() -> None:
        nonlocal count
        with _lock:
            count += 1
            due = nth in (0, count)
        if due:
            act()

    return counted
