"""Twilio's errors in our words: which of its codes and HTTP statuses mean what for the message at hand.

Sources: Twilio's error dictionary (https://www.twilio.com/docs/api/errors) for what a code says; the class is our
policy. Twilio splits old codes into finer ones now and then, so a code that is not listed here falls back to the HTTP
status (a refused call) or to `rejected` (a message that failed after Twilio took it).
"""

from __future__ import annotations

import json
from datetime import timedelta
from email.utils import parsedate_to_datetime

from bots.fenced_http import Exchange
from common.channels import SendError, SendErrorCode

_CODES: dict[SendErrorCode, tuple[int, ...]] = {
    # Our account, sender or registration: every further message would fail likewise.
    SendErrorCode.CONFIG: (
        10001,  # account is not active
        20002, 20003, 20005, 20006, 20008, 20010,  # credentials, suspended account, no access, test credentials
        20403, 20404,  # forbidden; no such account
        21210, 21212, 21219, 21267,  # sender not verified, not valid; recipient or sender not allowed on a trial
        21215, 21216, 21408,  # no permission for this region, by call or by message
        21603, 21606, 21607, 21608, 21609,  # sender missing, not ours, trial; status callback address not valid
        21659, 21660, 21661,  # sender is no Twilio number, of another account, cannot send SMS
        21701, 21702, 21703, 21704, 21705, 21710, 21711, 21712,  # messaging service or its pool of senders
        30002,  # account suspended
        30007,  # filtered by the carrier as unwanted
        30010, 30023, 30024,  # price cap; daily cap of an unregistered sender; sender not provisioned
        30032, 30033, 30034, 30035, 30037,  # toll-free or 10DLC registration; outbound messages switched off
        30038,  # content not allowed for this sender
    ),
    SendErrorCode.ENDPOINT_BLOCKED: (21610,),  # the customer replied STOP
    # The address: nothing will ever arrive there.
    SendErrorCode.UNDELIVERABLE: (
        21211, 21214, 21217, 21265, 21266, 21268,  # not a number; unreachable; short code; our own; premium
        13223, 13224,  # a number that cannot be dialled
        21612, 21614, 21635,  # no route; not a mobile; landline
        30004, 30005, 30006,  # blocked by the recipient's carrier; unknown; landline or unreachable carrier
        30011,  # cannot receive this kind
    ),
    SendErrorCode.THROTTLED: (
        14107, 20429, 21611, 30001, 30022, 30027,  # too many requests; queue of the sender full; carrier's limits
        63018,
    ),
    # Surely not delivered, and worth another try within the message's life.
    SendErrorCode.UNREACHABLE: (
        20503,
        30003, 30008, 30009,  # phone off; unknown error; a part got lost
        30017, 30410, 30500,  # carrier congestion; time-out; provider's internal error
    ),
    SendErrorCode.REJECTED: (21602, 21604, 21605, 21617, 21618, 30036),  # no body, no recipient, too long; expired
}  # fmt: skip
_BY_CODE = {code: fate for fate, codes in _CODES.items() for code in codes}

_LONGEST_WAIT = timedelta(hours=1)


def classify_failure(code: str | None) -> SendErrorCode:
    """The fate of a message that failed after Twilio had taken it, by the `ErrorCode` of its status callback."""
    number = int(code) if code and code.isascii() and code.isdigit() and len(code) < 10 else 0
    return _BY_CODE.get(number, SendErrorCode.REJECTED)


def explain_exchange(exchange: Exchange, *, reading: bool = False) -> SendError:
    """Why a call failed, as the error to raise.

    reading: the call only asked; then nothing can be ambiguous, and whatever is not a clear refusal may be asked again.
    """
    unknown = SendErrorCode.UNREACHABLE if reading else SendErrorCode.AMBIGUOUS
    status = exchange.status
    if not exchange.left:
        return SendError(SendErrorCode.UNREACHABLE, "no connection")
    if status is None:
        return SendError(unknown, "no answer")
    code = _code_in(exchange.body)
    detail = f"HTTP {status}"
    provider_code = str(code or status)
    if status < 300:
        return SendError(unknown, f"{detail} with an unreadable answer", provider_code=provider_code)
    if status >= 500:
        return SendError(unknown, detail, provider_code=provider_code, retry_after=_retry_after(exchange))
    fate = _fate(status, code)
    wait = _retry_after(exchange) if fate is SendErrorCode.THROTTLED else None
    return SendError(fate, detail, provider_code=provider_code, retry_after=wait)


def _fate(status: int, code: int | None) -> SendErrorCode:
    if status == 429:
        return SendErrorCode.THROTTLED
    if status in {401, 403} and code not in _CODES[SendErrorCode.ENDPOINT_BLOCKED]:
        return SendErrorCode.CONFIG
    if code in _BY_CODE:
        return _BY_CODE[code]
    if status < 400 or status in {404, 405, 407, 410}:  # not where Twilio's API is: an address of ours is wrong
        return SendErrorCode.CONFIG
    return SendErrorCode.REJECTED


def _code_in(body: str) -> int | None:
    """Twilio's own code in an error's JSON, old form or RFC 9457."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _retry_after(exchange: Exchange) -> timedelta | None:
    """The wait that the provider asks for: seconds, or a date measured against the provider's own clock."""
    value = (exchange.headers.get("Retry-After") or "").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return min(timedelta(seconds=int(value)), _LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(exchange.headers.get("Date") or "")
    except (TypeError, ValueError):
        return None
    return min(max(wait, timedelta()), _LONGEST_WAIT)
