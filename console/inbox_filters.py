"""Which tickets the inbox lists: the view, the search and the filters, read from the address and written into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from common.search.words import MAX_QUESTION, terms_of
from common.store.inbox import BANDS, NO_SCORE, Narrowed, View

PAGE = 50
MOST_SHOWN = 500
NARROWING = ("channel", "team", "locale", "reason", "band")
_LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """view: which list; question: what is searched for; only: filters by name; shown: how many lines."""

    view: View = View.OPEN
    question: str = ""
    only: Mapping[str, str] = field(default_factory=dict)
    shown: int = PAGE

    @property
    def is_narrowed(self) -> bool:
        return bool(self.question or self.only)

    def narrowed(self) -> Narrowed:
        """The same for the store."""
        terms = tuple(terms_of(self.question)) if self.question else None
        return Narrowed(terms=terms, **self.only)

    def query(self, **changes: object) -> dict[str, Any]:
        """The parameters of an address with this listing; a change to None takes one away."""
        found: dict[str, object] = {"view": self.view.value}
        if self.question:
            found["q"] = self.question
        found |= dict(self.only)
        if self.shown != PAGE and not changes:
            found["shown"] = self.shown
        found |= changes
        return {key: str(value) for key, value in found.items() if value is not None}

    def within(self, view: View) -> Listing:
        """The same search in another list."""
        return replace(self, view=view, shown=PAGE)


def read_listing(args: Mapping[str, str]) -> Listing:
    """What an address asks for; what cannot be understood counts as not there. A search without a view is in all."""
    question = _text(args.get("q"))[:MAX_QUESTION]
    try:
        view = View(args.get("view") or (View.ALL if question else View.OPEN))
    except ValueError:
        view = View.OPEN
    only = {name: value for name in NARROWING if (value := _text(args.get(name)))}
    if only.get("band") not in (None, NO_SCORE, *BANDS):
        del only["band"]
    try:
        shown = max(PAGE, min(int(args.get("shown") or PAGE), MOST_SHOWN))
    except ValueError:
        shown = PAGE
    return Listing(view=view, question=question, only=only, shown=shown)


def as_query(listing: Listing) -> str:
    """The listing as it is kept in a saved view."""
    return urlencode(listing.query(shown=None))


def from_query(query: str) -> Listing:
    """A saved view's listing, read as carefully as an address."""
    return read_listing(dict(parse_qsl(query)))


def _text(value: str | None) -> str:
    plain = "".join(letter for letter in value or "" if letter >= " " and not "\ud800" <= letter <= "\udfff")
    return " ".join(plain.split())[:_LONGEST]
