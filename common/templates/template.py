"""A template as data: what a provider is asked to approve, read from the provider's own form.

The form is Meta's: a name, a language, a category and components (HEADER, BODY, FOOTER, BUTTONS). Everything here reads
that form as it stands, so that what the editor shows, what the linter checks and what is submitted are one thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.templates.approval import Category

VARIABLE = re.compile(r"\{\{([^{}]*)\}\}")
"""One variable; what stands between the braces may still be wrong."""
Components = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template in one language. components: its parts in the provider's form."""

    name: str
    language: str
    category: Category
    components: Components

    def component(self, kind: str) -> Mapping[str, Any]:
        """The part of this kind (`BODY` …), empty if there is none."""
        return component_of(self.components, kind)

    @property
    def body(self) -> str:
        return text_of(self.component("BODY"))

    @property
    def header(self) -> str:
        """The words of a header of text; empty for a picture or no header."""
        return text_of(self.component("HEADER"))

    @property
    def footer(self) -> str:
        return text_of(self.component("FOOTER"))

    @property
    def buttons(self) -> list[Mapping[str, Any]]:
        return buttons_of(self.components)

    @property
    def variables(self) -> list[str]:
        """The variables of header and body, each once, in the order in which they are read."""
        return variables_in(self.header + "\n" + self.body)


def read_template(given: Mapping[str, Any]) -> Template:
    """A template from its JSON. Raises ValueError, saying what is missing."""
    name, language, components = given.get("name"), given.get("language"), given.get("components")
    if not isinstance(name, str) or not isinstance(language, str):
        raise ValueError("a template has a name and a language")
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise ValueError("a template has a list of components")
    try:
        category = Category(str(given.get("category", "")).lower())
    except ValueError as error:
        raise ValueError("the category is utility, marketing or authentication") from error
    return Template(name=name, language=language, category=category, components=components)


def to_json(template: Template) -> dict[str, Any]:
    """The template's JSON, exactly what the provider is asked to approve."""
    is_named = any(not name.isdigit() for name in template.variables)
    return {
        "name": template.name,
        "language": template.language,
        "category": template.category.value.upper(),
        "parameter_format": "NAMED" if is_named or not template.variables else "POSITIONAL",
        "components": [dict(part) for part in template.components],
    }


def component_of(components: Components, kind: str) -> Mapping[str, Any]:
    """The first part of this kind, empty if there is none."""
    return next((part for part in components if str(part.get("type", "")).upper() == kind), {})


def text_of(component: Mapping[str, Any]) -> str:
    text = component.get("text")
    return text if isinstance(text, str) else ""


def buttons_of(components: Components) -> list[Mapping[str, Any]]:
    buttons = component_of(components, "BUTTONS").get("buttons")
    return [each for each in buttons if isinstance(each, Mapping)] if isinstance(buttons, list) else []


def is_unfillable(components: Components) -> bool:
    """True if every send must bring something that is not ours to give: a picture above, the end of a web address."""
    form = str(component_of(components, "HEADER").get("format", "TEXT")).upper()
    return form != "TEXT" or any(VARIABLE.search(str(each.get("url", ""))) for each in buttons_of(components))


def variables_in(text: str) -> list[str]:
    """The names between double braces, each once, in order."""
    return list(dict.fromkeys(match.strip() for match in VARIABLE.findall(text)))


def samples_of(components: Components) -> dict[str, str]:
    """Variable → the example that stands in for it; of header and body, named or by position."""
    found: dict[str, str] = {}
    for kind, key in (("HEADER", "header_text"), ("BODY", "body_text")):
        part = component_of(components, kind)
        example = part.get("example")
        if not isinstance(example, Mapping):
            continue
        for item in _list(example.get(f"{key}_named_params")):
            if isinstance(item, Mapping) and isinstance(item.get("example"), str):
                found[str(item.get("param_name", ""))] = item["example"]
        values = _list(example.get(key))
        row = values[0] if values and isinstance(values[0], list) else values
        names = [name for name in variables_in(text_of(part)) if name.isdigit()]
        for name, value in zip(names, row, strict=False):
            if isinstance(value, str):
                found.setdefault(name, value)
    return found


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def with_texts(
    components: Components, *, header: str, body: str, footer: str, buttons: Sequence[str], samples: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Components with these words. What the words do not touch (a picture above them, other kinds of button) stays.

    buttons: labels of the quick replies, in order; an empty label is left out.
    """
    made: list[dict[str, Any]] = []
    above = component_of(components, "HEADER")
    if header.strip():
        made.append(_part("HEADER", "header_text", header, samples) | {"format": "TEXT"})
    elif above and str(above.get("format", "TEXT")).upper() != "TEXT":
        made.append(dict(above))
    made.append(_part("BODY", "body_text", body, samples))
    if footer.strip():
        made.append({"type": "FOOTER", "text": footer})
    others = [dict(each) for each in buttons_of(components) if str(each.get("type", "")).upper() != "QUICK_REPLY"]
    replies = [{"type": "QUICK_REPLY", "text": label} for label in buttons if label.strip()]
    if replies or others:
        made.append({"type": "BUTTONS", "buttons": [*replies, *others]})
    return made


def _part(kind: str, key: str, text: str, samples: Mapping[str, str]) -> dict[str, Any]:
    names = variables_in(text)
    if not names:
        return {"type": kind, "text": text}
    if all(name.isdigit() for name in names):
        row = [samples.get(name, "") for name in names]
        return {"type": kind, "text": text, "example": {key: [row] if kind == "BODY" else row}}
    given = [{"param_name": name, "example": samples.get(name, "")} for name in names]
    return {"type": kind, "text": text, "example": {f"{key}_named_params": given}}


def filled(components: Components, values: Mapping[str, str]) -> str:
    """What the customer reads: header, body and footer with `values` put in, in one pass."""
    texts = [text_of(component_of(components, kind)) for kind in ("HEADER", "BODY", "FOOTER")]
    return "\n\n".join(_fill(text, values) for text in texts if text)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda match: values.get(match[1].strip(), match[0]), text)


def same_words(one: Components, other: Components) -> bool:
    """True if both read the same, whatever examples and provider's own fields they carry."""
    return _words(one) == _words(other)


def _words(components: Components) -> tuple[object, ...]:
    texts = [text_of(component_of(components, kind)).strip() for kind in ("HEADER", "BODY", "FOOTER")]
    form = str(component_of(components, "HEADER").get("format", "TEXT")).upper()
    buttons = [
        (str(each.get("type", "")).upper(), each.get("text"), each.get("url")) for each in buttons_of(components)
    ]
    return form, *texts, *buttons
