"""Twilio's Messages API over HTTP: create, list, fetch, cancel or redact, delete."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from sandbox.carrier import Blocks
from sandbox.delivery import Delivery
from sandbox.faults import ACCEPTED, Fault
from sandbox.messages import API_VERSION, TERMINAL, Filter, Message, Messages
from sandbox.striking import strike
from sandbox.twilio_create import read_message
from sandbox.twilio_errors import TwilioError, not_found
from sandbox.world import World

LIST_PARAMETERS = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"})
PAGE_SIZE, PAGE_SIZE_MAX = 50, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a request came to: the answer (made after the ledger line) and what that line keeps besides."""

    status: int = 200
    document: Callable[[], dict[str, Any]] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


Handler = Callable[..., Outcome]


class MessagesApi:
    """The routes under `/2010-04-01/Accounts/{AC}/Messages`. Every request leaves one `request` line."""

    def __init__(self, world: World, messages: Messages, blocks: Blocks, delivery: Delivery) -> None:
        self._world = world
        self._messages = messages
        self._blocks = blocks
        self._delivery = delivery

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("twilio_messages", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")
        for rule, method, handler in (
            ("/Messages.json", "POST", self._create),
            ("/Messages.json", "GET", self._list),
            ("/Messages/<sid>.json", "GET", self._fetch),
            ("/Messages/<sid>.json", "POST", self._update),
            ("/Messages/<sid>.json", "DELETE", self._delete),
        ):
            name = f"{method} {rule}".replace(".", "_")
            blueprint.add_url_rule(rule, name, partial(self._answer, handler), methods=[method])
        return blueprint

    def _answer(self, handler: Handler, account: str, sid: str | None = None) -> Response:
        """Authenticates, lets the fault switches have their say, and writes the ledger line before the answer."""
        create = handler == self._create
        fault: Fault | None = None
        try:
            self._authenticate(account)
            fault = self._world.faults.api(_customer(), "create" if create else "read")
            if fault is not None and not (create and fault in ACCEPTED):
                self._write(None, None, fault, {"sid": sid})
                return strike(fault, self._world.faults.knobs, self._world.ledger)
            with self._world.lock:  # one order for sends and STOPs: whichever line comes first in the ledger was first
                done = handler(sid) if sid is not None else handler()
                self._write(done.status, None, fault, {"sid": sid, **done.extra})
                document = done.document() if done.document else None
        except TwilioError as error:
            self._write(error.status, error.code, None, {"sid": sid})
            return _error(error)
        if create:
            self._delivery.begin(done.extra["sid"])
        if fault is not None:
            return strike(fault, self._world.faults.knobs, self._world.ledger)
        return Response(status=done.status) if document is None else _json(document, done.status)

    def _authenticate(self, account: str) -> None:
        settings = self._world.settings
        user, password = "", ""
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "basic":
            try:
                user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
            except ValueError:
                user = ""
        right = hmac.compare_digest(user.encode(), settings.account_sid.encode())
        right &= hmac.compare_digest(password.encode(), settings.auth_token.encode())
        if not right:
            raise TwilioError(20003, "Authenticate", 401, {"WWW-Authenticate": 'Basic realm="Twilio API"'})
        if account != settings.account_sid:
            raise not_found(request.path)

    def _write(self, status: int | None, code: int | None, fault: Fault | None, extra: dict[str, Any]) -> None:
        self._world.commit(
            "request",
            provider="twilio",
            method=request.method,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            fields={name: request.form.getlist(name) for name in request.form},
            client=request.headers.get("User-Agent", ""),
            status=status if fault is None else _STATUS.get(fault),
            code=code,
            fault=fault,
            **extra,
        )

    def _create(self) -> Outcome:
        form = [(name, value) for name, values in request.form.lists() for value in values]
        made = read_message(form, self._world.settings, self._blocks, self._world.clock.now(), secrets.token_hex(16))
        return Outcome(
            status=201,
            document=lambda: self._known(made["sid"]).as_json(),
            extra={"sid": made["sid"], "message": made},
        )

    def _list(self) -> Outcome:
        unknown = set(request.args) - LIST_PARAMETERS
        if unknown:
            raise TwilioError(20001, f"Unknown parameter: {', '.join(sorted(unknown))}")
        size = _number("PageSize", PAGE_SIZE, 1, PAGE_SIZE_MAX)
        page = _number("Page", 0, 0, 1_000_000)
        found = self._messages.find(_filter())
        token = request.args.get("PageToken", "")
        if token.startswith("PA"):  # what stood last on the page before; what came since does not shift the pages
            last = token[2:]
            index = next((n for n, message in enumerate(found) if message.sid == last), None)
            if index is None:
                raise TwilioError(20006, "Invalid page token")
            first = index + 1
        else:
            first = page * size
        shown = found[first : first + size]
        document: dict[str, Any] = {
            "first_page_uri": self._page_uri(0, size, None),
            "end": page * size + max(len(shown) - 1, 0),
            "previous_page_uri": self._page_uri(page - 1, size, None) if page else None,
            "messages": [message.as_json() for message in shown],
            "uri": self._page_uri(page, size, token or None),
            "page_size": size,
            "start": page * size,
            "next_page_uri": self._page_uri(page + 1, size, shown[-1].sid) if first + size < len(found) else None,
            "page": page,
        }
        return Outcome(document=lambda: document, extra={"sids": [message.sid for message in shown]})

    def _page_uri(self, page: int, size: int, last: str | None) -> str:
        query = [(name, value) for name, value in request.args.items() if name not in ("PageSize", "Page", "PageToken")]
        query += [("PageSize", str(size)), ("Page", str(page))]
        if last is not None:
            query.append(("PageToken", last if last.startswith("PA") else f"PA{last}"))
        return f"{request.path}?{urlencode(query)}"

    def _fetch(self, sid: str) -> Outcome:
        return Outcome(document=lambda: self._known(sid).as_json())

    def _update(self, sid: str) -> Outcome:
        message = self._known(sid)
        form = {name: request.form.getlist(name) for name in request.form}
        unknown = set(form) - {"Body", "Status"}
        if unknown:
            raise TwilioError(20001, f"Unknown parameter: {', '.join(sorted(unknown))}")
        if len(form) != 1 or any(len(values) != 1 for values in form.values()):
            raise TwilioError(30400, "Parameters are not valid: give Body or Status")
        if "Status" in form:
            if form["Status"] != ["canceled"]:
                raise TwilioError(30400, "Parameters are not valid: Status")
            if not self._delivery.cancel(message):
                raise TwilioError(30409, f"Message cannot be canceled: it is {message.status}", 409)
        else:
            if form["Body"] != [""]:
                raise TwilioError(30400, "Parameters are not valid: to redact, Body must be empty")
            self._must_be_over(message)
            self._world.commit("redacted", sid=sid)
        return Outcome(document=lambda: self._known(sid).as_json())

    def _delete(self, sid: str) -> Outcome:
        self._must_be_over(self._known(sid))
        self._world.commit("deleted", sid=sid)
        return Outcome(status=204)

    def _known(self, sid: str) -> Message:
        message = self._messages.get(sid) if re.fullmatch(r"(SM|MM)[0-9a-fA-F]{32}", sid) else None
        if message is None:
            raise not_found(request.path)
        return message

    def _must_be_over(self, message: Message) -> None:
        if message.status not in TERMINAL:
            raise TwilioError(20009, "Cannot delete this resource before it is complete", 409)


_STATUS = {
    Fault.ERROR_500: 500,
    Fault.UNAVAILABLE_503: 503,
    Fault.THROTTLED_429: 429,
    Fault.ACCEPTED_500: 500,
    Fault.ACCEPTED_GARBAGE: 201,
}  # the other faults end without an answer


def _customer() -> str:
    """Whom the request is about, for the fault switches; nobody in particular where it does not say."""
    return request.form.get("To") or request.args.get("To") or ""


def _json(document: Any, status: int = 200) -> Response:
    response = jsonify(document)
    response.status_code = status
    response.headers["Twilio-Request-Id"] = f"RQ{secrets.token_hex(16)}"
    response.headers["Twilio-Concurrent-Requests"] = "1"
    return response


def _error(error: TwilioError) -> Response:
    response = _json(error.as_json(), error.status)
    response.headers.extend(error.headers)
    return response


def _number(name: str, default: int, low: int, high: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < low:
        raise TwilioError(20001, f"Parameter '{name}' is not valid")
    return min(int(text), high)


def _filter() -> Filter:
    """`DateSent=D` is that day; `DateSent>=X` and `DateSent<=X` include X, a day (its GMT midnight) or an instant."""
    on, since, until = (request.args.get(name) for name in ("DateSent", "DateSent>", "DateSent<"))
    wish = Filter(to=request.args.get("To") or None, sender=request.args.get("From") or None)
    low, high = (_instant(since) if since else None), (_instant(until) if until else None)
    if on:  # of an instant, its day counts
        low = datetime.combine(_instant(on).date(), time(), UTC)
        high = low + timedelta(days=1, seconds=-1)
    return Filter(to=wish.to, sender=wish.sender, since=low, until=high)


def _instant(text: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?", text):
        raise TwilioError(20001, f"Parameter 'DateSent' is not valid: {text}")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioError(20001, f"Parameter 'DateSent' is not valid: {text}") from None
    if len(text) == 10:
        at = datetime.combine(at.date(), time(), UTC)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).replace(microsecond=0)
