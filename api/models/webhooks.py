"""Webhooks that we call: subscriptions, what they were told, and the bodies that they hear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.models.conversations import ResponseRow
from api.models.fields import ChannelName, Cursor, Given, Label, Limit, Query, Shown, ShownTime, Time
from api.models.interactions import InvitationOut
from api.models.tickets import TicketOut

EventName = Literal[
    "invitation.sent",
    "response.created",
    "response.updated",
    "ticket.opened",
    "ticket.resolved",
    "customer.opted_out",
    "template.status_changed",
    "interview.completed",
    "alert.raised",
]
StateName = Literal["pending", "posting", "delivered", "dead"]


class WebhookIn(Given):
    """An address that we call when something happened. `events`: what it hears; empty or left out = everything."""

    url: Annotated[str, Field(min_length=1, max_length=2000, description="https, and of the public internet")]
    description: Annotated[Label, Field(max_length=120)] = ""
    events: Annotated[list[EventName], Field(default_factory=list, max_length=50)]
    enabled: bool = True


class RotateIn(Given):
    """Whether the secret before ends at once; otherwise both sign for another day."""

    at_once: bool = False


class ReplayIn(Given):
    """`since`: everything from then on once more; left out = what is dead."""

    since: Time | None = None


class WebhookOut(Shown):
    """A webhook. `secret` (`whsec_…`) signs by Standard Webhooks 1.0. `failing_since`: nothing got through since then.
    `disabled_reason`: why we switched it off ourselves: `gone` (it answered 410) or `failing` (for five days)."""

    id: str
    url: str
    description: str
    events: list[EventName]
    enabled: bool
    disabled_reason: Literal["gone", "failing"] | None
    secret: str
    previous_until: ShownTime | None
    failing_since: ShownTime | None
    last_delivered_at: ShownTime | None
    created_at: ShownTime
    updated_at: ShownTime


class WebhookPage(Shown):
    """Every webhook, the oldest first."""

    data: list[WebhookOut]
    next_cursor: str | None


class WebhookGone(Shown):
    """A webhook that was deleted."""

    id: str
    deleted: bool


class DeliveryOut(Shown):
    """One event on its way to one webhook. `webhook_id`: the id that the receiver sees in the header of that name, the
    same at every attempt. `status`: the receiver's last answer. `next_attempt_at`: null when it is over."""

    id: str
    webhook_id: str
    event: str
    state: StateName
    attempts: int
    status: int | None
    error: str | None
    created_at: ShownTime
    next_attempt_at: ShownTime | None
    ended_at: ShownTime | None


class DeliveryPage(Shown):
    """Deliveries, the newest first."""

    data: list[DeliveryOut]
    next_cursor: str | None


class DeliveryQuery(Query):
    """Which deliveries to list; `dead` are those that were given up."""

    state: StateName | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class Replayed(Shown):
    """How many events are posted once more, with the ids they had."""

    replayed: int


# --- what receivers hear ------------------------------------------------------------------------------------------


class OptedOutTold(Shown):
    """A customer must not be asked any more. `customer_ids`: all of your ids for that person, the first beside it."""

    customer_id: str
    customer_ids: list[str]
    opted_out: bool
    source: str | None
    at: ShownTime


class TemplateTold(Shown):
    """A template stands otherwise with its provider than before."""

    channel: ChannelName
    name: str
    language: str
    status: str
    previous_status: str | None
    category: str | None
    reason: str | None


class AlertTold(Shown):
    """Something that people should look at. What is alike is counted in one alert until somebody has seen it."""

    id: str
    kind: str
    severity: Literal["critical", "warning", "notice"]
    team: str | None
    title: str
    facts: dict[str, Any]
    count: int
    first_at: ShownTime
    last_at: ShownTime


class InterviewTold(Shown):
    """A follow-up interview has ended."""

    conversation_id: str


TOLD: Mapping[str, type[BaseModel]] = {
    "invitation.sent": InvitationOut,
    "response.created": ResponseRow,
    "response.updated": ResponseRow,
    "ticket.opened": TicketOut,
    "ticket.resolved": TicketOut,
    "customer.opted_out": OptedOutTold,
    "template.status_changed": TemplateTold,
    "interview.completed": InterviewTold,
    "alert.raised": AlertTold,
}
"""Event → the model of `data` in its body."""
