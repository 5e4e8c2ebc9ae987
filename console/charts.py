"""The geometry of the dashboard's charts: figures in, positions on a drawing out. The templates draw them as SVG.

Nothing here is told by colour alone: bands have words and patterns, points outside their limits another shape, and
beside every chart stands a table with the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.analysis.control import Baseline, Ewma, baseline_of, ewma
from common.analysis.shown import INDICATIVE_FROM
from common.figures import Group

MINUS = "\u2212"


def points(score: float | None) -> str:
    """A score as people read it: +42, 0, −7; a dash for none."""
    if score is None:
        return "–"
    rounded = round(score)
    return f"+{rounded}" if rounded > 0 else f"{MINUS}{-rounded}" if rounded < 0 else "0"


def percent(share: float | None, digits: int = 0) -> str:
    """A share as people read it: 23 %."""
    return "–" if share is None else f"{100 * share:.{digits}f}\u202f%"


def on_scale(score: float | None, width: float, low: float = -100.0, high: float = 100.0) -> float:
    """Where a score stands on a line of this width."""
    value = min(high, max(low, 0.0 if score is None else score))
    return round((value - low) / (high - low) * width, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the distribution, in a drawing of 11 × 10 units wide and 100 high."""

    score: int
    count: int
    share: float
    height: float
    band: str


def histogram(scores: Sequence[int]) -> list[Bar]:
    """The distribution; the highest bar is 100 units high."""
    highest, n = max(*scores, 1), sum(scores) or 1
    return [
        Bar(
            score=score,
            count=count,
            share=count / n,
            height=round(100 * count / highest, 2),
            band="detractor" if score <= 6 else "passive" if score <= 8 else "promoter",
        )
        for score, count in enumerate(scores)
    ]


# --- the trend --------------------------------------------------------------------------------------------------------

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 1040.0, 260.0, 44.0, 12.0, 28.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One bucket of the trend. y None: too few answers for a score."""

    x: float
    y: float | None
    top: float
    foot: float
    group: Group
    ewma: Ewma | None
    is_provisional: bool
    is_selected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The trend with its interval band and its control limits as paths of SVG."""

    dots: list[Dot]
    lines: list[str]
    last_line: str
    bands: list[str]
    limits: list[str]
    centre: float | None
    grid: list[tuple[float, int]]
    base: Baseline | None
    step: float

    @property
    def signals(self) -> list[Dot]:
        """Buckets at which the smoothed score lies outside its limits."""
        return [dot for dot in self.dots if dot.ewma is not None and dot.ewma.is_signal and dot.y is not None]


def trend(groups: Sequence[Group], *, selected: set[str], provisional: str | None) -> Trend:
    """The chart over these buckets, oldest first."""
    lows = [group.score.low for group in groups if group.n >= INDICATIVE_FROM and group.score.low is not None]
    floor = -100 if not lows or min(lows) < 0 else 0
    grid_scores = [floor, *range(-50 if floor else 25, 101, 50 if floor else 25)]
    counts = [group.counts for group in groups]
    base = baseline_of(counts)
    if base is not None:
        # Frozen: the first buckets that suffice, never the ones under watch.
        base = next(found for end in range(1, len(counts) + 1) if (found := baseline_of(counts[:end])) is not None)
    control: Sequence[Ewma | None] = ewma(counts, base) if base else [None] * len(groups)
    step = (WIDTH - LEFT - 12) / max(1, len(groups))

    def y_of(score: float | None) -> float:
        return round(TOP + on_scale(-(score or 0), HEIGHT - TOP - BOTTOM, -100, -floor), 2)

    dots = [
        Dot(
            x=round(LEFT + step * (place + 0.5), 2),
            y=y_of(group.score.nps) if group.n >= INDICATIVE_FROM else None,
            top=y_of(group.score.high),
            foot=y_of(group.score.low),
            group=group,
            ewma=control[place],
            is_provisional=group.key == provisional,
            is_selected=group.key in selected,
        )
        for place, group in enumerate(groups)
    ]
    firm = [dot for dot in dots if not dot.is_provisional]
    runs = list(_runs(firm))
    tail = [*firm[-1:], *(dot for dot in dots if dot.is_provisional)]
    return Trend(
        dots=dots,
        lines=[_path([(dot.x, dot.y) for dot in run]) for run in runs if len(run) > 1],
        last_line=_path([(dot.x, dot.y) for dot in tail])
        if len(tail) == 2 and all(dot.y is not None for dot in tail)
        else "",
        bands=[_band(run, step) for run in _runs(dots)],
        limits=_limits(dots, y_of, step),
        centre=y_of(base.score) if base else None,
        grid=[(y_of(score), score) for score in grid_scores],
        base=base,
        step=round(step, 2),
    )


def _runs(dots: Sequence[Dot]) -> Iterator[list[Dot]]:
    """Stretches without a gap: the line breaks where there were too few answers."""
    run: list[Dot] = []
    for dot in dots:
        if dot.y is not None:
            run.append(dot)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _path(places: Sequence[tuple[float, float | None]]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in places)


def _band(run: Sequence[Dot], step: float) -> str:
    if len(run) == 1:  # a single bucket still has a width
        dot, half = run[0], round(step / 4, 2)
        return f"M{dot.x - half} {dot.top}H{dot.x + half}V{dot.foot}H{dot.x - half}Z"
    upper = [(dot.x, dot.top) for dot in run]
    lower = [(dot.x, dot.foot) for dot in reversed(run)]
    return _path([*upper, *lower]) + "Z"


def _limits(dots: Sequence[Dot], y_of: object, step: float) -> list[str]:
    paths = []
    for name in ("low", "high"):
        places = [
            (round(dot.x + side * step / 2, 2), y_of(getattr(dot.ewma, name)))  # type: ignore[operator]
            for dot in dots
            if dot.ewma is not None and dot.ewma.high > dot.ewma.low
            for side in (-1, 1)
        ]
        if places:
            paths.append(_path(places))
    return paths
