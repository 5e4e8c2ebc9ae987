"""What a provider says of its templates, written down: webhooks as they come, its list as the truth.

A change is one row of `template_changes` and one line of log, however often it is told; what changes nothing leaves
nothing. Everything here works in the caller's transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from common import clock
from common.ids import new_id
from common.store import templates as store
from common.store.templates import Key
from common.templates.approval import Approval, Category, RemoteTemplate, TemplateNews
from common.templates.languages import code_of
from common.templates.shipped import shipped_templates
from common.templates.standing import after_news

log = structlog.get_logger()

_WORSE = frozenset({Approval.REJECTED, Approval.PAUSED, Approval.DISABLED, Approval.DELETED})
_MOVES = ("approval", "category", "quality", "reason", "expected")
"""The columns whose change is told."""
_NO_REASON = frozenset({"", "NONE"})


def record_news(connection: Connection, channel: str, news: TemplateNews, now: datetime) -> None:
    """Store one piece of a webhook's news; the same again, or older news, changes nothing."""
    key = (news.name, code_of(news.language))
    row = store.hold_approval(connection, channel, key, news.provider_id)
    if row is not None:
        key = (row.name, row.language)
    is_new = row is None or (row.approval == Approval.DELETED and news.provider_id != row.provider_id)
    current = None if is_new or row is None else Approval(row.approval)
    approval = after_news(current, news.event, news.approval) or Approval.PENDING
    columns: dict[str, Any] = {"approval": approval.value}
    if news.category is not None:
        columns |= {"category": news.category.value, "expected": None}
    if news.quality is not None:
        columns["quality"] = _quality(news.quality)
    if approval is not current:
        columns["reason"] = None if (news.reason or "").upper() in _NO_REASON else news.reason
    if isinstance(soon := news.raw.get("correct_category"), str) and news.category is None:
        columns["expected"] = soon.lower()[:16]
    if is_new:
        ours = shipped_templates().get(key)
        category = news.category or (ours.category if ours else Category.MARKETING)
        columns |= {"provider_id": news.provider_id[:64], "category": category.value, "components": None}
        columns["asked"] = (ours.category if ours else category).value
    move(connection, channel, key, row, columns, now, news.event, {})


def believe(
    connection: Connection,
    channel: str,
    listed: Sequence[RemoteTemplate],
    ours: Mapping[Key, Category],
    begun: datetime,
) -> int:
    """Take the provider's list as it stands; the number of templates that moved.

    ours: the category of each of our templates. begun: when the list was asked for; news that came since is newer.
    """
    known = store.approvals_of(connection, channel)
    moved = 0
    for remote in listed:
        key = (remote.name, code_of(remote.language))
        row = known.pop(key, None)
        if row is not None and row.changed_at > begun:
            continue
        columns: dict[str, Any] = {
            "provider_id": remote.provider_id[:64],
            "approval": remote.approval.value,
            "category": remote.category.value,
            "quality": _quality(remote.quality),
            "reason": remote.reason,
        }
        if remote.components:
            columns["components"] = [dict(part) for part in remote.components]
        if row is None:
            columns["asked"] = ours.get(key, remote.category).value
        moved += move(connection, channel, key, row, columns, clock.now(), "listed", {})
    for key, row in known.items():
        if row.approval != Approval.DELETED and row.changed_at <= begun:
            gone = {"approval": Approval.DELETED.value}
            moved += move(connection, channel, key, row, gone, clock.now(), "gone", {})
    return moved


def move(
    connection: Connection,
    channel: str,
    key: Key,
    row: Row[Any] | None,
    columns: Mapping[str, Any],
    now: datetime,
    event: str,
    data: Mapping[str, Any],
) -> bool:
    """Write how a template stands; True if what is told of it changed. data: more to tell, whatever changed."""
    before = {name: getattr(row, name) for name in _MOVES} if row is not None else {}
    after = {name: columns[name] for name in _MOVES if name in columns}
    moved = {name: value for name, value in after.items() if before.get(name) != value}
    is_other = row is None or any(columns.get(name, old) != old for name, old in _untold(row).items())
    if moved or data or is_other:
        store.put_approval(connection, channel, key, {**columns, **({"changed_at": now} if moved else {})})
    if not moved and not data:
        return False
    told = {"event": event[:64], "was": {name: before.get(name) for name in moved}, **moved, **data}
    write_down(connection, channel, key, now, "moved" if moved else event, told)
    is_worse = moved.get("approval") in _WORSE or "category" in moved or "expected" in moved
    words = {name: value for name, value in moved.items() if name != "reason"}
    if is_worse and row is not None:
        log.warning("a template can no longer be relied on", template=key[0], language=key[1], **words)
    elif moved:
        log.debug("a template moved", template=key[0], language=key[1], **words)
    return bool(moved)


def _quality(word: str | None) -> str | None:
    """The provider's word on quality; not knowing is none."""
    return None if (word or "UNKNOWN").upper() == "UNKNOWN" else str(word)[:16]


def _untold(row: Row[Any]) -> dict[str, Any]:
    """What changes without being told: it follows from what is."""
    return {"components": row.components, "provider_id": row.provider_id, "asked": row.asked}


def write_down(
    connection: Connection, channel: str, key: Key, now: datetime, what: str, data: Mapping[str, Any]
) -> None:
    """Add to a template's history."""
    store.add_change(connection, new_id("tpc"), channel, key, now, what[:32], data)


def refused_at_send(connection: Connection, channel: str, key: Key, code: str | None, now: datetime) -> None:
    """The provider would not send a template that we held for approved: until its list is read again, it is paused."""
    row = store.hold_approval(connection, channel, key)
    if row is not None and row.approval == Approval.APPROVED:
        columns = {"approval": Approval.PAUSED.value, "reason": f"refused when sent ({code})" if code else None}
        move(connection, channel, key, row, columns, now, "refused at sending", {})


def note_fallback(
    connection: Connection, channel: str, name: str, passed: Sequence[tuple[str, str]], sent: str | None, now: datetime
) -> None:
    """Write down, once for each state of things, that a nearer template could not be sent.

    passed: (language, why); sent: what was sent instead, None = nothing of the channel.
    """
    for language, why in passed:
        key = (name, language)
        row = store.approvals_of(connection, channel).get(key)
        stamp = row.changed_at.isoformat() if row is not None else ""
        digest = hashlib.sha256(f"{channel}|{name}|{language}|{why}|{stamp}|{sent}".encode()).hexdigest()[:40]
        if store.add_change(
            connection, f"fallback-{digest}", channel, key, now, "fallback", {"why": why, "sent": sent}
        ):
            log.warning("a template is passed over", template=name, language=language, why=why, sent=sent)
