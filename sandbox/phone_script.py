"""What a customer does in a call, written down beforehand: a whole call in no time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.phone import Phone

Entry = str | Mapping[str, Any] | None


def play(phone: Phone, script: Sequence[Entry], *, longest_s: float = 3600.0) -> None:
    """Let the script's customer go through a call that has been started, to its end.

    One entry is used up by each Gather or Record in turn, and counts from its beginning; keys that come later than the
    verb lives fall into the next one, or are lost. "9#": these keys, the first after a second, the others 0.4 s apart.
    {"keys": "10", "first": 1.0, "gap": 1.8}. {"speak": "words", "for_s": 6, "first": 1.0, "end": "#"}.
    {"hang_up": 2.0}. None: silence.
    """
    entries = deque(script)
    waiting: list[tuple[float, Callable[[], object]]] = []
    served = 0
    while not phone.is_over:
        if phone.collects and phone.collected != served and not waiting:
            served = phone.collected
            waiting = _plan(phone, entries.popleft() if entries else None)
        if waiting and waiting[0][0] <= phone.deadline:
            at, act = waiting.pop(0)
            phone.advance(at)
            act()
        elif phone.deadline > longest_s:
            phone.hang_up()
        else:
            phone.advance(phone.deadline)


def _plan(phone: Phone, entry: Entry) -> list[tuple[float, Callable[[], object]]]:
    """What the customer will do, by its time."""
    if not entry:
        return []
    wish: Mapping[str, Any] = {"keys": entry} if isinstance(entry, str) else entry
    at = phone.now + float(wish.get("first", 1.0))
    planned: list[tuple[float, Callable[[], object]]] = []
    for key in str(wish.get("keys", "")):
        planned.append((at, lambda key=key: phone.press(key)))  # type: ignore[misc]
        at += float(wish.get("gap", 0.4))
    if "speak" in wish:
        length = float(wish.get("for_s", 5.0))
        planned.append((at, lambda: phone.speak(str(wish["speak"]), length)))
        if end := wish.get("end"):
            planned.append((at + length + 1.5, lambda: phone.press(str(end))))
    if "hang_up" in wish:
        planned.append((phone.now + float(wish["hang_up"]), phone.hang_up))
    return planned
