"""The doors of the telephone: every request of a call is proven, stored, and answered with what is said next.

The same rules as for messages (`bots/webhooks.py`): 403 with nothing stored for what is not proven, 503 when the store
is down (Twilio then asks its fallback address, and the caller's keys come again with the next request), and only what
is committed is answered. A request that comes twice hears the same document.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import structlog
from flask import Blueprint, Response, request, send_file
from sqlalchemy import Connection

from bots.webhooks import answer_webhook
from common import clock
from common.channels import Door, NotUnderstood, WebhookRequest
from common.services import Services
from common.store import sounds
from common.telephone import recordings
from common.telephone.bridge import Bridges, accept, introduce
from common.telephone.calls import Calls
from common.telephone.news import CallNewsDesk
from common.telephone.values import CallReply, Dialled, Keys, Recorded
from ivr.inbound import Fields, read_arrival, read_keys, read_news, read_recorded, seconds
from ivr.render import SOUNDS, empty, hang_up
from ivr.twiml import CONTENT_TYPE
from ivr.voice import TwilioVoice

log = structlog.get_logger(__name__)

MAX_BODY = 64 * 1024
_A_YEAR_S = 365 * 24 * 3600
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_voice(services: Services, adapter: TwilioVoice) -> Blueprint:
    """The routes below /webhooks/voice."""
    doors = _Doors(services, adapter)
    voice = Blueprint("voice", __name__)
    for path, act in (
        ("", doors.arrive),
        ("/answered", doors.answered),
        ("/step", doors.step),
        ("/status", doors.status),
        ("/recording", doors.recording),
        ("/transcription", doors.transcription),
        ("/whisper", doors.whisper),
        ("/whisper/accepted", doors.accepted),
        ("/bridge", doors.bridge),
        ("/bridge/accepted", doors.bridge_accepted),
        ("/bridge/done", doors.bridge_done),
    ):
        _open(voice, Door(path=f"/webhooks/voice{path}", max_body=MAX_BODY), adapter, act)
    rule, view = f"{SOUNDS}/<sound_id>", partial(_sound, services)
    voice.add_url_rule(rule, "sound", view, methods=_METHODS, provide_automatic_options=False)
    return voice


def _sound(services: Services, sound_id: str) -> Response:
    """A recorded prompt, for Twilio's Play. What is played to every caller needs no signature, and Twilio sends none
    with a GET; its address cannot be guessed, and what is behind it never changes."""
    if request.method not in {"GET", "HEAD"}:
        return Response(status=405, headers={"Allow": "GET, HEAD"})
    with services.store.read() as connection:
        found = sounds.find(connection, sound_id)
    if found is None:
        return Response(status=404)
    response = send_file(
        io.BytesIO(found.content), mimetype=found.media_type, conditional=True, etag=found.id, max_age=_A_YEAR_S
    )
    response.cache_control.public = True
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _open(voice: Blueprint, door: Door, adapter: TwilioVoice, act: Callable[[Fields], str]) -> None:
    def answer(webhook: WebhookRequest) -> Response:
        try:
            document = act(Fields(webhook))
        except NotUnderstood as reason:
            log.warning("webhook_not_understood", path=door.path, reason=str(reason))
            document = hang_up()
        return Response(document, content_type=CONTENT_TYPE)

    def enter() -> Response:
        if request.method != "POST":
            return Response(status=405, headers={"Allow": "POST"})
        return answer_webhook(door, adapter, answer)

    name = door.path.removeprefix("/webhooks/").replace("/", "_")
    voice.add_url_rule(door.path, name, enter, methods=_METHODS, provide_automatic_options=False)


class _Doors:
    """What each door does with a proven request; the document that answers it."""

    def __init__(self, services: Services, adapter: TwilioVoice) -> None:
        self._services = services
        self._adapter = adapter
        self._calls = Calls(
            services.turns,
            services.intake,
            channel=adapter.channel,
            account=adapter.account,
            render=adapter.voice.render,
            has_people=bool(adapter.people),
        )
        zone = services.settings.get("TIMEZONE")
        self._bridges = Bridges(services.surveys, channel=adapter.channel, zone=zone)
        self._desk = CallNewsDesk(services.turns, channel=adapter.channel, account=adapter.account)

    # --- the caller's leg -----------------------------------------------------------------------------------------

    def arrive(self, fields: Fields) -> str:
        """A call is handed to the survey: by its number, by an agent's hang-up, by a transfer."""
        arrival = read_arrival(fields)
        return self._speak(lambda connection: self._calls.arrive(connection, arrival, clock.now()))

    def answered(self, fields: Fields) -> str:
        """Somebody, or something, picks up a call that we placed."""
        arrival = read_arrival(fields, reference=fields.asked("ref") or "")
        return self._speak(lambda connection: self._calls.arrive(connection, arrival, clock.now()))

    def step(self, fields: Fields) -> str:
        """What the caller did."""
        what: Keys | Recorded | Dialled = read_keys(fields)
        if fields.has("DialCallStatus"):
            what = Dialled()
        elif (recorded := read_recorded(fields)) is not None:
            what = recorded
        call_sid, step = fields.call_sid, fields.step
        return self._speak(lambda connection: self._calls.hear(connection, call_sid, step, what, clock.now()))

    # --- a person's leg -------------------------------------------------------------------------------------------

    def whisper(self, fields: Fields) -> str:
        """A person picks up for a caller who wants to talk: only a key shows that it is a person."""
        call_id = fields.asked("call") or ""
        words = self._services.store.write(
            lambda connection: introduce(connection, self._services.surveys, self._adapter.channel, call_id)
        )
        if words is None:
            return hang_up()
        action = f"{self._adapter.voice.base}/webhooks/voice/whisper/accepted?call={call_id}"
        return self._adapter.voice.whisper(words, action)

    def accepted(self, fields: Fields) -> str:
        """The key was pressed: an empty document connects the two."""
        call_id = fields.asked("call") or ""
        if not fields.get("Digits"):
            return hang_up()
        is_there = self._services.store.write(lambda connection: accept(connection, call_id, clock.now()))
        return empty() if is_there else hang_up()

    def bridge(self, fields: Fields) -> str:
        """A user who wants to call a customer picks up."""
        reference = fields.asked("ref") or ""
        words = self._services.store.write(
            lambda connection: self._bridges.announce(connection, reference, fields.call_sid, clock.now())
        )
        if words is None:
            return hang_up()
        action = f"{self._adapter.voice.base}/webhooks/voice/bridge/accepted?ref={reference}"
        return self._adapter.voice.whisper(words, action)

    def bridge_accepted(self, fields: Fields) -> str:
        """That user pressed the key: ring the customer, if that is still right."""
        reference = fields.asked("ref") or ""
        if not fields.get("Digits"):
            return hang_up()
        number = self._services.store.write(
            lambda connection: self._bridges.customer_for(connection, reference, clock.now())
        )
        if number is None:
            return hang_up()
        return self._adapter.voice.bridge(
            number, f"{self._adapter.voice.base}/webhooks/voice/bridge/done?ref={reference}"
        )

    def bridge_done(self, fields: Fields) -> str:
        """They have talked, or the customer did not answer."""
        reference, status = fields.asked("ref") or "", fields.get("DialCallStatus")[:32]
        rings = self._services.store.write(
            lambda connection: self._bridges.done(connection, reference, status, clock.now())
        )
        self._services.bell.ring(*rings)
        return hang_up()

    # --- news -----------------------------------------------------------------------------------------------------

    def status(self, fields: Fields) -> str:
        """Where a call is; for calls to our number and for those that we placed."""
        news = read_news(fields)
        return self._note(lambda connection: self._desk.take(connection, news, clock.now()))

    def recording(self, fields: Fields) -> str:
        """A recording can be fetched, or there is none."""
        call_sid, sid = fields.call_sid, fields.get("RecordingSid")[:64]
        if not sid:
            raise NotUnderstood("no recording id")
        is_there = fields.get("RecordingStatus") == "completed"
        duration = seconds(fields.get("RecordingDuration"))
        return self._note(
            lambda connection: self._desk.recorded(
                connection, call_sid, sid, duration, is_there=is_there, now=clock.now()
            )
        )

    def transcription(self, fields: Fields) -> str:
        """The words of a recording, by Twilio's own ear."""
        sid = fields.get("RecordingSid")[:64]
        text = fields.get("TranscriptionText") if fields.get("TranscriptionStatus") == "completed" else None
        return self._note(lambda connection: recordings.transcribed(connection, sid, text, clock.now()))

    # --- parts ----------------------------------------------------------------------------------------------------

    def _speak(self, work: Callable[[Connection], CallReply]) -> str:
        reply = self._services.store.write_apart(work)
        self._services.bell.ring(*reply.rings)
        return reply.document

    def _note(self, work: Callable[[Connection], frozenset[str]]) -> str:
        self._services.bell.ring(*self._services.store.write_apart(work))
        return empty()
