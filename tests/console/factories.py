"""A product with a console for the tests, and customers who walk the real road from interaction to ticket."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from common import clock
from common.actors import Actor, Role
from common.channels import Channel, InboundMessage
from common.config import read_settings
from common.services import Services
from common.store.migrations import migrate
from common.store.schema import conversations, events, interactions, messages, tickets
from common.tickets import Tickets
from common.turns import StartInvitation
from common.users import User, create_user
from console import register_console
from tests.console.page import Page
from zeroten.root import create_services

PASSWORD = "a quiet morning at sea"
ENVIRONMENT = {
    "ZEROTEN_SECRET_KEY": "a secret key that only the tests know",
    "ZEROTEN_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "ZEROTEN_TWILIO_AUTH_TOKEN": "a token that only the tests know",
    "ZEROTEN_TWILIO_SMS_FROM": "+15005550006",
    "ZEROTEN_TWILIO_API_URL": "http://127.0.0.1:9",
    "ZEROTEN_TIMEZONE": "Europe/Amsterdam",
}


@dataclass(slots=True)
class World:
    """One product: its services, its web application, and the people around it."""

    services: Services
    app: Flask
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def zone(self) -> ZoneInfo:
        """The installation's time zone."""
        return ZoneInfo(ENVIRONMENT["ZEROTEN_TIMEZONE"])

    def user(self, email: str = "ana@example.com", name: str = "Ana Castro", role: Role = Role.SUPERVISOR) -> User:
        """A console user whose password is PASSWORD."""
        return self.services.store.write(lambda connection: create_user(connection, email, name, role, PASSWORD))

    def client(self) -> FlaskClient:
        """A browser that nobody has signed in with."""
        return self.app.test_client()

    def signed_in(self, email: str = "ana@example.com") -> FlaskClient:
        """A browser in which this user is signed in."""
        client = self.client()
        assert submit(client, "/sign-in", {"email": email, "password": PASSWORD}).status_code == 303
        return client

    def invited(self, name: str | None = "Joris Bakker", **facts: Any) -> tuple[str, str]:
        """An invitation that has begun on SMS: its conversation and the customer's number."""
        number, given = next(self._numbers), facts.pop("customer", {})
        phone = given.get("phone", f"+3161234{number:04d}")
        customer = {"id": f"c-{number}", "name": name, "phone": phone, "locale": "en", "consent": True}
        body = {
            "id": f"call-{number}",
            "channel": "sms",
            "direction": "inbound",
            "ended_at": clock.now().isoformat(),
            "duration_s": 300,
            "outcome": "answered",
            "customer": customer | {"timezone": "Europe/Amsterdam"} | given,
            "agent": {"id": "a-7", "name": "Lotte de Wit", "team": "Billing"},
            "topic": "Invoice",
            "reference": "order 4711",
            "survey": "support",
        } | facts
        services = self.services
        answer = services.store.write(lambda connection: services.intake.take(connection, body, clock.now()))
        started = services.take(StartInvitation(invitation_id=answer.body["invitation"]["id"]))
        assert started.conversation_id is not None
        return started.conversation_id, phone

    def says(self, phone: str, text: str) -> None:
        """The customer writes."""
        provider_id = f"SM{next(self._numbers):032d}"
        account = self.services.adapters[Channel.SMS].account
        message = InboundMessage(channel=Channel.SMS, account=account, provider_id=provider_id, sender=phone, text=text)
        self.services.take(message)

    def unhappy(self, name: str | None = "Joris Bakker", *said: str, **facts: Any) -> str:
        """A customer who answered with a ticket; its id. Without words: a 3 and a reason."""
        conversation_id, phone = self.invited(name, **facts)
        for text in said or ("3", "I waited an hour and nobody knew anything"):
            self.says(phone, text)
        with self.services.store.read() as connection:
            found = connection.execute(select(tickets.c.id).where(tickets.c.conversation_id == conversation_id))
            return str(found.scalar_one())

    def phone_of(self, ticket_id: str) -> str:
        """The number of a ticket's customer."""
        with self.services.store.read() as connection:
            joined = tickets.join(conversations, conversations.c.id == tickets.c.conversation_id)
            query = select(conversations.c.address).select_from(joined).where(tickets.c.id == ticket_id)
            return str(connection.execute(query).scalar_one())

    def claim(self, ticket_id: str, user: User) -> None:
        """Make `user` the ticket's owner."""
        desk, now = Tickets(self.services.turns), clock.now()
        done = self.services.store.write(lambda connection: desk.claim(connection, ticket_id, user.actor, now))
        self.services.bell.ring(*done.rings)

    def reply(self, ticket_id: str, actor: Actor, text: str) -> None:
        """Write to the customer as the ticket's owner."""
        desk, now = Tickets(self.services.turns), clock.now()
        self.services.store.write(
            lambda connection: desk.reply(connection, ticket_id, actor, text=text, client_id=None, now=now)
        )

    def age(self, ticket_id: str, by: timedelta) -> None:
        """Let everything about a ticket have happened `by` earlier."""

        def move(connection: Any) -> None:
            ticket = connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one()
            for table in (messages, events):
                key = table.c.conversation_id == ticket.conversation_id
                for row in connection.execute(select(table.c.sequence, table.c.at).where(key)).all():
                    moved = update(table).where(key, table.c.sequence == row.sequence).values(at=row.at - by)
                    connection.execute(moved)
            times = {"opened_at": ticket.opened_at - by, "due_at": ticket.due_at - by}
            connection.execute(update(tickets).where(tickets.c.id == ticket_id).values(**times))
            within = select(conversations.c.interaction_id).where(conversations.c.id == ticket.conversation_id)
            ended = update(interactions).where(interactions.c.id == within.scalar_subquery())
            connection.execute(ended.values(ended_at=ticket.opened_at - by - timedelta(minutes=95)))

        self.services.store.write(move)


def create_world(database_url: str, **environment: str) -> World:
    """A product on an empty database."""
    given = {f"ZEROTEN_{name}": value for name, value in environment.items()}
    settings = read_settings({**ENVIRONMENT, "ZEROTEN_DATABASE_URL": database_url, **given})
    services = create_services(settings, has_writer=True)
    migrate(services.store.database)
    survey = {"brand": "Acme", "quiet_hours": None, "fatigue_days": 0}
    services.store.write(lambda connection: services.surveys.save(connection, "support", survey, clock.now()))
    return World(services, create_app(services))


def create_app(services: Services) -> Flask:
    """The console alone, as a process has it that has just begun."""
    app = Flask("zeroten", static_folder=None)
    register_console(app, services)
    return app


def submit(client: FlaskClient, path: str, fields: dict[str, str], *, page: str | None = None) -> Any:
    """Send a form as the page that holds it would."""
    token = Page(client.get(page or path).text).form_token
    return client.post(path, data={**fields, "csrf_token": token})
