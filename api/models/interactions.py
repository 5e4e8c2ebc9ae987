"""Interactions in, and what was decided about them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.models.fields import (
    ChannelName,
    ChatId,
    DirectionName,
    Given,
    Label,
    Locale,
    Reference,
    Shown,
    ShownTime,
    Time,
    UserId,
    Zone,
)

SuppressionName = Literal[
    "fatigue",
    "opt_out",
    "too_late",
    "too_short",
    "not_substantive",
    "no_endpoint",
    "no_consent",
    "channel_off",
    "duplicate",
]
InvitationStatus = Literal["scheduled", "sent", "answered", "cancelled", "suppressed", "expired", "undeliverable"]
Seconds = Annotated[float, Field(ge=0, le=10_000_000)]


class CustomerIn(Given):
    """The person who was served. `id` is your own; several ids may turn out to be one person."""

    id: Reference
    name: Label | None = None
    phone: Annotated[str, Field(max_length=64)] | None = None
    whatsapp_user_id: UserId | None = None
    telegram_chat_id: ChatId | None = None
    locale: Locale | None = None
    timezone: Zone | None = None
    consent: bool | None = None


class AgentIn(Given):
    """Who served; frozen with the interaction, so that later changes touch no figure."""

    id: Label | None = None
    name: Label | None = None
    team: Label | None = None


class InteractionIn(Given):
    """A call, chat or ticket that has ended. `id` is your own and means one interaction for ever."""

    id: Reference
    channel: ChannelName
    direction: DirectionName = "inbound"
    ended_at: Time
    duration_s: Seconds | None = None
    outcome: Annotated[str, Field(max_length=64)] | None = None
    customer: CustomerIn
    agent: AgentIn | None = None
    topic: Label | None = None
    reference: Annotated[str, Field(max_length=1000)] | None = None
    survey: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    attributes: dict[str, Any] | None = None


class InvitationBrief(Shown):
    """The invitation that a decision led to. `url`: the customer's page, where the survey is asked on one."""

    id: str
    channel: ChannelName
    status: InvitationStatus
    send_at: ShownTime
    url: str | None = None


class Decided(Shown):
    """Whether the customer will be asked, and why not."""

    interaction_id: str
    decision: Literal["invite", "suppress"]
    reason: SuppressionName | None
    explanation: str
    invitation: InvitationBrief | None


class BatchLine(Shown):
    """One line's result: its decision, or what was wrong with it."""

    line: int
    status: int
    interaction_id: str | None = None
    decision: Literal["invite", "suppress"] | None = None
    reason: SuppressionName | None = None
    explanation: str | None = None
    invitation: InvitationBrief | None = None
    problem: dict[str, Any] | None = None


class BatchOut(Shown):
    """What came of a batch. One wrong line spoils no other."""

    accepted: int
    rejected: int
    data: list[BatchLine]


class Reopened(Shown):
    """What re-opening an interaction did. `cancelled`: an invitation was waiting and is cancelled now."""

    interaction_id: str
    cancelled: bool
    invitation: InvitationBrief | None


class DecisionOut(Decided):
    """The decision with its trail: rule, clock and counters."""

    model_config = ConfigDict(extra="allow")

    decided_at: ShownTime
    survey: str
    reopened_at: ShownTime | None


class InvitationOut(Shown):
    """An invitation. `reason`: why it was cancelled, suppressed or is undeliverable."""

    id: str
    interaction_id: str
    customer_id: str
    conversation_id: str | None
    survey: dict[str, Any]
    channel: ChannelName
    locale: str
    status: InvitationStatus
    reason: str | None
    send_at: ShownTime
    latest_at: ShownTime
    sent_at: ShownTime | None
    created_at: ShownTime
