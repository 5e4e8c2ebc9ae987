"""What Twilio tells us about calls: its webhooks' fields, and the same news as records of its API. Pure.

Source: https://www.twilio.com/docs/voice/twiml#request-parameters and the pages of the verbs; parameters that we do not
know come and go without notice and are let be.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from bots.phone_numbers import to_e164
from bots.twilio_signature import FORM, JSON, form_fields, media_type
from common.channels import MalformedWebhook, NotUnderstood, WebhookRequest
from common.telephone.values import Arrival, CallNews, CallStatus, Keys, Recorded

_SID = re.compile(r"[!-~]{1,64}")
_STATUSES = {status.value: status for status in CallStatus} | {"answered": CallStatus.IN_PROGRESS}
_GONE_FOR_GOOD = {"404", "410", "484", "604"}
"""SIP: no such number."""


class Fields:
    """The fields of one verified webhook, and its query."""

    def __init__(self, request: WebhookRequest) -> None:
        """Raises MalformedWebhook for what is no form, NotUnderstood for JSON."""
        kind = media_type(request)
        if kind == JSON:
            raise NotUnderstood("JSON, where Twilio sends forms")
        if kind != FORM:
            raise MalformedWebhook("the body is not a form")
        self._fields: dict[str, str] = {}
        for name, value in form_fields(request.body):
            self._fields.setdefault(name, value.replace("\0", "\N{REPLACEMENT CHARACTER}"))
        self._query = parse_qs(request.query)

    def get(self, name: str) -> str:
        """A field; empty where it is missing."""
        return self._fields.get(name, "")

    def has(self, name: str) -> bool:
        return name in self._fields

    def asked(self, name: str) -> str | None:
        """A parameter of the address, None where it is missing or empty."""
        return self._query.get(name, [""])[0][:255] or None

    @property
    def call_sid(self) -> str:
        """Raises NotUnderstood."""
        if _SID.fullmatch(self.get("CallSid")) is None:
            raise NotUnderstood("no call id")
        return self.get("CallSid")

    @property
    def step(self) -> int:
        """The step that this request answers; 0 where the address names none."""
        value = self.asked("step") or ""
        return int(value) if re.fullmatch(r"[0-9]{1,6}", value) else 0


def read_arrival(fields: Fields, *, reference: str | None = None) -> Arrival:
    """A call that reaches the survey. Raises NotUnderstood."""
    is_ours = fields.get("Direction").startswith("outbound") or reference is not None
    answered_by = fields.get("AnsweredBy")[:32] or None
    return Arrival(
        call_sid=fields.call_sid,
        caller=to_e164(fields.get("To" if is_ours else "From")),
        direction="outbound" if is_ours else "inbound",
        reference=reference,
        interaction=fields.asked("interaction"),
        survey=fields.asked("survey"),
        is_handed=fields.has("DialCallStatus"),
        is_machine=answered_by is not None and (answered_by.startswith("machine") or answered_by == "fax"),
        answered_by=answered_by,
    )


def read_keys(fields: Fields) -> Keys:
    """What was pressed or said. `FinishedOnKey` is undocumented, so it is a hint and may be missing."""
    return Keys(
        digits=fields.get("Digits")[:32],
        ended_by=fields.get("FinishedOnKey")[:1] or None,
        speech=fields.get("SpeechResult").strip()[:4000],
        confidence=_confidence(fields.get("Confidence")),
    )


def read_recorded(fields: Fields) -> Recorded | None:
    """The recording of a Record verb; None for silence, which makes none."""
    sid = fields.get("RecordingSid") or fields.get("RecordingUrl").rsplit("/", 1)[-1].partition(".")[0]
    if _SID.fullmatch(sid) is None or fields.get("RecordingDuration") == "0":
        return None
    return Recorded(provider_id=sid, duration_s=seconds(fields.get("RecordingDuration")))


def read_news(fields: Fields) -> CallNews:
    """A status callback. Raises NotUnderstood."""
    news = _news(
        fields.call_sid,
        fields.get("CallStatus"),
        answered_by=fields.get("AnsweredBy"),
        reference=fields.asked("ref"),
        sip=fields.get("SipResponseCode"),
    )
    if news is None:
        raise NotUnderstood("a status that is not known")
    return news


def read_call(record: Any) -> CallNews | None:
    """A call as the API shows it; None if it says nothing we know."""
    return _news(str(record.sid or ""), str(record.status or ""), answered_by=str(record.answered_by or ""))


def _news(
    call_sid: str, status: str, *, answered_by: str, reference: str | None = None, sip: str = ""
) -> CallNews | None:
    known = _STATUSES.get(status.strip().lower())
    if known is None:
        return None
    return CallNews(
        call_sid=call_sid,
        status=known,
        reference=reference,
        answered_by=answered_by[:32] or None,
        is_permanent=known is CallStatus.FAILED and sip in _GONE_FOR_GOOD,
    )


def _confidence(text: str) -> float | None:
    """How sure the recogniser is, 0 to 1; it may say nothing (and 0.0 with some models, which means nothing)."""
    value = float(text) if re.fullmatch(r"[01](\.[0-9]{1,20})?", text) else None
    return value or None


def seconds(text: str) -> int | None:
    """A number of whole seconds; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None
