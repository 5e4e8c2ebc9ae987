"""The hosted page as a browser without script sees it: what was said, and the forms that can be sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from zeroten.simulation.doors import Answer, Door, Refused, Unreachable
from zeroten.simulation.scripts import Act

_CONTROLS = {"score": "scale", "aspect": "choices", "reason": "text"}


@dataclass(slots=True)
class Form:
    """One form: which control it is, how it is sent, what is filled in already."""

    control: str
    multipart: bool
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Drawn:
    """A page as it was drawn."""

    said: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def form(self, *controls: str) -> Form | None:
        """The first form with one of these controls, in their order."""
        for control in controls:
            for form in self.forms:
                if form.control == control:
                    return form
        return None


class Page:
    """One customer's page. `url` is as the API gave it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._door = Door(f"{parts.scheme}://{parts.netloc}", headers={"User-Agent": "Mozilla/5.0 (simulated)"})
        self._path = parts.path
        self._drawn = Drawn()

    def look(self) -> int:
        """Load the page: how many things the business has said. As before if it cannot be loaded right now."""
        try:
            answer = self._door.ask("GET", self._path)
        except Unreachable:
            return len(self._drawn.said)
        if answer.status == 200:
            self._drawn = read_page(answer)
        return len(self._drawn.said)

    def send(self, act: Act, *, patience_s: float) -> None:
        """Fill in a form of the page as it was last seen, and send it until it is taken.

        Raises Refused if the page offers no such form, Unreachable in the end.
        """
        content, kind = self._fill(act)
        self._door.insist("POST", self._path, content, {"Content-Type": kind}, patience_s=patience_s)

    def _fill(self, act: Act) -> tuple[bytes, str]:
        if act.stop:
            return encode(self._drawn.form("stop"), {"opt_out": "1"})
        own = self._drawn.form(_CONTROLS.get(act.question, ""))
        if act.tap == "skip":
            return encode(own, {"skip": "1"})
        if act.tap and own is not None:
            return encode(own, {"choice": act.tap})
        return encode(self._drawn.form("text", "free"), {"text": act.say})


def encode(form: Form | None, filled: dict[str, str]) -> tuple[bytes, str]:
    """The body and its content type of `form` with `filled` filled in. Raises Refused if there is no form."""
    if form is None:
        raise Refused(f"the page has no form for {filled}")
    fields = form.fields | filled
    if not form.multipart:
        return urlencode(fields).encode(), "application/x-www-form-urlencoded"
    boundary = f"----simulated{secrets.token_hex(8)}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{boundary}--\r\n").encode(), f"multipart/form-data; boundary={boundary}"


def read_page(answer: Answer) -> Drawn:
    """What is on the page."""
    reader = _Reader()
    reader.feed(answer.body.decode("utf-8", "replace"))
    return reader.drawn


class _Reader(HTMLParser):
    """Takes what the business has said, by itself or by a person, and the forms; <template> is not on the page."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn = Drawn()
        self._templates = 0
        self._form: Form | None = None
        self._is_business = self._is_words = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "form":
            self._form = Form(given.get("data-control", ""), given.get("enctype", "").startswith("multipart"))
            self.drawn.forms.append(self._form)
        elif tag == "input" and given.get("type") == "hidden" and self._form is not None:
            self._form.fields[given["name"]] = given.get("value", "")
        elif tag == "li" and "data-author" in given:
            self._is_business = given["data-author"] in {"bot", "user"}
        elif tag == "p" and self._is_business and "words" in given.get("class", "").split():
            self._is_words = True
            self.drawn.said.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "form":
            self._form = None
        elif tag == "li":
            self._is_business = False
        elif tag == "p":
            self._is_words = False

    def handle_data(self, data: str) -> None:
        if self._is_words and not self._templates:
            self.drawn.said[-1] += data
