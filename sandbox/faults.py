"""What goes wrong on purpose: by chance with a seed, or by an exact script.

Chance is drawn from (seed, stage, customer's number, how manieth operation of that number), not from one shared
stream: the same seed does the same things to the same customer however the threads of a run interleave.
A script step is used up by the first operation that it fits, before any chance: `{"fault": "500", "times": 3}`;
a step without a fault (`{"fault": null, "times": 2}`) lets two requests pass unharmed.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """Each belongs to one stage: the API request, the webhook on its way out, or the delivery to the handset."""

    ERROR_500 = "500"  # refused with 500; nothing happened
    UNAVAILABLE_503 = "503"
    THROTTLED_429 = "429"  # code 20429, with Retry-After
    HANG = "hang"  # nothing happens, no answer for `hang_s`
    RESET = "reset"  # the connection is cut; nothing happened
    ACCEPTED_500 = "accepted-500"  # the message is created and delivered, the answer says 500
    ACCEPTED_HANG = "accepted-hang"
    ACCEPTED_RESET = "accepted-reset"
    ACCEPTED_GARBAGE = "accepted-garbage"  # 201 with a body that is not JSON
    LATE = "late"  # the webhook leaves `late_s` later
    DUPLICATE = "duplicate"  # the webhook is sent `copies` times at once, with one token
    REORDER = "reorder"  # held back until another webhook of that customer has gone, at most `hold_s`
    LOST_STATUS = "lost-status"  # a status callback that never leaves
    UNDELIVERED = "undelivered"  # the message ends `undelivered` with `error_code`
    FAILED = "failed"  # the message ends `failed` with `error_code`


class Stage(StrEnum):
    API = "api"
    WEBHOOK = "webhook"
    DELIVERY = "delivery"


STAGE = {
    **dict.fromkeys((fault for fault in Fault if fault < "a" or fault.startswith("accepted")), Stage.API),
    **dict.fromkeys((Fault.HANG, Fault.RESET), Stage.API),
    **dict.fromkeys((Fault.LATE, Fault.DUPLICATE, Fault.REORDER, Fault.LOST_STATUS), Stage.WEBHOOK),
    **dict.fromkeys((Fault.UNDELIVERED, Fault.FAILED), Stage.DELIVERY),
}
ACCEPTED = frozenset(fault for fault in Fault if fault.startswith("accepted"))


class BadFaults(ValueError):
    """The settings cannot be used; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How hard each fault hits. Seconds, counts, and the provider's error code."""

    scope: str = "create"  # "create": API faults hit sends only; "all": look-ups too
    hang_s: float = 30.0
    retry_after_s: int = 1
    copies: int = 3
    late_s: float = 3.0
    hold_s: float = 1.0
    error_code: int = 30003


@dataclass(slots=True, kw_only=True)
class ScriptStep:
    """`times` operations more; `to` narrows to one customer, `what` to `create|read` or `inbound|status`."""

    fault: Fault | None
    stage: Stage
    times: int
    to: str | None = None
    what: str | None = None
    error_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One fault that strikes now, with the provider's code that goes with it."""

    fault: Fault
    error_code: int


class Faults:
    """The switches. All off at start."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._first_seed = self._seed = seed
        self._probabilities: dict[Fault, float] = {}
        self._script: list[ScriptStep] = []
        self._knobs = Knobs()
        self._drawn: Counter[str] = Counter()
        self._struck: Counter[str] = Counter()

    def api(self, to: str, what: str) -> Fault | None:
        """The fault for an API request about customer `to`; `what` is `create` or `read`."""
        with self._lock:
            scripted, hit = self._scripted(Stage.API, to, what)
            if scripted:
                return hit.fault if hit else None
            if what != "create" and self._knobs.scope != "all":
                return None
            drawn = self._draw(Stage.API, to)
            for fault, probability in self._probabilities.items():
                if STAGE[fault] is Stage.API:
                    drawn -= probability
                    if drawn < 0:
                        return self._count(fault)
            return None

    def webhook(self, to: str, what: str) -> frozenset[Fault]:
        """The faults for a webhook about customer `to`; `what` is `inbound` or `status`. They may come together."""
        with self._lock:
            scripted, hit = self._scripted(Stage.WEBHOOK, to, what)
            if scripted:
                return frozenset([hit.fault] if hit else [])
            struck = set()
            for fault in (Fault.LATE, Fault.DUPLICATE, Fault.REORDER, Fault.LOST_STATUS):
                probability = self._probabilities.get(fault, 0.0)
                if probability and self._draw(Stage.WEBHOOK, f"{to} {fault}") < probability:
                    if fault is Fault.LOST_STATUS and what != "status":
                        continue
                    struck.add(self._count(fault))
            return frozenset(struck)

    def delivery(self, to: str) -> Hit | None:
        """The fault for the last leg of a message to customer `to`."""
        with self._lock:
            scripted, hit = self._scripted(Stage.DELIVERY, to, "delivery")
            if scripted:
                return hit
            drawn = self._draw(Stage.DELIVERY, to)
            for fault in (Fault.UNDELIVERED, Fault.FAILED):
                drawn -= self._probabilities.get(fault, 0.0)
                if drawn < 0:
                    return Hit(fault=self._count(fault), error_code=self._knobs.error_code)
            return None

    @property
    def knobs(self) -> Knobs:
        return self._knobs

    def describe(self) -> dict[str, Any]:
        """The settings as JSON, with what is left of the script and what has struck so far."""
        with self._lock:
            return {
                "seed": self._seed,
                "probabilities": {fault.value: p for fault, p in self._probabilities.items()},
                "script": [asdict(step) for step in self._script],
                **asdict(self._knobs),
                "struck": dict(self._struck),
            }

    def change(self, wish: Mapping[str, Any]) -> None:
        """Applies what is named in `wish` and keeps the rest. `probabilities` are merged, `script` is replaced.

        Raises BadFaults and changes nothing when any part of it cannot be used.
        """
        with self._lock:
            knob_names = {field.name for field in fields(Knobs)}
            unknown = set(wish) - knob_names - {"seed", "probabilities", "script", "struck"}
            if unknown:
                raise BadFaults(f"unknown: {', '.join(sorted(unknown))}")
            probabilities = {**self._probabilities, **_probabilities(wish.get("probabilities", {}))}
            if sum(p for fault, p in probabilities.items() if STAGE[fault] is Stage.API) > 1.0 + 1e-9:
                raise BadFaults("the probabilities of the API faults add up to more than 1")
            knobs = _knobs(self._knobs, {name: wish[name] for name in knob_names & set(wish)})
            script = _script(wish["script"]) if "script" in wish else self._script
            if "seed" in wish:
                self._seed = _whole(wish["seed"], "seed")
                self._drawn.clear()
            self._probabilities = {fault: p for fault, p in probabilities.items() if p}
            self._knobs, self._script = knobs, script

    def clear(self) -> None:
        """Everything off, back to the seed given at start."""
        with self._lock:
            self._seed = self._first_seed
            self._probabilities, self._script, self._knobs = {}, [], Knobs()
            self._drawn.clear()
            self._struck.clear()

    def _draw(self, stage: Stage, key: str) -> float:
        if not self._probabilities:
            return 1.0
        name = f"{stage} {key}"
        self._drawn[name] += 1
        return random.Random(f"{self._seed} {name} {self._drawn[name]}").random()

    def _count(self, fault: Fault) -> Fault:
        self._struck[fault.value] += 1
        return fault

    def _scripted(self, stage: Stage, to: str, what: str) -> tuple[bool, Hit | None]:
        for step in self._script:
            fits = step.stage is stage and step.to in (None, to)
            fits = fits and (step.what == what or (step.what is None and what != "read"))
            if not fits or (step.fault is Fault.LOST_STATUS and what != "status"):
                continue
            step.times -= 1
            if step.times <= 0:
                self._script.remove(step)
            if step.fault is None:
                return True, None
            return True, Hit(fault=self._count(step.fault), error_code=step.error_code or self._knobs.error_code)
        return False, None


def _probabilities(wish: Any) -> dict[Fault, float]:
    if not isinstance(wish, Mapping):
        raise BadFaults("probabilities must be an object")
    result = {}
    for name, value in wish.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise BadFaults(f"the probability of {name} must be between 0 and 1")
        result[_fault(name)] = float(value)
    return result


def _knobs(now: Knobs, wish: Mapping[str, Any]) -> Knobs:
    for name, value in wish.items():
        if name == "scope":
            if value not in ("create", "all"):
                raise BadFaults("scope must be create or all")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100_000:
            raise BadFaults(f"{name} must be a number from 0 to 100000")
        elif name in ("copies", "retry_after_s", "error_code") and not isinstance(value, int):
            raise BadFaults(f"{name} must be a whole number")
    if wish.get("copies", now.copies) > 64:
        raise BadFaults("copies must be at most 64")
    return replace(now, **dict(wish))


def _script(wish: Any) -> list[ScriptStep]:
    if not isinstance(wish, list):
        raise BadFaults("script must be a list")
    steps = []
    for item in wish:
        if not isinstance(item, Mapping) or "fault" not in item:
            raise BadFaults('a step is an object like {"fault": "500", "times": 3}')
        unknown = set(item) - {field.name for field in fields(ScriptStep)}
        if unknown:
            raise BadFaults(f"unknown in a step: {', '.join(sorted(unknown))}")
        fault = None if item["fault"] is None else _fault(item["fault"])
        stage = STAGE[fault] if fault else item.get("stage", "api")
        if stage not in list(Stage) or not all(isinstance(item.get(name, ""), str | None) for name in ("to", "what")):
            raise BadFaults("stage must be api, webhook or delivery; to and what must be texts")
        times = _whole(item.get("times", 1), "times")
        if times < 1:
            raise BadFaults("times must be at least 1")
        code = item.get("error_code")
        steps.append(
            ScriptStep(
                fault=fault,
                stage=Stage(stage),
                times=times,
                to=item.get("to"),
                what=item.get("what"),
                error_code=None if code is None else _whole(code, "error_code"),
            )
        )
    return steps


def _fault(name: Any) -> Fault:
    try:
        return Fault(str(name))
    except ValueError:
        raise BadFaults(f"no fault {name!r}; there are {', '.join(Fault)}") from None


def _whole(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadFaults(f"{name} must be a whole number")
    return value
