"""How a fault looks on the wire."""

from __future__ import annotations

from flask import Response, jsonify

from sandbox.faults import Fault, Knobs
from sandbox.http_server import Hangup
from sandbox.ledger import Ledger
from sandbox.twilio_errors import TwilioError


def strike(fault: Fault, knobs: Knobs, ledger: Ledger) -> Response:
    """The answer of a request that a fault has hit; faults without an answer raise Hangup."""
    if fault in (Fault.ERROR_500, Fault.ACCEPTED_500):
        return _error(TwilioError(20500, "An internal server error has occurred", 500))
    if fault is Fault.UNAVAILABLE_503:
        return _error(TwilioError(20503, "Service is unavailable", 503))
    if fault is Fault.THROTTLED_429:
        headers = {"Retry-After": str(knobs.retry_after_s)}
        return _error(TwilioError(20429, "Too Many Requests", 429, headers))
    if fault is Fault.ACCEPTED_GARBAGE:
        return Response("<html><body>201 Created</body></html>", status=201, content_type="text/html")
    if fault in (Fault.HANG, Fault.ACCEPTED_HANG):
        ledger.wait_closed(knobs.hang_s)
    raise Hangup


def _error(error: TwilioError) -> Response:
    response = jsonify(error.as_json())
    response.status_code = error.status
    response.headers.extend(error.headers)
    return response
