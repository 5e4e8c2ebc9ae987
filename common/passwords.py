"""Passwords: the rules they keep, how they are hashed and compared, and how one is made up.

Argon2id with the second recommended parameters of RFC 9106 (3 passes, 64 MiB, 4 lanes), about 50 ms on one core. One
comparison holds 64 MiB, so only a few run at once: a crowd at the door must not empty the machine's memory.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 256
_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""The hash that an unknown account is compared with, so that it takes as long as a known one. No password gives it."""
_AT_ONCE = threading.BoundedSemaphore(4)
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def faults_in_password(password: str, email: str) -> str | None:
    """What is wrong with a new password, in words for the person who chose it; None = nothing."""
    folded = _normalized(password).casefold()
    if len(password) < MIN_LENGTH:
        return f"At least {MIN_LENGTH} characters, please."
    if len(password) > MAX_LENGTH:
        return f"At most {MAX_LENGTH} characters, please."
    if folded in {email.casefold(), email.casefold().partition("@")[0]}:
        return "Not your e-mail address, please: it is the first thing anyone would try."
    if len(set(folded)) < 4:
        return "Please use more than a few different characters."
    return None


def hash_password(password: str) -> str:
    """The hash to store; about 50 ms."""
    with _AT_ONCE:
        return _HASHER.hash(_normalized(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """True if the password gives this hash. None (nobody) takes as long and is never true."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(password_hash or NOBODY, _normalized(password[: MAX_LENGTH + 1]))
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """True if the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def make_password() -> str:
    """A password to hand over: four groups of five letters and digits that are not mistaken for each other, 98 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def _normalized(password: str) -> str:
    """One form for what keyboards type in several (NIST SP 800-63B); lone surrogates cannot be hashed."""
    return unicodedata.normalize("NFKC", password.encode("utf-8", "replace").decode("utf-8"))
