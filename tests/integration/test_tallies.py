"""The figures are what a full recount gives: after every kind of turn, counted or still waiting, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, String, bindparam, delete, select, text, update

from common import clock
from common.analysis.tally import Cell, Dimension, day_begins, day_number, week_number
from common.figures import GroupBy, read_figures, scope_of
from common.store.facet_recount import wrong_week
from common.store.figures import DAY, DIRECTION, HEAT, WEEK, Groups, Period, Scope, behind, read_groups
from common.store.measures import truths
from common.store.recount import is_wrong, recount
from common.store.schema import conversations, facet_weeks, interactions, tallied, tallies, untallied
from common.store.scope import narrowed_to
from common.store.tallies import fold, note_other_zones
from common.store.waiting import add_measures
from common.tallier import Tallier, catch_up
from tests.integration.world import World

UTC_ZONE = ZoneInfo("UTC")
EVERY = [*(dimension.value for dimension in Dimension), DAY, WEEK, DIRECTION, HEAT]
SOME_TEAMS = frozenset({"billing", ""})
FILTERS = ("channel", "team", "topic", "survey", "locale")
BLOCK_OF_HOUR = [0] * 6 + [1] * 3 + [2] * 3 + [3] * 3 + [4] * 3 + [5] * 3 + [6] * 3
EVERYTHING = Scope(zone=UTC_ZONE)
WORDS = ["0", "3", "6", "7", "8", "9", "10", "waited an hour", "STOP", "human please", "maybe", "1", "no"]


def a_while(world: World, rng: random.Random, rounds: int) -> None:
    """Customers of all kinds, at all stages."""
    world.survey()
    world.store.write(
        lambda c: world.services.surveys.save(
            c,
            "yearly",
            {"brand": "Acme", "kind": "relational", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0},
            clock.now(),
        )
    )
    for number in range(rounds):
        person = rng.randrange(rounds)
        world.interaction(
            f"i-{rng.random()}-{number}",
            customer=f"c-{person}",
            phone=f"+3161000{person:04d}",
            direction=rng.choice(["inbound", "inbound", "outbound"]),
            survey=rng.choice(["support", "support", "yearly"]),
            duration_s=rng.choice([120, 120, 120, 5]),
            agent=rng.choice([{"id": "a-1", "name": "Joost", "team": "billing"}, {"name": "Ana"}, None]),
            topic=rng.choice(["invoice", "delivery", None]),
        )
        if rng.random() < 0.6:
            world.tick()
            world.dispatch(2)
        for _ in range(rng.randrange(3)):
            world.say(rng.choice(WORDS), sender=f"+3161000{rng.randrange(rounds):04d}")
        if rng.random() < 0.2:
            world.after(hours=rng.choice([1, 5, 25]))


def in_full(world: World) -> dict[str, dict[str, list[int]]]:
    """Everything counted from the rows themselves, in plain SQL and Python, by none of the product's code."""
    with world.store.read() as connection:
        rows = connection.execute(
            text(
                """
                SELECT i.direction, i.team, i.agent_id, i.agent_name, i.topic, i.ended_at, i.survey_key,
                       v.channel AS asked, v.started_at, v.sent_at, v.locale AS vl, c.id AS cid, c.locale AS cl,
                       c.answered_at, c.score, c.reason, c.outcome,
                       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.direction = 'in') AS heard,
                       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.author = 'bot'
                           AND m.delivery = 'delivered') AS came,
                       (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.author = 'bot'
                           AND m.delivery = 'read') AS seen
                FROM interactions i JOIN invitations v ON v.interaction_id = i.id
                LEFT JOIN conversations c ON c.invitation_id = v.id
                WHERE i.decision = 'invite' AND (c.id IS NULL OR NOT c.test)
                """
            )
        ).all()
    found: dict[str, dict[str, list[int]]] = {name: {} for name in EVERY}
    for row in rows:
        ended = _instant(row.ended_at)
        scored = row.score is not None
        reached = [True, row.cid is not None, row.sent_at is not None, bool(row.came), bool(row.seen), scored]
        if row.heard:
            reached[4] = True
        for place in range(4, -1, -1):
            reached[place] = reached[place] or reached[place + 1]
        steps = [*map(int, reached), int(scored and bool(row.reason)), int(scored and row.outcome == "complete")]
        keys = {
            "all": "",
            "channel": row.asked,
            "team": row.team or "",
            "agent": row.agent_id or row.agent_name or "",
            "topic": row.topic or "",
            "weekhour": str(ended.weekday() * 24 + ended.hour),
            "survey": row.survey_key,
            "locale": row.cl or row.vl,
            "channel_topic": f"{row.asked}/{row.topic or ''}",
            "direction": row.direction,
            "heat": f"{ended.weekday()}/{BLOCK_OF_HOUR[ended.hour]}",
        }
        keys |= {
            f"{name}_heat": f"{keys[name]}/{keys['heat']}" for name in ("channel", "team", "topic", "survey", "locale")
        }
        for name in EVERY:
            key = keys.get(name, _day_or_monday(name, ended))
            counts = found[name].setdefault(key, [0] * 19)
            for place, step in enumerate(steps):
                counts[11 + place] += step
            if scored:
                day = _day_or_monday(name, _instant(row.answered_at))
                found[name].setdefault(keys.get(name, day), [0] * 19)[row.score] += 1
    return found


def _day_or_monday(name: str, at: datetime) -> str:
    on = at.date() - timedelta(days=at.weekday() if name == "week" else 0)
    return str((on - date(1970, 1, 1)).days)


def _instant(value: Any) -> Any:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def as_read(world: World, scope: Scope = EVERYTHING) -> dict[str, dict[str, list[int]]]:
    with world.store.read() as connection:
        groups = read_groups(connection, scope, EVERY)
    return {name: {key: [*cell.scores, *cell.funnel] for key, cell in cells.items()} for name, cells in groups.items()}


@pytest.mark.parametrize("seed", [1, 2])
def test_figures_are_a_full_recount_at_every_moment(world: World, seed: int) -> None:
    rng = random.Random(seed)
    a_while(world, rng, 30)
    assert as_read(world) == in_full(world)  # nothing counted yet
    world.store.write(lambda connection: fold(connection, UTC_ZONE, 25))
    assert as_read(world) == in_full(world)  # some counted, some waiting
    while world.store.write(lambda connection: fold(connection, UTC_ZONE)):
        pass
    with world.store.read() as connection:
        assert behind(connection) == 0
    assert as_read(world) == in_full(world)  # all counted
    assert Counter(as_read(world)["direction"].keys()) == {"inbound": 1, "outbound": 1}


def fold_all(world: World) -> None:
    while world.store.write(lambda connection: fold(connection, UTC_ZONE)):
        pass


def test_any_period_and_filter_is_counted_to_the_instant(world: World) -> None:
    rng = random.Random(5)
    a_while(world, rng, 40)
    fold_all(world)
    a_while(world, rng, 4)
    with world.store.read() as connection:
        ended = sorted(connection.execute(select(interactions.c.ended_at)).scalars())
    start, end = ended[len(ended) // 4], ended[-3]
    filters: list[dict[str, str]] = [
        {},
        {"team": "billing"},
        {"agent": "Joost"},
        {"topic": "invoice", "channel": "sms"},
    ]
    for only in filters:
        scope = scope_of(UTC_ZONE, start=start, end=end, only=only)
        values = {name: only.get(name) for name in ("team", "topic", "agent")}
        with world.store.read() as connection:
            bounds = {"start": _stored(connection, start), "end": _stored(connection, end)}
            (group,) = read_figures(connection, scope, None)
            n, balance = connection.execute(_typed(RECOUNT), values | bounds).one()
        assert (group.n, group.counts.promoters - group.counts.detractors) == (n, balance)
    assert as_read(world) == in_full(world)


def test_figures_within_filters_are_a_recount_of_the_counted_rows(world: World) -> None:
    """From weeks of facets, from tallies and from single days, for every kind of period and any set of filters."""
    a_while(world, random.Random(23), 60)
    world.after(hours=24 * 16)
    a_while(world, random.Random(25), 30)
    fold_all(world)
    a_while(world, random.Random(24), 3)  # waits
    now = day_number(clock.now(), UTC_ZONE)
    names = ["all", "channel", "team", "agent", "topic", "survey", "locale", "channel_topic", WEEK, DIRECTION]
    periods = [(None, None), (now - 20, now + 2), (now - 9, now + 1), (None, now)]
    filters: list[dict[str, str]] = [
        {"team": "billing"},
        {"locale": "en"},
        {"agent": "Joost"},
        {"agent": "a-1", "topic": "invoice"},
        {"topic": "invoice", "channel": "sms"},
        {"topic": "invoice", "team": "billing", "survey": "support", "locale": "en"},
        {"team": "nobody"},
    ]
    seen = 0
    narrowed: list[dict[str, str]] = [
        {},
        {"agent": "Joost"},
        {"topic": "invoice", "channel": "sms"},
        {"team": "billing"},
    ]
    for teams, only in [*((None, only) for only in filters), *((SOME_TEAMS, only) for only in narrowed)]:
        for first, end in periods if teams is None else periods[1:3]:
            period = Period(
                start=None if first is None else day_begins(first, UTC_ZONE),
                end=None if end is None else day_begins(end, UTC_ZONE),
            )
            scope = Scope(zone=UTC_ZONE, period=period, kind="transactional", only=only, teams=teams)
            with narrowed_to(teams), world.store.read() as connection:
                found = read_groups(connection, scope, names)
                heat = read_groups(connection, scope, [HEAT], funnel=False)[HEAT]
                truth = truths(connection, list(connection.execute(select(interactions.c.id)).scalars()), UTC_ZONE)
            should: Groups = {name: {} for name in [*names, HEAT]}
            add_measures(should, scope, truth.values(), 1, scores=True, funnel=True)
            seen += should["all"].get("", Cell.empty()).n
            assert counts_of_groups(found) == counts_of_groups({name: should[name] for name in names}), (only, period)
            assert {k: c.scores for k, c in heat.items()} == {k: c.scores for k, c in should[HEAT].items() if c.n}
    assert seen > 30


def counts_of_groups(groups: Groups) -> dict[str, dict[str, list[int]]]:
    return {name: {key: [*c.scores, *c.funnel] for key, c in cells.items()} for name, cells in groups.items()}


RECOUNT = text(
    """
    SELECT count(*), coalesce(sum(CASE WHEN c.score >= 9 THEN 1 WHEN c.score <= 6 THEN -1 ELSE 0 END), 0)
    FROM conversations c JOIN interactions i ON i.id = c.interaction_id
    WHERE c.score IS NOT NULL AND i.direction = 'inbound' AND c.survey_key = 'support'
    AND (:team IS NULL OR i.team = :team) AND (:topic IS NULL OR i.topic = :topic)
    AND (:agent IS NULL OR i.agent_name = :agent)
    AND c.answered_at >= :start AND c.answered_at < :end
    """
)


def _typed(statement: Any) -> Any:
    return statement.bindparams(*(bindparam(name, type_=String) for name in ("team", "topic", "agent")))


def _stored(connection: Connection, at: datetime) -> object:
    """An instant as the database keeps it."""
    is_text = connection.dialect.name == "sqlite"
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds") if is_text else at


def test_tests_and_deleted_people_leave_the_figures(world: World) -> None:
    a_while(world, random.Random(7), 20)
    fold_all(world)

    def change(connection: Any) -> None:
        scored = connection.execute(
            select(conversations.c.id, conversations.c.interaction_id).where(conversations.c.score.is_not(None))
        ).all()
        assert len(scored) > 3
        connection.execute(update(conversations).where(conversations.c.id == scored[0].id).values(test=True))
        connection.execute(delete(conversations).where(conversations.c.id == scored[1].id))
        connection.execute(delete(interactions).where(interactions.c.id == scored[2].interaction_id))
        connection.execute(delete(conversations).where(conversations.c.id == scored[2].id))

    world.store.write(change)
    assert as_read(world) == in_full(world)
    fold_all(world)
    assert as_read(world) == in_full(world)


def test_planted_differences_are_found_and_put_right_once(world: World) -> None:
    a_while(world, random.Random(9), 25)
    fold_all(world)
    before = as_read(world)
    with world.store.read() as connection:
        day = connection.execute(select(tallied.c.answered_on).where(tallied.c.score.is_not(None)).limit(1)).scalar()
        assert day is not None
        assert not is_wrong(connection, day, UTC_ZONE)

    def plant(connection: Any) -> None:
        of_day = tallies.c.day == day
        connection.execute(update(tallies).where(of_day, tallies.c.dimension == "team").values(score_3=7, eligible=0))
        connection.execute(delete(tallies).where(of_day, tallies.c.dimension == "channel"))
        connection.execute(update(tallied).where(tallied.c.answered_on == day).values(score=1, topic="elsewhere"))
        connection.execute(update(facet_weeks).values(score_4=facet_weeks.c.score_4 + 3))

    world.store.write(plant)
    assert as_read(world) != before
    with world.store.read() as connection:
        assert is_wrong(connection, day, UTC_ZONE)
    assert world.store.write(lambda connection: recount(connection, day, UTC_ZONE)) > 0
    assert as_read(world) == before == in_full(world)
    with world.store.read() as connection:
        assert wrong_week(connection, week_number(day)) == {}
    assert world.store.write(lambda connection: recount(connection, day, UTC_ZONE)) == 0


def test_the_tick_counts_and_mends_by_itself(world: World) -> None:
    a_while(world, random.Random(11), 10)
    tallier = Tallier(world.store, UTC_ZONE)
    with world.store.read() as connection:
        assert behind(connection) > 0
    assert tallier.once() > 0
    assert tallier.once() == 0  # it rests
    catch_up(world.store, UTC_ZONE)
    with world.store.read() as connection:
        assert behind(connection) == 0
    world.store.write(lambda connection: connection.execute(update(tallies).values(score_9=5)))
    assert as_read(world) != in_full(world)
    for _ in range(60):
        tallier._compare_next_day()
    assert as_read(world) == in_full(world)


def test_a_new_zone_counts_everything_again(world: World) -> None:
    a_while(world, random.Random(13), 12)
    fold_all(world)
    sydney = ZoneInfo("Australia/Sydney")
    world.store.write(lambda connection: note_other_zones(connection, sydney))
    while world.store.write(lambda connection: fold(connection, sydney)):
        pass
    with world.store.read() as connection:
        zones = connection.execute(select(tallied.c.zone).distinct()).scalars().all()
        assert zones == ["Australia/Sydney"]
        for row in connection.execute(select(tallied.c.cohort_at, tallied.c.weekhour)):
            local = row.cohort_at.astimezone(sydney)
            assert row.weekhour == local.weekday() * 24 + local.hour
        assert connection.execute(select(untallied)).first() is None
    whole = as_read(world, Scope(zone=sydney))["all"]
    assert whole == in_full(world)["all"]


def test_hours_and_weeks_are_regrouped(world: World) -> None:
    a_while(world, random.Random(17), 20)
    with world.store.read() as connection:
        for group_by in (GroupBy.HOUR, GroupBy.WEEKDAY, GroupBy.WEEK, GroupBy.TEAM):
            scope = scope_of(UTC_ZONE, group_by=group_by)
            groups = read_figures(connection, scope, group_by)
            (whole,) = read_figures(connection, scope_of(UTC_ZONE), None)
            assert sum(group.n for group in groups) == whole.n
            assert sum(group.funnel["eligible"] for group in groups) == whole.funnel["eligible"]


def test_the_triggers_are_there(world: World) -> None:
    """A later migration that rebuilds a table must not lose them."""
    watched = {"interactions": 3, "invitations": 2, "conversations": 3, "messages": 2}
    with world.store.read() as connection:
        if connection.dialect.name == "sqlite":
            names = text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'untallied%'")
        else:
            names = text(
                "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE 'untallied%'"
            )
        assert Counter(connection.execute(names).scalars()) == watched
