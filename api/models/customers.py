"""People's lasting wish not to be asked, links to a channel, the copy of their data, and its erasure."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.models.fields import ChannelName, Given, Shown, ShownTime


class OptOutIn(Given):
    """An empty body means true."""

    opted_out: bool = True
    source: Annotated[str, Field(min_length=1, max_length=64)] = "api"


class OptOutOut(Shown):
    """The wish as it stands, for the person on every channel."""

    customer_id: str
    opted_out: bool
    opted_out_at: ShownTime | None
    source: str | None


class LinkIn(Given):
    """A link to a channel on which customers must come first."""

    channel: ChannelName
    valid_for_s: Annotated[int, Field(ge=60, le=2_592_000)] = 604_800


class LinkOut(Shown):
    """The link, for this customer alone; shown once, for only its hash is kept."""

    customer_id: str
    channel: ChannelName
    url: str
    expires_at: ShownTime


class CustomerExport(Shown):
    """Everything that is held about a person, table by table; `docs/privacy.md` says what each holds.

    `conversations` carry their `messages`, `events`, `answers` and `timers`; `tickets` their `replies` and `notes`;
    stored `recordings` an `audio_url` and stored `files` a `url`, which take the same key. Tables of later versions
    come as further members.
    """

    model_config = ConfigDict(extra="allow")

    format: Literal["zeroten.customer/1"]
    exported_at: ShownTime
    customer: dict[str, Any]
    consent: list[dict[str, Any]]
    endpoints: list[dict[str, Any]]
    interactions: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    conversations: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    tickets: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    recordings: list[dict[str, Any]]
    files: list[dict[str, Any]]
    links: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    received: list[dict[str, Any]]
    sent: list[dict[str, Any]]


class ErasureOut(Shown):
    """The receipt of an erasure. `erased`: how many rows of each table. `url`: where to ask how it stands.

    `error` while it has not come further: it is tried again. On a receipt that is done, `provider_keeps_recordings`
    says that the telephone's provider did not delete its own copies.
    """

    id: str
    state: Literal["queued", "running", "done", "failed"]
    requested_at: ShownTime
    started_at: ShownTime | None
    done_at: ShownTime | None
    error: str | None
    erased: dict[str, int]
    url: str
