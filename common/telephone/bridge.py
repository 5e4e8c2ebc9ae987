"""A user calls a customer from a ticket: the user's telephone rings first, then the customer's.

The call to the user is a message of the outbox like any other: leased, looked up before anything is placed twice. The
customer is rung only when the user has picked up and pressed a key, and only if that is still right then: no opt-out,
no quiet hours on the customer's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from common.actors import Actor
from common.bell import FEED
from common.channels import Channel, Prompt
from common.errors import Conflict
from common.ids import new_id
from common.intake import phone_timezone
from common.outreach.quiet_hours import QuietHours, next_allowed
from common.outreach.zones import choose_zone
from common.prompts import prompt_to_json
from common.queueing import spoken
from common.store import calls as store
from common.store import tickets
from common.store.schema import customers, endpoints, outbox
from common.store.threads import lock_customers
from common.surveys import Surveys
from common.telephone.values import BRIDGE, Spoken
from common.telephone.words import worded

PATIENCE = timedelta(minutes=2)
"""A call that could not be placed by then is not wanted any more."""
SPOKEN = "completed"
"""What Twilio says of a dialled call that was answered (`DialCallStatus` of <Dial>'s action)."""
KIND = "call"
"""The kind of these messages in the outbox."""


class Bridges:
    """Calls of users to customers, over one channel. zone: for customers whose own zone is unknown."""

    def __init__(self, surveys: Surveys, *, channel: Channel, zone: str | None) -> None:
        self._surveys = surveys
        self._channel = channel
        self._zone = zone

    def place(
        self, connection: Connection, conversation: Mapping[str, Any], *, phone: str, actor: Actor, now: datetime
    ) -> None:
        """Have the user at `phone` rung. Raises Conflict: opted_out, no_number, quiet_hours."""
        self.refuse_unless_allowed(connection, conversation, now)
        if self.number_of(connection, conversation) is None:
            raise Conflict("there is no telephone number of this customer", code="no_number")
        reference, until = new_id("out"), now + PATIENCE
        store.log(connection, conversation["id"], now, "user_calls", {"by": actor.id, "name": actor.name})
        sequence = store.conversation(connection, conversation["id"])["sequence"]
        prompt = Prompt(
            key=BRIDGE,
            text="",
            locale=conversation["locale"],
            step=sequence,
            reference=reference,
            useful_until=until,
        )
        row = {
            "id": reference,
            "conversation_id": conversation["id"],
            "customer_id": conversation["customer_id"],
            "message_id": reference,  # nothing stands in the thread for it but the log's line
            "channel": self._channel.value,
            "address": phone,
            "step": sequence,
            "kind": KIND,
            "prompt": prompt_to_json(prompt),
            "owner_epoch": conversation["owner_epoch"],
            "state": "pending",
            "sequence": sequence,
            "due_at": now,
            "useful_until": until,
            "attempts": 0,
            "created_at": now,
        }
        connection.execute(insert(outbox).values(row))

    def is_being_placed(self, connection: Connection, conversation_id: str) -> bool:
        """True while a call of this thread has not been handed to the provider: a double click is one call."""
        waiting = (outbox.c.conversation_id == conversation_id, outbox.c.kind == KIND)
        states = outbox.c.state.in_(("pending", "sending", "unknown"))
        return connection.execute(select(outbox.c.id).where(*waiting, states)).first() is not None

    def refuse_unless_allowed(self, connection: Connection, conversation: Mapping[str, Any], now: datetime) -> None:
        """Raise Conflict if this customer must not be rung now: opted_out, quiet_hours."""
        customer = connection.execute(select(customers).where(customers.c.id == conversation["customer_id"])).one()
        if customer.opted_out_at is not None:
            raise Conflict("the customer opted out; do not call", code="opted_out")
        hours = self._quiet_hours(connection, conversation)
        if hours is None:
            return
        number = self.number_of(connection, conversation)
        zone = choose_zone(customer=customer.timezone, phone_number=phone_timezone(number), company=self._zone)
        if zone is None:
            raise Conflict("nobody knows what time it is where the customer is", code="quiet_hours")
        if hours.holds_at(now, zone.zone):
            at = next_allowed(now, hours, zone.zone).isoformat()
            raise Conflict("it is quiet hours where the customer is", code="quiet_hours", facts={"callable_at": at})

    def number_of(self, connection: Connection, conversation: Mapping[str, Any]) -> str | None:
        """The customer's telephone number, if one is known: that of the thread, else any on this channel."""
        numbers = connection.execute(
            select(endpoints.c.address, endpoints.c.channel)
            .where(endpoints.c.customer_id == conversation["customer_id"], endpoints.c.address.like("+%"))
            .order_by(endpoints.c.id)
        ).all()
        addresses = [row.address for row in numbers]
        mine = [row.address for row in numbers if row.channel == self._channel.value]
        if conversation["address"] in addresses:
            return str(conversation["address"])
        return next(iter([*mine, *addresses]), None)

    def announce(self, connection: Connection, reference: str, call_sid: str, now: datetime) -> Spoken | None:
        """The user picks up: what to say; None if there is no such call."""
        placing = store.placing(connection, reference)
        if placing is None or placing.kind != KIND:
            return None
        owner = {"conversation_id": placing.conversation_id, "customer_id": placing.customer_id}
        store.claim(connection, call_sid, now, direction="outbound", outbox_id=reference, **owner)
        row = store.conversation(connection, placing.conversation_id)
        definition = self._surveys.get(connection, row["survey_key"], row["survey_version"])
        return worded(definition, "voice.bridge", self._channel)

    def customer_for(self, connection: Connection, reference: str, now: datetime) -> str | None:
        """The user pressed the key: whom to ring; None if that is not right any more."""
        placing = store.placing(connection, reference)
        if placing is None or placing.kind != KIND:
            return None
        row = store.conversation(connection, placing.conversation_id)
        try:
            self.refuse_unless_allowed(connection, row, now)
        except Conflict:
            return None
        return self.number_of(connection, row)

    def done(self, connection: Connection, reference: str, status: str, now: datetime) -> frozenset[str]:
        """The two have talked, or the customer did not answer; the topics to ring."""
        placing = store.placing(connection, reference)
        if placing is None or placing.kind != KIND:
            return frozenset()
        lock_customers(connection, [placing.customer_id])
        store.log(connection, placing.conversation_id, now, "user_called", {"status": status})
        ticket_id = store.conversation(connection, placing.conversation_id)["ticket_id"]
        if status == SPOKEN and ticket_id and (ticket := tickets.find(connection, ticket_id)) is not None:
            spoken(connection, ticket, now)
        return frozenset({f"conversation:{placing.conversation_id}", FEED})

    def _quiet_hours(self, connection: Connection, conversation: Mapping[str, Any]) -> QuietHours | None:
        definition = self._surveys.get(connection, conversation["survey_key"], conversation["survey_version"])
        hours = definition.quiet_hours
        return QuietHours(start=hours[0], end=hours[1]) if hours else None


def accept(connection: Connection, call_id: str, now: datetime) -> bool:
    """A person pressed the key that takes an unhappy caller over. False if nobody waits any more."""
    call = store.by_id(connection, call_id)
    if call is None or call.ended_at is not None:
        return False
    store.change(connection, call_id, now, accepted_at=call.accepted_at or now)
    return True


def introduce(connection: Connection, surveys: Surveys, channel: Channel, call_id: str) -> Spoken | None:
    """What a person hears who picks up for an unhappy caller; None if nobody waits any more."""
    call = store.by_id(connection, call_id)
    if call is None or call.ended_at is not None or call.conversation_id is None:
        return None
    row = store.conversation(connection, call.conversation_id)
    return worded(surveys.get(connection, row["survey_key"], row["survey_version"]), "voice.whisper", channel)
