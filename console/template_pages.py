"""The templates: the list with how each stands, the editor with preview and live lint, and what an admin does with one.

Every act is a plain form that works without script. The editor's script only asks for the preview again while somebody
types; what is saved, submitted and refused is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from common import clock
from common.actors import Actor
from common.audit import record
from common.errors import Conflict, Invalid, NotFound
from common.services import Services
from common.store import templates as store
from common.template_book import SHIPPED, Entry, TemplateBook
from common.templates.difference import compare
from common.templates.languages import LANGUAGES
from common.templates.shelf import INVITATIONS
from common.templates.shipped import shipped_templates
from common.templates.template import Template
from console import template_words
from console.access import signed_in
from console.costs import costs_of
from console.language import _, ngettext
from console.template_forms import empty_template, in_language, read_form, shown

VERSIONS_SHOWN = 20
MAX_NOTE = 1000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Pages:
    services: Services

    @property
    def book(self) -> TemplateBook:
        return self.services.templates

    def entry(self, key: Key) -> Entry:
        with self.services.store.read() as connection:
            return self.book.entry(connection, key)


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the templates' pages on `blueprint`."""
    pages = _Pages(services)

    @blueprint.get("/templates")
    def templates() -> ResponseReturnValue:
        return _list(pages)

    @blueprint.post("/templates")
    def add_template() -> ResponseReturnValue:
        return _add(pages)

    @blueprint.post("/templates/push")
    def push_templates() -> ResponseReturnValue:
        return _push(pages)

    @blueprint.post("/templates/check")
    def check_templates() -> ResponseReturnValue:
        def act() -> str:
            moved = pages.book.sync()
            if moved:
                return _("Looked at WhatsApp’s list: %(count)s moved.", count=moved)
            return _("Looked at WhatsApp’s list: all as known.")

        return _then(act, url_for("console.templates"))

    @blueprint.get("/templates/<name>/<language>")
    def template(name: str, language: str) -> ResponseReturnValue:
        return _editor(pages, (name, language))

    @blueprint.post("/templates/<name>/<language>")
    def save_template(name: str, language: str) -> ResponseReturnValue:
        return _save(pages, (name, language))

    @blueprint.post("/templates/<name>/<language>/preview")
    def preview_template(name: str, language: str) -> ResponseReturnValue:
        entry = pages.entry((name, language))
        words = _typed(entry)
        return render_template("console/_template_parts.html", tw=template_words, **_parts(pages, words))

    @blueprint.post("/templates/<name>/<language>/reset")
    def reset_template(name: str, language: str) -> ResponseReturnValue:
        return _take_version(pages, (name, language))

    @blueprint.post("/templates/<name>/<language>/accept")
    def accept_template(name: str, language: str) -> ResponseReturnValue:
        actor, now, key = signed_in().user.actor, clock.now(), (name, language)
        by = actor.name

        def act() -> str:

            def work(connection: Connection) -> None:
                pages.book.accept_category(connection, key, by, now)
                record(connection, actor, "template.category_accepted", about="/".join(key))

            services.store.write(work)
            return _("Agreed. It is sent as what WhatsApp takes it for.")

        return _then(act, _address(key))

    @blueprint.post("/templates/<name>/<language>/appeal")
    def appeal_template(name: str, language: str) -> ResponseReturnValue:
        actor, now, key = signed_in().user.actor, clock.now(), (name, language)
        by = actor.name
        note = request.form.get("note", "").replace("\0", "").strip()[:MAX_NOTE]
        pages.entry(key)

        def act() -> str:
            if not note:
                raise Invalid(_("Write what you told the reviewers."), [("note", "empty")])

            def work(connection: Connection) -> None:
                pages.book.appeal(connection, key, note, by, now)
                record(connection, actor, "template.appealed", about="/".join(key))

            services.store.write(work)
            return _("Kept with the template. Its state changes when WhatsApp decides.")

        return _then(act, _address(key))

    @blueprint.post("/templates/<name>/<language>/delete")
    def delete_template(name: str, language: str) -> ResponseReturnValue:
        by, actor, key = signed_in().user.name, signed_in().user.actor, (name, language)
        pages.entry(key)
        every_language = request.form.get("scope") == "all"

        def act() -> str:
            pages.book.delete(key, by, every_language=every_language)
            _log(pages, actor, "template.deleted", key, every_language=every_language)
            return _("Deleted at WhatsApp. Our words are kept here.")

        return _then(act, url_for("console.templates"))


# --- the list ---------------------------------------------------------------------------------------------------------


def _list(pages: _Pages, fault: str = "", status: int = 200) -> ResponseReturnValue:
    with pages.services.store.read() as connection:
        entries = pages.book.entries(connection)
    groups: dict[str, list[Entry]] = {}
    for entry in entries.values():
        groups.setdefault(entry.key[0], []).append(entry)
    order = [*template_words.PURPOSES, *sorted(groups.keys() - template_words.PURPOSES.keys())]
    troubled = [entry for entry in entries.values() if entry.is_known and entry.obstacle not in {None, "pending"}]
    context: dict[str, Any] = {
        "groups": [(name, sorted(groups[name], key=_by_language)) for name in order if name in groups],
        "troubled": troubled,
        "unsubmitted": sum(entry.is_changed for entry in entries.values()),
        "any_known": any(entry.is_known for entry in entries.values()),
        "book": pages.book,
        "fault": fault,
        "typed": request.form,
    }
    return render_template("console/templates.html", **_common(), **context), status


def _add(pages: _Pages) -> ResponseReturnValue:
    form, now = request.form, clock.now()
    try:
        made = empty_template(form.get("name", "").strip(), form.get("language", "").strip(), form.get("category", ""))
    except Invalid as refusal:
        return _list(pages, _("Not added: %(why)s", why=refusal.detail), 422)
    key = (made.name, made.language)
    with pages.services.store.read() as connection:
        known = pages.book.entries(connection)
    if key not in known:
        pattern = next((each.template for (name, _language), each in known.items() if name == made.name), None)
        words = made if pattern is None else in_language(made.language, pattern)
        pages.services.store.write(partial(_keep, pages, words, signed_in().user.actor, now))
        flash(_("Added as a draft. Nothing is sent before WhatsApp has approved it."), "good")
    return redirect(_address(key), 303)


def _push(pages: _Pages) -> ResponseReturnValue:
    def act() -> str:
        done = pages.book.push(signed_in().user.name)
        for each in done:
            if each.what in {"submitted", "edited"}:
                _log(pages, signed_in().user.actor, "template.submitted", each.key)
        refused = [each for each in done if each.what == "refused"]
        sent = sum(each.what in {"submitted", "edited"} for each in done)
        if refused:
            first = refused[0]
            raise Conflict(template_words.partly_submitted(sent, len(refused), first.key, first.why))
        return _("%(count)s submitted for review.", count=sent) if sent else _("Everything was submitted before.")

    return _then(act, url_for("console.templates"))


# --- the editor -------------------------------------------------------------------------------------------------------


def _editor(
    pages: _Pages, key: Key, typed: Template | None = None, fault: str = "", status: int = 200
) -> ResponseReturnValue:
    now = clock.now()
    with pages.services.store.read() as connection:
        entry = pages.book.entry(connection, key)
        siblings = [each for other, each in pages.book.entries(connection).items() if other[0] == key[0]]
        versions = store.versions_of(connection, key, VERSIONS_SHOWN)
        changes = store.changes_of(connection, pages.book.channel, key, VERSIONS_SHOWN)
    history = [(row.version, store.template_of(row), row.created_at, row.created_by) for row in versions]
    if key in shipped_templates():
        history.append((SHIPPED, shipped_templates()[key], None, None))
    chosen = request.args.get("compare", type=int)
    old = next((each for number, each, _at, _by in history if number == chosen), None)
    words = typed or entry.template
    context: dict[str, Any] = {
        "entry": entry,
        "siblings": sorted(siblings, key=_by_language),
        "versions": history,
        "changes": changes,
        "compared": chosen if old is not None else None,
        "difference": compare(old, words) if old is not None else [],
        "allowed": entry.editing(now),
        "is_invitation": key[0] in INVITATIONS,
        "is_shipped": key in shipped_templates(),
        "fault": fault,
        "is_on": pages.book.is_on,
        "costs": costs_of(pages.services.settings.get("PRICES_FILE"), pages.book.channel),
    }
    return render_template("console/template.html", **_common(), **context, **_parts(pages, words)), status


def _parts(pages: _Pages, words: Template) -> dict[str, Any]:
    """What changes with every key stroke: preview, findings, examples, counters."""
    with pages.services.store.read() as connection:
        return {"shown": shown(words, pages.book.findings(connection, words))}


def _typed(entry: Entry) -> Template:
    allowed = entry.editing(clock.now())
    return read_form(request.form, entry.template, may_change_category=allowed.may_change_category)


def _save(pages: _Pages, key: Key) -> ResponseReturnValue:
    """Keep the words as a version, and submit them if that was asked for."""
    entry, by, now = pages.entry(key), signed_in().user.name, clock.now()
    words = _typed(entry)
    if request.form.get("do") == "check":
        return _editor(pages, key, words)
    if str(entry.version) != request.form.get("version", str(entry.version)):
        why = _("Not saved: version %(number)s was saved meanwhile. Compare, then save again.", number=entry.version)
        return _editor(pages, key, words, why, 409)
    version = pages.services.store.write(partial(_keep, pages, words, signed_in().user.actor, now))
    if request.form.get("do") != "submit":
        told = _("Version %(number)s is saved. It is not submitted yet.", number=version) if version else ""
        flash(told or _("Nothing to save."), "good")
        return redirect(_address(key), 303)
    try:
        done = pages.book.submit(key, by)
    except Invalid as refusal:
        count = len(refusal.errors)
        why = ngettext(
            "Saved, and not submitted: there is %(num)s thing that WhatsApp would refuse.",
            "Saved, and not submitted: there are %(num)s things that WhatsApp would refuse.",
            count,
        )
        return _editor(pages, key, words, why, 422)
    except Conflict as refusal:
        return _editor(pages, key, words, _("Saved, and not submitted: %(why)s.", why=refusal.detail), 409)
    _log(pages, signed_in().user.actor, "template.submitted", key)
    if done.what == "same":
        flash(_("WhatsApp has it just so already."), "good")
    else:
        flash(_("Submitted. WhatsApp decides within 24 hours."), "good")
    return redirect(_address(key), 303)


def _take_version(pages: _Pages, key: Key) -> ResponseReturnValue:
    """Make an older version, or the shipped words, the newest again."""
    now, wanted = clock.now(), request.form.get("version", type=int)
    with pages.services.store.read() as connection:
        pages.book.entry(connection, key)
        rows = store.versions_of(connection, key, 1000)
    found = {row.version: store.template_of(row) for row in rows}
    if key in shipped_templates():
        found[SHIPPED] = shipped_templates()[key]
    if wanted not in found:
        raise NotFound("no such version")
    version = pages.services.store.write(partial(_keep, pages, found[wanted], signed_in().user.actor, now))
    told = (
        _("The shipped words are version %(number)s now. Submit them to have them sent.", number=version)
        if wanted == SHIPPED
        else _(
            "The words of version %(old)s are version %(number)s now. Submit them to have them sent.",
            old=wanted,
            number=version,
        )
    )
    flash(told, "good")
    return redirect(_address(key), 303)


# --- parts ------------------------------------------------------------------------------------------------------------


def _keep(pages: _Pages, words: Template, actor: Actor, now: datetime, connection: Connection) -> int | None:
    """Keep the words as a version, if they differ from the newest."""
    version = pages.book.save(connection, words, actor.name, now)
    if version:
        record(connection, actor, "template.saved", about=f"{words.name}/{words.language}", version=version)
    return version


def _log(pages: _Pages, actor: Actor, act: str, key: Key, **facts: bool) -> None:
    """Write down what was done at the provider, which no transaction of ours can hold."""
    pages.services.store.write(lambda connection: record(connection, actor, act, about="/".join(key), **facts))


def _then(act: Callable[[], str], target: str) -> ResponseReturnValue:
    """Do it and go to `target`, with what came of it in words."""
    try:
        flash(act(), "good")
    except Conflict as refusal:
        flash(_("Not done: %(why)s.", why=refusal.detail).replace("..", "."), "bad")
    except Invalid as refusal:
        flash(refusal.detail, "bad")
    return redirect(target, 303)


def _by_language(entry: Entry) -> str:
    return template_words.template_language(entry.key[1])


def _address(key: Key) -> str:
    return url_for("console.template", name=key[0], language=key[1])


def _common() -> dict[str, Any]:
    languages = sorted((template_words.template_language(code), code) for code in LANGUAGES)
    return {"languages": languages, "tw": template_words, "here": "console.templates"}
