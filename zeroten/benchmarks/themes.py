"""How well a code book reads a labelled set of comments: `python -m zeroten.benchmarks.themes Tweets.csv`.

The set is "Twitter US Airline Sentiment" (CrowdFlower 2015): the columns `text` and `negativereason` of complaints to
airlines, one reason each. It is not part of Zeroten; the book below is, and was written once without looking at what it
gets wrong. Beside it stand TF-IDF and k-means, each cluster under the best name it could have been given afterwards.
"""

from __future__ import annotations

import csv
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from common.themes.book import CodeBook, Theme
from common.themes.coding import Coder
from zeroten.benchmarks.report import Figure, Table

BOOK: Mapping[str, Sequence[str]] = {
    "Customer Service Issue": (
        *("customer service", "service", "rude", "on hold", "hold", "no response", "no answer", "hung up", "agent"),
        *("phone", "call back", "help", "representative", "hours on", "=rep", "=reps", "respond", "email", "unhelpful"),
        *("no help", "=dm"),
    ),
    "Late Flight": (
        *("delay", "=late", "sitting on", "tarmac", "waiting for .. gate", "hours late", "no crew", "runway"),
        *("on time", "still waiting", "missed .. connection", "stuck on"),
    ),
    "Cancelled Flight": ("cancel", "cancelled flight", "flighted", "flightled", "rebook"),
    "Lost Luggage": (
        *("=lost .. bag", "lost .. luggage", "=bag", "=bags", "luggage", "baggage", "suitcase", "carousel"),
    ),
    "Bad Flight": (
        *("seat", "wifi", "legroom", "food", "=tv", "entertainment", "uncomfortable", "dirty", "plane .. broken"),
        *("bad flight", "worst flight", "=drinks", "=smell"),
    ),
    "Flight Booking Problems": (
        *("book", "website", "=site", "online", "reservation", "=app", "check in", "points", "miles", "refund", "fare"),
        *("upgrade", "change .. flight", "ticket"),
    ),
    "Flight Attendant Complaints": (
        *("flight attendant", "attendant", "crew .. rude", "steward", "pilot", "gate agent", "staff"),
    ),
    "longlines": ("line", "=lines", "queue"),
    "Damaged Luggage": (
        *("damage", "broken .. bag", "broke .. bag", "broken .. suitcase", "ripped", "destroyed .. bag"),
    ),
}
_UNTOLD = "Can't Tell"
_MORE = 1.1
"""What comes to the comments afterwards: a tenth more."""
_SEED = 1


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(file: Path) -> None:
    """Read FILE and print the table of docs/insight.md."""
    with file.open(encoding="utf-8", newline="") as rows:
        labelled = [(row["text"], row["negativereason"]) for row in csv.DictReader(rows)]
    known = [(text, label) for text, label in labelled if label and label != _UNTOLD]
    random.Random(_SEED).shuffle(known)  # noqa: S311 - an order, no secret
    rows_of_table = [_by_book(known), _by_clusters(known)]
    table = Table(benchmark="themes", title=f"{len(known):,} labelled comments", rows=rows_of_table)
    click.echo(table.as_markdown())


def _by_book(known: Sequence[tuple[str, str]]) -> dict[str, Figure]:
    themes = {name: Theme(id=name, names={"en": name}, include={"en": tuple(terms)}) for name, terms in BOOK.items()}
    coder = Coder(CodeBook(version=1, themes=themes))
    began = time.perf_counter()
    marks = [coder.code(text, "en") for text, _ in known]
    took = time.perf_counter() - began
    found = [{mark.theme for mark in each} for each in marks]
    hits = sum(label in each for each, (_, label) in zip(found, known, strict=True))
    first = [each[0].theme == label for each, (_, label) in zip(marks, known, strict=True) if each]
    earlier = int(len(known) / _MORE)
    again = [coder.code(text, "en") for text, _ in known[:earlier]]
    return {
        "what": "the code book",
        "with a theme": sum(bool(each) for each in found) / len(known),
        "has the reason": hits / len(known),
        "precision": hits / sum(len(each) for each in found),
        "precision of the first": sum(first) / len(first),
        "s for 1,000": took / len(known) * 1000,
        "unchanged": sum(one == other for one, other in zip(marks, again, strict=False)) / earlier,
    }


def _by_clusters(known: Sequence[tuple[str, str]]) -> dict[str, Figure]:
    earlier = int(len(known) / _MORE)
    before, _ = _clusters([text for text, _ in known[:earlier]])
    now, took = _clusters([text for text, _ in known])
    named = 0
    for number in set(now):
        labels = Counter(label for at, (_, label) in zip(now, known, strict=True) if at == number)
        named += labels.most_common(1)[0][1]
    return {
        "what": "TF-IDF and k-means",
        "with a theme": 1.0,
        "has the reason": named / len(known),
        "precision": named / len(known),
        "precision of the first": named / len(known),
        "s for 1,000": took / len(known) * 1000,
        "unchanged": sum(one == other for one, other in zip(before, now, strict=False)) / earlier,
    }


def _clusters(texts: Sequence[str]) -> tuple[list[int], float]:
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer

    began = time.perf_counter()
    matrix = TfidfVectorizer(min_df=3, max_df=0.3, sublinear_tf=True).fit_transform(texts)
    numbers = KMeans(len(BOOK), n_init=3, random_state=0).fit_predict(matrix)
    return [int(number) for number in numbers], time.perf_counter() - began


if __name__ == "__main__":
    main()
