"""The code book: which themes there are, and by which words each is known in each language.

A theme's id is permanent: it never changes, is never given again, and a theme that was merged leads on to another. A
book is a value; every change makes the next version, and what was found says by which version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from common.errors import Invalid

LONGEST_TERM, LONGEST_NAME, MOST_TERMS, MOST_THEMES, MOST_EXAMPLES = 80, 120, 200, 300, 50
EVERYWHERE = "*"
"""In place of a language: terms that mean the same in all of them, such as a product's name."""
Terms = Mapping[str, tuple[str, ...]]
"""Language → terms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One theme. names: by language, English first of all. include: the words by which it is known; exclude: the words
    beside which they mean something else. A term's writing is in common/themes/coding.py. examples: what customers
    wrote about it. parent: the theme of which this is a part. merged_into: where it went on.
    """

    id: str
    names: Mapping[str, str]
    include: Terms = field(default_factory=dict)
    exclude: Terms = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    parent: str | None = None
    merged_into: str | None = None

    def name(self, language: str) -> str:
        """Its name in a language, else in English, else in any."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), self.id)

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        return {
            "id": self.id,
            "names": dict(self.names),
            "include": {language: list(terms) for language, terms in self.include.items()},
            "exclude": {language: list(terms) for language, terms in self.exclude.items()},
            "examples": list(self.examples),
            "parent": self.parent,
            "merged_into": self.merged_into,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeBook:
    """All themes of one version, by id."""

    version: int
    themes: Mapping[str, Theme]

    @property
    def living(self) -> list[Theme]:
        """The themes that were not merged into another."""
        return [theme for theme in self.themes.values() if theme.merged_into is None]

    def final(self, theme_id: str) -> str:
        """Where a theme lives today: itself, or what it was merged into."""
        while (theme := self.themes.get(theme_id)) is not None and theme.merged_into is not None:
            theme_id = theme.merged_into
        return theme_id

    def with_theme(self, theme: Theme) -> CodeBook:
        """The next version, with this theme new or changed. Raises Invalid when it does not fit."""
        made = CodeBook(version=self.version + 1, themes={**self.themes, theme.id: theme})
        made.check()
        return made

    def merged(self, theme_id: str, into: str) -> CodeBook:
        """The next version, in which one theme goes on in another; its words go with it. Raises Invalid."""
        one, other = self.themes.get(theme_id), self.themes.get(into)
        if one is None or other is None or theme_id == into or other.merged_into is not None or one.merged_into:
            raise Invalid("cannot merge these", [("into", "choose another living theme")])
        kept = Theme(
            id=other.id,
            names=other.names,
            include=_together(other.include, one.include),
            exclude=_together(other.exclude, one.exclude),
            examples=(*other.examples, *one.examples)[:MOST_EXAMPLES],
            parent=None if other.parent == one.id else other.parent,
        )
        gone = Theme(id=one.id, names=one.names, examples=one.examples, merged_into=into)
        themes = {**self.themes, into: kept, theme_id: gone}
        for each in list(themes.values()):
            if each.parent == theme_id and each.id != into:
                themes[each.id] = _with_parent(each, into)
        made = CodeBook(version=self.version + 1, themes=themes)
        made.check()
        return made

    def check(self) -> None:
        """Raises Invalid with every fault."""
        faults = [fault for theme in self.themes.values() for fault in _faults(theme, self)]
        if len(self.themes) > MOST_THEMES:
            faults.append(("themes", f"at most {MOST_THEMES}"))
        if faults:
            raise Invalid("the code book has faults", faults)

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        return {"themes": [theme.as_json() for theme in self.themes.values()]}


def read_book(version: int, body: Mapping[str, Any]) -> CodeBook:
    """A book as it was stored or shipped. Raises Invalid."""
    themes = [read_theme(each) for each in body.get("themes", [])]
    if len({theme.id for theme in themes}) != len(themes):
        raise Invalid("an id stands twice", [("id", "each theme has an id of its own")])
    book = CodeBook(version=version, themes={theme.id: theme for theme in themes})
    book.check()
    return book


def read_theme(body: Mapping[str, Any]) -> Theme:
    """One theme as it was stored or shipped."""
    return Theme(
        id=str(body["id"]),
        names=dict(body["names"]),
        include=_terms(body.get("include", {})),
        exclude=_terms(body.get("exclude", {})),
        examples=tuple(body.get("examples", ())),
        parent=body.get("parent"),
        merged_into=body.get("merged_into"),
    )


def _terms(found: Mapping[str, Sequence[str]]) -> Terms:
    return {language: tuple(terms) for language, terms in found.items() if terms}


def _together(one: Terms, other: Terms) -> Terms:
    return {
        language: tuple(dict.fromkeys((*one.get(language, ()), *other.get(language, ()))))[:MOST_TERMS]
        for language in {**one, **other}
    }


def _with_parent(theme: Theme, parent: str) -> Theme:
    return Theme(
        id=theme.id,
        names=theme.names,
        include=theme.include,
        exclude=theme.exclude,
        examples=theme.examples,
        parent=parent,
        merged_into=theme.merged_into,
    )


def _faults(theme: Theme, book: CodeBook) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if not any(name.strip() for name in theme.names.values()):
        found.append(("name", "a theme needs a name"))
    if any(len(name) > LONGEST_NAME for name in theme.names.values()):
        found.append(("name", f"at most {LONGEST_NAME} letters"))
    for kind, by_language in (("include", theme.include), ("exclude", theme.exclude)):
        for language, terms in by_language.items():
            if len(terms) > MOST_TERMS:
                found.append((kind, f"at most {MOST_TERMS} terms in {language}"))
            for term in terms:
                if len(term) > LONGEST_TERM or not any(letter.isalnum() for letter in term):
                    found.append((kind, f"{term[:40]!r} is no term"))
    seen = {theme.id}
    above = theme.parent
    while above is not None:
        if above in seen or above not in book.themes:
            found.append(("parent", "a theme cannot be a part of itself or of nothing"))
            break
        seen.add(above)
        above = book.themes[above].parent
    return found
