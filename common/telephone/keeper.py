"""The telephone's chores: fetch recordings, have them transcribed, let old ones go, ask about calls that went silent.

They cost HTTP, so they have a thread of their own beside the tick. Each can be done twice, and each begins again where
a crash has left it, because what is to be done is in the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import Connection, Row

from common import clock
from common.bell import Bell
from common.channels import SendError
from common.rounds import Rounds
from common.store.writer import Store
from common.telephone import recordings
from common.telephone.news import CallNewsDesk, going
from common.telephone.recordings import Audio, Transcriber, TranscriptionFailed
from common.telephone.values import CallNews

log = structlog.get_logger()

NEWS_EVERY_S = 60.0
PROVIDER_NEEDS = timedelta(minutes=10)
"""How long the provider's own transcription may take."""
NEWS_AFTER = timedelta(minutes=15)
"""A call of which nothing was heard for so long is asked about."""


class Telephony(Protocol):
    """What the provider can be asked for. Every method raises SendError."""

    def news(self, call_sid: str) -> CallNews | None: ...

    def fetch_recording(self, provider_id: str) -> Audio | None: ...

    def forget_recording(self, provider_id: str) -> None: ...


class CallKeeper(Rounds):
    """Does the chores until it is stopped."""

    who = "call keeper"

    def __init__(
        self,
        store: Store,
        bell: Bell,
        desk: CallNewsDesk,
        telephony: Telephony,
        *,
        keep_for: timedelta,
        transcriber: Transcriber | None = None,
        provider_transcribes: bool = False,
    ) -> None:
        """provider_transcribes: the words come by webhook, for which the provider needs its copy a while longer."""
        super().__init__()
        self._store = store
        self._bell = bell
        self._desk = desk
        self._telephony = telephony
        self._keep_for = keep_for
        self._transcriber = transcriber
        self._provider_transcribes = provider_transcribes

    def round(self) -> None:
        """Fetch what is due, and now and then ask about silent calls and let go of what was kept long enough."""
        self.fetch_recordings()
        if self.is_time("news", NEWS_EVERY_S):
            self.ask_for_news()
            self.let_go()

    def fetch_recordings(self) -> int:
        """Fetch and transcribe what is due; how many were looked at."""
        waiting = self._store.write(lambda connection: recordings.due(connection, clock.now()))
        for row in waiting:
            if row.state == "stored":
                self._transcribe(row)
            else:
                self._fetch(row)
        return len(waiting)

    def ask_for_news(self) -> int:
        """Ask about calls whose end nobody told; how many."""
        now = clock.now()
        with self._store.read() as connection:
            silent = going(connection, now - NEWS_AFTER)
        for call_sid in silent:
            try:
                news = self._telephony.news(call_sid)
            except SendError as error:
                log.warning("a call could not be asked about", why=error.code.value)
                break
            if news is not None:
                self._take(lambda connection, at, news=news: self._desk.take(connection, news, at))
        return len(silent)

    def let_go(self) -> int:
        """Delete audio that was kept long enough; how many."""
        return self._store.write(lambda connection: recordings.expire(connection, clock.now() - self._keep_for))

    # --- parts ----------------------------------------------------------------------------------------------------

    def _fetch(self, row: Row[Any]) -> None:
        try:
            audio = self._telephony.fetch_recording(row.provider_id)
        except SendError as error:
            log.warning("a recording could not be fetched", recording=row.id, why=error.code.value)
            audio = None
        if audio is None:
            self._store.write(lambda connection: recordings.postpone(connection, row.id, row.attempts, clock.now()))
            return
        now = clock.now()
        is_next = self._transcriber is not None and row.transcribed_at is None
        due_at = now if is_next else now + PROVIDER_NEEDS if self._provider_transcribes else None
        self._store.write(lambda connection: recordings.keep(connection, row.id, audio, due_at=due_at))
        self._bell.ring(f"conversation:{row.conversation_id}")
        if not self._provider_transcribes:
            self._forget(row)

    def _forget(self, row: Row[Any]) -> None:
        try:
            self._telephony.forget_recording(row.provider_id)
        except SendError as error:
            log.warning("the provider keeps a recording", recording=row.id, why=error.code.value)

    def _transcribe(self, row: Row[Any]) -> None:
        if self._transcriber is None:
            self._forget(row)  # the provider has had its time for it
            self._store.write(lambda connection: recordings.finish(connection, row.id))
            return
        with self._store.read() as connection:
            audio = recordings.audio_of(connection, row.id)
        if audio is None:
            self._store.write(lambda connection: recordings.finish(connection, row.id))
            return
        try:
            words = self._transcriber.transcribe(audio, row.locale)
        except TranscriptionFailed as error:
            log.warning("a recording could not be transcribed", recording=row.id, why=str(error))
            self._store.write(lambda connection: recordings.postpone(connection, row.id, row.attempts, clock.now()))
            return
        self._take(lambda connection, at: recordings.transcribed(connection, row.provider_id, words, at))

    def _take(self, work: Callable[..., frozenset[str]]) -> None:
        def in_one(connection: Connection) -> frozenset[str]:
            now: datetime = clock.now()
            return work(connection, now)

        self._bell.ring(*self._store.write(in_one))
