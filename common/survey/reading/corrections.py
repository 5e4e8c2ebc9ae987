"""A score taken back: "sorry, I meant 9", "not 6 but 9", "change it to an 8", "*9"."""

from __future__ import annotations

from functools import cache
from itertools import takewhile

import regex

from common.survey.reading.finding import Finder
from common.survey.reading.folding import Folded, fold
from common.survey.reading.intents import listen, wants_out
from common.survey.reading.lexicon import LEXICONS, Lexicon
from common.survey.reading.outcome import Reading, ReadingOutcome
from common.survey.reading.rest import says_something
from common.survey.reading.score import find_score
from common.survey.reading.tables import STRONG, Tables, folded_list, tables, tables_for
from common.survey.reading.tokens import tokenise

_STARRED = regex.compile(r"\s*(?:\*\s*([0-9]{1,2})|([0-9]{1,2})\s*\*)\s*")
_ARROW = regex.compile(r"\s*([0-9]{1,2})\s*(?:->|-->|=>|→|➡|>>)\s*([0-9]{1,2})\s*[.!]?\s*")


def _any_of(entries: list[str], *, spaced: bool) -> str:
    ordered = sorted(set(entries), key=len, reverse=True)
    body = "|".join(regex.escape(entry) if spaced else _loose(entry) for entry in ordered)
    return rf"(?<![\p{{L}}\p{{M}}'])(?:{body})(?![\p{{L}}\p{{M}}])" if spaced else f"(?:{body})"


def _among(entries: list[str], lexicon: Lexicon) -> str:
    """Any of the entries where numbers stand on either side, so that no word's edge need be looked for."""
    ordered = sorted(set(entries), key=len, reverse=True)
    return "(?:" + "|".join(regex.escape(one) if lexicon.spaced else _loose(one) for one in ordered) + ")"


def _loose(entry: str) -> str:
    """An entry of a script that writes words together: spaces may stand anywhere in it."""
    return " ?".join(regex.escape(char) for char in entry if char != " ")


@cache
def _cues(code: str, field: str) -> regex.Pattern[str]:
    """Never matches where neither the language nor English has such words."""
    lexicons = {LEXICONS[code].code: LEXICONS[code], "en": LEXICONS["en"]}
    parts = [
        _any_of(folded_list(getattr(lexicon, field)), spaced=lexicon.spaced)
        for lexicon in lexicons.values()
        if getattr(lexicon, field)
    ]
    return regex.compile("|".join(parts) or r"(?!)")


@cache
def _corrects(code: str) -> Finder:
    """Finds whether a message holds one of the clear cues."""
    return Finder([_cues(code, "corrects")])


@cache
def _contrasts(code: str) -> tuple[regex.Pattern[str], regex.Pattern[str], regex.Pattern[str]]:
    """Patterns "not A but B", "B not A" (or "A not, B") and "from A to B"."""
    lexicon = LEXICONS[code]
    words = [word for word, (value, strength) in tables(code).words.items() if strength == STRONG and value <= 10]
    number = "(?:10|[0-9]|" + "|".join(sorted(map(regex.escape, words), key=len, reverse=True)) + ")"
    edge = r"(?![0-9\p{L}\p{M}%½]|[.,:/\-][0-9])" if lexicon.spaced else r"(?![0-9%½]|[.,:/\-][0-9])"
    first, second = rf"(?P<a>{number}){edge}", rf"(?P<b>{number}){edge}"
    gap = r"[^\p{L}\p{N}\n]{0,3}"
    beside = r"[^\p{L}\p{N}\n,;.、]{0,3}"  # "9 not 6" denies the six, "9 no, 6" the nine
    fill = r"(?:[\p{L}\p{M}']{1,9}[^\p{L}\p{N}\n]{1,3}){0,3}?" if lexicon.spaced else r"[^\p{N}\n]{0,8}?"
    no = _among(folded_list(lexicon.negations) + folded_list(lexicon.negations_after), lexicon)
    to = _among(folded_list(lexicon.range_words) or ["to"], lexicon)
    head = r"(?<![\p{L}\p{N}])" if lexicon.spaced else r"(?<![0-9])"
    denied = regex.compile(rf"{head}{second}{gap}{no}{beside}(?:an? |een |eine |un |uma? )?{first}")
    if lexicon.rather_than:
        rather = _among(folded_list(lexicon.rather_than), lexicon)
        denied = regex.compile(rf"{head}{first}{gap}{rather}{gap}{second}")
    return (
        regex.compile(rf"{head}{no}{gap}(?:an? |een |eine |un |uma? )?{first}{gap}{fill}{second}"),
        denied,
        regex.compile(rf"{head}{first}{gap}{to}{gap}(?:an? |een |eine |un |uma? )?{second}"),
    )


@cache
def _denials(code: str) -> frozenset[str]:
    """Of which one at least stands in a message that "not A but B" or "B not A" matches; without spaces."""
    lexicon = LEXICONS[code]
    entries = folded_list(f"{lexicon.negations}, {lexicon.negations_after}, {lexicon.rather_than}")
    together = {entry.replace(" ", "") for entry in entries}
    return frozenset(one for one in together if not any(other in one for other in together - {one}))


def _denies(message: str, code: str) -> bool:
    """False where searching for a contrast is idle, which costs much more than this."""
    together = message.replace(" ", "")
    return any(denial in together for denial in _denials(code))


def _value(text: str, language: Tables) -> int:
    return int(text) if text.isdigit() else language.words[text][0]


def read_correction(text: str, locale: str = "en") -> int | None:
    """The new score in a message that takes back an earlier one; None if it does not say so clearly.

    To be asked after a score was given. A bare number is None: what it means depends on the question that is open.
    So is a reason that merely holds numbers. Never raises.
    """
    folded = fold(text)
    message = folded.text
    starred = _STARRED.fullmatch(message) or _ARROW.fullmatch(message)
    if starred is not None:
        value = int([group for group in starred.groups() if group is not None][-1])
        return value if value <= 10 else None
    language = tables_for(locale, message)
    if not language.spaced:
        message = message.replace(" ", "")
    if wants_out(listen(message, language, locale)):
        return None
    replaced, corrected, moved = _contrasts(language.code)
    for contrast in (replaced, corrected) if _denies(message, language.code) else ():
        match = contrast.search(message)
        if match is not None and match["a"] != match["b"]:
            return _value(match["b"], language)
    clear = _cues(language.code, "corrects")
    if _corrects(language.code).found_in(message):
        match = moved.search(message)
        if match is not None and match["a"] != match["b"]:
            return _value(match["b"], language)
        return _stated(clear, message, language, alone=False)
    weak = _cues(language.code, "corrects_weak")
    return _stated(weak, message, language, alone=True) if weak.search(message) is not None else None


def read_put_right(text: str, locale: str = "en") -> Reading | None:
    """The score of a message that puts itself right in so many words: "sorry, I meant 9", "not 6 but 9, great agent".

    None if it does not. Here no score need have been given before, so words that merely hesitate ("no", "wait") do not
    count, and neither does a mistake owned up to after the number ("9, typo"). Never raises.
    """
    folded = fold(text)
    language = tables_for(locale, folded.text)
    kept = _put_right(folded.text, language)
    if kept is None:
        return None
    reading = find_score(Folded(text=kept, own=folded.own, offsets=folded.offsets), language)
    return reading if reading.outcome is ReadingOutcome.SCORE else None


def _put_right(message: str, language: Tables) -> str | None:
    """The message with what is taken back blanked out; None if nothing is."""
    replaced, corrected, moved = _contrasts(language.code)
    clear = _cues(language.code, "corrects")
    cue = clear.search(message) if _corrects(language.code).found_in(message) else None
    match = replaced.search(message) or corrected.search(message) if _denies(message, language.code) else None
    if match is None and cue is not None:
        match = moved.search(message)
    if match is not None and match["a"] != match["b"]:
        message = _blank(_blank(message, match.start(), match.start("b")), match.end("b"), match.end())
    elif cue is None or (language.counterfactual is not None and language.counterfactual.search(cue.group())):
        return None  # "should have been a 10" puts right only what was said before
    elif cue.start() > _first_number(message, language):
        late = _cues(language.code, "corrects_late")
        if not late.search(message):
            return None
        clear = late
    for words in (clear, _cues(language.code, "corrects_weak")):
        for found in words.finditer(message):
            message = _blank(message, *found.span())
    return message


def _blank(message: str, start: int, end: int) -> str:
    """A comma and spaces in place of a stretch, so that every character keeps its place."""
    return message if start >= end else f"{message[:start]},{' ' * (end - start - 1)}{message[end:]}"


def _first_number(message: str, language: Tables) -> int:
    tokens = tokenise(message, language)
    return next((t.start for t in tokens if t.kind in {"number", "numeral"} or t.text in language.words), len(message))


def _stated(cue: regex.Pattern[str], message: str, language: Tables, *, alone: bool) -> int | None:
    """The score of the message without its cue words; with `alone`, only if nothing else is said."""
    without = cue.sub(",", message)
    weak = _cues(language.code, "corrects_weak")
    without = weak.sub(",", without)
    reading = find_score(fold(without), language)
    if reading.outcome is not ReadingOutcome.SCORE:
        return None
    if reading.rest is None:
        return reading.score
    if alone:
        return None
    head = takewhile(
        lambda token: token.kind not in {"number", "numeral"} and token.text not in language.words,
        tokenise(without, language),
    )
    return None if says_something(" ".join(token.text for token in head), language) else reading.score
