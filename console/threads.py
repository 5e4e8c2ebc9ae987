"""A ticket as its page shows it: the thread with its turning points, and what may be done by whoever looks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor
from common.channels import Adapter, Channel
from common.files.keeping import files_by_message
from common.files.kinds import kind_named
from common.files.offering import endings, most_bytes
from common.mentions import Colleague, spans
from common.store.calls import recordings_by_message
from common.store.inbox import answers_by_message, events_named, latest_messages
from common.store.tickets import NOTE
from common.surveys import Surveys
from common.templates.shelf import INVITATIONS
from common.ticket_templates import Offer, offers
from common.tickets import again_id
from console.failures import Retry, after_failure
from console.language import _
from console.queue_words import QUEUE_EVENTS
from console.thread_words import MARKERS, answered, fate, marker, recording_words
from console.words import channel_name

MESSAGES_SHOWN = 300
MOST_OFFERS = 12
_GROUP_WITHIN = timedelta(minutes=5)


class Side(StrEnum):
    """Who speaks in a bubble."""

    CUSTOMER = "customer"
    BOT = "bot"
    PERSON = "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a thread. `kind`: day, message, note or marker; the rest is what that kind shows."""

    kind: str
    id: str
    at: datetime
    text: str = ""
    side: Side | None = None
    author: str = ""
    leads: bool = True  # the first of several in a row by the same author: carries the name
    answers: str = ""  # the questions that this message answered, in words
    delivery: str | None = None
    delivery_words: str = ""
    form: str = "text"
    recording: str | None = None  # the id of what can be played
    file: str | None = None  # the id of what the customer attached
    file_shows: str | None = None  # picture, sound or film; None = it can be saved
    file_words: str = ""
    pieces: tuple[tuple[str, bool], ...] = ()  # a note's text; True: names somebody
    advice: str = ""  # what to do about a failure
    retry: Retry | None = None


class Closed(StrEnum):
    """Why the composer takes no words from whoever looks."""

    READS_ONLY = "reads_only"
    UNCLAIMED = "unclaimed"
    OWNED = "owned"
    RESOLVED = "resolved"
    OPTED_OUT = "opted_out"
    CHANNEL_OFF = "channel_off"
    WINDOW = "window"
    TELEPHONE = "telephone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """What may be written to the customer. `closed` None = write; max_text: characters in one message.

    files: endings of what may be attached, `file_types` the same for the browser's dialogue; the rest are their limits.
    """

    closed: Closed | None
    max_text: int = 1600
    shows_segments: bool = False
    window_closes_at: datetime | None = None
    offers: tuple[Offer, ...] = ()
    files: tuple[str, ...] = ()
    file_types: str = ""
    max_file_mb: int = 0
    max_caption: int = 0

    @property
    def follow_up(self) -> Offer | None:
        """The template that one click sends."""
        return next((each for each in self.offers if each.is_one_click), None)


def composer_for(
    ticket: Row[Any], actor: Actor, *, may_act: bool, adapters: Mapping[Channel, Adapter], now: datetime
) -> Composer:
    """Whether `actor` may write on this ticket now, within which bounds. The service decides again at sending."""
    adapter = adapters.get(Channel(ticket.channel))
    if adapter is None:
        return Composer(closed=_closed_by_owner(ticket, actor, may_act) or Closed.CHANNEL_OFF)
    able = adapter.capabilities
    closes_at = None
    if able.session_window is not None:
        closes_at = ticket.last_inbound_at + able.session_window if ticket.last_inbound_at else ticket.opened_at
    closed = _closed_by_owner(ticket, actor, may_act)
    if closed is None and able.spoken:
        closed = Closed.TELEPHONE
    if closed is None and closes_at is not None and now >= closes_at:
        closed = Closed.WINDOW
    return Composer(
        closed=closed,
        max_text=able.max_text,
        shows_segments=able.shows_segments,
        window_closes_at=closes_at,
        files=tuple(endings(able)),
        file_types=",".join(able.files),
        max_file_mb=max((most_bytes(able, each) for each in able.files), default=0) // 1_048_576,
        max_caption=able.max_caption,
    )


def with_offers(
    composer: Composer, connection: Connection, surveys: Surveys, ticket: Row[Any], actor: Actor
) -> Composer:
    """The composer with the templates that may be sent instead, where the window is closed."""
    if composer.closed is not Closed.WINDOW:
        return composer
    found = [each for each in offers(connection, surveys, ticket, actor) if each.name not in INVITATIONS]
    return replace(composer, offers=tuple(found[:MOST_OFFERS]))


def _closed_by_owner(ticket: Row[Any], actor: Actor, may_act: bool) -> Closed | None:
    if not may_act:
        return Closed.READS_ONLY
    if ticket.opted_out_at is not None or ticket.blocked_at is not None:
        return Closed.OPTED_OUT
    if ticket.status == "resolved":
        return Closed.RESOLVED
    if ticket.owner is None:
        return Closed.UNCLAIMED
    return None if ticket.owner == actor.id else Closed.OWNED


def entries_of(
    connection: Connection, conversation_id: str, zone: tzinfo, people: Sequence[Colleague] = ()
) -> list[Entry]:
    """The thread from its oldest line shown to its newest, with a line at each new day in `zone`.

    people: who may be named in a note.
    """
    answered = answers_by_message(connection, conversation_id)
    spoken = recordings_by_message(connection, conversation_id)
    attached = files_by_message(connection, conversation_id)
    lines: list[tuple[int, Entry]] = []
    rows = latest_messages(connection, conversation_id, MESSAGES_SHOWN)
    again = {row.client_id for row in rows}
    for row in rows:
        entry = _recorded(_message(row, answered.get(row.id, [])), spoken.get(row.id))
        entry = _attached(entry, attached.get(row.id))
        if entry.kind == "note":
            entry = replace(entry, pieces=_pieces(entry.text, people))
        elif entry.delivery == "failed" and entry.side is Side.PERSON:
            is_over = again_id(row.id) in again
            failure = after_failure(row.error, row.kind)
            entry = replace(entry, advice=failure.advice, retry=None if is_over else failure.retry)
        lines.append((row.sequence, entry))
    for row in events_named(connection, conversation_id, [*MARKERS, *QUEUE_EVENTS], MESSAGES_SHOWN):
        lines.append((row.sequence, _event(row)))
    lines.sort(key=lambda line: line[0])
    return list(_with_days((entry for _, entry in lines), zone))


def _message(row: Row[Any], questions: Sequence[str]) -> Entry:
    side = Side.CUSTOMER if row.direction == "in" else Side.PERSON if row.author == "user" else Side.BOT
    delivery, words = fate(row, by_person=side is Side.PERSON)
    return Entry(
        kind="note" if row.kind == NOTE else "message",
        id=row.id,
        at=row.at,
        text=row.text,
        side=side,
        author=row.author_name or "",
        answers=answered(questions),
        delivery=delivery if side is not Side.CUSTOMER else None,
        delivery_words=words if side is not Side.CUSTOMER else "",
        form=row.kind,
    )


def _pieces(text: str, people: Sequence[Colleague]) -> tuple[tuple[str, bool], ...]:
    """A note in pieces, those that name a colleague marked."""
    pieces: list[tuple[str, bool]] = []
    place = 0
    for first, behind, _person in spans(text, people):
        pieces += [(text[place:first], False), (text[first:behind], True)]
        place = behind
    return tuple((piece, names) for piece, names in [*pieces, (text[place:], False)] if piece)


def _recorded(entry: Entry, recording: Row[Any] | None) -> Entry:
    """The message with what can be played of it; without words it says how long it is, or that it is gone."""
    if entry.form != "recording":
        return entry
    playable = recording.id if recording is not None and recording.state == "stored" else None
    return replace(entry, text=entry.text or recording_words(recording), recording=playable)


def _attached(entry: Entry, file: Row[Any] | None) -> Entry:
    """The message with what came with it: to be seen, played or saved, or why it cannot be."""
    if file is None:
        return entry
    # Of a customer's file the type stands in brackets, which says nothing more.
    is_bare = entry.side is Side.CUSTOMER and entry.form == "media" and entry.text.startswith("[")
    entry = replace(entry, text="" if is_bare else entry.text)
    if file.state == "stored":
        kind = kind_named(file.media_type)
        words = {"picture": _("Picture"), "sound": _("Voice note"), "film": _("Film")}.get(kind.shows or "", _("File"))
        size = f"{max(1, file.size // 1024)} kB"
        name = f"{file.name or words} · {size}"
        return replace(entry, file=file.id, file_shows=kind.shows, file_words=name)
    words = {
        "refused": _("The file is too large to be kept"),
        "failed": _("The file could not be fetched"),
        "expired": _("The file is deleted"),
    }.get(file.state, _("The file is on its way"))
    return replace(entry, file_words=words)


def _event(row: Row[Any]) -> Entry:
    words, who = marker(row)
    return Entry(kind="marker", id=f"event-{row.sequence}", at=row.at, text=words, author=who)


def _with_days(lines: Iterable[Entry], zone: tzinfo) -> Iterable[Entry]:
    day, last = None, None
    for entry in lines:
        if entry.at.astimezone(zone).date() != day:
            day, last = entry.at.astimezone(zone).date(), None
            yield Entry(kind="day", id=f"day-{day.isoformat()}", at=entry.at)
        follows = last is not None and last.kind == entry.kind == "message" and last.side is entry.side
        if follows and last and last.author == entry.author and entry.at - last.at < _GROUP_WITHIN:
            entry = replace(entry, leads=False)
        last = entry
        yield entry


def customer_title(ticket: Row[Any]) -> str:
    """The customer's name; without one, the address; for an address that only machines read, the channel."""
    if ticket.customer_name:
        return str(ticket.customer_name)
    return (
        str(ticket.address)
        if str(ticket.address).startswith("+")
        else _("%(channel)s visitor", channel=channel_name(ticket.channel))
    )
