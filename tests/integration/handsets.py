"""The customer's end of each channel: the SMS handset sends Twilio's signed webhooks, the page posts its form.

Telegram's is in `telegram_side`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from common.channels import Channel
from tests.integration.installation import ACCOUNT, NUMBER, Installation
from tests.integration.telegram_side import TelegramHandset


class Handset(Protocol):
    """One customer's end of one channel. An act that the channel does not have returns False."""

    channel: Channel
    customer: Mapping[str, str]

    def start(self, invitation: Mapping[str, Any]) -> None:
        """The invitation is due, or the page is opened."""

    def say(self, text: str, carrier: str | None) -> bool: ...

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool: ...

    def attach(self, kind: str) -> bool: ...

    def fail(self, provider_id: str) -> bool:
        """The provider gives up on this message."""

    def received(self) -> list[str]:
        """What has arrived here from us, in order."""


class SmsHandset:
    """A phone with SMS: taps are typed, an attachment is an MMS."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.SMS
        self.site = site
        self.phone = f"+3161{number:07d}"
        self.customer: Mapping[str, str] = {"phone": self.phone}

    def start(self, invitation: Mapping[str, Any]) -> None:
        assert self.site.ticker.once() > 0, "the invitation is due"

    def say(self, text: str, carrier: str | None) -> bool:
        self._receive(Body=text, NumMedia="0")
        return True

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool:
        typed = str(choices.index(choice) + 1) if choice in choices else choice
        return self.say(typed, None)

    def attach(self, kind: str) -> bool:
        if kind != "media":
            return False
        address = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
        self._receive(Body="", NumMedia="1", MediaContentType0="image/jpeg", MediaUrl0=address)
        return True

    def fail(self, provider_id: str) -> bool:
        (message,) = (each for each in self.site.sent if each["sid"] == provider_id)
        address = urlsplit(message["StatusCallback"])
        fields = {"MessageSid": provider_id, "MessageStatus": "undelivered", "ErrorCode": "30005", "To": self.phone}
        self.site.webhook(address.path, fields, address.query)
        return True

    def received(self) -> list[str]:
        return [message["Body"] for message in self.site.sent if message["To"] == self.phone]

    def _receive(self, **fields: str) -> None:
        sid = f"SM{next(self.site.numbers):032x}"
        common_fields = {"MessageSid": sid, "SmsStatus": "received", "AccountSid": ACCOUNT}
        self.site.webhook("/webhooks/sms", {**common_fields, "From": self.phone, "To": NUMBER, **fields})


class PageHandset:
    """A browser without script on the hosted page."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.WEBCHAT
        self.customer: Mapping[str, str] = {}
        self.site = site
        self.path = ""

    def start(self, invitation: Mapping[str, Any]) -> None:
        self.path = urlsplit(invitation["url"]).path
        self._post(start="1")

    def say(self, text: str, carrier: str | None) -> bool:
        if not text.strip():
            return False
        if carrier == "opted_out":
            self._post(opt_out="1")
        else:
            self._post(text=text)
        return True

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool:
        self._post(question=question, choice=choice)
        return True

    def attach(self, kind: str) -> bool:
        return False

    def fail(self, provider_id: str) -> bool:
        return False

    def received(self) -> list[str]:
        answer = self.site.http.get(f"{self.path}/messages")
        assert answer.status_code == 200, answer.text
        thread = json.loads(answer.text)["messages"]
        return [entry["text"] for entry in thread if entry["author"] != "customer"]

    def _post(self, **fields: str) -> None:
        answer = self.site.http.post(self.path, data={"client_id": f"form-{next(self.site.numbers):08d}", **fields})
        assert answer.status_code == 303, answer.text


HANDSETS: Mapping[Channel, Callable[[Installation, int], Handset]] = {
    Channel.SMS: SmsHandset,
    Channel.TELEGRAM: TelegramHandset,
    Channel.WEBCHAT: PageHandset,
}
