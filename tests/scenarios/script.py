"""Golden conversations: what the customer does, and what the machine makes of it.

A scenario is a file in this folder. Its script speaks of what people do, never of a channel, so that the same file is
played against the bare machine and, end to end, over any channel. One act per line:

    {"start": true}                           the invitation is due, the call was answered, the page was opened
    {"say": "3"}                              the customer writes or says this; "carrier": the provider acted on it
    {"tap": "9", "question": "score"}         the customer uses a control of that question ("skip" is one)
    {"fill": {"score": "3", "reason": "…"}}   the customer sends the form that came with the score (or "question")
    {"send": "media"}                         an attachment without words (media or recording)
    {"after": 86400}                          seconds pass; timers that are due meanwhile fire
    {"silence": true}                         the channel itself hears nothing (a telephone)
    {"stale_timer": "expiry"}                 a timer of the past fires late; end to end there is nothing to do
    {"undeliverable": true}                   the provider gives up on the last asking, or on the prompt of that step
    {"opt_out_elsewhere": "webchat"}          the person opted out somewhere else
    {"takeover": "user-1"} {"release": true} {"resolve": true}      a supervisor claims, hands back, resolves
    {"return": true}                          the thread goes back into the queue of people, and the bot stays silent
    {"illegal": "release"}                    what nobody can do in this state: refused, nothing changed

Acts are one second apart. `turns` is what the machine did (generated), `final` what the outside can see in the end.
Where a channel's provider confirms an opt-out by itself the notice `opted_out` is not ours to say; `final` is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from common.survey.machine import (
    Conversation,
    Effect,
    Event,
    Filled,
    IllegalEvent,
    OpenTicket,
    OptedOut,
    Option,
    Released,
    Replied,
    Resolved,
    Returned,
    SetTimer,
    Started,
    TakenOver,
    Timer,
    TimerFired,
    Turn,
    Undeliverable,
    step,
)
from common.survey.questions import Question, Survey
from common.survey.score import band_of

FOLDER = Path(__file__).parent
BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One file: the survey, the labels of its choices, and the script."""

    name: str
    body: Mapping[str, Any]

    @property
    def locale(self) -> str:
        locale: str = self.body.get("locale", "en")
        return locale

    @property
    def script(self) -> list[dict[str, Any]]:
        script: list[dict[str, Any]] = self.body["script"]
        return script

    @property
    def survey(self) -> Survey:
        given = self.body["survey"]
        return Survey(
            key=self.name,
            version=1,
            questions=tuple(
                Question(key=question["key"], choices=tuple(question.get("choices", ())))
                for question in given["questions"]
            ),
            max_attempts=given.get("max_attempts", 3),
            answer_within=timedelta(seconds=given.get("answer_within_s", 86400)),
            late_answers=timedelta(seconds=given.get("late_answers_s", 604800)),
            reminder_after=timedelta(seconds=given["reminder_after_s"]) if given.get("reminder_after_s") else None,
        )

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(Option(key=key, label=label) for key, label in self.body.get("labels", {}).items())


def filled_in(fields: Mapping[str, Any]) -> Filled:
    """A form as the machine sees it: a score that is none of the eleven is none."""
    scores = {str(score): score for score in range(11)}
    return Filled(
        score=scores.get(fields.get("score", "")), reason=fields.get("reason", ""), aspect=fields.get("aspect", "")
    )


def load_all() -> list[Scenario]:
    """Every scenario of the folder, by name."""
    return [
        Scenario(name=path.stem, body=json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.json"))
    ]


class Player:
    """Plays a script against the bare machine. Ids and times are the same every time."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.survey = scenario.survey
        self.conversation = Conversation(locale=scenario.locale)
        self.now = BEGINNING
        self.timers: dict[Timer, SetTimer] = {}
        self.turns: list[tuple[Event, Turn]] = []
        self._messages = 0

    def play(self) -> dict[str, Any]:
        """The scenario's body with `turns` and `final` as they come out."""
        script = []
        for act in self.scenario.script:
            done = len(self.turns)
            shown: list[dict[str, Any]] | None = [] if self._is_refused(act) else None
            if shown is None:
                self._act(act)
                shown = [_turn_as_json(event, turn) for event, turn in self.turns[done:]]
            script.append({name: value for name, value in act.items() if name != "turns"} | {"turns": shown})
            self.now += PAUSE
        return {**self.scenario.body, "script": script, "final": self._final()}

    def _act(self, act: Mapping[str, Any]) -> None:
        if "after" in act:
            self._wait(timedelta(seconds=act["after"]))
        else:
            self._step(self._event(act))

    def _is_refused(self, act: Mapping[str, Any]) -> bool:
        """Try what is illegal. False if the act is not meant to be."""
        if "illegal" not in act:
            return False
        before = self.conversation
        try:
            self._step(self._event({act["illegal"]: True}))
        except IllegalEvent:
            return self.conversation is before
        raise AssertionError(f"{self.scenario.name}: {act['illegal']} was accepted in state {before.state}")

    def _event(self, act: Mapping[str, Any]) -> Event:
        at, conversation = self.now, self.conversation
        match act:
            case {"say": _} | {"tap": _} | {"send": _} | {"fill": _}:
                return self._reply(act)
            case {"start": _}:
                return Started(at=at)
            case {"silence": _}:
                return TimerFired(at=at, timer=Timer.NO_INPUT, epoch=conversation.epoch)
            case {"stale_timer": timer}:
                return TimerFired(at=at, timer=Timer(timer), epoch=conversation.epoch - 1)
            case {"undeliverable": which}:
                prompt_step = conversation.asked_step if which is True else which
                return Undeliverable(at=at, prompt_step=prompt_step, code="30003")
            case {"opt_out_elsewhere": source}:
                return OptedOut(at=at, source=source)
            case {"takeover": user}:
                return TakenOver(at=at, user_id=str(user))
            case {"release": _}:
                return Released(at=at)
            case {"return": _}:
                return Returned(at=at)
            case {"resolve": _}:
                return Resolved(at=at)
        raise ValueError(f"{self.scenario.name}: nobody can do {dict(act)}")

    def _reply(self, act: Mapping[str, Any]) -> Replied:
        self._messages += 1
        kind = "choice" if "tap" in act else act.get("send", "text")
        filled = filled_in(act["fill"]) if "fill" in act else None
        return Replied(
            at=self.now,
            message_id=f"m{self._messages}",
            text=filled.reason if filled else act.get("say", ""),
            choice=act.get("tap"),
            question=act.get("question", "score" if filled else None),
            kind=kind,
            carrier=act.get("carrier"),
            options=self.scenario.options,
            filled=filled,
        )

    def _wait(self, duration: timedelta) -> None:
        """Let time pass, and every timer that is due ring at its time."""
        until = self.now + duration
        while due := [timer for timer in self.timers.values() if timer.due <= until]:
            first = min(due, key=lambda timer: timer.due)
            del self.timers[first.timer]
            self.now = max(self.now, first.due)
            if first.epoch == self.conversation.epoch:
                self._step(TimerFired(at=self.now, timer=first.timer, epoch=first.epoch))
        self.now = until

    def _step(self, event: Event) -> None:
        turn = step(self.survey, self.conversation, event)
        self.conversation = turn.conversation
        self.timers |= {effect.timer: effect for effect in turn.effects if isinstance(effect, SetTimer)}
        self.turns.append((event, turn))

    def _final(self) -> dict[str, Any]:
        conversation = self.conversation
        values = {key: answer.value for key, answer in conversation.answers.items()}
        return {
            "state": conversation.state.value,
            "outcome": conversation.outcome.value if conversation.outcome else None,
            "score": conversation.score,
            "band": band_of(conversation.score).value if conversation.score is not None else None,
            "reason": values.get("reason"),
            "aspect": values.get("aspect"),
            "tickets": [e.reason.value for _, turn in self.turns for e in turn.effects if isinstance(e, OpenTicket)],
            "opted_out": conversation.opted_out,
        }


def _turn_as_json(event: Event, turn: Turn) -> dict[str, Any]:
    shown: dict[str, Any] = {"state": turn.conversation.state.value, "effects": [_effect(e) for e in turn.effects]}
    return {"timer": event.timer.value, **shown} if isinstance(event, TimerFired) else shown


def _effect(effect: Effect) -> dict[str, Any]:
    """An effect as JSON; times in seconds after the beginning."""
    shown: dict[str, Any] = {"effect": type(effect).__name__}
    for field in fields(effect):
        value = getattr(effect, field.name)
        if field.name == "is_courtesy" and not value:
            continue
        shown[field.name] = round((value - BEGINNING).total_seconds()) if isinstance(value, datetime) else value
    return shown


def as_text(body: Mapping[str, Any]) -> str:
    """The file of a scenario: one act and one effect per line, so that a change reads as a change of lines."""
    return "".join(_lines(body)) + "\n"


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    yield "{\n"
    for name, value in body.items():
        if name not in {"script", "final"}:
            yield f" {_json(name)}: {_json(value)},\n"
    yield ' "script": [\n'
    acts = body["script"]
    for number, act in enumerate(acts):
        turns = [_turn_text(turn) for turn in act["turns"]]
        head = _json({name: value for name, value in act.items() if name != "turns"})[:-1]
        shown = "[" + ",".join(turns) + "]"
        yield f'  {head}, "turns": {shown}}}{"," if number < len(acts) - 1 else ""}\n'
    yield f' ],\n "final": {_json(body["final"])}\n}}'


def _turn_text(turn: Mapping[str, Any]) -> str:
    head = _json({name: value for name, value in turn.items() if name != "effects"})[:-1]
    effects = ",".join(f"\n   {_json(effect)}" for effect in turn["effects"])
    return f'{head}, "effects": [{effects}]}}'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
