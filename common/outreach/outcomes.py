"""Which outcomes of an interaction are a conversation worth asking about.

Telephone systems, dialers and help desks each have their own words; these are compared without case and with blanks and
hyphens as underscores ("No-Answer" is "no_answer").

Inbound, the customer sought us, so any outcome will do unless it says that they never reached anybody. Outbound, we
sought the customer, so only an outcome that says they talked to us will do: an unknown word, or none, is no proof, and
asking somebody who never picked up how they liked the conversation costs more than a missed answer.
"""

from __future__ import annotations

from common.outreach.decision import Direction

TALKED = frozenset(
    """
    answered answered_by_human answered_human human human_answered connected completed complete contacted reached
    conversation talked spoke spoken spoke_to_customer success successful succeeded handled
    resolved solved closed fixed first_contact_resolution escalated transferred follow_up follow_up_needed
    callback_agreed appointment appointment_made appointment_booked
    appointment_confirmed confirmed sale sold order_placed upsell upgraded renewed retained cancelled_contract
    interested not_interested declined_offer promise_to_pay paid payment_made payment_arranged information_given
    informed complaint complaint_registered replied customer_replied
    """.split()  # noqa: SIM905 - a list of words is read as words, not as eighty lines
)
"""Outbound outcomes that say the customer talked to us."""

NEVER_REACHED = frozenset(
    """
    abandoned abandon caller_abandoned abandoned_in_queue abandoned_in_ivr missed missed_call unanswered not_answered
    no_answer noanswer no_reply no_response no_agent no_agent_available busy line_busy failed ring_no_answer rna
    timeout timed_out voicemail voice_mail left_voicemail left_message message_left mailbox machine answering_machine
    machine_start machine_end_beep machine_end_silence machine_end_other fax wrong_number invalid_number unreachable
    not_reached not_reachable unavailable out_of_hours after_hours closed_hours spam robocall silent silent_call
    ghost_call queue_timeout queue_full blocked
    """.split()  # noqa: SIM905 - a list of words is read as words, not as eighty lines
)
"""Inbound outcomes that say the customer reached nobody."""


def is_substantive(direction: Direction, outcome: str | None) -> bool:
    """True if the outcome shows a conversation. Any direction but inbound is judged as outbound, the stricter way."""
    word = "_".join((outcome or "").casefold().replace("-", " ").replace("_", " ").split())
    if direction == Direction.INBOUND:
        return word not in NEVER_REACHED
    return word in TALKED
