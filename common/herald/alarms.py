"""Raising alerts: from what happened, from how things stand, and from webhooks that do not get through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog
from sqlalchemy import Connection, Row, and_, func, or_, select

from common.alerts import AlertKind, Raised, Urgency, gathered
from common.alerts.conditions import Rate, Sending, channel_fails, response_rate_fell, template_moved
from common.alerts.words import title
from common.analysis.proportions import share_difference
from common.analysis.tally import Step
from common.channels import Channel
from common.figures import Group, GroupBy, read_figures, scope_of
from common.herald.announcing import events_of
from common.herald.posting import Trouble, words_of
from common.store import alerts as store
from common.store.posts import announce
from common.store.schema import outbox, template_changes, tickets
from common.survey.score import Band, band_of
from common.webhooks import AnnouncementType

log = structlog.get_logger()

_EVENTS: Mapping[str, tuple[AlertKind, Urgency]] = {
    "sla_warned": (AlertKind.SLA_WARNED, Urgency.WARNING),
    "sla_breached": (AlertKind.SLA_BREACHED, Urgency.CRITICAL),
    "owner_silent": (AlertKind.OWNER_SILENT, Urgency.WARNING),
}
UNSETTLED = timedelta(days=2)
"""The last days, in which many have not answered yet: no rate is read from them."""
RECENT, EARLIER = timedelta(days=7), timedelta(days=28)
LATELY = timedelta(minutes=15)
VERY_LOW = 3


def sound(connection: Connection, raised: Raised, now: datetime) -> None:
    """Raise an alert: in the console, on its routes and, if it is new, to whoever subscribes to alerts."""
    row, is_new = store.raise_alert(connection, raised, now)
    if not is_new:
        return
    log.info("an alert was raised", kind=row.kind, severity=row.severity, subject=row.subject)
    data = told_json(row)
    kind = AnnouncementType.ALERT_RAISED
    announce(connection, kind, f"{kind}:{row.id}", data, at=now, now=now)


def told_json(row: Row[Any]) -> dict[str, Any]:
    """An alert as programs are told of it."""
    return {
        "id": row.id,
        "kind": row.kind,
        "severity": row.severity,
        "team": row.team,
        "title": title(store.told(row)),
        "facts": store.as_facts(row.facts),
        "count": row.times,
        "first_at": row.first_at.isoformat(),
        "last_at": row.last_at.isoformat(),
    }


def sound_for(connection: Connection, taken: Sequence[Row[Any]], now: datetime) -> None:
    """Raise what follows from things that happened."""
    happened = events_of(connection, [row for row in taken if row.name in _EVENTS or row.name == "ticket_opened"])
    of_teams = _teams(connection, {row.conversation_id for row in happened.values()})
    found: list[Raised] = []
    for event in happened.values():
        team, ticket_id = of_teams.get(event.conversation_id, (None, None))
        facts: dict[str, Any] = {"tickets": [ticket_id] if ticket_id else []}
        if event.name == "ticket_opened" and _is_low(event.data.get("score")):
            score = int(event.data["score"])
            severity = Urgency.CRITICAL if score <= VERY_LOW else Urgency.WARNING
            kind, facts = AlertKind.LOW_SCORE, {**facts, "score": score}
            found.append(Raised(kind=kind, severity=severity, team=team, facts=facts))
        elif event.name in _EVENTS:
            kind, severity = _EVENTS[event.name]
            found.append(Raised(kind=kind, severity=severity, team=team, facts=facts))
    for raised in gathered(found):
        sound(connection, raised, now)
    for row in taken:
        if row.name == "template_moved":
            _sound_for_template(connection, row.subject, now)


def _is_low(score: object) -> bool:
    return isinstance(score, int) and band_of(score) is Band.DETRACTOR


def _teams(connection: Connection, ids: set[str]) -> dict[str, tuple[str | None, str]]:
    if not ids:
        return {}
    query = select(tickets.c.conversation_id, tickets.c.team, tickets.c.id).where(
        tickets.c.conversation_id.in_(sorted(ids))
    )
    return {row.conversation_id: (row.team, row.id) for row in connection.execute(query)}


def _sound_for_template(connection: Connection, change_id: str, now: datetime) -> None:
    row = connection.execute(select(template_changes).where(template_changes.c.id == change_id)).first()
    if row is None or "approval" not in row.data or not row.data.get("was", {}).get("approval"):
        return  # what was never approved cannot be missed
    raised = template_moved(row.name, row.language, row.data["approval"], row.data.get("reason"))
    if raised is not None:
        sound(connection, raised, now)


def sound_for_webhook(connection: Connection, trouble: Trouble, now: datetime) -> None:
    """An address does not hear us."""
    severity = Urgency.CRITICAL if trouble.is_off else Urgency.WARNING
    subject = trouble.name or trouble.subscription_id
    facts = words_of(trouble)
    sound(connection, Raised(kind=AlertKind.WEBHOOK_FAILING, severity=severity, subject=subject, facts=facts), now)


# --- how things stand ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How something stands. raised: what is wrong with it, None = nothing."""

    kind: AlertKind
    subject: str
    raised: Raised | None

    @property
    def key(self) -> str:
        return Raised(kind=self.kind, severity=Urgency.WARNING, subject=self.subject).key


def sending_conditions(connection: Connection, now: datetime) -> list[Condition]:
    """Whether the messages of each channel leave."""
    sending = _sending(connection, now)
    return [
        Condition(
            kind=AlertKind.PROVIDER_ERRORS,
            subject=channel.value,
            raised=channel_fails(channel.value, sending.get(channel.value, Sending(stuck={}, sent=0))),
        )
        for channel in Channel
    ]


def rate_conditions(connection: Connection, zone: tzinfo, now: datetime) -> list[Condition]:
    """Whether customers answer as they did, on each channel of which there is enough to say."""
    recent, earlier = _rates(connection, zone, now)
    return [
        Condition(kind=AlertKind.RESPONSE_RATE, subject=key, raised=_rate_alert(key, recent[key], earlier[key]))
        for key in sorted(recent.keys() & earlier.keys())
    ]


def news_of(connection: Connection, found: Sequence[Condition]) -> list[Condition]:
    """Those that are not told yet, or over: a state that goes on is not counted up each time it is looked at."""
    return [each for each in found if (each.raised is not None) != store.is_known(connection, each.key)]


def take_note(connection: Connection, found: Sequence[Condition], now: datetime) -> None:
    """Raise what is new and end what is over."""
    for each in news_of(connection, found):
        if each.raised is not None:
            sound(connection, each.raised, now)
        else:
            store.end(connection, each.key, now)


def _sending(connection: Connection, now: datetime) -> dict[str, Sending]:
    """By channel, messages of the last quarter of an hour and those that wait for another try."""
    is_stuck = and_(outbox.c.state == "pending", outbox.c.attempts > 0)
    is_recent = and_(outbox.c.state.in_(("sent", "dead", "needs_human")), outbox.c.due_at >= now - LATELY)
    rows = connection.execute(
        select(outbox.c.channel, outbox.c.state, outbox.c.error, func.count().label("number"))
        .where(or_(is_stuck, is_recent))
        .group_by(outbox.c.channel, outbox.c.state, outbox.c.error)
    ).all()
    stuck: dict[str, dict[str, int]] = {}
    sent: dict[str, int] = {}
    for row in rows:
        code = str(row.error or "").partition(" ")[0]
        if row.state == "sent":
            sent[row.channel] = sent.get(row.channel, 0) + row.number
            continue
        is_ours = row.state == "pending" and code in {"config", "unreachable", "throttled"}
        is_lost = row.state != "pending" and code not in {"undeliverable", "endpoint_blocked"}
        if is_ours or is_lost:
            mine = stuck.setdefault(row.channel, {})
            mine[code if is_ours else row.state] = mine.get(code if is_ours else row.state, 0) + row.number
    return {key: Sending(stuck=stuck.get(key, {}), sent=sent.get(key, 0)) for key in stuck.keys() | sent.keys()}


def _rates(connection: Connection, zone: tzinfo, now: datetime) -> tuple[dict[str, Group], dict[str, Group]]:
    """By channel: the last week that is settled, and the four before it."""
    end = now - UNSETTLED
    found = []
    for start, stop in ((end - RECENT, end), (end - RECENT - EARLIER, end - RECENT)):
        scope = scope_of(zone, start=start, end=stop, group_by=GroupBy.CHANNEL)
        found.append({group.key: group for group in read_figures(connection, scope, GroupBy.CHANNEL) if group.key})
    return found[0], found[1]


def _rate_alert(channel: str, recent: Group, earlier: Group) -> Raised | None:
    now, before = _rate(recent), _rate(earlier)
    apart = share_difference((before.answered, before.reached), (now.answered, now.reached))
    return None if apart is None else response_rate_fell(channel, now, before, difference_high=apart[2])


def _rate(group: Group) -> Rate:
    answered, reached = group.cell.step(Step.SCORE), group.cell.step(Step.DELIVERED)
    share = group.rate.rate
    return Rate(answered=answered, reached=reached, low=share.low or 0.0, high=share.high or 0.0)
