"""Meta's rules for the variables of a template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from common.templates.finding import PARAMETERS, REVIEW, Finding, error
from common.templates.template import VARIABLE, variables_in

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
MAX_SPACES = 4
_BAD_VALUE = re.compile(r"[\n\r\t]| {5,}")


def check_variables(where: str, text: str, samples: Mapping[str, str]) -> Iterator[Finding]:
    """The names, the braces and the examples of the variables in one component."""
    if re.search(r"[{}]", VARIABLE.sub("", text)):
        yield error(where, "there is a single brace; a variable is written {{name}}, with two on each side", REVIEW)
    names = variables_in(text)
    numbers = [name for name in names if name.isdigit()]
    if numbers and len(numbers) < len(names):
        yield error(where, "numbered and named variables must not be mixed", PARAMETERS)
    elif numbers and sorted(map(int, numbers)) != list(range(1, len(numbers) + 1)):
        yield error(where, "numbered variables count up from {{1}} without a gap", PARAMETERS)
    for name in names:
        if not name.isdigit() and not _NAME.fullmatch(name):
            why = "{{%(name)s}}: a variable's name is lower case letters, digits and _, no digit first"
            yield error(where, why, PARAMETERS, name=name[:40])
    said = [match.strip() for match in VARIABLE.findall(text)]
    for name in names:
        if said.count(name) > 1:
            why = "{{%(name)s}} stands here twice; every variable is used once"
            yield error(where, why, PARAMETERS, name=name[:40])
        yield from _check_sample(where, name[:40], samples.get(name, ""))


def _check_sample(where: str, name: str, sample: str) -> Iterator[Finding]:
    if not sample.strip():
        why = "{{%(name)s}} needs an example, so that a reviewer can read the message"
        yield error(where, why, REVIEW, name=name)
    elif is_bad_value(sample):
        why = "the example of {{%(name)s}} must be one line without tabs or long gaps"
        yield error(where, why, PARAMETERS, name=name)


def check_positions(where: str, text: str) -> Iterator[Finding]:
    """Where variables may stand in a body: not at an end, not side by side, and not too many for its length."""
    words = text.strip()
    found = list(VARIABLE.finditer(words))
    if not found:
        return
    if found[0].start() == 0:
        yield error(where, "the text must not begin with a variable; put a word before it", f"{REVIEW}, 2388299")
    if found[-1].end() == len(words):
        yield error(where, "the text must not end with a variable; put a word after it", f"{REVIEW}, 2388299")
    for left, right in pairwise(found):
        if not words[left.end() : right.start()].strip():
            why = "%(left)s and %(right)s stand side by side; put words between"
            yield error(where, why, REVIEW, left=left[0][:44], right=right[0][:44])
    plain, needed = len(VARIABLE.sub(" ", words).split()), 2 * len(found) + 1
    if plain < needed:
        why = "too many variables for the length: %(count)s for %(words)s words; there must be %(least)s words at least"
        yield error(where, why, f"{REVIEW}, 2388293", count=len(found), words=plain, least=needed)


def is_bad_value(value: str) -> bool:
    """True if a provider refuses this as a variable's value: a new line, a tab or more than four spaces in a row."""
    return _BAD_VALUE.search(value) is not None
