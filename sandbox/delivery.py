"""An outbound SMS on its way: accepted → queued → sending → sent → delivered, with a status callback for each change.

From "Outbound message status in status callbacks": a message starts as `queued`, with a messaging service as
`accepted` (which then chooses the number it is sent from), and nobody is called back for the status it starts with.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import partial

from sandbox.carrier import Blocks
from sandbox.faults import Fault
from sandbox.messages import API_VERSION, Message, Messages
from sandbox.twilio_create import VALIDITY_S
from sandbox.twilio_segments import count_segments
from sandbox.webhooks import Courier, Webhook
from sandbox.world import World

NEXT = {"scheduled": "queued", "accepted": "queued", "queued": "sending", "sending": "sent", "sent": "delivered"}
SCHEDULE_LOOK_S = 0.5  # how often a scheduled message looks at the moved clock


class Delivery:
    """Moves messages one status further at a time, `status_step_s` apart."""

    def __init__(self, world: World, messages: Messages, blocks: Blocks, courier: Courier) -> None:
        self._world = world
        self._messages = messages
        self._blocks = blocks
        self._courier = courier

    def begin(self, sid: str) -> None:
        """Sets a new message (or one that a restart interrupted) on its way."""
        self._world.schedule.after(self._world.settings.status_step_s, partial(self._step, sid))

    def resume(self) -> None:
        """After a restart: everything that had not arrived goes on from where it was."""
        for message in self._messages.under_way():
            self.begin(message.sid)

    def reply(self, *, sender: str, to: str, body: str, status_callback: str | None) -> str | None:
        """A message that a webhook's TwiML asked for; None when the customer has stopped this sender."""
        if self._blocks.stands(sender, to):
            self._world.commit("alert", code=21610, sid=None, detail=f"TwiML reply from {sender} to {to}: stopped")
            return None
        made = {
            "sid": f"SM{secrets.token_hex(16)}",
            "from": sender,
            "to": to,
            "body": body,
            "media": [],
            "segments": count_segments(body),
            "status": "queued",
            "service": None,
            "status_callback": status_callback,
            "validity_s": VALIDITY_S,
            "send_at": None,
        }
        self._world.commit("reply", message=made)
        self.begin(str(made["sid"]))
        return str(made["sid"])

    def _step(self, sid: str) -> None:
        with self._world.lock:  # a cancellation comes before the step or after it
            message = self._messages.get(sid)
            if message is None or message.status not in NEXT:
                return
            if message.status == "scheduled" and message.send_at and self._world.clock.now() < message.send_at:
                self._world.schedule.after(SCHEDULE_LOOK_S, partial(self._step, sid))
                return
            status, error_code = self._next(message)
            if status == "delivered":
                self._hand_over(message)
            self._move(message, status, error_code)
        self._call_back(message, status, error_code)
        if status in NEXT:
            self.begin(sid)

    def cancel(self, message: Message) -> bool:
        """Takes a scheduled message back; False when it has left already."""
        with self._world.lock:
            if message.status != "scheduled":
                return False
            self._move(message, "canceled", None)
        self._call_back(message, "canceled", None)
        return True

    def _next(self, message: Message) -> tuple[str, int | None]:
        if message.status == "queued":
            sender = message.service or message.sender or ""
            if self._blocks.stands(sender, message.to):
                return "failed", 21610
            if datetime.now(UTC) > message.queued_at + timedelta(seconds=message.validity_s):
                return "failed", 30036
        if message.status == "sent":
            hit = self._world.faults.delivery(message.to)
            if hit is not None:
                return ("undelivered" if hit.fault is Fault.UNDELIVERED else "failed"), hit.error_code
        return NEXT[message.status], None

    def _hand_over(self, message: Message) -> None:
        self._world.commit(
            "handset",
            channel="sms",
            number=message.to,
            sid=message.sid,
            body=message.body + "".join(f"\n[{url}]" for url in message.media),
            author="business",
            **{"from": message.sender},
        )

    def _move(self, message: Message, status: str, error_code: int | None) -> None:
        sender = message.sender or self._world.settings.numbers[0]
        segments = message.segments or count_segments(message.body)
        self._world.commit(
            "status",
            sid=message.sid,
            to=message.to,
            status=status,
            error_code=error_code,
            segments=segments,
            **{"from": sender},
        )

    def _call_back(self, message: Message, status: str, error_code: int | None) -> None:
        if not message.status_callback:
            return
        params = [
            ("ApiVersion", API_VERSION),
            ("AccountSid", message.account),
            ("From", message.sender or ""),
            ("To", message.to),
            ("MessageSid", message.sid),
            ("MessageStatus", status),
            ("SmsSid", message.sid),
            ("SmsStatus", status),
        ]
        if message.service:
            params.append(("MessagingServiceSid", message.service))
        if error_code is not None:
            params.append(("ErrorCode", str(error_code)))
        if status in ("delivered", "undelivered"):
            params.append(("RawDlrDoneDate", self._world.clock.now().strftime("%y%m%d%H%M")))
        self._courier.send(
            Webhook(
                what="status", sid=message.sid, number=message.to, url=message.status_callback, params=tuple(params)
            )
        )
