"""Messages a second to Meta's Cloud API by our adapter, which is pywa over our own transport.

Beside it, in turns and with as many threads: an `httpx.Client` as it comes, and bare http.client, with the same
requests. There is no database in it: what the outbox costs is in `dispatch`, and is the same for every channel.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from bots.whatsapp import WhatsApp
from common import clock
from common.channels import Adapter, Prompt
from common.delivery.dispatcher import THREADS
from zeroten.benchmarks.customers import phone
from zeroten.benchmarks.dispatch import each
from zeroten.benchmarks.machine import Meter
from zeroten.benchmarks.processes import outside
from zeroten.benchmarks.report import Figure, Table, median
from zeroten.benchmarks.setting import Setting

_TOKEN, _NUMBER = "bench", "106540352242922"
_PATH = f"/v24.0/{_NUMBER}/messages"
_TEXT = "What is the main reason for your score?"

Sender = Callable[[int], None]


def run(setting: Setting) -> Iterator[Table]:
    """One table."""
    repeats, messages = setting.either(3, 1), setting.either(2_000, 200)
    rates: dict[str, list[float]] = {}
    spent: dict[str, list[float]] = {}
    others: list[float] = []
    with outside(1) as world:
        adapter = _adapter(world.port)
        contenders: dict[str, Callable[[], AbstractContextManager[Sender]]] = {
            f"adapter: pywa over our transport, {THREADS} threads": lambda: _by_adapter(adapter),
            f"httpx.Client, {THREADS} threads": lambda: _by_httpx(world.port),
            f"http.client, {THREADS} threads": lambda: _by_hand(world.port),
        }
        for _ in range(repeats):
            for name, make in contenders.items():
                meter, began = Meter(), time.process_time()
                each(messages, make)
                meter.stop()
                rates.setdefault(name, []).append(messages / meter.elapsed_s)
                spent.setdefault(name, []).append((time.process_time() - began) * 1000 / messages)
                others.append(meter.others_percent or 0.0)
    raw = median(rates[f"httpx.Client, {THREADS} threads"])
    rows: list[dict[str, Figure]] = [
        {
            "contender": name,
            "messages/s": median(found),
            "of raw httpx": median(found) / raw,
            "CPU ms each": median(spent[name]),
        }
        for name, found in rates.items()
    ]
    note = (
        f"{repeats} repeats of {messages:,} messages in turns, medians; the provider is a process of its own on the"
        f" same machine. Processor time is this process's. Other programs took up to {max(others):.0f} % of all cores."
    )
    yield Table(benchmark="whatsapp", title="Calls to WhatsApp", rows=rows, note=note)


def _adapter(port: int) -> WhatsApp:
    return WhatsApp(
        token=_TOKEN,
        phone_number_id=_NUMBER,
        business_account_id="1",
        app_secrets=("bench",),
        verify_token=_TOKEN,
        monotonic=clock.monotonic,
        api_url=f"http://127.0.0.1:{port}",
    )


@contextlib.contextmanager
def _by_adapter(adapter: Adapter) -> Iterator[Sender]:
    def send(number: int) -> None:
        prompt = Prompt(key="reason", text=_TEXT, locale="en", step=2, reference=f"out_{number}")
        adapter.send(adapter.render(phone(number), prompt), before_request=lambda: None)

    yield send


@contextlib.contextmanager
def _by_httpx(port: int) -> Iterator[Sender]:
    import httpx

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=_headers(), trust_env=False) as client:

        def send(number: int) -> None:
            client.post(_PATH, json=_message(number)).json()

        yield send


@contextlib.contextmanager
def _by_hand(port: int) -> Iterator[Sender]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = _headers() | {"Content-Type": "application/json"}

    def send(number: int) -> None:
        connection.request("POST", _PATH, json.dumps(_message(number)).encode(), headers)
        json.loads(connection.getresponse().read())

    with contextlib.closing(connection):
        yield send


def _headers() -> dict[str, str]:
    return {"Authorization": f"Bearer {_TOKEN}"}


def _message(number: int) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "type": "text",
        "to": phone(number).removeprefix("+"),
        "biz_opaque_callback_data": f"out_{number}",
        "text": {"preview_url": False, "body": _TEXT},
    }
