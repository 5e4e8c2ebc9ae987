"""What the customer says after the end: late answers, corrections, the rest of a burst, and everything else.

The rules are told in `machine`.
"""

from __future__ import annotations

from common.survey.conversation import TicketReason
from common.survey.draft import Draft, closing_prompt
from common.survey.effects import Reopen
from common.survey.events import SKIP_CHOICE, Replied
from common.survey.questions import ASPECT, REASON, SCORE
from common.survey.reading import Intent, read_intent
from common.survey.replies import (
    BURST,
    bare_score,
    chosen,
    continues_reason,
    corrected_score,
    heed,
    is_courtesy,
    is_repeat,
    keep_score,
    read_as_score,
    tapped_score,
    tells_why,
    words_or_attachment,
)


def after_close(draft: Draft, event: Replied) -> None:
    """Count it if it still counts; otherwise a person reads it."""
    text = words_or_attachment(event) if event.choice is None else ""
    intent = read_intent(text, draft.base.locale) if text else None
    if draft.opted_out and intent is not Intent.OPT_IN:
        _after_opt_out(draft, event, intent)
    elif heed(draft, intent):
        pass
    elif draft.is_returned:
        draft.heard = True  # the next person reads it; nothing is read as an answer meanwhile
        draft.forward(event.message_id, is_courtesy=is_courtesy(draft, event))
    elif event.choice is not None:
        _tapped(draft, event)
    elif text and not _counts_late(draft, event, text, intent):
        leave_to_person(draft, event, intent)


def _after_opt_out(draft: Draft, event: Replied, intent: Intent | None) -> None:
    """The bot is silent for good: words go to the person who has the ticket, and only a wish for one opens it."""
    if intent is Intent.OPT_OUT or event.choice is not None:
        return
    if draft.has_ticket:
        draft.forward(event.message_id, is_courtesy=is_courtesy(draft, event))
    elif intent is Intent.HUMAN:
        draft.open_ticket(TicketReason.HUMAN_REQUESTED)


def leave_to_person(draft: Draft, event: Replied, intent: Intent | None) -> None:
    """To the ticket, which is opened if there is none. A "no" to nothing needs nobody, and neither does a "thanks"."""
    draft.heard = True
    if intent is Intent.HUMAN:
        draft.call_human(event.message_id)
        return
    calls_nobody = is_courtesy(draft, event)
    if draft.has_ticket or not (intent is Intent.SKIP or calls_nobody):
        draft.open_ticket(TicketReason.REPLY_AFTER_CLOSE)
        draft.forward(event.message_id, is_courtesy=calls_nobody)


# --- what still counts --------------------------------------------------------------------------------------------


def is_in_time(draft: Draft) -> bool:
    """True while an answer still counts: within the survey's `late_answers` after the end."""
    return draft.closed_at is not None and draft.at - draft.closed_at <= draft.survey.late_answers


def _tapped(draft: Draft, event: Replied) -> None:
    """A tap answers the question it belongs to or nothing: never another one, and nobody need read it."""
    question = draft.waiting
    if question is None or event.question not in {None, question} or not is_in_time(draft):
        return
    score = tapped_score(event) if question == SCORE else None
    choice = chosen(draft, event) if question == ASPECT else None
    if score is not None:
        reopen(draft)
        keep_score(draft, event, score)
        close_again(draft, event)
    elif choice is not None:
        reopen(draft)
        draft.record(ASPECT, choice, event.text or choice, event.message_id)
        close_again(draft, event)
    elif event.choice == SKIP_CHOICE and question != SCORE:
        reopen(draft)
        draft.skip(question)
        close_again(draft, event)


def _counts_late(draft: Draft, event: Replied, text: str, intent: Intent | None) -> bool:
    """Take the words as a repetition, a correction, the late answer or the rest of a burst. False if they are none."""
    if not is_in_time(draft):
        return False
    if is_repeat(draft, text):
        return True
    return (
        _corrects(draft, event, text, intent)
        or _answers_late(draft, event, text, intent)
        or _continues(draft, event, text, intent)
    )


def _corrects(draft: Draft, event: Replied, text: str, intent: Intent | None) -> bool:
    """ "Sorry, I meant 9", or just "9": the score is replaced and the closing of its band said, once."""
    if draft.score is None:
        return False
    score = corrected_score(draft, text)
    if score is None or (bare_score(text, draft.base.locale) is not None and _may_mean_aspect(draft, event)):
        return False
    is_new = score != draft.score
    if is_new:
        draft.record(SCORE, score, event.text, event.message_id)
        _tell_person(draft, event)
    if intent is Intent.HUMAN:
        draft.call_human(event.message_id)
    if is_new:
        draft.say_once(closing_prompt(score))
    return True


def _may_mean_aspect(draft: Draft, event: Replied) -> bool:
    """True for the number of a choice when the aspect came last: as a late answer it counts, else we do not guess."""
    came_last = draft.waiting == ASPECT or (draft.waiting is None and ASPECT in draft.answers)
    return came_last and chosen(draft, event) is not None


def _answers_late(draft: Draft, event: Replied, text: str, intent: Intent | None) -> bool:
    """The answer to the question that was open at the end: it counts for that question and no other."""
    question = REASON if _follows_late_score(draft) else draft.waiting
    if question == SCORE:
        reading = read_as_score(draft, text)
        if reading.score is None:
            return False
        reopen(draft)
        keep_score(draft, event, reading.score, rest=reading.rest, wants_human=reading.also is not None)
    elif question is not None and intent is Intent.SKIP:
        reopen(draft)
        draft.skip(question)
    elif question == REASON and (intent is None or tells_why(text)) and not is_courtesy(draft, event):
        reopen(draft)
        draft.add_reason(text, event.message_id)
        if intent is Intent.HUMAN:
            draft.call_human(event.message_id)
    elif question == ASPECT and (choice := chosen(draft, event)) is not None:
        reopen(draft)
        draft.record(ASPECT, choice, text, event.message_id)
    else:
        return False
    close_again(draft, event)
    return True


def _follows_late_score(draft: Draft) -> bool:
    """True right after a late score, which leaves no question open: the next words are its reason."""
    score = draft.answers.get(SCORE)
    if score is None or score.at != draft.closed_at or draft.at - score.at > BURST:
        return False
    return draft.asks(REASON) and REASON not in draft.answers


def _continues(draft: Draft, event: Replied, text: str, intent: Intent | None) -> bool:
    """The next part of a reason that was the last thing said before the end."""
    if intent is not None or draft.waiting == SCORE or not continues_reason(draft, text):
        return False
    draft.add_reason(text, event.message_id)
    _tell_person(draft, event)
    return True


def reopen(draft: Draft) -> None:
    draft.effects.append(Reopen())


def close_again(draft: Draft, event: Replied) -> None:
    """End once more, with what is known now; the closing of the band is said if it was not."""
    draft.waiting = None
    _tell_person(draft, event)
    draft.close(draft.outcome_by_answers(), closing_prompt(draft.score))


def _tell_person(draft: Draft, event: Replied) -> None:
    """Whoever has had the ticket sees what came late."""
    if draft.base.has_ticket:
        draft.forward(event.message_id)
