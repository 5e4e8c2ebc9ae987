"""What is said about the one number of a message: a condition, a second thought, a question.

"10 if you fix it", "it would have been a 9" and "is 10 good?" hold a number from 0 to 10 that is not the answer.
"""

from __future__ import annotations

from enum import Enum

from common.survey.reading.neighbours import Side
from common.survey.reading.tables import FINE, UNSURE, Tables
from common.survey.reading.tokens import Number, Token, Tokens

_SENTENCE_END = frozenset(".!?;…\n")


_IS = frozenset({"is", "e", "es", "est", "ist", "это", "jest", "to", "means", "significa", "bedeutet", "betekent"})
"""Of all languages: what makes a number at the start of a question the thing that is asked about."""


class Doubt(Enum):
    """Why the one number of a message is not its score."""

    CONDITION = "condition"
    SECOND_THOUGHT = "second_thought"
    ASKED = "asked"
    """It stands in a question about the scale."""


def doubt(number: Number, right: Side, text: str, tokens: Tokens, language: Tables) -> Doubt | None:
    """The doubt around the one number of a message; None if it stands. `right` is what follows the number."""
    if len(tokens) == 1:
        return None
    found = tokens.doubts
    if found is None:
        words = " ".join([token.text for token in tokens if token.kind is not None]) if language.spaced else text
        found = tokens.doubts = language.doubts.found_in(words)
    if UNSURE in found:
        return Doubt.SECOND_THOUGHT
    if _conditional(number, right, FINE in found, tokens, language):
        return Doubt.CONDITION
    if "?" in text and _asked(number, tokens, language):
        return Doubt.ASKED
    return None


def _sentence_start(tokens: list[Token], first: int) -> int:
    start = first
    while start and tokens[start - 1].text not in _SENTENCE_END:
        start -= 1
    return start


def _conditional(number: Number, right: Side, is_fine: bool, tokens: list[Token], language: Tables) -> bool:
    if language.if_ending is None and language.spaced and language.if_heads.isdisjoint([t.text for t in tokens]):
        return False
    first, last = number.first, number.last
    start = _sentence_start(tokens, first)
    before_words = [token.text for token in tokens[start:first] if token.kind == "word"]
    skipped = right.spans[right.skipped - 1][1] if right.skipped else 0
    after_tokens = [token for token in tokens[last + 1 : last + 10] if token.end > skipped]
    if after_tokens and after_tokens[0].text in {",", "、", "-", "("}:
        after_tokens = after_tokens[1:]
    after_words: list[str] = []
    for token in after_tokens:
        if token.kind != "word":
            break
        after_words.append(token.text if language.spaced else token.text[max(0, skipped - token.start) :])
    if not language.spaced:
        return _conditional_run("".join(before_words), "".join(after_words), language)
    return not is_fine and (_opens(after_words, language) or _holds_condition(before_words, language))


def _opens(words: list[str], language: Tables) -> bool:
    if not words or words[0] not in language.if_heads:
        return False
    heads = (" ".join(words[:size]) for size in (1, 2, 3))
    return any(head in language.if_words or head in language.if_start for head in heads)


def _holds_condition(words: list[str], language: Tables) -> bool:
    if language.if_ending is not None and any(language.if_ending.search(word) for word in words):
        return True
    if len(words) < 2:
        return False
    if words[0] in language.if_start or " ".join(words[:2]) in language.if_start:
        return True
    for index, word in enumerate(words):
        for size in (1, 2, 3) if word in language.if_heads else ():
            if " ".join(words[index : index + size]) in language.if_words and index + size < len(words) + (size > 1):
                return True
    return False


def _conditional_run(before_run: str, after_run: str, language: Tables) -> bool:
    if language.if_fine is not None and language.if_fine.search(before_run + after_run):
        return False
    if any(word in before_run for word in language.if_words) or any(after_run.startswith(w) for w in language.if_words):
        return True
    return language.if_ending is not None and language.if_ending.search(before_run) is not None


def _asked(number: Number, tokens: list[Token], language: Tables) -> bool:
    """Whether the number stands in a question about the scale: "is 10 good?"."""
    end = number.last
    while end < len(tokens) and tokens[end].text not in _SENTENCE_END:
        end += 1
    if end == len(tokens) or tokens[end].text != "?":
        return False
    words = [token.text for token in tokens[_sentence_start(tokens, number.first) : end] if token.kind is not None]
    opens = not number.first or tokens[number.first - 1].text in _SENTENCE_END | {"¿"}
    if opens and number.last + 1 < end and tokens[number.last + 1].text in _IS:
        return True  # "10 is good?"
    if len(words) > 1 and number.first and tokens[number.first - 1].text == "¿":
        return True
    if language.asks_late:
        return any(word in language.questions for word in words) or (
            not language.spaced and any(question in word for word in words for question in language.questions)
        )
    return words[0] in language.questions or " ".join(words[:2]) in language.questions
