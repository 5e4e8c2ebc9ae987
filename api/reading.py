"""Reading what a caller sent, strictly: JSON that every part of the product can store, compare and send on.

Python's parser takes more than JSON (NaN, a key twice, half of a surrogate pair) and databases take less than JSON
strings may hold (NUL). What not all of them agree on is refused here, with its place.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from common.errors import Invalid

MAX_DEPTH = 32
_MAX_DIGITS = 300
"""Digits of one number; 300 is below the largest float and far below what slows an integer down."""


class NotJson(Exception):
    """The body is not JSON as of RFC 8259. The message says where and why."""


def read_json(body: bytes) -> Any:
    """The value in `body`, JSON in UTF-8. Raises NotJson, and Invalid for strings that cannot be stored."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"the body is not UTF-8 (byte {error.start})") from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_no_key_twice,
            parse_constant=_refuse_constant,
            parse_int=_read_int,
            parse_float=_read_float,
        )
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise NotJson("nested too deeply") from error
    faults = list(_faults(value))
    if faults:
        raise Invalid(faults[0][1], faults[:20])
    return value


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise NotJson(f"the key {next(key for key in keys if keys.count(key) > 1)[:80]!r} stands twice in one object")
    return value


def _refuse_constant(name: str) -> Any:
    raise NotJson(f"{name} is no JSON")


def _read_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise NotJson("a number is too long")
    return int(digits)


def _read_float(digits: str) -> float:
    value = float(digits) if len(digits) <= _MAX_DIGITS else math.inf
    if not math.isfinite(value):
        raise NotJson("a number is too large")
    return value


def _faults(root: Any) -> Iterator[tuple[str, str]]:
    """Places in a parsed value that could not be stored, without recursion: the value may be a trap."""
    waiting: list[tuple[str, Any, int]] = [("", root, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            yield place[:80], f"nested more than {MAX_DEPTH} deep"
            return
        if isinstance(value, str):
            if (fault := text_fault(value)) is not None:
                yield place, fault
        elif isinstance(value, list):
            waiting += [(f"{place}[{number}]", item, depth + 1) for number, item in enumerate(value)]
        elif isinstance(value, Mapping):
            for key, item in value.items():
                if (fault := text_fault(key)) is not None:
                    yield place, f"in a key: {fault}"
                    continue
                waiting.append((f"{place}.{key}" if place else key, item, depth + 1))


def text_fault(text: str) -> str | None:
    """Why this text cannot be stored; None if it can."""
    if "\0" in text:
        return "a NUL character cannot be stored"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return "half of a surrogate pair is no character"
    return None
