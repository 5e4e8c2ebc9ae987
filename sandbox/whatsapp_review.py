"""The reviewer at Meta: decides about templates, by hand or by itself, and tells the business by webhook."""

from __future__ import annotations

from functools import partial
from typing import Any

from sandbox.graph_templates import CATEGORIES, Templates
from sandbox.whatsapp_webhooks import Update, WhatsAppCourier
from sandbox.world import World

STATUSES = {
    "APPROVED": "APPROVED",
    "REJECTED": "REJECTED",
    "PAUSED": "PAUSED",
    "DISABLED": "DISABLED",
    "FLAGGED": "APPROVED",
    "REINSTATED": "APPROVED",
    "IN_APPEAL": "IN_APPEAL",
    "PENDING_DELETION": "PENDING_DELETION",
}
"""What the webhook says, and the template's status from then on."""
REASONS = ("ABUSIVE_CONTENT", "INCORRECT_CATEGORY", "INVALID_FORMAT", "PROMOTIONAL", "SCAM", "TAG_CONTENT_MISMATCH")
QUALITIES = ("GREEN", "YELLOW", "RED", "UNKNOWN")
DECIDES_AFTER_S = 0.5


class Reviewer:
    """`is_automatic`: what is submitted is approved after half a second."""

    def __init__(self, world: World, templates: Templates, courier: WhatsAppCourier) -> None:
        self._world = world
        self._templates = templates
        self._courier = courier
        self.is_automatic = world.settings.whatsapp.review == "auto"
        world.join({"whatsapp_review": self._switched})

    def submitted(self, template: dict[str, Any]) -> None:
        """A template waits for a decision."""
        if self.is_automatic:
            self._world.schedule.after(DECIDES_AFTER_S, partial(self._approve, template["id"]))

    def switch(self, automatic: bool) -> None:
        """Decide by itself from now on, or wait for a person. What waits is decided, too."""
        self._world.commit("whatsapp_review", automatic=automatic)
        for template in self._templates.all():
            if template["status"] == "PENDING":
                self.submitted(template)

    def decide(self, template: dict[str, Any], event: str, reason: str | None, category: str | None) -> None:
        """`event` of STATUSES. Raises ValueError for what there is not."""
        if event not in STATUSES:
            raise ValueError(f"event must be one of {', '.join(STATUSES)}")
        if category is not None and category not in CATEGORIES:
            raise ValueError(f"category must be one of {', '.join(sorted(CATEGORIES))}")
        if event == "REJECTED" and reason not in REASONS:
            raise ValueError(f"reason must be one of {', '.join(REASONS)}")
        reason = reason or "NONE"
        rejected = reason if event == "REJECTED" else "NONE"
        changes: dict[str, Any] = {"status": STATUSES[event], "rejected_reason": rejected}
        changed = self._templates.change(template, **changes, category=category or template["category"])
        value: dict[str, Any] = {"event": event, "reason": reason, "message_template_category": changed["category"]}
        if event == "PAUSED":
            words = "This template has been paused for 3 hours because its quality is low."
            value["other_info"] = {"title": "FIRST_PAUSE", "description": words}
        if event == "REJECTED":
            value["rejection_info"] = {"reason": reason, "recommendation": "Change the template and submit it again."}
        self._tell("message_template_status_update", changed, value)

    def recategorise(self, template: dict[str, Any], category: str) -> None:
        """Meta moves an approved template into another category. Raises ValueError."""
        if category not in CATEGORIES:
            raise ValueError(f"category must be one of {', '.join(sorted(CATEGORIES))}")
        before = template["category"]
        changed = self._templates.change(template, category=category)
        self._tell("template_category_update", changed, {"previous_category": before, "new_category": category})

    def rate(self, template: dict[str, Any], quality: str) -> None:
        """Customers' feedback has changed the quality. Raises ValueError."""
        if quality not in QUALITIES:
            raise ValueError(f"quality must be one of {', '.join(QUALITIES)}")
        before = template["quality_score"]["score"]
        changed = self._templates.change(template, quality_score={"score": quality})
        value = {"previous_quality_score": before, "new_quality_score": quality}
        self._tell("message_template_quality_update", changed, value)

    def _approve(self, key: str) -> None:
        template = self._templates.get(key)
        if template is not None and template["status"] == "PENDING":
            self.decide(template, "APPROVED", None, None)

    def _tell(self, field: str, template: dict[str, Any], value: dict[str, Any]) -> None:
        named = {
            "message_template_id": int(template["id"]),
            "message_template_name": template["name"],
            "message_template_language": template["language"].replace("_", "-"),
        }
        key = f"{template['id']}:{value.get('event', field)}"
        self._courier.send(
            Update(what="template", id=key, number="", webhook_field=field, part=None, item=value | named)
        )

    def _switched(self, record: dict[str, Any]) -> None:
        self.is_automatic = record["automatic"]
