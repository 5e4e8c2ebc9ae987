"""How many turns a second the pure machine takes on one processor, without and with reading what the customer wrote."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from common import clock
from common.survey.machine import Conversation, Event, Replied, Started, State, step
from common.surveys import define
from zeroten.benchmarks.report import Figure, Table, median
from zeroten.benchmarks.setting import Setting

_REPEATS = 5


def run(setting: Setting) -> Iterator[Table]:
    """Two scripted conversations, start to end, in turns: one of taps, one of words."""
    conversations = setting.either(5_000, 300)
    scripts = {"taps: the step alone": _taps(), "words: the step and the reading": _words()}
    rates: dict[str, list[float]] = {name: [] for name in scripts}
    for _ in range(_REPEATS):
        for name, events in scripts.items():
            rates[name].append(_steps_per_second(events, conversations))
    rows: list[dict[str, Figure]] = [
        {"conversation": name, "steps/s (median)": median(found), "best": max(found), "µs each": 1e6 / median(found)}
        for name, found in rates.items()
    ]
    note = f"Per second of processor time on one core; {_REPEATS} repeats of {conversations:,} conversations, in turns."
    yield Table(benchmark="steps", title="Pure steps", rows=rows, note=note)


def _taps() -> Sequence[Event]:
    now = clock.now()
    return (
        Started(at=now),
        Replied(at=now, message_id="m-1", choice="9", question="score"),
        Replied(at=now, message_id="m-2", choice="skip", question="reason"),
        Replied(at=now, message_id="m-3", choice="solution", question="aspect"),
    )


def _words() -> Sequence[Event]:
    now = clock.now()
    return (
        Started(at=now),
        Replied(at=now, message_id="m-1", text="9"),
        Replied(at=now, message_id="m-2", text="they were friendly and quick"),
        Replied(at=now, message_id="m-3", text="3"),
    )


def _steps_per_second(events: Sequence[Event], conversations: int) -> float:
    survey = define("bench", 1, {"brand": "Acme"}).survey
    began = time.process_time()
    for _ in range(conversations):
        conversation = Conversation()
        for event in events:
            conversation = step(survey, conversation, event).conversation
    spent = time.process_time() - began
    if conversation.state is not State.CLOSED:
        raise AssertionError(f"the scripted conversation ended in {conversation.state}")
    return conversations * len(events) / spent
