"""A small world around the core: real database, real writer, and an adapter whose provider is a list."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from common import clock
from common.bell import Bell
from common.channels import (
    Adapter,
    Capabilities,
    Channel,
    Inbound,
    InboundMessage,
    Lookup,
    Payload,
    Prompt,
    SendError,
    SendResult,
    WebhookReply,
    WebhookRequest,
)
from common.config import Settings, read_settings
from common.delivery import Deliveries
from common.delivery.dispatcher import Dispatcher
from common.intake import Intake
from common.services import Services
from common.store.engine import Database
from common.store.writer import Store, StoreWriter
from common.surveys import Surveys
from common.tick import Tick
from common.turns import TurnResult, Turns

ANA = "+31612345678"
BEN = "+31612345699"


@dataclass
class ListProvider:
    """An adapter whose provider is a list in this process. `fates` are consumed one per send: None = accepted.

    A fate that is a SendError is raised; with `arrives` in its detail the message is accepted all the same.
    """

    channel: Channel = Channel.SMS
    account: str = "+15005550006"
    per_second: float = 10_000
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(max_text=1600, looks_up=True))
    sent: list[tuple[str, str, str]] = field(default_factory=list)
    fates: list[SendError | None] = field(default_factory=list)
    is_settled: bool = True
    look_ups: int = 0

    def normalize(self, address: str) -> str | None:
        return address

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        phone = customer.get("phone")
        return phone if isinstance(phone, str) else None

    def verify(self, request: WebhookRequest) -> None: ...

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        return ()

    def acknowledge(self) -> WebhookReply:
        return WebhookReply()

    def render(self, to: str, prompt: Prompt) -> Payload:
        return Payload(to=to, fields={"text": prompt.text}, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        before_request()
        fate = self.fates.pop(0) if self.fates else None
        if fate is None or "arrives" in fate.detail:
            self.sent.append((payload.to, str(payload.fields["text"]), payload.reference))
        if fate is not None:
            raise fate
        return SendResult(provider_id=f"SM{payload.reference}")

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        self.look_ups += 1
        if any(reference == payload.reference for _, _, reference in self.sent):
            return Lookup(result=SendResult(provider_id=f"SM{payload.reference}"))
        return Lookup(result=None, settled=self.is_settled)

    def texts(self, to: str = ANA) -> list[str]:
        """What this address was sent, in order."""
        return [text for address, text, _ in self.sent if address == to]


class World:
    """Services over one database, and the verbs of the tests."""

    def __init__(self, database: Database, folder: Path, *, adapters: Sequence[Adapter] | None = None) -> None:
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0", encoding="ascii")
        clock.use_file(self.clock_file)
        self.provider = ListProvider()
        given = list(adapters) if adapters is not None else [self.provider]
        self.adapters: dict[Channel, Adapter] = {adapter.channel: adapter for adapter in given}
        settings = self._settings(str(database.url.render_as_string(hide_password=False)))
        surveys = Surveys()
        self.services = Services(
            settings=settings,
            store=StoreWriter(database),
            bell=Bell(None),
            adapters=self.adapters,
            surveys=surveys,
            turns=Turns(surveys, self.adapters),
            intake=Intake(surveys, self.adapters, settings),
        )
        self.deliveries = Deliveries(surveys, self.services.turns, self.adapters, zone="UTC", lease_s=60)
        self._messages = 0

    def _settings(self, url: str) -> Settings:
        return read_settings({"ZEROTEN_DATABASE_URL": url, "ZEROTEN_SECRET_KEY": "s" * 32, "ZEROTEN_TIMEZONE": "UTC"})

    @property
    def store(self) -> Store:
        return self.services.store

    def close(self) -> None:
        self.services.close()

    # --- what the outside does ------------------------------------------------------------------------------------

    def survey(self, **fields: Any) -> None:
        """Save the survey `support`: at once, at any hour, as often as one likes, unless `fields` say otherwise."""
        body = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0} | fields
        self.store.write(lambda c: self.services.surveys.save(c, "support", body, clock.now()))

    def interaction(self, ref: str, *, customer: str = "c-1", phone: str | None = ANA, **fields: Any) -> dict[str, Any]:
        """Hand an interaction in; the caller's answer."""
        body: dict[str, Any] = {
            "id": ref,
            "channel": "sms",
            "direction": "inbound",
            "ended_at": clock.now().isoformat(),
            "duration_s": 120,
            "outcome": "answered",
            "customer": {
                "id": customer,
                "name": "Ana",
                "phone": phone,
                "locale": "en",
                "timezone": "UTC",
                "consent": True,
            },
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "topic": "invoice",
            "survey": "support",
        } | fields
        answer = self.store.write(lambda c: self.services.intake.take(c, body, clock.now()))
        return {"status": answer.status, **answer.body}

    def say(self, text: str, *, sender: str = ANA, provider_id: str | None = None, **fields: Any) -> TurnResult:
        """A customer's message comes in."""
        self._messages += 1
        return self.services.take(
            InboundMessage(
                channel=Channel.SMS,
                account="+15005550006",
                provider_id=provider_id or f"in-{self._messages}",
                sender=sender,
                text=text,
                **fields,
            )
        )

    def after(self, **delta: float) -> None:
        """Move the clock."""
        seconds = int(self.clock_file.read_text(encoding="ascii")) + int(timedelta(**delta).total_seconds())
        self.clock_file.write_text(str(seconds), encoding="ascii")
        clock.use_file(self.clock_file)

    # --- what the processes do ------------------------------------------------------------------------------------

    def tick(self) -> int:
        """One tick."""
        ticker = Tick(self.store, self.services.turns, self.adapters, self.services.bell, zone="UTC", is_only_one=True)
        return ticker.once()

    def dispatch(self, rounds: int = 10) -> None:
        """Send what is due until nothing moves."""
        dispatcher = Dispatcher(
            self.store, self.deliveries, self.adapters, self.services.bell, is_only_one=False, threads=2
        )
        for _ in range(rounds):
            if not dispatcher.once():
                break
        dispatcher.close()

    def begin(self, ref: str = "i-1", **fields: Any) -> str:
        """An interaction whose first question is sent: the conversation's id."""
        answer = self.interaction(ref, **fields)
        assert answer["decision"] == "invite", answer
        self.tick()
        self.dispatch()
        return str(self.rows(_table("conversations"))[-1]["id"])

    def answer(self, text: str, **fields: Any) -> TurnResult:
        """A customer's message comes in, and what it causes is sent."""
        result = self.say(text, **fields)
        self.dispatch()
        return result

    # --- what there is to see -------------------------------------------------------------------------------------

    def rows(self, table: Table, **where: object) -> list[dict[str, Any]]:
        """The rows of `table` with these values, by primary key."""
        statement = select(table).order_by(*table.primary_key.columns)
        for name, value in where.items():
            statement = statement.where(table.c[name] == value)
        with self.store.read() as connection:
            return [dict(row._mapping) for row in connection.execute(statement)]

    def row(self, table: Table, **where: object) -> dict[str, Any]:
        """The only row of `table` with these values."""
        (row,) = self.rows(table, **where)
        return row


def _table(name: str) -> Table:
    from common.store.schema import metadata

    return metadata.tables[name]
