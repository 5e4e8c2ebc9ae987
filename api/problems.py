"""Errors as RFC 9457 problems: `application/problem+json` with type, title, status, detail, errors and facts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from flask import Response
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from api.reading import NotJson
from common.errors import Conflict, Forbidden, Invalid, NotFound, StoreUnavailable

log = structlog.get_logger()

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_S = 2
_STEPS = re.compile(r"[^.\[\]]+")


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[tuple[str, str]] = (),
    code: str | None = None,
    facts: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """The members of one problem. `code` names the kind of problem for machines; without one the status says it all."""
    members: dict[str, Any] = {
        "type": f"urn:zeroten:problem:{code}" if code else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if code:
        members["code"] = code
    if errors:
        members["errors"] = [
            {"field": name, "pointer": _pointer(name), "detail": what} if name else {"detail": what}
            for name, what in errors
        ]
    return {**members, **{key: value for key, value in (facts or {}).items() if key not in members}}


def respond(members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A response that says no."""
    body = json.dumps(members, ensure_ascii=False, default=str)
    return Response(body, status=members["status"], headers=headers, content_type=CONTENT_TYPE)


def problem_of(error: Exception) -> dict[str, Any] | None:
    """The problem that one of our exceptions means; None for a fault of ours."""
    match error:
        case Invalid():
            return problem(422, error.detail, errors=error.errors)
        case Conflict():
            return problem(409, error.detail, code=error.code, facts=error.facts)
        case NotFound():
            return problem(404, str(error))
        case Forbidden():
            return problem(403, str(error))
        case NotJson():
            return problem(400, f"The body cannot be read: {error}.")
        case StoreUnavailable():
            return problem(503, "The database cannot take this now; try again.")
        case _:
            return None


def answer_error(error: Exception) -> Response:
    """What the caller hears when a view raised `error`. Never more than the problem: a traceback goes to the log."""
    if isinstance(error, HTTPException):
        return _answer_http(error)
    members = problem_of(error)
    if members is None:
        log.error("an API call failed", exc_info=error)
        members = problem(500, "Something went wrong here; the fault is logged.")
    headers = {"Retry-After": str(RETRY_AFTER_S)} if members["status"] == 503 else None
    return respond(members, headers)


def invalid_of(error: ValidationError) -> Invalid:
    """Pydantic's findings in our words: one entry per field."""
    parts = error.errors(include_url=False, include_input=False, include_context=False)
    errors = [(_field(part["loc"]), _lower(part["msg"])) for part in parts]
    what = f"{errors[0][0] or 'the body'}: {errors[0][1]}" if len(errors) == 1 else f"{len(errors)} fields are wrong"
    return Invalid(what, errors[:50])


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    detail = _DETAILS.get(status) or error.description or detail_of(status)
    kept = {name: value for name, value in error.get_headers() if name not in {"Content-Type", "Content-Length"}}
    return respond(problem(status, detail), kept)


def detail_of(status: int) -> str:
    """What is said of a status about which no more is known."""
    return _DETAILS.get(status) or HTTPStatus(status).description or HTTPStatus(status).phrase


_DETAILS = {
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is too large.",
}


def _lower(message: str) -> str:
    """`Value error, an IANA zone` → `an IANA zone`; `Field required` → `field required`."""
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _field(location: Sequence[str | int]) -> str:
    """`("customer", "phone")` → `customer.phone`, `("questions", 0, "key")` → `questions[0].key`."""
    name = ""
    for step in location:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name


def _pointer(name: str) -> str:
    """`customer.phone` → `#/customer/phone`: a JSON pointer as a fragment (RFC 6901)."""
    return "#" + "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in _STEPS.findall(name))
