"""`POST Messages.json`: which requests Twilio takes, and what it says of the others.

Parameters, ranges and codes from the Message resource's reference and the error dictionary. Where the real service
is lenient we are strict: a parameter it does not know is an error, so that a slip of the pen shows here and not in
production.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sandbox.carrier import Blocks
from sandbox.ledger import Record
from sandbox.settings import Settings
from sandbox.twilio_errors import TwilioError
from sandbox.twilio_segments import count_segments

SINGLE = frozenset({
    "To", "StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback", "Attempt", "ValidityPeriod",
    "ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "TrafficType", "ShortenUrls",
    "ScheduleType", "SendAt", "SendAsMms", "ContentVariables", "RiskCheck", "From", "FallbackFrom",
    "MessagingServiceSid", "Body", "ContentSid",
})  # fmt: skip
REPEATED = frozenset({"MediaUrl", "PersistentAction"})
BOOLEAN = ("ProvideFeedback", "ForceDelivery", "SmartEncoded", "ShortenUrls", "SendAsMms")
CHOICES = {
    "ContentRetention": ("retain", "discard"),
    "AddressRetention": ("retain", "obfuscate"),
    "TrafficType": ("free",),
    "RiskCheck": ("enable", "disable"),
}
BODY_LIMIT = 1_600
VALIDITY_S = 36_000
E164 = re.compile(r"\+[1-9]\d{6,14}")
# Twilio's own magic recipients (test credentials), so that every refusal can be had by number alone.
MAGIC = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: +15005550001"),
    "+15005550002": (21612, "The message From/To pair violates a routing rule: +15005550002 cannot be reached"),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number: +15005550009"),
}


def read_message(
    form: Sequence[tuple[str, str]], settings: Settings, blocks: Blocks, now: datetime, sid: str
) -> Record:
    """The message that a form asks for, as the ledger keeps it. Raises TwilioError."""
    fields = _fields(form)
    to, sender, service = fields.get("To", ""), fields.get("From", ""), fields.get("MessagingServiceSid", "")
    media = [value for name, value in form if name == "MediaUrl" and value]
    if sender.startswith("MG") and not service:
        sender, service = "", sender  # Twilio takes a service in From, too
    if not to:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if not sender and not service:
        raise TwilioError(21603, "A 'From' or 'MessagingServiceSid' parameter is required to send a message.")
    if fields.get("ContentSid"):
        raise TwilioError(21655, "The ContentSid is Invalid")
    if not fields.get("Body", "").strip() and not media:
        raise TwilioError(21602, "Message body is required.")
    body = fields.get("Body", "")
    if len(body) > BODY_LIMIT:
        raise TwilioError(21617, "The concatenated message body exceeds the 1600 character limit")
    _check_parties(to, sender, service, settings)
    _check_options(fields, media)
    send_at = _send_at(fields, service, now)
    if to in MAGIC:
        raise TwilioError(*MAGIC[to])
    if blocks.stands(service or sender, to):
        raise TwilioError(21610, "Attempt to send to unsubscribed recipient")
    chosen = bool(sender)
    return {
        "sid": f"MM{sid}" if media else f"SM{sid}",
        "from": sender or None,  # a messaging service chooses later
        "to": to,
        "body": body,
        "media": media,
        "segments": count_segments(body) if chosen and not service else 0,
        "status": "scheduled" if send_at else ("accepted" if service else "queued"),
        "service": service or None,
        "status_callback": fields.get("StatusCallback") or None,
        "validity_s": int(fields.get("ValidityPeriod") or VALIDITY_S),
        "send_at": send_at.isoformat() if send_at else None,
    }


def _fields(form: Sequence[tuple[str, str]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in form:
        if name in REPEATED:
            continue
        if name not in SINGLE:
            raise TwilioError(20001, f"Unknown parameter: {name}")
        if name in fields:
            raise TwilioError(20001, f"Parameter given more than once: {name}")
        fields[name] = value
    return fields


def _check_parties(to: str, sender: str, service: str, settings: Settings) -> None:
    if not E164.fullmatch(to) or (to.startswith("+1") and not re.fullmatch(r"\+1[2-9]\d{9}", to)):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    if service and service != settings.messaging_service_sid:
        raise TwilioError(21701, f"The Messaging Service {service} does not exist")
    if sender and not (E164.fullmatch(sender) or re.fullmatch(r"[0-9]{4,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}", sender)):
        raise TwilioError(21212, f"Invalid From Number (caller ID): {sender}")
    if sender and sender not in settings.numbers:
        raise TwilioError(
            21606,
            f"The 'From' phone number provided ({sender}) is not a valid message-capable Twilio phone number "
            "for this destination/account.",
        )
    if to == sender:
        raise TwilioError(21266, f"'To' and 'From' number cannot be the same: {to}")


def _check_options(fields: dict[str, str], media: Sequence[str]) -> None:
    if "StatusCallback" in fields and not _is_callback(fields["StatusCallback"]):
        raise TwilioError(21609, f"The 'StatusCallback' URL {fields['StatusCallback']} is not a valid URL.")
    validity = fields.get("ValidityPeriod")
    if validity is not None:
        if not re.fullmatch(r"[+-]?\d{1,9}", validity) or int(validity) <= 0:
            raise TwilioError(90014, f"Validity Period should be positive integer: {validity}")
        if int(validity) > VALIDITY_S:
            raise TwilioError(90007, f"Invalid validity period value: {validity} is not between 1 and {VALIDITY_S}")
    for name in BOOLEAN:
        if name in fields and fields[name] not in ("true", "false", "True", "False"):
            raise TwilioError(20001, f"Parameter '{name}' is not valid")
    for name, choices in CHOICES.items():
        if name in fields and fields[name] not in choices:
            raise TwilioError(20001, f"Parameter '{name}' is not valid")
    if "Attempt" in fields and not re.fullmatch(r"\d{1,4}", fields["Attempt"]):
        raise TwilioError(20001, "Parameter 'Attempt' is not valid")
    if len(media) > 10:
        raise TwilioError(21623, "Number of media files exceeds allowed limit")
    for url in media:
        if urlsplit(url).scheme not in ("http", "https"):
            raise TwilioError(21620, f"Invalid media URL: {url}")


def _is_callback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not host or "_" in host:
        return False
    return not re.search(r"[\s\x00-\x1f]", url) and bool(re.fullmatch(r"[A-Za-z0-9.:\-]+", host))


def _send_at(fields: dict[str, str], service: str, now: datetime) -> datetime | None:
    kind, text = fields.get("ScheduleType"), fields.get("SendAt")
    if kind is None and text is None:
        return None
    if kind is None:
        raise TwilioError(35127, "Parameter 'ScheduleType' is required to schedule a message")
    if kind != "fixed":
        raise TwilioError(35126, f"The ScheduleType value provided is not supported for this channel: {kind}")
    if not text:
        raise TwilioError(35111, "SendAt timestamp is missing")
    if not service:
        raise TwilioError(35118, "MessagingServiceSid is required to schedule a message")
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not timedelta(seconds=300) <= at - now <= timedelta(days=35):
        raise TwilioError(35115, f"Scheduling does not support this timestamp: {text}")
    return at.astimezone(UTC)
