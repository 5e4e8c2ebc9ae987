"""Canned replies: words that a team writes often, put into the composer by `/short`.

They are plain text with the placeholders of every wording, so nothing in them can do anything. Of several under one
short name, the nearest is offered: the ticket's own team before all teams, the customer's language before any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from sqlalchemy import Connection, Row

from common.actors import Actor
from common.audit import record
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.store import canned_replies as store
from common.surveys import Surveys
from common.wording import LOCALES, check_wording, fill

MAX_SHORT = 32
MAX_REPLIES = 2_000
"""Canned replies in one installation; beyond that nobody finds one."""
TAKEN_BACK_WITHIN = timedelta(days=30)
_SHORT = re.compile(rf"[^\W_][\w-]{{0,{MAX_SHORT - 1}}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """One reply. team and locale: "" = every team, every language."""

    id: str
    short: str
    team: str
    locale: str
    text: str
    updated_at: datetime
    updated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A reply as it goes into the composer of one ticket."""

    short: str
    text: str
    team: str
    locale: str


def listed(connection: Connection, actor: Actor | None = None) -> list[CannedReply]:
    """All of them, by short name; of an actor with teams, those for these teams and for everybody."""
    return [_reply(row) for row in store.rows(connection) if actor is None or not row.team or actor.sees(row.team)]


def find(connection: Connection, reply_id: str, actor: Actor) -> CannedReply:
    """One that this actor may change. Raises NotFound."""
    row = store.find(connection, reply_id)
    if row is None or row.deleted_at is not None or not may_change(row, actor):
        raise NotFound("no such canned reply")
    return _reply(row)


def may_change(reply: CannedReply | Row[Any], actor: Actor) -> bool:
    """Whoever works for some teams only leaves alone what is for others, and what is for everybody."""
    return actor.teams is None or (bool(reply.team) and reply.team in actor.teams)


def save(
    connection: Connection, reply_id: str | None, fields: Mapping[str, str], *, actor: Actor, now: datetime
) -> CannedReply:
    """Add one (None), or change it. Raises Invalid with the fields, NotFound, and Conflict for a name that is taken."""
    given = _checked(fields)
    if actor.teams is not None and given["team"] not in actor.teams - {""}:
        raise Invalid("that is not one of your teams", [("team", "one of your own teams")], code="not_your_team")
    row = {**given, "updated_at": now, "updated_by": actor.name}
    taken = store.named(connection, given["short"], given["team"], given["locale"])
    if taken is not None and taken.id != reply_id:
        if taken.deleted_at is None:
            raise Conflict(f"there is a /{given['short']} for this team and language already", code="taken")
        store.remove(connection, taken.id)
    if reply_id is None:
        if store.count(connection) >= MAX_REPLIES:
            raise Conflict(f"there are {MAX_REPLIES} canned replies already; delete some first", code="full")
        reply_id = new_id("can")
        store.add(connection, {"id": reply_id, **row})
    else:
        find(connection, reply_id, actor)
        store.change(connection, reply_id, row)
    record(connection, actor, "canned_reply.saved", about=reply_id)
    return find(connection, reply_id, actor)


def delete(connection: Connection, reply_id: str, actor: Actor, now: datetime) -> CannedReply:
    """Take one out of use; `bring_back` undoes it. Deleting it again changes nothing. Raises NotFound."""
    row = store.find(connection, reply_id)
    if row is None or not may_change(row, actor):
        raise NotFound("no such canned reply")
    if row.deleted_at is None:
        store.change(connection, reply_id, {"deleted_at": now})
        record(connection, actor, "canned_reply.deleted", about=reply_id)
    store.forget_deleted(connection, now - TAKEN_BACK_WITHIN)
    return _reply(row)


def deleted(connection: Connection, reply_id: str, actor: Actor) -> CannedReply | None:
    """One that was deleted and can be brought back."""
    row = store.find(connection, reply_id)
    return None if row is None or row.deleted_at is None or not may_change(row, actor) else _reply(row)


def bring_back(connection: Connection, reply_id: str, actor: Actor) -> CannedReply:
    """Undo a deletion. Raises NotFound if it is gone for good; a name that was given again has replaced it."""
    row = store.find(connection, reply_id)
    if row is None or not may_change(row, actor):
        raise NotFound("this canned reply is gone: another has its name now, or it was deleted long ago")
    store.change(connection, reply_id, {"deleted_at": None})
    record(connection, actor, "canned_reply.restored", about=reply_id)
    return _reply(row)


def offered(connection: Connection, surveys: Surveys, ticket: Row[Any]) -> list[Filled]:
    """What may be put into the composer of this ticket, filled in, by short name.

    ticket: a row of `common.store.inbox.find_ticket`.
    """
    language = base_language(ticket.conversation_locale)
    nearest: dict[str, CannedReply] = {}
    for each in listed(connection):
        if each.team not in ("", ticket.team or "") or base_language(each.locale) not in ("", language):
            continue
        known = nearest.get(each.short)
        if known is None or (bool(each.team), bool(each.locale)) > (bool(known.team), bool(known.locale)):
            nearest[each.short] = each
    if not nearest:
        return []
    values = _values(connection, surveys, ticket)
    return [
        Filled(short=each.short, text=fill(each.text, values), team=each.team, locale=each.locale)
        for _, each in sorted(nearest.items())
    ]


def languages() -> Sequence[str]:
    """The languages that a reply may be in."""
    return tuple(sorted(LOCALES))


def base_language(locale: str | None) -> str:
    """`nl` of `nl-BE`."""
    return (locale or "").replace("_", "-").partition("-")[0].lower()


def _values(connection: Connection, surveys: Surveys, ticket: Row[Any]) -> dict[str, str]:
    definition = surveys.get(connection, ticket.survey_key, ticket.survey_version)
    return {
        "brand": definition.brand,
        "name": ticket.customer_name or "",
        "agent": ticket.agent_name or "",
        "reference": ticket.reference or "",
        "topic": ticket.topic or "",
    }


def _checked(fields: Mapping[str, str]) -> dict[str, str]:
    short = fields.get("short", "").strip().lstrip("/").lower()
    team, locale = " ".join(fields.get("team", "").split()), fields.get("locale", "").strip()
    text = fields.get("text", "").replace("\r\n", "\n").strip()
    errors: list[tuple[str, str]] = []
    if not _SHORT.fullmatch(short):
        errors.append(("short", f"letters, digits and hyphens, at most {MAX_SHORT}"))
    if len(team) > 255 or not team.isprintable():
        errors.append(("team", "not the name of a team"))
    if locale and not _is_language(locale):
        errors.append(("locale", "no language that we know"))
    try:
        check_wording(text)
    except ValueError as error:
        errors.append(("text", str(error)))
    if errors:
        raise Invalid(f"{errors[0][0]}: {errors[0][1]}", errors)
    return {"short": short, "team": team, "locale": locale, "text": text}


def _is_language(locale: str) -> bool:
    try:
        return bool(Locale.parse(locale.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return False


def _reply(row: Row[Any]) -> CannedReply:
    names = ("id", "short", "team", "locale", "text", "updated_at")
    return CannedReply(**{name: getattr(row, name) for name in names}, updated_by=row.updated_by or "")
