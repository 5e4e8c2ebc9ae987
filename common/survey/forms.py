"""A form that asks the whole survey at once, filled in: what one message answers in one turn.

It belongs to the score, with which it is shown. While the score is open it answers everything; when the score has been
typed meanwhile, or the form is of an earlier conversation, it answers nothing, as a tap would. Wishes in its words
count whenever they are said.
"""

from __future__ import annotations

from common.survey import after_close
from common.survey.conversation import State
from common.survey.draft import Draft
from common.survey.events import Filled, Replied
from common.survey.questions import ASPECT, REASON, SCORE
from common.survey.reading import Intent, read_intent
from common.survey.replies import before_start, heed, in_handoff, no_match, tells_why


def filled_in(draft: Draft, event: Replied) -> None:
    """The customer sent a form; `event.text` is the reason in it."""
    match draft.state:
        case State.NEW:
            before_start(draft, event)
        case State.HANDOFF:
            in_handoff(draft, event)
        case State.SCORE if event.question == SCORE:
            _to_score(draft, event)
        case State.CLOSED:
            _after_close(draft, event)
        case _:
            _beside(draft, event)


def _to_score(draft: Draft, event: Replied) -> None:
    filled = event.filled
    assert filled is not None
    if filled.score is not None:
        if take(draft, event, filled.score, filled):
            draft.go_on()
        return
    reason = filled.reason.strip()
    if heed(draft, _wish_in(draft, reason)):
        return
    if reason:
        draft.keep_comment(reason, event.message_id)
    if reason and read_intent(reason, draft.base.locale) is Intent.HUMAN:
        draft.call_human(event.message_id)
    else:
        no_match(draft)


def take(draft: Draft, event: Replied, score: int, filled: Filled) -> bool:
    """Record all that the form says; False if its words want to hear no more."""
    draft.record(SCORE, score, str(score), event.message_id)
    reason = filled.reason.strip()
    intent = read_intent(reason, draft.base.locale) if reason else None
    if intent is Intent.OPT_OUT:
        heed(draft, intent)
        return False
    if draft.asks(REASON):
        if reason and (intent not in {Intent.SKIP, Intent.HUMAN} or tells_why(reason)):
            draft.add_reason(reason, event.message_id)
        elif REASON not in draft.answers:
            draft.skip(REASON)
    if intent is Intent.HUMAN:
        draft.call_human(event.message_id)
    aspect = draft.survey.question(ASPECT)
    if aspect is not None and draft.asks(ASPECT):
        if filled.aspect in aspect.choices:
            draft.record(ASPECT, filled.aspect, filled.aspect, event.message_id)
        elif not filled.aspect:
            draft.skip(ASPECT)
    return True


def _after_close(draft: Draft, event: Replied) -> None:
    """Late, while the score is still wanted; a second copy, or a form of something else, answers nothing."""
    filled = event.filled
    assert filled is not None
    is_awaited = draft.waiting == SCORE and event.question == SCORE and after_close.is_in_time(draft)
    if draft.opted_out or draft.is_returned or not is_awaited or filled.score is None:
        _beside(draft, event)
        return
    after_close.reopen(draft)
    if take(draft, event, filled.score, filled):
        after_close.close_again(draft, event)


def _beside(draft: Draft, event: Replied) -> None:
    """It answers nothing. Wishes in its words are heeded, and after the end a person reads them as any others."""
    reason = event.text.strip()
    known = draft.answers.get(REASON)
    if not reason or (known is not None and known.verbatim == reason):
        return
    intent = read_intent(reason, draft.base.locale)
    if draft.opted_out or draft.is_returned:
        if draft.has_ticket:
            draft.forward(event.message_id)
    elif intent is Intent.OPT_OUT:
        heed(draft, intent)
    elif draft.state is State.CLOSED:
        after_close.leave_to_person(draft, event, intent)
    elif intent is Intent.HUMAN:
        draft.call_human(event.message_id)


def _wish_in(draft: Draft, reason: str) -> Intent | None:
    """An opt-out in the words; to be asked again is said in a message of its own."""
    intent = read_intent(reason, draft.base.locale) if reason else None
    return intent if intent is Intent.OPT_OUT else None
