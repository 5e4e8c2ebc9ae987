"""WhatsApp in the sandbox: Meta's API, the reviewer of templates, the customers' phones, and the webhooks between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint

from sandbox.graph_api import GraphApi
from sandbox.graph_flows import Flows
from sandbox.graph_media import MediaStore
from sandbox.graph_templates import Templates
from sandbox.whatsapp_chat import WhatsAppChat
from sandbox.whatsapp_control import WhatsAppControl
from sandbox.whatsapp_delivery import WhatsAppDelivery
from sandbox.whatsapp_phones import WhatsAppPhones
from sandbox.whatsapp_review import Reviewer
from sandbox.whatsapp_webhooks import WhatsAppCourier
from sandbox.world import World


class WhatsApp:
    """Joins its rooms to the world; made before the ledger is replayed."""

    def __init__(self, world: World) -> None:
        phones, templates = WhatsAppPhones(world), Templates(world)
        courier = WhatsAppCourier(world)
        media, flows = MediaStore(world), Flows(world)
        self._chat = WhatsAppChat(world, phones, courier, media)
        self._delivery = WhatsAppDelivery(world, phones, courier)
        reviewer = Reviewer(world, templates, courier)
        self._api = GraphApi(world, phones, templates, self._delivery, reviewer, media, flows)
        self._control = WhatsAppControl(world, phones, self._chat, templates, reviewer, flows)

    def blueprints(self) -> Sequence[Blueprint]:
        """Meta's routes and the control API's."""
        return (self._api.blueprint(), self._api.media_blueprint(), self._control.blueprint())

    def describe(self) -> dict[str, Any]:
        """What the page of phones needs at once."""
        return self._control.describe()

    def resume(self) -> None:
        """After a restart: what had not come to an end goes on."""
        self._delivery.resume()
        self._chat.resume()
