"""How people sign in to the console, and the sessions that follow.

A session is a random token in the browser and its hash in the database, so it can be ended from here: by signing out,
by a new password, by disabling the account, by twelve hours of silence or after seven days. All times here are the
system's: a moved clock must sign nobody out.

Where a second factor is set up, the right password opens no session but a half sign-in, for five minutes: a session
begins with the code.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Role, teams_of
from common.attempts import ATTEMPTS, ATTEMPTS_WITHIN, TooManyAttempts, address_subject, note_attempt
from common.audit import network_of, record
from common.clock import wall
from common.errors import Forbidden, Invalid, NotFound, ZerotenError
from common.passwords import (
    MIN_LENGTH,
    MIN_WITH_FACTOR,
    faults_in_password,
    hash_password,
    is_outdated,
    is_password,
)
from common.second_factor import SecondFactors, WrongCode
from common.store import second_factors
from common.store import users as rows
from common.store.writer import Store
from common.users import User, account_subject, factor_subject, hashed, is_email, normalized_email, user_of

IDLE = timedelta(hours=12)
LIFETIME = timedelta(days=7)
HALF = timedelta(minutes=5)
"""How long a right password waits for its code."""
_SEEN_EVERY = timedelta(minutes=1)

__all__ = [
    "ATTEMPTS",
    "ATTEMPTS_WITHIN",
    "LIFETIME",
    "Session",
    "SignIns",
    "SignedIn",
    "TooManyAttempts",
    "WrongCode",
    "WrongCredentials",
]


class WrongCredentials(ZerotenError):
    """No such account, a wrong password, or a disabled account: the words are the same for all three."""


class CodeAwaited(ZerotenError):
    """The password was right; a code of the second factor opens the session that `half` stands for."""

    def __init__(self, half: str) -> None:
        super().__init__("a code is awaited")
        self.half = half


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One living sign-in. `id` names it to its owner; it is no secret and opens nothing."""

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    agent: str
    method: str = "password"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is behind a session's token. has_factor: this user is asked for a code at each sign-in by password."""

    user: User
    session: Session
    has_factor: bool = False

    def seen_from(self, address: str | None) -> SignedIn:
        """The same, with the place for the audit log."""
        return replace(self, user=replace(self.user, network=network_of(address)))


# --- signing in -------------------------------------------------------------------------------------------------------


class SignIns:
    """Signing in and out, and the sessions in between."""

    def __init__(self, store: Store, factors: SecondFactors | None = None, *, takes_passwords: bool = True) -> None:
        """takes_passwords False: everybody comes by the identity provider."""
        self._store = store
        self._factors = factors
        self._takes_passwords = takes_passwords

    def sign_in(self, email: str, password: str, *, address: str, agent: str) -> str:
        """The token of a new session. `address` is the network address that asks, `agent` its browser's name.

        Raises WrongCredentials, TooManyAttempts, CodeAwaited where a second factor is set up, and Forbidden for an
        account that has no console, and while passwords are switched off.
        """
        if not self._takes_passwords:
            raise Forbidden("Passwords are switched off here.")
        email = normalized_email(email)
        subjects = (account_subject(email), address_subject(address))
        attempt = self._store.write(lambda connection: note_attempt(connection, subjects))
        with self._store.read() as connection:
            row = rows.find_user(connection, email) if is_email(email) else None
            factor = None if row is None else second_factors.find(connection, row.id)
        is_right = is_password(password, None if row is None else row.password_hash or None)
        if row is None or not is_right or row.disabled_at is not None:
            if row is not None:
                self._note_refusal(row, address)
            raise WrongCredentials("This e-mail address and password do not belong together.")
        if Role(row.role) is Role.INTAKE:
            raise Forbidden("This account hands interactions in; it has no console.")
        fresh_hash = hash_password(password) if is_outdated(row.password_hash) else None
        is_whole = factor is None or factor.confirmed_at is None

        def let_in(connection: Connection) -> str:
            now = wall()
            rows.delete_failures(connection, ids=attempt, subject=subjects[0], before=now - ATTEMPTS_WITHIN)
            if fresh_hash:
                rows.set_password(connection, row.id, fresh_hash)
            if is_whole:
                return _open_session(connection, row, agent, address, now)
            return _await_code(connection, row.id, now)

        token = self._store.write(let_in)
        if not is_whole:
            raise CodeAwaited(token)
        return token

    def awaits_code(self, half: str) -> User | None:
        """Whose half sign-in this is; None once it is over."""
        with self._store.read() as connection:
            row = second_factors.find_half(connection, hashed(half), wall())
        return None if row is None else user_of(row)

    def finish(self, half: str, code: str, *, address: str, agent: str) -> str:
        """The token of the session that a code opens. Raises WrongCode, TooManyAttempts, NotFound if it is over."""
        user = self.awaits_code(half)
        if user is None or self._factors is None:
            raise NotFound("this sign-in is over")
        factors, attempt = self._factors, self._factors.note(user.id)

        def let_in(connection: Connection) -> str | None:
            row, now = second_factors.find_half(connection, hashed(half), wall()), wall()
            if row is None or (by := factors.takes(connection, user.id, code)) is None:
                return None
            rows.delete_failures(connection, ids=attempt, subject=factor_subject(user.id))
            second_factors.delete_half(connection, hashed(half))
            return _open_session(connection, row, agent, address, now, factor=by)

        token = self._store.write(let_in)
        if token is None:
            with self._store.read() as connection:
                row = rows.find_user_by_id(connection, user.id)
            self._note_refusal(row, address, by="code")
            raise WrongCode("This code does not fit. The app shows a new one every half minute.")
        return token

    def open_for(self, connection: Connection, user_id: str, *, method: str, address: str, agent: str) -> str:
        """The token of a session for whom an identity provider vouches, in the caller's transaction."""
        row = rows.find_user_by_id(connection, user_id)
        if row is None or row.disabled_at is not None or Role(row.role) is Role.INTAKE:
            raise Forbidden("This account is closed.")
        return _open_session(connection, row, agent, address, wall(), method=method)

    def find(self, token: str) -> SignedIn | None:
        """Who has this token; None if its session has ended. Notes that the session is in use."""
        now, token_hash = wall(), hashed(token)
        with self._store.read() as connection:
            row = rows.find_session(connection, token_hash, now=now, idle_since=now - IDLE)
        if row is None:
            return None
        if now - row.seen_at > _SEEN_EVERY:
            self._store.write(lambda connection: rows.touch_session(connection, token_hash, now))
        user = User(
            id=row.user_id,
            email=row.user_email,
            name=row.user_name,
            role=Role(row.user_role),
            teams=teams_of(row.user_teams),
            session=token_hash[:12],
        )
        return SignedIn(user=user, session=_session(row), has_factor=row.factor_since is not None)

    def sign_out(self, user: User, token: str) -> None:
        """End this session."""

        def work(connection: Connection) -> None:
            rows.revoke_sessions(connection, user.id, wall(), only=hashed(token))
            record(connection, user.actor, "session.closed", about=user.id)

        self._store.write(work)

    def sessions(self, user: User) -> list[Session]:
        """A user's living sessions, the latest used first."""
        now = wall()
        with self._store.read() as connection:
            return [_session(r) for r in rows.list_sessions(connection, user.id, now=now, idle_since=now - IDLE)]

    def revoke(self, user: User, session_id: str) -> None:
        """End one of the user's own sessions. Raises NotFound for anyone else's."""

        def work(connection: Connection) -> int:
            count = rows.revoke_sessions(connection, user.id, wall(), only=session_id)
            if count:
                record(connection, user.actor, "session.revoked", about=user.id, count=count)
            return count

        if self._store.write(work) == 0:
            raise NotFound("no such session")

    def revoke_others(self, user: User, session: Session) -> int:
        """End all of the user's sessions but this one; returns how many."""

        def work(connection: Connection) -> int:
            count = rows.revoke_sessions(connection, user.id, wall(), but=session.id)
            if count:
                record(connection, user.actor, "session.revoked", about=user.id, count=count)
            return count

        return self._store.write(work)

    def change_password(self, user: User, current: str, new: str, *, address: str, agent: str) -> str:
        """Set a new password, end all sessions, and return the token of a new one.

        Raises WrongCredentials if `current` is not the password, TooManyAttempts, Invalid if `new` breaks a rule.
        """
        subjects = (account_subject(user.email), address_subject(address))
        attempt = self._store.write(lambda connection: note_attempt(connection, subjects))
        with self._store.read() as connection:
            row = rows.find_user(connection, user.email)
            factor = second_factors.find(connection, user.id)
        if not is_password(current, None if row is None else row.password_hash or None):
            raise WrongCredentials("This is not your current password.")
        has_factor = factor is not None and factor.confirmed_at is not None
        fault = faults_in_password(new, user.email, at_least=MIN_WITH_FACTOR if has_factor else MIN_LENGTH)
        fresh_hash = "" if fault else hash_password(new)

        def replace_it(connection: Connection) -> str:
            now = wall()
            rows.delete_failures(connection, ids=attempt)
            if fault:
                return ""
            rows.set_password(connection, user.id, fresh_hash)
            rows.revoke_sessions(connection, user.id, now)
            record(connection, user.actor, "user.password_changed", about=user.id)
            return _open_session(connection, row, agent, address, now)

        token = self._store.write(replace_it)
        if fault:
            raise Invalid(fault, [("new", fault)])
        return token

    def _note_refusal(self, row: Row[Any] | None, address: str, by: str = "password") -> None:
        """A known account was knocked at: into the log, at most as often as attempts are let through."""
        if row is not None:
            actor = replace(user_of(row), network=network_of(address)).actor
            self._store.write(lambda c: record(c, actor, "session.refused", about=row.id, by=by))


def _open_session(
    connection: Connection,
    row: Row[Any] | None,
    agent: str,
    address: str,
    now: datetime,
    *,
    method: str = "password",
    factor: str | None = None,
) -> str:
    assert row is not None
    token = secrets.token_urlsafe(32)
    rows.delete_ended_sessions(connection, row.id, before=now - LIFETIME)
    times = {"created_at": now, "seen_at": now, "expires_at": now + LIFETIME}
    values = {"token_hash": hashed(token), "user_id": row.id, "agent": agent.replace("\0", "")[:200], **times}
    rows.insert_session(connection, values | {"method": method})
    actor = replace(user_of(row), network=network_of(address), session=hashed(token)[:12]).actor
    record(connection, actor, "session.opened", about=row.id, by=method, factor=factor)
    return token


def _await_code(connection: Connection, user_id: str, now: datetime) -> str:
    half = secrets.token_urlsafe(32)
    second_factors.insert_half(connection, token_hash=hashed(half), user_id=user_id, now=now, until=now + HALF)
    return half


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.token_hash,
        user_id=row.user_id,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        agent=row.agent or "",
        method=row.method or "password",
    )
