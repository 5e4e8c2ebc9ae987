"""The human queue as it is shown and worked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.models.conversations import MessageOut
from api.models.fields import (
    ChannelName,
    Cursor,
    Given,
    Label,
    Limit,
    Query,
    Reference,
    Reply,
    Resolution,
    Shown,
    ShownTime,
    TicketStatus,
)


class SlotOut(Shown):
    """When the customer wants to be called back."""

    begin: ShownTime
    end: ShownTime


class TicketOut(Shown):
    """A unit of human work. `owner`: the name of the user or API key that has it. `window_closes_at`: until when the
    channel lets a person write freely, null = always."""

    id: str
    conversation_id: str
    customer_id: str
    channel: ChannelName
    status: TicketStatus
    owner: str | None
    opened_at: ShownTime
    due_at: ShownTime
    reason: Literal["detractor", "human_requested", "callback", "reply_after_close"]
    score: Annotated[int, Field(ge=0, le=10)] | None
    priority: int
    resolution: Resolution | None
    window_closes_at: ShownTime | None
    callback: SlotOut | None = None


class TicketPage(Shown):
    """Tickets, the longest open first."""

    data: list[TicketOut]
    next_cursor: str | None


class TicketQuery(Query):
    """Which tickets to list."""

    status: TicketStatus | None = None
    cursor: Cursor | None = None
    limit: Limit = 100


class ReplyIn(Given):
    """What a person writes to the customer. The same `client_id` again is the same message.

    `hold`: outside the provider's window, keep it until the customer writes; then it leaves by itself.
    """

    text: Reply
    client_id: Annotated[Reference, Field(max_length=128)] | None = None
    hold: bool = False


class Replied(Shown):
    """The message as it stands in the thread, and the ticket after it."""

    message: MessageOut
    ticket: TicketOut


class NoteIn(Given):
    """What a person writes to colleagues; the customer never sees it."""

    text: Reply
    client_id: Annotated[Reference, Field(max_length=128)] | None = None


class Noted(Shown):
    """The note as it stands beside the thread, and the ticket."""

    note: dict[str, Any]
    ticket: TicketOut


class TransferIn(Given):
    """Who gets the ticket. `to`: a user by e-mail address or id, an API key by name or id. `team`: it goes into the
    queue of that team, open to everyone there, and the bot stays silent. One of the two."""

    to: Label | None = None
    team: Label | None = None


class ResolveIn(Given):
    """How it ended."""

    resolution: Resolution


class CallIn(Given):
    """Which telephone of the caller's to ring first; without it the one that was used last."""

    number: Annotated[Label, Field(max_length=64)] | None = None


class TemplateIn(Given):
    """An approved template to send. `values`: of its variables; what is known (brand, date, person) may be left out."""

    name: Annotated[Reference, Field(max_length=512)]
    language: Annotated[Reference, Field(max_length=16)]
    values: dict[str, str] | None = None
    client_id: Annotated[Reference, Field(max_length=128)] | None = None


class HeldIn(Given):
    """Which held reply is taken back."""

    message_id: Reference
