"""The second factor: a code of six digits from an authenticator app (TOTP, RFC 6238), or a recovery code.

A code counts for its own half minute and for the one before and after it, because telephones' clocks differ; none
counts twice, nor does an older one after it. The app's secret is sealed at rest, recovery codes are stored as hashes,
and wrong codes are counted like wrong passwords.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import Connection

from common.attempts import CODE_ATTEMPTS, note_attempt
from common.audit import record
from common.clock import wall
from common.errors import Conflict, ZerotenError
from common.sealing import CannotOpen, Sealer
from common.store import second_factors as rows
from common.store import users as user_rows
from common.store.writer import Store
from common.users import User, factor_subject, hashed

STEP_S = 30
RECOVERY_CODES = 10
ISSUER = "Zeroten"
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


class WrongCode(ZerotenError):
    """Not a code that counts now: mistyped, of another time, or used before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What an app is shown to begin with: the secret to type, and the address that stands in the picture."""

    secret: str
    address: str


class SecondFactors:
    """The second factors of all users."""

    def __init__(self, store: Store, sealer: Sealer) -> None:
        self._store = store
        self._sealer = sealer

    def begin(self, user: User) -> None:
        """Make a secret for a new app. Raises Conflict while another app is asked for."""
        sealed = self._sealer.seal(pyotp.random_base32(32))

        def work(connection: Connection) -> None:
            row = rows.find(connection, user.id)
            if row is not None and row.confirmed_at is not None:
                raise Conflict("an app is set up already; take it away first", code="has_factor")
            rows.begin(connection, user.id, sealed, wall())

        self._store.write(work)

    def enrolment(self, user: User) -> Enrolment | None:
        """What a new app is shown; None unless one was begun and is not confirmed."""
        with self._store.read() as connection:
            row = rows.find(connection, user.id)
        if row is None or row.confirmed_at is not None:
            return None
        try:
            secret = self._sealer.open(row.secret)
        except CannotOpen:
            return None
        address = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER)
        return Enrolment(secret=secret, address=address)

    def is_on(self, user: User) -> bool:
        """True if this user is asked for a code."""
        with self._store.read() as connection:
            row = rows.find(connection, user.id)
        return row is not None and row.confirmed_at is not None

    def codes_left(self, user: User) -> int:
        """How many recovery codes this user has left."""
        with self._store.read() as connection:
            return rows.codes_left(connection, user.id)

    def confirm(self, user: User, code: str) -> list[str]:
        """Switch the second factor on with a first code; the recovery codes, to be seen this once.

        Raises WrongCode, TooManyAttempts, and Conflict if nothing was begun.
        """
        enrolment = self.enrolment(user)
        if enrolment is None:
            raise Conflict("no app is being set up", code="not_begun")
        codes = make_codes()
        step = _step_of(enrolment.secret, code)
        attempt = self._store.write(
            lambda connection: note_attempt(connection, [factor_subject(user.id)], most=CODE_ATTEMPTS)
        )

        def work(connection: Connection) -> bool:
            if step is None or not rows.take_step(connection, user.id, step):
                return False
            user_rows.delete_failures(connection, ids=attempt)
            rows.confirm(connection, user.id, wall())
            rows.replace_codes(connection, user.id, map(hash_of_code, codes))
            record(connection, user.actor, "second_factor.confirmed", about=user.id)
            return True

        if not self._store.write(work):
            raise WrongCode("This code does not fit. The app shows a new one every half minute.")
        return codes

    def remove(self, user: User, code: str) -> None:
        """Switch it off, by whoever still has it. Raises WrongCode, TooManyAttempts."""
        self._with_code(user, code, lambda connection: _remove(connection, user))

    def renew_codes(self, user: User, code: str) -> list[str]:
        """New recovery codes, to be seen this once; the old ones open nothing. Raises WrongCode, TooManyAttempts."""
        codes = make_codes()

        def renew(connection: Connection) -> None:
            rows.replace_codes(connection, user.id, map(hash_of_code, codes))
            record(connection, user.actor, "second_factor.codes_renewed", about=user.id)

        self._with_code(user, code, renew)
        return codes

    def note(self, user_id: str) -> list[str]:
        """Write an attempt down, before `takes` looks at its code. Raises TooManyAttempts."""
        return self._store.write(
            lambda connection: note_attempt(connection, [factor_subject(user_id)], most=CODE_ATTEMPTS)
        )

    def takes(self, connection: Connection, user_id: str, code: str) -> str | None:
        """Use a code up: by what it was right (`app`, `recovery`); None = it was not. Needs a writing transaction."""
        row = rows.find(connection, user_id)
        if row is None or row.confirmed_at is None:
            return None
        if rows.use_code(connection, user_id, hash_of_code(code), wall()):
            return "recovery"
        try:
            secret = self._sealer.open(row.secret)
        except CannotOpen:
            return None
        step = _step_of(secret, code)
        if step is None or not rows.take_step(connection, user_id, step):
            return None
        if not self._sealer.is_newest(row.secret):
            rows.reseal(connection, user_id, self._sealer.seal(secret))
        return "app"

    def _with_code(self, user: User, code: str, then: object) -> None:
        attempt = self.note(user.id)

        def work(connection: Connection) -> bool:
            if self.takes(connection, user.id, code) is None:
                return False
            user_rows.delete_failures(connection, ids=attempt)
            assert callable(then)
            then(connection)
            return True

        if not self._store.write(work):
            raise WrongCode("This code does not fit. The app shows a new one every half minute.")


def _remove(connection: Connection, user: User) -> None:
    rows.forget(connection, user.id)
    record(connection, user.actor, "second_factor.removed", about=user.id)


def make_codes() -> list[str]:
    """Recovery codes of 78 bits, in groups of four."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def hash_of_code(code: str) -> str:
    """What is stored of a recovery code, however it was typed."""
    return hashed("".join(letter for letter in code.lower() if letter.isascii() and letter.isalnum()))


def _step_of(secret: str, code: str) -> int | None:
    """The half minute that a code belongs to; None if it is none of now."""
    digits = "".join(letter for letter in code if not letter.isspace())
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    totp, now = pyotp.TOTP(secret), int(wall().timestamp()) // STEP_S
    fitting = [step for step in (now, now - 1, now + 1) if hmac.compare_digest(totp.generate_otp(step), digits)]
    return fitting[0] if fitting else None
