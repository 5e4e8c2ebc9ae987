"""Durable answers a second: from the parsed message to the commit, through the product's own turns and store writer.

Many threads hand messages in, as the threads of the web process do; each comes back after its commit. Beside it, in
turns and in the same minute: the raw driver writing the same rows one transaction per message, and synced writes.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from common.receiving import Inbox
from zeroten.benchmarks.customers import QUESTIONS, inbound, settings
from zeroten.benchmarks.databases import Prepared, prepared
from zeroten.benchmarks.machine import Meter, synced_writes
from zeroten.benchmarks.raw_driver import RawDriver
from zeroten.benchmarks.report import Figure, Table, median, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_services

_THREADS = 32
_RAW_CONNECTIONS = 8
_BLOCK = 50
"""Small, so that every repeat is the same mix of questions; larger than _THREADS, so that nobody overtakes himself."""


@dataclass(slots=True)
class _Taken:
    """The repeats of one contender: rates, processor milliseconds per message, latencies in seconds."""

    rates: list[float] = field(default_factory=list)
    spent_ms: list[float] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    others: list[float] = field(default_factory=list)


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    repeats, messages = setting.either(3, 1), setting.either(1_500, 150)
    people = -(-repeats * messages // (QUESTIONS * _BLOCK)) * _BLOCK
    with prepared(setting, people) as kinds:
        for kind in kinds:
            setting.say(f"  {kind.name}")
            yield _measure(setting, kind, repeats, messages, people)


def _answering(driver: RawDriver, people: int) -> Callable[[int], None]:
    return lambda number: driver.answer(number % people)


def _measure(setting: Setting, kind: Prepared, repeats: int, messages: int, people: int) -> Table:
    names = ["StoreWriter and Turns", "raw driver, the same rows", "raw driver, one row"]
    if not kind.is_sqlite:
        names.insert(2, f"raw driver, the same rows, {_RAW_CONNECTIONS} connections")
    taken = {name: _Taken() for name in names}
    syncs = []
    with kind.copy() as ours, kind.copy() as theirs, contextlib.ExitStack() as ends:
        services = create_services(settings(ours), has_writer=True)
        ends.callback(services.close)
        receiver = Inbox(services)
        drivers = [RawDriver(theirs) for _ in range(1 if kind.is_sqlite else _RAW_CONNECTIONS)]
        for driver in drivers:
            ends.callback(driver.close)
        numbers, raw_numbers = itertools.count(), itertools.count()
        for _ in range(repeats):
            syncs.append(synced_writes(setting.folder, 0.5)["per_s"])
            contenders: Sequence[tuple[str, Sequence[Callable[[int], object]], Iterator[int]]] = (
                (names[0], [lambda number: receiver.receive((inbound(number, _BLOCK),))] * _THREADS, numbers),
                (names[1], [_answering(drivers[0], people)], raw_numbers),
                (names[-1], [drivers[0].commit], raw_numbers),
            )
            if not kind.is_sqlite:
                contenders = (*contenders, (names[2], [_answering(driver, people) for driver in drivers], raw_numbers))
            for name, works, counter in contenders:
                _repeat(taken[name], works, counter, messages, kind.server_pid)
    raw = median(taken[names[1]].rates)
    rows = [_row(name, found, raw) for name, found in taken.items()]
    synced: dict[str, Figure] = {"contender": "synced write of 512 bytes", "messages/s": median(syncs)}
    synced["of raw, same rows"] = median(syncs) / raw
    what = "WAL, synchronous=FULL" if kind.is_sqlite else "its default durability"
    note = (
        f"{_THREADS} threads, each waiting for its commit, against single transactions; {repeats} repeats of"
        f" {messages:,} messages in turns, medians. {kind.name} with {what}. Processor time is this process's."
    )
    title = f"Durable answers on {kind.name}"
    return Table(benchmark="durable", title=title, rows=[*rows, synced], note=note)


def _repeat(
    taken: _Taken,
    works: Sequence[Callable[[int], object]],
    counter: Iterator[int],
    messages: int,
    server_pid: int | None,
) -> None:
    """Let one thread per work take the next `messages` numbers of `counter`."""
    left = list(itertools.islice(counter, messages))
    left.reverse()
    gate = threading.Barrier(len(works) + 1)

    def take(work: Callable[[int], object]) -> list[float]:
        found: list[float] = []
        gate.wait()
        while True:
            try:
                number = left.pop()
            except IndexError:
                return found
            began = time.perf_counter()
            work(number)
            found.append(time.perf_counter() - began)

    with ThreadPoolExecutor(len(works)) as pool:
        jobs = [pool.submit(take, work) for work in works]
        meter = Meter(processes={"server": server_pid} if server_pid else {})
        began = time.process_time()
        gate.wait()
        for job in jobs:
            taken.latencies += job.result()
        meter.stop()
        taken.spent_ms.append((time.process_time() - began) * 1000 / messages)
        if server_pid:
            taken.server_ms.append(meter.spent_s("server") * 1000 / messages)
    taken.rates.append(messages / meter.elapsed_s)
    if meter.others_percent is not None:
        taken.others.append(meter.others_percent)


def _row(name: str, taken: _Taken, raw: float) -> dict[str, Figure]:
    latencies = sorted(taken.latencies)
    return {
        "contender": name,
        "messages/s": median(taken.rates),
        "of raw, same rows": median(taken.rates) / raw,
        "p50 ms": quantile(latencies, 0.5) * 1000,
        "p99 ms": quantile(latencies, 0.99) * 1000,
        "CPU ms each": median(taken.spent_ms),
        **({"server CPU ms each": median(taken.server_ms)} if taken.server_ms else {}),
        "other programs %": max(taken.others) if taken.others else None,
    }
