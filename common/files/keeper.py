"""Fetching what customers attach, in a thread of its own beside the tick, because it costs HTTP.

What is to be done is in the rows, so that everything can be done twice and begins again where a crash has left it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from common import clock
from common.bell import FEED, Bell
from common.channels import FetchesFiles, SendError, TooLarge
from common.files import keeping
from common.files.kinds import kind_of
from common.rounds import Rounds
from common.store.writer import Store
from common.telephone.recordings import Audio, Transcriber, TranscriptionFailed

log = structlog.get_logger()

TIDY_EVERY_S = 60.0


class FileKeeper(Rounds):
    """Does the chores until it is stopped. sources: by channel, who gives files out."""

    who = "file keeper"

    def __init__(
        self,
        store: Store,
        bell: Bell,
        sources: Mapping[str, FetchesFiles],
        *,
        keep_for: timedelta,
        transcriber: Transcriber | None = None,
    ) -> None:
        """transcriber: turns voice notes into words; None = they are only played."""
        super().__init__()
        self._transcriber = transcriber
        self._store = store
        self._bell = bell
        self._sources = sources
        self._keep_for = keep_for

    def round(self) -> None:
        """Fetch what is due, and now and then let go of what was kept long enough."""
        self.fetch()
        if self.is_time("tidy", TIDY_EVERY_S):
            self.let_go()

    def fetch(self) -> int:
        """Fetch what is due; how many were looked at."""
        if not self._sources:
            return 0
        with self._store.read() as connection:
            waiting = keeping.due(connection, list(self._sources), clock.now())
        for row in waiting:
            if row.state == "stored":
                self._transcribe(row)
            else:
                self._fetch(row)
        return len(waiting)

    def let_go(self) -> int:
        """Delete what was kept long enough; how many."""
        return self._store.write(lambda connection: keeping.expire(connection, clock.now() - self._keep_for))

    def _fetch(self, row: Row[Any]) -> None:
        try:
            content = self._sources[row.channel].fetch_file(row.provider_id)
        except TooLarge:
            self._store.write(lambda connection: keeping.end(connection, row.id, "refused"))
        except SendError as error:
            log.warning("a file could not be fetched", file=row.id, why=error.code.value)
            self._store.write(lambda connection: keeping.postpone(connection, row, clock.now()))
            return
        else:
            if content is None:
                self._store.write(lambda connection: keeping.end(connection, row.id, "failed"))
            else:
                kind, kept = kind_of(content), content
                due_at = clock.now() if self._transcriber is not None and kind.shows == "sound" else None
                self._store.write(lambda connection: keeping.keep(connection, row.id, kept, kind, due_at=due_at))
        self._bell.ring(f"conversation:{row.conversation_id}", FEED)

    def _transcribe(self, row: Row[Any]) -> None:
        with self._store.read() as connection:
            content = keeping.content_of(connection, row.id)
        if content is None or self._transcriber is None:
            self._store.write(lambda connection: keeping.understood(connection, row, None))
            return
        try:
            words = self._transcriber.transcribe(Audio(data=content, media_type=row.media_type), row.locale)
        except TranscriptionFailed as error:
            log.warning("a voice note could not be transcribed", file=row.id, why=str(error))
            self._store.write(lambda connection: keeping.postpone(connection, row, clock.now()))
            return
        self._store.write(lambda connection: keeping.understood(connection, row, words))
        self._bell.ring(f"conversation:{row.conversation_id}", FEED)
