"""The weekly report: as a page, and set as PDF from the same figures and words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import regex
import typst
from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from common import clock
from common.analysis.tally import day_number, week_number
from common.errors import Invalid
from common.services import Services
from common.store.theme_figures import Quote
from common.theme_coder import ThemeCoder
from common.weekly_report import Report, Week, make_report, week_from
from console import charts, report_words
from console.language import _, chosen
from console.words import channel_name, language_name

_TEMPLATE = Path(__file__).parent / "report.typ"
FONTS = ("Inter", "Noto Sans", "DejaVu Sans", "Libertinus Serif")
_SCRIPTS = (
    ("Arabic", regex.compile(r"\p{Arabic}"), ("arab", "amiri", "dejavu sans")),
    ("Devanagari", regex.compile(r"\p{Devanagari}"), ("devanagari", "lohit", "mangal", "freesans", "freeserif")),
    ("Chinese", regex.compile(r"\p{Han}"), ("cjk", "wenquanyi", "source han", "droid sans fallback")),
    ("Japanese", regex.compile(r"[\p{Hiragana}\p{Katakana}]"), ("cjk", "source han", "ipa", "takao")),
    ("Korean", regex.compile(r"\p{Hangul}"), ("cjk", "source han", "nanum", "unfonts", "baekmuk")),
)


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
    coder = ThemeCoder(services.store, zone)

    def made() -> Report:
        coder.catch_up()
        try:
            week = week_from(request.args.get("week"), zone, clock.now())
        except Invalid:
            abort(400)
        with services.store.read() as connection:
            return make_report(connection, week)

    @blueprint.get("/report")
    def report() -> ResponseReturnValue:
        found = made()
        this = week_number(day_number(clock.now(), zone))
        later = Week(number=found.week.number + 1, zone=zone) if found.week.number < this else None
        return render_template(
            "console/report.html",
            here="console.report",
            report=found,
            is_unfinished=found.week.number == this,
            earlier=Week(number=found.week.number - 1, zone=zone),
            later=later,
            say=report_words,
            max=max,
            charts=charts,
            channel_name=channel_name,
            language_name=language_name,
        )

    @blueprint.get("/report.pdf")
    def report_pdf() -> ResponseReturnValue:
        found = made()
        name = f"zeroten-{found.week.key}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(as_pdf(found), mimetype="application/pdf", headers=headers)


def as_pdf(report: Report) -> bytes:
    """The report set as PDF. Customers' words are handed over as data, so nothing in them is markup."""
    data = _data(report)
    if missing := missing_scripts(json.dumps(data, ensure_ascii=False)):
        data["method"] += " " + _(
            "This machine has no typeface for %(scripts)s: such words are in the page of this report.",
            scripts=", ".join(missing),
        )
    made = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=int(report.made_at.timestamp()),
    )
    return bytes(made)


def missing_scripts(text: str) -> list[str]:
    """The scripts in a text for which this machine has no typeface, by name."""
    families = [family.lower() for family in typst.Fonts().families()]
    return [
        name
        for name, letters, hints in _SCRIPTS
        if letters.search(text) and not any(hint in family for family in families for hint in hints)
    ]


def _data(report: Report) -> dict[str, Any]:
    return {
        "title": report_words.title(report),
        "period": report_words.period(report),
        "footer": f"Zeroten · {report_words.period(report)}",
        "fonts": list(FONTS),
        "language": chosen(),
        "narrative": report_words.narrative(report),
        "heads": [_("Group"), _("Answers"), _("Score"), ""],
        "theme_heads": [_("Theme"), _("Customers"), _("Share"), _("Against the four weeks before")],
        "words": {
            "channels": _("By channel"),
            "teams": _("By team"),
            "themes": _("Themes"),
            "queue": _("Unhappy customers in the queue"),
        },
        "channels": report_words.groups("channel", report.channels),
        "teams": report_words.groups("team", report.teams),
        "themes": [
            {
                "name": report_words.theme_name(theme),
                "count": str(theme.now.count),
                "share": charts.percent(theme.now.rate.share),
                "words": report_words.theme_words(theme) + (" *" if theme.is_real else ""),
            }
            for theme in report.themes
        ],
        "quotes": [
            {"title": _("Unhappy customers"), "list": [_quote(each) for each in report.unhappy]},
            {"title": _("Happy customers"), "list": [_quote(each) for each in report.happy]},
        ],
        "queue": report_words.queue(report),
        "method": report_words.method() + (" " + _("* more than chance.") if report.themes else ""),
    }


def _quote(quote: Quote) -> dict[str, Any]:
    about = _("Score %(score)s, %(channel)s", score=quote.score, channel=channel_name(quote.channel))
    return {"pieces": [list(piece) for piece in quote.pieces], "about": about}
