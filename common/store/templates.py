"""Rows of templates: our versions, how each stands with its provider, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from common.store.dialect import insert_new
from common.store.schema import approvals, template_changes, templates
from common.templates.approval import Approval, Category
from common.templates.shelf import Listed, Shelf
from common.templates.template import Template

Key = tuple[str, str]
"""A template's name and language."""


def add_version(connection: Connection, template: Template, now: datetime, by: str) -> int:
    """Keep these words as the template's next version; its number, from 1."""
    mine = (templates.c.name == template.name, templates.c.language == template.language)
    last = connection.execute(select(func.max(templates.c.version)).where(*mine)).scalar()
    version = int(last or 0) + 1
    row = {
        "name": template.name,
        "language": template.language,
        "version": version,
        "category": template.category.value,
        "components": [dict(part) for part in template.components],
        "created_at": now,
        "created_by": by,
    }
    connection.execute(insert(templates).values(**row))
    return version


def newest_versions(connection: Connection) -> dict[Key, Row[Any]]:
    """The newest version of every template that was ever edited here."""
    newest = (
        select(templates.c.name, templates.c.language, func.max(templates.c.version).label("version"))
        .group_by(templates.c.name, templates.c.language)
        .subquery()
    )
    joined = and_(
        templates.c.name == newest.c.name,
        templates.c.language == newest.c.language,
        templates.c.version == newest.c.version,
    )
    rows = connection.execute(select(templates).join(newest, joined)).all()
    return {(row.name, row.language): row for row in rows}


def versions_of(connection: Connection, key: Key, limit: int) -> Sequence[Row[Any]]:
    """The last `limit` versions of one template, the newest first."""
    name, language = key
    return connection.execute(
        select(templates)
        .where(templates.c.name == name, templates.c.language == language)
        .order_by(templates.c.version.desc())
        .limit(limit)
    ).all()


def template_of(row: Row[Any]) -> Template:
    """A row of versions as a template."""
    return Template(name=row.name, language=row.language, category=Category(row.category), components=row.components)


def approvals_of(connection: Connection, channel: str) -> dict[Key, Row[Any]]:
    """How every template of a channel stands."""
    rows = connection.execute(select(approvals).where(approvals.c.channel == channel)).all()
    return {(row.name, row.language): row for row in rows}


def hold_approval(connection: Connection, channel: str, key: Key, provider_id: str = "") -> Row[Any] | None:
    """How one template stands, by the provider's id or by name and language; nobody else changes it meanwhile."""
    name, language = key
    statement = select(approvals).where(approvals.c.channel == channel).with_for_update()
    if provider_id:
        by_id = connection.execute(statement.where(approvals.c.provider_id == provider_id)).first()
        if by_id is not None:
            return by_id
    return connection.execute(statement.where(approvals.c.name == name, approvals.c.language == language)).first()


def put_approval(connection: Connection, channel: str, key: Key, columns: Mapping[str, Any]) -> None:
    """Write columns of how a template stands; a template that was unknown needs all of them."""
    name, language = key
    mine = (approvals.c.channel == channel, approvals.c.name == name, approvals.c.language == language)
    if connection.execute(update(approvals).where(*mine).values(**columns)).rowcount == 0:
        full = {"edits": [], **columns, "channel": channel, "name": name, "language": language}
        connection.execute(insert(approvals).values(**full))


def add_change(
    connection: Connection, change_id: str, channel: str, key: Key, now: datetime, what: str, data: Mapping[str, Any]
) -> bool:
    """Write down what became of a template; False if this very change is known."""
    name, language = key
    row = {"id": change_id, "channel": channel, "name": name, "language": language, "at": now, "what": what}
    return bool(insert_new(connection, template_changes, [row | {"data": dict(data)}]))


def changes_of(connection: Connection, channel: str, key: Key, limit: int) -> Sequence[Row[Any]]:
    """The last `limit` changes of one template, the newest first."""
    name, language = key
    return connection.execute(
        select(template_changes)
        .where(
            template_changes.c.channel == channel,
            template_changes.c.name == name,
            template_changes.c.language == language,
        )
        .order_by(template_changes.c.at.desc(), template_changes.c.id)
        .limit(limit)
    ).all()


def read_shelf(connection: Connection, channel: str) -> Shelf:
    """All templates of a channel as they stand, for choosing one."""
    return Shelf.of(
        Listed(
            name=row.name,
            language=row.language,
            approval=Approval(row.approval),
            category=Category(row.category),
            asked=Category(row.asked),
            components=row.components,
        )
        for row in approvals_of(connection, channel).values()
    )
