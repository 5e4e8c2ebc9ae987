"""A page as a parser sees it: its elements and its text, to look things up and to see that nothing was smuggled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "link", "input", "br", "img", "hr", "path", "circle", "rect"}


@dataclass(slots=True)
class Element:
    """One element: its name, attributes, and all the text inside it."""

    name: str
    attributes: dict[str, str]
    text: str = ""


@dataclass(slots=True)
class Page(HTMLParser):
    """A parsed page."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)
        self.feed(self.markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(element.name == tag for element in self._open):
            while self._open.pop().name != tag:
                pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str, /, **attributes: str) -> list[Element]:
        """Elements of this name whose attributes have these values; `class_` = has this class,
        and an underscore stands for a hyphen."""
        return [element for element in self.elements if element.name == tag and _has(element, attributes)]

    def one(self, tag: str, /, **attributes: str) -> Element:
        """The only such element."""
        (element,) = self.all(tag, **attributes)
        return element

    @property
    def text(self) -> str:
        """All of the page's text, with runs of space made one."""
        return " ".join(self.elements[0].text.split()) if self.elements else ""

    @property
    def form_token(self) -> str:
        """The token of the page's forms."""
        return self.all("input", name="csrf_token")[0].attributes["value"]


def _has(element: Element, attributes: dict[str, str]) -> bool:
    for name, value in attributes.items():
        if name == "class_":
            if value not in element.attributes.get("class", "").split():
                return False
        elif value not in (element.attributes.get(name), element.attributes.get(name.replace("_", "-"))):
            return False
    return True
