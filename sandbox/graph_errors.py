"""Meta's errors as the Graph API words them, and how a fault looks on its wire."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, jsonify

from sandbox.faults import Fault, Knobs
from sandbox.http_server import Hangup
from sandbox.ledger import Ledger

# What the title of a failed message says, for the codes that this sandbox can give it.
TITLES = {
    130472: "User's number is part of an experiment",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131050: "Unable to deliver the message. This recipient has chosen to stop receiving marketing messages",
    132015: "Template is paused",
    132016: "Template is disabled",
}
DETAILS = {
    131047: "Message failed to send because more than 24 hours have passed since the customer last replied to this "
    "number.",
}


class GraphError(Exception):
    """An answer other than success. `code` is Meta's, `status` HTTP's."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        status: int = 400,
        details: str | None = None,
        subcode: int | None = None,
        title: str | None = None,
        words: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """details: `error_data.details`. title, words: what a person is told (templates have these)."""
        super().__init__(message)
        self.code, self.message, self.status = code, message, status
        self.details, self.subcode, self.title, self.words = details, subcode, title, words
        self.headers = headers or {}

    def as_json(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "message": f"(#{self.code}) {self.message}",
            "type": "OAuthException",
            "code": self.code,
        }
        if self.details is not None:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.title is not None:
            error |= {"is_transient": False, "error_user_title": self.title, "error_user_msg": self.words}
        return {"error": error | {"fbtrace_id": secrets.token_urlsafe(16)}}

    def response(self) -> Response:
        response = jsonify(self.as_json())
        response.status_code = self.status
        response.headers.extend(self.headers)
        return response


def invalid(details: str) -> GraphError:
    """A value beyond its limits."""
    return GraphError(131009, "Parameter value is not valid", details=details)


def required(name: str) -> GraphError:
    return GraphError(131008, "Required parameter is missing", details=f"{name} is required")


def unexpected(name: str, where: str) -> GraphError:
    """A field that the API does not know; the real one is not always so strict."""
    return GraphError(100, "Invalid parameter", details=f'Unexpected key "{name}" on param "{where}".')


def no_object(key: str) -> GraphError:
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{key}' does not exist, cannot be loaded due to missing permissions, or "
        "does not support this operation.",
        subcode=33,
    )


def failure(code: int) -> dict[str, Any]:
    """The entry in `errors` of a failed message."""
    title = TITLES.get(code, "Something went wrong")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": DETAILS.get(code, title)},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    }


def strike(fault: Fault, knobs: Knobs, ledger: Ledger) -> Response:
    """The answer of a request that a fault has hit; faults without an answer raise Hangup."""
    if fault in (Fault.ERROR_500, Fault.ACCEPTED_500):
        return GraphError(131000, "Something went wrong", status=500, details="Message failed to send.").response()
    if fault is Fault.UNAVAILABLE_503:
        return GraphError(131016, "Service unavailable", status=503, details="Try again later.").response()
    if fault is Fault.THROTTLED_429:
        headers = {"Retry-After": str(knobs.retry_after_s)}
        return GraphError(130429, "Rate limit hit", status=429, details="Too many.", headers=headers).response()
    if fault is Fault.ACCEPTED_GARBAGE:
        return Response("<html><body>200 OK</body></html>", status=200, content_type="text/html")
    if fault in (Fault.HANG, Fault.ACCEPTED_HANG):
        ledger.wait_closed(knobs.hang_s)
    raise Hangup
