"""The account's Flows: made and published by the business, blocked and throttled by Meta, opened by customers.

From "Flows API" and "Flow health": a name is used once; only a Flow without faults can be published; a blocked one is
neither sent nor opened (132068), of a throttled one ten are sent an hour (132069).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph_errors import GraphError, invalid
from sandbox.graph_flow_json import faults_of, form_of
from sandbox.ledger import Record
from sandbox.world import World, moment

STATUSES = frozenset({"DRAFT", "PUBLISHED", "DEPRECATED", "BLOCKED", "THROTTLED"})
CATEGORIES = frozenset(
    {
        "SIGN_UP",
        "SIGN_IN",
        "APPOINTMENT_BOOKING",
        "LEAD_GENERATION",
        "CONTACT_US",
        "CUSTOMER_SUPPORT",
        "SURVEY",
        "OTHER",
    }
)
AN_HOUR, PER_HOUR = timedelta(hours=1), 10


class Flows:
    """All Flows as the ledger tells them; each is a mapping as the API shows it, with its `flow_json` beside."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[str, dict[str, Any]] = {}
        self._sent: dict[str, list[datetime]] = {}
        world.join({"whatsapp_flow": self._kept, "whatsapp_request": self._counted, "reset": self._reset})

    def all(self) -> list[dict[str, Any]]:
        """Oldest first, as the API shows them."""
        with self._world.lock:
            return [as_shown(flow) for flow in self._by_id.values()]

    def get(self, key: str) -> dict[str, Any] | None:
        with self._world.lock:
            flow = self._by_id.get(key)
            return dict(flow) if flow else None

    # --- what the business does -----------------------------------------------------------------------------------

    def create(self, wish: Mapping[str, Any], key: str) -> dict[str, Any]:
        """A new Flow: a draft, or published if that is wished and it has no faults. Raises GraphError."""
        for field in wish.keys() - {"name", "categories", "flow_json", "publish", "clone_flow_id", "endpoint_uri"}:
            raise GraphError(100, "Invalid parameter", details=f"Unexpected field {field}")
        name, categories = wish.get("name"), wish.get("categories")
        if not isinstance(name, str) or not 0 < len(name) <= 200:
            raise GraphError(100, "Invalid parameter", details="name: a text of 1 to 200 characters")
        if not isinstance(categories, list) or not categories or not set(map(str, categories)) <= CATEGORIES:
            raise GraphError(100, "Invalid parameter", details=f"categories: some of {sorted(CATEGORIES)}")
        if any(flow["name"] == name for flow in self.all()):
            words = "Flow name should be unique within one WhatsApp Business Account."
            raise GraphError(100, "Invalid parameter", subcode=4016019, title="Flow name is not unique", words=words)
        given = wish.get("flow_json")
        faults = faults_of(given) if given is not None else []
        if wish.get("publish") and (given is None or faults):
            words = "It has validation errors." if faults else "It has no Flow JSON."
            raise GraphError(139002, "Publishing Flow failed", title="Publishing failed", words=words)
        flow = {
            "id": key,
            "name": name,
            "status": "PUBLISHED" if wish.get("publish") else "DRAFT",
            "categories": categories,
            "validation_errors": faults,
            "json_version": None if given is None or faults else json.loads(given)["version"],
            "flow_json": given,
        }
        self._world.commit("whatsapp_flow", flow=flow)
        return flow

    def publish(self, flow: Mapping[str, Any]) -> None:
        """Raises GraphError unless it is a draft without faults."""
        if flow["status"] != "DRAFT" or flow["flow_json"] is None or flow["validation_errors"]:
            raise GraphError(139002, "Publishing Flow failed", title="Publishing failed", words="It is no sound draft.")
        self.put(flow, "PUBLISHED")

    def deprecate(self, flow: Mapping[str, Any]) -> None:
        """Raises GraphError for a draft."""
        if flow["status"] == "DRAFT":
            raise GraphError(139003, "Can't deprecate unpublished Flow", title="It is a draft", words="Delete it.")
        self.put(flow, "DEPRECATED")

    def put(self, flow: Mapping[str, Any], status: str) -> None:
        """How it stands from now on."""
        self._world.commit("whatsapp_flow", flow={**flow, "status": status})

    # --- a message that shows one -----------------------------------------------------------------------------------

    def form_for(self, control: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """The form that a message with this control opens. Raises GraphError if it must not be sent."""
        flow = self.get(control["id"])
        if flow is None or (flow["status"] == "DRAFT") != (control["mode"] == "draft"):
            raise invalid(f"Flow {control['id']} does not exist, or is not {control['mode']}")
        if flow["status"] == "DEPRECATED":
            raise invalid("The Flow is deprecated")
        if flow["status"] == "BLOCKED":
            raise GraphError(132068, "Flow is blocked", details="Flow is in blocked state.")
        recent = [at for at in self._sent.get(flow["id"], ()) if now - at < AN_HOUR]
        if flow["status"] == "THROTTLED" and len(recent) >= PER_HOUR:
            details = "Flow is in throttled state and 10 messages using this flow were already sent in the last hour."
            raise GraphError(132069, "Flow is throttled", details=details)
        if flow["flow_json"] is None or flow["validation_errors"]:
            raise invalid("The Flow has no sound Flow JSON")
        form = form_of(flow["flow_json"])
        if control["screen"] != form["screen"]:
            raise invalid(f"The Flow does not begin with screen {control['screen']}")
        return form

    # --- folds ----------------------------------------------------------------------------------------------------

    def _kept(self, record: Record) -> None:
        self._by_id[record["flow"]["id"]] = record["flow"]

    def _counted(self, record: Record) -> None:
        for control in (record.get("message") or {}).get("controls") or ():
            if control["kind"] == "flow":
                self._sent.setdefault(control["id"], []).append(moment(record))

    def _reset(self, _record: Record) -> None:
        self._by_id.clear()
        self._sent.clear()


def as_shown(flow: Mapping[str, Any]) -> dict[str, Any]:
    """A Flow as the API shows it."""
    return {name: value for name, value in flow.items() if name != "flow_json"}
