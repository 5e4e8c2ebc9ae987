"""The OpenAPI 3.1 document, made from the routes and their models, and the page on which people read it."""

from __future__ import annotations

from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any, get_type_hints

from flask import Blueprint, Response, send_from_directory
from flask_openapi3.models import APISpec
from flask_openapi3.models.info import Info
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.blueprint import Api
from api.models.fields import Given, Problem
from api.models.webhooks import TOLD
from api.problems import CONTENT_TYPE
from api.routes import ROUTES, Route

PREFIX = "/api/v1"
_REF = "#/components/schemas/"
_ASSETS = Path(str(files("flask_openapi3_swagger"))) / "templates" / "swagger"
_DESCRIPTION = """Zeroten asks customers the 0-10 question after a call, chat or ticket, and puts every unhappy
customer in front of a person. Times are RFC 3339 with an offset; ids are opaque; ids of interactions and customers are
your own. Errors are problems (RFC 9457). Lists come in pages: send `next_cursor` back as `cursor`. Any POST or PUT may
carry an `Idempotency-Key`: repeated with the same body it gets the first answer, with another body 409; keys are kept
for 48 hours."""
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes a repeat of this request harmless.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
_SIGNED = {
    "webhook-id": "The event's id, the same at every attempt: leave out what you have.",
    "webhook-timestamp": "When this attempt was signed, in seconds since 1970.",
    "webhook-signature": "`v1,` and HMAC-SHA256 of `id.timestamp.body` in base64; while rotating, several.",
}
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Zeroten API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{PREFIX}/docs/assets/css/swagger-ui.css">
</head>
<body>
<div id="api"><noscript>The API is described in <a href="{PREFIX}/openapi.json">openapi.json</a>.</noscript></div>
<script src="{PREFIX}/docs/assets/js/swagger-ui-bundle.js"></script>
<script src="{PREFIX}/docs/start.js"></script>
</body>
</html>
"""
_START = f"""SwaggerUIBundle({{
  url: "{PREFIX}/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null, persistAuthorization: false
}});
"""
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def describe(api: Api) -> dict[str, Any]:
    """The document as JSON."""
    info = Info(title="Zeroten API", version="1.0.0", description=_DESCRIPTION)
    spec = APISpec(openapi="3.1.0", info=info, paths=api.paths, tags=api.tags)
    document = spec.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    document["components"] = {
        "schemas": _schemas(),
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "description": "An API key."}},
    }
    document["webhooks"] = {name: {"post": _told(name, model)} for name, model in TOLD.items()}
    document["security"] = [{"bearer": []}]
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in {"post", "put"}:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
    return document


def _told(name: str, model: type[BaseModel]) -> dict[str, Any]:
    """What a receiver of `name` is called with."""
    headers = [
        {"name": header, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
        for header, words in _SIGNED.items()
    ]
    body = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": name},
            "timestamp": {"type": "string", "format": "date-time", "description": "when it happened"},
            "data": {"$ref": _REF + model.__name__},
        },
    }
    return {
        "tags": ["Webhooks"],
        "operationId": f"told_{name.replace('.', '_')}",
        "summary": " ".join((model.__doc__ or "").split()).partition(". ")[0].rstrip("."),
        "security": [],
        "parameters": headers,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"2XX": {"description": "heard; anything else is tried again"}},
    }


def answers_of(route: Route) -> dict[str, Any]:
    """The route's answers as the document lists them: its own models, and the problems that it may answer with."""
    listed: dict[str, Any] = {}
    content: dict[str, Any]
    if route.also and HTTPStatus.OK not in route.answers:
        content = {kind: {"schema": schema} for kind, schema in route.also.items()}
        listed["200"] = {"description": "OK", "content": content}
    for status, model in route.answers.items():
        content = {"application/json": {"schema": {"$ref": _REF + model.__name__}}}
        if status == HTTPStatus.OK:
            content |= {kind: {"schema": schema} for kind, schema in route.also.items()}
        listed[str(status)] = {"description": HTTPStatus(status).phrase, "content": content}
    problems = [400, 401, 403, 413, 415, 422, 503] if route.method in {"POST", "PUT"} else [401, 403, 422, 503]
    problems += [404] if "<" in route.path else []
    problems += [409] if route.method in {"POST", "PUT"} else []
    for status in sorted(problems):
        schema = {"schema": {"$ref": f"{_REF}Problem"}}
        listed[str(status)] = {"description": HTTPStatus(status).phrase, "content": {CONTENT_TYPE: schema}}
    return listed


def body_of(route: Route) -> dict[str, Any]:
    """What the document adds to a route whose body is not one JSON value."""
    if route.is_json:
        return {}
    lines = {"schema": {"type": "string", "description": "One InteractionIn per line."}}
    return {"requestBody": {"required": True, "content": {"application/jsonl": lines}}}


def create_pages(document: dict[str, Any]) -> Blueprint:
    """The document and the page for people, readable without a key."""
    pages = Blueprint("api_pages", __name__, url_prefix=PREFIX)

    @pages.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        return document

    @pages.get("/docs")
    def docs() -> Response:
        return Response(_PAGE, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": _CSP})

    @pages.get("/docs/start.js")
    def start() -> Response:
        return Response(_START, content_type="text/javascript; charset=utf-8")

    @pages.get("/docs/assets/<path:name>")
    def assets(name: str) -> Response:
        return send_from_directory(_ASSETS, name, max_age=3600)

    return pages


def _schemas() -> dict[str, Any]:
    """The schemas of all models, by name: exactly what pydantic checks and shows."""
    given = {kind for route in ROUTES for kind in _given(route)}
    shown: set[Any] = {model for route in ROUTES for model in route.answers.values()} | {Problem, *TOLD.values()}
    inputs: list[Any] = [(model, "validation") for model in sorted(given, key=lambda model: model.__name__)]
    outputs: list[Any] = [(model, "serialization") for model in sorted(shown, key=lambda model: model.__name__)]
    _, schema = models_json_schema(inputs + outputs, ref_template=_REF + "{model}")
    found: dict[str, Any] = schema["$defs"]
    return found


def _given(route: Route) -> list[type[BaseModel]]:
    body = get_type_hints(route.view).get("body")
    return [body] if isinstance(body, type) and issubclass(body, Given) else []
