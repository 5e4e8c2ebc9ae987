"""People's lasting wish not to be asked, and links by which they become known on a channel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

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
