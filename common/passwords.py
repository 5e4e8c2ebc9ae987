"""Passwords: the rules they keep, how they are hashed and compared, and how one is made up.

Length counts, not kinds of characters (NIST SP 800-63B-4, ASVS 5.0 6.2): 15 characters where a password is all that
is asked, 10 where a second factor is asked, too. What everybody uses is refused, be it with digits around it or twice.

Argon2id with the second recommended parameters of RFC 9106 (3 passes, 64 MiB, 4 lanes), about 50 ms on one core. One
comparison holds 64 MiB, so only a few run at once: a crowd at the door must not empty the machine's memory.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 15
"""Characters of a password that is the only thing asked for."""
MIN_WITH_FACTOR = 10
"""Characters of a password beside which a second factor is asked for."""
MIN_BY_COMMAND = 10
"""Characters of a password that is given on the command line, where whoever runs the product decides."""
MAX_LENGTH = 256
_COMMON = Path(__file__).parent / "common_passwords.txt"
_AROUND = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_SIGNS = re.compile(r"[\W_]+")
_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""The hash that an unknown account is compared with, so that it takes as long as a known one. No password gives it."""
_AT_ONCE = threading.BoundedSemaphore(4)
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def faults_in_password(password: str, email: str, *, at_least: int = MIN_LENGTH) -> str | None:
    """What is wrong with a new password, in words for the person who chose it; None = nothing."""
    folded = _normalized(password).casefold()
    if len(password) < at_least:
        return f"At least {at_least} characters, please."
    if len(password) > MAX_LENGTH:
        return f"At most {MAX_LENGTH} characters, please."
    if folded in {email.casefold(), email.casefold().partition("@")[0]}:
        return "Not your e-mail address, please: it is the first thing anyone would try."
    if len(set(folded)) < 4:
        return "Please use more than a few different characters."
    if _is_common(folded):
        return "Too many people use this one, or something very like it. A few words in a row are better."
    return None


def _is_common(folded: str) -> bool:
    """True if the password, or what is left of it without digits and signs at its ends, is one that everybody uses."""
    forms = {folded, _AROUND.sub("", folded), _SIGNS.sub("", folded)}
    forms |= {_once(each) for each in forms}
    return any(each in _common_passwords() for each in forms if len(each) > 3)


def _once(text: str) -> str:
    """The part that a text repeats, the last time perhaps in part: `1234567890` of `12345678901234`; else the text."""
    return next((text[:length] for length in range(1, len(text)) if text.startswith(text[length:])), text)


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split("\n"))


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
