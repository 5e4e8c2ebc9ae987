"""JSON that came from outside, in a form that every database keeps."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def read_json(text: bytes | str) -> Any:
    """The JSON of `text`, with U+FFFD for what no database keeps: NUL and halves of surrogate pairs.

    Raises ValueError for what is no JSON, or nested too deeply.
    """
    try:
        return _clean(json.loads(text, parse_constant=_no_number))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _no_number(_: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _UNSTORABLE.sub("\ufffd", value)
        case dict():
            return {_clean(name): _clean(part) for name, part in value.items()}
        case list():
            return [_clean(part) for part in value]
        case _:
            return value
