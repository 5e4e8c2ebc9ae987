"""What the figures have to tell: a theme that rises, and on Monday the report of the week that is over."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlalchemy import Connection, select

from common.alerts import AlertKind, Raised, Urgency
from common.herald.alarms import Condition, sound
from common.store.schema import alerts
from common.theme_book import current_book
from common.theme_watch import Rising, rising_themes
from common.weekly_report import Week, in_short, make_report, week_from

FROM_HOUR = 8
"""The week's report is told from this hour of Monday on, on the installation's clock."""


def theme_conditions(connection: Connection, zone: tzinfo, now: datetime) -> list[Condition]:
    """Which themes rise; those that do not any more are there, too, so that their alert ends."""
    rising = {each.theme_id: each for each in rising_themes(connection, zone, now)}
    return [
        Condition(
            kind=AlertKind.THEME_RISING,
            subject=theme.name("en"),
            raised=_raised(rising[theme.id]) if theme.id in rising else None,
        )
        for theme in current_book(connection).living
    ]


def _raised(rising: Rising) -> Raised:
    now, before = rising.now, rising.before
    facts = {
        "theme": rising.theme_id,
        "why": f"{now.count} of {now.base} customers who said why spoke of it last week; "
        f"in the four weeks before {before.count} of {before.base}.",
    }
    return Raised(kind=AlertKind.THEME_RISING, severity=Urgency.WARNING, subject=rising.name, facts=facts)


def untold_week(connection: Connection, zone: tzinfo, now: datetime) -> Week | None:
    """The last whole week, if it is time to tell of it and nobody was told."""
    week = week_from(None, zone, now)
    local = now.astimezone(zone)
    if local.weekday() == 0 and local.hour < FROM_HOUR:
        return None
    told = select(alerts.c.id).where(alerts.c.kind == AlertKind.WEEKLY_REPORT.value, alerts.c.subject == week.key)
    return None if connection.execute(told.limit(1)).first() else week


def tell_of_week(connection: Connection, zone: tzinfo, now: datetime) -> bool:
    """Tell of the last whole week, once; False if there is nothing to tell. A second time changes nothing."""
    week = untold_week(connection, zone, now)
    if week is None:
        return False
    report = make_report(connection, week)
    if not report.whole.n:
        return False
    facts = {"why": in_short(report), "week": week.key}
    raised = Raised(kind=AlertKind.WEEKLY_REPORT, severity=Urgency.NOTICE, subject=week.key, facts=facts)
    sound(connection, raised, now)
    return True
