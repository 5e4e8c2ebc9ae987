"""The customer's end of each channel: handsets send their provider's signed webhooks, the page posts its form.

Telegram's is in `telegram_side`, the telephone's in `telephone_side`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from common.channels import Channel
from tests.integration.installation import ACCOUNT, NUMBER, NUMBER_ID, Installation
from tests.integration.telegram_side import TelegramHandset
from tests.integration.telephone_side import TelephoneHandset
from tests.integration.written import Written


class Handset(Protocol):
    """One customer's end of one channel. An act that the channel does not have returns False."""

    channel: Channel
    customer: Mapping[str, str]

    def arrive(self) -> None:
        """The customer was in touch, and an interaction is about to be reported."""

    def start(self, invitation: Mapping[str, Any]) -> None:
        """The invitation is due, or the page is opened."""

    def attend(self) -> None:
        """Be there for what comes."""

    def say(self, text: str, carrier: str | None) -> bool: ...

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool: ...

    def fill(self, fields: Mapping[str, str], question: str) -> bool:
        """Send the form that came with `question`."""

    def attach(self, kind: str) -> bool: ...

    def fail(self, provider_id: str) -> bool:
        """The provider gives up on this message."""

    def received(self) -> list[str]:
        """What has arrived here from us, in order."""

    @property
    def is_on_the_line(self) -> bool:
        """True while a call is going on."""

    def silence(self) -> bool:
        """Say nothing until we are asked again."""

    def leave(self) -> bool:
        """Break the conversation off."""

    def finish(self) -> None:
        """The script is over."""


class SmsHandset(Written):
    """A phone with SMS: taps are typed, an attachment is an MMS."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.SMS
        self.site = site
        self.phone = f"+3161{number:07d}"
        self.customer: Mapping[str, str] = {"phone": self.phone}

    def arrive(self) -> None:
        pass

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


class PageHandset(Written):
    """A browser without script on the hosted page."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.WEBCHAT
        self.customer: Mapping[str, str] = {}
        self.site = site
        self.path = ""

    def arrive(self) -> None:
        pass

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


class WhatsAppHandset(Written):
    """WhatsApp: what was offered is tapped, by the id that Meta was given; anything else is typed."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.WHATSAPP
        self.site = site
        self.phone = f"3162{number:07d}"
        self.user_id = f"NL.{number:017d}"
        shows_number, shows_id = number % 3 != 2, number % 3 != 1  # some are known by number, some by id, some by both
        self.customer: Mapping[str, str] = {
            **({"phone": f"+{self.phone}"} if shows_number else {}),
            **({"whatsapp_user_id": self.user_id} if shows_id else {}),
        }
        self.named = {
            **({"from": self.phone} if shows_number else {}),
            **({"from_user_id": self.user_id} if shows_id else {}),
        }

    def arrive(self) -> None:
        """A chat has just ended: the customer has written, so the window is open."""
        self._receive("text", text={"body": "Thanks for your help"})

    def start(self, invitation: Mapping[str, Any]) -> None:
        assert self.site.ticker.once() > 0, "the invitation is due"

    def say(self, text: str, carrier: str | None) -> bool:
        if not text.strip():
            return False
        self._receive("text", text={"body": text})
        return True

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool:
        """A control that was shown, and where none was, one that pretends to be."""
        shown = [row["id"] for message in self._mine() for row in _controls(message)]
        mine = [key for key in shown if key.startswith(f"zt:{question}:") and key.endswith(f":{choice}")]
        key = mine[-1] if mine else f"zt:{question}:1:out_never:{choice}"
        self._receive("interactive", interactive={"type": "list_reply", "list_reply": {"id": key, "title": choice}})
        return True

    def fill(self, fields: Mapping[str, str], question: str) -> bool:
        """The newest Flow that was shown is sent back with its token."""
        shown = [_flow_token(message) for message in self._mine()]
        mine = [token for token in shown if token.startswith(f"zt:{question}:")]
        answers = json.dumps({"flow_token": mine[-1] if mine else f"zt:{question}:1:out_never:form", **fields})
        reply = {"name": "flow", "body": "Sent", "response_json": answers}
        self._receive("interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
        return True

    def attach(self, kind: str) -> bool:
        if kind != "media":
            return False
        self._receive("image", image={"mime_type": "image/jpeg", "sha256": "x", "id": "1"})
        return True

    def fail(self, provider_id: str) -> bool:
        status = {"id": provider_id, "status": "failed", "timestamp": "1750030073", "errors": [{"code": 131026}]}
        self._call("messages", statuses=[status])
        return True

    def received(self) -> list[str]:
        """What can be read; the second list of a score says nothing that the first does not say."""
        seen: dict[str, str] = {}
        for message in self._mine():
            body = message["text"] if message["type"] == "text" else message["interactive"]["body"]
            seen.setdefault(message["biz_opaque_callback_data"], body.get("body") or body.get("text"))
        return list(seen.values())

    def _mine(self) -> list[Mapping[str, Any]]:
        return [
            each for each in self.site.taken if self.phone == each.get("to") or self.user_id == each.get("recipient")
        ]

    def _receive(self, kind: str, **content: Any) -> None:
        message = {"id": f"wamid.in{next(self.site.numbers)}", "timestamp": "1750030073", "type": kind}
        self._call("messages", messages=[{**self.named, **message, **content}])

    def _call(self, field: str, **lists: Any) -> None:
        value = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER_ID}, **lists}
        entry = {"id": "102290129340398", "changes": [{"field": field, "value": value}]}
        self.site.meta_calls({"object": "whatsapp_business_account", "entry": [entry]})


def _flow_token(message: Mapping[str, Any]) -> str:
    action = message.get("interactive", {}).get("action", {})
    return str(action.get("parameters", {}).get("flow_token", ""))


def _controls(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    action = message.get("interactive", {}).get("action", {})
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    return [*rows, *(button["reply"] for button in action.get("buttons", ()))]


HANDSETS: Mapping[Channel, Callable[[Installation, int], Handset]] = {
    Channel.WHATSAPP: WhatsAppHandset,
    Channel.SMS: SmsHandset,
    Channel.TELEGRAM: TelegramHandset,
    Channel.WEBCHAT: PageHandset,
    Channel.VOICE: TelephoneHandset,
}
