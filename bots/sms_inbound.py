"""What Twilio tells us about SMS, as facts: its webhooks, and the same news as records of its API.

Both roads give the same facts with the same ids, so that a message found by the reconciler and its late webhook are
one message.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from bots.phone_numbers import to_e164
from bots.twilio_errors import classify_failure
from bots.twilio_signature import FORM, JSON, form_fields, media_type
from common.channels import (
    Channel,
    Delivery,
    DeliveryReceipt,
    Inbound,
    InboundMessage,
    MalformedWebhook,
    NotUnderstood,
    ProviderSignal,
    WebhookRequest,
)

_MESSAGE_ID = re.compile(r"[!-~]{1,64}")
_MEDIA = re.compile(r"MediaContentType([0-9]{1,3})")
_OTHER_CHANNEL = re.compile(r"[A-Za-z]+:")  # "whatsapp:+31…", "rcs:…"

_RECEIVED = {"received", "receiving"}
_DELIVERIES = {
    "accepted": Delivery.QUEUED,
    "scheduled": Delivery.QUEUED,
    "queued": Delivery.QUEUED,
    "sending": Delivery.QUEUED,
    "sent": Delivery.SENT,
    "partially_delivered": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "undelivered": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "canceled": Delivery.FAILED,
}
_OPT_OUT_TYPES = {
    "STOP": ProviderSignal.OPTED_OUT,
    "START": ProviderSignal.OPTED_IN,
    "HELP": ProviderSignal.HELP,
}
# Twilio acts on these as the only word of a message, in any case. YES is missing on purpose: it is START for a number
# that is blocked and a plain word for every other, and only Twilio knows which (Advanced Opt-Out tells, OptOutType).
_KEYWORDS = {
    **dict.fromkeys(
        ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), ProviderSignal.OPTED_OUT
    ),
    **dict.fromkeys(("START", "UNSTOP"), ProviderSignal.OPTED_IN),
    **dict.fromkeys(("HELP", "INFO"), ProviderSignal.HELP),
}


def read_webhook(request: WebhookRequest, account: str) -> Inbound:
    """The one fact in a verified webhook: a message or a receipt, told apart by its fields.

    Both addresses take both, so that a slip in Twilio's console loses no answer. Raises MalformedWebhook and
    NotUnderstood.
    """
    fields = _read_form(request)
    status = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower()
    if status in _DELIVERIES:
        return _receipt(fields, status, account, parse_qs(request.query).get("ref", [None])[0])
    if (status in _RECEIVED or (not status and "Body" in fields)) and fields.get("From"):
        return _message(fields, account)
    raise NotUnderstood("neither a message nor a status that is known")


def read_message(record: Any, account: str) -> InboundMessage:
    """A received message as the API lists it. Raises NotUnderstood."""
    fields = {
        "MessageSid": str(record.sid or ""),
        "From": str(record.from_ or ""),
        "To": str(record.to or ""),
        "Body": str(record.body or "").replace("\0", "\ufffd"),
    }
    count = int(record.num_media) if str(record.num_media or "").isdecimal() else 0
    fields |= {f"MediaContentType{index}": "application/octet-stream" for index in range(min(count, 10))}
    return _message(fields, account)


def read_receipt(record: Any, account: str) -> DeliveryReceipt | None:
    """The news in a sent message as the API shows it; None if it holds none that we know."""
    status = str(record.status or "").lower()
    if status not in _DELIVERIES:
        return None
    return _receipt({"MessageSid": str(record.sid or ""), "ErrorCode": str(record.error_code or "")}, status, account)


def delivery_of(record: Any) -> Delivery:
    """How far a message is that the API has just shown us; at least it is queued."""
    return _DELIVERIES.get(str(record.status or "").lower(), Delivery.QUEUED)


def _message(fields: Mapping[str, str], account: str) -> InboundMessage:
    sender = fields["From"].strip()
    if not sender or _OTHER_CHANNEL.match(sender):
        raise NotUnderstood("a message from no phone number")
    text = fields.get("Body", "")
    numbered = sorted((int(match[1]), value) for name, value in fields.items() if (match := _MEDIA.fullmatch(name)))
    media = tuple(value for _, value in numbered)
    return InboundMessage(
        channel=Channel.SMS,
        account=account,
        provider_id=_message_id(fields),
        sender=to_e164(sender) or sender[:64],
        text=text,
        kind="media" if media and not text.strip() else "text",
        signal=_signal(text, fields.get("OptOutType", "")),
        media=media,
        raw=fields,
    )


def _receipt(fields: Mapping[str, str], status: str, account: str, reference: str | None = None) -> DeliveryReceipt:
    delivery = _DELIVERIES[status]
    error = fields.get("ErrorCode", "").strip()
    return DeliveryReceipt(
        channel=Channel.SMS,
        account=account,
        provider_id=_message_id(fields),
        delivery=delivery,
        error=error if error.strip("0") else None,
        fate=classify_failure(error) if delivery is Delivery.FAILED else None,
        reference=reference,
        raw=fields,
    )


def _read_form(request: WebhookRequest) -> dict[str, str]:
    """The fields of a verified webhook. NUL, which no database keeps, becomes U+FFFD. Raises for what is no form."""
    kind = media_type(request)
    if kind == JSON:
        try:
            json.loads(request.body)
        except (ValueError, RecursionError):
            raise MalformedWebhook("the body is declared as JSON but is none") from None
        raise NotUnderstood("JSON, where Twilio sends forms")
    if kind != FORM or (request.body and b"=" not in request.body):
        raise MalformedWebhook("the body is neither a form nor JSON")
    fields: dict[str, str] = {}
    for name, value in form_fields(request.body):
        fields.setdefault(name.replace("\0", "\ufffd"), value.replace("\0", "\ufffd"))
    return fields


def _message_id(fields: Mapping[str, str]) -> str:
    for name in ("MessageSid", "SmsMessageSid", "SmsSid"):
        if _MESSAGE_ID.fullmatch(fields.get(name, "")):
            return fields[name]
    raise NotUnderstood("no message id")


def _signal(text: str, opt_out_type: str) -> ProviderSignal | None:
    return _OPT_OUT_TYPES.get(opt_out_type.strip().upper()) or _KEYWORDS.get(text.strip().upper())
