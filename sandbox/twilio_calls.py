"""Twilio's Calls API over HTTP: create, list, fetch, end; and the recordings of calls: media and delete.

Parameters, ranges and codes from the Call resource's reference and the error dictionary. Where the real service is
lenient we are strict: a parameter it does not know is an error. One difference: recordings are WAV, whatever the
address asks for, for there is no encoder here.
"""

from __future__ import annotations

import math
import re
import secrets
import struct
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, request

from sandbox.carrier import Blocks
from sandbox.exchange import Exchange
from sandbox.messages import API_VERSION, Messages
from sandbox.telephone import FINAL, Call, Calls
from sandbox.twilio_create import E164
from sandbox.twilio_errors import TwilioError, not_found
from sandbox.twilio_messages import MessagesApi, Outcome
from sandbox.world import World

SINGLE = frozenset({
    "To", "From", "Url", "Twiml", "ApplicationSid", "Method", "FallbackUrl", "FallbackMethod", "StatusCallback",
    "StatusCallbackMethod", "SendDigits", "Timeout", "Record", "RecordingChannels", "RecordingStatusCallback",
    "RecordingStatusCallbackMethod", "SipAuthUsername", "SipAuthPassword", "MachineDetection",
    "MachineDetectionTimeout", "RecordingTrack", "Trim", "CallerId", "MachineDetectionSpeechThreshold",
    "MachineDetectionSpeechEndThreshold", "MachineDetectionSilenceTimeout", "AsyncAmd", "AsyncAmdStatusCallback",
    "AsyncAmdStatusCallbackMethod", "Byoc", "CallReason", "CallToken", "TimeLimit",
})  # fmt: skip
EVENTS = {"initiated", "ringing", "answered", "completed"}
LIST_PARAMETERS = frozenset({"To", "From", "Status", "PageSize", "Page", "PageToken", "StartTime>", "StartTime<"})
RATE = 8_000


class CallsApi(MessagesApi):
    """The routes under `/2010-04-01/Accounts/{AC}/Calls` and `/Recordings`."""

    def __init__(self, world: World, messages: Messages, blocks: Blocks, exchange: Exchange, calls: Calls) -> None:
        super().__init__(world, messages, blocks, exchange)  # type: ignore[arg-type]  # begins calls as that begins texts
        self._exchange = exchange
        self._calls = calls

    def blueprint(self) -> Blueprint:
        blueprint = Blueprint("twilio_calls", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")
        for rule, method, handler in (
            ("/Calls.json", "POST", self._create),
            ("/Calls.json", "GET", self._list),
            ("/Calls/<sid>.json", "GET", self._fetch),
            ("/Calls/<sid>.json", "POST", self._update),
            ("/Recordings/<sid>.json", "DELETE", self._delete),
        ):
            name = f"{method} {rule}".replace(".", "_")
            blueprint.add_url_rule(rule, name, partial(self._answer, handler), methods=[method])
        blueprint.add_url_rule("/Recordings/<sid>.mp3", "media", self._media, methods=["GET"])
        return blueprint

    def _create(self) -> Outcome:
        made = read_call(request.form.to_dict(flat=False), self._world.settings.numbers)
        return Outcome(
            status=201, document=lambda: self._call(made["sid"]).as_json(), extra={"sid": made["sid"], "call": made}
        )

    def _list(self) -> Outcome:
        unknown = set(request.args) - LIST_PARAMETERS
        if unknown:
            raise TwilioError(20001, f"Unknown parameter: {', '.join(sorted(unknown))}")
        found = self._calls.find(
            to=request.args.get("To"), sender=request.args.get("From"), status=request.args.get("Status")
        )
        size = min(int(request.args.get("PageSize", 50)), 1_000)
        document = {
            "calls": [call.as_json() for call in found[:size]],
            "page": 0,
            "page_size": size,
            "next_page_uri": None,
            "uri": request.path,
        }
        return Outcome(document=lambda: document, extra={"sids": [call.sid for call in found[:size]]})

    def _fetch(self, sid: str) -> Outcome:
        return Outcome(document=lambda: self._call(sid).as_json())

    def _update(self, sid: str) -> Outcome:
        call = self._call(sid)
        if set(request.form) - {"Status", "Twiml", "Url", "Method"}:
            raise TwilioError(20001, "Unknown parameter")
        if call.status in FINAL:
            raise TwilioError(21220, "Call is not in-progress. Cannot redirect.")
        self._exchange.end(call)
        return Outcome(document=lambda: self._call(sid).as_json())

    def _delete(self, sid: str) -> Outcome:
        if self._calls.recording(sid) is None:
            raise not_found(request.path)
        self._world.commit("recording_deleted", recording=sid)
        return Outcome(status=204)

    def _media(self, account: str, sid: str) -> Response:
        try:
            self._authenticate(account)
        except TwilioError as error:
            return Response(status=error.status)
        recording = self._calls.recording(sid)
        if recording is None:
            return Response(status=404)
        return Response(_tone(int(recording["duration_s"])), content_type="audio/wav")

    def _call(self, sid: str) -> Call:
        call = self._calls.get(sid)
        if call is None:
            raise not_found(request.path)
        return call


def read_call(form: dict[str, list[str]], numbers: tuple[str, ...]) -> dict[str, Any]:
    """The call that a form asks for, as the ledger keeps it. Raises TwilioError."""
    for name, values in form.items():
        if name not in SINGLE | {"StatusCallbackEvent", "RecordingStatusCallbackEvent"}:
            raise TwilioError(20001, f"Unknown parameter: {name}")
        if name in SINGLE and len(values) != 1:
            raise TwilioError(20001, f"Parameter {name} was given {len(values)} times")
    wish: dict[str, Any] = {name: values[0] for name, values in form.items() if name in SINGLE}
    wish["StatusCallbackEvent"] = form.get("StatusCallbackEvent", [])
    to, sender = wish.get("To", ""), wish.get("From", "")
    if not to:
        raise TwilioError(21201, "No 'To' number is specified")
    if not sender:
        raise TwilioError(21213, "'From' phone number is required to make a call")
    if not E164.fullmatch(to):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    if sender not in numbers:
        raise TwilioError(21210, f"'From' phone number not verified: {sender}")
    if sum(name in wish for name in ("Url", "Twiml", "ApplicationSid")) != 1:
        raise TwilioError(21205, "exactly one of Url, Twiml and ApplicationSid is needed")
    for name in ("Url", "FallbackUrl", "StatusCallback"):
        parts = urlsplit(wish.get(name, "http://x"))
        if parts.scheme not in {"http", "https"} or not parts.hostname or "_" in parts.hostname:
            raise TwilioError(21205 if name != "StatusCallback" else 21609, f"Invalid {name}: {wish[name]}")
    for name, low, high in (("Timeout", 1, 600), ("TimeLimit", 1, 14_400), ("MachineDetectionTimeout", 3, 59)):
        value = wish.get(name, str(low))
        if not re.fullmatch(r"[0-9]{1,5}", value) or not low <= int(value) <= high:
            raise TwilioError(20001, f"Parameter {name} is not valid: {value}")
    if wish.get("MachineDetection", "Enable") not in {"Enable", "DetectMessageEnd"}:
        raise TwilioError(20001, f"Parameter MachineDetection is not valid: {wish['MachineDetection']}")
    if not set(wish["StatusCallbackEvent"]) <= EVENTS:
        raise TwilioError(21626, "Invalid StatusCallbackEvent")
    return {
        "sid": f"CA{secrets.token_hex(16)}",
        "direction": "outbound-api",
        "from": sender,
        "to": to,
        "status": "queued",
        "wish": wish,
    }


def _tone(duration_s: int) -> bytes:
    """A WAV of that length: a soft hum, so that a player has something to play."""
    count = max(1, min(duration_s, 90)) * RATE
    samples = b"".join(struct.pack("<h", int(1_500 * math.sin(index * 0.17))) for index in range(count))
    size = len(samples)
    head = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    return head + struct.pack("<4sI", b"data", size) + samples
