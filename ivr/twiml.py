"""TwiML by the SDK's builders, and our own list of what may be in it.

The SDK writes whatever it is given: a misspelt attribute, a list as its Python form, a control character that no XML
parser takes. Twilio answers such a document with an error in the caller's ear. So every document passes `to_document`:
only the verbs, attributes, values and nesting below leave this house. Sources: the references of the verbs at
https://www.twilio.com/docs/voice/twiml. What customers and admins wrote passes `spoken_text` first, so it is text and
nothing but text, whatever stands in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from twilio.twiml import TwiML
from twilio.twiml.voice_response import VoiceResponse

CONTENT_TYPE = "text/xml; charset=utf-8"
MAX_SPOKEN = 1_500
"""Characters in one Say; Twilio takes 4,096, and nobody listens that long."""
MAX_DOCUMENT = 60_000
"""Bytes; Twilio takes 64 KB. No words can reach it (see MAX_SPOKEN)."""

_URL = r"https?://[!-~]{1,1000}"
_FLAG = r"true|false"


class NotAllowed(ValueError):
    """A document that Twilio might not take; a fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What one verb may have: attributes with the pattern of their values, verbs inside, and its text."""

    attributes: Mapping[str, str] = field(default_factory=dict)
    inside: frozenset[str] = frozenset()
    text: str | None = None


_RULES: Mapping[str, _Rule] = {
    "Response": _Rule(inside=frozenset({"Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Hangup"})),
    "Say": _Rule(
        attributes={"language": r"[a-z]{2,3}-[A-Z]{2}", "voice": r"(Polly|Google)\.[A-Za-z0-9-]{1,80}"},
        text=r"[^\x00-\x1f]{1,4000}",
    ),
    "Play": _Rule(text=_URL),
    "Pause": _Rule(attributes={"length": r"[1-9]|1[0-9]"}),
    "Gather": _Rule(
        attributes={
            "input": r"dtmf|speech|dtmf speech",
            "action": _URL,
            "method": "POST",
            "timeout": r"[1-9]|1[0-9]",
            "speechTimeout": r"[1-9]|auto",
            "numDigits": r"[1-9]",
            "finishOnKey": r"#?",
            "actionOnEmptyResult": _FLAG,
            "language": r"[a-z]{2,3}-[A-Z]{2}",
            "profanityFilter": _FLAG,
        },
        inside=frozenset({"Say", "Play", "Pause"}),
    ),
    "Record": _Rule(
        attributes={
            "action": _URL,
            "method": "POST",
            "maxLength": r"[1-9][0-9]{0,2}",
            "timeout": r"[1-9]|1[0-9]",
            "finishOnKey": r"#",
            "playBeep": _FLAG,
            "trim": r"trim-silence|do-not-trim",
            "recordingStatusCallback": _URL,
            "recordingStatusCallbackMethod": "POST",
            "recordingStatusCallbackEvent": r"completed absent",
            "transcribe": _FLAG,
            "transcribeCallback": _URL,
        }
    ),
    "Dial": _Rule(
        attributes={
            "action": _URL,
            "method": "POST",
            "timeout": r"[1-9][0-9]?",
            "timeLimit": r"[1-9][0-9]{0,4}",
            "answerOnBridge": _FLAG,
            "callerId": r"\+[1-9][0-9]{6,14}",
        },
        inside=frozenset({"Number"}),
    ),
    "Number": _Rule(attributes={"url": _URL, "method": "POST"}, text=r"\+[1-9][0-9]{6,14}"),
    "Redirect": _Rule(attributes={"method": "POST"}, text=_URL),
    "Hangup": _Rule(),
}


def to_document(response: VoiceResponse) -> str:
    """The document as Twilio is sent it. Raises NotAllowed."""
    _check(response)
    document = str(response.to_xml())
    if len(document.encode("utf-8")) > MAX_DOCUMENT:
        raise NotAllowed("the document is too long")
    return document


def spoken_text(text: str) -> str:
    """`text` as a voice can say it: one line, without markup's brackets, control and invisible characters."""
    visible = "".join(
        " " if sign.isspace() or sign in "<>" else sign
        for sign in text
        if sign.isspace() or (unicodedata.category(sign) not in _UNSPEAKABLE)
    )
    return " ".join(visible.split())[:MAX_SPOKEN].rstrip()


_UNSPEAKABLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def _check(verb: TwiML) -> None:
    rule = _RULES.get(verb.name)
    if rule is None:
        raise NotAllowed(f"the verb {verb.name} is not allowed")
    for name, value in verb.attrs.items():
        pattern = rule.attributes.get(name)
        if pattern is None:
            raise NotAllowed(f"{verb.name} has no attribute {name}")
        if re.fullmatch(pattern, _as_written(value)) is None:
            raise NotAllowed(f"{verb.name}: {name} may not be {str(value)[:80]!r}")
    said = verb.value or ""
    if (rule.text is None and said) or (rule.text is not None and re.fullmatch(rule.text, said) is None):
        raise NotAllowed(f"{verb.name} may not say {said[:80]!r}")
    for inner in verb.verbs:
        if not isinstance(inner, TwiML) or inner.name not in rule.inside:
            raise NotAllowed(f"{verb.name} may not hold {getattr(inner, 'name', inner)!r}")
        _check(inner)


def _as_written(value: Any) -> str:
    """As the SDK writes it into the attribute."""
    return str(value).lower() if isinstance(value, bool) else str(value)
