"""Reading keys: what a caller meant by them, given what was asked. Pure.

A score is two keys at most, and "10" begins like "1": a caller who is slow would be taken for an angry one, the worst
error there is. So a bare 1 is asked about once ("if you meant ten, press zero"), unless the caller ended it with the
finish key. What is not exactly a score is no score: 42 is not 4, and not 10. In every other menu 0 is for a person, 9
for "never again", and everywhere the star repeats; two stars lead to the way out, because at the score 9 is a nine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from common.telephone.values import Act, Awaits, Dialled, Heard, Keys, Recorded

FINISH = "#"
REPEAT = "*"
WAY_OUT = "**"
OPT_OUT = "9"
HUMAN = "0"
TALK = "1"
SURE_ENOUGH = 0.5
"""Recognised words below this confidence (0 to 1) answer no closed question: asking again beats a wrong score."""
MOST_OPTIONS = 8
"""Choices that a single key can name beside 0 and 9; more are entered with two keys."""

_SCORE = re.compile(r"10|0?[1-9]|0")


def understood(awaits: Awaits, what: Keys | Recorded | Dialled, choices: Sequence[str] = ()) -> Heard:
    """What the caller did, whatever it was. choices: as for `read_keys`; of the menu, its languages."""
    if isinstance(what, Keys):
        return read_keys(awaits, what, choices)
    return Heard(act=Act.RECORDED, recorded=what) if isinstance(what, Recorded) else Heard(act=Act.DIALLED)


def read_keys(awaits: Awaits | None, keys: Keys, choices: Sequence[str] = ()) -> Heard:
    """What the caller did. choices: the keys of the closed question's options, in the order they were said."""
    if keys.speech and awaits in _QUESTIONS:
        is_doubtful = awaits is not Awaits.REASON and (keys.confidence or 1.0) < SURE_ENOUGH
        return Heard(act=Act.ANSWER, shown=keys.speech, is_speech=True, choice="" if is_doubtful else None)
    reader = _READERS.get(awaits, _nothing) if awaits is not None else _nothing
    return reader(keys, choices)


def _score(keys: Keys, _choices: Sequence[str]) -> Heard:
    if keys.digits in _NOT_ANSWERS:
        return Heard(act=_NOT_ANSWERS[keys.digits])
    if keys.digits == "1" and keys.ended_by != FINISH:
        return Heard(act=Act.BARE_ONE)
    return _scored(keys.digits)


def _one_or_ten(keys: Keys, _choices: Sequence[str]) -> Heard:
    if keys.digits in {"", FINISH, "1"}:
        return _scored("1")
    if keys.digits == "0":
        return _scored("10")
    return Heard(act=Act.REPEAT) if keys.digits == REPEAT else Heard(act=Act.ANSWER, choice="", shown=keys.digits)


def _scored(digits: str) -> Heard:
    """The score if it is one; else the keys as they are, which answer nothing."""
    value = str(int(digits)) if _SCORE.fullmatch(digits) else digits
    return Heard(act=Act.ANSWER, choice=value, shown=digits)


def _aspect(keys: Keys, choices: Sequence[str]) -> Heard:
    digits = keys.digits
    if digits in _NOT_ANSWERS or digits == FINISH:
        return Heard(act=_NOT_ANSWERS.get(digits, Act.GO_ON))
    if digits == HUMAN:
        return Heard(act=Act.HUMAN)
    if digits == OPT_OUT and len(choices) <= MOST_OPTIONS:
        return Heard(act=Act.OPT_OUT)
    if digits.isascii() and digits.isdigit() and 1 <= int(digits) <= len(choices):
        return Heard(act=Act.ANSWER, choice=choices[int(digits) - 1])
    return Heard(act=Act.ANSWER, choice="", shown=digits)


def _language(keys: Keys, choices: Sequence[str]) -> Heard:
    if keys.digits in _IN_A_MENU:
        return Heard(act=_IN_A_MENU[keys.digits])
    if keys.digits.isascii() and keys.digits.isdigit() and 1 <= int(keys.digits) <= len(choices):
        return Heard(act=Act.LANGUAGE, choice=choices[int(keys.digits) - 1])
    return Heard(act=Act.ANSWER, choice="", shown=keys.digits)


def _offer(keys: Keys, _choices: Sequence[str]) -> Heard:
    return Heard(act=Act.TALK if keys.digits == TALK else Act.GO_ON)


def _opt_out(keys: Keys, _choices: Sequence[str]) -> Heard:
    return Heard(act=Act.OPT_OUT if keys.digits == OPT_OUT else Act.GO_ON)


def _spoken(keys: Keys, _choices: Sequence[str]) -> Heard:
    """No words came, or no recording: a key says why, everything else is silence. A recording knows the hash only."""
    return Heard(act=_INSTEAD_OF_WORDS.get(keys.digits, Act.SILENCE))


def _nothing(keys: Keys, _choices: Sequence[str]) -> Heard:
    """While a recording or a hand-off is under way keys only end it."""
    return Heard(act=Act.SILENCE)


_INSTEAD_OF_WORDS = {FINISH: Act.GO_ON, REPEAT: Act.REPEAT, HUMAN: Act.HUMAN, OPT_OUT: Act.OPT_OUT}
_IN_A_MENU = {"": Act.SILENCE, FINISH: Act.SILENCE, REPEAT: Act.REPEAT, HUMAN: Act.HUMAN, OPT_OUT: Act.OPT_OUT}
_NOT_ANSWERS = {"": Act.SILENCE, REPEAT: Act.REPEAT, WAY_OUT: Act.WAY_OUT}
_QUESTIONS = frozenset({Awaits.SCORE, Awaits.REASON, Awaits.ASPECT})
_READERS = {
    Awaits.SCORE: _score,
    Awaits.ONE_OR_TEN: _one_or_ten,
    Awaits.ASPECT: _aspect,
    Awaits.REASON: _spoken,
    Awaits.OFFER: _offer,
    Awaits.OPT_OUT: _opt_out,
    Awaits.LANGUAGE: _language,
}
