"""A small installation around the web chat: one database, its dispatcher, and the pages. Real parts throughout."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from bots.webchat import WebChat, create_webchat
from common import clock
from common.actors import Actor, Role
from common.bell import Bell
from common.channels import Adapter, Channel
from common.config import read_settings
from common.delivery import Deliveries
from common.delivery.dispatcher import Dispatcher
from common.intake import Intake
from common.pages import page_token
from common.services import Services
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.schema import conversations, messages, tickets
from common.store.writer import StoreWriter
from common.surveys import Surveys
from common.tickets import Tickets
from common.turns import Turns

JOOST = Actor(id="usr_joost", name="Joost", role=Role.SUPERVISOR)
SURVEY = {"key": "support", "brand": "Acme", "send_after_s": 0, "quiet_hours": None, "fatigue_days": 0}
_FIELD = re.compile(r'name="client_id" value="([^"]+)"')


@dataclass(slots=True)
class World:
    """The installation. `app` serves the pages; `client()` makes a browser without script."""

    services: Services
    app: Flask
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def invite(self, *, locale: str = "en", name: str | None = "Ana", **changes: Any) -> str:
        """Hand in an interaction that has just ended; the token of its page."""
        number = next(self._numbers)
        body: dict[str, Any] = {
            "id": f"chat-{number}",
            "channel": "webchat",
            "direction": "inbound",
            "ended_at": (clock.now() - timedelta(minutes=1)).isoformat(),
            "duration_s": 312,
            "outcome": "answered",
            "customer": {
                "id": f"c-{number}",
                "name": name,
                "locale": locale,
                "timezone": "Europe/Amsterdam",
                "consent": True,
            },
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "survey": "support",
        } | changes
        now = clock.now()
        answer = self.services.store.write(lambda connection: self.services.intake.take(connection, body, now))
        assert answer.body["decision"] == "invite", answer.body
        token: str = answer.body["invitation"]["url"].rpartition("/")[2]
        assert token == page_token(self.services.settings.secret_key, answer.body["invitation"]["id"])
        return token

    def client(self) -> PlainBrowser:
        return PlainBrowser(self)

    def conversation(self, **where: str) -> Mapping[str, Any]:
        """The only conversation."""
        with self.services.store.read() as connection:
            return dict(connection.execute(select(conversations).filter_by(**where)).mappings().one())

    def thread(self) -> list[tuple[str, str]]:
        """(author, text) of every message, in order."""
        with self.services.store.read() as connection:
            rows = connection.execute(select(messages.c.author, messages.c.text).order_by(messages.c.sequence))
            return [(row.author, row.text) for row in rows]

    def claim(self) -> str:
        """Joost takes the only ticket; its id."""
        with self.services.store.read() as connection:
            ticket_id: str = connection.execute(select(tickets.c.id)).scalar_one()
        acts = Tickets(self.services.turns)
        done = self.services.store.write(lambda connection: acts.claim(connection, ticket_id, JOOST, clock.now()))
        self.services.bell.ring(*done.rings)
        return ticket_id

    def reply(self, ticket_id: str, text: str, client_id: str | None = None) -> None:
        """Joost writes to the customer."""
        acts = Tickets(self.services.turns)
        done = self.services.store.write(
            lambda connection: acts.reply(
                connection, ticket_id, JOOST, text=text, client_id=client_id or text, now=clock.now()
            )
        )
        self.services.bell.ring(*done.rings)


class PlainBrowser:
    """A browser without script: gets pages, fills in the form that it was shown, follows the redirect."""

    def __init__(self, world: World) -> None:
        self.http = world.app.test_client()
        self.html = ""

    def open(self, token: str) -> str:
        reply = self.http.get(f"/s/{token}")
        assert reply.status_code == 200, reply.text
        self.html = reply.text
        return self.html

    def post(self, token: str, **fields: str) -> str:
        """Send the form on the page with these fields filled in."""
        found = _FIELD.search(self.html)
        assert found is not None, "there is no form on this page"
        reply = self.http.post(f"/s/{token}", data={"client_id": found[1], **fields})
        assert reply.status_code == 303, reply.text
        return self.open(token)


@contextmanager
def a_world(folder: Path, survey: Mapping[str, Any] = SURVEY, **settings: str) -> Iterator[World]:
    """An installation on an SQLite database of its own in `folder`."""
    with a_world_on(f"sqlite:///{folder}/zeroten.db", survey, **settings) as made:
        yield made


@contextmanager
def a_world_on(database_url: str, survey: Mapping[str, Any] = SURVEY, **settings: str) -> Iterator[World]:
    """An installation on an empty database."""
    given = {f"ZEROTEN_{name}": value for name, value in settings.items()}
    services = create_services({"ZEROTEN_SECRET_KEY": "tests only", "ZEROTEN_DATABASE_URL": database_url, **given})
    services.store.write(lambda connection: services.surveys.save(connection, "support", survey, clock.now()))
    deliveries = Deliveries(services.surveys, services.turns, services.adapters, zone=None, lease_s=60)
    dispatcher = Dispatcher(services.store, deliveries, services.adapters, services.bell, is_only_one=True, threads=2)
    thread = threading.Thread(target=dispatcher.run, name="dispatcher")
    thread.start()
    try:
        yield create_world(services)
    finally:
        dispatcher.stop()
        thread.join(timeout=10)
        services.close()


def create_world(services: Services) -> World:
    """The pages and the people, without a dispatcher."""
    app = Flask("webchat", static_folder=None)
    app.register_blueprint(create_webchat(services))
    return World(services=services, app=app)


def create_services(environment: Mapping[str, str]) -> Services:
    """Services with web chat as the only channel, on a migrated database."""
    settings = read_settings(environment)
    database = Database(settings.database_url)
    migrate(database)
    surveys = Surveys()
    adapters: dict[Channel, Adapter] = {Channel.WEBCHAT: WebChat()}
    return Services(
        settings=settings,
        store=StoreWriter(database),
        bell=Bell(None),
        adapters=adapters,
        surveys=surveys,
        turns=Turns(surveys, adapters),
        intake=Intake(surveys, adapters, settings),
    )
