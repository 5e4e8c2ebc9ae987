"""One site: what its administrator set, checked, and the secrets that follow from it.

Nobody may show the web chat in a page unless that page's origin is named here. The signing secret is derived from the
installation's own key, the site and a number, so the database holds none, and a new number is a new secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from common.errors import Invalid
from common.sites.colours import is_colour
from common.wording import LOCALES

GRACE = timedelta(hours=24)
"""How long the secret before a rotation still counts, so that a site can change its own setting in peace."""
MAX_ORIGINS = 50
MAX_GREETING = 300
DEFAULT_COLOUR = "#24479e"
_HOST = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*"
_ORIGIN = re.compile(rf"(https?)://((?:\*\.)?{_HOST}|\[[0-9a-f:]{{2,45}}\])(?::(\d{{1,5}}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_KEY = re.compile(r"[a-z0-9]{8,32}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Position(StrEnum):
    """The corner in which the web chat stands, in reading direction: in English `end` is the right."""

    END = "end"
    START = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What an administrator sets.

    origins: who may show the web chat; none means nobody. colour: `#rrggbb`. locale: one of the shipped ones, None =
    the visitor's own. greeting: a line above the first question. has_launcher: a button for visitors who come by
    themselves. allows_anonymous: visitors for whom nobody vouches may answer. survey_key: what they are asked.
    """

    name: str
    survey_key: str
    origins: tuple[str, ...] = ()
    colour: str = DEFAULT_COLOUR
    position: Position = Position.END
    locale: str | None = None
    greeting: str | None = None
    has_launcher: bool = True
    allows_anonymous: bool = False
    is_on: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A stored site. key: public, stands in the page's source. previous_until: the secret before still counts."""

    id: str
    key: str
    settings: SiteSettings
    secret_version: int
    previous_until: datetime | None
    created_at: datetime
    updated_at: datetime

    def allows(self, origin: str) -> bool:
        """Whether a page of this exact origin may show the web chat."""
        return self.settings.is_on and any(matches(pattern, origin) for pattern in self.settings.origins)

    def secret(self, secret_key: str, version: int | None = None) -> str:
        """What the site's own server signs its visitors' tokens with: 43 characters of base64url."""
        said = f"site:{self.id}:{self.secret_version if version is None else version}"
        digest = hmac.digest(secret_key.encode("utf-8"), said.encode("ascii"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def secrets(self, secret_key: str, now: datetime) -> tuple[str, ...]:
        """The secrets that count now, the newest first."""
        found = [self.secret(secret_key)]
        if self.previous_until is not None and now < self.previous_until and self.secret_version > 1:
            found.append(self.secret(secret_key, self.secret_version - 1))
        return tuple(found)


def is_site_key(text: str) -> bool:
    """Whether `text` has the form of a site's key."""
    return _KEY.fullmatch(text) is not None


def normalized_origin(text: str) -> str | None:
    """An origin as browsers write it (lower case, no default port), or None if it is none.

    `https://*.example.org` stands for every name below `example.org`, at any depth, but not for `example.org` itself.
    """
    match = _ORIGIN.fullmatch(text.strip().lower().rstrip("/"))
    if match is None:
        return None
    scheme, host, port = match.groups()
    if port is not None and not 0 < int(port) < 65536:
        return None
    is_default = port is None or str(int(port)) == _DEFAULT_PORTS[scheme]
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{int(port)}"


def matches(pattern: str, origin: str) -> bool:
    """Whether the exact `origin` is one that `pattern` names."""
    if "*" not in pattern:
        return pattern == origin
    scheme, _, rest = pattern.partition("://*.")
    host, colon, port = rest.partition(":")
    other_scheme, _, other = origin.partition("://")
    other_host, other_colon, other_port = other.partition(":")
    return (scheme, colon, port) == (other_scheme, other_colon, other_port) and other_host.endswith(f".{host}")


def checked(given: Mapping[str, Any]) -> SiteSettings:
    """The settings in `given`, by their names in SiteSettings; what is missing has its default. Raises Invalid."""
    faults: list[tuple[str, str]] = []
    known = {field.name for field in fields(SiteSettings)}
    faults += [(name, "no such setting") for name in given if name not in known]
    found: dict[str, Any] = {}
    for name, check in _CHECKS.items():
        if name in given or name in ("name", "survey_key"):
            try:
                found[name] = check(given.get(name))
            except ValueError as fault:
                faults.append((name, str(fault)))
    if faults:
        raise Invalid("; ".join(f"{name}: {why}" for name, why in faults), faults)
    return SiteSettings(**found)


# --- one check for each setting; ValueError says in words what is wrong -----------------------------------------------


def _line(value: Any, most: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("Please fill this in.")
    if len(value.strip()) > most:
        raise ValueError(f"At most {most} characters.")
    if _CONTROLS.search(value.strip()):
        raise ValueError("One line, without control characters.")
    return value.strip()


def _origins(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or len(value) > MAX_ORIGINS:
        raise ValueError(f"A list of at most {MAX_ORIGINS} origins.")
    found = []
    for text in value:
        origin = normalized_origin(text) if isinstance(text, str) else None
        if origin is None:
            raise ValueError(f"{str(text)[:80]!r} is not an origin such as https://www.example.com")
        if len(origin.partition("://*.")[2].split(".")) == 1 and "://*." in origin:
            raise ValueError(f"{origin!r} would allow everybody under a whole top-level domain")
        found.append(origin)
    return tuple(dict.fromkeys(found))


def _colour(value: Any) -> str:
    text = value.strip().lower() if isinstance(value, str) else ""
    if not is_colour(text):
        raise ValueError("A colour as #rrggbb, for example #24479e.")
    return text


def _position(value: Any) -> Position:
    try:
        return Position(value)
    except ValueError:
        raise ValueError("One of: " + ", ".join(Position) + ".") from None


def _locale(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in LOCALES:
        raise ValueError("One of: " + ", ".join(LOCALES) + ".")
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


_CHECKS = {
    "name": lambda value: _line(value, 80),
    "survey_key": lambda value: _line(value, 64),
    "origins": _origins,
    "colour": _colour,
    "position": _position,
    "locale": _locale,
    "greeting": lambda value: None if value in (None, "") else _line(value, MAX_GREETING),
    "has_launcher": _flag,
    "allows_anonymous": _flag,
    "is_on": _flag,
}
