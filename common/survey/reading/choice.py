"""A closed question answered by number, by its words or by its key."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from common.survey.reading.folding import fold_text
from common.survey.reading.outcome import Option
from common.survey.reading.tables import (
    ALONE,
    FRAME,
    FRAMED,
    NEG,
    NOUN,
    STRONG,
    Tables,
    any_language_words,
    folded_list,
    tables,
    tables_for,
)

_WORD = regex.compile(r"[\p{L}\p{M}]+|[0-9]+")
_CHOOSING = frozenset(
    folded_list(
        """option, answer, number, choice, choose, pick, no, nr, nummer, optie, antwoord, keuze, antwort, möglichkeit,
        auswahl, réponse, numéro, choix, opción, respuesta, número, opção, resposta, opzione, risposta, numero, opcja,
        opcję, odpowiedź, seçenek, numara, вариант, ответ, номер, خيار, رقم, विकल्प, नंबर, pilihan, opsi, nomor, jawaban,
        the, de, das, die, der, le, la, el, o, il, n"""
    )
)
_GLUED = frozenset({"st", "nd", "rd", "th", "e", "de", "ste", "er", "eme"})
_SUFFIXES = ("番目", "番", "号", "번", "번째", "つ目", "个", "項", "项")
_SHORTEST = 3
_STEM = 4


def read_choice(text: str, options: Sequence[Option], locale: str = "en") -> str | None:
    """The key of the option a message chooses; None if it chooses none, or more than one.

    Read in this order: the key itself, a number from 1 (digits and keycaps of any script, number words, ordinals), the
    words of a label. Part of a label is enough when it fits one option only ("wait" for "Waiting time"). Never raises.
    """
    folded = fold_text(text)
    language = tables_for(locale, folded)
    words = _WORD.findall(folded)
    if not words or not options:
        return None
    said = " ".join(words)
    for option in options:
        if said in {_plain(option.key), _plain(option.label)}:
            return option.key
    numbered = _by_number(words, folded, options, language)
    worded = _by_words(words, said, options, language)
    if numbered is not None and worded not in {None, numbered}:
        return None
    return numbered or worded


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(fold_text(text)))


def _telling(words: list[str], language: Tables) -> list[str]:
    silent = language.filler | language.quiet | _CHOOSING
    return [word for word in words if word not in silent and not language.before.get(word, 0) & (FRAME | NOUN)]


def _position(word: str, language: Tables) -> int | None:
    if word.isdigit():
        return int(word) if len(word) < 4 else None
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) > len(suffix):
            return _position(word.removesuffix(suffix), language)
    for lexicon in (language, tables("en")):
        known = lexicon.words.get(word)
        if known is not None and known[1] in {STRONG, FRAMED, ALONE}:
            return known[0]
        for index, forms in enumerate(lexicon.ordinals, start=1):
            if word in forms:
                return index
    return any_language_words().get(word)


def _by_number(words: list[str], folded: str, options: Sequence[Option], language: Tables) -> str | None:
    if regex.search(r"[0-9]\s*[.,:/\-]\s*[0-9]|[0-9]\s*%|½|(?<![\p{L}0-9])[-+][0-9]", folded):
        return None
    digits = [word for word in words if word.isdigit()]
    label_words = {word for option in options for word in _WORD.findall(fold_text(option.label))}
    others = [word for word in _telling(words, language) if word not in digits and word not in label_words]
    if digits:
        positions = {_position(word, language) for word in digits}
        ordinal = len(words) == 2 and (words[1] in _GLUED or words[1] in _SUFFIXES)
        if not ordinal and any(_position(word, language) is None for word in others):
            return None
    else:
        positions = {_position(word, language) for word in words if _position(word, language) is not None}
        if len(positions) > 1:  # "the first one": an article beside an ordinal
            positions.discard(1)
        if any(_position(word, language) is None for word in others):
            return None
    if len(positions) != 1:
        return None
    position = positions.pop()
    return options[position - 1].key if position is not None and 1 <= position <= len(options) else None


def _by_words(words: list[str], said: str, options: Sequence[Option], language: Tables) -> str | None:
    if any(language.before.get(word, 0) & NEG for word in words):
        return None
    targets = {option.key: _significant(option, language) for option in options}
    labelled = set().union(*targets.values())
    telling = [word for word in words if not word.isdigit() and (word in labelled or _telling([word], language))]
    named = {option.key for option in options if _names(said, option, language)}
    spent = {word for option in options if option.key in named for word in _plain(option.label).split()}
    fitting = named | {
        option.key
        for option in options
        if any(_fits(word, targets[option.key], language) for word in telling if word not in spent)
    }
    return fitting.pop() if len(fitting) == 1 else None


def _names(said: str, option: Option, language: Tables) -> bool:
    label = _plain(option.label)
    if language.spaced:
        return f" {label} " in f" {said} " or f" {_plain(option.key)} " in f" {said} "
    return label.replace(" ", "") in said.replace(" ", "")


def _significant(option: Option, language: Tables) -> set[str]:
    """The words of an option that tell it from another: score nouns may ("Response time"), articles do not."""
    words = set(_WORD.findall(fold_text(f"{option.label} {option.key.replace('_', ' ')}")))
    articles = {word for word in words if word in _CHOOSING or language.before.get(word, 0) & FRAME}
    return words - articles - language.filler - language.quiet or words


def _fits(word: str, targets: set[str], language: Tables) -> bool:
    """Whether a word of the message is, or begins like, a word of the option."""
    for target in targets:
        if word == target:
            return True
        if not language.spaced:
            if len(word) > 1 and (word in target or target in word):
                return True
            continue
        if len(word) >= _SHORTEST and target.startswith(word):
            return True
        shared = _shared_start(word, target)
        if shared >= _STEM and shared >= len(word) - 2:
            return True
    return False


def _shared_start(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length
