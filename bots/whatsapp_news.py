"""Meta's news about templates: its decision, their quality, another category.

Sources: the webhook references `message_template_status_update`, `message_template_quality_update`,
`message_template_components_update` and `template_category_update`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.channels import NotUnderstood
from common.templates import Approval, Category, TemplateNews

STATUS, QUALITY = "message_template_status_update", "message_template_quality_update"
COMPONENTS, CATEGORY = "message_template_components_update", "template_category_update"
TEMPLATE_FIELDS = frozenset({STATUS, QUALITY, COMPONENTS, CATEGORY})

_APPROVALS = {
    "APPROVED": Approval.APPROVED,
    "REINSTATED": Approval.APPROVED,
    "UNPAUSED": Approval.APPROVED,
    "UNARCHIVED": Approval.APPROVED,
    "PENDING": Approval.PENDING,
    "IN_REVIEW": Approval.PENDING,
    "REJECTED": Approval.REJECTED,
    "LIMIT_EXCEEDED": Approval.REJECTED,
    "PAUSED": Approval.PAUSED,
    "DISABLED": Approval.DISABLED,
    "LOCKED": Approval.DISABLED,
    "ARCHIVED": Approval.DISABLED,
    "IN_APPEAL": Approval.IN_APPEAL,
    "APPEAL_REQUESTED": Approval.IN_APPEAL,
    "DELETED": Approval.DELETED,
    "PENDING_DELETION": Approval.DELETED,
}
"""Of a webhook's `event` or a template's `status`. FLAGGED is missing: such a template may still be sent."""


def approval_of(word: object) -> Approval | None:
    """Meta's status in our words; None for one that changes nothing, or is new to us."""
    return _APPROVALS.get(str(word).upper())


def category_of(word: object) -> Category | None:
    """Meta's category in our words."""
    try:
        return Category(str(word).lower())
    except ValueError:
        return None


def language_of(word: object) -> str:
    """A template's language as it is given when sending: webhooks write "en-US" where calls write "en_US"."""
    return str(word).replace("-", "_")


def read_news(field: str, value: Mapping[str, Any]) -> TemplateNews:
    """The news in one change. Raises NotUnderstood and KeyError."""
    name = value["message_template_name"]
    if not isinstance(name, str) or not name:
        raise NotUnderstood("news of no template")
    event = str(value.get("event") or field)[:64]
    category, reason = _category(field, value)
    return TemplateNews(
        provider_id=str(value["message_template_id"])[:64],
        name=name[:512],
        language=language_of(value["message_template_language"])[:35],
        event=event,
        approval=approval_of(event) if field == STATUS else None,
        category=category,
        quality=_quality(value) if field == QUALITY else None,
        reason=reason or _reason(value),
        raw=value,
    )


def _quality(value: Mapping[str, Any]) -> str | None:
    score = value.get("new_quality_score")
    return str(score).lower()[:32] if score else None


def _category(field: str, value: Mapping[str, Any]) -> tuple[Category | None, str | None]:
    """The new category; one that is only announced is told as the reason."""
    if field == STATUS:
        return category_of(value.get("message_template_category")), None
    if field != CATEGORY:
        return None, None
    if value.get("new_category"):
        return category_of(value["new_category"]), None
    at = value.get("category_update_timestamp")
    return None, f"becomes {str(value.get('correct_category')).lower()[:32]} at {str(at)[:20]}"


def _reason(value: Mapping[str, Any]) -> str | None:
    """Why, in Meta's words: its code, what it recommends, and how manieth pause this is."""
    details = [value.get("reason"), *_within(value, "rejection_info"), *_within(value, "other_info")]
    details += _within(value, "disable_info")
    words = [str(part) for part in dict.fromkeys(details) if part and str(part).upper() != "NONE"]
    return ": ".join(words)[:1000] or None


def _within(value: Mapping[str, Any], name: str) -> list[object]:
    inner = value.get(name)
    if not isinstance(inner, dict):
        return []
    return [inner.get(key) for key in ("reason", "title", "description", "recommendation") if inner.get(key)]
