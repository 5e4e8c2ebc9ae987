"""The customers of the benchmarks: who they are, what they answer in which order, and a database that waits for them.

Message `k` is an answer of one customer to one question. Customers answer in blocks: a block gives its scores, then its
reasons, then its aspects, so that every stretch of messages is a mix and nobody answers before being asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, insert, select, update

from common import clock
from common.channels import Channel, InboundMessage
from common.config import Settings, read_settings
from common.ids import new_id
from common.services import Services
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import customer_refs, customers, endpoints, interactions, invitations, messages, outbox
from common.turns import StartInvitation
from zeroten.root import create_services

ACCOUNT, TOKEN, SERVICE = "AC" + "be" * 16, "b3" * 16, "MG" + "be" * 16
NUMBER = "+15005550006"
QUESTIONS = 3
_AT_ONCE = 128
_SCORES = ("9", "10", "8", "3", "10", "7", "9, thanks", "10", "2", "8")
_REASONS = (
    "quick and friendly",
    "had to wait twenty minutes before anybody picked up",
    "Joost solved it at once",
    "still not solved",
    "clear answer, thank you",
)
_ASPECTS = ("1", "2", "3", "4")


def phone(customer: int) -> str:
    """A customer's number."""
    return f"+316{10_000_000 + customer}"


def answer(message: int, block: int) -> tuple[int, str]:
    """Who sends message `message`, and what it says."""
    number, within = divmod(message, QUESTIONS * block)
    question, place = divmod(within, block)
    customer = number * block + place
    words = (_SCORES, _REASONS, _ASPECTS)[question]
    return customer, words[customer % len(words)]


def inbound(message: int, block: int) -> InboundMessage:
    """Message `message` as the SMS adapter parses it."""
    customer, text = answer(message, block)
    return InboundMessage(
        channel=Channel.SMS, account=SERVICE, provider_id=f"SM{message:032x}", sender=phone(customer), text=text
    )


def environment(database: str, **more: str) -> dict[str, str]:
    """The settings of an installation whose provider is ours."""
    return {
        "ZEROTEN_DATABASE_URL": database,
        "ZEROTEN_SECRET_KEY": "a-secret-for-benchmarks-of-32-characters",
        "ZEROTEN_TIMEZONE": "UTC",
        "ZEROTEN_TWILIO_ACCOUNT_SID": ACCOUNT,
        "ZEROTEN_TWILIO_AUTH_TOKEN": TOKEN,
        "ZEROTEN_TWILIO_MESSAGING_SERVICE_SID": SERVICE,
        "ZEROTEN_TWILIO_API_URL": "http://127.0.0.1:9",
        "ZEROTEN_TWILIO_PER_SECOND": "99999",
        **more,
    }


def settings(database: str, **more: str) -> Settings:
    return read_settings(environment(database, **more))


def prepare(database: str, count: int) -> None:
    """Migrate an empty database and bring `count` conversations to the point where the score has been asked."""
    opened = Database(database)
    migrate(opened)
    opened.close()
    services = create_services(settings(database), has_writer=False)
    body = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}
    services.store.write(lambda connection: services.surveys.save(connection, "support", body, clock.now()))
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        services.store.write(partial(_begin, services=services, numbers=numbers))
    services.store.write(_send_everything)
    services.close()


def _begin(connection: Connection, *, services: Services, numbers: Sequence[int]) -> None:
    now = clock.now()
    rows = [_rows(number, now) for number in numbers]
    for table in (customers, customer_refs, endpoints, interactions, invitations):
        connection.execute(insert(table).inline(), [row[table.name] for row in rows])
    starts = [StartInvitation(invitation_id=row["invitations"]["id"]) for row in rows]
    services.turns.run(connection, starts)


def _send_everything(connection: Connection) -> None:
    """The first questions have reached everybody."""
    waiting = connection.execute(select(outbox.c.id, outbox.c.message_id)).all()
    connection.execute(update(outbox).values(state="sent", provider_id="SM" + outbox.c.id, attempts=1))
    connection.execute(update(messages).values(delivery="delivered", provider_id="SM" + messages.c.id))
    connection.execute(update(invitations).values(status="sent", sent_at=clock.now()))
    assert waiting, "there is nothing to send"


def _rows(number: int, now: datetime) -> Mapping[str, dict[str, Any]]:
    person, place, interaction = new_id("cus"), new_id("end"), new_id("int")
    ended = now - timedelta(minutes=5)
    invitation = {
        "id": new_id("inv"),
        "interaction_id": interaction,
        "customer_id": person,
        "endpoint_id": place,
        "survey_key": "support",
        "survey_version": 1,
        "channel": Channel.SMS.value,
        "locale": "en",
        "status": "scheduled",
        "send_at": now,
        "latest_at": now + timedelta(hours=20),
        "created_at": now,
    }
    happened = {
        "id": interaction,
        "ref": f"call-{number}",
        "body_hash": "",
        "body": {"outcome": "answered", "customer": {"phone": phone(number)}},
        "customer_id": person,
        "customer_ref": f"c-{number}",
        "channel": Channel.SMS.value,
        "direction": "inbound",
        "ended_at": ended,
        "agent_id": "a-7",
        "agent_name": "Joost",
        "team": "billing",
        "topic": "invoice",
        "survey_key": "support",
        "decision": "invite",
        "explanation": "benchmark",
        "trail": {},
        "answer": {},
        "created_at": now,
    }
    return {
        "customers": {
            "id": person,
            "name": "Ana",
            "locale": "en",
            "timezone": "UTC",
            "consent": True,
            "created_at": now,
        },
        "customer_refs": {"ref": f"c-{number}", "customer_id": person},
        "endpoints": {"id": place, "customer_id": person, "channel": Channel.SMS.value, "address": phone(number)},
        "interactions": happened,
        "invitations": invitation,
    }
