"""SMS through Twilio: verify and parse its webhooks, render prompts, send messages and look them up.

Rules of the provider that shape this file (docs/channels/sms.md tells them at length):
- A webhook is answered with an empty `<Response/>`; what we say goes out by the REST API, so that there is one road.
- There is no idempotency key: a create call whose answer was lost is looked up by recipient and words before any
  second one.
- A webhook or a receipt that we missed is not repeated; `received` and `receipt` ask for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from twilio.rest import Client

from bots.fenced_http import TIMEOUT_S
from bots.phone_numbers import to_e164
from bots.sms_inbound import delivery_of, read_message, read_receipt, read_webhook
from bots.sms_text import MAX_TEXT, as_sms
from bots.twilio_exchange import age_of, ask, clock_of
from bots.twilio_http import TwilioHttp
from bots.twilio_signature import SignatureCheck
from common.channels import (
    Capabilities,
    Channel,
    DeliveryReceipt,
    Door,
    Inbound,
    InboundMessage,
    Lookup,
    NotUnderstood,
    Payload,
    Prompt,
    SendResult,
    WebhookReply,
    WebhookRequest,
)

_VALIDITY_S = (1, 36_000)
_ROUNDING = timedelta(seconds=2)  # Twilio stamps whole seconds, and we stamp before the request leaves
_TRIAL_PREFIX = "Sent from your Twilio trial account - "
_PAGE = 1_000


class TwilioSMS:
    """The SMS adapter. Safe for any number of threads; holds no state but its connections."""

    channel = Channel.SMS
    capabilities = Capabilities(max_text=MAX_TEXT, carrier_opt_out=True, looks_up=True, shows_segments=True)
    doors = (Door(path="/webhooks/sms"), Door(path="/webhooks/sms/status"))

    def __init__(
        self,
        *,
        account_sid: str,
        auth_tokens: Sequence[str],
        public_url: str,
        now: Callable[[], datetime],
        sms_from: str | None = None,
        messaging_service_sid: str | None = None,
        api_url: str | None = None,
        per_second: float = 1.0,
        timeout_s: float = TIMEOUT_S,
        settles_after: timedelta = timedelta(seconds=20),
    ) -> None:
        """A sender of one account.

        auth_tokens: the first calls Twilio, any of them proves a webhook. messaging_service_sid: wins over `sms_from`,
        because a service picks the number itself. public_url: what Twilio calls, without a slash at the end. now:
        business time. per_second: messages a second; 1 is Twilio's default for a long code. settles_after: how long
        a request may still be at work at Twilio after it left, so that not finding its message proves nothing yet.
        Raises ValueError where a setting could never work.
        """
        if not account_sid or not (sms_from or messaging_service_sid):
            raise ValueError("SMS needs an account SID and a number or a messaging service to send from")
        self.account = messaging_service_sid or sms_from or ""
        self.per_second = per_second
        self._number = None if messaging_service_sid else sms_from
        self._service = messaging_service_sid
        self._signatures = SignatureCheck(public_url=public_url, auth_tokens=auth_tokens)
        self._public_url = public_url.rstrip("/")
        self._now = now
        self._settles_after = settles_after
        client = Client(account_sid, auth_tokens[0], http_client=TwilioHttp(api_url, timeout_s))
        client.edge = client.region = None  # the SDK takes both from the environment and would call another host
        self._messages = client.messages

    def normalize(self, address: str) -> str | None:
        return to_e164(address)

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        phone = customer.get("phone")
        return to_e164(phone) if isinstance(phone, str) else None

    def verify(self, request: WebhookRequest) -> None:
        self._signatures.check(request)

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        return (read_webhook(request, self.account),)

    def acknowledge(self) -> WebhookReply:
        """An empty TwiML document: nothing is said in the reply, and Twilio is content."""
        return WebhookReply(
            body='<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml; charset=utf-8"
        )

    def render(self, to: str, prompt: Prompt) -> Payload:
        """The arguments of one create call. Choices are numbered in the text already, for SMS has no buttons.

        The status address carries our reference, so a receipt finds its message even when the answer of the create
        call was lost. A message is not delivered after `useful_until`: Twilio drops it from its queue.
        """
        fields: dict[str, object] = {
            "body": as_sms(prompt.text),
            "status_callback": f"{self._public_url}/webhooks/sms/status?ref={quote(prompt.reference, safe='')}",
        }
        if self._service:
            fields["messaging_service_sid"] = self._service
        else:
            fields["from_"] = self._number
        if prompt.useful_until is not None:
            left = int((prompt.useful_until - self._now()).total_seconds())
            fields["validity_period"] = min(max(left, _VALIDITY_S[0]), _VALIDITY_S[1])
        return Payload(to=to, fields=fields, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        return ask(lambda: _result(self._messages.create(to=payload.to, **payload.fields)), before_request)[0]

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """Twilio's list holds no reference of ours, so a message is known by its recipient, its words and its age.

        The list is not narrowed by `DateSent`: a message that is still queued has none. Ages are compared, not clock
        times, against the clock of Twilio's answer and against ours, because the provider's clock need not be ours; in
        doubt a message counts as found, for asking twice is worse than waiting for a person.
        """
        records, exchange = ask(lambda: self._messages.list(to=payload.to, limit=_PAGE, page_size=_PAGE))
        elapsed = abs(self._now() - since)
        clocks = (self._now(), clock_of(exchange) or self._now())
        found = [
            record
            for record in records
            if str(record.sid) not in known
            and self._is_sent_by_us(record)
            and _same_words(record.body, payload.fields.get("body"))
            and age_of(record, clocks) <= elapsed + _ROUNDING
        ]
        if found:
            return Lookup(result=_result(min(found, key=lambda record: age_of(record, clocks))))
        return Lookup(result=None, settled=elapsed >= self._settles_after)

    def received(self, since: datetime) -> Sequence[InboundMessage]:
        """What customers sent us after `since`, as their webhooks would have told it. Raises SendError."""
        narrowed = {"to": self._number} if self._number else {}
        moment = since.astimezone(UTC)
        records, _ = ask(lambda: self._messages.list(date_sent_after=moment, limit=_PAGE, page_size=_PAGE, **narrowed))
        messages = []
        for record in records:
            if record.direction == "inbound" and self._service in (None, record.messaging_service_sid):
                try:
                    messages.append(read_message(record, self.account))
                except NotUnderstood:
                    continue  # of another channel of the same account
        return messages

    def receipt(self, provider_id: str) -> DeliveryReceipt | None:
        """The newest news about a message we sent; None if Twilio says nothing we know. Raises SendError."""
        record, _ = ask(lambda: self._messages(provider_id).fetch())
        return read_receipt(record, self.account)

    def _is_sent_by_us(self, record: Any) -> bool:
        if str(record.direction or "").startswith("inbound"):
            return False
        return self._number is None or record.from_ in (None, self._number)


def _result(record: Any) -> SendResult:
    """The provider's record as ours. Raises ValueError where it is none."""
    if not isinstance(record.sid, str) or not record.sid:
        raise ValueError("an answer without an id")
    return SendResult(provider_id=record.sid, delivery=delivery_of(record))


def _same_words(theirs: object, ours: object) -> bool:
    """True for our body as Twilio keeps it; a trial account's messages have a line of Twilio's before them."""
    text = unicodedata.normalize("NFC", str(theirs or "").removeprefix(_TRIAL_PREFIX).strip())
    return text == unicodedata.normalize("NFC", str(ours or "").strip())
