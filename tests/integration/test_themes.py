"""Themes on both databases: a job that may run twice reads comments, people overrule it, figures count people."""

from __future__ import annotations

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update

from common import clock
from common.errors import Conflict
from common.herald.alarms import take_note
from common.herald.insight_news import tell_of_week, theme_conditions
from common.store.schema import alerts, coded, conversations, theme_marks, theme_states, uncoded
from common.store.theme_figures import Comments, quotes_of, reach_by_week, tell
from common.theme_book import accept, current_book, dismiss, offer, offered, save_book, say
from common.theme_coder import ThemeCoder
from common.theme_watch import judge_all, take_step
from common.themes.book import Theme
from common.themes.candidates import Candidate
from common.themes.tracking import ThemeState
from tests.integration.world import World

ZONE = ZoneInfo("UTC")
NUMBERS = iter(range(1, 10_000))


def comment(world: World, score: int, reason: str) -> str:
    """One customer's answer; the conversation's id."""
    number = next(NUMBERS)
    phone = f"+3162{number:07d}"
    world.interaction(f"t-{number}", customer=f"t-{number}", phone=phone)
    world.after(hours=2)
    world.tick()
    world.dispatch(1)
    world.say(str(score), sender=phone)
    world.say(reason, sender=phone)
    with world.store.read() as connection:
        found = select(conversations.c.id).where(conversations.c.address == phone, conversations.c.reason == reason)
        return str(connection.execute(found).scalar_one())


def marks(world: World) -> Counter[str]:
    with world.store.read() as connection:
        return Counter(connection.execute(select(theme_marks.c.theme_id)).scalars())


@pytest.fixture
def coder(world: World) -> ThemeCoder:
    world.survey(quiet_hours=None, fatigue_days=0)
    return ThemeCoder(world.store, ZONE)


def test_comments_are_read_once_and_again_when_they_change(world: World, coder: ThemeCoder) -> None:
    one = comment(world, 3, "I waited an hour, and the invoice was wrong")
    comment(world, 9, "blue")
    assert coder.all() > 0
    assert marks(world) == {"thm_waiting": 1, "thm_billing": 1}
    assert coder.all() == 0
    world.store.write(lambda c: c.execute(update(conversations).where(conversations.c.id == one).values(reason="rude")))
    assert coder.all() == 1
    assert marks(world) == {"thm_friendliness": 1}
    world.store.write(lambda c: c.execute(update(conversations).where(conversations.c.id == one).values(test=True)))
    coder.all()
    assert marks(world) == {}
    world.store.write(lambda c: c.execute(delete(conversations)))
    coder.all()
    with world.store.read() as connection:
        assert connection.execute(select(coded)).first() is None
        assert connection.execute(select(uncoded)).first() is None


def test_a_new_version_reads_everything_again_and_keeps_ids(world: World, coder: ThemeCoder) -> None:
    comment(world, 3, "I waited for the parking garage")
    coder.all()
    with world.store.read() as connection:
        book = current_book(connection)
    made = book.with_theme(Theme(id="thm_parking", names={"en": "Parking"}, include={"en": ("parking",)}))
    world.store.write(lambda c: save_book(c, made, actor="Ana", note="parking"))
    with pytest.raises(Conflict):
        world.store.write(lambda c: save_book(c, made, actor="Bo", note="at the same time"))
    assert coder.all() == 1
    assert marks(world) == {"thm_waiting": 1, "thm_parking": 1}
    merged = made.merged("thm_waiting", "thm_parking")
    world.store.write(lambda c: save_book(c, merged, actor="Ana", note="one"))
    coder.all()
    assert set(marks(world)) == {"thm_parking"}


def test_what_people_say_is_stronger_than_the_book(world: World, coder: ThemeCoder) -> None:
    one = comment(world, 3, "The queue at your stand was fun")
    two = comment(world, 4, "it took me half a day")
    coder.all()
    assert marks(world) == {"thm_waiting": 1}
    world.store.write(lambda c: say(c, one, "thm_waiting", is_right=False, actor="Ana"))
    world.store.write(lambda c: say(c, two, "thm_waiting", is_right=True, actor="Ana"))
    coder.all()
    with world.store.read() as connection:
        (quote,) = quotes_of(connection, "thm_waiting", Comments(), limit=5)
        assert (quote.conversation_id, quote.pieces) == (two, [("it took me half a day", True)])
        book = current_book(connection)
    # ... and so in the next version
    made = book.with_theme(Theme(id="thm_fun", names={"en": "Fun"}, include={"en": ("fun",)}))
    world.store.write(lambda c: save_book(c, made, actor="Ana", note="fun"))
    coder.all()
    assert marks(world) == {"thm_waiting": 1, "thm_fun": 1}


def test_shares_count_customers_and_scores_count_comments(world: World, coder: ThemeCoder) -> None:
    for score in (0, 3, 10):
        comment(world, score, "waited, and waited again")
    comment(world, 9, "lovely")
    comment(world, 9, "blue")
    coder.all()
    with world.store.read() as connection:
        told = tell(connection, Comments())
        weeks = reach_by_week(connection, Comments(), 0, 10_000, "thm_waiting")["thm_waiting"]
    assert (told.base, told.unassigned) == (5, 1)
    assert (told.reach["thm_waiting"].count, told.reach["thm_waiting"].base) == (3, 5)
    assert (told.scores_with["thm_waiting"].detractors, told.scores_with["thm_waiting"].promoters) == (2, 1)
    assert (sum(each.count for each in weeks), sum(each.base for each in weeks)) == (3, 5)


def test_candidates_become_themes_only_by_a_person(world: World, coder: ThemeCoder) -> None:
    one = comment(world, 5, "the parking garage was full")
    coder.all()
    found = [
        Candidate(words={"parking": 1.0}, members=frozenset({one}), quotes=(one,)),
        Candidate(words={"blue": 1.0}, members=frozenset({"x"}), quotes=()),
    ]
    assert world.store.write(lambda c: offer(c, found)) == 2
    with world.store.read() as connection:
        parking, blue = sorted(offered(connection), key=lambda each: "blue" in each.candidate.words)
    made = world.store.write(
        lambda c: accept(c, parking.id, name="Parking", language="en", terms=("parking",), actor="Ana")
    )
    world.store.write(lambda c: dismiss(c, blue.id, actor="Ana"))
    coder.all()
    assert marks(world) == {made.id: 1}
    with world.store.read() as connection:
        assert offered(connection) == []


def weeks_of(world: World, first: int, share: int, weeks: int = 2) -> None:
    """Weeks of eighty comments by as many customers, of which so many speak of waiting."""
    with world.store.read() as connection:
        template = dict(connection.execute(select(coded).limit(1)).one()._mapping)

    def fill(connection: Any) -> None:
        for number in range(80):
            key = f"cnv_{first}_{number}"
            row = template | {"conversation_id": key, "customer_id": key, "week": first + number % weeks}
            connection.execute(coded.insert(), [row])
            if number < share:
                mark = {"conversation_id": key, "theme_id": "thm_waiting", "start": 0, "end": 6, "term": "wait"}
                connection.execute(theme_marks.insert(), [mark])

    world.store.write(fill)


def test_the_figures_judge_what_was_shipped_and_a_second_look_changes_nothing(world: World, coder: ThemeCoder) -> None:
    comment(world, 3, "waited")
    coder.all()

    with world.store.read() as connection:
        week = connection.execute(select(coded.c.week)).scalar_one()
    weeks_of(world, week - 2, 40)
    world.store.write(
        lambda c: take_step(c, "thm_waiting", ThemeState.SHIPPED, actor="Ana", note="more staff", zone=ZONE)
    )
    weeks_of(world, week + 1, 4)
    world.after(hours=24 * 21)
    assert world.store.write(lambda c: judge_all(c, ZONE, clock.now())) == 1
    assert world.store.write(lambda c: judge_all(c, ZONE, clock.now())) == 0
    with world.store.read() as connection:
        states = connection.execute(
            select(theme_states.c.state, theme_states.c.actor).order_by(theme_states.c.at)
        ).all()
    assert [tuple(row) for row in states] == [("shipped", "Ana"), ("resolved", "")]


def test_a_rising_theme_is_an_alert_until_it_is_over_and_a_week_is_told_once(world: World, coder: ThemeCoder) -> None:
    comment(world, 3, "waited")
    coder.all()
    with world.store.read() as connection:
        week = connection.execute(select(coded.c.week)).scalar_one()
    for first in (week - 5, week - 3):
        weeks_of(world, first, 8)
    weeks_of(world, week - 1, 40, weeks=1)

    def look() -> list[str]:
        def note(connection: Any) -> None:
            take_note(connection, theme_conditions(connection, ZONE, clock.now()), clock.now())

        world.store.write(note)
        with world.store.read() as connection:
            return list(connection.execute(select(alerts.c.subject).where(alerts.c.kind == "theme_rising")).scalars())

    assert look() == ["Waiting time"]
    assert look() == ["Waiting time"], "told once"
    world.after(hours=24 * 8)
    while clock.now().weekday() == 0:
        world.after(hours=6)
    told = [world.store.write(lambda c: tell_of_week(c, ZONE, clock.now())) for _ in range(2)]
    assert told == [True, False]
    with world.store.read() as connection:
        row = connection.execute(select(alerts).where(alerts.c.kind == "weekly_report")).one()
    assert "1 answer, too few for a score." in row.facts["why"]


def test_the_triggers_are_there(world: World) -> None:
    """A later migration that rebuilds a table must not lose them."""
    with world.store.read() as connection:
        if connection.dialect.name == "sqlite":
            names = text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'uncoded%'")
        else:
            names = text(
                "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE tgname LIKE 'uncoded%'"
            )
        assert Counter(connection.execute(names).scalars()) == {"conversations": 3}
