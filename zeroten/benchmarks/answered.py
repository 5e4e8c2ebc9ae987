"""A seeded population that has been asked and has answered, written straight into the tables: for benchmarks and tests.

Nothing here walks the road of an answer; it makes the rows that would be there after many weeks of it. The same seed
makes the same rows. Effects are built in on purpose: complaints come by telephone, evenings are worse, one team does
better.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert

from common.store.engine import Database
from common.store.schema import conversations, customers, interactions, invitations, messages, surveys

CHANNELS = ("sms", "whatsapp", "webchat", "voice", "telegram")
TEAMS = ("Billing", "Deliveries", "Technical", "Moves", "Business", "Second line")
TOPICS = ("Invoice", "Delivery", "Outage", "Complaint", "Order", "Moving", "Contract", "Praise")
LOCALES = ("en", "nl", "de", "fr")
_NAMES = "Joost Lotte Ana Bram Chidi Dewi Emre Fleur Gijs Hana Ines Jonas Kemal Lena Mila Noor Omar Pilar Quinn Rosa"
AGENTS = tuple((f"a-{number:02d}", name) for number, name in enumerate(_NAMES.split(" ")))
_NAMES_OF_CUSTOMERS = (
    ("Joris", "Bakker"),
    ("Aisha", "Yilmaz"),
    ("Sofie", "Jansen"),
    ("Daan", "Visser"),
    ("Mehmet", "Okafor"),
    ("Julia", "Müller"),
    ("Pieter", "Rossi"),
    ("Fatima", "Haddad"),
    ("Tom", "Smit"),
    ("Ewa", "Kowalski"),
    ("Luc", "Dubois"),
    ("Nina", "Berg"),
    ("Youssef", "Amrani"),
    ("Anna", "de Wit"),
    ("Ravi", "Singh"),
)
_REASONS = {
    "detractor": (
        "I waited an hour",
        "Nobody called me back",
        "The bill was wrong again",
        "I had to tell it three times",
    ),
    "passive": ("It was fine", "Solved, but slowly", "Friendly, but no answer yet"),
    "promoter": ("Quick and friendly", "She understood at once", "Solved in one call", "Better than I expected"),
}
_USUALLY, _WITH_COMPLAINTS = (3, 4, 3, 2, 1), (3, 4, 3, 8, 1)
_READS = {"whatsapp": 0.7}
CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How many interactions, ending in the `days` before `until`; with_words: reasons and threads to read."""

    interactions: int
    until: datetime
    days: int = 364
    seed: int = 7
    with_words: bool = False


def load(database: Database, plan: Plan) -> None:
    """Write the population; the triggers note it, nobody has counted it yet."""
    rng = random.Random(plan.seed)  # noqa: S311 - a population, no secret
    with database.write() as connection:
        bodies = [("support", "transactional"), ("yearly", "relational")]
        rows = [
            {"key": key, "version": 1, "body": {"kind": kind, "brand": "Acme"}, "created_at": plan.until}
            for key, kind in bodies
        ]
        connection.execute(insert(surveys), rows)
    waiting: dict[Table, list[dict[str, Any]]] = {}
    for number in range(plan.interactions):
        for table, row in _one(rng, plan, number):
            waiting.setdefault(table, []).append(row)
        if number % CHUNK == CHUNK - 1:
            _write(database, waiting)
    _write(database, waiting)


def _write(database: Database, waiting: dict[Table, list[dict[str, Any]]]) -> None:
    with database.write() as connection:
        for table in (customers, interactions, invitations, conversations, messages):
            _insert(connection, table, waiting.get(table, []))
    waiting.clear()


def _insert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        names = {name for row in rows for name in row}
        connection.execute(insert(table), [dict.fromkeys(names) | row for row in rows])


def _one(rng: random.Random, plan: Plan, number: int) -> Iterator[tuple[Table, dict[str, Any]]]:
    """The rows of one interaction."""
    topic = rng.choices(TOPICS, weights=(5, 5, 2, 3, 4, 2, 3, 2))[0]
    channel = rng.choices(CHANNELS, weights=_WITH_COMPLAINTS if topic == "Complaint" else _USUALLY)[0]
    team = rng.choice(TEAMS)
    agent = rng.choice(AGENTS) if rng.random() > 0.02 else (None, None)
    ended = _ended(rng, plan)
    is_relational, is_outbound, is_test = (rng.random() < share for share in (0.05, 0.08, 0.005))
    is_suppressed = rng.random() < 0.1
    ids = {name: f"{name}_{plan.seed}_{number:08d}" for name in ("cus", "itr", "inv", "cnv")}
    yield customers, {"id": ids["cus"], "name": _name(rng), "created_at": ended}
    yield (
        interactions,
        {
            "id": ids["itr"],
            "ref": f"call-{plan.seed}-{number}",
            "body_hash": "",
            "body": {},
            "customer_id": ids["cus"],
            "customer_ref": f"c-{number}",
            "channel": channel,
            "direction": "outbound" if is_outbound else "inbound",
            "ended_at": ended,
            "agent_id": agent[0],
            "agent_name": agent[1],
            "team": team,
            "topic": topic,
            "survey_key": "yearly" if is_relational else "support",
            "decision": "suppress" if is_suppressed else "invite",
            "reason": "fatigue" if is_suppressed else None,
            "explanation": "",
            "trail": {},
            "answer": {},
            "created_at": ended,
        },
    )
    if is_suppressed:
        return
    asked = ended + timedelta(minutes=90)
    fate = rng.random()  # 2 % never asked, 2 % refused by the provider, 6 % not delivered
    locale = rng.choices(LOCALES, weights=(5, 3, 2, 1))[0]
    shared = {
        "interaction_id": ids["itr"],
        "customer_id": ids["cus"],
        "endpoint_id": "end_0",
        "survey_key": "yearly" if is_relational else "support",
        "survey_version": 1,
        "channel": channel,
        "locale": locale,
    }
    is_asked, is_accepted, has_arrived = fate > 0.02, fate > 0.04, fate > 0.10
    yield (
        invitations,
        shared
        | {
            "id": ids["inv"],
            "status": "sent" if is_accepted else "cancelled",
            "send_at": asked,
            "latest_at": asked + timedelta(days=1),
            "started_at": asked if is_asked else None,
            "sent_at": asked if is_accepted else None,
            "created_at": ended,
        },
    )
    if not is_asked:
        return
    score = _score(rng, topic, team, channel, ended) if has_arrived and rng.random() < _willing(channel) else None
    answered = asked + timedelta(seconds=rng.expovariate(1 / 5400)) if score is not None else None
    band = None if score is None else "detractor" if score <= 6 else "passive" if score <= 8 else "promoter"
    reason = rng.choice(_REASONS[band]) if band and rng.random() < 0.7 else None
    yield (
        conversations,
        shared
        | {
            "id": ids["cnv"],
            "invitation_id": ids["inv"],
            "address": f"+3161{plan.seed % 10}{number:07d}",
            "state": "closed",
            "outcome": "no_answer" if score is None else "complete" if rng.random() < 0.8 else "partial",
            "machine": {},
            "score": score,
            "band": band,
            "reason": reason,
            "aspect": rng.choice(("wait_time", "expertise", "solution", "friendliness")) if reason else None,
            "test": is_test,
            "owner_epoch": 0,
            "sequence": 3,
            "version": 0,
            "started_at": asked,
            "answered_at": answered,
            "closed_at": answered,
            "updated_at": answered or asked,
        },
    )
    delivery = ("read" if rng.random() < _READS.get(channel, 0.0) else "delivered") if has_arrived else "failed"
    said = {"customer_id": ids["cus"], "conversation_id": ids["cnv"], "channel": channel}
    yield (
        messages,
        said
        | {
            "id": f"msg_{plan.seed}_{number:08d}_1",
            "sequence": 1,
            "at": asked,
            "direction": "out",
            "author": "bot",
            "kind": "text",
            "prompt": "score",
            "text": "How likely are you to recommend Acme to a friend or colleague? Reply with a number from 0 to 10.",
            "delivery": delivery if is_accepted else "failed",
        },
    )
    if score is not None and plan.with_words:
        heard = {"direction": "in", "author": "customer", "kind": "text", "at": answered}
        yield messages, said | heard | {"id": f"msg_{number:08d}_2", "sequence": 2, "text": str(score)}
        if reason:
            yield messages, said | heard | {"id": f"msg_{number:08d}_3", "sequence": 3, "text": reason}


def _ended(rng: random.Random, plan: Plan) -> datetime:
    """Working hours mostly; growing towards the end."""
    day = int(plan.days * rng.random() ** 0.8)
    hour = rng.choices(range(24), weights=(1,) * 7 + (3, 8, 12, 12, 10, 8, 10, 11, 10, 9, 7, 5, 4, 3, 2, 1, 1))[0]
    start = plan.until - timedelta(days=plan.days - day)
    if start.weekday() >= 5 and rng.random() < 0.7:
        start -= timedelta(days=2)
    at = start.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
    return min(at, plan.until - timedelta(hours=2)).astimezone(UTC)


def _willing(channel: str) -> float:
    return {"whatsapp": 0.34, "webchat": 0.28, "telegram": 0.3, "sms": 0.19, "voice": 0.12}[channel]


def _score(rng: random.Random, topic: str, team: str, channel: str, ended: datetime) -> int:
    mood = 8.1 + {"Complaint": -2.6, "Outage": -1.6, "Praise": 1.2}.get(topic, 0.0)
    mood += {"Moves": 0.6, "Second line": -0.5}.get(team, 0.0) - (0.9 if ended.hour >= 18 else 0.0)
    return max(0, min(10, round(rng.gauss(mood, 2.1))))


def _name(rng: random.Random) -> str:
    return f"{rng.choice(_NAMES_OF_CUSTOMERS)[0]} {rng.choice(_NAMES_OF_CUSTOMERS)[1]}"
