"""From an HTTP request to the call of a view: key, role, size, JSON, models, in this order."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import wraps
from typing import Any, get_type_hints

from flask import Request, Response, request
from flask_openapi3.blueprint import APIBlueprint
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict, WWWAuthenticate
from werkzeug.exceptions import RequestEntityTooLarge, Unauthorized, UnsupportedMediaType

from api.calls import Answer, Call, once
from api.key_uses import KeyUses
from api.problems import answer_error, invalid_of
from api.reading import read_json, text_fault
from common import clock
from common.actors import Actor, Role
from common.audit import network_of
from common.errors import Forbidden, Invalid, NotFound
from common.services import Services
from common.store import api_keys
from common.store.scope import narrowed_to
from common.tickets import Tickets

MAX_BODY = 256 * 1024
"""Bytes of one body, refused before parsing."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Api(APIBlueprint):
    """The API's blueprint: collects the OpenAPI document while views are added, and wraps each view."""

    def __init__(self, services: Services, **options: Any) -> None:
        super().__init__("api", __name__, **options)
        self._services = services
        self._uses = KeyUses(services.store)
        self._tickets = Tickets(services.turns, zone=services.settings.get("TIMEZONE"))
        self.register_error_handler(Exception, answer_error)

    @staticmethod
    def create_view_func(func: Callable[..., Response], *_models: Any, **_options: Any) -> Callable[..., Response]:
        """Views are wrapped by `wrap`: the library's own reading would take NaN, forget a key given twice, and answer
        in a shape of its own."""
        return func

    def wrap(
        self, view: Callable[..., Answer | Response], roles: Collection[Role], *, max_body: int, is_json: bool
    ) -> Callable[..., Response]:
        """`view` as Flask calls it. is_json False: the body is not one JSON value, and the view reads it itself."""
        models = {name: kind for name, kind in get_type_hints(view).items() if name in {"path", "query", "body"}}

        @wraps(view)
        def called(**values: str) -> Response:
            request.max_content_length = max_body
            actor = self._actor(request.headers.get("Authorization"))
            if actor.role not in roles:
                raise Forbidden(f"a key with the role {actor.role} may not do this")
            arguments: dict[str, Any] = {}
            if "path" in models:
                arguments["path"] = _path(models["path"], values)
            if "query" in models:
                arguments["query"] = _query(models["query"], request.args)
            raw = _body(request) if request.method in _WITH_BODY else b""
            given = _json(request, raw, is_wanted="body" in models) if is_json else None
            if "body" in models:
                arguments["body"] = _checked(models["body"], {} if given is None else given)
            key = request.headers.get("Idempotency-Key") if request.method in _WITH_BODY else None
            call = Call(
                services=self._services,
                tickets=self._tickets,
                actor=actor,
                now=clock.now(),
                given=given,
                raw=raw,
                accept=request.headers.get("Accept", ""),
                once=once(key, method=request.method, path=request.path, body=raw, given=given),
            )
            with narrowed_to(actor.teams):
                answer = view(call, **arguments)
            return answer if isinstance(answer, Response) else answer.response()

        return called

    def _actor(self, header: str | None) -> Actor:
        """Who calls. Raises Unauthorized for a missing, unknown or revoked key."""
        scheme, _, key = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise Unauthorized("Send your key as `Authorization: Bearer KEY`.", www_authenticate=_challenge())
        with self._services.store.read() as connection:
            actor = api_keys.actor_of(connection, key.strip())
        if actor is None:
            raise Unauthorized("This key is unknown or revoked.", www_authenticate=_challenge("invalid_token"))
        self._uses.note(actor.id, clock.now())
        return replace(actor, network=network_of(request.remote_addr))


def _challenge(error: str | None = None) -> WWWAuthenticate:
    facts: dict[str, str | None] = {"realm": "zeroten"}
    return WWWAuthenticate("bearer", facts | {"error": error} if error else facts)


def _path(model: type[BaseModel], values: dict[str, str]) -> BaseModel:
    try:
        if any(text_fault(value) for value in values.values()):
            raise NotFound("nothing has such a name")
        return model.model_validate(values)
    except ValidationError as error:
        raise NotFound("nothing has such a name") from error


def _query(model: type[BaseModel], given: MultiDict[str, str]) -> BaseModel:
    faults = [(name, "given more than once") for name, values in given.lists() if len(values) > 1]
    faults += [(name, fault) for name, value in given.items() if (fault := text_fault(name) or text_fault(value))]
    if faults:
        raise Invalid(f"{faults[0][0]}: {faults[0][1]}", faults)
    try:
        return model.model_validate(given.to_dict())
    except ValidationError as error:
        raise invalid_of(error) from error


def _body(given: Request) -> bytes:
    """The body's bytes; too many are refused before they are read."""
    if given.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise UnsupportedMediaType("Send the body without Content-Encoding.")
    limit = given.max_content_length
    if limit is not None and (given.content_length or 0) > limit:
        raise RequestEntityTooLarge
    return given.get_data(cache=False)


def _json(given: Request, raw: bytes, *, is_wanted: bool) -> Any:
    """The JSON value of the body, None if there is no body. A body where none is wanted may be anything but broken."""
    is_json = given.mimetype == "application/json" or given.mimetype.endswith("+json")
    charset = given.mimetype_params.get("charset", "utf-8").lower()
    if not raw or (not is_wanted and not is_json):
        return None
    if not is_json or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType("Send application/json in UTF-8.")
    return read_json(raw)


def _checked(model: type[BaseModel], given: Any) -> BaseModel:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid_of(error) from error
