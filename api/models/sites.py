"""Sites as they are saved and shown. What a setting means is checked in `common/sites/site.py`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.fields import Given, Shown, ShownTime

Short = Annotated[str, Field(max_length=300)]


class SiteIn(Given):
    """A site. `origins`: who may show the web chat; none means nobody. What is left out gets its default."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    survey_key: Annotated[str, Field(min_length=1, max_length=64)]
    origins: Annotated[list[Short], Field(default_factory=list, max_length=50)]
    colour: Annotated[str, Field(max_length=7)] = "#24479e"
    position: Literal["end", "start"] = "end"
    locale: Annotated[str, Field(max_length=35)] | None = None
    greeting: Short | None = None
    has_launcher: bool = True
    allows_anonymous: bool = False
    is_on: bool = True


class SecretIn(Given):
    """Whether the secret before ends at once; otherwise it counts for another day."""

    at_once: bool = False


class SiteOut(Shown):
    """A site. `secret` signs its visitors' tokens; `previous_until`: the one before counts until then."""

    key: str
    name: str
    survey_key: str
    origins: list[str]
    colour: str
    position: Literal["end", "start"]
    locale: str | None
    greeting: str | None
    has_launcher: bool
    allows_anonymous: bool
    is_on: bool
    secret: str
    previous_until: ShownTime | None
    snippet: str
    created_at: ShownTime
    updated_at: ShownTime


class SitePage(Shown):
    """Every site."""

    data: list[SiteOut]
    next_cursor: str | None
