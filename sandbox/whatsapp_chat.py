"""What customers do on WhatsApp: write, tap, send a picture, react, stop marketing, change their number."""

from __future__ import annotations

import json
import secrets
from typing import Any

from werkzeug.exceptions import BadRequest

from sandbox.graph_media import MediaStore, sample
from sandbox.ledger import Record
from sandbox.whatsapp_phones import Phone, WhatsAppPhones
from sandbox.whatsapp_webhooks import Update, WhatsAppCourier
from sandbox.world import World, moment

MEDIA: dict[str, dict[str, Any]] = {
    "image": {"mime_type": "image/jpeg"},
    "audio": {"mime_type": "audio/ogg; codecs=opus", "voice": True},
    "video": {"mime_type": "video/mp4"},
    "document": {"mime_type": "application/pdf", "filename": "letter.pdf"},
    "sticker": {"mime_type": "image/webp", "animated": False},
}


class WhatsAppChat:
    """The customers' side."""

    def __init__(self, world: World, phones: WhatsAppPhones, courier: WhatsAppCourier, store: MediaStore) -> None:
        self._store = store
        self._world = world
        self._phones = phones
        self._courier = courier

    def text(self, number: str, body: str, **how: Any) -> tuple[Record, Update]:
        """The customer types."""
        return self._say(number, "text", body, {"text": {"body": body}}, None, **how)

    def media(
        self, number: str, kind: str, caption: str | None, content: bytes | None = None, **how: Any
    ) -> tuple[Record, Update]:
        """The customer sends a picture, a voice note … content: its bytes instead of the sample's."""
        file = MEDIA[kind] | {"id": str(secrets.randbelow(10**16)), "sha256": secrets.token_urlsafe(32)}
        file |= {"caption": caption} if caption else {}
        self._store.add(file["id"], file["mime_type"], sample(kind) if content is None else content)
        return self._say(number, kind, caption or f"[{kind}]", {kind: file}, None, **how)

    def react(self, number: str, message_id: str, emoji: str, **how: Any) -> tuple[Record, Update]:
        content = {"reaction": {"message_id": message_id, "emoji": emoji}}
        return self._say(number, "reaction", emoji, content, None, **how)

    def tap(self, number: str, message_id: str, control: dict[str, Any], **how: Any) -> tuple[Record, Update]:
        """The customer taps a button or a row of one of our messages."""
        kind = control["kind"]
        context = {"from": self._world.settings.whatsapp.number.removeprefix("+"), "id": message_id}
        if kind == "quick_reply":
            content = {"button": {"payload": control["id"], "text": control["title"]}}
            return self._say(number, "button", control["title"], content, context, **how)
        reply = {"id": control["id"], "title": control["title"]}
        if kind == "row":
            reply["description"] = control.get("description", "")
        name = "button_reply" if kind == "button" else "list_reply"
        content = {"interactive": {"type": name, name: reply}}
        return self._say(number, "interactive", control["title"], content, context, **how)

    def fill(
        self, number: str, message_id: str, control: dict[str, Any], answers: dict[str, str], **how: Any
    ) -> tuple[Record, Update]:
        """The customer sends the form of one of our messages; what was left blank is not in it."""
        footer = next(part for part in control["form"]["parts"] if part["type"] == "Footer")
        payload = footer["on-click-action"]["payload"]
        filled = {name: _resolved(value, answers) for name, value in payload.items()}
        response = {"flow_token": control["token"], **{name: value for name, value in filled.items() if value}}
        reply = {"name": "flow", "body": "Sent", "response_json": json.dumps(response, ensure_ascii=False)}
        context = {"from": self._world.settings.whatsapp.number.removeprefix("+"), "id": message_id}
        content = {"interactive": {"type": "nfm_reply", "nfm_reply": reply}}
        return self._say(number, "interactive", "Response sent", content, context, **how)

    def raw(self, number: str, message: dict[str, Any], **how: Any) -> tuple[Record, Update]:
        """Any message of any type, as it stands: what the product must be able to bear."""
        kind = str(message.get("type", "unknown"))
        return self._say(
            number, kind, f"[{kind}]", {name: message[name] for name in message if name != "type"}, None, **how
        )

    def prefer(self, number: str, wish: str) -> Update:
        """The customer's own switch for marketing messages: `stop` or `resume`."""
        self._world.commit("whatsapp_phone", number=number, marketing_stopped=wish == "stop")
        phone = self._phones.get(number)
        now = int(self._world.clock.now().timestamp())
        item = _names(phone, "wa_id", "user_id") | {
            "detail": f"User requested to {wish} marketing messages",
            "category": "marketing_messages",
            "value": wish,
            "timestamp": now,
        }
        update = Update(
            what="preference",
            id=f"{number}:{wish}:{now}",
            number=number,
            webhook_field="user_preferences",
            part="user_preferences",
            item=item,
            contact=contact_of(phone),
        )
        self._courier.send(update)
        return update

    def redeliver(self, record: Record, *, copies: int = 1) -> Update:
        """Brings an earlier message (again)."""
        update = self._update(record)
        self._courier.send(update, copies=copies, late_s=0.0)
        return update

    def resume(self) -> None:
        """After a restart: messages whose webhook had not come to an end are brought again."""
        for record in self._phones.unacknowledged():
            self.redeliver(record)

    def _say(
        self,
        number: str,
        kind: str,
        body: str,
        content: dict[str, Any],
        context: dict[str, Any] | None,
        *,
        copies: int | None = None,
        late_s: float | None = None,
        hold: bool = False,
    ) -> tuple[Record, Update]:
        key = f"wamid.{secrets.token_urlsafe(32)}"
        record = self._world.commit(
            "whatsapp_text", id=key, number=number, type=kind, body=body, content=content, context=context
        )
        update = self._update(record)
        if not hold:
            self._courier.send(update, copies=copies, late_s=late_s)
        return record, update

    def _update(self, record: Record) -> Update:
        phone = self._phones.get(record["number"])
        item: dict[str, Any] = _names(phone, "from", "from_user_id") | {
            "id": record["id"],
            "timestamp": str(int(moment(record).timestamp())),
            "type": record["type"],
            **record["content"],
        }
        if record["context"]:
            item["context"] = record["context"]
        return Update(
            what="inbound",
            id=record["id"],
            number=record["number"],
            webhook_field="messages",
            part="messages",
            item=item,
            contact=contact_of(phone),
        )


def read_answers(form: dict[str, Any], given: Any) -> dict[str, str]:
    """What a customer may enter into this form. Raises BadRequest for what the telephone would not take."""
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise BadRequest("answers must be an object of texts")
    fields = {part["name"]: part for part in form["parts"] if "name" in part}
    for name in given.keys() - fields.keys():
        raise BadRequest(f"the form has no field {name}")
    for name, part in fields.items():
        value = given.get(name, "").strip()
        if part.get("required") and not value:
            raise BadRequest(f"{name} must be answered")
        options = [option["id"] for option in part.get("data-source", ())]
        if value and options and value not in options:
            raise BadRequest(f"{name} must be one of {', '.join(options)}")
        if not options and len(value) > part.get("max-length", 600):
            raise BadRequest(f"{name} is too long")
    return {name: value.strip() for name, value in given.items()}


def _resolved(value: Any, answers: dict[str, str]) -> Any:
    """A value of the payload: what the customer entered, or what stands there."""
    if isinstance(value, str) and value.startswith("${form."):
        return answers.get(value.removeprefix("${form.").removesuffix("}"), "")
    return value


def contact_of(phone: Phone) -> dict[str, Any]:
    """The person as webhooks name them; number and user id may each be missing."""
    profile = {"name": phone.name or "Customer"}
    return {"profile": profile} | _names(phone, "wa_id", "user_id")


def _names(phone: Phone, number: str, user_id: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    if phone.shows != "user_id":
        names[number] = phone.number.removeprefix("+")
    if phone.shows != "number":
        names[user_id] = phone.user_id
    return names
