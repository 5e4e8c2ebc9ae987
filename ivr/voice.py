"""Twilio Voice: place calls and look them up, ask for news of them, fetch recordings.

Rules of the provider that shape this file (docs/channels/voice.md tells them at length):
- There is no idempotency key: a create call whose answer was lost is looked up by the number called, before any second
  one. Ringing somebody twice is worse than not ringing.
- Machine detection is asked for before the first word ("Enable", not asynchronous): Twilio listens, and our document is
  fetched when it knows who is there, so a voicemail is told nothing (docs/channels/voice.md says why not otherwise).
- A status callback that was lost is gone; `news` asks for it.

What is said in a call is the reply to the call's own requests (`ivr/webhooks.py`), so `send` only ever places calls.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import urllib3
from twilio.rest import Client

from bots.fenced_http import TIMEOUT_S
from bots.phone_numbers import to_e164
from bots.twilio_exchange import age_of, ask, clock_of
from bots.twilio_http import TwilioHttp
from bots.twilio_signature import SignatureCheck
from common.channels import (
    Capabilities,
    Channel,
    Inbound,
    Lookup,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
    SendResult,
    WebhookReply,
    WebhookRequest,
)
from common.telephone.recordings import Audio
from common.telephone.values import BRIDGE, CallNews
from ivr.inbound import read_call
from ivr.render import Voice
from ivr.twiml import MAX_SPOKEN

RING_S = 25
"""How long a customer's telephone rings; most voicemails take over after that."""
CALL_LIMIT_S = 600
BRIDGE_LIMIT_S = 7200
MAX_AUDIO = 8 * 1024 * 1024
_ROUNDING = timedelta(seconds=2)
_PAGE = 100
_EVENTS = ["initiated", "ringing", "answered", "completed"]
_CAPABILITIES = Capabilities(max_text=MAX_SPOKEN, max_choices=20, looks_up=True, receipts=False, spoken=True)


class TwilioVoice:
    """The telephone's adapter. Safe for any number of threads; holds no state but its connections."""

    channel = Channel.VOICE

    def __init__(
        self,
        *,
        account_sid: str,
        auth_tokens: Sequence[str],
        public_url: str,
        number: str,
        now: Callable[[], datetime],
        people: Sequence[str] = (),
        api_url: str | None = None,
        per_second: float = 1.0,
        takes_speech: bool = False,
        hears_answers: bool = False,
        says_names: bool = False,
        transcribes: bool = False,
        timeout_s: float = TIMEOUT_S,
        settles_after: timedelta = timedelta(seconds=20),
    ) -> None:
        """One number of one account.

        auth_tokens: the first calls Twilio, any of them proves a webhook. people: who is rung when an unhappy caller
        wants to talk now. per_second: calls a second; what Twilio does not dial at once it queues, where we could not
        take it back. The others as in `ivr.render.Voice` and `bots.sms.TwilioSMS`. Raises ValueError where a
        setting could never work.
        """
        sender = to_e164(number)
        if not account_sid or sender is None:
            raise ValueError("voice needs an account SID and a number in E.164")
        self.account = sender
        manner = "speech" if takes_speech else ""
        self.capabilities = replace(_CAPABILITIES, says_names=says_names, manner=manner)
        self.people = tuple(people)
        self.per_second = per_second
        self.voice = Voice(
            base=public_url.rstrip("/"),
            number=sender,
            people=self.people,
            takes_speech=takes_speech,
            hears_answers=hears_answers,
            transcribes=transcribes,
        )
        self._signatures = SignatureCheck(public_url=public_url, auth_tokens=auth_tokens)
        self._now = now
        self._settles_after = settles_after
        self._http = TwilioHttp(api_url, timeout_s)
        client = Client(account_sid, auth_tokens[0], http_client=self._http)
        client.edge = client.region = None  # the SDK takes both from the environment and would call another host
        self._client = client
        self._media = urllib3.PoolManager(num_pools=2, retries=False, timeout=urllib3.Timeout(timeout_s))
        self._login = urllib3.make_headers(basic_auth=f"{account_sid}:{auth_tokens[0]}")
        self._recordings = f"https://api.twilio.com/2010-04-01/Accounts/{account_sid}/Recordings"

    def normalize(self, address: str) -> str | None:
        return to_e164(address)

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        """The customer's number; a caller who withholds it is known by the call for as long as that lasts."""
        phone, call_sid = customer.get("phone"), customer.get("call_sid")
        if isinstance(phone, str):
            return to_e164(phone)
        return call_sid if isinstance(call_sid, str) else None

    def verify(self, request: WebhookRequest) -> None:
        self._signatures.check(request)

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        """Nothing: a call's requests are answered with what is said next, and have doors of their own."""
        return ()

    def acknowledge(self) -> WebhookReply:
        return WebhookReply(status=204)

    def render(self, to: str, prompt: Prompt) -> Payload:
        """The arguments of one create call: to a customer, or to a user who wants to be connected with one."""
        reference = quote(prompt.reference, safe="")
        is_bridge = prompt.key == BRIDGE
        fields: dict[str, object] = {
            "from_": self.account,
            "url": f"{self.voice.base}/webhooks/voice/{'bridge' if is_bridge else 'answered'}?ref={reference}",
            "method": "POST",
            "status_callback": f"{self.voice.base}/webhooks/voice/status?ref={reference}",
            "status_callback_method": "POST",
            "status_callback_event": list(_EVENTS),
            "timeout": RING_S,
            "time_limit": BRIDGE_LIMIT_S if is_bridge else CALL_LIMIT_S,
        }
        if not is_bridge:
            fields["machine_detection"] = "Enable"
        return Payload(to=to, fields=fields, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        """Place the call. Raises SendError."""
        return ask(lambda: _placed(self._client.calls.create(to=payload.to, **payload.fields)), before_request)[0]

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """Twilio's list holds no reference of ours, so a call is known by both numbers and its age."""
        records, exchange = ask(
            lambda: self._client.calls.list(to=payload.to, from_=self.account, limit=_PAGE, page_size=_PAGE)
        )
        elapsed = abs(self._now() - since)
        clocks = (self._now(), clock_of(exchange) or self._now())
        found = [
            record
            for record in records
            if str(record.sid) not in known
            and not str(record.direction or "").startswith("inbound")
            and age_of(record, clocks) <= elapsed + _ROUNDING
        ]
        if found:
            return Lookup(result=_placed(min(found, key=lambda record: age_of(record, clocks))))
        return Lookup(result=None, settled=elapsed >= self._settles_after)

    def check(self) -> None:
        """Ask Twilio for its newest call, to see that it lets us. Raises SendError."""
        ask(lambda: self._client.calls.list(limit=1, page_size=1))

    # --- what else a telephone needs ------------------------------------------------------------------------------

    def news(self, call_sid: str) -> CallNews | None:
        """How a call stands at Twilio; None if it says nothing we know. Raises SendError."""
        record, _ = ask(lambda: self._client.calls(call_sid).fetch())
        return read_call(record)

    def fetch_recording(self, provider_id: str) -> Audio | None:
        """The recording as MP3; None = Twilio does not have it (any more, or yet). Raises SendError."""
        url = self._http.address(f"{self._recordings}/{quote(provider_id, safe='')}.mp3")
        try:
            answer = self._media.request("GET", url, headers=self._login, preload_content=False, redirect=False)
            data = answer.read(MAX_AUDIO + 1)
            answer.release_conn()
        except urllib3.exceptions.HTTPError:
            raise SendError(SendErrorCode.UNREACHABLE, "no recording came") from None
        if answer.status == 404:
            return None
        if answer.status != 200 or len(data) > MAX_AUDIO or not data:
            raise SendError(SendErrorCode.UNREACHABLE, f"HTTP {answer.status} for a recording")
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Audio(data=data, media_type=kind if kind in _AUDIO else "audio/mpeg")

    def forget_recording(self, provider_id: str) -> None:
        """Have Twilio delete its copy; one that is gone already is no error. Raises SendError."""
        try:
            ask(lambda: self._client.recordings(provider_id).delete())
        except SendError as error:
            if error.provider_code != _NO_SUCH_THING:
                raise


_NO_SUCH_THING = "20404"
_AUDIO = {"audio/mpeg", "audio/wav", "audio/x-wav", "audio/wave"}


def _placed(record: Any) -> SendResult:
    """The provider's record as ours. Raises ValueError where it is none."""
    if not isinstance(record.sid, str) or not record.sid:
        raise ValueError("an answer without an id")
    return SendResult(provider_id=record.sid)
