"""People who use the console: their accounts, how they sign in, and the sessions that follow.

A session is a random token in the browser and its hash in the database, so it can be ended from here: by signing out,
by a new password, by disabling the account, by twelve hours of silence or after seven days. All times here are the
system's: a moved clock must sign nobody out.

Attempts to sign in are written down before the password is looked at, so that a burst cannot slip through between
counting and comparing; a success takes its own rows away again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor, Role
from common.clock import wall
from common.errors import Conflict, Forbidden, Invalid, NotFound, ZerotenError
from common.ids import new_id
from common.passwords import faults_in_password, hash_password, is_outdated, is_password
from common.store import users as rows
from common.store.writer import Store

IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)
ATTEMPTS = 20
"""Wrong passwords per account and per network address within `ATTEMPTS_WITHIN`; then nobody is let in from there."""
ATTEMPTS_WITHIN = timedelta(minutes=15)
_SEEN_EVERY = timedelta(minutes=1)
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")


class WrongCredentials(ZerotenError):
    """No such account, a wrong password, or a disabled account: the words are the same for all three."""


class TooManyAttempts(ZerotenError):
    """Too many wrong passwords for this account or from this address."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many attempts to sign in")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account. `email` is normalised and unique."""

    id: str
    email: str
    name: str
    role: Role
    is_disabled: bool = False

    @property
    def actor(self) -> Actor:
        """This person as the one who acts on tickets."""
        return Actor(id=self.id, name=self.name, role=self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One living sign-in. `id` names it to its owner; it is no secret and opens nothing."""

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is behind a session's token."""

    user: User
    session: Session


# --- accounts ---------------------------------------------------------------------------------------------------------


def create_user(connection: Connection, email: str, name: str, role: Role | str, password: str) -> User:
    """Open an account. Raises Invalid (with the field), Conflict if the e-mail has one already."""
    email, name = normalized_email(email), name.strip()
    if not _is_email(email):
        raise Invalid("An e-mail address such as ana@example.com.", [("email", "not an e-mail address")])
    if not 0 < len(name) <= 120 or "\0" in name:
        raise Invalid("A name of 1 to 120 characters.", [("name", "1 to 120 characters")])
    try:
        role = Role(role)
    except ValueError as error:
        raise Invalid("One of " + ", ".join(Role) + ".", [("role", "no such role")]) from error
    if fault := faults_in_password(password, email):
        raise Invalid(fault, [("password", fault)])
    user = User(id=new_id("usr"), email=email, name=name, role=role)
    values = {"id": user.id, "email": email, "name": name, "role": role.value, "created_at": wall()}
    if not rows.insert_user(connection, {**values, "password_hash": hash_password(password)}):
        raise Conflict(f"{email} has an account already")
    return user


def disable_user(connection: Connection, email: str) -> User:
    """Close an account and end its sessions; it keeps its name in old threads. Raises NotFound."""
    row = _account(connection, email)
    rows.set_disabled(connection, row.id, wall())
    rows.revoke_sessions(connection, row.id, wall())
    return _user(row, is_disabled=True)


def reset_password(connection: Connection, email: str, password: str) -> User:
    """Give an account a new password, end its sessions, open it again if it was disabled. Raises NotFound, Invalid."""
    row = _account(connection, email)
    if fault := faults_in_password(password, row.email):
        raise Invalid(fault, [("password", fault)])
    rows.set_password(connection, row.id, hash_password(password))
    rows.set_disabled(connection, row.id, None)
    rows.revoke_sessions(connection, row.id, wall())
    rows.delete_failures(connection, subject=account_subject(row.email))
    return _user(row)


def list_users(connection: Connection) -> list[User]:
    """All accounts, by e-mail."""
    return [_user(row, is_disabled=row.disabled_at is not None) for row in rows.list_users(connection)]


def normalized_email(email: str) -> str:
    """The one form in which an e-mail address is stored and looked up."""
    return email.strip().lower()


# --- signing in -------------------------------------------------------------------------------------------------------


class SignIns:
    """Signing in and out, and the sessions in between."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def sign_in(self, email: str, password: str, *, address: str, agent: str) -> str:
        """The token of a new session. `address` is the network address that asks, `agent` its browser's name.

        Raises WrongCredentials, TooManyAttempts, and Forbidden for an account that has no console.
        """
        email = normalized_email(email)
        subjects = (account_subject(email), address_subject(address))
        attempt = self._store.write(lambda connection: note_attempt(connection, subjects))
        with self._store.read() as connection:
            row = rows.find_user(connection, email) if _is_email(email) else None
        is_right = is_password(password, None if row is None else row.password_hash)
        if row is None or not is_right or row.disabled_at is not None:
            raise WrongCredentials("This e-mail address and password do not belong together.")
        if Role(row.role) is Role.INTAKE:
            raise Forbidden("This account hands interactions in; it has no console.")
        fresh_hash = hash_password(password) if is_outdated(row.password_hash) else None

        def open_session(connection: Connection) -> str:
            now = wall()
            rows.delete_failures(connection, ids=attempt, subject=subjects[0], before=now - ATTEMPTS_WITHIN)
            rows.delete_ended_sessions(connection, row.id, before=now - LIFETIME)
            if fresh_hash:
                rows.set_password(connection, row.id, fresh_hash)
            return _open_session(connection, row.id, agent, now)

        return self._store.write(open_session)

    def find(self, token: str) -> SignedIn | None:
        """Who has this token; None if its session has ended. Notes that the session is in use."""
        now, token_hash = wall(), _hashed(token)
        with self._store.read() as connection:
            row = rows.find_session(connection, token_hash, now=now, idle_since=now - IDLE)
        if row is None:
            return None
        if now - row.seen_at > _SEEN_EVERY:
            self._store.write(lambda connection: rows.touch_session(connection, token_hash, now))
        user = User(id=row.user_id, email=row.user_email, name=row.user_name, role=Role(row.user_role))
        return SignedIn(user=user, session=_session(row))

    def sign_out(self, user: User, token: str) -> None:
        """End this session."""
        self._store.write(lambda c: rows.revoke_sessions(c, user.id, wall(), only=_hashed(token)))

    def sessions(self, user: User) -> list[Session]:
        """A user's living sessions, the latest used first."""
        now = wall()
        with self._store.read() as connection:
            return [_session(r) for r in rows.list_sessions(connection, user.id, now=now, idle_since=now - IDLE)]

    def revoke(self, user: User, session_id: str) -> None:
        """End one of the user's own sessions. Raises NotFound for anyone else's."""
        if self._store.write(lambda c: rows.revoke_sessions(c, user.id, wall(), only=session_id)) == 0:
            raise NotFound("no such session")

    def revoke_others(self, user: User, session: Session) -> int:
        """End all of the user's sessions but this one; returns how many."""
        return self._store.write(lambda c: rows.revoke_sessions(c, user.id, wall(), but=session.id))

    def change_password(self, user: User, current: str, new: str, *, address: str, agent: str) -> str:
        """Set a new password, end all sessions, and return the token of a new one.

        Raises WrongCredentials if `current` is not the password, TooManyAttempts, Invalid if `new` breaks a rule.
        """
        subjects = (account_subject(user.email), address_subject(address))
        attempt = self._store.write(lambda connection: note_attempt(connection, subjects))
        with self._store.read() as connection:
            row = rows.find_user(connection, user.email)
        if not is_password(current, None if row is None else row.password_hash):
            raise WrongCredentials("This is not your current password.")
        fault = faults_in_password(new, user.email)
        fresh_hash = "" if fault else hash_password(new)

        def replace(connection: Connection) -> str:
            now = wall()
            rows.delete_failures(connection, ids=attempt)
            if fault:
                return ""
            rows.set_password(connection, user.id, fresh_hash)
            rows.revoke_sessions(connection, user.id, now)
            return _open_session(connection, user.id, agent, now)

        token = self._store.write(replace)
        if fault:
            raise Invalid(fault, [("new", fault)])
        return token


def note_attempt(connection: Connection, subjects: tuple[str, ...]) -> list[str]:
    """Write an attempt down as failed until it proves right; returns the rows' ids. Raises TooManyAttempts."""
    now = wall()
    for subject in subjects:
        count, first_at = rows.failures_since(connection, subject, now - ATTEMPTS_WITHIN)
        if count >= ATTEMPTS and first_at is not None:
            raise TooManyAttempts(max(first_at + ATTEMPTS_WITHIN - now, timedelta(seconds=1)))
    attempt = [{"id": new_id("try"), "subject": subject, "at": now} for subject in subjects]
    rows.insert_failures(connection, attempt)
    return [str(row["id"]) for row in attempt]


def _open_session(connection: Connection, user_id: str, agent: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    times = {"created_at": now, "seen_at": now, "expires_at": now + LIFETIME}
    values = {"token_hash": _hashed(token), "user_id": user_id, "agent": agent.replace("\0", "")[:200], **times}
    rows.insert_session(connection, values)
    return token


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def account_subject(email: str) -> str:
    """An account that fails. Hashed: what strangers type is nobody's to keep, and has any length."""
    return "account:" + hashlib.sha256(email.encode("utf-8", "replace")).hexdigest()


def address_subject(address: str) -> str:
    """A place that fails: an IPv4 address, or the /64 network of an IPv6 one, which one line has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return f"address:{ipaddress.ip_network((parsed, 64), strict=False)}"
    return f"address:{getattr(parsed, 'ipv4_mapped', None) or parsed}"


def _is_email(email: str) -> bool:
    return len(email) <= 255 and _EMAIL.fullmatch(email) is not None


def _account(connection: Connection, email: str) -> Row[Any]:
    row = rows.find_user(connection, normalized_email(email))
    if row is None:
        raise NotFound(f"no account for {normalized_email(email)}")
    return row


def _user(row: Row[Any], *, is_disabled: bool = False) -> User:
    return User(id=row.id, email=row.email, name=row.name, role=Role(row.role), is_disabled=is_disabled)


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.token_hash,
        user_id=row.user_id,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        agent=row.agent or "",
    )
