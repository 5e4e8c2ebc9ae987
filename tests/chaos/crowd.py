"""Lets a population answer in real time, each customer in a thread, and writes down what each did and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from zeroten.simulation.doors import Api, Refused, Sandbox, Tail, Unreachable
from zeroten.simulation.pages import Page
from zeroten.simulation.scripts import Act, Customer

PAGE_EVERY_S = 0.7
"""How often a page without script is loaded again while its customer waits."""


class Crowd:
    """The customers, their callers' reports and their diary."""

    def __init__(self, api: Api, sandbox: Sandbox, *, survey: str, patience_s: float) -> None:
        self._api, self._sandbox = api, sandbox
        self._survey = survey
        self._patience_s = patience_s
        self.tail = Tail(sandbox)
        self.heard: dict[str, dict[str, Any]] = {}
        self.diary: list[dict[str, Any]] = []
        self.trouble: list[str] = []
        self._pages: dict[str, Page] = {}
        self._lock = threading.Lock()

    def begin(self, customers: Sequence[Customer], spread_s: float) -> None:
        """Everyone's interaction ends within `spread_s`; everyone does all that is not late. Returns when they have."""
        pauses = [spread_s * n / len(customers) for n in range(len(customers))]
        self._all_at_once([(self._live, customer, pause) for customer, pause in zip(customers, pauses, strict=True)])

    def come_back(self, customers: Sequence[Customer]) -> None:
        """The late answers, and the new interactions of those who had opted out."""
        self._all_at_once([(self._live_on, customer, 0.0) for customer in customers])

    def close(self) -> None:
        self.tail.close()

    # --- one customer ---------------------------------------------------------------------------------------------

    def _live(self, customer: Customer) -> None:
        answer = self._report(customer, customer.interaction)
        if customer.echo:
            person = dict(customer.interaction["customer"]) | {"id": customer.echo}
            again = {"id": f"{customer.interaction['id']}-echo", "customer": person}
            self._report(customer, dict(customer.interaction) | again)
        if answer["decision"] != "invite":
            return
        if url := answer["invitation"].get("url"):
            self._pages[customer.id] = Page(url)
        for number, act in enumerate(customer.acts):
            if not act.is_late:
                self._act(customer, number, act)

    def _live_on(self, customer: Customer) -> None:
        for number, act in enumerate(customer.acts):
            if act.is_late:
                self._act(customer, number, act)
        if customer.returns:
            again = dict(customer.interaction) | {"id": f"{customer.interaction['id']}-return"}
            self._report(customer, again)

    def _report(self, customer: Customer, interaction: Mapping[str, Any]) -> dict[str, Any]:
        ended = (datetime.now(UTC) + timedelta(seconds=self._sandbox.clock_offset_s() - 30)).isoformat()
        answer = self._api.report(dict(interaction) | {"ended_at": ended, "survey": self._survey})
        with self._lock:
            self.heard[str(interaction["id"])] = answer
        return answer

    def _act(self, customer: Customer, number: int, act: Act) -> None:
        if customer.phone:
            if not self.tail.wait_for_arrival(customer.phone, act.after, self._patience_s):
                raise Unreachable(f"message {act.after} did not come")
            sids = [self._sandbox.text(customer.phone, act.say) for _ in range(act.times)]
            for sid in sids:
                if not self.tail.wait_for_end(sid, self._patience_s):
                    raise Unreachable(f"the text {act.say!r} was not acknowledged")
                self._note(customer, number, sid)
        else:
            page = self._pages[customer.id]
            self._wait_for_page(page, act)
            with ThreadPoolExecutor(act.times) as pool:
                for sending in [pool.submit(page.send, act, patience_s=self._patience_s) for _ in range(act.times)]:
                    sending.result()
            self._note(customer, number, None)

    def _wait_for_page(self, page: Page, act: Act) -> None:
        end = time.monotonic() + self._patience_s
        while page.look() < act.after:
            if time.monotonic() > end:
                raise Unreachable(f"message {act.after} did not come")
            time.sleep(PAGE_EVERY_S)

    def _note(self, customer: Customer, number: int, sid: str | None) -> None:
        at = datetime.now(UTC) + timedelta(seconds=self._sandbox.clock_offset_s())
        with self._lock:
            self.diary.append({"customer": customer.id, "act": number, "sid": sid, "acknowledged": at.isoformat()})

    def _all_at_once(self, lives: Sequence[tuple[Any, Customer, float]]) -> None:
        def run(live: Any, customer: Customer, pause: float) -> None:
            time.sleep(pause)
            try:
                live(customer)
            except (Unreachable, Refused) as error:
                with self._lock:
                    self.trouble.append(f"{customer.id} ({customer.kind}, {customer.channel}): {error}")

        threads = [threading.Thread(target=run, args=life, daemon=True) for life in lives]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
