"""A template from the editor's form, and what the editor shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import Invalid
from common.templates.approval import Category
from common.templates.finding import Finding, Severity
from common.templates.lint import MAX_LABEL, counts, lint
from common.templates.template import Template, filled, samples_of, text_of, with_texts
from console.language import _
from console.template_findings import finding_words

REPLIES = 3
"""Quick replies that the form offers; a template that has more keeps them."""
_MOST = 5000
"""Characters of one field that are looked at; the provider allows far fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A template as the editor shows it. header, body, footer: with the examples filled in."""

    template: Template
    findings: list[Finding]
    samples: Mapping[str, str]
    replies: list[str]
    header: str
    body: str
    footer: str
    counts: Mapping[str, tuple[int, int]]
    max_label: int = MAX_LABEL

    @property
    def errors(self) -> int:
        return sum(each.severity is Severity.ERROR for each in self.findings)


def read_form(form: Mapping[str, str], current: Template, *, may_change_category: bool) -> Template:
    """The words in the form, over those of `current`. Raises Invalid for a category that does not exist."""
    category = current.category
    if may_change_category and form.get("category"):
        try:
            category = Category(form["category"])
        except ValueError as error:
            raise Invalid(_("Choose a category."), [("category", "not one of the choices")]) from error
    wanted = {name.removeprefix("sample."): value for name, value in form.items() if name.startswith("sample.")}
    known = dict(samples_of(current.components))
    texts = {part: _tidy(form.get(part, "")) for part in ("header", "body", "footer")}
    count = max(REPLIES, len(replies_of(current)))
    components = with_texts(
        current.components,
        header=texts["header"],
        body=texts["body"],
        footer=texts["footer"],
        buttons=[_tidy(form.get(f"reply.{number}", "")) for number in range(count)],
        samples=known | {name: _tidy(value) for name, value in wanted.items()},
    )
    return Template(name=current.name, language=current.language, category=category, components=components)


def shown(template: Template, findings: list[Finding]) -> Shown:
    """What the editor shows of a template."""
    samples = samples_of(template.components)
    values = {name: samples.get(name) or f"{{{{{name}}}}}" for name in template.variables}
    header, body, footer = (filled([template.component(kind)], values) for kind in ("HEADER", "BODY", "FOOTER"))
    labels = replies_of(template)
    return Shown(
        template=template,
        findings=findings,
        samples={name: samples.get(name, "") for name in template.variables},
        replies=[*labels, *[""] * max(0, REPLIES - len(labels))],
        header=header,
        body=body,
        footer=footer,
        counts=counts(template),
    )


def replies_of(template: Template) -> list[str]:
    """The labels of the quick replies."""
    return [text_of(each) for each in template.buttons if str(each.get("type", "")).upper() == "QUICK_REPLY"]


def _tidy(text: str) -> str:
    return text[:_MOST].replace("\r\n", "\n").replace("\0", "").strip()


def empty_template(name: str, language: str, category: str) -> Template:
    """A new template with no words yet. Raises Invalid."""
    try:
        made = Template(name=name, language=language, category=Category(category), components=[])
    except ValueError as error:
        raise Invalid(_("Choose a category."), [("category", "not one of the choices")]) from error
    faults = [(each.where, finding_words(each.said)) for each in lint(made) if each.where in {"name", "language"}]
    if faults:
        raise Invalid("; ".join(what for _where, what in faults), faults)
    return made


def in_language(language: str, pattern: Template) -> Template:
    """The same template in another language, to be translated in the editor."""
    return Template(
        name=pattern.name, language=language, category=pattern.category, components=list(pattern.components)
    )
