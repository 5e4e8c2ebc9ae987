"""A WhatsApp message on its way: accepted → sent → delivered → read, or failed; each told by a status webhook.

A message outside the window, to somebody who is not on WhatsApp, or of marketing to somebody who stopped it, is
accepted like any other and fails later: the API's answer promises nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.graph_errors import failure
from sandbox.whatsapp_chat import contact_of
from sandbox.whatsapp_phones import WhatsAppPhones
from sandbox.whatsapp_webhooks import Update, WhatsAppCourier
from sandbox.world import World

NEXT = {"accepted": "sent", "sent": "delivered", "delivered": "read"}
UNREACHABLE = 131026
FIRST_OF_META = 100_000
"""Codes below this are Twilio's: the fault switches are shared."""


class WhatsAppDelivery:
    """Moves messages one status further at a time, `status_step_s` apart."""

    def __init__(self, world: World, phones: WhatsAppPhones, courier: WhatsAppCourier) -> None:
        self._world = world
        self._phones = phones
        self._courier = courier

    def begin(self, number: str, key: str) -> None:
        """Sets a new message (or one that a restart interrupted) on its way."""
        self._world.schedule.after(self._world.settings.status_step_s, partial(self._step, number, key))

    def resume(self) -> None:
        for message in self._phones.under_way():
            self.begin(message["number"], message["id"])

    def _step(self, number: str, key: str) -> None:
        with self._world.lock:
            message = self._phones.entry(number, key)
            if message is None or message["status"] not in NEXT:
                return
            status, code = self._next(number, message)
            if status == "delivered":
                words = {name: message[name] for name in ("id", "type", "body", "controls", "tracker")}
                self._world.commit("whatsapp_handset", number=number, author="business", **words)
            self._world.commit("whatsapp_status", number=number, id=key, status=status, error_code=code)
        self._tell(number, message, status, code)
        if status in NEXT:
            self.begin(number, key)

    def _next(self, number: str, message: dict[str, Any]) -> tuple[str, int | None]:
        phone = self._phones.get(number)
        if message["status"] == "accepted":
            if not phone.is_on_whatsapp:
                return "failed", UNREACHABLE
            if message["template"] is None and not message["in_window"]:
                return "failed", 131047
            if phone.marketing_stopped and (message["template"] or {}).get("category") == "MARKETING":
                return "failed", 131050
        if message["status"] == "sent":
            hit = self._world.faults.delivery(number)
            if hit is not None:
                return "failed", hit.error_code if hit.error_code >= FIRST_OF_META else UNREACHABLE
        return NEXT[message["status"]], None

    def _tell(self, number: str, message: dict[str, Any], status: str, code: int | None) -> None:
        phone = self._phones.get(number)
        item: dict[str, Any] = {
            "id": message["id"],
            "status": status,
            "timestamp": str(int(self._world.clock.now().timestamp())),
        }
        if phone.shows != "user_id":
            item["recipient_id"] = number.removeprefix("+")
        if phone.shows != "number":
            item["recipient_user_id"] = phone.user_id
        if message["tracker"] is not None:
            item["biz_opaque_callback_data"] = message["tracker"]
        if code is not None:
            item["errors"] = [failure(code)]
        else:
            category = (message["template"] or {}).get("category", "SERVICE").lower()
            item["pricing"] = {"billable": True, "pricing_model": "PMP", "category": category, "type": "regular"}
        self._courier.send(
            Update(
                what="status",
                id=f"{message['id']}:{status}",
                number=number,
                webhook_field="messages",
                part="statuses",
                item=item,
                contact=contact_of(phone),
            )
        )
