"""Many interactions in one request: JSONL in, one result per line out.

Every line is one interaction and does or fails by itself; they are committed a few at a time. A request that was
cut off is simply sent again: lines that were taken get their first answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Response
from pydantic import ValidationError
from sqlalchemy import Connection
from werkzeug.exceptions import RequestEntityTooLarge

from api.blueprint import MAX_BODY
from api.calls import Answer, Call, repeated
from api.models.interactions import InteractionIn
from api.problems import invalid_of, problem, problem_of
from api.reading import NotJson, read_json
from api.views.interactions import complete, refuse_other_teams
from common.errors import Invalid, ZerotenError

MAX_BATCH_BODY = 16 * 1024 * 1024
MAX_LINES = 50_000
_AT_ONCE = 25
"""Lines committed together: few enough that other writers hardly wait."""
_JSON_LINES = ("application/jsonl", "application/x-ndjson", "application/json-lines", "application/x-jsonlines")

Line = tuple[int, dict[str, Any] | None, dict[str, Any] | None]
"""Number, the interaction if it is well-formed, the problem if it is not."""


def batch(call: Call) -> Answer | Response:
    """Hand in many interactions

    One JSON object per line, as in `POST /interactions`; empty lines are skipped. At most 16 MB and 50,000 lines. The
    answer has one entry per line with its number, its status (201 taken, 200 known, 409, 422 …) and its decision or its
    problem; as JSONL with `Accept: application/jsonl`. One wrong line spoils no other.
    """
    stored = call.committed(call.reserve)
    if stored is not None and stored.status:
        return _shown(call, repeated(stored))
    lines = list(_lines(call.raw))
    results: list[dict[str, Any]] = []
    for start in range(0, len(lines), _AT_ONCE):
        chunk = lines[start : start + _AT_ONCE]
        results += call.committed(partial(_take_all, call, chunk))
    rejected = sum(1 for result in results if result["status"] >= 400)
    answer = Answer(body={"accepted": len(results) - rejected, "rejected": rejected, "data": results})
    call.committed(lambda connection: call.keep(connection, answer))
    return _shown(call, answer)


def _take_all(call: Call, lines: list[Line], connection: Connection) -> list[dict[str, Any]]:
    return [_take(call, connection, line) for line in lines]


def _lines(raw: bytes) -> Iterator[Line]:
    numbered = [(number, line) for number, line in enumerate(raw.split(b"\n"), start=1) if line.strip()]
    if len(numbered) > MAX_LINES:
        raise RequestEntityTooLarge(f"At most {MAX_LINES} lines at once.")
    for number, line in numbered:
        try:
            if len(line) > MAX_BODY:
                raise NotJson("the line is too long")
            given = read_json(line)
            yield number, complete(given, InteractionIn.model_validate(given)), None
        except ValidationError as error:
            yield number, None, problem_of(invalid_of(error))
        except (NotJson, Invalid) as error:
            yield number, None, problem_of(error)


def _take(call: Call, connection: Connection, line: Line) -> dict[str, Any]:
    """One line's result; what it did is undone if it failed."""
    number, given, members = line
    if given is not None:
        try:
            refuse_other_teams(call.actor, given)
            with connection.begin_nested():
                answer = call.services.intake.take(connection, given, call.now)
            return {"line": number, "status": answer.status, **answer.body}
        except ZerotenError as error:
            members = problem_of(error) or problem(500, "Something went wrong here.")
            if members["status"] == 503:
                raise
    assert members is not None
    return {"line": number, "status": members["status"], "problem": members}


def _shown(call: Call, answer: Answer) -> Answer | Response:
    if answer.status >= 400 or not any(kind in call.accept for kind in _JSON_LINES):
        return answer
    text = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in answer.body["data"])
    return Response(text, headers=dict(answer.headers), content_type="application/jsonl")
