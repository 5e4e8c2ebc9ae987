"""A message read as the answer to the 0-10 question.

Order: wishes (opt-out wins over everything), signs that are no numbers (addresses, telephone numbers), the scale named
in the message, then a verdict on every number (judge.py), then what is said about the answer as a whole: conditions,
second thoughts, questions. Exactly one distinct value from 0 to 10 is a score. Nothing is rounded, clamped or guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex

from common.survey.reading.doubts import Doubt, doubt
from common.survey.reading.folding import Folded, fold
from common.survey.reading.intents import listen, wants_human, wants_out
from common.survey.reading.judge import STAR_SIGNS, Verdict, judge
from common.survey.reading.leading import leads, speaks_of_another_case
from common.survey.reading.neighbours import Side
from common.survey.reading.outcome import Reading, ReadingOutcome
from common.survey.reading.rest import remaining_words, says_something
from common.survey.reading.scales import resolve_scales
from common.survey.reading.tables import (
    MONTH,
    NEG,
    NOUN,
    REF,
    STRONG,
    TIME,
    UNIT,
    Tables,
    any_language_words,
    tables_for,
)
from common.survey.reading.tokens import Number, Shape, Tokens, numbers_in, tokenise

_SCORES = {str(value): Reading(outcome=ReadingOutcome.SCORE, score=value) for value in range(11)}
_NOT_SCORE = Reading(outcome=ReadingOutcome.NOT_SCORE)
_REPROMPT = Reading(outcome=ReadingOutcome.REPROMPT)

_CONTACTS = regex.compile(
    r"(?:https?://|www\.)\S{1,300}|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
    r"|[0-9]{1,2} ?[月월] ?[0-9]{1,2} ?[日号號일]"
    r"|(?<![0-9])(?:\+[0-9]{1,3}|0[0-9]{1,4}|\([0-9]{2,5}\)|[0-9]{3,5})(?:[ \-./()]{0,2}[0-9]{2,5}){1,6}(?![0-9])"
)
_ADDRESS_SIGNS = ("@", "://", "www.")
_CONTACT_SIGNS = (*_ADDRESS_SIGNS, "月", "월")
_SHORTEST_TELEPHONE = 7
_STRETCHED = regex.compile(r"(\p{L})\1{2,}")


@dataclass(slots=True)
class Judged:
    """A number with its verdict and its surroundings."""

    number: Number
    verdict: Verdict
    left: Side
    right: Side


def read_plainly(text: str, locale: str = "en") -> Reading:
    """Read a message as the answer to the 0-10 question, as it stands: see `answer.read_score`.

    `locale` is the conversation's ("nl", "pt_BR"); one that is not known is read as English. A message in another
    script than the locale's is read in the language of its script. Never raises; reads the first MAX_READ characters.
    """
    plain = _SCORES.get(text)
    if plain is not None:
        return plain
    folded = fold(text)
    plain = _SCORES.get(folded.text.strip())
    if plain is not None:
        return plain
    language = tables_for(locale, folded.text)
    said = listen(folded.text, language, locale)
    if wants_out(said):
        return Reading(outcome=ReadingOutcome.OPT_OUT)
    found = find_score(folded, language)
    human = wants_human(said)
    if found.outcome is ReadingOutcome.SCORE:
        return Reading(outcome=found.outcome, score=found.score, also="human" if human else None, rest=found.rest)
    return Reading(outcome=ReadingOutcome.HUMAN) if human else found


def find_score(folded: Folded, language: Tables) -> Reading:
    """The score in a folded message, wishes aside: SCORE, REPROMPT or NOT_SCORE."""
    tokens = tokenise(folded.text, language)
    _mask_contacts(folded.text, tokens)
    numbers = [
        number
        for number in numbers_in(tokens, language, folded.own, folded.offsets is None)
        if not tokens[number.first].masked
    ]
    if not numbers:
        return _without_number(folded, tokens, language)
    if len(numbers) > 1:
        numbers = resolve_scales(numbers, tokens, language)
    judged = [Judged(number, *judge(number, tokens, language)) for number in numbers]
    plain = [one for one in judged if one.number.shape not in (Shape.FRAMED_WORD, Shape.ALONE_WORD)]
    if plain:
        return _decide(plain, folded, tokens, language)
    return _lone_word(judged, folded, tokens, language)


def _mask_contacts(text: str, tokens: Tokens) -> None:
    """Set addresses, telephone numbers and dates in ideographs aside."""
    digits = 0
    for token in tokens:
        if token.kind == "number":
            digits += len(token.text)
    if digits < _SHORTEST_TELEPHONE and not _holds_contact_sign(text):
        return
    for match in _CONTACTS.finditer(text):
        start, end = match.span()
        digits_only = match.group()[-1].isdigit() and not match.group()[0].isalpha() and "@" not in match.group()
        if digits_only and sum(map(str.isdigit, match.group())) < _SHORTEST_TELEPHONE:
            continue
        for token in tokens:
            if token.start < end and token.end > start:
                token.masked = True


def _holds_contact_sign(text: str) -> bool:
    if text.isascii():
        return "@" in text or "://" in text or "www." in text
    return any(sign in text for sign in _CONTACT_SIGNS)


def _decide(judged: list[Judged], folded: Folded, tokens: Tokens, language: Tables) -> Reading:
    verdicts = [one.verdict for one in judged]
    best = _led(judged, folded, tokens, language)
    if best is not None:
        rest = remaining_words(folded, tokens, best.number, best.left, best.right, language)
        return Reading(outcome=ReadingOutcome.SCORE, score=best.number.value, rest=rest)
    if Verdict.REFUSED in verdicts:
        return _REPROMPT
    taken = [one for one in judged if one.verdict is Verdict.TAKEN]
    values = {one.number.value for one in taken}
    if len(values) > 1 or any(not 0 <= value <= 10 for value in values):
        return _REPROMPT
    if not taken:
        if Verdict.OTHER_SCALE in verdicts:
            return _REPROMPT
        bare = Verdict.BARE in verdicts and not says_something(
            _unexplained(folded.text, tokens, judged, language), language
        )
        return _REPROMPT if bare else _NOT_SCORE
    best = next((one for one in taken if one.number.shape is Shape.OUT_OF_TEN), taken[0])
    doubted = doubt(best.number, best.right, folded.text, tokens, language)
    if doubted is not None:
        return _NOT_SCORE if doubted is Doubt.ASKED else _REPROMPT
    rest = remaining_words(folded, tokens, best.number, best.left, best.right, language)
    return Reading(outcome=ReadingOutcome.SCORE, score=best.number.value, rest=rest)


def _led(judged: list[Judged], folded: Folded, tokens: Tokens, language: Tables) -> Judged | None:
    """The number that leads the message, if others or doubts follow it and speak of another case."""
    lead = judged[0]
    if lead.verdict is not Verdict.TAKEN or not leads(lead.number, lead.left, lead.right, tokens):
        return None
    others = [one.number for one in judged[1:] if one.verdict in (Verdict.TAKEN, Verdict.REFUSED)]
    others = [other for other in others if other.value != lead.number.value or other.shape is not Shape.WHOLE]
    if not others and doubt(lead.number, lead.right, folded.text, tokens, language) is not Doubt.SECOND_THOUGHT:
        return None
    return lead if speaks_of_another_case(lead.number, others, folded.text, tokens, language) else None


def _unexplained(text: str, tokens: Tokens, judged: list[Judged], language: Tables) -> str:
    """The text besides the numbers and the words that explain them."""
    spans = [(token.start, token.end) for token in tokens if token.masked]
    for one in judged:
        spans.append((tokens[one.number.first].start, tokens[one.number.last].end))
        for side in (one.left, one.right):
            if side.nearest and (side.nearest & TIME or not side.nearest & (REF | UNIT)):
                spans.extend(side.spans[: side.size])
            elif one.verdict is Verdict.BARE and side.units and _belongs(one, side, tokens, language):
                spans.append(side.spans[0])
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        pieces.append(text[at:start])
        at = max(at, end)
    return " ".join((*pieces, text[at:]))


def _belongs(one: Judged, side: Side, tokens: Tokens, language: Tables) -> bool:
    """Whether the nearest word is part of a bare number: letters glued to it, the month of a date."""
    start, end = side.spans[0]
    glued = end == tokens[one.number.first].start or start == tokens[one.number.last].end
    return glued or bool(language.after.get(side.units[0], 0) & MONTH)


def _without_number(folded: Folded, tokens: Tokens, language: Tables) -> Reading:
    if language.full_marks is not None and language.full_marks.search(folded.text):
        return _REPROMPT
    words = [token for token in tokens if token.kind is not None and not token.masked]
    if not words:
        if any(token.masked for token in tokens):  # a telephone number is all there is, or an address
            return _NOT_SCORE if any(sign in folded.text for sign in _ADDRESS_SIGNS) else _REPROMPT
        return _REPROMPT if tokens and all(token.text in STAR_SIGNS for token in tokens) else _NOT_SCORE
    telling = [token for token in words if token.text not in language.filler]
    if len(telling) == 1:
        word = telling[0].text
        value = any_language_words().get(word)
        if value is None and _STRETCHED.search(word):
            value = _stretched_value(word, language)
        if value is not None and word not in language.before and word not in language.after:
            return _SCORES[str(value)] if value <= 10 else _REPROMPT
    return _NOT_SCORE


def _stretched_value(word: str, language: Tables) -> int | None:
    """ "niiine", "teeeen": letters held down say the same number, louder."""
    for held in (r"\1", r"\1\1"):
        value, strength = language.words.get(_STRETCHED.sub(held, word), (-1, -1))
        if strength == STRONG:
            return value
    return None


def _lone_word(judged: list[Judged], folded: Folded, tokens: Tokens, language: Tables) -> Reading:
    """Words such as "one", "een", "sei": a score only if nothing else is said."""
    framed_words = [one for one in judged if one.number.shape is Shape.FRAMED_WORD]
    judged = framed_words or judged
    if len(judged) != 1:
        return _NOT_SCORE
    one = judged[0]
    if one.verdict is Verdict.OTHER_SCALE:
        return _REPROMPT
    if one.verdict in (Verdict.BARE, Verdict.COUNTS, Verdict.FAINT):
        return _NOT_SCORE
    value = one.number.value
    if one.left.beyond & NEG or one.verdict is Verdict.REFUSED or not 0 <= value <= 10:
        whole = len([token for token in tokens if token.kind is not None]) <= 3
        return _REPROMPT if whole else _NOT_SCORE
    named = bool(one.left.nearest & NOUN)  # "nota um"
    framed = (named or one.number.shape is Shape.FRAMED_WORD) and one.left.skipped == len(one.left.units)
    if not framed and one.left.units:
        return _NOT_SCORE
    if one.right.skipped != len(one.right.units) and not all(word in language.filler for word in one.right.units):
        return _NOT_SCORE
    rest = remaining_words(folded, tokens, one.number, one.left, one.right, language)
    return Reading(outcome=ReadingOutcome.SCORE, score=value) if rest is None else _NOT_SCORE
