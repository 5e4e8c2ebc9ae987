"""The weekly report in words: what the page, the PDF and the mail say of the same figures."""

from __future__ import annotations

from collections.abc import Sequence

from common.figures import Group
from common.weekly_report import Change, Report, ThemeOfWeek
from console.charts import percent, points
from console.language import _, chosen, ngettext
from console.words import channel_name, day


def title(report: Report) -> str:
    return _("Week %(week)s", week=report.week.key.partition("-W")[2].lstrip("0") + "/" + report.week.key[:4])


def period(report: Report) -> str:
    first, last = report.week.first, report.week.last
    return f"{day(first, 'd MMMM')} – {day(last)}"


def narrative(report: Report) -> list[str]:
    """A few sentences, the most important first."""
    return [each for each in (_score(report), _changed(report), _themes(report), _rate(report)) if each]


def _score(report: Report) -> str:
    whole = report.whole
    if not whole.n:
        return _("Nobody answered this week.")
    if not whole.shown.has_score:
        return ngettext(
            "One customer answered: too few for a score.", "%(num)s customers answered: too few for a score.", whole.n
        )
    said = _(
        "The score is %(score)s, between %(low)s and %(high)s, from %(n)s answers.",
        score=points(whole.score.nps),
        low=points(whole.score.low),
        high=points(whole.score.high),
        n=whole.n,
    )
    if report.change is None:
        return said + " " + _("The four weeks before have too few answers to compare with.")
    moved = report.change.difference
    if not report.change.is_real:
        return (
            said
            + " "
            + _(
                "Against the four weeks before (%(before)s) that is no change beyond chance.",
                before=points(report.whole_before.score.nps),
            )
        )
    words = _("It rose by %(points)s points") if moved.points > 0 else _("It fell by %(points)s points")
    return (
        said
        + " "
        + words % {"points": abs(round(moved.points))}
        + " "
        + _(
            "against the four weeks before, surely by between %(low)s and %(high)s.",
            low=points(moved.low),
            high=points(moved.high),
        )
    )


def _changed(report: Report) -> str:
    real = report.real_changes
    if not report.changes:
        return ""
    if not real:
        return ngettext(
            "The one group that could be compared did not change beyond chance.",
            "None of the %(num)s groups that could be compared changed beyond chance.",
            len(report.changes),
        )
    return _("Changed beyond chance:") + " " + "; ".join(change_words(change) for change in real) + "."


def change_words(change: Change) -> str:
    """One change in words."""
    return _(
        "%(name)s from %(before)s to %(now)s (%(points)s points)",
        name=group_name(change.by, change.name),
        before=points(change.before.score.nps),
        now=points(change.now.score.nps),
        points=points(change.difference.points),
    )


def group_name(by: str, name: str | None) -> str:
    """A group as people call it."""
    if not name:
        return _("Not known")
    return channel_name(name) if by == "channel" else name


def _themes(report: Report) -> str:
    if not report.themes:
        return ""
    first = report.themes[0]
    said = _(
        "Most spoke of “%(theme)s”: %(share)s of those who said why.",
        theme=theme_name(first),
        share=percent(first.now.rate.share),
    )
    moved = [theme for theme in report.themes if theme.is_real]
    for theme in moved:
        words = _("More speak of “%(theme)s” than before") if theme.has_risen else _("Fewer speak of “%(theme)s”")
        said += " " + words % {"theme": theme_name(theme)} + f" ({theme_words(theme)})."
    return said


def theme_name(theme: ThemeOfWeek) -> str:
    """The theme's name in the reader's language."""
    return theme.names.get(chosen()) or theme.names.get("en") or next(iter(theme.names.values()), theme.id)


def theme_words(theme: ThemeOfWeek) -> str:
    """A theme against the weeks before."""
    was = percent(theme.before.rate.share)
    return _("%(before)s before, %(now)s now", before=was, now=percent(theme.now.rate.share))


def _rate(report: Report) -> str:
    if report.rate.share is None or report.rate.n < 50:
        return ""
    return _(
        "Of %(delivered)s questions that arrived, %(rate)s were answered so far.",
        delivered=report.rate.n,
        rate=percent(report.rate.share),
    )


def queue(report: Report) -> list[str]:
    """The way of the unhappy through the queue."""
    figures = report.queue
    if not figures.opened:
        return [_("No ticket of an unhappy customer was opened.")]
    said = [
        ngettext(
            "One ticket of an unhappy customer was opened.",
            "%(num)s tickets of unhappy customers were opened.",
            figures.opened,
        )
    ]
    for words, count, seconds in (
        (_("%(count)s were claimed, half of them within %(time)s."), figures.claimed, figures.until_claimed),
        (_("%(count)s were answered, half of them within %(time)s."), figures.answered, figures.until_answered),
        (_("%(count)s were resolved, half of them within %(time)s."), figures.resolved, figures.until_resolved),
    ):
        said.append(words % {"count": count, "time": span(seconds)} if seconds is not None else "")
    return [each for each in said if each]


def span(seconds: float | None) -> str:
    """How long, in the largest unit that says enough."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return ngettext("one second", "%(num)s seconds", max(1, round(seconds)))
    if seconds < 90 * 60:
        return ngettext("one minute", "%(num)s minutes", round(seconds / 60))
    if seconds < 36 * 3600:
        return ngettext("one hour", "%(num)s hours", round(seconds / 3600))
    return ngettext("one day", "%(num)s days", round(seconds / 86400))


def shown_score(group: Group) -> str:
    """A group's score, or a dash."""
    return points(group.score.nps) if group.shown.has_score else "–"


def method() -> str:
    """How the figures are made."""
    return _(
        "Scores bear the 95 % interval (adjusted Wald), shares Wilson’s. Whether something changed is tested against "
        "the four weeks before, with Holm’s correction over everything that is compared. Transactional surveys about "
        "inbound contacts only."
    )


def groups(by: str, found: Sequence[Group]) -> list[dict[str, object]]:
    """Groups as lines of a table."""
    return [
        {
            "name": group_name(by, group.label or group.key),
            "n": str(group.n),
            "score": shown_score(group),
            "low": group.score.low if group.shown.has_score else None,
            "point": group.score.nps if group.shown.has_score else None,
            "high": group.score.high if group.shown.has_score else None,
            "words": _("too few for a score"),
        }
        for group in found
        if group.n
    ]
