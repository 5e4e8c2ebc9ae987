"""A customer sends a text: the carrier sees it first, then Twilio brings it to the product's webhook."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from functools import partial

from sandbox.carrier import CONFIRMATIONS, Blocks, Keyword, read_keyword
from sandbox.delivery import Delivery
from sandbox.handsets import Handsets
from sandbox.ledger import Record
from sandbox.messages import API_VERSION, Message, Messages
from sandbox.posting import Answer
from sandbox.twilio_segments import count_segments
from sandbox.twiml import TwimlError, parse_reply
from sandbox.webhooks import Courier, Errand, Webhook
from sandbox.world import World

# What Twilio looks up about North American numbers; for all others the fields are there and empty.
HOME = {"City": "OAKLAND", "State": "CA", "Zip": "94612", "Country": "US"}
COUNTRIES = {
    "1": "US", "7": "RU", "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES",
    "36": "HU", "39": "IT", "40": "RO", "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO",
    "48": "PL", "49": "DE", "52": "MX", "54": "AR", "55": "BR", "57": "CO", "60": "MY", "61": "AU", "62": "ID",
    "64": "NZ", "65": "SG", "81": "JP", "82": "KR", "86": "CN", "90": "TR", "91": "IN", "351": "PT", "352": "LU",
    "353": "IE", "358": "FI", "380": "UA", "420": "CZ", "421": "SK", "852": "HK", "966": "SA", "971": "AE", "972": "IL",
    "977": "NP",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A text that has left the phone: its ledger line and its webhook on the way."""

    record: Record
    errand: Errand


class Texting:
    """What customers do with their phones."""

    def __init__(
        self, world: World, messages: Messages, handsets: Handsets, blocks: Blocks, courier: Courier, delivery: Delivery
    ) -> None:
        self._world = world
        self._messages = messages
        self._handsets = handsets
        self._blocks = blocks
        self._courier = courier
        self._delivery = delivery
        self._hooks: dict[str, tuple[str, str | None, bool]] = {}  # sid → token, keyword, redeliver
        world.join({"text": self._remember, "reset": lambda _record: self._hooks.clear()})

    def send(
        self,
        customer: str,
        body: str,
        *,
        to: str | None = None,
        redeliver: bool | None = None,
        copies: int | None = None,
        late_s: float | None = None,
        hold: bool = False,
    ) -> Sent:
        """Sends `body` from the customer's phone to one of our numbers (by default the one that wrote to it last).

        With `hold` the webhook does not leave until `redeliver()` is called for the text: a network that was away.
        """
        ours = to or self._handsets.last_sender(customer) or self._world.settings.numbers[0]
        keyword = read_keyword(body)
        with self._world.lock:
            was_blocked = self._blocks.stands(ours, customer)
            record = self._world.commit(
                "text",
                channel="sms",
                sid=f"SM{secrets.token_hex(16)}",
                to=ours,
                body=body,
                segments=max(count_segments(body), 1),
                keyword=keyword,
                service=self._world.settings.messaging_service_sid,
                token=str(uuid.uuid4()),
                redeliver=self._world.settings.redeliver if redeliver is None else redeliver,
                **{"from": customer},
            )
            if keyword is not None and not (keyword is Keyword.STOP and was_blocked):
                self._world.commit(
                    "handset",
                    channel="sms",
                    number=customer,
                    sid=None,
                    body=CONFIRMATIONS[keyword],
                    author="carrier",
                    **{"from": ours},
                )
        if hold:
            return Sent(record=record, errand=Errand())
        return Sent(record=record, errand=self._bring(record["sid"], record["redeliver"], copies, late_s))

    def redeliver(self, sid: str, *, copies: int = 1, persist: bool = False) -> Errand | None:
        """Brings an earlier text (again), with its own token; None when there is no such text."""
        return self._bring(sid, persist, copies, 0.0) if sid in self._hooks else None

    def resume(self) -> None:
        """After a restart: texts whose webhook had not come to an end are brought again."""
        for sid in self._handsets.unacknowledged():
            self._bring(sid, self._hooks[sid][2], 1, 0.0)

    def _bring(self, sid: str, redeliver: bool, copies: int | None, late_s: float | None) -> Errand:
        message = self._messages.get(sid)
        if message is None:
            return Errand()
        token, keyword, _ = self._hooks[sid]
        hook = Webhook(
            what="inbound",
            sid=sid,
            number=message.sender or "",
            url=self._world.settings.sms_url,
            fallback_url=self._world.settings.sms_fallback_url,
            params=self._params(message, keyword),
            token=token,
            redeliver=redeliver,
        )
        return self._courier.send(hook, partial(self._answered, message), copies=copies, late_s=late_s)

    def _params(self, message: Message, keyword: str | None) -> tuple[tuple[str, str], ...]:
        customer = message.sender or ""
        params = [
            ("ToCountry", country(message.to)),
            ("ToState", place(message.to, "State")),
            ("SmsMessageSid", message.sid),
            ("NumMedia", "0"),
            ("ToCity", place(message.to, "City")),
            ("FromZip", place(customer, "Zip")),
            ("SmsSid", message.sid),
            ("FromState", place(customer, "State")),
            ("SmsStatus", "received"),
            ("FromCity", place(customer, "City")),
            ("Body", message.body),
            ("FromCountry", country(customer)),
            ("To", message.to),
            ("MessagingServiceSid", message.service or ""),
            ("ToZip", place(message.to, "Zip")),
            ("NumSegments", str(message.segments)),
            ("MessageSid", message.sid),
            ("AccountSid", message.account),
            ("From", customer),
            ("ApiVersion", API_VERSION),
        ]
        if keyword is not None and self._world.settings.advanced_opt_out:
            params.append(("OptOutType", keyword))
        return tuple(params)

    def _answered(self, message: Message, answer: Answer) -> None:
        try:
            replies = parse_reply(answer.content_type, answer.body)
        except TwimlError as error:
            self._world.commit("alert", code=error.code, sid=message.sid, detail=error.detail)
            return
        for reply in replies:
            self._delivery.reply(
                sender=reply.sender or message.to,
                to=reply.to or message.sender or "",
                body=reply.body,
                status_callback=reply.status_callback,
            )

    def _remember(self, record: Record) -> None:
        self._hooks[record["sid"]] = (record["token"], record["keyword"], record["redeliver"])


def country(number: str) -> str:
    """Two letters for an E.164 number's calling code, or nothing where the table does not know it."""
    digits = number.removeprefix("+")
    return next((COUNTRIES[digits[:n]] for n in (1, 2, 3) if digits[:n] in COUNTRIES), "")


def place(number: str, field: str) -> str:
    """City, State or Zip as Twilio guesses them."""
    return HOME[field] if number.startswith("+1") else ""
