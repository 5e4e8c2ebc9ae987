"""A call reaches the survey: which conversation is it about?

One that we placed is about its own message. One that names an interaction joins the invitation that waits for it.
Anybody else who rings is asked about this very call, unless we had rung them and something is still to be asked: then
we are called back, also some days later, as long as a late answer counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from common.channels import Channel
from common.intake import Intake
from common.outreach.decision import Rules
from common.store import calls as store
from common.survey.machine import OPEN_STATES, Outcome, State
from common.surveys import SurveyDefinition
from common.telephone.values import Arrival
from common.turns import StartInvitation, Turns

log = structlog.get_logger()

_UNFINISHED = frozenset({Outcome.UNREACHABLE.value, Outcome.NO_ANSWER.value, Outcome.PARTIAL.value})


class Arrivals:
    """Finds, or begins, the conversation of a call."""

    def __init__(self, turns: Turns, intake: Intake, channel: Channel) -> None:
        self._turns = turns
        self._intake = intake
        self._channel = channel

    def find(self, connection: Connection, arrival: Arrival, now: datetime) -> str | None:
        """The conversation of this call, begun if need be; None = there is nothing to ask."""
        if arrival.reference is not None:
            placing = store.placing(connection, arrival.reference)
            return self._if_open(connection, placing.conversation_id) if placing else None
        if arrival.interaction is not None:
            is_known, invitation = store.invited_for(connection, arrival.interaction)
            if is_known:
                return self._of_invitation(connection, invitation)
        address = arrival.caller or arrival.call_sid
        latest = store.latest_at(connection, self._channel.value, address)
        if latest is not None and (latest.state in OPEN_STATES or self._is_late_answer(connection, latest, now)):
            return str(latest.id)  # we rang in vain and are called back, or the line broke down
        return self._of_caller(connection, arrival, address, now)

    def _is_late_answer(self, connection: Connection, latest: Row[Any], now: datetime) -> bool:
        """True for a conversation for which we rang this number, that ended with a question open, and still counts."""
        if waiting_question(latest._mapping) is None or latest.outcome not in _UNFINISHED:
            return False
        definition = self._turns.surveys.get(connection, latest.survey_key, latest.survey_version)
        is_in_time = now - latest.closed_at <= definition.survey.late_answers
        return is_in_time and store.was_rung(connection, latest.id) and store.may_be_asked(connection, latest.id)

    def _if_open(self, connection: Connection, conversation_id: str) -> str | None:
        is_open = store.conversation(connection, conversation_id)["state"] in OPEN_STATES
        return conversation_id if is_open else None

    def _of_invitation(self, connection: Connection, invitation: Row[Any] | None) -> str | None:
        """The conversation of an interaction's invitation, if the telephone may still ask."""
        if invitation is None:
            return None
        if invitation.conversation_id is not None:
            return self._if_open(connection, invitation.conversation_id)
        if invitation.channel != self._channel.value or invitation.status != "scheduled":
            return None
        return self._begin(connection, invitation.id)

    def _begin(self, connection: Connection, invitation_id: str) -> str | None:
        (result,) = self._turns.run(connection, [StartInvitation(invitation_id=invitation_id)])
        return result.conversation_id

    def _of_caller(self, connection: Connection, arrival: Arrival, address: str, now: datetime) -> str | None:
        """A conversation of the call's own: it is an interaction that ends now, decided upon at once."""
        survey = self._survey(connection, arrival.survey)
        if survey is None:
            log.error("a call reached no survey", survey=arrival.survey)
            return None
        is_ours = not arrival.is_handed or survey.channel_for(self._channel.value) == self._channel.value
        body = {
            "id": f"call-{arrival.call_sid}",
            "channel": self._channel.value,
            "direction": "inbound",
            "ended_at": now.isoformat(),
            "duration_s": None,
            "outcome": "answered",
            "customer": {
                "id": store.known_as(connection, address) or _name_of(address),
                "phone": arrival.caller,
                "call_sid": arrival.call_sid,
                "consent": True,  # by calling, or by staying on the line
            },
            "agent": None,
            "survey": survey.key,
        }
        rules = None
        if is_ours:
            fatigue = timedelta(days=survey.body["fatigue_days"]) if arrival.is_handed else None
            rules = Rules(send_after=timedelta(0), fatigue=fatigue, quiet_hours=None, min_duration=timedelta(0))
        invitation = self._intake.take(connection, body, now, rules=rules).body["invitation"]
        return self._begin(connection, invitation["id"]) if invitation and is_ours else None

    def _survey(self, connection: Connection, key: str | None) -> SurveyDefinition | None:
        """The survey named; without a name the one called "default", or the only one there is."""
        if key is not None:
            return self._turns.surveys.find(connection, key)
        newest = store.newest_surveys(connection)
        name = "default" if "default" in newest else next(iter(newest)) if len(newest) == 1 else None
        return self._turns.surveys.get(connection, name, newest[name]) if name is not None else None


def waiting_question(conversation_row: Mapping[Any, Any]) -> str | None:
    """The question that was open when this conversation was closed; None if it is not closed, or none was."""
    if conversation_row["state"] != State.CLOSED.value:
        return None
    question = conversation_row["machine"].get("waiting")
    return str(question) if question is not None else None


def _name_of(address: str) -> str:
    """What we call a person of whom nothing but the number is known; no number, for it stands in exports and logs."""
    return f"caller-{hashlib.sha256(address.encode()).hexdigest()[:16]}"
