"""What the customer says while a question is open, before the first one, and while a person has the thread.

Replies after the end are in `after_close`. The rules are told in `machine`.
"""

from __future__ import annotations

from datetime import timedelta

from common.survey import wishes
from common.survey.conversation import Outcome, State
from common.survey.draft import Draft, closing_prompt
from common.survey.events import SKIP_CHOICE, Replied
from common.survey.questions import ASPECT, REASON, SCORE
from common.survey.reading import (
    Intent,
    Option,
    Reading,
    ReadingOutcome,
    read_choice,
    read_correction,
    read_courtesy,
    read_intent,
    read_plainly,
    read_score,
)
from common.survey.score import HIGHEST, LOWEST

BURST = timedelta(seconds=90)
"""People send one thought in several messages; within this time the next one still belongs to the last answer."""
TELLING = 6
"""Words. A shorter message only wishes or chooses; one this long tells why as well, and that must not be lost."""
_LONGEST_BARE = 60
"""Characters. A longer message says more than a number, and need not be read as one."""
_ATTACHMENTS = frozenset({"media", "recording"})
_TAPPED_SCORES = {str(score): score for score in range(LOWEST, HIGHEST + 1)}


# --- no question is open ------------------------------------------------------------------------------------------


def before_start(draft: Draft, event: Replied) -> None:
    """Nothing was asked, so nothing is an answer; wishes count."""
    intent = read_intent(event.text, draft.base.locale)
    if intent is Intent.HUMAN:
        draft.call_human(event.message_id)
    else:
        heed(draft, intent)


def in_handoff(draft: Draft, event: Replied) -> None:
    """A person has the thread: the words are theirs to read, and only an opt-out or opt-in is ours to obey."""
    draft.heard = True
    heed(draft, read_intent(event.text, draft.base.locale))
    draft.forward(event.message_id, is_courtesy=is_courtesy(draft, event))


# --- a question is open -------------------------------------------------------------------------------------------


def to_score(draft: Draft, event: Replied) -> None:
    """The score is awaited."""
    if is_foreign_tap(event, SCORE):
        return
    text = event.text.strip()
    if event.choice is not None:
        score = tapped_score(event)
        if score is not None:
            keep_score(draft, event, score)
            draft.go_on()
        elif event.choice == SKIP_CHOICE:
            decline(draft)
        else:
            no_match(draft)
        return
    if not text:
        no_match(draft)
        return
    reading = read_as_score(draft, text)
    if reading.score is not None:
        keep_score(draft, event, reading.score, rest=reading.rest, wants_human=reading.also is not None)
        draft.go_on()
        return
    intent = read_intent(text, draft.base.locale)
    if heed(draft, intent):
        return
    if intent is Intent.SKIP:
        decline(draft)
    elif intent is Intent.HUMAN:
        draft.call_human(event.message_id)
        if tells_why(text):
            draft.keep_comment(text, event.message_id)
    else:
        if reading.outcome is ReadingOutcome.NOT_SCORE:
            draft.keep_comment(text, event.message_id)
        no_match(draft)


def to_reason(draft: Draft, event: Replied) -> None:
    """The reason is awaited: almost anything is one."""
    if is_foreign_tap(event, REASON):
        return
    if event.choice == SKIP_CHOICE:
        draft.skip(REASON)
        draft.go_on()
        return
    text = words_or_attachment(event)
    if not text:
        no_match(draft)
        return
    intent = read_intent(text, draft.base.locale)
    if heed(draft, intent):
        return
    score = corrected_score(draft, text)
    if score is not None:
        revise_score(draft, event, score, intent)
    elif intent is Intent.SKIP:
        draft.skip(REASON)
        draft.go_on()
    else:
        if intent is Intent.HUMAN:
            draft.call_human(event.message_id)
        if intent is None or tells_why(text):
            draft.add_reason(text, event.message_id)
            draft.go_on()


def to_aspect(draft: Draft, event: Replied) -> None:
    """One of a few choices is awaited: by tap, by number, by its words."""
    if is_foreign_tap(event, ASPECT):
        return
    text = event.text.strip()
    intent = read_intent(text, draft.base.locale) if event.choice is None else None
    if heed(draft, intent):
        return
    if tells_why(text) and _is_reason_again(draft, text):
        return  # it may happen to name a choice
    choice = chosen(draft, event)
    if choice is not None:
        if tells_why(text) and continues_reason(draft, text):
            draft.add_reason(text, event.message_id)
        draft.record(ASPECT, choice, text or choice, event.message_id)
        draft.go_on()
    elif event.choice == SKIP_CHOICE or intent is Intent.SKIP:
        draft.skip(ASPECT)
        draft.go_on()
    elif not text or bare_score(text, draft.base.locale) is not None:
        no_match(draft)
    elif (score := read_correction(text, draft.base.locale)) is not None:
        revise_score(draft, event, score, intent)
    elif intent is Intent.HUMAN:
        draft.call_human(event.message_id)
    elif continues_reason(draft, text):
        if not is_repeat(draft, text):
            draft.add_reason(text, event.message_id)
    else:
        no_match(draft)


# --- what the rules have in common --------------------------------------------------------------------------------


def heed(draft: Draft, intent: Intent | None) -> bool:
    """Obey an opt-out or opt-in in the customer's words. True if it was one."""
    if intent is Intent.OPT_OUT:
        draft.heard = True
        wishes.opt_out(draft, wishes.BY_REPLY, notice=True)
        return True
    if intent is Intent.OPT_IN:
        wishes.opt_in(draft, wishes.BY_REPLY, notice=True)
        return True
    return False


def keep_score(draft: Draft, event: Replied, score: int, *, rest: str | None = None, wants_human: bool = False) -> None:
    """The score, the reason if it came along, and the wish for a person if that did."""
    draft.record(SCORE, score, event.text or str(score), event.message_id)
    if rest and draft.asks(REASON) and (not wants_human or tells_why(rest)):
        draft.add_reason(rest, event.message_id)
    if wants_human:
        draft.call_human(event.message_id)


def revise_score(draft: Draft, event: Replied, score: int, intent: Intent | None) -> None:
    """A correction replaces the score and the open question is repeated; the same score again is a double tap."""
    is_new = score != draft.score
    if is_new:
        draft.record(SCORE, score, event.text, event.message_id)
    if intent is Intent.HUMAN:
        draft.call_human(event.message_id)
    if is_new:
        draft.ask(draft.state.value, cause="resume")


def decline(draft: Draft) -> None:
    """A clear "no, thanks" to the first question: we thank and go; a score that comes late still counts."""
    draft.heard = True
    draft.close(Outcome.REFUSED, "closing.refused")


def no_match(draft: Draft) -> None:
    """The words answer nothing: ask again, or end with what there is."""
    draft.heard = True
    if draft.can_ask_again:
        draft.no_match += 1
        draft.ask(draft.state.value, cause="no_match")
    else:
        draft.close(Outcome.PARTIAL, closing_prompt(draft.score))


def is_foreign_tap(event: Replied, question: str) -> bool:
    """True for a tap on a control of another question than `question`."""
    return event.choice is not None and event.question is not None and event.question != question


def tapped_score(event: Replied) -> int | None:
    """The score of a tapped control, None if it is not one of "0" to "10"."""
    return _TAPPED_SCORES.get(event.choice or "")


def read_as_score(draft: Draft, text: str) -> Reading:
    """The message as the answer to the score; after a failure also as the correction of it ("sorry, I meant 9")."""
    reading = read_score(text, draft.base.locale)
    if reading.outcome is ReadingOutcome.REPROMPT and draft.no_match:
        score = read_correction(text, draft.base.locale)
        if score is not None:
            return Reading(outcome=ReadingOutcome.SCORE, score=score)
    return reading


def bare_score(text: str, locale: str) -> int | None:
    """The score, if the message says a score and nothing else."""
    if len(text) > _LONGEST_BARE:
        return None
    reading = read_plainly(text, locale)
    return reading.score if reading.rest is None and reading.also is None else None


def corrected_score(draft: Draft, text: str) -> int | None:
    """The score that the words put in place of the one given, or say once more.

    A bare number corrects only in figures: "nil" after a nine says that there is nothing to say.
    """
    score = bare_score(text, draft.base.locale)
    if score is None:
        return read_correction(text, draft.base.locale)
    return score if score == draft.score or any(sign.isnumeric() for sign in text) else None


def chosen(draft: Draft, event: Replied) -> str | None:
    """The key of the option that was tapped or said, None if it is none of them."""
    question = draft.survey.question(ASPECT)
    keys = question.choices if question is not None else ()
    if event.choice is not None:
        return event.choice if event.choice in keys else None
    options = event.options or tuple(Option(key=key, label=key) for key in keys)
    return read_choice(event.text, options, draft.base.locale)


def words_or_attachment(event: Replied) -> str:
    """The words said; "[media]" or "[recording]" for an attachment without words; else nothing."""
    text = (event.text or event.choice or "").strip()
    return f"[{event.kind}]" if not text and event.kind in _ATTACHMENTS else text


def tells_why(text: str) -> bool:
    """True if the message is long enough to give a reason. Scripts without spaces count two signs as a word."""
    unspaced = sum(1 for sign in text if sign >= "\u2e80")
    return len(text.split()) + unspaced // 2 >= TELLING


def is_courtesy(draft: Draft, event: Replied) -> bool:
    """True for thanks, a goodbye or a friendly sign and nothing else."""
    return event.choice is None and read_courtesy(event.text, draft.base.locale)


def continues_reason(draft: Draft, text: str) -> bool:
    """True for words that come so soon after the reason that they are its next part, and nothing was answered since."""
    if not draft.is_within(REASON, BURST) or not any(sign.isalpha() for sign in text):
        return False
    return all(answer.at <= draft.answers[REASON].at for answer in draft.answers.values())


def _is_reason_again(draft: Draft, text: str) -> bool:
    """True for a second copy of the reason, however late: words that tell why are no one's way to pick a choice."""
    reason = draft.answers.get(REASON)
    return reason is not None and (reason.verbatim == text or reason.verbatim.endswith(f"\n{text}"))


def is_repeat(draft: Draft, text: str) -> bool:
    """True if these very words have been taken as an answer, or as the last part of one: just now, or the last one.

    A carrier may bring its second copy of a message late. The last answer is the only one after which nothing else was
    asked, so that its copy can be meant for nothing else.
    """
    return any(
        (answer.verbatim == text or answer.verbatim.endswith(f"\n{text}"))
        and (draft.at - answer.at <= BURST or (question == ASPECT and draft.state is State.CLOSED))
        for question, answer in draft.answers.items()
    )
