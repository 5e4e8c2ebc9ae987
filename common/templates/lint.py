"""What Meta would say about a template, said before it is asked.

One pure function; the editor calls it with every key stroke, the command line with every file, and nothing with an
error is ever submitted. Lengths count characters as Meta does, in code points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import regex

from common.templates.approval import Category
from common.templates.category import offers_opt_out, predict_category
from common.templates.filling import check_filling
from common.templates.finding import (
    CATEGORIES,
    COMPONENTS,
    MANAGEMENT,
    OPT_OUT,
    REVIEW,
    Finding,
    Severity,
    error,
    note,
    warning,
)
from common.templates.languages import LANGUAGES
from common.templates.lint_variables import check_positions, check_variables
from common.templates.template import VARIABLE, Template, component_of, samples_of, variables_in

MAX_NAME = 512
MAX_HEADER = 60
MAX_BODY = 1024
MAX_FOOTER = 60
MAX_BUTTONS = 10
MAX_LABEL = 25
MAX_EMOJI = 10
SHOWN_BUTTONS = 3
TOO_LONG = "%(count)s characters; %(most)s are allowed"
_NAME = re.compile(r"[a-z0-9_]+")
_AT_MOST = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
_KINDS = {"HEADER", "BODY", "FOOTER", "BUTTONS"}
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F")


def lint(template: Template, others: Iterable[Template] = ()) -> list[Finding]:
    """Everything that is wrong or noteworthy, errors first. others: the account's other templates, for duplicates."""
    found = [
        *_name(template),
        *_structure(template),
        *_header(template),
        *_body(template),
        *_footer(template),
        *_buttons(template),
        *_category(template),
        *_duplicates(template, others),
        *check_filling(template),
    ]
    order = list(Severity)
    return sorted(found, key=lambda each: order.index(each.severity))


def has_errors(findings: Iterable[Finding]) -> bool:
    """True if the provider would refuse it."""
    return any(each.severity is Severity.ERROR for each in findings)


def _name(template: Template) -> Iterator[Finding]:
    if len(template.name) > MAX_NAME or not _NAME.fullmatch(template.name):
        why = "a name is 1 to %(most)s lower case letters, digits and _"
        yield error("name", why, f"{MANAGEMENT}, 2388046", most=MAX_NAME)
    if template.language not in LANGUAGES:
        why = "%(code)r is no language that templates have; for example en, en_US or pt_BR"
        yield error("language", why, "Meta, supported languages", code=template.language[:20])


def _structure(template: Template) -> Iterator[Finding]:
    kinds = Counter(str(part.get("type", "")).upper() for part in template.components)
    for kind, count in kinds.items():
        if kind not in _KINDS:
            yield error("body", "there is no component %(kind)r", COMPONENTS, kind=kind[:20])
        elif count > 1:
            yield error(kind.lower(), "there are two of them; one is allowed", COMPONENTS)
    named = {name.isdigit() for name in variables_in(template.header + template.body)}
    if len(named) > 1 and template.header and len({name.isdigit() for name in variables_in(template.body)}) == 1:
        yield error("header", "header and body must both number or both name their variables", COMPONENTS)


def _header(template: Template) -> Iterator[Finding]:
    part, text = template.component("HEADER"), template.header
    if not part:
        return
    kind = str(part.get("format", "TEXT")).upper()
    if kind != "TEXT":
        why = "a header of %(kind)s is kept as it is, but cannot be sent from here: leave it out"
        yield warning("header", why, COMPONENTS, kind=kind.lower())
        return
    if not text.strip():
        yield error("header", "the header is empty; leave it out", f"{COMPONENTS}, 2388047")
    if len(text) > MAX_HEADER:
        yield error("header", TOO_LONG, f"{COMPONENTS}, 2388040", count=len(text), most=MAX_HEADER)
    if re.search(r"[\n\r\t*_~`]", VARIABLE.sub("", text)) or _EMOJI.search(text):
        yield error("header", "no new lines, emoji or formatting marks in a header", f"{COMPONENTS}, 2388047")
    if len(variables_in(text)) > 1:
        yield error("header", "a header has one variable at most", COMPONENTS)
    yield from check_variables("header", text, samples_of([part]))


def _body(template: Template) -> Iterator[Finding]:
    text = template.body
    if not text.strip():
        yield error("body", "a template needs a body", f"{COMPONENTS}, 2388072")
        return
    if len(text) > MAX_BODY:
        yield error("body", TOO_LONG, f"{COMPONENTS}, 2388040", count=len(text), most=MAX_BODY)
    if "\t" in text or re.search(r" {5,}", text):
        yield error("body", "no tabs, and no more than four spaces in a row", REVIEW)
    if re.search(r"(?:\r?\n[ \t]*){3,}", text):
        yield error("body", "no more than one empty line in a row", REVIEW)
    if (count := len(_EMOJI.findall(text))) > MAX_EMOJI:
        yield error("body", "%(count)s emoji; %(most)s are allowed", COMPONENTS, count=count, most=MAX_EMOJI)
    yield from check_variables("body", text, samples_of([component_of(template.components, "BODY")]))
    yield from check_positions("body", text)


def _footer(template: Template) -> Iterator[Finding]:
    text = template.footer
    if not template.component("FOOTER"):
        return
    if not text.strip():
        yield error("footer", "the footer is empty; leave it out", f"{COMPONENTS}, 2388073")
    if len(text) > MAX_FOOTER:
        yield error("footer", TOO_LONG, f"{COMPONENTS}, 2388040", count=len(text), most=MAX_FOOTER)
    if VARIABLE.search(text):
        yield error("footer", "a footer has no variables", f"{COMPONENTS}, 2388073")
    if re.search(r"[\n\r\t]", text):
        yield error("footer", "a footer is one line", f"{COMPONENTS}, 2388073")


def _buttons(template: Template) -> Iterator[Finding]:
    if not template.component("BUTTONS"):
        return
    buttons = template.buttons
    if not buttons:
        yield error("buttons", "there are no buttons in it; leave it out", COMPONENTS)
    if len(buttons) > MAX_BUTTONS:
        why = "%(count)s buttons; %(most)s are allowed"
        yield error("buttons", why, COMPONENTS, count=len(buttons), most=MAX_BUTTONS)
    elif len(buttons) > SHOWN_BUTTONS:
        why = "more than %(most)s buttons hide behind “See all options” and are not shown on a computer"
        yield warning("buttons", why, COMPONENTS, most=SHOWN_BUTTONS)
    kinds = [str(each.get("type", "")).upper() for each in buttons]
    for kind, most in _AT_MOST.items():
        if kinds.count(kind) > most:
            yield error("buttons", "%(most)s of the kind %(kind)s at most", COMPONENTS, most=most, kind=kind)
    are_replies = [kind == "QUICK_REPLY" for kind in kinds]
    if sum(one != other for one, other in pairwise(are_replies)) > 1:
        yield error("buttons", "quick replies stand together, before or after all others", COMPONENTS)
    for number, each in enumerate(buttons):
        if VARIABLE.search(str(each.get("url", ""))):
            yield error(f"buttons[{number}]", "an address with a variable cannot be filled here", COMPONENTS)
    labels = [str(each.get("text", "")) for each in buttons]
    for number, label in enumerate(labels):
        yield from _label(f"buttons[{number}]", label, is_repeated=label in labels[:number])


def _label(where: str, label: str, *, is_repeated: bool) -> Iterator[Finding]:
    if not label.strip():
        yield error(where, "a button needs a label", COMPONENTS)
    elif is_repeated:
        yield error(where, "there is another button %(label)r", COMPONENTS, label=label[:30])
    if len(label) > MAX_LABEL:
        yield error(where, TOO_LONG, f"{COMPONENTS}, 2388040", count=len(label), most=MAX_LABEL)
    if re.search(r"[\n\r\t]|\{\{", label) or _EMOJI.search(label):
        yield error(where, "a label is one line without variables or emoji", COMPONENTS)


def _category(template: Template) -> Iterator[Finding]:
    if template.category is Category.AUTHENTICATION:
        yield error("category", "one-time passwords are not ours to send; choose utility or marketing", CATEGORIES)
        return
    likely, why = predict_category(template)
    if template.category is Category.UTILITY and likely is Category.MARKETING:
        yield warning("category", "will probably be approved as marketing: %(why)s", CATEGORIES, why=why)
    elif template.category is Category.MARKETING and likely is Category.UTILITY:
        words = "could be utility, which costs less and reaches more people: %(why)s"
        yield note("category", words, CATEGORIES, why=why)
    else:
        yield note("category", "%(category)s fits: %(why)s", CATEGORIES, category=likely.value, why=why)
    if template.category is Category.MARKETING and not offers_opt_out(template):
        yield warning("footer", "marketing must say how to stop it; a footer or a button STOP does", OPT_OUT)


def _duplicates(template: Template, others: Iterable[Template]) -> Iterator[Finding]:
    mine = _content(template)
    for other in others:
        is_other = (other.name, other.language) != (template.name, template.language)
        if is_other and other.language == template.language and template.body and _content(other) == mine:
            words = "the same words as %(name)s; the provider refuses duplicates"
            yield error("body", words, REVIEW, name=other.name)


def _content(template: Template) -> tuple[str, str]:
    """What the provider compares: body and footer, whatever the variables are called and however it is spaced."""
    plain = VARIABLE.sub("{{}}", template.body)
    return " ".join(plain.split()), " ".join(template.footer.split())


def counts(template: Template) -> Mapping[str, Any]:
    """Used and allowed characters of each part, for an editor's counters."""
    return {
        "header": (len(template.header), MAX_HEADER),
        "body": (len(template.body), MAX_BODY),
        "footer": (len(template.footer), MAX_FOOTER),
    }
