"""Alerts and the routes on which they leave: raised, counted, seen, leased and settled here alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, delete, func, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from common.actors import Actor
from common.alerts import AGAIN_AFTER, STANDING, AlertKind, Raised, Urgency, merged
from common.alerts.routes import RouteSettings, from_json, to_json
from common.alerts.words import Told
from common.errors import NotFound
from common.ids import new_id
from common.store.cursors import Order, Page, read_page
from common.store.schema import alert_routes, alert_sends, alerts, storable
from common.store.scope import within

_SEEN = "seen|"
"""Before the key of an alert that was seen and goes on: it is not raised anew until it has been over."""
TEST = "test"
"""The alert of a send that is a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A stored route. address: sealed."""

    id: str
    name: str
    settings: RouteSettings
    address: str
    scheme: str
    is_on: bool
    sent_at: datetime | None
    error: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeasedMessage:
    """What is to leave on a route now, in one message. is_test: it is none of the alerts but a test."""

    route: Route
    lease: str
    attempts: int
    alerts: Sequence[Told]
    is_test: bool


def raise_alert(connection: Connection, raised: Raised, now: datetime) -> tuple[Row[Any], bool]:
    """Count `raised` with what is alike, or begin a new alert; it, and whether it is new. Its sends are written."""
    row = {
        "id": new_id("alr"),
        "open_key": raised.key,
        "kind": raised.kind.value,
        "severity": raised.severity.value,
        "team": raised.team,
        "subject": raised.subject,
        "facts": {name: storable(fact) if isinstance(fact, str) else fact for name, fact in raised.facts.items()},
        "times": raised.times,
        "first_at": now,
        "last_at": now,
    }
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = connection.execute(
        dialect.insert(alerts).values(row).on_conflict_do_nothing(index_elements=["open_key"]).returning(alerts.c.id)
    ).first()
    if made is None:
        _count_up(connection, raised, now)
    found = connection.execute(select(alerts).where(alerts.c.open_key == raised.key)).one()
    _plan_sends(connection, found, now)
    return found, made is not None


def _count_up(connection: Connection, raised: Raised, now: datetime) -> None:
    before = connection.execute(select(alerts).where(alerts.c.open_key == raised.key).with_for_update()).one()
    severity = max(Urgency(before.severity), raised.severity, key=lambda each: each.rank)
    connection.execute(
        update(alerts)
        .where(alerts.c.id == before.id)
        .values(
            times=before.times + raised.times,
            last_at=now,
            severity=severity.value,
            facts=merged(before.facts, raised.facts),
        )
    )


def _plan_sends(connection: Connection, alert: Row[Any], now: datetime) -> None:
    """One send for each route that wants it, unless one waits or left a short while ago."""
    kind, severity = AlertKind(alert.kind), Urgency(alert.severity)
    for route in routes(connection):
        if not route.is_on or not route.settings.wants(kind, severity, alert.team):
            continue
        lately = or_(alert_sends.c.state.in_(("pending", "sending")), alert_sends.c.at > now - AGAIN_AFTER)
        of_it = (alert_sends.c.route_id == route.id, alert_sends.c.alert_id == alert.id)
        if connection.execute(select(alert_sends.c.id).where(*of_it, lately).limit(1)).first() is not None:
            continue
        _add_send(connection, alert.id, route, alert.times, route.settings.due_at(severity, now), now)


def _add_send(connection: Connection, alert_id: str, route: Route, times: int, due_at: datetime, now: datetime) -> None:
    row = {"id": new_id("als"), "alert_id": alert_id, "route_id": route.id, "times": times, "state": "pending"}
    connection.execute(insert(alert_sends).values({**row, "due_at": due_at, "at": now}))


def send_test(connection: Connection, route_id: str, now: datetime) -> None:
    """Have a test leave on this route at once. Raises NotFound."""
    _add_send(connection, TEST, find_route(connection, route_id), 1, now, now)


def is_known(connection: Connection, open_key: str) -> bool:
    """True while there is an alert of this key that goes on, be it that somebody has seen it."""
    keys = (open_key, _SEEN + open_key)
    return connection.execute(select(alerts.c.id).where(alerts.c.open_key.in_(keys)).limit(1)).first() is not None


def end(connection: Connection, open_key: str, now: datetime) -> None:
    """What an alert was about is over by itself."""
    found = connection.execute(select(alerts.c.id).where(alerts.c.open_key.in_((open_key, _SEEN + open_key))))
    ids = list(found.scalars())
    see(connection, ids, now)
    connection.execute(update(alerts).where(alerts.c.id.in_(ids)).values(open_key=None))


def see(
    connection: Connection, ids: Sequence[str], now: datetime, *, by: str | None = None, name: str | None = None
) -> int:
    """Somebody has seen these alerts: they are counted up no more, and what waits to be told of them is dropped."""
    standing = [kind.value for kind in STANDING]
    kept = case((alerts.c.kind.in_(standing), literal(_SEEN) + alerts.c.open_key), else_=None)
    seen = connection.execute(
        update(alerts)
        .where(alerts.c.id.in_(ids), alerts.c.seen_at.is_(None))
        .values(seen_at=now, seen_by=by, seen_by_name=name, open_key=kept)
    ).rowcount
    waiting = (alert_sends.c.alert_id.in_(ids), alert_sends.c.state == "pending")
    connection.execute(delete(alert_sends).where(*waiting))
    return int(seen)


def unsee(connection: Connection, alert_id: str) -> None:
    """Take back that an alert was seen, unless what is alike began another one meanwhile."""
    row = find(connection, alert_id)
    key = Raised(kind=AlertKind(row.kind), severity=Urgency(row.severity), team=row.team, subject=row.subject).key
    if connection.execute(select(alerts.c.id).where(alerts.c.open_key == key)).first() is None:
        values = {"seen_at": None, "seen_by": None, "seen_by_name": None, "open_key": key}
        connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))


def seen_by(connection: Connection, ids: Sequence[str], actor: Actor) -> list[str]:
    """Those of these alerts that exist for the actor."""
    rows = connection.execute(select(alerts.c.id, alerts.c.team).where(alerts.c.id.in_(ids)))
    return [row.id for row in rows if actor.sees(row.team)]


def find(connection: Connection, alert_id: str) -> Row[Any]:
    """One alert. Raises NotFound."""
    row = connection.execute(select(alerts).where(alerts.c.id == alert_id)).first()
    if row is None:
        raise NotFound("no such alert")
    return row


def unseen(connection: Connection) -> int:
    """How many alerts nobody has seen."""
    open_ones = (alerts.c.seen_at.is_(None), within(alerts.c.team))
    return int(connection.execute(select(func.count()).where(*open_ones)).scalar_one())


def list_page(
    connection: Connection,
    *,
    is_seen: bool | None,
    kind: str | None,
    team: str | None,
    severity: str | None,
    cursor: str | None,
    limit: int,
) -> Page[Row[Any]]:
    """Alerts, the latest first. Raises Invalid for a foreign cursor."""
    columns = (alerts, alerts.c.last_at.label("page_at"), alerts.c.id.label("page_id"))
    statement = select(*columns).where(within(alerts.c.team))
    if is_seen is not None:
        statement = statement.where(alerts.c.seen_at.is_not(None) if is_seen else alerts.c.seen_at.is_(None))
    for column, value in ((alerts.c.kind, kind), (alerts.c.team, team), (alerts.c.severity, severity)):
        if value:
            statement = statement.where(column == value)
    return read_page(connection, statement, Order(at=alerts.c.last_at, id=alerts.c.id), cursor=cursor, limit=limit)


def teams(connection: Connection) -> list[str]:
    """The teams of which there are alerts."""
    named = (alerts.c.team.is_not(None), within(alerts.c.team))
    query = select(alerts.c.team).where(*named).distinct().order_by(alerts.c.team)
    return [str(team) for team in connection.execute(query).scalars()]


# --- routes -------------------------------------------------------------------------------------------------------


def routes(connection: Connection) -> Sequence[Route]:
    """Every route, the oldest first."""
    return [_route(row) for row in connection.execute(select(alert_routes).order_by(alert_routes.c.id))]


def find_route(connection: Connection, route_id: str) -> Route:
    """One route. Raises NotFound."""
    row = connection.execute(select(alert_routes).where(alert_routes.c.id == route_id)).first()
    if row is None:
        raise NotFound("no such route")
    return _route(row)


def save_route(
    connection: Connection,
    route_id: str | None,
    *,
    name: str,
    settings: RouteSettings,
    is_on: bool,
    now: datetime,
    address: tuple[str, str] | None,
) -> str:
    """Make or change a route; its id. address: its scheme and the sealed address, None = as it is."""
    values: dict[str, Any] = {"name": name, "settings": to_json(settings), "is_on": is_on, "updated_at": now}
    if address is not None:
        values |= {"scheme": address[0], "address": address[1], "error": None}
    if route_id is None:
        route_id = new_id("alt")
        connection.execute(insert(alert_routes).values({"id": route_id, "created_at": now, **values}))
    else:
        connection.execute(update(alert_routes).where(alert_routes.c.id == route_id).values(values))
    return route_id


def remove_route(connection: Connection, route_id: str) -> None:
    """Forget a route and what waits on it. Raises NotFound."""
    find_route(connection, route_id)
    connection.execute(delete(alert_sends).where(alert_sends.c.route_id == route_id))
    connection.execute(delete(alert_routes).where(alert_routes.c.id == route_id))


def _route(row: Row[Any]) -> Route:
    return Route(**{**row._mapping, "settings": from_json(row.settings)})


# --- leaving ------------------------------------------------------------------------------------------------------


def is_due(connection: Connection, now: datetime, wall: datetime) -> bool:
    """True if something may have to leave now."""
    return connection.execute(select(alert_sends.c.id).where(_due(now, wall)).limit(1)).first() is not None


def _due(now: datetime, wall: datetime) -> Any:
    waits = and_(alert_sends.c.state == "pending", alert_sends.c.due_at <= now)
    return or_(waits, and_(alert_sends.c.state == "sending", alert_sends.c.lease_until < wall))


def lease(connection: Connection, *, now: datetime, wall: datetime, until: datetime) -> list[LeasedMessage]:
    """What may leave now, one message for each route: everything that is due on it goes together."""
    rows = connection.execute(
        select(alert_sends).where(_due(now, wall)).order_by(alert_sends.c.id).with_for_update(skip_locked=True)
    ).all()
    known = {route.id: route for route in routes(connection)}
    found: list[LeasedMessage] = []
    for route_id in dict.fromkeys(row.route_id for row in rows):
        of_it = [row for row in rows if row.route_id == route_id]
        for is_test in (True, False):
            chosen = [row for row in of_it if (row.alert_id == TEST) == is_test]
            route = known.get(route_id)
            if not chosen or route is None or not (route.is_on or is_test):
                continue
            mine = new_id("lse")
            connection.execute(
                update(alert_sends)
                .where(alert_sends.c.id.in_([row.id for row in chosen]))
                .values(state="sending", lease=mine, lease_until=until, attempts=alert_sends.c.attempts + 1)
            )
            ids = [row.alert_id for row in chosen]
            shown = connection.execute(select(alerts).where(alerts.c.id.in_(ids)).order_by(alerts.c.first_at)).all()
            found.append(
                LeasedMessage(
                    route=route,
                    lease=mine,
                    attempts=max(row.attempts for row in chosen) + 1,
                    alerts=[told(row) for row in shown],
                    is_test=is_test,
                )
            )
    return found


def settle(
    connection: Connection, leased: LeasedMessage, now: datetime, *, error: str | None, next_at: datetime | None
) -> None:
    """Write down what came of a message. next_at: when it is tried again, None = never, or it left."""
    state = "sent" if error is None else "pending" if next_at else "failed"
    values: dict[str, Any] = {"state": state, "lease": None, "lease_until": None}
    values |= {"sent_at": now} if error is None else {}
    values |= {"due_at": next_at} if next_at else {}
    changed = connection.execute(update(alert_sends).where(alert_sends.c.lease == leased.lease).values(values))
    if changed.rowcount:
        health: dict[str, Any] = {"error": error} | ({"sent_at": now} if error is None else {})
        connection.execute(update(alert_routes).where(alert_routes.c.id == leased.route.id).values(health))


def told(row: Row[Any]) -> Told:
    """An alert as it is told outside."""
    return Told(
        id=row.id,
        kind=AlertKind(row.kind),
        severity=Urgency(row.severity),
        team=row.team,
        subject=row.subject,
        facts=row.facts,
        count=row.times,
    )


def forget_old(connection: Connection, before: datetime) -> None:
    """Drop what was seen, and what left, before then."""
    connection.execute(
        delete(alert_sends).where(alert_sends.c.at < before, alert_sends.c.state.in_(("sent", "failed")))
    )
    connection.execute(delete(alerts).where(alerts.c.seen_at < before))


def as_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts for machines, without what is empty."""
    return {name: value for name, value in facts.items() if value is not None}
