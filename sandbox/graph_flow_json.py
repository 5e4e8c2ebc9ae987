"""Flow JSON as Meta's validator reads it: what is wrong with it, in the form of its `validation_errors`.

From "Flow JSON" and "Components": versions that can be published, one terminal screen with a footer, at most 50
components on a screen, and for each component its properties and lengths. Only what a static form needs is known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

VERSIONS = frozenset({"5.1", "6.0", "6.1", "6.2", "6.3", "7.0", "7.1", "7.2", "7.3"})
LARGEST = 10 * 1024 * 1024
MOST_COMPONENTS = 50
_SCREEN = re.compile(r"[A-Za-z_]{1,80}")
_REFERENCE = re.compile(r"\$\{form\.([A-Za-z_][A-Za-z0-9_]*)\}")
_SCREEN_KEYS = frozenset({"id", "title", "terminal", "success", "data", "layout", "refresh_on_back", "sensitive"})

# Type → property → the longest text it may hold; None: not a text, or no limit of its own.
_COMPONENTS: Mapping[str, Mapping[str, int | None]] = {
    "TextHeading": {"text": 80},
    "TextSubheading": {"text": 80},
    "TextBody": {"text": 4_096, "font-weight": None, "markdown": None},
    "TextCaption": {"text": 409, "font-weight": None, "markdown": None},
    "TextArea": {"name": None, "label": 20, "required": None, "max-length": None, "helper-text": 80},
    "RadioButtonsGroup": {"name": None, "label": 30, "required": None, "data-source": None, "description": 300},
    "Dropdown": {"name": None, "label": 20, "required": None, "data-source": None},
    "Footer": {"label": 35, "on-click-action": None, "enabled": None},
}
_REQUIRED: Mapping[str, frozenset[str]] = {
    "TextArea": frozenset({"name", "label"}),
    "RadioButtonsGroup": frozenset({"name", "label", "data-source"}),
    "Dropdown": frozenset({"name", "label", "data-source"}),
    "Footer": frozenset({"label", "on-click-action"}),
}
_OPTIONS = {"RadioButtonsGroup": 20, "Dropdown": 200}
_OPTION = {"id": None, "title": 30, "description": 300, "metadata": 20, "enabled": None}


def faults_of(text: Any) -> list[dict[str, Any]]:
    """Everything that is wrong with Flow JSON given as text; empty if it can be published."""
    if not isinstance(text, str) or len(text.encode()) > LARGEST:
        return [_fault("INVALID_FLOW_JSON", "flow_json must be a text of at most 10 MB", "")]
    try:
        flow = json.loads(text)
    except ValueError:
        return [_fault("INVALID_FLOW_JSON", "It is not JSON", "")]
    return list(_faults(flow))


def form_of(text: str) -> dict[str, Any]:
    """What a telephone shows of sound Flow JSON: the screen's id, title and components."""
    screen = json.loads(text)["screens"][0]
    return {"screen": screen["id"], "title": screen["title"], "parts": screen["layout"]["children"]}


def _faults(flow: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(flow, dict) or not isinstance(flow.get("screens"), list) or not flow["screens"]:
        yield _fault("INVALID_FLOW_JSON", "An object with screens is needed", "")
        return
    if flow.get("version") not in VERSIONS:
        yield _fault(
            "INVALID_PROPERTY_VALUE", f"{flow.get('version')!r} is no version that can be published", "version"
        )
    for name in flow.keys() - {"version", "screens", "routing_model", "data_api_version"}:
        yield _fault("INVALID_PROPERTY", f"{name} is not allowed", name)
    ids = [screen.get("id") if isinstance(screen, dict) else None for screen in flow["screens"]]
    if len(set(map(str, ids))) < len(ids):
        yield _fault("INVALID_PROPERTY_VALUE", "Ids of screens must differ", "screens")
    if not any(isinstance(screen, dict) and screen.get("terminal") is True for screen in flow["screens"]):
        yield _fault("MISSING_REQUIRED_PROPERTY", "There is no terminal screen", "screens")
    for place, screen in enumerate(flow["screens"]):
        yield from _screen(screen, f"screens[{place}]")


def _screen(screen: Any, where: str) -> Iterator[dict[str, Any]]:
    if not isinstance(screen, dict):
        yield _fault("INVALID_PROPERTY_VALUE", "A screen is an object", where)
        return
    key = screen.get("id")
    if not isinstance(key, str) or not _SCREEN.fullmatch(key) or key == "SUCCESS":
        yield _fault("INVALID_PROPERTY_VALUE", f"{key!r} is no id of a screen", f"{where}.id")
    for name in screen.keys() - _SCREEN_KEYS:
        yield _fault("INVALID_PROPERTY", f"{name} is not allowed", f"{where}.{name}")
    if not isinstance(screen.get("title"), str) or not screen["title"].strip():
        yield _fault("MISSING_REQUIRED_PROPERTY", "A title is needed", f"{where}.title")
    layout = screen.get("layout")
    children = layout.get("children") if isinstance(layout, dict) else None
    if not isinstance(layout, dict) or not isinstance(children, list) or layout.get("type") != "SingleColumnLayout":
        yield _fault("INVALID_PROPERTY_VALUE", "A SingleColumnLayout with children is needed", f"{where}.layout")
        return
    if not 1 <= len(children) <= MOST_COMPONENTS:
        yield _fault("INVALID_PROPERTY_VALUE", f"1 to {MOST_COMPONENTS} components", f"{where}.layout.children")
    kinds = [child.get("type") if isinstance(child, dict) else None for child in children]
    if kinds.count("Footer") != 1 and screen.get("terminal"):
        yield _fault("MISSING_REQUIRED_PROPERTY", "A terminal screen has one Footer", f"{where}.layout.children")
    names = [child["name"] for child in children if isinstance(child, dict) and "name" in child]
    if len(set(map(str, names))) < len(names):
        yield _fault("INVALID_PROPERTY_VALUE", "Names of components must differ", f"{where}.layout.children")
    for place, child in enumerate(children):
        yield from _component(child, names, f"{where}.layout.children[{place}]")


def _component(child: Any, names: list[Any], where: str) -> Iterator[dict[str, Any]]:
    kind = child.get("type") if isinstance(child, dict) else None
    limits = _COMPONENTS.get(str(kind))
    if limits is None:
        yield _fault("INVALID_PROPERTY_VALUE", f"{kind!r} is no component", f"{where}.type")
        return
    yield from _texts(child, limits, where, besides={"type", "visible"})
    for name in _REQUIRED.get(str(kind), frozenset({"text"})) - child.keys():
        yield _fault("MISSING_REQUIRED_PROPERTY", f"{name} is needed", f"{where}.{name}")
    if kind in _OPTIONS:
        yield from _options(child.get("data-source"), _OPTIONS[str(kind)], f"{where}.data-source")
    if kind == "Footer":
        yield from _action(child.get("on-click-action"), names, f"{where}.on-click-action")


def _texts(
    part: Mapping[str, Any], limits: Mapping[str, int | None], where: str, besides: set[str]
) -> Iterator[dict[str, Any]]:
    for name, value in part.items():
        if name not in limits and name not in besides:
            yield _fault("INVALID_PROPERTY", f"{name} is not allowed", f"{where}.{name}")
        elif (longest := limits.get(name)) is not None and not _fits(value, longest):
            yield _fault("INVALID_PROPERTY_VALUE", f"A text of 1 to {longest} characters", f"{where}.{name}")


def _options(options: Any, most: int, where: str) -> Iterator[dict[str, Any]]:
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield _fault("INVALID_PROPERTY_VALUE", f"1 to {most} options", where)
        return
    for place, option in enumerate(options):
        if not isinstance(option, dict) or not option.keys() >= {"id", "title"}:
            yield _fault("INVALID_PROPERTY_VALUE", "An option has an id and a title", f"{where}[{place}]")
        else:
            yield from _texts(option, _OPTION, f"{where}[{place}]", besides=set())
    ids = [str(option.get("id")) for option in options if isinstance(option, dict)]
    if len(set(ids)) < len(ids):
        yield _fault("INVALID_PROPERTY_VALUE", "Ids of options must differ", where)


def _action(action: Any, names: list[Any], where: str) -> Iterator[dict[str, Any]]:
    payload = action.get("payload") if isinstance(action, dict) else None
    if not isinstance(action, dict) or action.get("name") != "complete" or not isinstance(payload, dict):
        yield _fault("INVALID_PROPERTY_VALUE", "Without an endpoint the footer completes the Flow", where)
        return
    for name, value in payload.items():
        match = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if isinstance(value, str) and "${" in value and (match is None or match[1] not in names):
            yield _fault("INVALID_PROPERTY_VALUE", f"{value} names no component", f"{where}.payload.{name}")


def _fits(value: Any, longest: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value.encode("utf-16-le")) // 2 <= longest


def _fault(error: str, message: str, path: str) -> dict[str, Any]:
    return {"error": error, "error_type": "FLOW_JSON_ERROR", "message": message, "pointers": [{"path": path}]}
