"""The language a person reads the console in: English, Dutch or Spanish.

The English words stand in templates, Python and scripts, wrapped in `_()`; `languages/<tag>.po` holds the others in
gettext's format, the one that translators' tools read. `make words` collects what is new. Customers' languages are
another matter: those are `common/wording`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, g, has_request_context, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from console.access import safe_next

SHIPPED: tuple[str, ...] = ("en", "nl", "es")
"""Language tags, the first being the one the words are written in."""
COOKIE = "zeroten-language"
"""Holds one of `SHIPPED` once a person has chosen; without it the browser's own preference counts."""
_A_YEAR_S = 31_536_000
_FOLDER = Path(__file__).parent / "languages"


def chosen() -> str:
    """The tag of the language of this request, one of `SHIPPED`; English outside a request."""
    if not has_request_context():
        return SHIPPED[0]
    if "language" not in g:
        wanted = [request.cookies.get(COOKIE, ""), *(tag for tag, _ in request.accept_languages)]
        g.language = negotiate_locale([tag.replace("-", "_") for tag in wanted if tag], SHIPPED) or SHIPPED[0]
    found: str = g.language
    return found


def _(words: str, /, **values: object) -> str:
    """These English words in the reader's language, with `%(name)s` filled in. Unknown words stay as they are."""
    said = _translations(chosen()).ugettext(words)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a phrase that fits `number`, which is also `%(num)s`."""
    return _translations(chosen()).ungettext(one, many, number) % {"num": number, **values}


def N_(words: str) -> str:  # noqa: N802 (gettext's own name, which its tools look for)
    """Marks words that are kept in a constant and said later by `_`."""
    return words


def names() -> Mapping[str, str]:
    """The shipped languages by tag, each named in itself."""
    return {tag: (Locale.parse(tag).get_display_name(tag) or tag).capitalize() for tag in SHIPPED}


@cache
def catalogue(tag: str) -> Catalog:
    """What translators wrote for a language. Raises FileNotFoundError for one that is not shipped."""
    with (_FOLDER / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag)


@cache
def for_scripts(tag: str) -> Mapping[str, str]:
    """The words that the page's own scripts say, English → this language."""
    if tag == SHIPPED[0]:
        return {}
    return {
        message.id: message.string
        for message in catalogue(tag)
        if isinstance(message.id, str)
        and isinstance(message.string, str)
        and message.string
        and any(place.endswith(".js") for place, _line in message.locations)
    }


def add_language(app: Flask) -> None:
    """Let templates say `_('…')`, `ngettext` and `{% trans %}`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    environment: Any = app.jinja_env  # the extension adds these methods
    environment.install_gettext_callables(
        lambda words: _translations(chosen()).ugettext(words),
        lambda one, many, number: _translations(chosen()).ungettext(one, many, number),
        newstyle=True,
    )
    app.jinja_env.globals.update(
        spoken_language=chosen,
        spoken_languages=names,
        script_words=lambda: dict(for_scripts(chosen())),
    )


def add_routes(blueprint: Blueprint, *, is_secure: bool) -> None:
    """Register the choice of language on `blueprint`: for everyone, before signing in as well."""

    @blueprint.post("/language")
    def choose_language() -> ResponseReturnValue:
        tag = request.form.get("language", "")
        if tag not in SHIPPED:
            raise BadRequest
        wanted = request.form.get("next")
        back = safe_next(wanted) if g.signed_in else url_for("console.sign_in", next=wanted or None)
        response = redirect(back, 303)
        response.set_cookie(COOKIE, tag, max_age=_A_YEAR_S, secure=is_secure, httponly=True, samesite="Lax", path="/")
        return response


@cache
def _translations(tag: str) -> NullTranslations:
    if tag == SHIPPED[0]:
        return NullTranslations()
    file = BytesIO()
    write_mo(file, catalogue(tag))
    file.seek(0)
    return Translations(file)
