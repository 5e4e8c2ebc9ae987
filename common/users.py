"""People who use the console: their accounts, roles and teams, and the links by which they come in first.

Nobody chooses another's password: whoever is invited, or has forgotten it, gets a link that works once, for two days.
An account is never deleted, because its name stands in threads and in the audit log; it is disabled.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor, Role, Teams, teams_of
from common.audit import command_line, record
from common.clock import wall
from common.errors import Conflict, Invalid, NotFound
from common.ids import new_id
from common.passwords import MIN_BY_COMMAND, MIN_LENGTH, faults_in_password, hash_password
from common.store import second_factors, welcomes
from common.store import users as rows

WELCOME_FOR = timedelta(hours=48)
MAX_TEAMS = 50
MAX_TEAM = 255
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
PEOPLE = (Role.ADMIN, Role.SUPERVISOR, Role.ANALYST)
"""The roles that have a console."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account. `email` is normalised and unique. teams: None = all. session, network: see Actor."""

    id: str
    email: str
    name: str
    role: Role
    teams: Teams | None = None
    is_disabled: bool = False
    has_password: bool = True
    session: str = field(default="", compare=False)
    network: str = field(default="", compare=False)

    @property
    def actor(self) -> Actor:
        """This person as the one who acts on tickets."""
        return Actor(
            id=self.id, name=self.name, role=self.role, teams=self.teams, session=self.session, network=self.network
        )


# --- accounts ---------------------------------------------------------------------------------------------------------


def create_user(
    connection: Connection,
    email: str,
    name: str,
    role: Role | str,
    password: str | None,
    *,
    teams: Iterable[str] | None = None,
    by: Actor | None = None,
    at_least: int = MIN_BY_COMMAND,
) -> User:
    """Open an account; without a password it waits for a welcome link or an identity provider.

    Raises Invalid (with the field), Conflict if the e-mail has one already.
    """
    email = normalized_email(email)
    if not is_email(email):
        raise Invalid("An e-mail address such as ana@example.com.", [("email", "not an e-mail address")])
    name, role = checked_name(name), checked_role(role)
    scope = checked_teams(teams, role)
    if password is not None and (fault := faults_in_password(password, email, at_least=at_least)):
        raise Invalid(fault, [("password", fault)])
    user = User(id=new_id("usr"), email=email, name=name, role=role, teams=scope, has_password=password is not None)
    values: dict[str, Any] = {"id": user.id, "email": email, "name": name, "role": role.value, "created_at": wall()}
    values |= {"teams": stored_teams(scope), "password_hash": "" if password is None else hash_password(password)}
    if not rows.insert_user(connection, values):
        raise Conflict(f"{email} has an account already")
    record(connection, by or command_line(), "user.created", about=user.id, role=role.value, teams=stored_teams(scope))
    return user


def change_user(
    connection: Connection, user_id: str, by: Actor, *, name: str, role: Role | str, teams: Iterable[str] | None
) -> User:
    """Give an account another name, role or scope; it counts with the next click.

    Raises NotFound, Invalid, and Conflict for the last administrator.
    """
    row = _by_id(connection, user_id)
    name, role = checked_name(name), checked_role(role)
    scope = checked_teams(teams, role)
    if row.role == Role.ADMIN and role is not Role.ADMIN and row.disabled_at is None:
        _refuse_last_admin(connection, user_id)
    rows.change_user(connection, user_id, name=name, role=role.value, teams=stored_teams(scope))
    if (row.role, teams_of(row.teams)) != (role.value, scope):
        record(connection, by, "user.changed", about=user_id, role=role.value, teams=stored_teams(scope))
    return user_of(_by_id(connection, user_id))


def disable_user(connection: Connection, email: str, *, by: Actor | None = None) -> User:
    """Close an account and end its sessions; it keeps its name in old threads. Raises NotFound."""
    row = _account(connection, email)
    rows.set_disabled(connection, row.id, wall())
    rows.revoke_sessions(connection, row.id, wall())
    welcomes.forget(connection, row.id)
    record(connection, by or command_line(), "user.disabled", about=row.id)
    return user_of(_account(connection, email))


def close_account(connection: Connection, user_id: str, by: Actor) -> User:
    """As `disable_user`, for the console. Raises NotFound, and Conflict for oneself and the last administrator."""
    row = _by_id(connection, user_id)
    if user_id == by.id:
        raise Conflict("nobody closes the account that they are using", code="oneself")
    if row.role == Role.ADMIN and row.disabled_at is None:
        _refuse_last_admin(connection, user_id)
    return disable_user(connection, row.email, by=by)


def open_account(connection: Connection, user_id: str, by: Actor) -> User:
    """Let a disabled account sign in again, as it was. Raises NotFound."""
    _by_id(connection, user_id)
    rows.set_disabled(connection, user_id, None)
    record(connection, by, "user.enabled", about=user_id)
    return user_of(_by_id(connection, user_id))


def reset_password(connection: Connection, email: str, password: str, *, by: Actor | None = None) -> User:
    """Give an account a new password, end its sessions, forget its second factor, open it if it was disabled.

    Raises NotFound, Invalid.
    """
    row = _account(connection, email)
    if fault := faults_in_password(password, row.email, at_least=MIN_BY_COMMAND):
        raise Invalid(fault, [("password", fault)])
    rows.set_password(connection, row.id, hash_password(password))
    rows.set_disabled(connection, row.id, None)
    _shut(connection, row, wall())
    record(connection, by or command_line(), "user.reset", about=row.id)
    return user_of(_account(connection, email))


def reset_account(connection: Connection, user_id: str, by: Actor) -> tuple[User, str]:
    """Take away password, second factor and sessions; a link with which its user begins anew. Raises NotFound."""
    row = _by_id(connection, user_id)
    rows.set_password(connection, row.id, "")
    _shut(connection, row, wall())
    record(connection, by, "user.reset", about=row.id)
    return user_of(_by_id(connection, user_id)), welcome(connection, user_id)


def _shut(connection: Connection, row: Row[Any], now: datetime) -> None:
    """Nothing that opened this account before opens it any more."""
    rows.revoke_sessions(connection, row.id, now)
    rows.delete_failures(connection, subject=account_subject(row.email))
    rows.delete_failures(connection, subject=factor_subject(row.id))
    second_factors.forget(connection, row.id)
    welcomes.forget(connection, row.id)


def list_users(connection: Connection) -> list[User]:
    """All accounts, by e-mail."""
    return [user_of(row) for row in rows.list_users(connection)]


def find_user(connection: Connection, user_id: str) -> User:
    """One account. Raises NotFound."""
    return user_of(_by_id(connection, user_id))


# --- welcome links ----------------------------------------------------------------------------------------------------


def welcome(connection: Connection, user_id: str) -> str:
    """The token of a new link, with which this user chooses a password; earlier ones open nothing any more."""
    token, now = secrets.token_urlsafe(32), wall()
    welcomes.forget(connection, user_id)
    welcomes.insert_welcome(connection, token_hash=hashed(token), user_id=user_id, now=now, until=now + WELCOME_FOR)
    return token


def welcomed(connection: Connection, token: str) -> User:
    """Whom a link is for. Raises NotFound for one that was used, has expired, or was never given."""
    row = welcomes.find(connection, hashed(token), wall())
    if row is None:
        raise NotFound("no such link")
    return user_of(row)


def accept_welcome(connection: Connection, token: str, password: str, *, network: str) -> User:
    """Take the link and set the password that its user chose. Raises NotFound, and Invalid for the password."""
    user = welcomed(connection, token)
    if fault := faults_in_password(password, user.email, at_least=MIN_LENGTH):
        raise Invalid(fault, [("new", fault)])
    if not welcomes.use(connection, hashed(token), wall()):
        raise NotFound("no such link")
    rows.set_password(connection, user.id, hash_password(password))
    rows.revoke_sessions(connection, user.id, wall())
    actor = Actor(id=user.id, name=user.name, role=user.role, network=network)
    record(connection, actor, "user.welcomed", about=user.id)
    return user


# --- parts ------------------------------------------------------------------------------------------------------------


def normalized_email(email: str) -> str:
    """The one form in which an e-mail address is stored and looked up."""
    return email.strip().lower()


def is_email(email: str) -> bool:
    """True if a normalised address may be one."""
    return len(email) <= 255 and _EMAIL.fullmatch(email) is not None


def checked_name(name: str) -> str:
    """A name for people. Raises Invalid."""
    name = name.strip()
    if not 0 < len(name) <= 120 or "\0" in name:
        raise Invalid("A name of 1 to 120 characters.", [("name", "1 to 120 characters")])
    return name


def checked_role(role: Role | str) -> Role:
    """The role. Raises Invalid."""
    try:
        return Role(role)
    except ValueError as error:
        raise Invalid("One of " + ", ".join(Role) + ".", [("role", "no such role")]) from error


def checked_teams(teams: Iterable[str] | None, role: Role) -> Teams | None:
    """The scope; None = all teams. Raises Invalid: an administrator has no scope, and a scope has at least one team."""
    if teams is None:
        return None
    scope = frozenset(name.strip() for name in teams)
    if role is Role.ADMIN:
        raise Invalid("An administrator sees every team.", [("teams", "an administrator sees every team")])
    if not 0 < len(scope) <= MAX_TEAMS:
        raise Invalid(f"Name 1 to {MAX_TEAMS} teams.", [("teams", f"1 to {MAX_TEAMS} teams")])
    if any(len(name) > MAX_TEAM or not name.isprintable() for name in scope):
        raise Invalid("A team has a name of one line.", [("teams", "not the name of a team")])
    return scope


def stored_teams(scope: Teams | None) -> list[str] | None:
    """Teams as they are stored."""
    return None if scope is None else sorted(scope)


def hashed(token: str) -> str:
    """What is stored of a token of 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def account_subject(email: str) -> str:
    """An account that fails. Hashed: what strangers type is nobody's to keep, and has any length."""
    return "account:" + hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()


def factor_subject(user_id: str) -> str:
    """A second factor that fails."""
    return f"factor:{user_id}"


def user_of(row: Row[Any]) -> User:
    """An account from its row."""
    return User(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        teams=teams_of(row.teams),
        is_disabled=row.disabled_at is not None,
        has_password=bool(row.password_hash),
    )


def _account(connection: Connection, email: str) -> Row[Any]:
    row = rows.find_user(connection, normalized_email(email))
    if row is None:
        raise NotFound(f"no account for {normalized_email(email)}")
    return row


def _by_id(connection: Connection, user_id: str) -> Row[Any]:
    row = rows.find_user_by_id(connection, user_id)
    if row is None:
        raise NotFound("no such account")
    return row


def _refuse_last_admin(connection: Connection, user_id: str) -> None:
    if not rows.count_other_admins(connection, user_id):
        raise Conflict("this is the only administrator who can sign in", code="last_admin")
