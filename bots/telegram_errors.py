"""Telegram's refusals in our words: what each means for the message at hand.

Source: the Bot API server's own code (`fail_query_with_error` in tdlib/telegram-bot-api): the text after the colon of
`description` is all that tells one refusal from another, so it is matched in small letters and by parts. The HTTP
status is asked first, because in the library a `BadRequest` is a `NetworkError`, and 404 and 401 are `InvalidToken`.
"""

from __future__ import annotations

import json
from datetime import timedelta

from bots.telegram_http import Exchange
from common.channels import SendError, SendErrorCode

_GONE = (  # of a 400 or 403: nobody will ever read this chat
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "chat_id_invalid",
    "user is deactivated",
    "can't initiate conversation",
    "can't send messages to bots",
    "bot is not a member",
    "bot was kicked",
    "group chat was upgraded",
    "group chat was deactivated",
    "chat was deleted",
    "have no rights to send",
    "not enough rights to send",
)
_NOTHING_TO_DO = ("message is not modified", "message to edit not found", "message can't be edited", "query is too old")
_LONGEST_WAIT = timedelta(hours=1)


def explain_exchange(exchange: Exchange, *, reading: bool = False) -> SendError:
    """Why a call failed, as the error to raise.

    reading: the call only asked or set what may be set again; then nothing can be ambiguous.
    """
    unknown = SendErrorCode.UNREACHABLE if reading else SendErrorCode.AMBIGUOUS
    status = exchange.status
    if not exchange.left:
        return SendError(SendErrorCode.UNREACHABLE, "no connection")
    if status is None:
        return SendError(unknown, "no answer")
    detail = f"HTTP {status}"
    if status < 300:
        return SendError(unknown, f"{detail} with an unreadable answer", provider_code=str(status))
    if status >= 500:
        return SendError(unknown, detail, provider_code=str(status), retry_after=_retry_after(exchange))
    fate = _fate(status, description(exchange).lower())
    wait = _retry_after(exchange) if fate is SendErrorCode.THROTTLED else None
    return SendError(fate, detail, provider_code=str(status), retry_after=wait)


def is_nothing_to_do(exchange: Exchange) -> bool:
    """True where an edit was refused because the message is so already, is gone, or is too old: all is well."""
    words = description(exchange).lower()
    return exchange.status == 400 and any(part in words for part in _NOTHING_TO_DO)


def message_id_in(exchange: Exchange) -> int | None:
    """The number of the message that Telegram took; None where the answer holds none."""
    answer = _answer(exchange)
    result = answer.get("result") if answer.get("ok") is True and exchange.status == 200 else None
    number = result.get("message_id") if isinstance(result, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number > 0 else None


def _fate(status: int, words: str) -> SendErrorCode:
    if status == 429:
        return SendErrorCode.THROTTLED
    if status in {400, 403} and any(part in words for part in _GONE):
        return SendErrorCode.UNDELIVERABLE
    if status == 403:  # "bot was blocked by the user"; whatever else is forbidden, this person is left alone
        return SendErrorCode.ENDPOINT_BLOCKED
    if status in {400, 413}:
        return SendErrorCode.REJECTED
    # 3xx, 401 and 404 (no such bot), 409 (somebody else polls), or no Bot API at all at this address
    return SendErrorCode.CONFIG


def description(exchange: Exchange) -> str:
    """Telegram's own words, "" where the answer holds none."""
    words = _answer(exchange).get("description")
    return words if isinstance(words, str) else ""


def _retry_after(exchange: Exchange) -> timedelta | None:
    """The wait that Telegram asks for: whole seconds in `parameters`."""
    parameters = _answer(exchange).get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0:
        return None
    return min(timedelta(seconds=min(seconds, 100_000)), _LONGEST_WAIT)


def _answer(exchange: Exchange) -> dict[str, object]:
    try:
        answer = json.loads(exchange.body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
