"""The inbox with thousands of open tickets: what a supervisor waits for, on both kinds of database.

Tickets with their threads are written straight into the tables; their words are learned as the tick learns them. The
pages are asked for as a browser asks, through the console with its session, its counts and its template.
"""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Table as SqlTable
from sqlalchemy import insert

from common import clock
from common.actors import Role
from common.config import read_settings
from common.search.indexer import catch_up
from common.sign_ins import SignIns
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import conversations, customers, interactions, messages, tickets
from common.users import create_user
from console import register_console
from zeroten.benchmarks.answered import AGENTS, CHANNELS, LOCALES, TEAMS, TOPICS
from zeroten.benchmarks.postgres import scratch_database
from zeroten.benchmarks.report import Figure, Table, quantile
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_services

MESSAGES = 10
_CHUNK = 500
_PASSWORD = "of no use outside this run"  # noqa: S105 - a scratch database's
_NAMED = "Joris Aisha Sofie Daan Mehmet Julia Pieter Fatima Tom Ewa Luc Nina Youssef Anna Ravi محمد 李小龙 José"
_SAID = """waited hour nobody called back bill wrong again three times told the same story twice letter never came money
was taken from account twice engineer did not come router still broken since monday please call after five friendly but
no answer yet contract ended months ago refund promised not paid انتظرت ساعة كاملة ولم يجبني أحد 我等了一个小时"""
_NAMES, _WORDS = _NAMED.split(), _SAID.split()
_VIEWS = (
    ("list, open", "/inbox"),
    ("list, one team and channel", "/inbox?team=Billing&channel=sms"),
    ("search, a rare word", "/inbox?q=zebra17"),
    ("search, a word in most threads", "/inbox?q=waited"),
    ("search, three words", "/inbox?q=waited+hour+refund"),
    ("search, one letter", "/inbox?q=w"),
    ("search, a name in a team", "/inbox?q=Joris&team=Moves"),
    ("search, the end of a number", "/inbox?q=0042"),
    ("search, Arabic", "/inbox?q=ساعة"),
)


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    count, rounds = setting.either(5_000, 60), setting.either(40, 2)
    places: list[tuple[str, contextlib.AbstractContextManager[str]]] = [
        ("SQLite", contextlib.nullcontext(f"sqlite:///{setting.folder / 'inbox.db'}"))
    ]
    if setting.postgres is not None:
        places.append(("PostgreSQL", scratch_database(setting.postgres.url)))
    for name, place in places:
        with place as address:
            setting.say(f"  {name}: {count:,} open tickets, {count * MESSAGES:,} messages")
            database = Database(address)
            migrate(database)
            write(database, count)
            rows, learning_s = _measured(database, address, rounds)
            database.close()
            yield Table(
                benchmark="inbox",
                title=f"The inbox with {count:,} open tickets and {count * MESSAGES:,} messages on {name}",
                rows=rows,
                note="Milliseconds until the page is there, one reader; web CPU is of the process that draws it. To "
                f"learn the words of all threads took {learning_s:.0f} s of the tick.",
            )
        for path in setting.folder.glob("inbox.db*"):
            path.unlink()


def write(database: Database, count: int, seed: int = 5) -> None:
    """Write so many open tickets with their threads."""
    rng = random.Random(seed)  # noqa: S311 - a population, no secret
    until = clock.now()
    waiting: dict[SqlTable, list[dict[str, Any]]] = {}
    for number in range(count):
        for table, row in _ticket(rng, number, until - timedelta(seconds=rng.randrange(400_000))):
            waiting.setdefault(table, []).append(row)
        if number % _CHUNK == _CHUNK - 1 or number == count - 1:
            with database.write() as connection:
                for table, rows in waiting.items():
                    connection.execute(insert(table).inline(), rows)
            waiting.clear()


def _ticket(rng: random.Random, number: int, at: Any) -> Iterator[tuple[SqlTable, dict[str, Any]]]:
    customer, conversation, interaction = f"cus_{number:08d}", f"cnv_{number:08d}", f"itr_{number:08d}"
    agent, agent_name = rng.choice(AGENTS)
    channel, team, score = rng.choice(CHANNELS), rng.choice(TEAMS), rng.randrange(7)
    name = f"{rng.choice(_NAMES)} {rng.choice(_NAMES)}"
    yield customers, {"id": customer, "name": name, "created_at": at}
    facts = {"direction": "inbound", "survey_key": "support", "decision": "invite", "explanation": "", "trail": {}}
    about = {"agent_id": agent, "agent_name": agent_name, "team": team, "topic": rng.choice(TOPICS)}
    refs = {"ref": f"call-{number}", "customer_ref": f"c-{number}", "reference": f"order {number}"}
    yield (
        interactions,
        {"id": interaction, "customer_id": customer, "channel": channel, "ended_at": at, "created_at": at}
        | {"body_hash": "", "body": {}, "answer": {}}
        | {**facts, **about, **refs},
    )
    said = [" ".join(rng.choices(_WORDS, k=12)) for _ in range(MESSAGES)]
    said[1] += f" zebra{number % 50}"
    yield (
        conversations,
        {"id": conversation, "invitation_id": f"inv_{number:08d}", "interaction_id": interaction}
        | {"customer_id": customer, "endpoint_id": "end_0", "survey_key": "support", "survey_version": 1}
        | {"channel": channel, "address": f"+3161234{number:05d}", "locale": rng.choice(LOCALES), "state": "closed"}
        | {"outcome": "complete", "machine": {}, "score": score, "band": "detractor", "reason": said[1]}
        | {"ticket_id": f"tkt_{number:08d}", "test": False, "owner_epoch": 0, "sequence": MESSAGES, "version": 0}
        | {"started_at": at, "answered_at": at, "updated_at": at},
    )
    for place, words in enumerate(said, start=1):
        author = ("bot", "customer", "user")[place % 3] if place > 2 else ("bot", "customer")[place - 1]
        yield (
            messages,
            {"id": f"msg_{number:08d}_{place}", "conversation_id": conversation, "customer_id": customer}
            | {"sequence": place, "at": at, "direction": "in" if author == "customer" else "out", "author": author}
            | {"kind": "text", "text": words, "channel": channel},
        )
    yield (
        tickets,
        {"id": f"tkt_{number:08d}", "conversation_id": conversation, "customer_id": customer, "channel": channel}
        | {"team": team, "locale": "en", "status": "open", "reason": "detractor", "score": score}
        | {"priority": 1 if score <= 3 else 2, "opened_at": at, "due_at": at + timedelta(hours=4), "updated_at": at},
    )


def _measured(database: Database, address: str, rounds: int) -> tuple[Sequence[dict[str, Figure]], float]:
    settings = read_settings(
        {"ZEROTEN_DATABASE_URL": address, "ZEROTEN_SECRET_KEY": "s" * 32, "ZEROTEN_TIMEZONE": "UTC"}
    )
    services = create_services(settings, has_writer=True)
    began = time.perf_counter()
    catch_up(services.store)
    took = time.perf_counter() - began
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
    services.store.write(lambda c: create_user(c, "a@example.com", "Ana", Role.ADMIN, _PASSWORD))
    app = Flask("zeroten", static_folder=None)
    register_console(app, services)
    client = app.test_client()
    token = SignIns(services.store).sign_in("a@example.com", _PASSWORD, address="127.0.0.1", agent="bench")
    client.set_cookie("zeroten", token)
    rows = [_timed(client, name, path, rounds) for name, path in _VIEWS]
    services.close()
    return rows, took


def _timed(client: Any, name: str, path: str, rounds: int) -> dict[str, Figure]:
    taken, worked = [], []
    for turn in range(rounds + 1):
        began, busy = time.perf_counter(), time.process_time()
        answer = client.get(path)
        if turn:  # the first one fills caches
            taken.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - busy) * 1000)
        if answer.status_code != 200 or 'class="ticket' not in answer.text:
            raise RuntimeError(f"{path} answered {answer.status_code}, or found nothing")
    taken.sort()
    return {
        "page": name,
        "p50, ms": quantile(taken, 0.5),
        "p95, ms": quantile(taken, 0.95),
        "web CPU, ms": quantile(sorted(worked), 0.5),
    }
