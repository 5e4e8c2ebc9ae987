"""Themes: what customers speak of, one theme with their words, the code book's editor, and candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common import clock
from common.analysis.tally import day_number, day_of, week_begins, week_number
from common.errors import Conflict, Invalid, NotFound
from common.services import Services
from common.store.theme_figures import (
    Comments,
    Told,
    is_seen,
    quotes_of,
    reach_by_week,
    tell,
    verdicts_by_term,
    waiting_comments,
)
from common.theme_book import (
    current_book,
    offered,
    say,
)
from common.theme_coder import ThemeCoder
from common.theme_watch import rising_themes, states, steps_of, take_step
from common.themes.book import CodeBook, Theme
from common.themes.shares import Reach, Weight, weight
from common.themes.starter import starter
from common.themes.tracking import BY_PEOPLE, ThemeState
from console import charts
from console.access import may_act, signed_in
from console.filters import PRESETS, Filters, read_filters
from console.language import N_, _, chosen
from console.words import channel_name, language_name

QUOTES, WEEKS = 30, 13
STATES: Mapping[str, str] = {
    ThemeState.OPEN: N_("Open"),
    ThemeState.PLANNED: N_("Planned"),
    ThemeState.SHIPPED: N_("Shipped"),
    ThemeState.WATCHING: N_("Watching"),
    ThemeState.RESOLVED: N_("Resolved"),
    ThemeState.REGRESSED: N_("Back again"),
    ThemeState.FADED: N_("Faded"),
}
TONES: Mapping[str, str] = {ThemeState.RESOLVED: "good", ThemeState.REGRESSED: "bad", ThemeState.SHIPPED: "owner"}


LANGUAGES: tuple[str, ...] = tuple(sorted({language for theme in starter().living for language in theme.include}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One theme in the list."""

    theme: Theme
    reach: Reach
    weight: Weight | None
    weeks: list[Reach]
    state: ThemeState
    is_rising: bool

    @property
    def spark(self) -> str:
        """The weekly shares as a path, 120 by 24; a week without comments is a gap."""
        return spark_path(self.weeks)


def spark_path(weeks: list[Reach], width: float = 120, height: float = 24) -> str:
    shares = [each.count / each.base if each.base else None for each in weeks]
    top = max([each for each in shares if each is not None] or [0.0]) or 1.0
    step = width / max(1, len(shares) - 1)
    path, pen = "", "M"
    for place, share in enumerate(shares):
        if share is None:
            pen = "M"
            continue
        path += f"{pen}{place * step:.1f} {height - 2 - (height - 4) * share / top:.1f}"
        pen = "L"
    return path


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
    coder = ThemeCoder(services.store, zone)

    @blueprint.get("/themes")
    def themes() -> ResponseReturnValue:
        return render_template("console/themes.html", **_list(services, coder, zone))

    @blueprint.get("/themes/<theme_id>")
    def theme(theme_id: str) -> ResponseReturnValue:
        return render_template("console/theme.html", **_one(services, coder, zone, theme_id))

    @blueprint.get("/themes/unassigned")
    def unassigned_comments() -> ResponseReturnValue:
        filters = read_theme_filters(zone)
        with services.store.read() as connection:
            quotes = quotes_of(connection, None, _comments(filters), limit=QUOTES)
        return render_template("console/theme_unassigned.html", quotes=quotes, **theme_words(filters))

    @blueprint.post("/themes/<theme_id>/verdict")
    def theme_verdict(theme_id: str) -> ResponseReturnValue:
        conversation_id, is_right = request.form.get("conversation", ""), request.form.get("right") == "1"
        with services.store.read() as connection:
            if not is_seen(connection, conversation_id):
                abort(404)

        def act() -> str:
            by = signed_in().user.name
            services.store.write(lambda c: say(c, conversation_id, theme_id, is_right=is_right, actor=by))
            coder.catch_up()
            return _("Kept. It counts from now on, whatever the code book says.")

        return then(act, request.form.get("back") or url_for("console.theme", theme_id=theme_id))

    @blueprint.post("/themes/<theme_id>/step")
    def theme_step(theme_id: str) -> ResponseReturnValue:
        note = request.form.get("note", "").replace("\0", "").strip()[:500]
        known(services, theme_id)

        def act() -> str:
            if request.form.get("state") not in set(BY_PEOPLE):
                raise Invalid(_("Choose a step."))
            state, by = ThemeState(request.form["state"]), signed_in().user.name
            services.store.write(lambda c: take_step(c, theme_id, state, actor=by, note=note, zone=zone))
            return _("Noted.")

        return then(act, url_for("console.theme", theme_id=theme_id))


# --- reading ----------------------------------------------------------------------------------------------------------


def read_theme_filters(zone: ZoneInfo) -> Filters:
    """What the address asks for; a quarter unless it says otherwise."""
    return read_filters(request.args, zone=zone, now=clock.now(), may_see_agents=False, default_days=91)


def _comments(filters: Filters) -> Comments:
    only = {name: value for name, value in filters.only.items() if name in {"channel", "locale"}}
    only["kind"] = filters.kind
    if filters.kind != "relational":
        only["direction"] = filters.direction
    return Comments(period=filters.period, only=only)


def _list(services: Services, coder: ThemeCoder, zone: ZoneInfo) -> dict[str, Any]:
    coder.catch_up()
    filters, now = read_theme_filters(zone), clock.now()
    this = week_number(day_number(now, zone))
    with services.store.read() as connection:
        book, told = current_book(connection), tell(connection, _comments(filters))
        weeks = reach_by_week(connection, _comments(_without_period(filters)), this - WEEKS + 1, this + 1)
        stand, rising = states(connection), {each.theme_id for each in rising_themes(connection, zone, now)}
        waiting = waiting_comments(connection)
        count_offered = len(offered(connection))
    lines = [
        Line(
            theme=theme,
            reach=told.reach.get(theme.id, Reach(count=0, base=told.base)),
            weight=_weight(told, theme.id),
            weeks=weeks.get(theme.id, []),
            state=stand[theme.id].state if theme.id in stand else ThemeState.OPEN,
            is_rising=theme.id in rising,
        )
        for theme in book.living
    ]
    return {
        "lines": sorted(lines, key=lambda line: (-line.reach.count, line.theme.name("en"))),
        "told": told,
        "book": book,
        "waiting": waiting,
        "count_offered": count_offered,
        "unassigned": Reach(count=told.unassigned, base=told.base),
        **theme_words(filters),
    }


def _one(services: Services, coder: ThemeCoder, zone: ZoneInfo, theme_id: str) -> dict[str, Any]:
    coder.catch_up()
    filters = read_theme_filters(zone)
    this = week_number(day_number(clock.now(), zone))
    band = {"detractor": (0, 6), "passive": (7, 8), "promoter": (9, 10)}.get(request.args.get("band", ""))
    with services.store.read() as connection:
        book = current_book(connection)
        if theme_id not in book.themes:
            abort(404)
        theme = book.themes[book.final(theme_id)]
        comments = _comments(filters)
        told = tell(connection, comments)
        weeks = reach_by_week(connection, _comments(_without_period(filters)), this - 25, this + 1, theme.id)[theme.id]
        quotes = quotes_of(connection, theme.id, comments, limit=QUOTES, band=band)
        steps, verdicts = steps_of(connection, theme.id), verdicts_by_term(connection, theme.id)
    return {
        "theme": theme,
        "reach": told.reach.get(theme.id, Reach(count=0, base=told.base)),
        "weight": _weight(told, theme.id),
        "weeks": [(day_of(week_begins(this - 25 + place)), each) for place, each in enumerate(weeks)],
        "state": steps[0].state if steps else ThemeState.OPEN,
        "others": sorted((each for each in book.living if each.id != theme.id), key=lambda each: each.name("en")),
        "band": request.args.get("band") if band else None,
        "by_people": BY_PEOPLE,
        "book": book,
        "quotes": quotes,
        "steps": steps,
        "verdicts": verdicts,
        **theme_words(filters),
    }


def _weight(told: Told, theme_id: str) -> Weight | None:
    with_it = told.scores_with.get(theme_id)
    if with_it is None:
        return None
    without = type(with_it)(
        told.scores.detractors - with_it.detractors,
        told.scores.passives - with_it.passives,
        told.scores.promoters - with_it.promoters,
    )
    return weight(with_it, without)


def _without_period(filters: Filters) -> Filters:
    return replace(filters, first=day_of(day_number(clock.now(), filters.zone) - 400), last=filters.today)


def theme_words(filters: Filters) -> dict[str, Any]:
    """What every template here may ask for."""
    language = chosen()
    return {
        "here": "console.themes",
        "filters": filters,
        "presets": PRESETS,
        "options": {},
        "titles": {"channel": _("Channel"), "locale": _("Language")},
        "charts": charts,
        "state_names": STATES,
        "tones": TONES,
        "may_act": may_act(),
        "name_of": lambda theme: theme.name(language),
        "channel_name": channel_name,
        "language_name": language_name,
        "languages": LANGUAGES,
        "spark_path": spark_path,
    }


def known(services: Services, theme_id: str) -> tuple[CodeBook, Theme]:
    """The book and this theme of it; 404 for one that never was."""
    with services.store.read() as connection:
        book = current_book(connection)
    if theme_id not in book.themes:
        abort(404)
    return book, book.themes[theme_id]


def then(act: Callable[[], str], address: str) -> ResponseReturnValue:
    """Do it, say what came of it, and go on to one of our pages."""
    try:
        flash(act(), "good")
    except NotFound:
        abort(404)
    except (Invalid, Conflict) as error:
        flash(error.detail, "bad")
    return redirect(address if address.startswith("/themes") else url_for("console.themes"), 303)
