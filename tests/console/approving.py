"""A console whose WhatsApp approves templates, and customers who answer there, for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from common import clock
from common.actors import Role
from common.channels import Channel, InboundMessage
from common.delivery import Deliveries
from common.delivery.dispatcher import Dispatcher
from common.receiving import Inbox
from common.store.schema import conversations, tickets
from tests.console.factories import World, create_world
from tests.integration.approving import Reviewed

ADMIN = "ada@example.com"
INVITATION = ("interaction_invitation", "en")
FOLLOW_UP = ("feedback_follow_up", "en")


@dataclass(slots=True)
class Approving:
    """One product with its console and its reviewer at WhatsApp."""

    world: World
    clock_file: Path
    reviewer: Reviewed = field(default_factory=Reviewed)
    _said: int = 0

    @property
    def services(self) -> Any:
        return self.world.services

    def decides(self, key: tuple[str, str], event: str, **told: Any) -> None:
        """The reviewer decides, and the webhook says so."""
        Inbox(self.services).receive([self.reviewer.decide(key, event, **told)])

    def approved(self, *keys: tuple[str, str]) -> None:
        for key in keys:
            self.services.templates.submit(key, "Ada")
            self.decides(key, "APPROVED", quality="GREEN")

    def invites(self, name: str = "Joris Bakker", locale: str = "en", **facts: Any) -> tuple[str, str]:
        """An invitation on WhatsApp that is sent, as far as it may be: its conversation and the customer's number."""
        ended_at = (clock.now() - timedelta(hours=2)).isoformat()  # the waiting time is over
        found = self.world.invited(name, channel="whatsapp", customer={"locale": locale}, ended_at=ended_at, **facts)
        self.dispatch()
        return found

    def says(self, phone: str, text: str) -> None:
        """The customer writes on WhatsApp, and what that causes is sent."""
        self._said += 1
        message = InboundMessage(
            channel=Channel.WHATSAPP,
            account=self.reviewer.account,
            provider_id=f"wamid-{self._said}",
            sender=phone,
            text=text,
        )
        result = self.services.take(message)
        self.services.bell.ring(*result.rings)
        self.dispatch()

    def unhappy(self, name: str = "Joris Bakker") -> tuple[str, str]:
        """A customer who answered a 2 on WhatsApp: the ticket and the number."""
        conversation_id, phone = self.invites(name)
        for text in ("2", "I waited an hour and nobody knew anything"):
            self.says(phone, text)
        with self.services.store.read() as connection:
            found = connection.execute(select(tickets.c.id).where(tickets.c.conversation_id == conversation_id))
            return str(found.scalar_one()), phone

    def dispatch(self) -> None:
        """Send what is due until nothing moves."""
        services = self.services
        deliveries = Deliveries(services.surveys, services.turns, services.adapters, zone="UTC", lease_s=60)
        whatsapp = {Channel.WHATSAPP: self.reviewer}
        sender = Dispatcher(services.store, deliveries, whatsapp, services.bell, is_only_one=False, threads=1)
        while sender.once():
            pass
        sender.close()

    def after(self, *, hours: float) -> None:
        """Move the clock of the product."""
        ahead = int(self.clock_file.read_text(encoding="ascii"))
        self.clock_file.write_text(str(ahead + int(hours * 3600)), encoding="ascii")
        clock.use_file(self.clock_file)

    def thread(self, conversation_id: str) -> Any:
        with self.services.store.read() as connection:
            return connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one()


def create_approving(folder: Path) -> Approving:
    """A product on SQLite whose WhatsApp is a list in this process, with an administrator. It is noon."""
    clock_file = folder / "clock"
    now = clock.wall()
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    ahead = (noon - now) % timedelta(days=1)
    clock_file.write_text(str(int(ahead.total_seconds())), encoding="ascii")
    made = Approving(create_world(f"sqlite:///{folder}/zeroten.db"), clock_file)
    clock.use_file(clock_file)
    made.services.adapters[Channel.WHATSAPP] = made.reviewer
    made.world.user(ADMIN, "Ada Byron", Role.ADMIN)
    return made
