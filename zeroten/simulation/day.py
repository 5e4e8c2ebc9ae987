"""A day of customers in a few minutes: the moved clock is advanced step by step, and the customers act in between.

The day begins at the customers' next morning, so that most of them are asked on the same day.

Between two steps the product gets real time to work, for as long as messages that are due have not come. Customers who
take the day after to answer come back after a jump of a day.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from common import clock
from zeroten.simulation.doors import Api, Refused, Sandbox, Tail, Unreachable
from zeroten.simulation.pages import Page
from zeroten.simulation.saying import introduce, say
from zeroten.simulation.scripts import Act, Customer

ZONE = ZoneInfo("Europe/Amsterdam")  # where the population lives
MORNING = 8
"""The hour at which the day begins there."""
STEP = timedelta(minutes=15)
LULL_S = 4.0
"""How long a step waits at most for messages that should come."""
LOOK_EVERY_S = 0.3
THREADS = 16
PATIENCE_S = 30.0
EVENING = timedelta(hours=4)
"""After the last interaction: until everybody has been asked and has answered."""
NIGHT = timedelta(hours=24, minutes=30)
"""Long enough for open questions to expire."""


def _until_morning(now: datetime) -> timedelta:
    local = now.astimezone(ZONE)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return (morning if morning > local else morning + timedelta(days=1)) - local


@dataclass(slots=True)
class _Life:
    """How far one customer is."""

    customer: Customer
    page: Page | None = None
    asked_at: datetime | None = None
    done: int = 0
    is_busy: bool = False
    is_over: bool = False

    @property
    def next_act(self) -> Act | None:
        acts = self.customer.acts
        return acts[self.done] if self.done < len(acts) and not self.is_over else None


@dataclass(slots=True, kw_only=True)
class Happened:
    """What the simulation knows by itself: the decisions that were told, who was reached, what went wrong."""

    begun: datetime
    decisions: dict[str, dict[str, Any]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    acts: int = 0
    trouble: list[str] = field(default_factory=list)


class Day:
    """Lets `customers` have their day. Talks to the product and the sandbox from outside only."""

    def __init__(
        self, api: Api, sandbox: Sandbox, customers: Sequence[Customer], *, survey: str, length: timedelta
    ) -> None:
        self._api, self._sandbox, self._survey = api, sandbox, survey
        self._tail = Tail(sandbox)
        self._offset_s = sandbox.clock_offset_s()
        self._advance(_until_morning(self.now()))
        self._begun = self.now()
        self._end = self._begun + length
        self.happened = Happened(begun=self._begun)
        self._lives = {customer.id: _Life(customer) for customer in customers}
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._lock = threading.Lock()
        for number, life in enumerate(self._lives.values()):
            ended = self._begun + length * (number + 0.5) / len(self._lives)
            self._plan(ended, lambda life=life, ended=ended: self._report(life, ended))  # type: ignore[misc]

    def now(self) -> datetime:
        """The moved time."""
        return clock.wall() + timedelta(seconds=self._offset_s)

    def pass_by(self) -> Iterator[float]:
        """Lets the day pass; yields how much of it has, 0 to 1."""
        while (now := self.now()) < self._end + EVENING:
            yield min((now - self._begun) / (self._end + EVENING - self._begun), 0.95)
            self._advance(STEP)
            self._work_off()
        self._advance(NIGHT)
        self._work_off()
        time.sleep(2 * LULL_S)  # open questions expire
        for life in self._lives.values():
            self._come_back(life)
        self._advance(STEP)
        self._work_off()
        time.sleep(LULL_S)
        self._tail.close()
        yield 1.0

    # --- time -----------------------------------------------------------------------------------------------------

    def _plan(self, at: datetime, act: Callable[[], None]) -> None:
        with self._lock:
            heapq.heappush(self._due, (at, next(self._order), act))

    def _advance(self, step: timedelta) -> None:
        self._sandbox.advance(round(step.total_seconds()))
        self._offset_s = self._sandbox.clock_offset_s()

    def _work_off(self) -> None:
        """Everything that is due by now, and what follows from it until nobody waits for a message that is due."""
        end = time.monotonic() + LULL_S
        while True:
            with ThreadPoolExecutor(THREADS) as pool:
                for act in self._take_due():
                    pool.submit(self._safely, act)
            waiting = self._look()
            with self._lock:
                has_more = bool(self._due) and self._due[0][0] <= self.now()
            if not has_more and (not waiting or time.monotonic() > end):
                return
            time.sleep(LOOK_EVERY_S)

    def _take_due(self) -> list[Callable[[], None]]:
        now = self.now()
        with self._lock:
            taken = []
            while self._due and self._due[0][0] <= now:
                taken.append(heapq.heappop(self._due)[2])
            return taken

    def _safely(self, act: Callable[[], None]) -> None:
        try:
            act()
        except (Unreachable, Refused) as error:
            with self._lock:
                self.happened.trouble.append(str(error)[:300])

    # --- customers ------------------------------------------------------------------------------------------------

    def _look(self) -> int:
        """Plan the next act of everyone whose message has come; the number of those whose message has not."""
        waiting = 0
        now = self.now()
        for life in self._lives.values():
            if life.is_busy or life.is_over or life.asked_at is None or life.asked_at > now:
                continue
            act = life.next_act
            wanted = act.after if act else 1
            heard = self._heard(life)
            if heard:
                self.happened.reached.add(life.customer.id)
            if act is None:
                life.is_over = heard > 0
            elif heard >= wanted and not act.is_late:
                life.is_busy = True
                self._plan(now + timedelta(minutes=act.wait_min), lambda life=life: self._act(life))  # type: ignore[misc]
            waiting += heard < wanted
        return waiting

    def _heard(self, life: _Life) -> int:
        return life.page.look() if life.page else self._tail.arrived(life.customer.chat or life.customer.phone or "")

    def _report(self, life: _Life, ended: datetime) -> None:
        customer = life.customer
        known = introduce(self._sandbox, customer)
        if known.goodbye and not self._tail.wait_for_end(known.goodbye, PATIENCE_S):
            raise Unreachable(f"{customer.name}'s goodbye was not acknowledged")
        person = dict(customer.interaction["customer"]) | dict(known.person)
        interaction = dict(customer.interaction) | {"customer": person}
        answer = self._hand_in(interaction, ended)
        if customer.echo:
            again = {"id": f"{interaction['id']}-echo", "customer": person | {"id": customer.echo}}
            self._hand_in(interaction | again, ended)
        if answer["decision"] == "invite":
            if url := answer["invitation"].get("url"):
                life.page = Page(url)
            life.asked_at = datetime.fromisoformat(answer["invitation"]["send_at"])
            self._end = max(self._end, life.asked_at)

    def _hand_in(self, interaction: Mapping[str, Any], ended: datetime) -> dict[str, Any]:
        body = dict(interaction) | {"ended_at": ended.isoformat(), "survey": self._survey}
        answer = self._api.report(body)
        with self._lock:
            self.happened.decisions[str(interaction["id"])] = answer
        return answer

    def _act(self, life: _Life) -> None:
        act = life.next_act
        assert act is not None
        if life.page is not None:
            life.page.look()
            life.page.send(act, patience_s=PATIENCE_S)
        else:
            for sid in [say(self._sandbox, life.customer, act) for _ in range(act.times)]:
                if not self._tail.wait_for_end(sid, PATIENCE_S):
                    raise Unreachable(f"{act.say!r} was not acknowledged")
        life.done += 1
        life.is_busy = False
        with self._lock:
            self.happened.acts += 1

    def _come_back(self, life: _Life) -> None:
        """The late answers of the day after, and new interactions of those who had opted out."""
        act = life.next_act
        if act is not None and act.is_late:
            self._plan(self.now(), lambda: self._act(life))
        if life.customer.returns:
            again = dict(life.customer.interaction) | {"id": f"{life.customer.interaction['id']}-return"}
            self._plan(self.now(), lambda: self._return(again))

    def _return(self, interaction: Mapping[str, Any]) -> None:
        self._hand_in(interaction, self.now())
