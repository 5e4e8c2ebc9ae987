"""What the dashboard says: figures read once, compared, and put into words that a supervisor may rely on."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from common.analysis.differences import Difference, chance_of, difference
from common.analysis.planning import answers_for_margin
from common.analysis.response_rate import ResponseRate, bounds_with_the_silent, response_rate
from common.analysis.shown import INDICATIVE_FROM
from common.analysis.tally import STEPS, Cell, Dimension, Step, day_begins
from common.analysis.trend import Slope, is_too_early, slope
from common.figures import Group, regroup, week_of
from common.store.figures import HEAT, MOST_WAITING, WEEK, Groups, Period, Reading, Scope, behind
from common.store.queue_figures import NARROWING as QUEUE_NARROWING
from common.store.queue_figures import queue_figures, time_to_answer
from common.store.schema import tallied
from common.store.scope import within
from console.charts import Trend, trend
from console.comparisons import comparisons, fair, heat, hours_differ
from console.filters import Filters

ALPHA = 0.05
WINDOW = timedelta(hours=48)
"""How old a cohort must be before its response rate is judged: a day until it is asked, a day to answer."""


GROUPED = (
    Dimension.ALL,
    Dimension.CHANNEL,
    Dimension.TEAM,
    Dimension.AGENT,
    Dimension.TOPIC,
    Dimension.SURVEY,
    Dimension.LOCALE,
    Dimension.CHANNEL_TOPIC,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Against the period before. p is exact for small groups."""

    before: Group
    difference: Difference
    p: float

    @property
    def is_real(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One step of the funnel: how many reached it, and which share of the step before."""

    step: Step
    count: int
    of_first: float
    of_before: float | None
    is_reported: bool
    is_weakest: bool


def load(reading: Reading, filters: Filters, *, sees_agents: bool) -> dict[str, Any]:
    """Everything the dashboard shows of one scope, in one snapshot; `read` are the groups of GROUPED."""
    connection = reading.connection
    scope = filters.scope()
    names = [dimension.value for dimension in GROUPED if sees_agents or dimension is not Dimension.AGENT]
    read = reading.groups(scope, names)
    hours = reading.groups(scope, [HEAT], funnel=False)[HEAT]
    whole = whole_of(read)
    earlier = whole_of(reading.groups(filters.before().scope(), [Dimension.ALL.value], funnel=False))
    first_on = _first_answer(connection, scope)
    days = _trend_days(reading, filters, scope)
    return {
        "read": read,
        "whole": whole,
        "behind": behind(connection),
        "most_waiting": MOST_WAITING,
        "more_for_ten": answers_for_margin(10, variance=whole.counts.adjusted().variance) - whole.n,
        "change": change(earlier, whole),
        "too_early": is_too_early(first_on, filters.today, filters.kind),
        "first_on": first_on,
        "trend": days,
        "slope": _slope(days),
        "funnel": funnel(whole),
        "rate": _mature_rate(reading, filters, scope),
        "silent": _silent(whole),
        "comparisons": comparisons(reading, filters, read, sees_agents=sees_agents),
        "heat": heat(hours),
        "hours": hours_differ(hours),
        "fair": fair(read),
        "queue": queue_figures(connection, filters.period, only=filters.only),
        "queue_narrowing": not set(filters.only) - set(QUEUE_NARROWING),
        "time_to_answer": time_to_answer(connection, filters.period, scope.narrowed),
    }


def whole_of(read: Groups) -> Group:
    """Everybody, be it nobody."""
    return Group(key="all", label="", cell=read[Dimension.ALL.value].get("", Cell.empty()))


def change(before: Group, now: Group) -> Change | None:
    """How the score moved; None where either period has too few answers for one."""
    if min(before.n, now.n) < INDICATIVE_FROM:
        return None
    return Change(
        before=before, difference=difference(before.counts, now.counts), p=chance_of(before.counts, now.counts)
    )


def funnel(group: Group) -> list[Stage]:
    """The steps; the weakest is the one that loses the largest share of those who could have passed it.

    Only some channels report what was read, so that step is shown and not judged. What comes after the score stands
    beside it: a reason may be skipped.
    """
    counts = [group.cell.step(step) for step in STEPS]
    first = counts[0] or 1
    stages, before = [], None
    for step, count in zip(STEPS, counts, strict=True):
        is_reported = step is not Step.READ
        base = group.cell.step(Step.SCORE) if step in {Step.REASON, Step.COMPLETE} else before
        share = count / base if base else None
        stages.append(
            Stage(
                step=step,
                count=count,
                of_first=count / first,
                of_before=share if is_reported else None,
                is_reported=is_reported,
                is_weakest=False,
            )
        )
        before = count if is_reported else before
    judged = [stage for stage in stages if stage.of_before is not None]
    if counts[0] and judged:
        worst = min(judged, key=lambda stage: (stage.of_before or 0.0, STEPS.index(stage.step)))
        if worst.of_before is not None and worst.of_before < 1:
            stages[STEPS.index(worst.step)] = replace(worst, is_weakest=True)
    return stages


def _mature_rate(reading: Reading, filters: Filters, scope: Scope) -> ResponseRate | None:
    """The response rate of cohorts whose window to answer has closed; None while there is none."""
    end = min(filters.period.end or filters_now(filters), filters_now(filters) - WINDOW)
    if filters.period.start is not None and end <= filters.period.start:
        return None
    cohort = replace(scope, cohorts=Period(start=filters.period.start, end=end))
    whole = whole_of(reading.groups(cohort, [Dimension.ALL.value], scores=False))
    return response_rate(whole.cell.step(Step.SCORE), whole.cell.step(Step.DELIVERED))


def filters_now(filters: Filters) -> datetime:
    """The end of today: cohorts are counted by whole days."""
    return day_begins((filters.today - date(1970, 1, 1)).days + 1, filters.zone)


def _silent(group: Group) -> tuple[float, float] | None:
    share, score = group.rate.rate.share, group.score.nps
    return None if share is None or score is None else bounds_with_the_silent(score, share)


def _first_answer(connection: Connection, scope: Scope) -> date | None:
    fixed = [tallied.c[name] == value for name, value in scope.narrowed.items() if name in {"kind", "direction"}]
    answered = tallied.c.answered_at
    statement = (
        select(answered).where(answered.is_not(None), within(tallied.c.team), *fixed).order_by(answered).limit(1)
    )
    first: datetime | None = connection.execute(statement).scalar()
    return None if first is None else first.astimezone(scope.zone).date()


# --- over time --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OverTime:
    """The trend by weeks; `buckets` are the same groups as the chart's dots."""

    buckets: list[Group]
    chart: Trend


def _trend_days(reading: Reading, filters: Filters, scope: Scope) -> OverTime:
    """At least half a year of whole weeks up to the end of the period, from the first week that has an answer."""
    last_week = filters.last - timedelta(days=filters.last.weekday())
    first_week = min(filters.first - timedelta(days=filters.first.weekday()), last_week - timedelta(weeks=25))
    start = day_begins((first_week - date(1970, 1, 1)).days, filters.zone)
    wider = replace(scope, period=Period(start=start, end=filters.period.end))
    weeks = regroup(reading.groups(wider, [WEEK], funnel=False)[WEEK], week_of)
    keys = [week_of(str((first_week + timedelta(weeks=number) - date(1970, 1, 1)).days)) for number in range(530)]
    keys = keys[: keys.index(_week(last_week)) + 1] if _week(last_week) in keys else keys
    filled = [Group(key=key, label="", cell=weeks.get(key, Cell.empty())) for key in keys]
    buckets = list(itertools.dropwhile(lambda group: not group.n, filled))
    selected = {_week(filters.first + timedelta(days=number)) for number in range(filters.days)}
    current = _week(filters.today)
    return OverTime(buckets=buckets, chart=trend(buckets, selected=selected, provisional=current))


def _week(day: date) -> str:
    return week_of(str((day - date(1970, 1, 1)).days))


def _slope(over_time: OverTime) -> Slope | None:
    return slope([group.counts for group in over_time.buckets])
