"""When keys were last used: noted once a minute for each key, so that a busy caller writes no row per call."""

from __future__ import annotations

import logging
from datetime import datetime

from common.errors import StoreUnavailable
from common.store import api_keys
from common.store.writer import Store

_log = logging.getLogger(__name__)


class KeyUses:
    """What this process has noted already; others note the same key beside it, and the later instant stands."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[str, datetime] = {}

    def note(self, key_id: str, now: datetime) -> None:
        """This key let a program in. A database that cannot take the note refuses no call for it."""
        known = self._noted.get(key_id)
        if known is not None and abs(now - known) < api_keys.USED_EVERY:
            return
        self._noted[key_id] = now
        try:
            self._store.write(lambda connection: api_keys.note_use(connection, key_id, now))
        except StoreUnavailable:
            _log.warning("the use of a key was not noted", extra={"key": key_id})
