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
            why = f"{{{{{name[:40]}}}}}: a variable's name is lower case letters, digits and _, no digit first"
            yield error(where, why, PARAMETERS)
    said = [match.strip() for match in VARIABLE.findall(text)]
    for name in names:
        if said.count(name) > 1:
            yield error(where, f"{{{{{name[:40]}}}}} stands here twice; every variable is used once", PARAMETERS)
        yield from _check_sample(where, name[:40], samples.get(name, ""))


def _check_sample(where: str, name: str, sample: str) -> Iterator[Finding]:
    if not sample.strip():
        yield error(where, f"{{{{{name}}}}} needs an example, so that a reviewer can read the message", REVIEW)
    elif is_bad_value(sample):
        yield error(where, f"the example of {{{{{name}}}}} must be one line without tabs or long gaps", PARAMETERS)


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
            yield error(where, f"{left[0][:44]} and {right[0][:44]} stand side by side; put words between", REVIEW)
    plain, needed = len(VARIABLE.sub(" ", words).split()), 2 * len(found) + 1
    if plain < needed:
        why = f"{len(found)} variables for {plain} words; there must be {needed} words at least"
        yield error(where, f"too many variables for the length: {why}", f"{REVIEW}, 2388293")


def is_bad_value(value: str) -> bool:
    """True if a provider refuses this as a variable's value: a new line, a tab or more than four spaces in a row."""
    return _BAD_VALUE.search(value) is not None
