"""Bringing webhooks to the product: signed, retried by Twilio's rules, and misbehaving on request.

Rules of the "Webhooks connection overrides" page, written as a fragment on the address: `rc` retries (0–5, default 1)
when a failure is of a class in `rp` (`ct` no connection, `rt` no answer in time, `4xx`, `5xx`, `all`; default `ct`),
with `ct`, `rt` and `tt` as limits in milliseconds for connecting, for reading, and for everything together. Then the
fallback address once, with ErrorCode and ErrorUrl. Then it is over: a text that nobody took is lost.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urldefrag, urlencode

from sandbox.faults import Fault
from sandbox.posting import Answer, Poster
from sandbox.twilio_signature import sign
from sandbox.world import World

REDELIVER_EVERY_S = 1.0
OnAnswer = Callable[[Answer], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Connection overrides of one address; times in seconds."""

    retries: int = 1
    policies: frozenset[str] = frozenset({"ct"})
    connect_s: float = 5.0
    read_s: float = 15.0
    total_s: float = 15.0

    def retry(self, answer: Answer) -> bool:
        if answer.ok:
            return False
        kind = answer.error or ("5xx" if (answer.status or 0) >= 500 else "4xx")
        if answer.status == 429 and "all" not in self.policies:
            return False
        return kind in self.policies or "all" in self.policies


def read_overrides(url: str) -> tuple[str, Overrides]:
    """Splits an address into what is requested and signed, and how. Raises ValueError for what Twilio calls 11243."""
    address, fragment = urldefrag(url)
    given = {name: values[-1] for name, values in parse_qs(fragment).items()}
    policies = frozenset(part for value in [given.get("rp", "ct")] for part in value.split(",") if part)
    if not policies <= {"ct", "rt", "4xx", "5xx", "all"}:
        raise ValueError(f"bad retry policy in #{fragment}")

    def within(name: str, low: int, high: int, default: int) -> int:
        return min(max(int(given.get(name, default)), low), high)

    return address, Overrides(
        retries=within("rc", 0, 5, 1),
        policies=policies,
        connect_s=within("ct", 100, 10_000, 5_000) / 1_000,
        read_s=within("rt", 100, 15_000, 15_000) / 1_000,
        total_s=within("tt", 100, 15_000, 15_000) / 1_000,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One event to bring. `number` is the customer's; `token` stays the same over all tries (Twilio's header)."""

    what: str  # "inbound" or "status"
    sid: str
    number: str
    url: str
    params: tuple[tuple[str, str], ...]
    fallback_url: str | None = None
    redeliver: bool = False
    token: str = field(default_factory=lambda: str(uuid.uuid4()))


class Errand:
    """A webhook on its way: its tries so far, and how it ended."""

    def __init__(self) -> None:
        self.done = threading.Event()  # the first copy has come to an end
        self.outcome = "pending"  # then: acknowledged, lost, dropped
        self.tries: list[dict[str, Any]] = []


class Courier:
    """Sends webhooks in the background and writes every try into the ledger."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poster = Poster()
        self._held: dict[str, list[Callable[[], None]]] = {}
        self._lock = threading.Lock()

    def send(
        self,
        hook: Webhook,
        on_answer: OnAnswer | None = None,
        *,
        copies: int | None = None,
        late_s: float | None = None,
    ) -> Errand:
        """Sets out. `copies` and `late_s`, where given, are certain; otherwise the fault switches decide."""
        errand = Errand()
        knobs = self._world.faults.knobs
        struck = frozenset[Fault]()
        if copies is None and late_s is None:
            struck = self._world.faults.webhook(hook.number, hook.what)
        if Fault.LOST_STATUS in struck:
            self._end(hook, errand, "dropped")
            return errand
        copies = copies or (max(knobs.copies, 2) if Fault.DUPLICATE in struck else 1)
        if late_s is None:
            late_s = knobs.late_s if Fault.LATE in struck else 0.0
        start = partial(self._start, hook, on_answer, errand, copies)
        if Fault.REORDER in struck:
            self._hold(hook.number, start, knobs.hold_s)
        else:
            self._world.schedule.after(late_s, start)
        return errand

    def _start(self, hook: Webhook, on_answer: OnAnswer | None, errand: Errand, copies: int) -> None:
        for copy in range(1, copies):
            self._world.schedule.soon(partial(self._bring, hook, on_answer, errand, copy, 1))
        self._bring(hook, on_answer, errand, 0, 1)

    def _bring(self, hook: Webhook, on_answer: OnAnswer | None, errand: Errand, copy: int, attempt: int) -> None:
        deadline = time.monotonic()
        try:
            url, overrides = read_overrides(hook.url)
        except ValueError as error:
            self._world.commit("alert", code=11243, sid=hook.sid, detail=str(error))
            url, overrides = urldefrag(hook.url).url, Overrides()
        deadline += overrides.total_s
        for retry in range(overrides.retries + 1):
            answer = self._post(hook, errand, url, hook.params, overrides, copy, attempt + retry, deadline)
            if not overrides.retry(answer) or time.monotonic() >= deadline:
                break
        if not answer.ok and hook.fallback_url:
            answer = self._fall_back(hook, errand, answer, url, copy, attempt + retry + 1)
        if answer.ok:
            self._end(hook, errand, "acknowledged", copy)
            if on_answer is not None:
                on_answer(answer)
        elif hook.redeliver:
            again = partial(self._bring, hook, on_answer, errand, copy, attempt + retry + 1)
            self._world.schedule.after(REDELIVER_EVERY_S, again)
        else:
            self._world.commit("alert", code=_code(answer), sid=hook.sid, detail=_reason(answer))
            self._end(hook, errand, "lost", copy)
        self._release(hook.number)

    def _fall_back(self, hook: Webhook, errand: Errand, failed: Answer, url: str, copy: int, attempt: int) -> Answer:
        assert hook.fallback_url is not None
        fallback, overrides = urldefrag(hook.fallback_url).url, Overrides(retries=0)
        params = (*hook.params, ("ErrorCode", str(_code(failed))), ("ErrorUrl", url))
        deadline = time.monotonic() + overrides.total_s
        return self._post(hook, errand, fallback, params, overrides, copy, attempt, deadline)

    def _post(
        self,
        hook: Webhook,
        errand: Errand,
        url: str,
        params: tuple[tuple[str, str], ...],
        overrides: Overrides,
        copy: int,
        attempt: int,
        deadline: float,
    ) -> Answer:
        left = max(deadline - time.monotonic(), 0.1)
        started = datetime.now(UTC)
        answer = self._poster.post(
            url,
            urlencode(params).encode(),
            {
                "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
                "User-Agent": "TwilioProxy/1.1",
                "Accept": "*/*",
                "X-Home-Region": "us1",
                "I-Twilio-Idempotency-Token": hook.token,
                "X-Twilio-Signature": sign(self._world.settings.auth_token, url, params),
            },
            connect_s=min(overrides.connect_s, left),
            read_s=min(overrides.read_s, left),
        )
        record = self._world.commit(
            "webhook",
            what=hook.what,
            sid=hook.sid,
            number=hook.number,
            url=url,
            token=hook.token,
            message_status=dict(hook.params).get("MessageStatus"),
            copy=copy,
            attempt=attempt,
            started_at=started.isoformat(timespec="microseconds"),
            took_ms=answer.took_ms,
            status=answer.status,
            error=answer.error,
            detail=answer.detail,
        )
        names = ("seq", "at", "url", "copy", "attempt", "took_ms", "status", "error", "detail")
        errand.tries.append({name: record[name] for name in names})
        return answer

    def _end(self, hook: Webhook, errand: Errand, outcome: str, copy: int = 0) -> None:
        self._world.commit("webhook_end", what=hook.what, sid=hook.sid, number=hook.number, copy=copy, outcome=outcome)
        if errand.outcome != "acknowledged":
            errand.outcome = outcome
        if copy == 0:
            errand.done.set()

    def _hold(self, number: str, start: Callable[[], None], longest_s: float) -> None:
        once = threading.Lock()

        def go() -> None:
            if once.acquire(blocking=False):
                self._world.schedule.soon(start)

        with self._lock:
            self._held.setdefault(number, []).append(go)
        self._world.schedule.after(longest_s, go)

    def _release(self, number: str) -> None:
        with self._lock:
            held = self._held.pop(number, [])
        for go in held:
            go()


def _code(answer: Answer) -> int:
    """Twilio's debugger code for a webhook that failed: 11205 no connection, 11200 anything else."""
    return 11205 if answer.error == "ct" else 11200


def _reason(answer: Answer) -> str:
    return answer.detail or f"HTTP {answer.status}"
