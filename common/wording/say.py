"""From a prompt's key to the words, in the order of who knows best.

For each locale from the wanted one to English: the survey's own words before the shipped ones, and in both the nearest
key first. Asking "score" for the second time on web chat looks for `score.again.webchat`, `score.again`, and only then
for the words of the first asking. So a survey that brings nothing but `score` keeps the shipped re-asks, and one in a
language that is not shipped is asked again in its own words rather than in English.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from common.wording.catalogue import shipped
from common.wording.locales import FALLBACK, normalized, widening
from common.wording.placeholders import fill, placeholders_in

Overrides = Mapping[str, Mapping[str, str]]
"""A survey's own words: locale → key → text."""

_NOTHING: Overrides = {}
_NO_VALUES: Mapping[str, str] = {}
_WORDED_ATTEMPTS = 9
"""Re-asks may be worded one by one up to this attempt (`score.again.3`)."""
_PROMISES = frozenset({"closing.detractor"})
"""Prompts that a general wording (`closing`) must not replace: an unhappy customer is told that a person reads this."""


class UnknownPrompt(LookupError):
    """There are no words for this prompt, in any language."""


def say(
    prompt: str,
    *,
    locale: str,
    channel: str,
    brand: str,
    overrides: Overrides = _NOTHING,
    values: Mapping[str, str] = _NO_VALUES,
    attempt: int = 1,
    cause: str = "",
) -> str:
    """The words for a prompt.

    channel: with its manner behind a dot, if it has one ("voice.speech"). values: what to put in for {name}, {agent},
    {reference}, {topic}, {key}; an empty one is never put in. attempt: 1 = the first asking. cause: why it is asked, in
    the machine's words: "no_input" gives a reminder, "resume" the first asking's words; otherwise the attempt decides.
    Raises UnknownPrompt.
    """
    filled = {**values, "brand": brand}
    has_name = bool(filled.get("name", "").strip())
    best = None
    for text in _candidates(prompt, locale, channel, overrides, attempt, cause, has_name):
        # A text that needs an unknown agent or topic gives way to the next; a missing name only leaves a gap.
        if all(filled.get(name, "").strip() for name in placeholders_in(text) - {"name"}):
            return fill(text, filled)
        best = best or text
    if best is None:
        raise UnknownPrompt(prompt)
    return fill(best, filled)


def played(
    prompt: str,
    sounds: Overrides,
    *,
    locale: str,
    channel: str,
    overrides: Overrides = _NOTHING,
    values: Mapping[str, str] = _NO_VALUES,
    attempt: int = 1,
    cause: str = "",
) -> str | None:
    """The sound that is played in place of the words that `say` would choose; None = the words are said.

    sounds: locale → prompt → id. A sound stands where the survey's own words for the same prompt, language and channel
    would stand: words that are nearer to what is asked go before it. values with the brand, as `say` fills them in.
    """
    if not sounds:
        return None
    own: dict[str, dict[str, str]] = {}
    for code, words in overrides.items():
        own.setdefault(normalized(code) or code, {}).update(words)
    plain = channel.partition(".")[0]
    for code, ids in sounds.items():
        found = {f"{key}.{plain}": _Sound(sound) for key, sound in ids.items()}
        own.setdefault(normalized(code) or code, {}).update(found)
    has_name = bool(values.get("name", "").strip())
    for text in _candidates(prompt, locale, channel, own, attempt, cause, has_name):
        if isinstance(text, _Sound):
            return str(text)
        if all(values.get(name, "").strip() for name in placeholders_in(text) - {"name"}):
            return None
    return None


class _Sound(str):
    """The id of a sound, among words."""

    __slots__ = ()


def choice_label(key: str, locale: str, overrides: Overrides = _NOTHING) -> str:
    """The words of a closed choice; one that nobody worded is called by its key ("call_quality": "Call quality")."""
    for words in _books(locale, overrides):
        if f"choice.{key}" in words:
            return words[f"choice.{key}"]
    plain = " ".join(key.replace("_", " ").replace("-", " ").split())
    return plain[:1].upper() + plain[1:]


def numbered(prompt_text: str, labels: Sequence[str], hint: str = "") -> str:
    """Closed choices for a channel without buttons: the question, one line for each choice from 1, the hint."""
    lines = [prompt_text, *(f"{number} {label}" for number, label in enumerate(labels, start=1))]
    return "\n".join([*lines, hint] if hint else lines)


def interface(locale: str, brand: str) -> dict[str, str]:
    """The words of the web chat's controls, by the key without its "ui.", and the two ends of the scale."""
    keys = [key for key in shipped(FALLBACK) if key.startswith(("ui.", "scale."))]
    return {
        key.removeprefix("ui."): say(key, locale=locale, channel="", brand=brand, overrides=_NOTHING) for key in keys
    }


def _candidates(
    prompt: str, locale: str, channel: str, overrides: Overrides, attempt: int, cause: str, has_name: bool
) -> Iterator[str]:
    """All wordings that would do, the best first."""
    groups = [_keys(prompt, suffixes, channel, has_name) for suffixes in _suffixes(attempt, cause)]
    for own, ours in _shelves(locale, overrides):
        for keys in groups:
            for words in (own, ours):
                yield from (words[key] for key in keys if key in words)


def _suffixes(attempt: int, cause: str) -> list[list[str]]:
    """What is put behind the prompt's key to find the words of this asking, before those of the first asking."""
    if cause == "no_input":
        return [[".reminder"], [""]]
    if attempt > 1 and cause not in {"first", "resume"}:
        again = [f".again.{number}" for number in range(min(attempt, _WORDED_ATTEMPTS), 2, -1)]
        return [[*again, ".again"], [""]]
    return [[""]]


def _keys(prompt: str, suffixes: Sequence[str], channel: str, has_name: bool) -> list[str]:
    """The keys to look for, nearest first: the asking, then the prompt before its family, then the channel."""
    family = prompt.partition(".")[0]
    stems = [prompt] if prompt in _PROMISES or family == prompt else [prompt, family]
    keys = [f"{stem}{suffix}" for suffix in suffixes for stem in stems]
    places = [f".{tag}" for tag in _widened(channel)]
    keys = [name for key in keys for name in (*(f"{key}{place}" for place in places), key)]
    return keys if has_name else [name for key in keys for name in (f"{key}.anonymous", key)]


@lru_cache(maxsize=64)
def _widened(channel: str) -> tuple[str, ...]:
    """A channel and its manner, then the channel: "voice.speech", "voice"."""
    plain = channel.partition(".")[0]
    return tuple(dict.fromkeys(tag for tag in (channel, plain) if tag))


def _shelves(locale: str, overrides: Overrides) -> Iterator[tuple[Mapping[str, str], Mapping[str, str]]]:
    """For each locale from the wanted one to English: the survey's own words and the shipped ones."""
    own = {tag: words for code, words in overrides.items() if (tag := normalized(code)) is not None}
    for tag in _nearest(locale):
        yield own.get(tag, {}), shipped(tag)


@lru_cache(maxsize=1024)
def _nearest(locale: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*widening(locale), FALLBACK]))


def _books(locale: str, overrides: Overrides) -> Iterator[Mapping[str, str]]:
    for own, ours in _shelves(locale, overrides):
        yield own
        yield ours
