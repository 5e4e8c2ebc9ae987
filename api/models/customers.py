"""People's lasting wish not to be asked."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.models.fields import Given, Shown, ShownTime


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
