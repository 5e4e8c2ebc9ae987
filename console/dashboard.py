"""The dashboard, the conversations behind each of its figures, and one of them to read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common import clock
from common.analysis.response_rate import Verdict
from common.analysis.tally import BLOCKS, Dimension, Step
from common.errors import Invalid
from common.figures import WEEKDAYS, GroupBy, groups_of
from common.services import Services
from common.store.figures import Groups, Reading, snapshot
from common.store.response_pages import Behind, find_response, list_behind
from common.survey.score import Band
from common.tallier import catch_up
from console import charts, insights
from console.access import may_act
from console.filters import PRESETS, Filters, read_filters
from console.language import N_, _
from console.report_words import span
from console.threads import entries_of
from console.words import channel_name, day, language_name, plain

PAGE = 50
_OPTIONS = (Dimension.CHANNEL, Dimension.TEAM, Dimension.TOPIC, Dimension.AGENT, Dimension.SURVEY, Dimension.LOCALE)
TITLES: Mapping[str, str] = {
    "channel": N_("Channel"),
    "team": N_("Team"),
    "agent": N_("Agent"),
    "topic": N_("Topic"),
    "survey": N_("Survey"),
    "locale": N_("Language"),
    "direction": N_("Direction"),
}
STEP_WORDS: Mapping[str, tuple[str, str]] = {
    "eligible": (N_("Eligible"), N_("were to be asked")),
    "invited": (N_("Invited"), N_("the question was written to be sent")),
    "accepted": (N_("Accepted"), N_("the provider took it")),
    "delivered": (N_("Delivered"), N_("it reached the customer")),
    "read": (N_("Read"), N_("the customer has seen it")),
    "score": (N_("Score"), N_("the customer gave one")),
    "reason": (N_("Reason"), N_("the customer said why")),
    "complete": (N_("Complete"), N_("nothing was left open")),
}
BAND_RANGES: Mapping[str, str] = {"detractor": N_("0 to 6"), "passive": N_("7 or 8"), "promoter": N_("9 or 10")}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""

    @blueprint.get("/dashboard")
    def dashboard() -> ResponseReturnValue:
        filters = _filters(services)
        catch_up(services.store, filters.zone)
        with services.store.read() as connection:
            reading = Reading(connection)
            context = insights.load(reading, filters, sees_agents=may_act())
            context["options"] = _options(reading, filters, context["read"], sees_agents=may_act())
        return render_template("console/dashboard.html", **context, **_words(filters))

    @blueprint.get("/responses")
    def responses() -> ResponseReturnValue:
        filters = _filters(services)
        catch_up(services.store, filters.zone)
        behind, extra = _behind(request.args)
        cursor = request.args.get("cursor") or None
        with services.store.read() as connection:
            snapshot(connection)
            try:
                page = list_behind(connection, filters.scope(), behind, cursor=cursor, limit=PAGE)
            except Invalid:
                abort(400)
            context = {"page": page, "behind": behind, "extra": extra}
            context["options"] = _options(Reading(connection), filters, None, sees_agents=may_act())
        return render_template("console/responses.html", **context, **_words(filters))

    @blueprint.get("/responses/<conversation_id>")
    def response(conversation_id: str) -> ResponseReturnValue:
        filters = _filters(services)
        with services.store.read() as connection:
            found = find_response(connection, conversation_id)
            if found is None:
                abort(404)
            entries = entries_of(connection, conversation_id, filters.zone)
        back = {name: value for name, value in request.args.items() if name != "cursor"}
        return render_template("console/response.html", found=found, entries=entries, back=back, **_words(filters))


def _filters(services: Services) -> Filters:
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
    return read_filters(request.args, zone=zone, now=clock.now(), may_see_agents=may_act())


def _behind(args: Mapping[str, str]) -> tuple[Behind, dict[str, str]]:
    """What the address asks for beyond the filters, and the same as parameters again; nonsense is left out."""
    made: dict[str, Any] = {}
    kept: dict[str, str] = {}

    def take(name: str, value: Any) -> None:
        made[name], kept[name] = value, str(args[name])

    if args.get("band") in set(Band):
        take("band", Band(args["band"]))
    if (text := args.get("score", "")).isascii() and text.isdigit() and len(text) <= 2 and int(text) <= 10:
        take("score", int(text))
    if args.get("weekday") in WEEKDAYS:
        take("weekday", WEEKDAYS.index(args["weekday"]))
    blocks = {f"{first}-{end}": (first, end) for first, end in BLOCKS}
    if args.get("hours") in blocks:
        take("hours", blocks[args["hours"]])
    if args.get("step") in set(Step):
        take("step", Step(args["step"]))
        if args.get("missed") == "1" and args["step"] != Step.ELIGIBLE:
            take("missed", True)
    return Behind(**made), kept


def _options(
    reading: Reading, filters: Filters, read: Groups | None, *, sees_agents: bool
) -> dict[str, list[tuple[str, str]]]:
    """What each filter can be set to in this period, the largest first; what is set is always among them.

    read: the groups that the page shows, which without filters are the same.
    """
    scope = filters.scope(only={})
    dimensions = [each for each in _OPTIONS if sees_agents or each is not Dimension.AGENT]
    if read is None or filters.only:
        read = reading.groups(scope, [each.value for each in dimensions], funnel=False)
    found = {}
    for dimension in dimensions:
        groups = groups_of(read[dimension.value], GroupBy(dimension.value))[:200]
        choices = {group.key: name_of(dimension.value, group.key, group.label) for group in groups if group.key}
        if (given := filters.only.get(dimension.value)) is not None:
            choices.setdefault(given, name_of(dimension.value, given, ""))
        found[dimension.value] = list(choices.items())
    return found


def name_of(group_by: str, key: str | None, label: str) -> str:
    """A group as people call it."""
    if key is None:
        return _("Not known")
    if group_by == "channel":
        return channel_name(key)
    if group_by == "locale":
        return language_name(key)
    return _(plain(key)) if group_by == "direction" else label or key


def _words(filters: Filters) -> dict[str, Any]:
    """What every template here may ask for."""
    return {
        "here": "console.dashboard",
        "filters": filters,
        "presets": PRESETS,
        "charts": charts,
        "titles": TITLES,
        "step_words": STEP_WORDS,
        "band_ranges": BAND_RANGES,
        "weekdays": WEEKDAYS,
        "Verdict": Verdict,
        "name_of": name_of,
        "sees_agents": may_act(),
        "to_list": lambda **changes: _address("console.responses", filters, changes),
        "to_board": lambda **changes: _address("console.dashboard", filters, changes),
        "week_dates": _week_dates,
        "short_day": lambda text: day(date.fromisoformat(text), "d MMM"),
        "span": span,
        "min": min,
        "max": max,
    }


def _address(endpoint: str, filters: Filters, changes: Mapping[str, object]) -> str:
    values: dict[str, Any] = dict(filters.query(**changes))
    return url_for(endpoint, **values)


def _week_dates(key: str) -> dict[str, str]:
    """The first and the last day of an ISO week, as parameters."""
    year, week = key.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    return {"from": monday.isoformat(), "to": (monday + timedelta(days=6)).isoformat()}
