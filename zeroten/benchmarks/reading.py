"""How long it takes to read an answer: a mix of what people write, in eight languages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from common.survey.reading import read_score
from zeroten.benchmarks.report import Figure, Table, median, quantile
from zeroten.benchmarks.setting import Setting

_REPEATS = 9

PLAIN = tuple(("en", str(score)) for score in range(11))
SHORT = (
    ("en", "9/10"),
    ("en", "ten out of ten"),
    ("en", " 8!"),
    ("nl", "een zeven"),
    ("de", "neun von zehn"),
    ("fr", "je dirais 8"),
    ("es", "un diez"),
    ("it", "sette e mezzo"),
    ("pt", "nota 10"),
    ("pl", "osiem"),
    ("en", "7-8"),
    ("en", "STOP"),
    ("en", "a person please"),
    ("en", "maybe later"),
    ("fr", "arrêtez de m'écrire"),
    ("nl", "geen idee"),
    ("en", "🔟"),
    ("ar", "٩"),
    ("hi", "७"),
    ("ja", "８"),
)
LONG = (
    ("en", "4, waited an hour"),
    ("en", "I would give it a 9 because Joost solved it within five minutes"),
    ("en", "10 for the agent, 2 for the website"),
    ("en", "6 weeks ago I called about order 4711 and nobody has answered"),
    ("nl", "Een 3, ik ben vier keer doorverbonden en toen viel de lijn weg"),
    ("de", "Eine 8, freundlich und schnell, aber die Rechnung stimmt noch immer nicht"),
    ("es", "Le pongo un 2, llevo tres semanas esperando una respuesta"),
    ("fr", "Plutôt 7, le conseiller était très aimable mais l'attente était longue"),
    ("it", "Direi 5: il problema non è ancora risolto dopo due telefonate"),
    ("pt", "Não recomendo a ninguém, esperei duas horas ao telefone"),
    ("pl", "Daję 9, szybka i miła obsługa"),
    ("en", "call me back on +31 6 12345678 after 17:30"),
)


def run(setting: Setting) -> Iterator[Table]:
    """Every utterance several times; its time is the median, so that being interrupted does not count."""
    mixes = {"a number alone": PLAIN, "a few words": SHORT, "a sentence": LONG, "all of them": (*PLAIN, *SHORT, *LONG)}
    if corpus := _corpus():
        mixes["the labelled corpus"] = corpus
    rounds = setting.either(_REPEATS, 5)
    times = _microseconds(tuple({utterance for mix in mixes.values() for utterance in mix}), rounds)
    rows: list[dict[str, Figure]] = []
    for name, utterances in mixes.items():
        found = sorted(times[utterance] for utterance in utterances)
        figures: dict[str, Figure] = {"utterances": str(len(found)), "mean µs": sum(found) / len(found)}
        quantiles: dict[str, Figure] = {"p50 µs": quantile(found, 0.5), "p99 µs": quantile(found, 0.99)}
        rows.append({"mix": name, **figures, **quantiles})
    note = f"`read_score`, one core; an utterance's time is the median of {rounds} rounds over all of them."
    yield Table(benchmark="reading", title="Reading answers", rows=rows, note=note)


def _corpus() -> tuple[tuple[str, str], ...]:
    """The labelled utterances of the tests, in a checkout that has them."""
    files = sorted((Path(__file__).parents[2] / "tests" / "corpus").glob("*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]
    return tuple((row["locale"], row["text"]) for row in map(json.loads, lines))


def _microseconds(utterances: Sequence[tuple[str, str]], rounds: int) -> dict[tuple[str, str], float]:
    taken: dict[tuple[str, str], list[float]] = {utterance: [] for utterance in utterances}
    for _ in range(rounds + 1):
        for utterance in utterances:
            locale, text = utterance
            began = time.perf_counter_ns()
            read_score(text, locale)
            taken[utterance].append((time.perf_counter_ns() - began) / 1000)
    return {utterance: median(found[1:]) for utterance, found in taken.items()}  # the first round loads the tables
