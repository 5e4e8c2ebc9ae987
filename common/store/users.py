"""Rows of the people who use the console: accounts, sign-in sessions, and failed attempts to sign in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, or_, select, update

from common.store.schema import second_factors, sign_in_failures, user_sessions, users


def insert_user(connection: Connection, values: dict[str, Any]) -> bool:
    """Store a new account; False if its e-mail is taken."""
    taken = connection.execute(select(users.c.id).where(users.c.email == values["email"])).first()
    if taken is None:
        connection.execute(insert(users).values(**values))
    return taken is None


def find_user(connection: Connection, email: str) -> Row[Any] | None:
    """The account with this normalised e-mail."""
    return connection.execute(select(users).where(users.c.email == email)).first()


def find_user_by_id(connection: Connection, user_id: str) -> Row[Any] | None:
    """The account with this id."""
    return connection.execute(select(users).where(users.c.id == user_id)).first()


def list_users(connection: Connection) -> Sequence[Row[Any]]:
    """All accounts, by e-mail."""
    return connection.execute(select(users).order_by(users.c.email)).all()


def change_user(connection: Connection, user_id: str, **columns: Any) -> None:
    """Set columns of an account."""
    connection.execute(update(users).where(users.c.id == user_id).values(**columns))


def count_other_admins(connection: Connection, user_id: str) -> int:
    """How many administrators can sign in besides this account."""
    return connection.execute(
        select(func.count())
        .select_from(users)
        .where(users.c.role == "admin", users.c.disabled_at.is_(None), users.c.id != user_id)
    ).scalar_one()


def last_seen(connection: Connection) -> dict[str, datetime]:
    """When each user was here last, by id; whoever was not here lately is not among them."""
    statement = select(user_sessions.c.user_id, func.max(user_sessions.c.seen_at)).group_by(user_sessions.c.user_id)
    return {row[0]: row[1] for row in connection.execute(statement)}


def set_password(connection: Connection, user_id: str, password_hash: str) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(password_hash=password_hash))


def set_disabled(connection: Connection, user_id: str, at: datetime | None) -> None:
    connection.execute(update(users).where(users.c.id == user_id).values(disabled_at=at))


# --- sessions ---------------------------------------------------------------------------------------------------------


def insert_session(connection: Connection, values: dict[str, Any]) -> None:
    connection.execute(insert(user_sessions).values(**values))


def find_session(connection: Connection, token_hash: str, *, now: datetime, idle_since: datetime) -> Row[Any] | None:
    """The living session with its user's columns (labelled `user_…`); None if it has ended for whatever reason."""
    return connection.execute(
        select(
            user_sessions,
            users.c.email.label("user_email"),
            users.c.name.label("user_name"),
            users.c.role.label("user_role"),
            users.c.teams.label("user_teams"),
            second_factors.c.confirmed_at.label("factor_since"),
        )
        .join(users, users.c.id == user_sessions.c.user_id)
        .join(second_factors, second_factors.c.user_id == users.c.id, isouter=True)
        .where(
            user_sessions.c.token_hash == token_hash,
            user_sessions.c.revoked_at.is_(None),
            user_sessions.c.expires_at > now,
            user_sessions.c.seen_at > idle_since,
            users.c.disabled_at.is_(None),
        )
    ).first()


def list_sessions(connection: Connection, user_id: str, *, now: datetime, idle_since: datetime) -> Sequence[Row[Any]]:
    """A user's living sessions, the latest used first."""
    return connection.execute(
        select(user_sessions)
        .where(
            user_sessions.c.user_id == user_id,
            user_sessions.c.revoked_at.is_(None),
            user_sessions.c.expires_at > now,
            user_sessions.c.seen_at > idle_since,
        )
        .order_by(user_sessions.c.seen_at.desc())
    ).all()


def touch_session(connection: Connection, token_hash: str, now: datetime) -> None:
    """Note that the session is in use; never moves back."""
    connection.execute(
        update(user_sessions)
        .where(user_sessions.c.token_hash == token_hash, user_sessions.c.seen_at < now)
        .values(seen_at=now)
    )


def revoke_sessions(
    connection: Connection, user_id: str, now: datetime, *, only: str | None = None, but: str | None = None
) -> int:
    """End a user's sessions: all, `only` this one, or all `but` this one (by token hash). Returns how many ended."""
    statement = update(user_sessions).where(user_sessions.c.user_id == user_id, user_sessions.c.revoked_at.is_(None))
    if only is not None:
        statement = statement.where(user_sessions.c.token_hash == only)
    if but is not None:
        statement = statement.where(user_sessions.c.token_hash != but)
    return connection.execute(statement.values(revoked_at=now)).rowcount


def delete_ended_sessions(connection: Connection, user_id: str, *, before: datetime) -> None:
    """Forget sessions that ended before `before`."""
    connection.execute(
        delete(user_sessions).where(
            user_sessions.c.user_id == user_id,
            or_(user_sessions.c.expires_at < before, user_sessions.c.revoked_at < before),
        )
    )


# --- failed attempts --------------------------------------------------------------------------------------------------


def failures_since(connection: Connection, subject: str, since: datetime) -> tuple[int, datetime | None]:
    """How often `subject` failed since then, and the first time of those."""
    row = connection.execute(
        select(func.count(), func.min(sign_in_failures.c.at)).where(
            sign_in_failures.c.subject == subject, sign_in_failures.c.at > since
        )
    ).one()
    return row[0], row[1]


def insert_failures(connection: Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(sign_in_failures), rows)


def delete_failures(
    connection: Connection, *, ids: Sequence[str] = (), subject: str | None = None, before: datetime | None = None
) -> None:
    """Forget failed attempts: these, all of a subject, or all from before a time."""
    conditions: list[ColumnElement[bool]] = [sign_in_failures.c.id.in_(ids)]
    if subject is not None:
        conditions.append(sign_in_failures.c.subject == subject)
    if before is not None:
        conditions.append(sign_in_failures.c.at < before)
    connection.execute(delete(sign_in_failures).where(or_(*conditions)))
