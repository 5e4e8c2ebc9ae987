"""The OpenAPI document: true to the routes, readable without a key, and held by the answers."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import PREFIX
from api.routes import ROUTES
from tests.api.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
_EXAMPLES = 15


@schemathesis.serializer("application/jsonl")
def _as_lines(_context: Any, value: Any) -> bytes:
    return str(value).encode("utf-8", "replace")


def _document(world: World) -> dict[str, Any]:
    document: dict[str, Any] = world.get("/openapi.json", key=None)
    return document


def test_the_document_lists_every_route(world: World) -> None:
    document = _document(world)
    assert document["openapi"].startswith("3.1")
    listed = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert listed == {(route.method, PREFIX + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route.path)) for route in ROUTES}
    for item in document["paths"].values():
        for method, operation in item.items():
            names = {parameter["name"] for parameter in operation.get("parameters", ())}
            assert ("Idempotency-Key" in names) == (method in {"post", "put"})
            assert operation["summary"]


def test_every_reference_leads_somewhere(world: World) -> None:
    document = _document(world)
    schemas = document["components"]["schemas"]
    for name in re.findall(r"#/components/schemas/(\w+)", str(document)):
        assert name in schemas


def test_the_page_for_people_brings_everything_itself(world: World) -> None:
    page = world.call("GET", "/docs", key=None)
    assert page.status_code == 200
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses.pop(0) == "data:,"
    assert len(addresses) == 4
    for address in addresses:
        assert address.startswith(PREFIX)
        with world.app.test_client() as client, client.get(address) as asset:
            assert asset.status_code == 200, address
    assert "<script>" not in page.text
    assert "style=" not in page.text


def test_the_answers_keep_to_the_document(world: World) -> None:
    """Schemathesis calls every operation with what the document allows, and with what it forbids."""
    case = world.unhappy()
    shown = world.get(f"/conversations/{case.conversation_id}")
    known = {
        "tickets": case.ticket_id,
        "conversations": case.conversation_id,
        "invitations": shown["invitation_id"],
        "interactions": shown["interaction_id"],
        "customers": shown["customer_id"],
        "webhooks": (webhook := world.post("/webhooks", {"url": "https://example.com/hooks"}).json["id"]),
        "erasures": world.call("DELETE", f"/customers/{world.unhappy().customer_id}").json["id"],
        "recordings": "rec_nothing",
        "files": "file_nothing",
        "alerts": "alr_absent",
        "webhook-deliveries": world.post(f"/webhooks/{webhook}/test").json["id"],
    }
    schema = schemathesis.openapi.from_wsgi(f"{PREFIX}/openapi.json", world.app)
    headers = {"Authorization": f"Bearer {world.keys['admin']}"}
    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_schema_conformance,
    ]
    called: Counter[str] = Counter()
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]

        @given(case=operation.as_strategy())
        @settings(
            max_examples=_EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def call(case: Any) -> None:
            called[case.operation.label] += 1
            kind = case.path.removeprefix(f"{PREFIX}/").split("/")[0]
            if "id" in case.path_parameters and called[case.operation.label] % 2:
                case.path_parameters["id"] = known[kind]  # every other call is about something that is there
            case.call_and_validate(headers=headers, checks=checks)

        call()
    assert len(called) == len(ROUTES)
