"""The survey conversation: events in, effects out. No clock, no I/O, no wording.

`step(survey, conversation, event)` is the whole machine: a pure function on values. The same three values always give
the same Turn, so a turn that lost a race is simply stepped again. Whatever decides what happens next lives in this
module and in those that it dispatches replies to (`replies`, `forms`, `after_close`); nothing else may know a
transition.

Theory of operation
===================

A conversation waits for one thing at a time, and its state is the name of that thing: NEW for the start; SCORE, REASON
and ASPECT for the answer to that question (the *open* states); HANDOFF while a person owns the thread; CLOSED for
nothing. It sleeps in a table between two events. Effects are orders to the runner, carried out in the transaction that
stores the conversation; a prompt is ordered by its key, and what it says is somebody else's business.

Counting
  `step` counts the prompts said: every Ask and Say raises it by one and bears the new value, which makes a prompt
  unique within its conversation. `epoch` counts the events that changed anything; every SetTimer bears it. An event
  that leaves a question open sets its timers anew, so a timer with an older epoch is stale and does nothing. An
  event that changes nothing leaves the very same conversation, epoch included, and has no effects: it may be
  delivered again and again.

Asking
  A question is asked `max_attempts` times at most, the first asking included. Words that are no answer (no-match)
  and silence (no-input) are counted apart and spend the same budget; every question starts anew. Asking again after
  a correction or a release (cause "resume") is not an attempt. When the budget is spent the conversation closes
  with what it has. Silence is reminded of once per question (`reminder_after`) and ends, without a word, at
  `answer_within`. Channels that notice silence themselves (a telephone) fire `no_input` whenever they hear nothing.

Answers
  An answer is recorded in the turn in which it comes. A score of a detractor opens the ticket in that same turn,
  and the questions go on until a person takes over. What was answered or skipped is not asked: a reason that came
  with the score is not asked for. A tap belongs to the question it was offered with: it answers that question while
  it is open and nothing otherwise, so a double tap does no harm. Words belong to the open question. A correction
  ("sorry, I meant 9") replaces the score, and so does a number alone where the reason is awaited or nothing is; the
  same number is a repetition. So is a second copy of a message, which carriers may bring late: of the reason at the
  aspect, of the aspect after the end. Words given in place of a score are kept, and if no score ever comes they are the
  reason. Words that follow a reason within 90 seconds and answer nothing else are its next part. Skipping the score
  declines the survey: refused. A form asks everything at once, and what comes of it is one turn: score, reason and
  aspect are recorded together, what was left blank is skipped, nothing is asked again. It belongs to the score, like
  a tap on it: while the score is open it counts, and afterwards it answers nothing. One without a score is a no-match.

Wishes, at any point and before anything else
  *Opt-out* suppresses the person, cancels what has not left, closes as refused (complete stays complete) and is
  confirmed once in the conversation's life, but never when the provider has confirmed it or a person has the
  thread. After it nothing is said until the person opts in again, and opting in reopens nothing. *A person* is
  called by a ticket; the question stays open, the wish is no attempt, and if it tells why (six words or more) it is
  the reason too. There is one ticket per conversation: what comes when it exists is forwarded to it.

Handing over
  A takeover remembers the open question in `waiting` and cancels what has not left. In HANDOFF the bot says nothing
  and reads nothing as an answer. A release asks the waiting question again, or closes if there is none; resolving
  closes for good. A thread that is returned to the queue is closed until the next person takes it, and what the
  customer writes meanwhile is theirs to read; the waiting question is kept, so that a later release still asks it.

After the end
  `waiting` is the question that was open. Within `late_answers` its answer still counts: the conversation reopens,
  records, and closes again in one turn, and the closing of the band is said unless it was. Corrections and bursts
  count as well. Everything else goes to a person: to the ticket, or to a new one; a mere "thanks, bye" opens none
  and reopens none.

Errors
  An event that a state does not accept raises IllegalEvent, and nothing changed. What to do then the runner
  decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from common.survey import after_close, edits, forms, replies, wishes
from common.survey.conversation import (
    NO_ANSWERS,
    OPEN_STATES,
    Answer,
    Conversation,
    Outcome,
    State,
    TicketReason,
)
from common.survey.draft import Draft, Turn, closing_prompt
from common.survey.effects import (
    Ask,
    CancelUnsent,
    Close,
    Effect,
    ForwardToTicket,
    OpenTicket,
    RecordAnswer,
    Reopen,
    Say,
    SetTimer,
    SkipQuestion,
    Suppress,
    Unsuppress,
)
from common.survey.events import (
    Event,
    Filled,
    OptedOut,
    Released,
    Replied,
    Resolved,
    Returned,
    Started,
    TakenOver,
    Timer,
    TimerFired,
    Undeliverable,
)
from common.survey.questions import Survey
from common.survey.reading import Option

__all__ = [
    "NO_ANSWERS",
    "OPEN_STATES",
    "TRANSITIONS",
    "Answer",
    "Ask",
    "CancelUnsent",
    "Close",
    "Conversation",
    "Effect",
    "Event",
    "Filled",
    "ForwardToTicket",
    "IllegalEvent",
    "OpenTicket",
    "OptedOut",
    "Option",
    "Outcome",
    "RecordAnswer",
    "Released",
    "Reopen",
    "Replied",
    "Resolved",
    "Returned",
    "Say",
    "SetTimer",
    "SkipQuestion",
    "Started",
    "State",
    "Suppress",
    "TakenOver",
    "TicketReason",
    "Timer",
    "TimerFired",
    "Turn",
    "Undeliverable",
    "Unsuppress",
    "accepts",
    "closing_prompt",
    "step",
]

TRANSITIONS: Mapping[State, Mapping[type[Event], frozenset[State]]] = MappingProxyType(
    {
        State.NEW: {
            Started: frozenset({State.SCORE}),
            Replied: frozenset({State.NEW, State.CLOSED}),
            TimerFired: frozenset({State.NEW}),
            Undeliverable: frozenset({State.NEW}),
            OptedOut: frozenset({State.CLOSED}),
        },
        State.SCORE: {
            Replied: frozenset({State.SCORE, State.REASON, State.ASPECT, State.CLOSED}),
            TimerFired: frozenset({State.SCORE, State.CLOSED}),
            Undeliverable: frozenset({State.SCORE, State.CLOSED}),
            OptedOut: frozenset({State.CLOSED}),
            TakenOver: frozenset({State.HANDOFF}),
        },
        State.REASON: {
            Replied: frozenset({State.REASON, State.ASPECT, State.CLOSED}),
            TimerFired: frozenset({State.REASON, State.CLOSED}),
            Undeliverable: frozenset({State.REASON, State.CLOSED}),
            OptedOut: frozenset({State.CLOSED}),
            TakenOver: frozenset({State.HANDOFF}),
        },
        State.ASPECT: {
            Replied: frozenset({State.ASPECT, State.REASON, State.CLOSED}),
            TimerFired: frozenset({State.ASPECT, State.CLOSED}),
            Undeliverable: frozenset({State.ASPECT, State.CLOSED}),
            OptedOut: frozenset({State.CLOSED}),
            TakenOver: frozenset({State.HANDOFF}),
        },
        State.HANDOFF: {
            Replied: frozenset({State.HANDOFF}),
            TimerFired: frozenset({State.HANDOFF}),
            Undeliverable: frozenset({State.HANDOFF}),
            OptedOut: frozenset({State.HANDOFF}),
            Released: frozenset({State.SCORE, State.REASON, State.ASPECT, State.CLOSED}),
            Returned: frozenset({State.CLOSED}),
            Resolved: frozenset({State.CLOSED}),
        },
        State.CLOSED: {
            Replied: frozenset({State.CLOSED}),
            TimerFired: frozenset({State.CLOSED}),
            Undeliverable: frozenset({State.CLOSED}),
            OptedOut: frozenset({State.CLOSED}),
            TakenOver: frozenset({State.HANDOFF}),
        },
    }
)
"""State → event accepted → the states that may follow. The diagram in docs/conversation.md is drawn from it."""


class IllegalEvent(Exception):
    """Not accepted in this state; nothing changed."""


def accepts(state: State) -> frozenset[type[Event]]:
    """The events that `state` accepts."""
    return frozenset(TRANSITIONS[state])


def step(survey: Survey, conversation: Conversation, event: Event) -> Turn:
    """Process one event. Raises IllegalEvent, and then nothing changed."""
    state = conversation.state
    if type(event) not in TRANSITIONS[state]:
        raise IllegalEvent(f"{type(event).__name__} in state {state}")
    draft = Draft(survey, conversation, event.at)
    match state, event:
        case _, Replied(carrier=str()):
            wishes.by_carrier(draft, event)
        case _, Replied(is_edit=True):
            edits.edited(draft, event)
        case _, Replied(filled=Filled()):
            forms.filled_in(draft, event)
        case State.SCORE, Replied():
            replies.to_score(draft, event)
        case State.REASON, Replied():
            replies.to_reason(draft, event)
        case State.ASPECT, Replied():
            replies.to_aspect(draft, event)
        case State.CLOSED, Replied():
            after_close.after_close(draft, event)
        case State.HANDOFF, Replied():
            replies.in_handoff(draft, event)
        case State.NEW, Replied():
            replies.before_start(draft, event)
        case State.NEW, Started():
            draft.go_on()
        case ((State.SCORE | State.REASON | State.ASPECT), TimerFired(epoch=conversation.epoch)):
            _time_out(draft, event)
        case ((State.SCORE | State.REASON | State.ASPECT), Undeliverable(prompt_step=conversation.asked_step)):
            draft.close(Outcome.PARTIAL if draft.heard else Outcome.UNREACHABLE)
        case _, OptedOut():
            wishes.opt_out(draft, event.source, notice=False)
        case _, TakenOver():
            _take_over(draft)
        case _, Released():
            _release(draft)
        case _, Returned():
            _return(draft)
        case _, Resolved():
            _resolve(draft)
        case _:
            pass  # a stale timer, or news of a prompt that is not the open question's: nothing happened
    return draft.turn()


def _time_out(draft: Draft, event: TimerFired) -> None:
    """Silence: ask again while the budget lasts (no_input), or end (expiry) without a word."""
    if event.timer is Timer.EXPIRY:
        draft.close(draft.outcome_by_answers())
    elif draft.can_ask_again:
        draft.no_input += 1
        draft.ask(draft.state.value, cause="no_input")
    else:
        draft.close(draft.outcome_by_answers(), closing_prompt(draft.score))


def _take_over(draft: Draft) -> None:
    """A person owns the thread from here; what the bot has not sent is dropped."""
    if not draft.is_returned:
        draft.waiting = draft.state.value if draft.state in OPEN_STATES else None
    draft.is_returned = False
    draft.state = State.HANDOFF
    draft.has_ticket = True
    draft.effects.append(CancelUnsent())


def _release(draft: Draft) -> None:
    """Back to the bot: to the question that waits, unless the person opted out meanwhile."""
    if draft.waiting is None or draft.opted_out:
        _resolve(draft)
        return
    question, draft.waiting = draft.waiting, None
    if draft.outcome is not None:  # it was closed while nobody had it
        draft.outcome = draft.closed_at = None
        draft.effects.append(Reopen())
    draft.ask(question, cause="resume")


def _return(draft: Draft) -> None:
    """Between two people: closed, with the question that waits kept for whoever hands the thread to the bot again."""
    question = draft.waiting
    _resolve(draft)
    draft.waiting = None if draft.opted_out else question
    draft.is_returned = True


def _resolve(draft: Draft) -> None:
    """The end. A conversation that had ended keeps its outcome, but for an opt-out in the meantime."""
    draft.waiting = None
    draft.state = State.CLOSED
    if draft.opted_out and draft.outcome not in {Outcome.COMPLETE, Outcome.REFUSED}:
        draft.close(Outcome.REFUSED)
    elif draft.outcome is None:
        draft.close(draft.outcome_by_answers())
