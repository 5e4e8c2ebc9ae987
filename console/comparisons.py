"""Groups beside each other: by dimension, by hour of the week, and channels at equal mix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from common.analysis.counts import Counts, counts_of
from common.analysis.differences import Heterogeneity, cochran
from common.analysis.shown import FULL_FROM, INDICATIVE_FROM
from common.analysis.standardise import NotComparable, kitagawa, mix_of, standardise
from common.analysis.tally import BLOCKS, Cell, Dimension
from common.figures import Group, GroupBy, groups_of
from common.store.figures import DIRECTION, Groups, Reading
from console.filters import Filters

ALPHA = 0.05
LONGEST_LIST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Groups of one dimension, with the answer to whether they differ at all. None: too few groups to ask."""

    group_by: GroupBy
    groups: list[Group]
    rest: int
    differs: Heterogeneity | None

    @property
    def is_real(self) -> bool:
        return self.differs is not None and self.differs.p < ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class FairRow:
    """One channel in the fair comparison. fair None: `missing` says which kind of contact it never has."""

    group: Group
    fair: float | None
    low: float | None
    high: float | None
    missing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fair:
    """Channels at equal mix, and how the largest gap splits."""

    rows: list[FairRow]
    first: str
    second: str
    gap: float
    mix: float
    rate: float


_SHOWN = (
    (GroupBy.CHANNEL, Dimension.CHANNEL),
    (GroupBy.TEAM, Dimension.TEAM),
    (GroupBy.AGENT, Dimension.AGENT),
    (GroupBy.TOPIC, Dimension.TOPIC),
    (GroupBy.SURVEY, Dimension.SURVEY),
    (GroupBy.LOCALE, Dimension.LOCALE),
)


def comparisons(reading: Reading, filters: Filters, read: Groups, *, sees_agents: bool) -> Sequence[Comparison]:
    found = []
    for group_by, dimension in _SHOWN:
        if group_by is GroupBy.AGENT and not sees_agents:
            continue
        found.append(compare_groups(group_by, read[dimension.value]))
    both = replace(filters.scope(), direction=None)
    found.append(compare_groups(GroupBy.DIRECTION, reading.groups(both, [DIRECTION])[DIRECTION]))
    return [each for each in found if each.groups]


def compare_groups(group_by: GroupBy, cells: Mapping[str, Cell]) -> Comparison:
    """Groups by size, the largest only, and whether those with a score differ by more than chance."""
    groups = groups_of(cells, group_by)
    scored = [group.counts for group in groups if group.n >= INDICATIVE_FROM]
    return Comparison(
        group_by=group_by,
        groups=groups[:LONGEST_LIST],
        rest=max(0, len(groups) - LONGEST_LIST),
        differs=cochran(scored) if len(scored) > 1 else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One cell of the heat map. level: 0 (lowest) to 6 (highest) on the scale; None without a score."""

    weekday: int
    block: tuple[int, int]
    group: Group
    level: int | None


def heat(cells: Mapping[str, Cell]) -> list[list[Spot]]:
    """Blocks of hours, each with its seven days."""
    return [
        [_spot(day, block, cells.get(f"{day}/{place}", Cell.empty())) for day in range(7)]
        for place, block in enumerate(BLOCKS)
    ]


def _spot(day: int, block: tuple[int, int], cell: Cell) -> Spot:
    group = Group(key=f"{day}-{block[0]}", label="", cell=cell)
    score = group.score.nps
    level = None if not group.shown.has_score or score is None else min(6, int((score + 100) / 200 * 7))
    return Spot(weekday=day, block=block, group=group, level=level)


def hours_differ(cells: Mapping[str, Cell]) -> Heterogeneity | None:
    """Whether times differ at all."""
    scored = [counts_of(cell.scores) for cell in cells.values() if cell.n >= INDICATIVE_FROM]
    return cochran(scored) if len(scored) > 1 else None


def fair(read: Groups) -> Fair | None:
    """Channels with everybody's mix of topics; None unless two channels have answers enough."""
    strata: dict[str, dict[str, Counts]] = {}
    everyone: dict[str, Counts] = {}
    for key, cell in read[Dimension.CHANNEL_TOPIC.value].items():
        channel, _, topic = key.partition("/")
        counts = counts_of(cell.scores)
        if counts.n:
            strata.setdefault(channel, {})[topic] = counts
            everyone[topic] = everyone.get(topic, Counts(0, 0, 0)) + counts
    channels = [
        group
        for group in groups_of(read[Dimension.CHANNEL.value], GroupBy.CHANNEL)
        if group.n >= FULL_FROM and group.key is not None
    ]
    if len(channels) < 2 or len(everyone) < 2:
        return None
    mix = mix_of(everyone)
    rows = [_fair_row(group, strata[str(group.key)], mix) for group in channels]
    ordered = sorted(channels, key=lambda group: group.counts.score)
    first, second = str(ordered[0].key), str(ordered[-1].key)
    split = kitagawa(strata[first], strata[second])
    return Fair(rows=rows, first=first, second=second, gap=split.gap, mix=split.mix, rate=split.rate)


def _fair_row(group: Group, strata: Mapping[str, Counts], mix: Mapping[str, float]) -> FairRow:
    try:
        made = standardise(strata, mix)
    except NotComparable as refused:
        return FairRow(group=group, fair=None, low=None, high=None, missing=refused.stratum)
    return FairRow(group=group, fair=made.score, low=made.low, high=made.high, missing="")
