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
from zeroten.simulation.saying import introduce, say
from zeroten.simulation.scripts import TELEGRAM, WHATSAPP, Act, Customer

PAGE_EVERY_S = 0.7
"""How often a page without script is loaded again while its customer waits."""
LOOK_EVERY_S = 3.0
"""How long a customer in a chat waits before we look whether what they wait for can still come."""
ELSEWHERE = {WHATSAPP: "sms", TELEGRAM: "webchat"}
"""By which channel those who had opted out come back: their wish holds on all of them."""


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
        self.asides: set[str] = set()
        self._people: dict[str, dict[str, Any]] = {}
        self._lost: set[str] = set()
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
        person = self._introduce(customer)
        interaction = dict(customer.interaction) | {"customer": person}
        answer = self._report(interaction)
        if customer.echo:
            again = {"id": f"{interaction['id']}-echo", "customer": person | {"id": customer.echo}}
            self._report(interaction | again)
        if answer["decision"] != "invite":
            return
        if url := answer["invitation"].get("url"):
            self._pages[customer.id] = Page(url)
        self._act_all(customer, is_late=False)

    def _live_on(self, customer: Customer) -> None:
        self._act_all(customer, is_late=True)
        if customer.returns and customer.id not in self._lost:
            again = {"id": f"{customer.interaction['id']}-return", "customer": self._people[customer.id]}
            again["channel"] = ELSEWHERE.get(customer.channel, customer.channel)
            self._report(dict(customer.interaction) | again)

    def _introduce(self, customer: Customer) -> dict[str, Any]:
        """The customer as the caller names them; whoever has just written to us has been heard."""
        known = introduce(self._sandbox, customer)
        self._people[customer.id] = dict(customer.interaction["customer"]) | dict(known.person)
        if known.goodbye:
            with self._lock:
                self.asides.add(known.goodbye)
            if not self.tail.wait_for_end(known.goodbye, self._patience_s):
                raise Unreachable("the goodbye was not acknowledged")
        return self._people[customer.id]

    def _report(self, interaction: Mapping[str, Any]) -> dict[str, Any]:
        ended = (datetime.now(UTC) + timedelta(seconds=self._sandbox.clock_offset_s() - 30)).isoformat()
        answer = self._api.report(dict(interaction) | {"ended_at": ended, "survey": self._survey})
        with self._lock:
            self.heard[str(interaction["id"])] = answer
        return answer

    def _act_all(self, customer: Customer, *, is_late: bool) -> None:
        for number, act in enumerate(customer.acts):
            if act.is_late == is_late and customer.id not in self._lost:
                if self._wait_for_message(customer, act):
                    self._act(customer, number, act)
                else:
                    self._lost.add(customer.id)

    def _wait_for_message(self, customer: Customer, act: Act) -> bool:
        """True once the business has said `act.after` things; False if one of them cannot be known to come."""
        if (page := self._pages.get(customer.id)) is not None:
            self._wait_for_page(page, act)
            return True
        end = time.monotonic() + self._patience_s
        address = customer.chat or customer.phone or ""
        while not self.tail.wait_for_arrival(address, act.after, LOOK_EVERY_S):
            if customer.channel == TELEGRAM and self._is_in_doubt(customer, act.after - self.tail.arrived(address)):
                return False
            if time.monotonic() > end:
                raise Unreachable(f"message {act.after} did not come")
        return True

    def _is_in_doubt(self, customer: Customer, missing: int) -> bool:
        """True if so many messages of this conversation have an unknown fate that those missing may be among them."""
        invitation = self.heard[customer.interaction["id"]]["invitation"]["id"]
        rows = self._api.rows("conversations", invitation_id=invitation)
        said = [message["delivery"] for row in rows for message in row["messages"] if message["direction"] == "out"]
        return said.count("unknown") >= missing and "queued" not in said

    def _act(self, customer: Customer, number: int, act: Act) -> None:
        if act.person:
            self._person_acts(customer, number, act)
        elif (page := self._pages.get(customer.id)) is not None:
            with ThreadPoolExecutor(act.times) as pool:
                for sending in [pool.submit(page.send, act, patience_s=self._patience_s) for _ in range(act.times)]:
                    sending.result()
            self._note(customer, number, None, act)
        else:
            for sid in [say(self._sandbox, customer, act) for _ in range(act.times)]:
                if not self.tail.wait_for_end(sid, self._patience_s):
                    raise Unreachable(f"the text {act.say!r} was not acknowledged")
                self._note(customer, number, sid, act)

    def _person_acts(self, customer: Customer, number: int, act: Act) -> None:
        """Somebody takes the ticket and writes, or is done with it."""
        invitation = self.heard[customer.interaction["id"]]["invitation"]["id"]
        row = self._api.rows("conversations", invitation_id=invitation)[0]
        ticket = f"/api/v1/tickets/{row['ticket_id']}"
        if act.person == "resolve":
            self._api.json("POST", f"{ticket}/resolve", {"resolution": "recovered"})
            self._note(customer, number, None, act)
            return
        self._api.json("POST", f"{ticket}/claim", {})
        self._note(customer, number, None, act)
        self._api.json("POST", f"{ticket}/reply", {"text": act.say, "client_id": f"reply-{customer.id}"})

    def _wait_for_page(self, page: Page, act: Act) -> None:
        end = time.monotonic() + self._patience_s
        while page.look() < act.after:
            if time.monotonic() > end:
                raise Unreachable(f"message {act.after} did not come")
            time.sleep(PAGE_EVERY_S)

    def _note(self, customer: Customer, number: int, sid: str | None, act: Act) -> None:
        now = datetime.now(UTC)
        moved = now + timedelta(seconds=self._sandbox.clock_offset_s())
        entry = {"customer": customer.id, "act": number, "sid": sid, "person": act.person, "at": now.isoformat()}
        with self._lock:
            self.diary.append(entry | {"acknowledged": moved.isoformat()})

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
