"""The net under the webhooks of templates: the provider's own list, asked for again and again.

Asking costs HTTP, so it has a thread of its own beside the tick. What is being reviewed, or was just spoken of, is
asked about every minute; else a quarter of an hour will do: the provider allows 200 calls an hour.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import select

from common import clock
from common.errors import Conflict, StoreUnavailable
from common.store.schema import approvals
from common.store.writer import Store
from common.template_book import TemplateBook
from common.templates.approval import Approval

log = structlog.get_logger()

LOOK_EVERY_S = 5.0
SOON_S = 60.0
SELDOM_S = 900.0
_UNDECIDED = (Approval.PENDING.value, Approval.IN_APPEAL.value)


class TemplateWatch:
    """Keeps what we know of the templates true, until it is stopped."""

    def __init__(self, store: Store, book: TemplateBook, *, monotonic: Callable[[], float] = clock.monotonic) -> None:
        self._monotonic = monotonic
        self._store = store
        self._book = book
        self._stopping = threading.Event()
        self._asked_at: float | None = None
        self._seen: tuple[Any, ...] = ()
        self._failed = ""

    def run(self) -> None:
        """Watch until `stop`."""
        while self._book.is_on and not self._stopping.is_set():
            self.once()
            self._stopping.wait(LOOK_EVERY_S)

    def stop(self) -> None:
        """End; a question that is under way is finished."""
        self._stopping.set()

    def once(self) -> bool:
        """Ask the provider if it is time; True if it was asked. One that does not answer is asked again."""
        try:
            if not self._is_time():
                return False
            self._asked_at = self._monotonic()
            self._book.sync()
            self._failed = ""
        except (Conflict, StoreUnavailable) as error:
            if str(error) != self._failed:  # once for each kind of trouble, not every minute
                log.warning("the list of templates could not be read", why=str(error))
            self._failed = str(error)
        return True

    def _is_time(self) -> bool:
        if self._asked_at is None:
            return True
        waited = self._monotonic() - self._asked_at
        if waited < SOON_S:
            return False
        with self._store.read() as connection:
            columns = (approvals.c.name, approvals.c.language, approvals.c.approval, approvals.c.components.is_(None))
            rows = connection.execute(select(*columns, approvals.c.changed_at)).all()
        seen = tuple(sorted((row.name, row.language, row.changed_at) for row in rows))
        is_news, self._seen = seen != self._seen, seen
        is_open = any(row.approval in _UNDECIDED or row[3] for row in rows)
        return is_news or is_open or waited >= SELDOM_S
