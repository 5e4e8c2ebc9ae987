"""TwiML for calls, read as strictly as Twilio documents it.

Verbs, attributes and nesting from the references at https://www.twilio.com/docs/voice/twiml (Say, Play, Pause, Gather,
Record, Dial, Number, Redirect, Hangup, Reject). Twilio publishes no schema; the real service is more lenient with some
slips and silent about others, so here everything that is not in the documents is a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

SAY = {"voice", "loop", "language"}
VERBS: dict[str, set[str]] = {
    "Say": SAY,
    "Play": {"loop", "digits"},
    "Pause": {"length"},
    "Gather": {
        "action", "finishOnKey", "hints", "input", "language", "method", "numDigits", "partialResultCallback",
        "partialResultCallbackMethod", "profanityFilter", "speechTimeout", "timeout", "speechModel", "enhanced",
        "actionOnEmptyResult", "bargeIn", "debug", "maxSpeechTime",
    },
    "Record": {
        "action", "method", "timeout", "finishOnKey", "maxLength", "playBeep", "trim", "recordingStatusCallback",
        "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "transcribe", "transcribeCallback",
    },
    "Dial": {
        "action", "answerOnBridge", "callerId", "hangupOnStar", "method", "record", "recordingStatusCallback",
        "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "recordingTrack", "referUrl", "referMethod",
        "ringTone", "timeLimit", "timeout", "trim", "sequential",
    },
    "Number": {
        "sendDigits", "statusCallback", "statusCallbackEvent", "statusCallbackMethod", "url", "method", "byoc",
        "machineDetection", "amdStatusCallback",
    },
    "Redirect": {"method"},
    "Hangup": set(),
    "Reject": {"reason"},
}  # fmt: skip
INSIDE = {
    "Response": {"Say", "Play", "Pause", "Gather", "Record", "Dial", "Redirect", "Hangup", "Reject"},
    "Gather": {"Say", "Play", "Pause"},
    "Dial": {"Number"},
}
WITH_TEXT = {"Say", "Play", "Redirect", "Number", "Dial"}
NUMBERS = {
    "timeout": (1, 600), "numDigits": (1, 64), "maxLength": (1, 14400), "timeLimit": (1, 14400), "length": (1, 180),
    "loop": (0, 1000),
}  # fmt: skip
FLAGS = {"actionOnEmptyResult", "playBeep", "answerOnBridge", "transcribe", "profanityFilter", "bargeIn"}
METHODS = {"method", "recordingStatusCallbackMethod", "partialResultCallbackMethod", "statusCallbackMethod"}
ADDRESSES = {"action", "url", "recordingStatusCallback", "transcribeCallback", "statusCallback"}


class BadTwiml(ValueError):
    """What Twilio's debugger would say, with its code."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One element: its name, attributes, text, and the verbs in it."""

    name: str
    attributes: dict[str, str]
    text: str
    inside: tuple[Verb, ...]

    def number(self, name: str, default: int) -> int:
        return int(self.attributes.get(name, default))

    def flag(self, name: str) -> bool:
        return self.attributes.get(name) == "true"


def read_twiml(body: bytes, content_type: str) -> tuple[Verb, ...]:
    """The verbs of a document. Raises BadTwiml."""
    if content_type.partition(";")[0].strip().lower() not in {"text/xml", "application/xml", "text/html"}:
        raise BadTwiml(12300, f"Invalid Content-Type: {content_type}")
    if len(body) > 64 * 1024:
        raise BadTwiml(11750, "TwiML response body too large")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise BadTwiml(12100, "Document parse failure: a document type")
    try:
        root = Xml.fromstring(body)  # noqa: S314 - no document type, so no entities
    except Xml.ParseError as error:
        raise BadTwiml(12100, f"Document parse failure: {error}") from None
    if root.tag != "Response" or root.attrib:
        raise BadTwiml(12102, "the root must be Response, without attributes")
    if (root.text or "").strip():
        raise BadTwiml(12200, "text outside a verb")
    return tuple(_verb(child, "Response") for child in root)


def _verb(element: Xml.Element, parent: str) -> Verb:
    name = element.tag
    if name not in INSIDE.get(parent, set()):
        raise BadTwiml(12200, f"{parent} may not hold {name}")
    if (element.tail or "").strip():
        raise BadTwiml(12200, f"text behind {name}")
    text = (element.text or "").strip()
    if text and name not in WITH_TEXT:
        raise BadTwiml(12200, f"text inside {name}")
    for attribute, value in element.attrib.items():
        _check(name, attribute, value)
    if name in {"Say", "Redirect", "Number"} and not text:
        raise BadTwiml(12200, f"{name} is empty")
    return Verb(
        name=name,
        attributes=dict(element.attrib),
        text=text,
        inside=tuple(_verb(child, name) for child in element),
    )


def _check(verb: str, name: str, value: str) -> None:
    wrong = BadTwiml(12200, f"{verb}: {name}={value!r}")
    if name not in VERBS[verb]:
        raise BadTwiml(12200, f"{verb} has no attribute {name}")
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if not re.fullmatch(r"[0-9]{1,6}", value) or not low <= int(value) <= high:
            raise wrong
    if name in FLAGS and value not in {"true", "false"}:
        raise wrong
    if name in METHODS and value not in {"GET", "POST"}:
        raise wrong
    if name == "input" and not set(value.split()) <= {"dtmf", "speech"}:
        raise wrong
    if name == "finishOnKey" and not re.fullmatch(r"[0-9*#]*", value):
        raise wrong
    if name in ADDRESSES and not re.match(r"(https?://|/)", value):
        raise wrong
    if name == "recordingStatusCallbackEvent" and not set(value.split()) <= {"in-progress", "completed", "absent"}:
        raise wrong
    if name == "callerId" and not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
        raise BadTwiml(13214, f"Dial: Invalid callerId value: {value}")
