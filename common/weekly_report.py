"""The report of one week: what the answers say, what changed beyond chance, which themes, and the customers' own words.

A report is a value: the page, the PDF and the mail show the same one. Everything that is compared with the four weeks
before is one family of tests, corrected by Holm: a reader who sees twenty groups would else find one that "changed".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import Connection

from common import clock
from common.analysis.differences import Difference, chance_of, difference, holm
from common.analysis.nps import Share
from common.analysis.shown import INDICATIVE_FROM
from common.analysis.tally import Cell, Dimension, day_begins, day_number, day_of, week_begins, week_number
from common.errors import Invalid
from common.figures import INBOUND, TRANSACTIONAL, Group, GroupBy, groups_of
from common.store.figures import Period, Scope, read_groups, snapshot
from common.store.queue_figures import QueueFigures, queue_figures
from common.store.theme_figures import Comments, Quote, quotes_of, tell
from common.theme_book import current_book
from common.themes.shares import Reach, change_of_share

ALPHA = 0.05
WEEKS_BEFORE, MOST_THEMES, MOST_QUOTES = 4, 6, 3
_COMPARED = (GroupBy.CHANNEL, GroupBy.TEAM, GroupBy.TOPIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week, Monday to Sunday, in `zone`. number as in common/analysis/tally.py."""

    number: int
    zone: tzinfo

    @property
    def first(self) -> date:
        return day_of(week_begins(self.number))

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def key(self) -> str:
        """As in an address: 2026-W48."""
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def period(self) -> Period:
        return self._period(self.number, self.number + 1)

    @property
    def before(self) -> Period:
        """The weeks that it is compared with."""
        return self._period(self.number - WEEKS_BEFORE, self.number)

    def _period(self, first: int, end: int) -> Period:
        return Period(start=day_begins(week_begins(first), self.zone), end=day_begins(week_begins(end), self.zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something against the weeks before. by: "" for everybody. p: Holm's, over all that was compared."""

    by: str
    name: str
    now: Group
    before: Group
    difference: Difference
    p: float

    @property
    def is_real(self) -> bool:
        return self.p < ALPHA


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeOfWeek:
    """One theme against the weeks before. p: Holm's; None: there is nothing to compare with."""

    id: str
    names: Mapping[str, str]
    now: Reach
    before: Reach
    p: float | None

    @property
    def is_real(self) -> bool:
        return self.p is not None and self.p < ALPHA

    @property
    def has_risen(self) -> bool:
        return (self.now.rate.share or 0) > (self.before.rate.share or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a report says."""

    week: Week
    made_at: datetime
    whole: Group
    whole_before: Group
    change: Change | None
    changes: Sequence[Change]
    channels: Sequence[Group]
    teams: Sequence[Group]
    rate: Share
    themes: Sequence[ThemeOfWeek]
    unassigned: Reach
    unhappy: Sequence[Quote]
    happy: Sequence[Quote]
    queue: QueueFigures

    @property
    def real_changes(self) -> list[Change]:
        """What changed beyond chance, apart from the whole."""
        return [change for change in self.changes if change.is_real]


def week_from(text: str | None, zone: tzinfo, now: datetime) -> Week:
    """The week of an address such as `2026-W47`; None: the last whole one. Raises Invalid."""
    this = week_number(day_number(now, zone))
    if not text:
        return Week(number=this - 1, zone=zone)
    try:
        year, _, number = text.partition("-W")
        monday = date.fromisocalendar(int(year), int(number), 1)
    except ValueError as error:
        raise Invalid("no week", [("week", "a week is written 2026-W47")]) from error
    found = week_number((monday - date(1970, 1, 1)).days)
    return Week(number=max(1600, min(found, this)), zone=zone)


def make_report(connection: Connection, week: Week) -> Report:
    """The report of a week, read in one snapshot."""
    snapshot(connection)
    names = ["all", *(each.value for each in _COMPARED)]
    now, before = (_groups(connection, week, period, names) for period in (week.period, week.before))
    whole, whole_before = _one(now["all"]), _one(before["all"])
    comments = Comments(period=week.period, only=_ONLY)
    told, told_before = tell(connection, comments), tell(connection, Comments(period=week.before, only=_ONLY))
    raw = [change for change in _raw_changes(now, before, whole, whole_before) if change is not None]
    book = current_book(connection)
    reaches = {
        theme.id: (told.reach.get(theme.id, Reach(count=0, base=told.base)), told_before.reach.get(theme.id))
        for theme in book.living
    }
    tested = {
        key: p
        for key, (one, earlier) in reaches.items()
        if one.is_shown or (earlier is not None and earlier.is_shown)
        if (p := change_of_share(earlier or Reach(count=0, base=told_before.base), one)) is not None
    }
    corrected = holm([*(change.p for change in raw), *tested.values()])
    changes = [_with_p(change, p) for change, p in zip(raw, corrected, strict=False)]
    theme_p = dict(zip(tested, corrected[len(raw) :], strict=True))
    themes = [
        ThemeOfWeek(
            id=theme.id,
            names=theme.names,
            now=reaches[theme.id][0],
            before=reaches[theme.id][1] or Reach(count=0, base=told_before.base),
            p=theme_p.get(theme.id),
        )
        for theme in book.living
        if reaches[theme.id][0].is_shown
    ]
    return Report(
        week=week,
        made_at=clock.now(),
        whole=whole,
        whole_before=whole_before,
        change=next((change for change in changes if not change.by), None),
        changes=[change for change in changes if change.by],
        channels=groups_of(now["channel"], GroupBy.CHANNEL),
        teams=groups_of(now["team"], GroupBy.TEAM)[:12],
        rate=whole.rate.rate,
        themes=sorted(themes, key=lambda each: -each.now.count)[:MOST_THEMES],
        unassigned=Reach(count=told.unassigned, base=told.base),
        unhappy=_quotes(connection, comments, (0, 6), themes),
        happy=_quotes(connection, comments, (9, 10), themes),
        queue=queue_figures(connection, week.period),
    )


_ONLY = {"kind": TRANSACTIONAL, "direction": INBOUND}


def _groups(connection: Connection, week: Week, period: Period, names: Sequence[str]) -> dict[str, dict[str, Cell]]:
    scope = Scope(zone=week.zone, period=period, kind=TRANSACTIONAL, direction=INBOUND)
    return read_groups(connection, scope, [Dimension(name).value for name in names])


def _one(cells: Mapping[str, Cell]) -> Group:
    return Group(key="all", label="", cell=cells.get("", Cell.empty()))


def _raw_changes(
    now: Mapping[str, dict[str, Cell]], before: Mapping[str, dict[str, Cell]], whole: Group, whole_before: Group
) -> list[Change | None]:
    found = [_change("", "", whole_before, whole)]
    for by in _COMPARED:
        earlier = {group.key: group for group in groups_of(before[by.value], by)}
        for group in groups_of(now[by.value], by):
            if group.key is not None and group.key in earlier:
                found.append(_change(by.value, group.label or group.key, earlier[group.key], group))
    return found


def _change(by: str, name: str, before: Group, now: Group) -> Change | None:
    if min(before.n, now.n) < INDICATIVE_FROM:
        return None
    moved, p = difference(before.counts, now.counts), chance_of(before.counts, now.counts)
    return Change(by=by, name=name, now=now, before=before, difference=moved, p=p)


def _with_p(change: Change, p: float) -> Change:
    return Change(
        by=change.by, name=change.name, now=change.now, before=change.before, difference=change.difference, p=p
    )


def _quotes(
    connection: Connection, comments: Comments, band: tuple[int, int], themes: Sequence[ThemeOfWeek]
) -> list[Quote]:
    """One quote each of the largest themes, and others, so that a report shows more than one trouble."""
    found: dict[str, Quote] = {}
    wanted = [theme.id for theme in sorted(themes, key=lambda each: -each.now.count)]
    for theme_id in [*wanted[:MOST_QUOTES], *([None] if len(wanted) < MOST_QUOTES else [])]:
        for quote in quotes_of(connection, theme_id, comments, limit=MOST_QUOTES, band=band):
            if quote.conversation_id not in found and len(quote.text) > 3:
                found[quote.conversation_id] = quote
                break
    return list(found.values())[:MOST_QUOTES]


def in_short(report: Report) -> str:
    """The report in a few English sentences, for a message; nothing in it is a customer's."""
    whole, said = report.whole, []
    if not whole.shown.has_score or whole.score.nps is None or whole.score.low is None or whole.score.high is None:
        said.append(f"{whole.n} answer{'s' if whole.n != 1 else ''}, too few for a score.")
    else:
        reach = f"between {whole.score.low:+.0f} and {whole.score.high:+.0f}"
        said.append(f"Score {whole.score.nps:+.0f}, {reach}, from {whole.n} answers.")
    if report.change is not None:
        moved = f"{report.change.difference.points:+.0f} points against the four weeks before"
        said.append(f"{moved}, {'more than chance explains' if report.change.is_real else 'no more than chance'}.")
    if real := report.real_changes:
        said.append("Changed beyond chance: " + ", ".join(change.name for change in real) + ".")
    if report.themes:
        first = report.themes[0]
        name = first.names.get("en") or first.id
        said.append(f"Most spoke of {name}: {first.now.count} of {first.now.base} who said why.")
    if report.queue.opened:
        said.append(f"{report.queue.opened} tickets of unhappy customers, {report.queue.resolved} resolved.")
    return " ".join(said)
