"""What one interaction that may be asked about contributes to the figures, and which counts it stands in.

Two clocks: a score counts on the day of its response, the funnel on the day its interaction ended (its cohort), so that
every step of a funnel speaks of the same people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import combinations


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
    """By what the tallies are kept. WEEKHOUR's key is the hour of the week; CHANNEL_TOPIC's is `channel/topic`.

    The last five are heat maps within a filter: the key is the filter's value and the block, `Billing/4/2`.
    """

    ALL = "all"
    CHANNEL = "channel"
    TEAM = "team"
    AGENT = "agent"
    TOPIC = "topic"
    WEEKHOUR = "weekhour"
    SURVEY = "survey"
    LOCALE = "locale"
    CHANNEL_TOPIC = "channel_topic"
    CHANNEL_HEAT = "channel_heat"
    TEAM_HEAT = "team_heat"
    TOPIC_HEAT = "topic_heat"
    SURVEY_HEAT = "survey_heat"
    LOCALE_HEAT = "locale_heat"


_HEAT = "_heat"
CONTACT, AGENT = "contact", "agent"
_CONTACT = ("channel", "survey", "team", "topic", "locale")
_AGENT = ("agent", "agent_name")


def _pattern_of(others: Iterable[str]) -> str:
    """The pattern of an agent with these beside, in any order."""
    return "_".join((*sorted(others, key=_CONTACT.index), AGENT))


PATTERNS: Mapping[str, tuple[str, ...]] = {CONTACT: _CONTACT} | {
    _pattern_of(others): (*others, *_AGENT) for count in range(3) for others in combinations(_CONTACT, count)
}
"""By what facets are told apart, beside kind and direction: interactions alike in these are of one facet. The first has
all that can be filtered by but the agent, of whom there are so many that every combination would be nearly one of its
own; the others have the agent with at most two things more: `agent`, `team_agent`, `channel_topic_agent`."""


def pattern_of(names: Iterable[str]) -> str | None:
    """The pattern whose facets tell these apart; None: more beside an agent than any pattern has."""
    asked = set(names)
    if AGENT not in asked:
        return CONTACT
    return _pattern_of(asked - {AGENT}) if len(asked) <= 3 else None


BLOCKS = ((0, 6), (6, 9), (9, 12), (12, 15), (15, 18), (18, 21), (21, 24))
"""Hours of a day that are taken together in the heat map."""


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
        if dimension.value.endswith(_HEAT):
            return heat_key(str(getattr(self, dimension.value.removesuffix(_HEAT))), block_of(self.weekhour))
        return str(getattr(self, dimension.value))

    def label(self, dimension: Dimension) -> str:
        """The key as people know it, where that is something else."""
        return self.agent_name if dimension is Dimension.AGENT else ""

    def facets(self) -> tuple[int, ...]:
        """The numbers of its facets, one for each of PATTERNS."""
        return facet_numbers(
            self.kind,
            self.direction,
            *(self.channel, self.survey, self.team, self.topic, self.locale),
            *(self.agent, self.agent_name),
        )

    def columns(self) -> dict[str, object]:
        """The fields by name, and the numbers of its two main facets."""
        numbers = dict(zip(PATTERNS, self.facets(), strict=True))
        return {name: getattr(self, name) for name in self.__slots__} | {
            "facet": numbers[CONTACT],
            "staff": numbers[AGENT],
        }

    def reached(self) -> tuple[int, ...]:
        """The places in STEPS of the steps that were reached."""
        return _reached(self.depth, self.has_reason, self.is_complete)


@lru_cache
def _reached(depth: int, has_reason: bool, is_complete: bool) -> tuple[int, ...]:
    ended = ((DEPTH_OF_SCORE, has_reason), (DEPTH_OF_SCORE + 1, is_complete))
    return (*range(min(depth, DEPTH_OF_SCORE)), *(place for place, was_reached in ended if was_reached))


@lru_cache(maxsize=20_000)
def facet_numbers(kind: str, direction: str, *values: str) -> tuple[int, ...]:
    """The numbers of the facets of an interaction with these values of `contact` and `agent`, one for each pattern."""
    named = dict(zip((*_CONTACT, *_AGENT), values, strict=True))
    return tuple(
        facet_number(pattern, kind, direction, *(named[name] for name in names)) for pattern, names in PATTERNS.items()
    )


def facet_number(*values: str) -> int:
    """A number for these values: 63 bits of their digest, so that nobody has to hand numbers out."""
    said = "\0".join(values).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=8).digest()) >> 1


def heat_key(value: str, block: str) -> str:
    """The key of a block of the heat map within a filter."""
    return f"{value}/{block}"


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

    def add_steps(self, reached: tuple[int, ...], count: int) -> None:
        """reached: places in STEPS."""
        for place in reached:
            self.funnel[place] += count


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


WEEKDAY_OF_EPOCH = 3
"""1 January 1970 was a Thursday."""


def week_number(day: int) -> int:
    """The week of a day's number, counted from the one that began on Monday, 29 December 1969."""
    return (day + WEEKDAY_OF_EPOCH) // 7


def week_begins(week: int) -> int:
    """The number of a week's Monday."""
    return week * 7 - WEEKDAY_OF_EPOCH


@lru_cache(maxsize=168)
def block_of(weekhour: int) -> str:
    """The block of the heat map: weekday (0 is Monday) and place in BLOCKS, `4/2`."""
    day, hour = divmod(weekhour, 24)
    return f"{day}/{next(place for place, (_, end) in enumerate(BLOCKS) if hour < end)}"
