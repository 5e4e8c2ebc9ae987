"""Figures as they are asked for and shown."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.fields import ChannelName, DirectionName, KindName, Label, Query, QueryTime, Shown

Count = Annotated[int, Field(ge=0)]
Points = Annotated[float, Field(ge=-100, le=100)]
Part = Annotated[float, Field(ge=0, le=1)]


class MetricsQuery(Query):
    """`from` is included, `to` is not: responses by their first answer, the funnel by when the interaction ended.

    Without `kind` only transactional surveys count (all kinds, grouped by survey or with `survey`); without `direction`
    only inbound contacts (both, grouped by direction, with `survey`, or of relational surveys).
    """

    from_: QueryTime | None = Field(default=None, alias="from")
    to: QueryTime | None = None
    group_by: (
        Literal["channel", "team", "agent", "topic", "hour", "weekday", "direction", "survey", "week", "locale"] | None
    ) = Field(
        default=None,
        description=(
            "hour (0 to 23) and weekday (monday …) are those of the interaction's end and week (2026-W48) that of the "
            "response, in the installation's time zone; agent is an agent's id, or the name where there is no id. "
            "Without it: one group, `all`"
        ),
    )
    channel: ChannelName | None = None
    survey: Label | None = None
    kind: KindName | None = None
    direction: DirectionName | None = None
    agent: Label | None = None
    team: Label | None = None
    topic: Label | None = None


class FunnelOut(Shown):
    """How far the interactions that ended in the period came. A later step proves the earlier ones, up to `score`.

    eligible: were to be asked (suppressed ones are not); invited: the first question was written to be sent; accepted:
    a provider took it; delivered and read: by the provider's word, or because the customer wrote; score: gave one;
    reason: gave one in words; complete: gave a score, and every later question was answered or skipped.
    """

    eligible: Count
    invited: Count
    accepted: Count
    delivered: Count
    read: Count
    score: Count
    reason: Count
    complete: Count


class NpsGroup(Shown):
    """The figures of one group. What too few answers do not carry is null.

    `shown`: hidden (fewer than 5 scores: only `n`), counts (fewer than 10: no score), indicative (fewer than 30: score
    and interval, with care), full. `low` and `high`: the adjusted Wald interval, 95 %; `nps` is the raw score.
    `response_rate`: funnel.score of funnel.delivered, with Wilson's interval, 95 %; null if nothing was delivered.
    """

    key: str | None = Field(description="null: those of whom it is not known")
    n: Annotated[int, Field(ge=0, description="responses with a score whose first answer came in the period")]
    detractors: Count | None
    passives: Count | None
    promoters: Count | None
    nps: Points | None
    low: Points | None
    high: Points | None
    shown: Literal["full", "indicative", "counts", "hidden"]
    distribution: Annotated[list[Count], Field(min_length=11, max_length=11)] | None
    funnel: FunnelOut
    response_rate: Part | None
    response_rate_low: Part | None
    response_rate_high: Part | None


class NpsGroups(Shown):
    """All groups at once; `next_cursor` is null."""

    data: list[NpsGroup]
    next_cursor: None = None


class ClosingQuery(Query):
    """Tickets that were opened from `from` (included) to `to` (excluded)."""

    from_: QueryTime | None = Field(default=None, alias="from")
    to: QueryTime | None = None
    team: Label | None = None


class ResolutionsOut(Shown):
    """How many tickets ended in which way."""

    recovered: Count
    explained: Count
    no_contact: Count
    escalated: Count


class ClosingOut(Shown):
    """One team's loop; `team` null: of no team. `first_reply_median_s` and `first_reply_p90_s`: seconds of the team's
    working hours from a ticket's opening to the first word of a person. `asked_again`: customers asked days later
    whether things are mended. `recovered`: those of `answered` who give 7 or more now; its share with the ends of its
    95 % interval (Wilson)."""

    team: str | None
    tickets: Count
    replied: Count
    first_reply_median_s: float | None
    first_reply_p90_s: float | None
    resolved: Count
    resolutions: ResolutionsOut
    asked_again: Count
    answered: Count
    recovered: Count
    recovered_rate: Part | None
    recovered_low: Part | None
    recovered_high: Part | None


class ClosingGroups(Shown):
    """All tickets together, and by team, the one with the most tickets first."""

    whole: ClosingOut
    data: list[ClosingOut]
    next_cursor: None
