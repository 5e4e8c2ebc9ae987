"""The code book's editor, and candidates for new themes."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from common.errors import Conflict, Invalid
from common.ids import new_id
from common.services import Services
from common.store.theme_figures import (
    Comments,
    quotes_by_id,
    quotes_of,
)
from common.theme_book import (
    MOST_READ,
    accept,
    current_book,
    dismiss,
    earlier_candidates,
    look_for_candidates,
    offer,
    offered,
    save_book,
    versions,
)
from common.theme_coder import ThemeCoder
from common.themes.book import EVERYWHERE, CodeBook, Theme
from common.themes.candidates import Comment, is_installed
from console.access import signed_in
from console.language import _, chosen
from console.themes import LANGUAGES, known, read_theme_filters, theme_words, then
from console.words import language_name


def add_routes(blueprint: Blueprint, services: Services) -> None:
    """Register the pages on `blueprint`."""
    zone = ZoneInfo(services.settings.get("TIMEZONE") or "UTC")
    _add_book_routes(blueprint, services)
    _add_candidate_routes(blueprint, services, ThemeCoder(services.store, zone))


def _add_book_routes(blueprint: Blueprint, services: Services) -> None:
    @blueprint.get("/themes/new")
    def new_theme() -> ResponseReturnValue:
        return _editor(services, Theme(id="", names={}))

    @blueprint.get("/themes/<theme_id>/edit")
    def edit_theme(theme_id: str) -> ResponseReturnValue:
        return _editor(services, known(services, theme_id)[1])

    @blueprint.post("/themes/save")
    def save_theme() -> ResponseReturnValue:
        return _save(services)

    @blueprint.post("/themes/<theme_id>/merge")
    def merge_theme(theme_id: str) -> ResponseReturnValue:
        into = request.form.get("into", "")

        def act() -> str:
            book, theme = known(services, theme_id)
            made, by = book.merged(theme_id, into), signed_in().user.name
            note = f"{theme.name('en')} → {made.themes[into].name('en')}"
            services.store.write(lambda c: save_book(c, made, actor=by, note=note))
            return _("Merged. Its comments are counted under the other theme.")

        return then(act, url_for("console.themes"))


def _add_candidate_routes(blueprint: Blueprint, services: Services, coder: ThemeCoder) -> None:
    @blueprint.get("/themes/candidates")
    def theme_candidates() -> ResponseReturnValue:
        with services.store.read() as connection:
            waiting = offered(connection)
            quotes = {each.id: quotes_by_id(connection, each.candidate.quotes) for each in waiting}
        return render_template(
            "console/theme_candidates.html",
            offered=waiting,
            quotes=quotes,
            is_installed=is_installed(),
            **theme_words(read_theme_filters(ZoneInfo(services.settings.get("TIMEZONE") or "UTC"))),
        )

    @blueprint.post("/themes/candidates/look")
    def look_for_themes() -> ResponseReturnValue:
        def act() -> str:
            with services.store.read() as connection:
                quotes = quotes_of(connection, None, Comments(), limit=MOST_READ)
                earlier = earlier_candidates(connection)
            comments = [Comment(id=quote.conversation_id, text=quote.text) for quote in quotes]
            found = look_for_candidates(comments, earlier)
            services.store.write(lambda c: offer(c, found))
            return _("Nothing new.") if not found else _("%(count)s new candidates.", count=len(found))

        return then(act, url_for("console.theme_candidates"))

    @blueprint.post("/themes/candidates/<candidate_id>")
    def settle_candidate(candidate_id: str) -> ResponseReturnValue:
        by = signed_in().user.name

        def act() -> str:
            if request.form.get("what") != "accept":
                services.store.write(lambda c: dismiss(c, candidate_id, actor=by))
                return _("It will not be offered again.")
            name, terms = _line(request.form.get("name", "")), _terms(request.form.get("terms", ""))
            if not name or not terms:
                raise Invalid(_("A theme needs a name and at least one term."))
            language = request.form.get("language", "en")
            language = language if language in LANGUAGES else "en"
            made = services.store.write(
                lambda c: accept(c, candidate_id, name=name, language=language, terms=terms, actor=by)
            )
            coder.catch_up()
            return _("“%(name)s” is a theme now.", name=made.name("en"))

        return then(act, url_for("console.theme_candidates"))


def _editor(services: Services, theme: Theme, faults: tuple[tuple[str, str], ...] = ()) -> ResponseReturnValue:
    with services.store.read() as connection:
        book, made = current_book(connection), versions(connection)
    page = render_template(
        "console/theme_edit.html",
        theme=theme,
        faults=faults,
        book=book,
        versions=made,
        languages=(*LANGUAGES, EVERYWHERE),
        parents=[each for each in book.living if each.id != theme.id],
        here="console.themes",
        name_of=lambda each: each.name(chosen()),
        language_name=lambda tag: _("Every language") if tag == EVERYWHERE else language_name(tag),
    )
    return page, 422 if faults else 200


def _save(services: Services) -> ResponseReturnValue:
    theme_id = request.form.get("id", "")
    book, old = known(services, theme_id) if theme_id else (_book(services), Theme(id=new_id("thm"), names={}))
    names = dict(old.names) | {tag: _line(request.form.get(f"name-{tag}", "")) for tag in ("en", "nl", "es")}
    theme = Theme(
        id=old.id,
        names={tag: name for tag, name in names.items() if name},
        include=_by_language("include"),
        exclude=_by_language("exclude"),
        examples=_terms(request.form.get("examples", ""), 500)[:50],
        parent=request.form.get("parent") or None,
        merged_into=old.merged_into,
    )
    if request.form.get("version") != str(book.version):
        flash(_("Somebody else has changed the code book meanwhile. Look at it again before you save."), "bad")
        return _editor(services, theme)
    note = _line(request.form.get("note", ""), 500) or theme.name("en")
    try:
        made, by = book.with_theme(theme), signed_in().user.name
        services.store.write(lambda c: save_book(c, made, actor=by, note=note))
    except Invalid as error:
        return _editor(services, theme, error.errors)
    except Conflict as error:
        flash(error.detail, "bad")
        return _editor(services, theme)
    flash(_("Version %(number)s of the code book. All comments are being read again.", number=made.version), "good")
    return redirect(url_for("console.theme", theme_id=theme.id), 303)


def _book(services: Services) -> CodeBook:
    with services.store.read() as connection:
        return current_book(connection)


def _by_language(kind: str) -> dict[str, tuple[str, ...]]:
    given = {tag: _terms(request.form.get(f"{kind}-{tag}", "")) for tag in (*LANGUAGES, EVERYWHERE)}
    return {tag: terms for tag, terms in given.items() if terms}


def _terms(text: str, longest: int = 200) -> tuple[str, ...]:
    """One a line, or with commas between where they are short."""
    lines = text.replace("\0", "").splitlines()
    pieces = [piece for line in lines for piece in (line.split(",") if longest <= 200 else [line])]
    return tuple(dict.fromkeys(_line(piece, longest) for piece in pieces if piece.strip()))


def _line(text: str, longest: int = 120) -> str:
    return " ".join(text.replace("\0", "").split())[:longest]
