"""The whole road of an answer: signed webhook → Flask on granian → turn → commit → 200, and on through outbox,
dispatcher and Twilio's SDK to the provider. The product runs in its own processes, as `zeroten up` starts them.

First 200 messages a second, then more and more until a rate is not held any more. A rate is held if every message is
acknowledged 200 and answered, and 99 of 100 replies reach the provider within a second of when their message was due.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from common import clock
from zeroten.benchmarks.customers import QUESTIONS, environment
from zeroten.benchmarks.databases import Prepared, prepared
from zeroten.benchmarks.machine import Meter, synced_writes
from zeroten.benchmarks.processes import Outside, free_port, outside, running, wait_until_ready
from zeroten.benchmarks.raw_driver import RawDriver
from zeroten.benchmarks.report import Figure, Table
from zeroten.benchmarks.setting import Setting
from zeroten.embedded_redis import embedded_redis, wait_for_redis
from zeroten.supervisor import zeroten_command

_BASE = 200
_RAMP = (300, 400, 500, 600, 800, 1_000, 1_250, 1_500, 2_000)
_PATIENCE_S = 4.0
_WITHIN_MS = 1_000.0
_PROMPT_MS = 25.0
_RAW_S = 0.5
_GIVE_UP = 2
"""A rate that is not held may be an accident of the machine: it is tried again once, and that is the end."""


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    steady, each = setting.either(10, 2), setting.either(3, 2)
    ramp = _RAMP[: setting.either(len(_RAMP), 0)]
    plan = [(_BASE, steady), *((rate, each) for rate in ramp)]
    warm_up = _BASE * setting.either(3, 1)
    messages = warm_up + sum(rate * seconds for rate, seconds in plan)
    block = setting.either(1_000, 200)
    blocks = -(-messages // (QUESTIONS * block)) + 1
    with prepared(setting, blocks * block) as kinds:
        for kind in kinds:
            setting.say(f"  {kind.name}")
            yield _measure(setting, kind, list(plan), warm_up, block, blocks * block * QUESTIONS)


def _measure(
    setting: Setting, kind: Prepared, plan: list[tuple[int, int]], warm_up: int, block: int, messages: int
) -> Table:
    rows: list[dict[str, Figure]] = []
    synced = synced_writes(setting.folder, 0.5)["per_s"]
    commits = _raw_commits(kind)
    with kind.copy() as database, _installed(setting, kind, database) as (world, processes):
        patience = {"block": block, "patience_s": _PATIENCE_S}
        world.do("offer", first=0, count=warm_up, rate=_BASE, **patience)
        sent = warm_up
        highest, prompt, failures = 0, 0, 0
        while plan and failures < _GIVE_UP and sent + plan[0][0] * plan[0][1] <= messages:
            rate, seconds = plan.pop(0)
            setting.say(f"    {rate}/s")
            meter = Meter(processes=processes)
            found = world.do("offer", first=sent, count=rate * seconds, rate=rate, **patience)
            sent += rate * seconds
            held = _is_held(found)
            rows.append(_row(rate, held, found, meter.stop()))
            if held:
                highest, failures = max(highest, rate), 0
                prompt = max(prompt, rate) if found["ack_ms"]["p99"] <= _PROMPT_MS else prompt
            else:
                failures += 1
                plan.insert(0, (rate, seconds))
    what = "web" if kind.is_sqlite else "web, dispatcher and tick"
    note = (
        f"Processes: {what}, Valkey, and one for customers and provider together, all on this machine. Highest rate"
        f" held: {highest:,}/s; with 99 of 100 acknowledged within {_PROMPT_MS:.0f} ms: {prompt:,}/s. Just before:"
        f" {commits:,.0f} commits/s of one row by the raw driver, {synced:,.0f} synced writes/s. Milliseconds from when"
        " a message was due."
    )
    return Table(benchmark="road", title=f"End to end on {kind.name}", rows=rows, note=note)


def _raw_commits(kind: Prepared) -> float:
    """Transactions a second that change one row, one after the other, by the raw driver."""
    with kind.copy() as database, contextlib.closing(RawDriver(database)) as driver:
        began, count = clock.monotonic(), 0
        while clock.monotonic() < began + _RAW_S:
            driver.commit(count)
            count += 1
        return count / (clock.monotonic() - began)


@contextlib.contextmanager
def _installed(setting: Setting, kind: Prepared, database: str) -> Iterator[tuple[Outside, dict[str, int]]]:
    """A running installation: the world around it, and the ids of its processes by name."""
    port = free_port()
    with contextlib.ExitStack() as ends:
        redis, redis_url = embedded_redis(setting.folder / "redis")
        ends.enter_context(running("redis", list(redis.command), {}, setting.folder))
        wait_for_redis(redis_url)
        world = ends.enter_context(outside(port))
        settings = environment(
            database,
            ZEROTEN_REDIS_URL=redis_url,
            ZEROTEN_PORT=str(port),
            ZEROTEN_PUBLIC_URL=f"http://127.0.0.1:{port}",
            ZEROTEN_TWILIO_API_URL=f"http://127.0.0.1:{world.port}",
        )
        names = ("web",) if kind.is_sqlite else ("web", "dispatcher", "tick")
        processes = {
            name: ends.enter_context(running(name, zeroten_command(name), settings, setting.folder)) for name in names
        }
        wait_until_ready(port)
        if kind.server_pid:
            processes["database"] = kind.server_pid
        yield world, processes


def _is_held(found: dict[str, Any]) -> bool:
    everything = found["outcomes"].get("200", 0) == found["replied"] == found["offered"]
    return bool(everything and found["reply_ms"]["p99"] <= _WITHIN_MS)


def _row(rate: int, held: bool, found: dict[str, Any], meter: Meter) -> dict[str, Figure]:
    acknowledged = found["outcomes"].get("200", 0)
    row: dict[str, Figure] = {
        "offered/s": float(rate),
        "held": "yes" if held else "no",
        "acked 200, %": 100 * acknowledged / found["offered"],
        "replied, %": 100 * found["replied"] / found["offered"],
        "ack p50": found["ack_ms"]["p50"],
        "ack p99": found["ack_ms"]["p99"],
        "reply p50": found["reply_ms"]["p50"],
        "reply p99": found["reply_ms"]["p99"],
    }
    for name in meter.processes:
        if name != "tick":
            row[f"{name} CPU ms each"] = meter.spent_s(name) * 1000 / found["offered"]
    row["outside CPU ms each"] = found["cpu_s"] * 1000 / found["offered"]
    row["sent late, p99"] = found["late_ms"]["p99"]
    row["other programs %"] = meter.others_percent
    return row
