"""One call of Twilio's SDK with the account of what happened, and the clocks of its answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from twilio.base.exceptions import TwilioException
from urllib3.exceptions import HTTPError

from bots.fenced_http import Exchange, exchanging
from bots.twilio_errors import explain_exchange

T = TypeVar("T")

# What the SDK raises while it reads an answer of another shape than Twilio's.
_UNREADABLE = (TwilioException, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


def ask(call: Callable[[], T], before_request: Callable[[], None] | None = None) -> tuple[T, Exchange]:
    """The answer of one call of the SDK with its account. Raises what the fence raises, else SendError.

    A call without a fence only asks. Errors are not chained: the SDK's words hold the customer's number, and ours go
    to the log.
    """
    with exchanging(before_request or _no_fence) as exchange:
        try:
            return call(), exchange
        except (HTTPError, *_UNREADABLE) as error:
            if exchange.refusal is not None:
                raise exchange.refusal from None
            if not exchange.left and not isinstance(error, HTTPError):
                raise  # a slip of ours, before anything happened
            raise explain_exchange(exchange, reading=before_request is None) from None


def _no_fence() -> None:
    return None


def clock_of(exchange: Exchange) -> datetime | None:
    """The provider's clock when it answered."""
    try:
        date = parsedate_to_datetime(exchange.headers.get("Date") or "")
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def age_of(record: Any, clocks: Sequence[datetime]) -> timedelta:
    """How long ago the provider made the record, by the clock that makes it youngest; 0 if it does not say."""
    if not isinstance(record.date_created, datetime):
        return timedelta()
    return min(abs(clock - record.date_created) for clock in clocks)
