"""The account's templates: what Meta asks of them, what the reviewer decides, and what may be sent as one.

Rules of the "Message templates" pages: names, lengths, variables with examples, edits (of approved,
rejected and paused ones; of an approved one once a day and ten times in thirty days), and a deleted approved name that
stays blocked for 30 days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph_errors import GraphError, invalid, required
from sandbox.graph_review import check_components, refuse
from sandbox.ledger import Record
from sandbox.world import World

CATEGORIES = frozenset({"UTILITY", "MARKETING", "AUTHENTICATION"})
EDITABLE = frozenset({"APPROVED", "REJECTED", "PAUSED"})
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
_VARIABLE = re.compile(r"\{\{([a-z0-9_]+)\}\}")
_BLOCKED = timedelta(days=30)


class Templates:
    """All templates, as the ledger tells them; each is a mapping as the API shows it, with `edits` beside."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: dict[str, dict[str, Any]] = {}
        self._gone: dict[str, datetime] = {}  # names that are blocked, and until when
        world.join({"whatsapp_template": self._kept, "reset": self._reset})

    # --- what is there --------------------------------------------------------------------------------------------

    def all(self) -> list[dict[str, Any]]:
        """Oldest first."""
        with self._world.lock:
            return [dict(template) for template in self._by_id.values()]

    def get(self, key: str) -> dict[str, Any] | None:
        with self._world.lock:
            template = self._by_id.get(key)
            return dict(template) if template else None

    def find(self, name: str, language: str) -> dict[str, Any] | None:
        with self._world.lock:
            for template in self._by_id.values():
                if (template["name"], template["language"]) == (name, language):
                    return dict(template)
        return None

    # --- what the business does -----------------------------------------------------------------------------------

    def create(self, wish: Mapping[str, Any], key: str, now: datetime) -> dict[str, Any]:
        """A new template, pending. Raises GraphError."""
        allowed = {"name", "language", "category", "components", "parameter_format", "allow_category_change"}
        allowed |= {"message_send_ttl_seconds"}
        for field in wish:
            if field not in allowed:
                raise refuse(2388042, "Invalid parameter", f"Unexpected field {field}")
        name, language, category = wish.get("name"), wish.get("language"), wish.get("category")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            words = "Message template name can only have lowercase letters, numbers and underscores."
            raise refuse(2388046, "Invalid name", words)
        if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
            raise refuse(2388047, "Invalid language", f"{language!r} is no language of templates.")
        if category not in CATEGORIES:
            raise refuse(2388042, "Invalid category", f"category must be one of {sorted(CATEGORIES)}.")
        if (until := self._gone.get(name)) is not None and now < until:
            words = "New content can't be added while the existing content of this name is being deleted."
            raise refuse(2388023, "Message template language is being deleted", words)
        if self.find(name, language):
            words = f"There is already {language} content for this template."
            raise refuse(2388024, "Content in this language already exists", words)
        named = wish.get("parameter_format", "POSITIONAL") == "NAMED"
        check_components(wish.get("components"), named=named)
        self._refuse_double(wish["components"], besides=None)
        made = {name: wish[name] for name in ("name", "language", "category", "components")}
        made |= {"id": key, "status": "PENDING", "parameter_format": "NAMED" if named else "POSITIONAL", "edits": []}
        return self._keep(made | {"rejected_reason": "NONE", "quality_score": {"score": "UNKNOWN"}})

    def edit(self, template: dict[str, Any], wish: Mapping[str, Any], now: datetime) -> None:
        """Other words, or another category; pending again. Raises GraphError."""
        for field in wish:
            if field not in {"components", "category", "message_send_ttl_seconds", "parameter_format"}:
                raise refuse(2388042, "Invalid parameter", f"Unexpected field {field}")
        if template["status"] not in EDITABLE:
            raise refuse(2388025, "Cannot be edited", f"A template that is {template['status']} cannot be edited.")
        is_approved = template["status"] == "APPROVED"
        category = wish.get("category", template["category"])
        if is_approved and category != template["category"]:
            raise refuse(2388025, "Cannot be edited", "The category of an approved template cannot be changed.")
        if is_approved:
            edits = [datetime.fromisoformat(at) for at in template["edits"]]
            recent = [at for at in edits if now - at < timedelta(days=30)]
            if len(recent) >= 10 or any(now - at < timedelta(days=1) for at in recent):
                raise refuse(2388025, "Edit limit", "An approved template has one edit a day and ten in 30 days.")
            template = template | {"edits": [*template["edits"], now.isoformat()]}
        components = wish.get("components", template["components"])
        check_components(components, named=template["parameter_format"] == "NAMED")
        self._refuse_double(components, besides=template["id"])
        self._keep(template | {"components": components, "category": category, "status": "PENDING"})

    def delete(self, name: str, key: str | None, now: datetime) -> None:
        """One language, or all of a name. Raises GraphError."""
        with self._world.lock:
            mine = [each for each in self._by_id.values() if each["name"] == name and key in (None, each["id"])]
        if not mine:
            raise refuse(2593002, "Message template not found", f"There is no template {name}.")
        for template in mine:
            if template["status"] == "DISABLED":
                raise refuse(2388025, "Cannot be deleted", "A disabled template cannot be deleted.")
            blocked = (now + _BLOCKED).isoformat() if template["status"] == "APPROVED" and key is None else None
            self._world.commit("whatsapp_template", id=template["id"], template=None, name=name, blocked_until=blocked)

    # --- what Meta does -------------------------------------------------------------------------------------------

    def change(self, template: dict[str, Any], **values: Any) -> dict[str, Any]:
        """The reviewer's decision."""
        return self._keep(template | values)

    def fill(self, content: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
        """What the customer reads when `content` is sent, and its buttons. Raises GraphError unless it may be sent."""
        name, language = content["name"], content["language"]["code"]
        template = self.find(name, language)
        if template is None or template["status"] not in {"APPROVED", "PAUSED", "DISABLED"}:
            details = f"template name ({name}) does not exist in {language}"
            raise GraphError(132001, "Template name does not exist in the translation", status=404, details=details)
        if template["status"] == "PAUSED":
            raise GraphError(132015, "Template is Paused", details="Template is paused due to low quality.")
        if template["status"] == "DISABLED":
            raise GraphError(132016, "Template is Disabled", details="Template is disabled permanently.")
        given = content.get("components", [])
        if not isinstance(given, list) or not all(isinstance(part, dict) for part in given):
            raise GraphError(100, "Invalid parameter", details="Param components must be an array of objects.")
        lines = []
        for component in template["components"]:
            if component["type"] in {"HEADER", "BODY"}:
                lines.append(_fill(component, given, named=template["parameter_format"] == "NAMED"))
            elif component["type"] == "FOOTER":
                lines.append(component["text"])
        return "\n".join(line for line in lines if line), _reply_buttons(template, given)

    # --- parts ----------------------------------------------------------------------------------------------------

    def _refuse_double(self, components: list[dict[str, Any]], besides: str | None) -> None:
        mine = _content(components)
        with self._world.lock:
            for other in self._by_id.values():
                if other["id"] != besides and _content(other["components"]) == mine:
                    words = f"The same body and footer as the template {other['name']}."
                    raise refuse(2388023, "Duplicate content", words)

    def _keep(self, template: dict[str, Any]) -> dict[str, Any]:
        self._world.commit("whatsapp_template", id=template["id"], template=template)
        return template

    def _kept(self, record: Record) -> None:
        if record["template"] is not None:
            self._by_id[record["id"]] = record["template"]
            return
        self._by_id.pop(record["id"], None)
        if record.get("blocked_until"):
            self._gone[record["name"]] = datetime.fromisoformat(record["blocked_until"])

    def _reset(self, _record: Record) -> None:
        self._by_id.clear()
        self._gone.clear()


def _content(components: list[dict[str, Any]]) -> tuple[Any, ...]:
    return tuple(component.get("text") for component in components if component.get("type") in {"BODY", "FOOTER"})


def _fill(component: dict[str, Any], given: list[dict[str, Any]], *, named: bool) -> str:
    """One text component with its values. Raises GraphError where the values do not fit the variables."""
    text = str(component.get("text", ""))
    names = list(dict.fromkeys(_VARIABLE.findall(text)))
    kind = component["type"].lower()
    mine = [part for part in given if str(part.get("type", "")).lower() == kind]
    parameters = mine[0].get("parameters", []) if mine else []
    if len(mine) > 1 or not isinstance(parameters, list) or len(parameters) != len(names):
        details = f"{kind}: number of localizable_params ({len(parameters)}) does not match the expected {len(names)}"
        raise GraphError(132000, "Number of parameters does not match the expected number of params", details=details)
    values = {}
    for place, parameter in enumerate(parameters):
        if not isinstance(parameter, dict) or parameter.get("type") != "text":
            raise GraphError(132012, "Parameter format does not match", details=f"{kind}: expected text")
        value = parameter.get("text")
        if not isinstance(value, str) or not value.strip():
            raise required(f"{kind}: parameter {place + 1}")
        if re.search(r"[\n\t]| {5}", value):
            details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
            raise GraphError(132018, "There was an issue with the parameters of the template", details=details)
        if len(value) > 1_024:
            raise GraphError(132005, "Translated text too long", details=kind)
        name = parameter.get("parameter_name") if named else names[place]
        if name not in names or name in values or (not named and "parameter_name" in parameter):
            raise GraphError(132012, "Parameter format does not match", details=f"{kind}: {name!r} is not expected")
        values[name] = value
    return _VARIABLE.sub(lambda match: values[match[1]], text)


def _reply_buttons(template: dict[str, Any], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = [button for part in template["components"] if part["type"] == "BUTTONS" for button in part["buttons"]]
    payloads: dict[int, str] = {}
    for part in given:
        if str(part.get("type", "")).lower() != "button":
            if str(part.get("type", "")).lower() not in {"body", "header"}:
                raise invalid(f"components: {part.get('type')!r} is not expected")
            continue
        index, parameters = str(part.get("index")), part.get("parameters")
        if not index.isdigit() or int(index) >= len(shown) or not isinstance(parameters, list) or len(parameters) != 1:
            raise GraphError(132012, "Parameter format does not match", details=f"button {index}")
        if str(part.get("sub_type", "")).lower() != "quick_reply" or parameters[0].get("type") != "payload":
            raise GraphError(132012, "Parameter format does not match", details=f"button {index}: payload expected")
        payloads[int(index)] = str(parameters[0].get("payload", ""))
    return [
        {"kind": "quick_reply", "id": payloads.get(index, button["text"]), "title": button["text"]}
        for index, button in enumerate(shown)
        if button["type"] == "QUICK_REPLY"
    ]
