"""Meta's errors in our words: which of its codes and HTTP statuses mean what for the message at hand.

Sources: "Cloud API error codes" for what a code says; the class is our policy. Meta asks to build on `code` and
`error_data.details`, never on the title. A code that is not listed falls back to the HTTP status (a refused call) or to
`rejected` (a message that failed after Meta had taken it).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bots.fenced_http import Exchange
from common.channels import SendError, SendErrorCode

_CODES: dict[SendErrorCode, tuple[int, ...]] = {
    # Our token, permissions, number or account: every further message would fail likewise.
    SendErrorCode.CONFIG: (
        0, 3, 10, 190,  # cannot authenticate; no capability; permission; token expired or revoked
        33,  # the phone number id is not there, or not for this token
        368, 131031, 131064,  # account restricted or locked for violations of the policy
        131005, 131042, 131045,  # access denied; payment; certificate of the number
        131048,  # spam rate: the number's quality is too low
        133000, 133005, 133006, 133008, 133009, 133010, 133015,  # the number is not registered, or its PIN is wrong
        134011, 134100, 134101,  # payments terms; the marketing API is not set up
    ),
    # Wait, then the same call may go through.
    SendErrorCode.THROTTLED: (
        4, 80007, 130429, 131056, 133016,  # calls of the app, of the account, messages a second, to one person
        131057, 133004,  # the number is being upgraded; the server is temporarily away
    ),
    SendErrorCode.UNREACHABLE: (
        1, 2, 131000, 131016,  # unknown error, service away, something went wrong: with a 4xx it surely did not go
    ),
    SendErrorCode.ENDPOINT_BLOCKED: (131050,),  # the customer stopped marketing messages
    SendErrorCode.WINDOW_CLOSED: (131047,),  # more than 24 hours since the customer last wrote
    SendErrorCode.TEMPLATE_NOT_APPROVED: (
        132001, 132015, 132016,  # not there or not approved in this language; paused; disabled
    ),
    # This person cannot be reached here now or ever: another way, or none.
    SendErrorCode.UNDELIVERABLE: (
        131026, 131021, 131030,  # not on WhatsApp; the sender itself; not on a test number's list
        130497, 130472, 131049,  # a country that is closed to us; an experiment of Meta's; enough marketing for now
        131062, 137000,  # this user id cannot be written to; the identity changed
    ),
    SendErrorCode.REJECTED: (
        100, 131008, 131009, 131051, 131052, 131053, 135000,  # a parameter; type; media; the payload as such
        132000, 132005, 132007, 132012, 132018, 132068, 132069,  # a template's parameters or text; a flow
    ),
}  # fmt: skip
_BY_CODE = {code: fate for fate, codes in _CODES.items() for code in codes}
_PERMISSIONS = range(200, 300)
_NO_SUCH_OBJECT = 33
"""Subcode of 100: the id in the address is not there, or the token may not see it."""

_PAIR_RATE = 131056
_PAIR_WAIT = timedelta(seconds=6)
"""One message in six seconds to one person, after a burst of 45 (Cloud API overview, "pair rate limit")."""
_LONGEST_WAIT = timedelta(hours=1)


def classify_failure(code: int | None) -> SendErrorCode:
    """The fate of a message that failed after Meta had taken it, by the code of its `failed` status."""
    if code is not None and code in _PERMISSIONS:
        return SendErrorCode.CONFIG
    return _BY_CODE.get(code or -1, SendErrorCode.REJECTED) if code != 0 else SendErrorCode.CONFIG


def explain_exchange(exchange: Exchange, *, reading: bool = False) -> SendError:
    """Why a call failed, as the error to raise.

    reading: the call only asked, or may be repeated; then nothing can be ambiguous. Of Meta's words only codes are
    told, for its sentences may quote the customer; `details` of a template call are about our template and are kept.
    """
    unknown = SendErrorCode.UNREACHABLE if reading else SendErrorCode.AMBIGUOUS
    status = exchange.status
    if not exchange.left:
        return SendError(SendErrorCode.UNREACHABLE, "no connection")
    if status is None:
        return SendError(unknown, "no answer")
    error = error_in(exchange.body)
    code = whole(error.get("code"))
    provider_code = str(status if code is None else code)
    if status < 300:
        return SendError(unknown, f"HTTP {status} with an unreadable answer", provider_code=provider_code)
    wait = _retry_after(exchange, code)
    if status >= 500:
        return SendError(unknown, f"HTTP {status}", provider_code=provider_code, retry_after=wait)
    if code == 100 and whole(error.get("error_subcode")) == _NO_SUCH_OBJECT:
        code = _NO_SUCH_OBJECT
    fate = _fate(status, code, is_transient=error.get("is_transient") is True)
    wait = wait if fate is SendErrorCode.THROTTLED else None
    return SendError(fate, f"HTTP {status}", provider_code=provider_code, retry_after=wait)


def error_in(body: str) -> Mapping[str, Any]:
    """The `error` of an answer; empty if there is none."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def whole(value: object) -> int | None:
    """A code as Meta writes it, a number or the digits of one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10 else None


def _fate(status: int, code: int | None, *, is_transient: bool) -> SendErrorCode:
    if code is not None and code in _BY_CODE and code != 0:
        return _BY_CODE[code]
    if status == 429:
        return SendErrorCode.THROTTLED
    if code == 0 or status in {401, 403} or (code is not None and code in _PERMISSIONS):
        return SendErrorCode.CONFIG
    if status < 400 or status in {404, 405, 407, 410}:  # not where the Graph API is: an address of ours is wrong
        return SendErrorCode.CONFIG
    return SendErrorCode.UNREACHABLE if is_transient else SendErrorCode.REJECTED


def _retry_after(exchange: Exchange, code: int | None) -> timedelta | None:
    value = (exchange.headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return min(timedelta(seconds=int(value)), _LONGEST_WAIT)
    return _PAIR_WAIT if code == _PAIR_RATE else None
