"""Settings → Queue: working hours and deadlines for everyone and for each team, and whose queue a ticket comes into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.audit import record
from common.errors import Invalid
from common.queue.book import Book, Policy
from common.queue_rules import DAYS, LONGEST_NAME, length_words, policy_as_form, read_policy, read_rules
from common.services import Services
from common.store import queue
from common.survey.conversation import TicketReason
from common.surveys import keys_of_surveys
from console.access import signed_in
from console.language import N_, _
from console.words import REASONS

FIELDS = ("name", "teams", "languages", "surveys", "reasons", "to_team")
SPARE = 1
"""Empty rows below the rules that there are; saving one makes room for the next."""
DAY_NAMES: Mapping[str, str] = {
    "monday": N_("Monday"),
    "tuesday": N_("Tuesday"),
    "wednesday": N_("Wednesday"),
    "thursday": N_("Thursday"),
    "friday": N_("Friday"),
    "saturday": N_("Saturday"),
    "sunday": N_("Sunday"),
}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the routes on `blueprint`."""

    @blueprint.get("/settings/queue")
    def queue_settings() -> ResponseReturnValue:
        with services.store.read() as connection:
            book = queue.load_book(connection, services.turns.zone)
        return _overview(services, book, [_rule_as_form(each) for each in book.rules])

    @blueprint.post("/settings/queue/rules")
    def save_routing() -> ResponseReturnValue:
        given = _given_rules()
        with services.store.read() as connection:
            book, surveys = queue.load_book(connection, services.turns.zone), keys_of_surveys(connection)
        try:
            rules = read_rules(given, surveys=surveys)
        except Invalid as fault:
            return _overview(services, book, given, dict(fault.errors)), 422
        actor = signed_in().user.actor

        def work(connection: Connection) -> None:
            queue.save_rules(connection, rules, by=actor.name, now=clock.now())
            record(connection, actor, "routing.changed", rules=len(rules))

        services.store.write(work)
        flash(_("Saved. New tickets follow these rules."), "good")
        return redirect(url_for("console.queue_settings") + "#routing", 303)

    @blueprint.route("/settings/queue/policy", methods=["GET", "POST"])
    def queue_policy() -> ResponseReturnValue:
        team = request.args.get("team", "").strip()[:LONGEST_NAME].replace("\0", "")
        with services.store.read() as connection:
            book = queue.load_book(connection, services.turns.zone)
            names = queue.holiday_names(connection, team) or queue.holiday_names(connection, queue.EVERYONE)
            teams = queue.known_teams(connection)
        has_own = team in book.policies
        if request.method == "GET":
            return _policy(team, teams, policy_as_form(book.policy(team), names), has_own)
        given = {name: request.form.get(name, "")[:20_000].replace("\0", "") for name in _fields()}
        try:
            policy, holidays = read_policy(given)
        except Invalid as fault:
            return _policy(team, teams, given, has_own, dict(fault.errors)), 422
        _save(services, team, policy, holidays)
        flash(_("Saved. Open tickets follow within a minute."), "good")
        return redirect(url_for("console.queue_settings"), 303)

    @blueprint.post("/settings/queue/policy/drop")
    def drop_queue_policy() -> ResponseReturnValue:
        team, actor = request.form.get("team", "").strip()[:LONGEST_NAME], signed_in().user.actor

        def work(connection: Connection) -> None:
            queue.drop_policy(connection, team, clock.now())
            record(connection, actor, "policy.dropped", teams=[team])

        if team:
            services.store.write(work)
            flash(_("From now on everyone's hours and deadlines hold for %(team)s.", team=team), "good")
        return redirect(url_for("console.queue_settings"), 303)


def _save(services: Services, team: str, policy: Policy, holidays: dict[date, str]) -> None:
    actor = signed_in().user.actor

    def work(connection: Connection) -> None:
        queue.save_policy(connection, team, policy, holidays, by=actor.name, now=clock.now())
        record(connection, actor, "policy.changed", teams=[team])

    services.store.write(work)


def _overview(
    services: Services, book: Book, rules: Sequence[Mapping[str, str]], faults: Mapping[str, str] | None = None
) -> str:
    with services.store.read() as connection:
        teams, surveys = queue.known_teams(connection), keys_of_surveys(connection)
    policies = [("", book.default), *sorted(book.policies.items())]
    return render_template(
        "console/queue.html",
        here="console.settings",
        tab="console.queue_settings",
        policies=[_line(team, policy) for team, policy in policies],
        others=[team for team in teams if team not in book.policies],
        teams=teams,
        surveys=surveys,
        reasons={reason.value: _(REASONS[reason.value]) for reason in TicketReason},
        rules=[*rules, *(dict.fromkeys(FIELDS, "") for _spare in range(SPARE))],
        faults=faults or {},
    )


def _line(team: str, policy: Policy) -> dict[str, Any]:
    """A policy as the overview shows it."""
    return {
        "team": team,
        "zone": policy.hours.zone,
        "is_open": policy.hours.is_open(clock.now()),
        "opens_at": policy.hours.opens_at(clock.now()),
        "lengths": {name: length_words(getattr(policy, name)) for name in ("first_reply", "next_reply", "resolve")},
        "silent_after": length_words(policy.silent_after) if policy.silent_after else "",
    }


def _policy(
    team: str, teams: Sequence[str], given: Mapping[str, str], has_own: bool, faults: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "console/queue_policy.html",
        here="console.settings",
        team=team,
        teams=[each for each in teams if each != team],
        given=given,
        faults=faults or {},
        has_own=has_own,
        days={day: _(DAY_NAMES[day]) for day in DAYS},
        zones=sorted(available_timezones()),
    )


def _fields() -> tuple[str, ...]:
    lengths = ("first_reply", "next_reply", "resolve", "warn_percent", "silent_after", "escalates_to")
    return ("zone", *DAYS, "holidays", *lengths)


def _given_rules() -> list[dict[str, str]]:
    """The rows of the form, in their order."""
    rows: dict[int, dict[str, str]] = {}
    for key, text in request.form.items():
        number, _dot, name = key.partition(".")
        if number.isascii() and number.isdigit() and len(number) < 4 and name in FIELDS:
            words = text if name != "reasons" else ",".join(request.form.getlist(key))
            rows.setdefault(int(number), dict.fromkeys(FIELDS, ""))[name] = words[:5_000].replace("\0", "")
    moved = request.form.get("move", "")
    order = sorted(rows)
    number, _dot, direction = moved.partition(".")
    if number.isascii() and number.isdigit() and int(number) in rows:
        at = order.index(int(number))
        to = at - 1 if direction == "up" else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
    return [rows[each] for each in order if f"{each}.drop" not in request.form]


def _rule_as_form(rule: Any) -> dict[str, str]:
    sets = {name: ", ".join(sorted(getattr(rule, name))) for name in ("teams", "languages", "surveys", "reasons")}
    return {"name": rule.name, **sets, "to_team": rule.to_team or ""}
