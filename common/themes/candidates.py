"""Candidates for new themes, from the comments in which the book finds nothing: TF-IDF and NMF of scikit-learn.

A candidate is a proposal, never a theme: a person reads its words and quotes and accepts it or not. Numbers of clusters
change whenever comments are added, so they are no ids; a proposal that was made before is recognised by its members and
its words, and not made again.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from common.errors import Conflict
from common.themes.folding import words_of

MOST, LEAST_MEMBERS, LEAST_COMMENTS = 8, 5, 30
WORDS_SHOWN, QUOTES_SHOWN = 8, 3
ALIKE = 0.5
"""From this likeness on, of members (Jaccard) or of words (cosine), two candidates are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment by its conversation."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposal: its words with their weights, its members, and those that show best what it is about."""

    words: Mapping[str, float]
    members: frozenset[str]
    quotes: tuple[str, ...]


def is_installed() -> bool:
    """True if scikit-learn is there: the extra `themes`."""
    return importlib.util.find_spec("sklearn") is not None


def propose(comments: Sequence[Comment], most: int = MOST) -> list[Candidate]:
    """At most so many candidates, the largest first; none from fewer than LEAST_COMMENTS comments.

    Raises Conflict without scikit-learn. The same comments in the same order give the same candidates.
    """
    if not is_installed():
        raise Conflict(
            "Proposing themes needs scikit-learn, which is not installed: install Zeroten with its extra `themes`.",
            code="not_installed",
        )
    texts = [" ".join(word.text for word in words_of(comment.text)) for comment in comments]
    known = [(comment, text) for comment, text in zip(comments, texts, strict=True) if text]
    if len(known) < LEAST_COMMENTS:
        return []
    return _factorised([comment for comment, _ in known], [text for _, text in known], most)


def _factorised(comments: Sequence[Comment], texts: Sequence[str], most: int) -> list[Candidate]:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(
        analyzer=_words,
        min_df=max(2, len(texts) // 500),
        max_df=0.6,
        max_features=20_000,
        sublinear_tf=True,
    )
    try:
        matrix = vectorizer.fit_transform(texts)
    except ValueError:  # no word is shared by two comments
        return []
    count = min(most, matrix.shape[1] - 1, max(2, len(texts) // 15))
    if count < 1:
        return []
    model = NMF(n_components=count, init="nndsvda", random_state=0, max_iter=300)
    weights = model.fit_transform(matrix)
    names = vectorizer.get_feature_names_out()
    found = []
    best = weights.argmax(axis=1)
    for number in range(count):
        members = [place for place in range(len(texts)) if best[place] == number and weights[place, number] > 0]
        if len(members) < LEAST_MEMBERS:
            continue
        of_words = model.components_[number]
        order = [at for at in of_words.argsort()[::-1][:WORDS_SHOWN] if of_words[at] > of_words.max() / 20]
        closest = sorted(members, key=lambda place: -weights[place, number])[:QUOTES_SHOWN]
        found.append(
            Candidate(
                words={str(names[at]): float(of_words[at]) for at in order},
                members=frozenset(comments[place].id for place in members),
                quotes=tuple(comments[place].id for place in closest),
            )
        )
    return sorted(found, key=lambda each: -len(each.members))


def _words(text: str) -> list[str]:
    return [word for word in text.split() if len(word) > 2]


def likeness(one: Candidate, other: Candidate) -> float:
    """0 to 1: the larger of how many members and how much of the words two candidates share."""
    either = one.members | other.members
    members = len(one.members & other.members) / len(either) if either else 0.0
    return max(members, _cosine(one.words, other.words))


def unlike(candidates: Sequence[Candidate], earlier: Sequence[Candidate]) -> list[Candidate]:
    """Those that are not an earlier one again, each matched with at most one (best likeness first)."""
    pairs = sorted(
        (
            (likeness(new, old), number, place)
            for number, new in enumerate(candidates)
            for place, old in enumerate(earlier)
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matched: set[int] = set()
    taken: set[int] = set()
    for likely, number, place in pairs:
        if likely >= ALIKE and number not in matched and place not in taken:
            matched.add(number)
            taken.add(place)
    return [candidate for number, candidate in enumerate(candidates) if number not in matched]


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    product = sum(weight * other.get(word, 0.0) for word, weight in one.items())
    length = math.sqrt(sum(weight**2 for weight in one.values()) * sum(weight**2 for weight in other.values()))
    return product / length if length else 0.0
