"""Conversations and responses as they are shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.models.fields import (
    BandName,
    ChannelName,
    Cursor,
    DirectionName,
    KindName,
    Label,
    Limit,
    Nothing,
    OutcomeName,
    Query,
    QueryTime,
    Shown,
    ShownTime,
    StateName,
)


class SurveyVersion(Shown):
    """The survey that a conversation began with."""

    key: str
    version: int


class MessageOut(Shown):
    """One utterance of the thread, in its order."""

    id: str
    at: ShownTime
    direction: Literal["in", "out"]
    author: Literal["bot", "customer", "user"]
    kind: Literal["text", "choice", "dtmf", "speech", "recording", "media", "template"]
    text: str
    provider_id: str | None
    delivery: Literal["queued", "sent", "delivered", "read", "failed", "unknown"] | None


class EventOut(Shown):
    """Something that happened to the conversation."""

    at: ShownTime
    name: str
    data: dict[str, Any]


class ConversationOut(Shown):
    """A conversation with its thread."""

    id: str
    invitation_id: str
    interaction_id: str
    customer_id: str
    channel: ChannelName
    locale: str
    state: StateName
    outcome: OutcomeName | None
    score: Annotated[int, Field(ge=0, le=10)] | None
    band: BandName | None
    reason: str | None
    aspect: str | None
    ticket_id: str | None
    survey: SurveyVersion
    messages: list[MessageOut]
    events: list[EventOut]


class ConversationPage(Shown):
    """Conversations, the newest first."""

    data: list[ConversationOut]
    next_cursor: str | None


class ConversationQuery(Query):
    """`customer_id` and `interaction_id` are the caller's own ids."""

    customer_id: Label | Nothing = None
    invitation_id: Label | Nothing = None
    interaction_id: Label | Nothing = None
    channel: ChannelName | Nothing = None
    state: StateName | Nothing = None
    cursor: Cursor | Nothing = None
    limit: Limit = 100


class ResponseRow(Shown):
    """One response: a conversation in which at least one question was answered. `at`: when it was first answered."""

    conversation_id: str
    invitation_id: str
    interaction_id: str
    customer_id: str
    at: ShownTime
    channel: ChannelName
    survey: str
    kind: KindName
    direction: DirectionName
    agent: str | None
    team: str | None
    topic: str | None
    score: Annotated[int, Field(ge=0, le=10)] | None
    band: BandName | None
    reason: str | None
    aspect: str | None
    outcome: OutcomeName | None
    locale: str


class ResponsePage(Shown):
    """Responses, the newest first."""

    data: list[ResponseRow]
    next_cursor: str | None


class ResponseQuery(Query):
    """`from` is included, `to` is not; `agent` is an agent's id or name."""

    from_: Annotated[QueryTime, Field(alias="from")] | Nothing = Field(default=None, alias="from")
    to: QueryTime | Nothing = None
    channel: ChannelName | Nothing = None
    survey: Label | Nothing = None
    kind: KindName | Nothing = None
    direction: DirectionName | Nothing = None
    agent: Label | Nothing = None
    team: Label | Nothing = None
    topic: Label | Nothing = None
    band: BandName | Nothing = None
    cursor: Cursor | Nothing = None
    limit: Limit | Nothing = None
