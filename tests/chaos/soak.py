"""The soak: hundreds of customers answer while everything around them fails. Prints its seed and its figures."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.chaos.checker import check, count_doubts
from tests.chaos.crowd import Crowd
from tests.chaos.evidence import Evidence, Script, Violation
from tests.chaos.installation import Installation
from tests.chaos.monkey import Monkey
from tests.chaos.record import read_record
from zeroten.simulation.population import make_population

MARKS = {"score": "[1]", "reason": "[2]", "aspect": "[3]"}
SURVEY = {
    "key": "chaos",
    "brand": "Acme",
    "channels": {"sms": "sms", "webchat": "webchat", "whatsapp": "whatsapp", "telegram": "telegram"},
    "send_after_s": 0,
    "quiet_hours": None,
    "wording": {
        locale: {"score": "[1] Would you recommend {brand}? 0-10", "reason": "[2] Why?", "aspect": "[3] What mattered?"}
        for locale in ("en", "nl", "de", "fr", "es")
    },
}
FAULTS: dict[str, Any] = {
    "probabilities": {
        "500": 0.03,
        "503": 0.01,
        "429": 0.05,
        "reset": 0.01,
        "hang": 0.01,
        "accepted-500": 0.05,
        "accepted-hang": 0.02,
        "accepted-reset": 0.02,
        "accepted-garbage": 0.02,
        "late": 0.08,
        "duplicate": 0.12,
        "reorder": 0.12,
        "lost-status": 0.10,
    },
    "hang_s": 8,
    "late_s": 1.5,
    "hold_s": 1.0,
    "copies": 3,
}
SHARES = {"webchat": 0.2, "telegram": 0.2, "whatsapp": 0.35, "cold": 0.4, "taken_over": 0.5}
"""Who is asked where, how many on WhatsApp are asked by a template, how many detractors a person takes over."""
TEMPLATE = "interaction_invitation"
A_DAY_S = 86_400 + 600
HASTE_S = 3
"""Seconds that the moved clock gains every second, so that waiting for a second try does not cost a minute."""
CALM_AFTER_S = 20.0
"""Seconds after the last customer's interaction in which processes are still killed."""
QUIET_S = 45.0


def is_full_run() -> bool:
    """True under `make chaos`, which takes its time."""
    return "CHAOS_CUSTOMERS" in os.environ


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How hard and how long. `CHAOS_CUSTOMERS` and `CHAOS_SEED` in the environment change the first two."""

    customers: int
    seed: int
    spread_s: float
    kill_every_s: tuple[float, float]
    patience_s: float = 120.0

    @classmethod
    def from_environment(cls, *, customers: int, per_customer_s: float, kill_every_s: tuple[float, float]) -> Plan:
        count = int(os.environ.get("CHAOS_CUSTOMERS", customers))
        seed = int(os.environ.get("CHAOS_SEED") or time.time_ns() % 100_000)
        return cls(customers=count, seed=seed, spread_s=count * per_customer_s, kill_every_s=kill_every_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Soaked:
    """What an independent checker found, the run in figures, and what the customers met with."""

    found: list[Violation]
    figures: str
    details: str


def soak(installation: Installation, plan: Plan) -> Soaked:
    """Everything at once, then quiet, then the checker."""
    begun = time.monotonic()
    customers = make_population(plan.customers, plan.seed, prefix=f"chaos{plan.seed}", **SHARES)
    installation.api.json("PUT", "/api/v1/surveys/chaos", SURVEY)
    installation.open_all_doors([TEMPLATE])
    crowd = Crowd(installation.api, installation.sandbox, survey="chaos", patience_s=plan.patience_s)
    monkey = Monkey(installation, plan.seed, every_s=plan.kill_every_s, for_s=plan.spread_s + CALM_AFTER_S)
    installation.sandbox.faults(FAULTS | {"seed": plan.seed})
    with FastClock(installation):
        monkey.start()
        crowd.begin(customers, plan.spread_s)
        monkey.stop()
        struck = installation.sandbox.json("GET", "/_sandbox/faults")["struck"]
        installation.sandbox.faults({})
        wait_for_quiet(installation)
        installation.sandbox.advance(A_DAY_S)  # those who stayed silent have had their day
        wait_for_quiet(installation, is_over=True)
        crowd.come_back([customer for customer in customers if customer.is_late or customer.returns])
        wait_for_quiet(installation, is_over=True)
    crowd.close()
    evidence = gather(installation, crowd)
    script = Script(customers=[customer.as_json() for customer in customers], marks=MARKS)
    found = check(script, evidence)
    return Soaked(
        found=found,
        figures=_figures(plan, script, evidence, monkey, struck, found, time.monotonic() - begun),
        details="\n".join([*map(str, found), *sorted(crowd.trouble)]),
    )


class FastClock:
    """Time passes four times as fast while it runs."""

    def __init__(self, installation: Installation) -> None:
        self._sandbox = installation.sandbox
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._stopping.set()
        self._thread.join(timeout=20)

    def _run(self) -> None:
        while not self._stopping.wait(1.0):
            self._sandbox.advance(HASTE_S)


def wait_for_quiet(installation: Installation, *, is_over: bool = False) -> None:
    """Until no message waits and the record stops growing; with `is_over` until every conversation is closed, too.

    If that does not come about the checker will say what waits.
    """
    end = time.monotonic() + QUIET_S
    before = -1
    while time.monotonic() < end:
        rows = installation.api.rows("conversations")
        waits = sum(
            message["direction"] == "out" and message["delivery"] == "queued" and not message["provider_id"]
            for row in rows
            for message in row["messages"]
        )
        waits += sum(row["state"] != "closed" for row in rows) if is_over else 0
        now = installation.sandbox.json("GET", "/_sandbox/ledger?limit=1&kind=none")["last"]
        if not waits and now == before:
            return
        before = now
        time.sleep(0.7)


def gather(installation: Installation, crowd: Crowd) -> Evidence:
    """Everything that the checker may read."""
    api = installation.api
    return Evidence(
        ledger=list(installation.sandbox.ledger()),
        diary=crowd.diary,
        heard=crowd.heard,
        conversations=api.rows("conversations"),
        tickets=api.rows("tickets"),
        responses=api.rows("responses"),
        asides=frozenset(crowd.asides),
    )


def _figures(
    plan: Plan,
    script: Script,
    evidence: Evidence,
    monkey: Monkey,
    struck: dict[str, int],
    found: list[Violation],
    took_s: float,
) -> str:
    record = read_record(evidence.ledger)
    asked = Counter(customer["channel"] for customer in script.customers)
    told = Counter(line["kind"] for line in evidence.ledger if "webhook" in line["kind"] or "try" in line["kind"])
    lines = [
        "",
        f"chaos: seed {plan.seed}, {plan.customers} customers, {took_s:.0f} s, {monkey.killed.total()} kills",
        f"  asked     {dict(asked)}",
        f"  killed    {dict(monkey.killed)}; ended by themselves: {dict(monkey.ended)}",
        f"  struck    {struck}",
        f"  accepted  {len(record.accepted)} messages; webhooks tried: {dict(told)}",
        f"  answered  {len(evidence.responses)} responses, {len(evidence.tickets)} tickets, {len(evidence.diary)} acts",
        f"  in doubt  {count_doubts(script, evidence)} messages of which Telegram cannot be asked",
        f"  found     {len(found)} violations {dict(Counter(violation.rule for violation in found))}",
    ]
    return "\n".join(lines)
