"""Meta's Graph API over HTTP, as far as a business on WhatsApp needs it: messages, templates, the number itself."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox.faults import ACCEPTED, Fault
from sandbox.graph_create import MEDIA, read_message
from sandbox.graph_errors import GraphError, no_object, strike
from sandbox.graph_flows import Flows, as_shown
from sandbox.graph_media import MediaStore
from sandbox.graph_templates import Templates
from sandbox.graph_upload import MAX_UPLOAD, check_sent, read_upload
from sandbox.whatsapp_delivery import WhatsAppDelivery
from sandbox.whatsapp_phones import WhatsAppPhones
from sandbox.whatsapp_review import Reviewer
from sandbox.world import World

PAGE, PAGE_MAX = 25, 1_000
Handler = Callable[..., tuple[Any, dict[str, Any]]]
"""What a request comes to: the answer, and what its ledger line keeps besides."""


class GraphApi:
    """The routes under `/v24.0/…`, whatever version is named. Every request leaves one `whatsapp_request` line."""

    def __init__(
        self,
        world: World,
        phones: WhatsAppPhones,
        templates: Templates,
        delivery: WhatsAppDelivery,
        reviewer: Reviewer,
        media: MediaStore,
        flows: Flows,
    ) -> None:
        self._flows = flows
        self._media = media
        self._world = world
        self._phones = phones
        self._templates = templates
        self._delivery = delivery
        self._reviewer = reviewer

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("graph", __name__, url_prefix="/v<version>/<key>")
        for rule, method, handler in (
            ("/messages", "POST", self._send),
            ("/media", "POST", self._upload),
            ("/message_templates", "GET", self._list),
            ("/message_templates", "POST", self._create),
            ("/message_templates", "DELETE", self._delete),
            ("/flows", "GET", self._list_flows),
            ("/flows", "POST", self._create_flow),
            ("/publish", "POST", self._publish_flow),
            ("/deprecate", "POST", self._deprecate_flow),
            ("/subscribed_apps", "GET", self._apps),
            ("", "GET", self._show),
            ("", "POST", self._edit),
        ):
            view = partial(self._answer, handler)
            blueprint.add_url_rule(rule, f"{method} {rule}".replace(".", "_"), view, methods=[method])
        return blueprint

    def media_blueprint(self) -> Blueprint:
        """Where files are given out; at Meta's this is another host."""
        blueprint = Blueprint("graph_media", __name__)
        blueprint.add_url_rule("/_media/<key>", "file", self._give_out, methods=["GET"])
        blueprint.add_url_rule("/_sandbox/whatsapp/files/<key>", "opened", self._open, methods=["GET"])
        return blueprint

    def _give_out(self, key: str) -> Response:
        found = self._media.content(key)
        try:
            self._authenticate()
        except GraphError as error:
            return error.response()
        return Response(found[1], content_type=found[0]) if found else Response(status=404)

    def _open(self, key: str) -> Response:
        """What the business sent, as a phone opens it."""
        found = self._media.content(key)
        return Response(found[1], content_type=found[0]) if found else Response(status=404)

    def _answer(self, handler: Handler, version: str, key: str) -> Response:
        """Authenticates, lets the fault switches have their say, and writes the ledger line before the answer."""
        is_send = handler == self._send
        fault: Fault | None = None
        try:
            self._authenticate()
            fault = self._world.faults.api(self._recipient() if is_send else "", "create" if is_send else "read")
            if fault is not None and not (is_send and fault in ACCEPTED):
                self._write(None, None, fault, {})
                return strike(fault, self._world.faults.knobs, self._world.ledger)
            with self._world.lock:
                document, extra = handler(key)
                self._write(200, None, fault, extra)
        except GraphError as error:
            self._write(error.status, error.code, None, {})
            return error.response()
        if made := extra.get("message"):
            self._delivery.begin(made["number"], made["id"])
        if fault is not None:
            return strike(fault, self._world.faults.knobs, self._world.ledger)
        return jsonify(document)

    def _authenticate(self) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        right = hmac.compare_digest(token.encode(), self._world.settings.whatsapp.token.encode())
        if scheme.lower() != "bearer" or not right:
            raise GraphError(190, "Invalid OAuth access token - Cannot parse access token", status=401)

    def _write(self, status: int | None, code: int | None, fault: Fault | None, extra: dict[str, Any]) -> None:
        self._world.commit(
            "whatsapp_request",
            provider="meta",
            method=request.method,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            fields=request.get_json(silent=True) if request.is_json else None,
            client=request.headers.get("User-Agent", ""),
            status=status if fault is None else _STATUS.get(fault),
            code=code,
            fault=fault,
            **extra,
        )

    # --- messages -------------------------------------------------------------------------------------------------

    def _recipient(self) -> str:
        """The customer's number, for the fault switches; they know people by it."""
        body = request.get_json(silent=True)
        to = body.get("to") or body.get("recipient") if isinstance(body, dict) else None
        if not isinstance(to, str):
            return ""
        return self._phones.number_of(to) or f"+{to.lstrip('+')}"

    def _send(self, key: str) -> tuple[Any, dict[str, Any]]:
        if key != self._world.settings.whatsapp.phone_number_id:
            raise no_object(key)
        made = read_message(_json())
        number = f"+{made['to']}" if made["to"] else self._phones.number_of(made["recipient"] or "")
        if number is None:
            raise GraphError(131026, "Message undeliverable", details="Unknown user id.")
        template = None
        if made["type"] == "template":
            made["body"], made["controls"] = self._templates.fill(made["content"])
            name, language = made["content"]["name"], made["content"]["language"]["code"]
            known = self._templates.find(name, language) or {}
            template = {"name": name, "language": language, "category": known.get("category", "UTILITY")}
        if number == self._world.settings.whatsapp.number:
            raise GraphError(131021, "Sender and recipient are the same", details=number)
        if not self._phones.take_from_pair(number):
            raise GraphError(131056, "(Business Account, Consumer Account) pair rate limit hit", details="Too many.")
        file = None
        if made["type"] in MEDIA and (key := made["content"].get("id")) is not None:
            known_file = self._media.content(str(key))
            check_sent(made["type"], made["content"], known_file[0] if known_file else None)
            name = made["content"].get("filename") or self._media.name(str(key))
            file = {"id": str(key), "name": name, "mime_type": known_file[0] if known_file else ""}
        for control in made["controls"]:
            if control["kind"] == "flow":
                control["form"] = self._flows.form_for(control, self._world.clock.now())
        message = {
            "file": file,
            "id": f"wamid.{secrets.token_urlsafe(32)}",
            "number": number,
            "template": template,
            "in_window": self._phones.is_open(number),
            **{name: made[name] for name in ("type", "body", "controls", "tracker")},
        }
        return self._accepted(message, made), {"message": message}

    def _accepted(self, message: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
        phone = self._phones.get(message["number"])
        contact: dict[str, Any] = {"input": made["to"] or made["recipient"]}
        if phone.shows != "user_id":
            contact["wa_id"] = message["number"].removeprefix("+")
        if phone.shows != "number":
            contact["user_id"] = phone.user_id
        answer: dict[str, Any] = {"id": message["id"]}
        if message["template"]:
            answer["message_status"] = "accepted"
        return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [answer]}

    def _upload(self, key: str) -> tuple[Any, dict[str, Any]]:
        if key != self._world.settings.whatsapp.phone_number_id:
            raise no_object(key)
        request.max_content_length = MAX_UPLOAD
        mime_type, name, content = read_upload(request)
        media_id = str(10**14 + secrets.randbelow(10**15))
        self._media.add(media_id, mime_type, content, name)
        return {"id": media_id}, {"uploaded": media_id}

    # --- templates ------------------------------------------------------------------------------------------------

    def _account(self, key: str) -> None:
        if key != self._world.settings.whatsapp.business_account_id:
            raise no_object(key)

    def _list(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        found = self._templates.all()
        for field in ("name", "language", "status", "category"):
            if wanted := request.args.get(field):
                found = [each for each in found if each[field].upper() == wanted.upper()]
        limit = request.args.get("limit", str(PAGE))
        if not limit.isdigit() or not 1 <= int(limit) <= PAGE_MAX:
            raise GraphError(100, f"Param limit must be between 1 and {PAGE_MAX}")
        start = 0
        if after := request.args.get("after"):
            place = next((n for n, each in enumerate(found) if each["id"] == after), None)
            if place is None:
                raise GraphError(100, "Invalid cursor")
            start = place + 1
        shown = found[start : start + int(limit)]
        paging: dict[str, Any] = {}
        if shown:
            paging["cursors"] = {"before": shown[0]["id"], "after": shown[-1]["id"]}
            if start + len(shown) < len(found):
                paging["next"] = f"{request.base_url}?limit={limit}&after={shown[-1]['id']}"
        return {"data": [_shown(each) for each in shown], "paging": paging}, {}

    def _create(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        wish = _json()
        if not isinstance(wish, dict):
            raise GraphError(100, "Invalid parameter")
        made = self._templates.create(wish, str(10**14 + secrets.randbelow(10**15)), self._world.clock.now())
        self._reviewer.submitted(made)
        return {name: made[name] for name in ("id", "status", "category")}, {"template": made["id"]}

    def _edit(self, key: str) -> tuple[Any, dict[str, Any]]:
        template = self._templates.get(key)
        wish = _json()
        if template is None or not isinstance(wish, dict):
            raise no_object(key)
        self._templates.edit(template, wish, self._world.clock.now())
        self._reviewer.submitted(self._templates.get(key) or template)
        return {"success": True}, {"template": key}

    def _delete(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        name = request.args.get("name")
        if not name:
            raise GraphError(100, "The parameter name is required.")
        self._templates.delete(name, request.args.get("hsm_id"), self._world.clock.now())
        return {"success": True}, {"template": request.args.get("hsm_id")}

    # --- Flows ----------------------------------------------------------------------------------------------------

    def _list_flows(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        return {"data": self._flows.all(), "paging": {}}, {}

    def _create_flow(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        wish = _json()
        if not isinstance(wish, dict):
            raise GraphError(100, "Invalid parameter")
        made = self._flows.create(wish, str(10**14 + secrets.randbelow(10**15)))
        return {"id": made["id"], "success": True, "validation_errors": made["validation_errors"]}, {"flow": made["id"]}

    def _publish_flow(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._flows.publish(self._flow(key))
        return {"success": True}, {"flow": key}

    def _deprecate_flow(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._flows.deprecate(self._flow(key))
        return {"success": True}, {"flow": key}

    def _flow(self, key: str) -> dict[str, Any]:
        flow = self._flows.get(key)
        if flow is None:
            raise no_object(key)
        return flow

    # --- the rest -------------------------------------------------------------------------------------------------

    def _apps(self, key: str) -> tuple[Any, dict[str, Any]]:
        self._account(key)
        app = {"link": "https://www.facebook.com/games/?app_id=67084466", "name": "Zeroten", "id": "670843887433847"}
        return {"data": [{"whatsapp_business_api_data": app}]}, {}

    def _show(self, key: str) -> tuple[Any, dict[str, Any]]:
        settings = self._world.settings.whatsapp
        if key == settings.phone_number_id:
            number = {
                "verified_name": "Acme",
                "display_phone_number": settings.number,
                "quality_rating": "GREEN",
                "platform_type": "CLOUD_API",
                "throughput": {"level": "STANDARD"},
                "status": "CONNECTED",
                "webhook_configuration": {"application": settings.url},
            }
            wanted = request.args.get("fields")
            shown = {name: number[name] for name in wanted.split(",") if name in number} if wanted else number
            return {**shown, "id": key}, {}
        if (file := self._media.describe(key, request.host_url.rstrip("/"))) is not None:
            return file, {}
        if (flow := self._flows.get(key)) is not None:
            return as_shown(flow), {}
        template = self._templates.get(key)
        if template is None:
            raise no_object(key)
        return _shown(template), {}


def _shown(template: dict[str, Any]) -> dict[str, Any]:
    """A template as the API shows it, narrowed to the fields asked for."""
    kept = {name: value for name, value in template.items() if name != "edits"}
    wanted = request.args.get("fields")
    return {name: kept[name] for name in {*wanted.split(","), "id"} if name in kept} if wanted else kept


def _json() -> Any:
    if not request.is_json:
        raise GraphError(100, "Invalid parameter", details="The body must be JSON.")
    body = request.get_json(silent=True)
    if body is None:
        raise GraphError(100, "Invalid parameter", details="The body is not JSON.")
    return body


_STATUS: dict[Fault, int] = {
    Fault.ERROR_500: 500,
    Fault.ACCEPTED_500: 500,
    Fault.UNAVAILABLE_503: 503,
    Fault.THROTTLED_429: 429,
    Fault.ACCEPTED_GARBAGE: 200,
}
