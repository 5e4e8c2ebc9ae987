"""The audit log to read, to search and to verify."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common.services import Services
from common.store import api_keys, audit
from common.store.audit import Sought, Verdict
from common.users import list_users
from console.language import N_, _
from console.words import plain

PAGE = 50
_LONGEST = 255
THINGS = {
    "ticket": N_("Tickets"),
    "session": N_("Sign-ins"),
    "user": N_("People"),
    "second_factor": N_("Second factors"),
    "customer": N_("Customers"),
    "survey": N_("Surveys"),
    "wording": N_("Wording"),
    "template": N_("Templates"),
    "site": N_("Sites"),
    "api_key": N_("API keys"),
    "responses": N_("Exports"),
}


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""

    @blueprint.get("/settings/audit", endpoint="audit")
    def audit_log() -> ResponseReturnValue:
        return _page(services)

    @blueprint.post("/settings/audit/verify")
    def verify_audit() -> ResponseReturnValue:
        with services.store.read() as connection:
            verdict = audit.verify(connection)
        return _page(services, verdict)


def _page(services: Services, verdict: Verdict | None = None) -> str:
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
    given = {name: _text(request.args.get(name)) for name in ("who", "act", "about", "from", "to")}
    before = request.args.get("before", type=int)
    with services.store.read() as connection:
        names = _names(connection)
        entries = audit.list_entries(connection, _sought(given, before, zone), PAGE + 1)
        acts = audit.known_acts(connection)
    things = sorted({act.partition(".")[0] for act in acts})
    context: dict[str, Any] = {
        "entries": entries[:PAGE],
        "next_before": entries[PAGE - 1].position if len(entries) > PAGE else None,
        "names": names,
        "given": given,
        "is_filtered": any(given.values()),
        "query": {name: value for name, value in given.items() if value},
        "things": [(thing, _(THINGS[thing]) if thing in THINGS else plain(thing)) for thing in things],
        "verdict": verdict,
        "actor_words": lambda actor: names.get(actor) or actor_words(actor),
        "act_words": act_words,
        "fact_words": fact_words,
    }
    return render_template("console/audit.html", here="console.settings", tab="console.audit", **context)


def _sought(given: dict[str, str], before: int | None, zone: ZoneInfo) -> Sought:
    return Sought(
        actor=given["who"] or None,
        act=given["act"] or None,
        about=given["about"] or None,
        start=_day(given["from"], zone),
        end=_day(given["to"], zone, days=1),
        before=before,
    )


def _day(text: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
    """The beginning of a day; of one that is no day, None: the page shows all."""
    try:
        day = date.fromisoformat(text) + timedelta(days=days)
        return datetime.combine(day, time(0), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _names(connection: Connection) -> dict[str, str]:
    """Whoever may have acted, by id."""
    users = {user.id: user.name for user in list_users(connection)}
    return users | {key.id: key.name for key in api_keys.listed(connection)}


def actor_words(actor: str) -> str:
    """Whoever acted and is no user or key: the command line by the system's account, the identity provider, nobody."""
    kind, _colon, name = actor.partition(":")
    if kind == "command":
        return _("Command line (%(name)s)", name=name)
    return {"identity_provider": _("Identity provider"), "nobody": _("Nobody")}.get(actor, actor)


def act_words(act: str) -> str:
    """An act as people say it: `ticket.reply_taken_back` is “Ticket reply taken back”."""
    thing, _dot, done = act.partition(".")
    return plain(f"{thing} {done}")


def fact_words(facts: dict[str, Any]) -> str:
    """Facts in a line; what is not there is left out."""
    said = []
    for name, fact in facts.items():
        if fact is None or fact == []:
            continue
        words = ", ".join(str(each) or _("without a team") for each in fact) if isinstance(fact, list) else str(fact)
        said.append(f"{plain(name).lower()}: {words}")
    return " · ".join(said)


def _text(value: str | None) -> str:
    return (value or "").replace("\0", "").strip()[:_LONGEST]
