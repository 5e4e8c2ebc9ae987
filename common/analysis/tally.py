"""What one interaction that may be asked about contributes to the figures, and which counts it stands in.

Two clocks: a score counts on the day of its response, the funnel on the day its interaction ended (its cohort), so that
every step of a funnel speaks of the same people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Step(StrEnum):
    """The funnel, in order. A later step proves the earlier ones, up to `score`: who answers has read.

    eligible: the decision was to ask. invited: the first question was written to be sent. accepted: a provider took it.
    delivered, read: by the provider's word, or because the customer wrote. score: a valid one. reason: given in words.
    complete: a score, and every later question answered or skipped.
    """

    ELIGIBLE = "eligible"
    INVITED = "invited"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    READ = "read"
    SCORE = "score"
    REASON = "reason"
    COMPLETE = "complete"


STEPS = tuple(Step)
DEPTH_OF_SCORE = STEPS.index(Step.SCORE) + 1
"""`depth` counts the steps reached, from 1 for eligible to this."""


class Dimension(StrEnum):
    """By what the tallies are kept. WEEKHOUR's key is the hour of the week; CHANNEL_TOPIC's is `channel/topic`."""

    ALL = "all"
    CHANNEL = "channel"
    TEAM = "team"
    AGENT = "agent"
    TOPIC = "topic"
    WEEKHOUR = "weekhour"
    SURVEY = "survey"
    LOCALE = "locale"
    CHANNEL_TOPIC = "channel_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One interaction's part. Empty text: unknown. answered_at and score are both there or both None."""

    interaction_id: str
    conversation_id: str | None
    kind: str
    direction: str
    channel: str
    survey: str
    team: str
    agent: str
    agent_name: str
    topic: str
    locale: str
    zone: str
    cohort_at: datetime
    cohort_on: int
    weekhour: int
    answered_at: datetime | None
    answered_on: int | None
    score: int | None
    depth: int
    has_reason: bool
    is_complete: bool

    def key(self, dimension: Dimension) -> str:
        """Under what this interaction is counted."""
        if dimension is Dimension.ALL:
            return ""
        if dimension is Dimension.CHANNEL_TOPIC:
            return f"{self.channel}/{self.topic}"
        return str(getattr(self, dimension.value))

    def label(self, dimension: Dimension) -> str:
        """The key as people know it, where that is something else."""
        return self.agent_name if dimension is Dimension.AGENT else ""

    def columns(self) -> dict[str, object]:
        """The fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def steps(self) -> tuple[int, ...]:
        """1 for each step of the funnel that was reached, in order."""
        reached = [int(self.depth > place) for place in range(DEPTH_OF_SCORE)]
        return (*reached, int(self.has_reason), int(self.is_complete))


@dataclass(slots=True)
class Cell:
    """The counts of one group: how often each score was given, and how many reached each step."""

    scores: list[int]
    funnel: list[int]
    label: str = ""

    @classmethod
    def empty(cls) -> Cell:
        return cls([0] * 11, [0] * len(STEPS))

    @property
    def n(self) -> int:
        return sum(self.scores)

    @property
    def is_empty(self) -> bool:
        return not any(self.scores) and not any(self.funnel)

    def step(self, step: Step) -> int:
        return self.funnel[STEPS.index(step)]

    def add(self, scores: list[int], funnel: list[int], label: str = "") -> None:
        self.scores = [one + other for one, other in zip(self.scores, scores, strict=True)]
        self.funnel = [one + other for one, other in zip(self.funnel, funnel, strict=True)]
        self.label = label or self.label

    def add_score(self, score: int, count: int) -> None:
        self.scores[score] += count

    def add_steps(self, steps: tuple[int, ...], count: int) -> None:
        self.funnel = [had + count * reached for had, reached in zip(self.funnel, steps, strict=True)]


def merged(cells: Iterator[Cell]) -> Cell:
    """All cells as one."""
    whole = Cell.empty()
    for cell in cells:
        whole.add(cell.scores, cell.funnel)
    return whole


EPOCH = date(1970, 1, 1)


def day_number(at: datetime, zone: tzinfo) -> int:
    """The day of an instant in `zone`, counted from 1 January 1970."""
    return (at.astimezone(zone).date() - EPOCH).days


def day_of(number: int) -> date:
    """The day with this number."""
    return EPOCH + timedelta(days=number)


def day_begins(number: int, zone: tzinfo) -> datetime:
    """The instant at which a day begins in `zone`."""
    return datetime.combine(day_of(number), time(0), zone).astimezone(UTC)


def hour_of_week(at: datetime, zone: tzinfo) -> int:
    """0 to 167; 0 is Monday from midnight to one."""
    local = at.astimezone(zone)
    return local.weekday() * 24 + local.hour
