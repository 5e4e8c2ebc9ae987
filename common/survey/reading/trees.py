"""Phrases as a tree of their words, so that one look-up a word finds the longest phrase that stands at a place."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

Tree: TypeAlias = "dict[str, tuple[int, Tree]]"
"""A word → the marks of the phrase that ends with it, 0 if none does, and the words that go on from there."""


def tree_of(marks: dict[str, int], *, spaced: bool, backwards: bool = False) -> Tree:
    """The phrases word by word (or character by character), from the one that stands nearest to the number."""
    most = 4 if spaced else 8
    phrases = [(phrase.split(" ") if spaced else list(phrase), bits) for phrase, bits in marks.items()]
    return _branch([(units[::-1] if backwards else units, bits) for units, bits in phrases if len(units) <= most])


def _branch(phrases: list[tuple[list[str], int]]) -> Tree:
    further: dict[str, list[tuple[list[str], int]]] = {}
    ends: dict[str, int] = {}
    for units, bits in phrases:
        if len(units) > 1:
            further.setdefault(units[0], []).append((units[1:], bits))
        else:
            ends[units[0]] = bits
    leaves = {unit: _leaf(bits) for unit, bits in ends.items() if unit not in further}
    return leaves | {unit: (ends.get(unit, 0), _branch(longer)) for unit, longer in further.items()}


@cache
def _leaf(bits: int) -> tuple[int, Tree]:
    """One for all words that end alike: what is shared stays in the processor's cache."""
    return bits, {}
