"""The machines' side: JSON under `/api/v1`, described by an OpenAPI 3.1 document that is made from the same models."""

from __future__ import annotations

import inspect

from flask import Flask, Response, current_app, request
from flask_openapi3.models.tag import Tag
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from api.blueprint import MAX_BODY, Api
from api.document import PREFIX, answers_of, body_of, create_pages, describe
from api.problems import CONTENT_TYPE, detail_of, problem, respond
from api.routes import ANYWHERE, EVERYONE, ROUTES, Route
from common.services import Services

__all__ = ["PREFIX", "register_api"]

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def register_api(app: Flask, services: Services) -> None:
    """Mount the API under `/api/v1` of `app`."""
    api = Api(services, url_prefix=PREFIX, abp_security=[{"bearer": []}])
    for route in ROUTES:
        _add(api, route)
    api.add_url_rule(
        ANYWHERE,
        endpoint="nothing",
        view_func=api.wrap(_nothing, EVERYONE, max_body=MAX_BODY, is_json=False),
        methods=list(_METHODS),
        provide_automatic_options=False,
    )
    app.register_blueprint(api)
    app.register_blueprint(create_pages(describe(api)))
    app.after_request(_as_problem)


def _add(api: Api, route: Route) -> None:
    summary, _, description = (inspect.getdoc(route.view) or "").partition("\n")
    view = api.wrap(route.view, route.roles, max_body=route.max_body, is_json=route.is_json)
    add = getattr(api, route.method.lower())
    decorate = add(
        route.path,
        tags=[Tag(name=route.tag)],
        summary=summary,
        description=" ".join(description.split()) or summary,
        responses=answers_of(route),
        operation_id=f"{route.tag.lower()}_{route.view.__name__}",
        openapi_extensions=body_of(route),
        endpoint=f"{route.tag.lower()}_{route.view.__name__}",
    )
    decorate(view)


def _as_problem(response: Response) -> Response:
    """What the router refused before any view of ours was reached, in the API's shape."""
    if response.status_code < 400 or response.mimetype == CONTENT_TYPE or not _is_below(request.path):
        return response
    kept = {name: value for name, value in response.headers if name in {"Allow", "Retry-After", "WWW-Authenticate"}}
    return respond(problem(response.status_code, detail_of(response.status_code)), kept)


def _is_below(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def _nothing(_call: object, **_values: str) -> Response:
    """What is answered below `/api/v1` where nothing is: 405 if another method would do, else 404."""
    adapter = current_app.create_url_adapter(request)
    assert adapter is not None
    allowed = []
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        try:
            endpoint, _ = adapter.match(method=method)
        except (NotFound, MethodNotAllowed, RequestRedirect):
            continue
        if endpoint != request.endpoint:
            allowed.append(method)
    raise MethodNotAllowed(valid_methods=allowed) if allowed else NotFound()
