"""What a customer may wish at any point: no more messages, messages again.

A wish for a person is `Draft.call_human`.
"""

from __future__ import annotations

from common.survey.conversation import Outcome, State
from common.survey.draft import OPT_IN_NOTICE, OPT_OUT_NOTICE, Draft
from common.survey.effects import Unsuppress
from common.survey.events import OPTED_IN, OPTED_OUT, Replied

BY_REPLY = "reply"
BY_CARRIER = "carrier"


def by_carrier(draft: Draft, event: Replied) -> None:
    """Words that the provider acted upon and confirmed: we follow, and say nothing over it."""
    draft.heard = True
    if event.carrier == OPTED_OUT:
        opt_out(draft, BY_CARRIER, notice=False)
    elif event.carrier == OPTED_IN:
        opt_in(draft, BY_CARRIER, notice=False)
    if draft.state is State.HANDOFF:
        draft.forward(event.message_id)


def opt_out(draft: Draft, source: str, *, notice: bool) -> None:
    """Lasting, over all channels. What was complete stays complete; a person who has the thread keeps it."""
    if draft.opted_out:
        return
    draft.suppress(source)
    if draft.state is State.HANDOFF:
        return
    if notice:
        draft.say_once(OPT_OUT_NOTICE)
    if draft.outcome not in {Outcome.COMPLETE, Outcome.REFUSED}:
        draft.close(Outcome.REFUSED)
    draft.waiting = None


def opt_in(draft: Draft, source: str, *, notice: bool) -> None:
    """The person may be asked again, next time: a question that was refused stays closed."""
    draft.opted_out = False
    draft.effects.append(Unsuppress(source=source))
    if notice and draft.state is not State.HANDOFF:
        draft.say(OPT_IN_NOTICE)
