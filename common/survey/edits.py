"""What the customer changes in a message that was sent before, where a channel lets them.

Changed words are not said anew: a slip of the pen that is mended must neither use up an asking nor call a person. They
count where they give or correct the score, and a wish counts whenever it is said. Who has the ticket sees them.
"""

from __future__ import annotations

from common.survey.conversation import OPEN_STATES, State
from common.survey.draft import Draft
from common.survey.events import Replied
from common.survey.questions import REASON, SCORE
from common.survey.reading import Intent, read_intent
from common.survey.replies import corrected_score, heed, is_repeat, keep_score, read_as_score, revise_score


def edited(draft: Draft, event: Replied) -> None:
    """Words that take the place of others."""
    text = event.text.strip()
    intent = read_intent(text, draft.base.locale) if text else None
    if not text or draft.state is State.NEW or is_repeat(draft, text) or heed(draft, intent):
        return
    if draft.state is State.SCORE:
        reading = read_as_score(draft, text)
        if reading.score is not None:
            keep_score(draft, event, reading.score, rest=reading.rest, wants_human=reading.also is not None)
            draft.go_on()
        return
    score = corrected_score(draft, text) if draft.score is not None else None
    if score is not None and score != draft.score and draft.state in OPEN_STATES:
        revise_score(draft, event, score, intent)
    elif score is not None and score != draft.score and _is_in_time(draft):
        draft.record(SCORE, score, event.text, event.message_id)
    elif draft.state is State.REASON and _told_why(draft, event, text):
        draft.go_on()
    elif intent is Intent.HUMAN and not draft.has_ticket:
        draft.call_human(event.message_id)
    if draft.has_ticket and draft.state not in OPEN_STATES:
        draft.forward(event.message_id)


def _told_why(draft: Draft, event: Replied, text: str) -> bool:
    """ "9" became "9, they were quick": the reason came with the change."""
    reading = read_as_score(draft, text)
    if reading.score != draft.score or not reading.rest or REASON in draft.answers:
        return False
    draft.add_reason(reading.rest, event.message_id)
    return True


def _is_in_time(draft: Draft) -> bool:
    return draft.closed_at is not None and draft.at - draft.closed_at <= draft.survey.late_answers
