"""What stands around a number: the words before and after it, up to the nearest sign that separates, as marks."""

from __future__ import annotations

from dataclasses import dataclass, field

from common.survey.reading.tables import FOLLOW, FRAME, NOUN, Tables
from common.survey.reading.tokens import Tokens
from common.survey.reading.trees import Tree

REACH = 24
"""Words (or characters, where words are written together) looked at on either side."""

_ABBREVIATIONS = frozenset({"no", "nr", "num", "art", "pag", "tel", "ext", "n", "str", "st", "ord", "ref", "p", "kl"})
_TRANSPARENT = frozenset({"*", "_", '"', "'", "`", "&"})


@dataclass(slots=True)
class Side:
    """One side of a number: words or characters, the nearest first."""

    units: list[str] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Where each unit stands in the folded text."""
    nearest: int = 0
    """Marks of the phrase that touches the number."""
    size: int = 0
    """Units of that phrase; 0 if it has no marks."""
    beyond: int = 0
    """Marks found up to and including the first unit that is no frame."""
    skipped: int = 0
    """Units taken up by frame words and score nouns."""

    @property
    def open(self) -> bool:
        """Nothing stands here but a frame."""
        return not self.units or self.skipped > 0


def before(tokens: Tokens, first: int, language: Tables) -> Side:
    """The words before token `first`, with their marks."""
    known = tokens.sides.get(~first)
    if known is not None:
        return known
    side = tokens.sides[~first] = Side()
    units, spans, spaced = side.units, side.spans, language.spaced
    for index in range(first - 1, -1, -1):
        token = tokens[index]
        if token.kind == "word" and not token.masked:
            if spaced:
                units.append(token.text)
                spans.append((token.start, token.end))
            else:
                units.extend(reversed(token.text))
                spans.extend((at, at + 1) for at in range(token.end - 1, token.start - 1, -1))
            if len(units) >= REACH:
                break
        elif token.text not in _TRANSPARENT and not (token.text == "." and _abbreviates(tokens, index)):
            break
    _walk(side, language.before_tree, language.before_stems if spaced else ())
    return side


def after(tokens: Tokens, last: int, language: Tables) -> Side:
    """The words after token `last`, with their marks."""
    known = tokens.sides.get(last)
    if known is not None:
        return known
    side = tokens.sides[last] = Side()
    units, spans, spaced = side.units, side.spans, language.spaced
    for index in range(last + 1, len(tokens)):
        token = tokens[index]
        if token.kind == "word" and not token.masked:
            if spaced:
                units.append(token.text)
                spans.append((token.start, token.end))
            else:
                units.extend(token.text)
                spans.extend((at, at + 1) for at in range(token.start, token.end))
            if len(units) >= REACH:
                break
        elif token.text not in _TRANSPARENT and not (index == last + 1 and _hyphenates(tokens, index)):
            break
    _walk(side, language.after_tree, language.after_stems if spaced else ())
    return side


def _hyphenates(tokens: Tokens, index: int) -> bool:
    """The hyphen of "5-star"."""
    sign, following = tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None
    glued = following is not None and tokens[index - 1].end == sign.start and sign.end == following.start
    return sign.text == "-" and glued


def _abbreviates(tokens: Tokens, index: int) -> bool:
    return index > 0 and tokens[index - 1].text in _ABBREVIATIONS


def _walk(side: Side, tree: Tree, stems: tuple[tuple[str, int], ...]) -> None:
    """Read phrases away from the number, the longest first, until one is no frame."""
    units = side.units
    at, count = 0, len(units)
    while at < count:
        bits, size = 0, 1
        branch, ahead = tree, at
        while ahead < count and (known := branch.get(units[ahead])) is not None:
            ahead += 1
            marks, branch = known
            if marks:
                bits, size = marks, ahead - at
        if stems and not bits:
            bits = _stem_marks(units[at], stems)
        if at == 0:
            side.nearest, side.size = bits, size if bits else 0
        side.beyond |= bits
        if not bits & (FRAME | NOUN) or bits & FOLLOW:
            break
        at += size
    side.skipped = at


def _stem_marks(word: str, stems: tuple[tuple[str, int], ...]) -> int:
    for stem, bits in stems:
        if word.startswith(stem):
            return bits
    return 0
