"""Messages a second from the outbox to the provider through the dispatcher and Twilio's SDK.

Beside it, in turns: the SDK alone, with as many threads and no database, and bare http.client with the same requests.
The provider is the same for all three, so what it takes of the processors is in all figures.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, select, update

from common import clock
from common.channels import Adapter, Channel, Prompt
from common.delivery.dispatcher import THREADS
from common.services import Services
from common.store.schema import outbox
from zeroten.benchmarks.customers import ACCOUNT, SERVICE, TOKEN, inbound, phone, settings
from zeroten.benchmarks.databases import Prepared, prepared
from zeroten.benchmarks.machine import Meter
from zeroten.benchmarks.processes import Outside, outside
from zeroten.benchmarks.report import Figure, Table, median
from zeroten.benchmarks.setting import Setting
from zeroten.root import create_dispatcher, create_services

_AT_ONCE = 100
_WITHIN_S = 60.0
_TEXT = "What is the main reason for your score?"


def run(setting: Setting) -> Iterator[Table]:
    """One table per kind of database."""
    repeats, messages = setting.either(3, 1), setting.either(1_000, 100)
    with prepared(setting, repeats * messages) as kinds:
        for kind in kinds:
            setting.say(f"  {kind.name}")
            yield _measure(setting, kind, repeats, messages)


def _measure(setting: Setting, kind: Prepared, repeats: int, messages: int) -> Table:
    rates: dict[str, list[float]] = {}
    spent: dict[str, list[float]] = {}
    with kind.copy() as database, outside(1) as world:
        configured = settings(database, ZEROTEN_TWILIO_API_URL=f"http://127.0.0.1:{world.port}")
        services = create_services(configured, has_writer=kind.is_sqlite)
        _answer_everything(services, repeats * messages)
        adapter = services.adapters[Channel.SMS]
        contenders: dict[str, Callable[[], None]] = {
            "outbox, dispatcher and SDK": lambda: _dispatch(services, world, messages),
            f"SDK alone, {THREADS} threads": lambda: each(messages, lambda: _by_sdk(adapter)),
            f"http.client, {THREADS} threads": lambda: each(messages, lambda: _by_hand(world.port)),
        }
        others: list[float] = []
        for _ in range(repeats):
            for name, send in contenders.items():
                _due(services, messages)
                meter, began = Meter(), time.process_time()
                send()
                meter.stop()
                rates.setdefault(name, []).append(messages / meter.elapsed_s)
                spent.setdefault(name, []).append((time.process_time() - began) * 1000 / messages)
                others.append(meter.others_percent or 0.0)
        services.close()
    bare = median(rates[f"http.client, {THREADS} threads"])
    rows: list[dict[str, Figure]] = [
        {
            "contender": name,
            "messages/s": median(found),
            "of http.client": median(found) / bare,
            "CPU ms each": median(spent[name]),
        }
        for name, found in rates.items()
    ]
    note = (
        f"{repeats} repeats of {messages:,} messages in turns, medians; the provider is a process of its own on the"
        f" same machine. Processor time is this process's. Other programs took up to {max(others):.0f} % of all cores."
    )
    return Table(benchmark="dispatch", title=f"Dispatch on {kind.name}", rows=rows, note=note)


def _answer_everything(services: Services, count: int) -> None:
    """Every customer gives a score, so that every outbox row is the question that follows; all are due next year."""
    for first in range(0, count, _AT_ONCE):
        items = [inbound(number, count) for number in range(first, min(first + _AT_ONCE, count))]
        services.store.write(partial(services.turns.run, inputs=items))
    later = clock.now().replace(year=clock.now().year + 1)
    waiting = update(outbox).where(outbox.c.state == "pending").values(due_at=later, useful_until=None)
    services.store.write(lambda connection: connection.execute(waiting))


def _due(services: Services, count: int) -> None:
    """Let exactly `count` messages be due."""

    def work(connection: Connection) -> None:
        pending = outbox.c.state == "pending"
        already = len(connection.execute(select(outbox.c.id).where(pending, outbox.c.due_at <= clock.now())).all())
        some = select(outbox.c.id).where(pending, outbox.c.due_at > clock.now()).limit(count - already)
        connection.execute(update(outbox).where(outbox.c.id.in_(some)).values(due_at=clock.now()))

    services.store.write(work)


def _dispatch(services: Services, world: Outside, count: int) -> None:
    """Run a dispatcher until the provider has `count` more messages and their fates are written."""
    target = world.do("count")["taken"] + count
    dispatcher = create_dispatcher(services, is_only_one=False)
    thread = threading.Thread(target=dispatcher.run, name="dispatcher")
    thread.start()
    end = clock.monotonic() + _WITHIN_S
    while world.do("count")["taken"] < target and clock.monotonic() < end:
        threading.Event().wait(0.01)
    dispatcher.stop()
    thread.join()
    if (taken := world.do("count")["taken"]) != target:
        raise RuntimeError(f"{target - taken} messages of {count} did not reach the provider in {_WITHIN_S:.0f} s")


def each(count: int, make: Callable[[], AbstractContextManager[Callable[[int], None]]]) -> None:
    """Send `count` messages by as many threads as the dispatcher has; each thread makes its own sender."""
    numbers = itertools.count()

    def work() -> None:
        with make() as send:
            while (number := next(numbers)) < count:
                send(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for job in [pool.submit(work) for _ in range(THREADS)]:
            job.result()


@contextlib.contextmanager
def _by_sdk(adapter: Adapter) -> Iterator[Callable[[int], None]]:
    def send(number: int) -> None:
        prompt = Prompt(key="reason", text=_TEXT, locale="en", step=2, reference=f"out_{number}")
        adapter.send(adapter.render(phone(number), prompt), before_request=lambda: None)

    yield send


@contextlib.contextmanager
def _by_hand(port: int) -> Iterator[Callable[[int], None]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    headers = {
        "Authorization": "Basic " + b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def send(number: int) -> None:
        fields: dict[str, Any] = {"To": phone(number), "Body": _TEXT, "MessagingServiceSid": SERVICE}
        connection.request("POST", path, urlencode(fields), headers)
        connection.getresponse().read()

    with contextlib.closing(connection):
        yield send
