"""What the models share: strict bases, bounded texts, and times that know their offset."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator
from pydantic.json_schema import WithJsonSchema

from common.outreach.zones import zone_named


class Given(BaseModel):
    """A JSON object that a caller sends: no field that we do not know, no value that we would have to guess."""

    model_config = ConfigDict(extra="forbid", strict=True)


def _without_null(schema: dict[str, Any]) -> None:
    """A parameter may be left out, but an address knows no null."""
    for name, described in schema.get("properties", {}).items():
        kinds = [kind for kind in described.get("anyOf", ()) if kind != {"type": "null"}]
        if len(kinds) == 1:
            kept = {key: value for key, value in described.items() if key not in {"anyOf", "default"}}
            schema["properties"][name] = kinds[0] | kept


class Query(BaseModel):
    """Parameters of an address: text, so numbers are read from their digits."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_null)


class Shown(BaseModel):
    """A JSON object that we answer with."""

    model_config = ConfigDict(extra="forbid")


ChannelName = Literal["whatsapp", "sms", "voice", "telegram", "webchat"]
BandName = Literal["detractor", "passive", "promoter"]
StateName = Literal["new", "score", "reason", "aspect", "handoff", "closed"]
OutcomeName = Literal["complete", "partial", "refused", "no_answer", "unreachable"]
DirectionName = Literal["inbound", "outbound"]
KindName = Literal["transactional", "relational"]
TicketStatus = Literal["open", "claimed", "waiting", "resolved"]
Resolution = Literal["recovered", "explained", "no_contact", "escalated"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_RFC3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?)([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{1,8}){0,4}")
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def read_time(text: str) -> datetime:
    """An RFC 3339 time as UTC. Raises ValueError."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("a time as in RFC 3339 with an offset, such as 2026-11-22T10:04:00+01:00")
    day, clock, offset = match.groups()
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset.upper()}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("there is no such time") from error


def _checked_time(text: str) -> str:
    if not _EARLIEST <= read_time(text) < _LATEST:
        raise ValueError("a time between the years 2000 and 2100")
    return text


def _query_time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if _DAY.fullmatch(value):
        return read_time(f"{value}T00:00:00Z")
    return read_time(value.replace(" ", "+"))  # an unescaped + in an address arrives as a space


def _checked_zone(name: str) -> str:
    if zone_named(name) is None:
        raise ValueError("an IANA time zone such as Europe/Amsterdam")
    return name


def _checked_locale(name: str) -> str:
    if not _LOCALE.fullmatch(name):
        raise ValueError("a language code such as nl or pt_BR")
    return name


def _without_controls(text: str) -> str:
    if _CONTROLS.search(text):
        raise ValueError("must not hold control characters")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _checked_chat(value: Any, longest: int = 64) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53
    if not is_number and not (isinstance(value, str) and len(value) <= longest and not _CONTROLS.search(value)):
        raise ValueError("an id as text or as a whole number")
    return value


LONGEST_USER_ID = 140


def _checked_user(value: Any) -> Any:
    return _checked_chat(value, LONGEST_USER_ID)


_PLAIN = {"pattern": r"^[^\x00-\x1f\x7f-\x9f]*$"}
Reference = Annotated[
    str, Field(min_length=1, max_length=255, json_schema_extra=_PLAIN), AfterValidator(_without_controls)
]
"""An id that the caller gives out."""
Label = Annotated[str, Field(max_length=255, json_schema_extra=_PLAIN), AfterValidator(_without_controls)]
Reply = Annotated[
    str, Field(min_length=1, max_length=4000, json_schema_extra={"pattern": r"\S"}), AfterValidator(_not_blank)
]
ChatId = Annotated[
    Any,
    PlainValidator(_checked_chat),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": 64}, {"type": "integer"}]}),
]
"""What a provider calls a customer: text, or a number that JSON holds exactly."""
UserId = Annotated[
    Any,
    PlainValidator(_checked_user),
    WithJsonSchema({"anyOf": [{"type": "string", "maxLength": LONGEST_USER_ID}, {"type": "integer"}]}),
]
"""A user id of Meta's: a country, a dot, and up to 128 letters and digits."""
Time = Annotated[str, Field(max_length=40, json_schema_extra={"format": "date-time"}), AfterValidator(_checked_time)]
"""A time as text, checked, and kept as the caller wrote it."""
Locale = Annotated[
    str, Field(max_length=35, json_schema_extra={"pattern": f"^{_LOCALE.pattern}$"}), AfterValidator(_checked_locale)
]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_checked_zone)]
QueryTime = Annotated[
    datetime,
    BeforeValidator(_query_time),
    WithJsonSchema({"type": "string", "format": "date-time", "description": "RFC 3339; a day begins at 00:00 UTC"}),
]
ShownTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Limit = Annotated[int, Field(ge=1, le=1000, description="rows per page")]
Cursor = Annotated[str, Field(max_length=300, description="`next_cursor` of the page before")]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = None
    errors: list[dict[str, Any]] | None = None
