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

    customer_id: Label | None = None
    invitation_id: Label | None = None
    interaction_id: Label | None = None
    channel: ChannelName | None = None
    state: StateName | None = None
    cursor: Cursor | None = None
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

    from_: QueryTime | None = Field(default=None, alias="from")
    to: QueryTime | None = None
    channel: ChannelName | None = None
    survey: Label | None = None
    kind: KindName | None = None
    direction: DirectionName | None = None
    agent: Label | None = None
    team: Label | None = None
    topic: Label | None = None
    band: BandName | None = None
    cursor: Cursor | None = None
    limit: Limit | None = None
