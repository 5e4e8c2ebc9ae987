"""Any script at all: the machine agrees with the reference model, and breaks none of its promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from common.survey.machine import (
    OPEN_STATES,
    TRANSITIONS,
    Ask,
    Close,
    Conversation,
    Event,
    Filled,
    OpenTicket,
    OptedOut,
    RecordAnswer,
    Released,
    Replied,
    Resolved,
    Returned,
    Say,
    SetTimer,
    Started,
    State,
    TakenOver,
    Timer,
    TimerFired,
    Turn,
    Undeliverable,
    accepts,
    step,
)
from common.survey.questions import Question, Survey
from tests.unit.survey.machine.reference import Model

BEGINNING = datetime(2026, 11, 23, tzinfo=UTC)
ASPECT_CHOICES = ("wait_time", "solution")
SURVEYS = [["score", *rest] for rest in ([], ["reason"], ["aspect"], ["reason", "aspect"], ["aspect", "reason"])]
SCORES = st.sampled_from([0, 3, 6, 7, 9, 10])  # none of them the number of a choice
PAUSES = st.sampled_from([1, 20, 89, 91, 3600, 86400, 8 * 86400])


class Conversations(RuleBasedStateMachine):
    """One conversation, told to the machine and to the model."""

    @initialize(keys=st.sampled_from(SURVEYS), budget=st.integers(1, 3), reminder=st.sampled_from([None, 3600, 90000]))
    def begin(self, keys: list[str], budget: int, reminder: int | None) -> None:
        questions = tuple(Question(key=key, choices=ASPECT_CHOICES if key == "aspect" else ()) for key in keys)
        self.survey = Survey(
            key="s",
            version=1,
            questions=questions,
            max_attempts=budget,
            reminder_after=timedelta(seconds=reminder) if reminder else None,
        )
        self.model = Model(keys, budget)
        self.conversation = Conversation()
        self.now = 0
        self.said: list[int] = []
        self.asked = 0
        self.messages = self.tickets = self.notices = 0

    def take(self, event: Event) -> None:
        """Step, and hold the turn against everything that is true of every turn."""
        before = self.conversation
        turn = step(self.survey, before, event)
        assert turn == step(self.survey, before, event)
        self.conversation = turn.conversation
        self.check_counting(before, turn)
        self.check_promises(before, turn)
        assert turn.conversation.state in TRANSITIONS[before.state][type(event)]

    def check_counting(self, before: Conversation, turn: Turn) -> None:
        after = turn.conversation
        is_changed = bool(turn.effects) or after.state is not before.state
        assert (after is before) is not is_changed
        assert after.epoch == before.epoch + is_changed
        spoken = [effect.step for effect in turn.effects if isinstance(effect, Ask | Say)]
        assert spoken == list(range(before.step + 1, after.step + 1))
        timers = [effect for effect in turn.effects if isinstance(effect, SetTimer)]
        assert {effect.epoch for effect in timers} <= {after.epoch}
        assert (Timer.EXPIRY in {effect.timer for effect in timers}) is (is_changed and after.state in OPEN_STATES)

    def check_promises(self, before: Conversation, turn: Turn) -> None:
        after = turn.conversation
        for effect in turn.effects:
            match effect:
                case RecordAnswer(question="score", value=int() as score):
                    assert score in self.said
                    assert after.has_ticket or score > 6
                case RecordAnswer(message_id=message_id):
                    assert int(message_id) <= self.messages
                case Ask(attempt=attempt, cause=cause):
                    assert attempt == 1 if cause == "first" else 1 <= attempt <= self.survey.max_attempts
                    self.asked = 1 if cause == "first" else self.asked + (cause != "resume")
                    assert self.asked <= self.survey.max_attempts
                case OpenTicket():
                    self.tickets += 1
                case Say(prompt="opted_out"):
                    self.notices += 1
                case Close(outcome=outcome):
                    assert (after.state, after.outcome) == (State.CLOSED, outcome)
        is_silenced = before.opted_out and after.opted_out
        if is_silenced or after.state is State.HANDOFF:
            assert not any(isinstance(effect, Ask | Say) for effect in turn.effects)
        assert self.tickets <= 1
        assert self.notices <= 1
        assert (after.state is State.CLOSED) <= (after.outcome is not None)

    def reply(self, kind: str, text: str, value: int = 0, *, choice: str | None = None) -> None:
        self.messages += 1
        at = BEGINNING + timedelta(seconds=self.now)
        question = self.conversation.state.value if choice else None
        self.model.reply(kind, value, self.now)
        self.take(Replied(at=at, message_id=str(self.messages), text=text, choice=choice, question=question))

    @property
    def at(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.now)

    # --- what may happen ------------------------------------------------------------------------------------------

    @rule(pause=PAUSES)
    def time_passes(self, pause: int) -> None:
        self.now += pause

    @precondition(lambda self: self.conversation.state is State.NEW)
    @rule()
    def start(self) -> None:
        self.model.state = "score"
        self.take(Started(at=self.at))

    @precondition(lambda self: self.conversation.state in OPEN_STATES)
    @rule(failures=st.integers(0, 1), score=SCORES)
    def answer_the_open_question(self, failures: int, score: int) -> None:
        """What most people do; it takes the script past the first question."""
        for _ in range(failures):
            self.reply("noise", f"7.{self.messages}5")
            self.now += 1
        match self.conversation.state:
            case State.SCORE:
                self.say_number(score=score, is_tap=False)
            case State.REASON:
                self.say_words()
            case State.ASPECT:
                self.choose(number=1, is_tap=True)

    @rule(score=SCORES, is_tap=st.booleans())
    def say_number(self, score: int, is_tap: bool) -> None:
        self.said.append(score)
        is_tap = is_tap and self.conversation.state is State.SCORE
        self.reply("number", "" if is_tap else str(score), score, choice=str(score) if is_tap else None)

    @precondition(lambda self: self.conversation.score is not None)
    @rule(score=SCORES)
    def correct(self, score: int) -> None:
        self.said.append(score)
        self.reply("fix", f"sorry, I meant {score}", score)

    @precondition(lambda self: self.conversation.state is State.ASPECT)
    @rule(number=st.integers(1, 2), is_tap=st.booleans())
    def choose(self, number: int, is_tap: bool) -> None:
        self.reply("pick", "" if is_tap else str(number), choice=ASPECT_CHOICES[number - 1] if is_tap else None)

    @rule()
    def say_words(self) -> None:
        self.reply("words", f"The agent was helpful but slo{'o' * self.messages}w")  # never the same words twice

    @rule()
    def say_noise(self) -> None:
        self.reply("noise", f"7.{self.messages}5")

    @rule(words=st.sampled_from(["skip", "no comment"]))
    def skip(self, words: str) -> None:
        self.reply("skip", words)

    @rule()
    def wish_for_a_person(self) -> None:
        self.reply("human", "call me back please")

    @precondition(lambda self: self.conversation.opted_out)
    @rule()
    def opt_in(self) -> None:
        self.reply("start", "START")

    @rule(score=SCORES)
    def tap_an_old_control(self, score: int) -> None:
        if self.conversation.state is not State.SCORE and self.conversation.waiting != "score":
            before = self.conversation
            forwards = before.state is State.HANDOFF or (before.is_returned and not before.opted_out)
            self.take(Replied(at=self.at, message_id="0", choice=str(score), question="score"))
            assert forwards or self.conversation is before

    @rule(score=SCORES)
    def send_an_old_form(self, score: int) -> None:
        if self.conversation.state is not State.SCORE and self.conversation.waiting != "score":
            before = self.conversation
            self.take(Replied(at=self.at, message_id="0", question="score", filled=Filled(score=score)))
            assert before.state is State.HANDOFF or self.conversation is before

    @precondition(lambda self: self.conversation.state is State.SCORE)
    @rule(score=SCORES)
    def fill_in_the_form(self, score: int) -> None:
        """All at once ends like the score with each later question skipped; only nothing is asked in between."""
        self.said.append(score)
        self.messages += 1
        self.model.reply("number", score, self.now)
        while self.model.state in {"reason", "aspect"}:
            self.model.reply("skip", 0, self.now)
        filled = Filled(score=score)
        self.take(Replied(at=self.at, message_id=str(self.messages), question="score", filled=filled))

    @rule(is_said_here=st.booleans())
    def opt_out(self, is_said_here: bool) -> None:
        if is_said_here:
            self.reply("stop", "STOP")
        else:
            self.model.opt_out(self.now)
            self.take(OptedOut(at=self.at, source="api"))

    @rule(timer=st.sampled_from(Timer), is_stale=st.booleans())
    def timer_fires(self, timer: Timer, is_stale: bool) -> None:
        if not is_stale and self.model.state in self.model.keys:
            if timer is Timer.EXPIRY:
                self.model.end(self.now)
            else:
                self.model.fail(self.now)
        self.take(TimerFired(at=self.at, timer=timer, epoch=self.conversation.epoch - is_stale))

    @precondition(lambda self: self.conversation.state in OPEN_STATES)
    @rule(is_current=st.booleans())
    def prompt_is_undeliverable(self, is_current: bool) -> None:
        if is_current:
            self.model.end(self.now, "partial" if self.model.heard else "unreachable")
        prompt_step = self.conversation.asked_step if is_current else self.conversation.asked_step - 1
        self.take(Undeliverable(at=self.at, prompt_step=prompt_step, code="30005"))

    @precondition(lambda self: TakenOver in accepts(self.conversation.state))
    @rule()
    def take_over(self) -> None:
        self.model.take_over()
        self.take(TakenOver(at=self.at, user_id="user-1"))

    @precondition(lambda self: self.conversation.state is State.HANDOFF)
    @rule()
    def release(self) -> None:
        if self.model.waiting and not self.model.out:
            self.model.state, self.model.waiting, self.model.outcome = self.model.waiting, "", ""
        else:
            self.model.resolve(self.now)
        self.take(Released(at=self.at))

    @precondition(lambda self: self.conversation.state is State.HANDOFF)
    @rule()
    def go_back_into_the_queue(self) -> None:
        question = "" if self.model.out else self.model.waiting
        self.model.resolve(self.now)
        self.model.waiting, self.model.between = question, True
        self.take(Returned(at=self.at))

    @precondition(lambda self: self.conversation.state is State.HANDOFF)
    @rule()
    def resolve(self) -> None:
        self.model.resolve(self.now)
        self.take(Resolved(at=self.at))

    # --- what must be true ----------------------------------------------------------------------------------------

    @invariant()
    def machine_and_model_agree(self) -> None:
        self.now += 1  # no two events at the same second
        if not hasattr(self, "model"):
            return
        seen, model = self.conversation, self.model
        assert (seen.state.value, seen.outcome.value if seen.outcome else "") == (model.state, model.outcome)
        assert (-1 if seen.score is None else seen.score) == model.score
        assert (seen.has_ticket, seen.opted_out) == (model.ticket, model.out)
        assert set(seen.answers) | seen.skipped == set(model.done)
        assert (seen.waiting or "") == model.waiting
        assert seen.is_returned is model.between


Conversations.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestConversations = Conversations.TestCase
