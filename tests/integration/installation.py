"""What the composition root makes, on one database: the web application, the tick, the dispatcher, the real adapters.

Its providers answer over HTTP and take everything. Time is a clock file, moved by `advance`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select, update
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from common import clock
from common.actors import Role
from common.channels import Channel
from common.config import read_settings
from common.services import Services
from common.store import api_keys
from common.store.calls import is_on_the_line
from common.store.schema import outbox, pacing
from tests.channels.provider import Answer, Asked, Provider, a_provider
from tests.channels.test_telegram import SECRET as TELEGRAM_SECRET
from tests.channels.test_telegram import TOKEN as TELEGRAM_TOKEN
from tests.integration.telegram_side import BotApiSide
from tests.integration.telephone_side import LINE
from tests.scenarios.script import Scenario
from zeroten import root

ACCOUNT = "AC" + "12ab" * 8
TOKEN = "f00d" * 8
NUMBER = "+15005550006"
PUBLIC = "https://zeroten.example"
NUMBER_ID = "106540352242922"
APP_SECRET = "cafe" * 8


@dataclass
class Installation:
    """One database with the real parts around it.

    `sent` is what the SMS provider took, `placed` the calls, each with its `sid`; `taken` what Meta took, in the
    form of its API, `uploaded` the files. names_recipients: what Meta calls them in its answers; next_answers: what it
    says before it takes
    anything again; before_answering: what it does with a message while we wait for the answer.
    telegram: the Bot API, with its chats.
    """

    services: Services
    clock_file: Path
    sent: list[dict[str, str]] = field(default_factory=list)
    placed: list[dict[str, str]] = field(default_factory=list)
    taken: list[dict[str, Any]] = field(default_factory=list)
    uploaded: list[bytes] = field(default_factory=list)
    provider: Provider = field(default_factory=Provider)
    names_recipients: Mapping[str, str] = field(default_factory=dict)
    next_answers: list[Answer] = field(default_factory=list)
    before_answering: Callable[[dict[str, Any]], None] | None = None
    offset: int = 0
    telegram: BotApiSide = field(default_factory=BotApiSide)

    def __post_init__(self) -> None:
        self.http = root.create_app(self.services).test_client()
        self.ticker = root.create_tick(self.services, is_only_one=True)
        self.dispatcher = root.create_dispatcher(self.services, is_only_one=False)
        now = clock.now()
        store = self.services.store
        self.key = store.write(lambda c: api_keys.create(c, name="scenarios", role=Role.ADMIN, now=now))
        self.numbers = count(1)

    def advance(self, by: timedelta) -> None:
        """Move business time onwards, in whole seconds."""
        self.offset += max(0, math.ceil(by.total_seconds()))
        self.clock_file.write_text(str(self.offset), encoding="ascii")
        clock.use_file(self.clock_file)

    def deliver(self) -> None:
        """Send until nothing waits."""
        waits = 0
        while any(not self._is_to_be_said(row) for row in self.rows(outbox, state="pending")):
            if self.dispatcher.once() == 0:
                waits += 1
                assert waits < 10, f"a message waits and is not taken: {self.rows(outbox, state='pending')}"
                self.advance(timedelta(seconds=1))  # a provider may want a moment between two messages

    def _is_to_be_said(self, row: Mapping[str, Any]) -> bool:
        """True for words that wait for the next key of a caller who is on the line."""
        with self.services.store.read() as connection:
            is_going = is_on_the_line(connection, row["conversation_id"])
        return is_going and row["channel"] == Channel.VOICE.value and row["step"] > 1

    def wake_pace(self) -> None:
        """Let the time pass for which a provider told us to wait; its clock is not ours."""
        self.services.store.write(lambda c: c.execute(update(pacing).values(paused_until=None, full_at=clock.wall())))

    def save_surveys(self, scenarios: Iterable[Scenario]) -> None:
        """Save the survey of each scenario under the scenario's name, with the labels of its choices."""
        bodies = {scenario.name: _survey(scenario) for scenario in scenarios}
        now, surveys = clock.now(), self.services.surveys
        self.services.store.write(lambda c: [surveys.save(c, key, body, now) for key, body in bodies.items()])

    def call(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of an API call that must succeed."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        answer = self.http.open(f"/api/v1{path}", method=method, data=data, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def webhook(self, path: str, fields: Mapping[str, str], query: str = "") -> TestResponse:
        """A webhook as Twilio sends and signs it, and what it was answered."""
        address = path + (f"?{query}" if query else "")
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + address, dict(fields))
        answer = self.http.post(address, data=dict(fields), headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200, answer.text
        return answer

    def meta_calls(self, payload: object) -> None:
        """A webhook as Meta sends and signs it."""
        body = json.dumps(payload).encode()
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
        answer = self.http.post("/webhooks/whatsapp", data=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def rows(self, table: Table, **where: object) -> list[dict[str, Any]]:
        """The rows with these values."""
        with self.services.store.read() as connection:
            found = connection.execute(select(table).filter_by(**where)).mappings()
            return [dict(row) for row in found]

    def answer_as_provider(self, asked: Asked) -> Answer:
        """Twilio or Meta takes the message."""
        if asked.path.endswith(f"/{NUMBER_ID}/messages"):
            message = json.loads(asked.body)
            if self.before_answering is not None:
                self.before_answering(message)
            if self.next_answers:
                return self.next_answers.pop(0)
            self.taken.append(message)
            contact = {"input": message.get("to") or message["recipient"], **self.names_recipients}
            answer = {"contacts": [contact], "messages": [{"id": f"wamid.out{next(self.numbers)}"}]}
            return Answer(body=json.dumps({"messaging_product": "whatsapp", **answer}).encode())
        if asked.path.endswith(f"/{NUMBER_ID}/media"):
            self.uploaded.append(asked.body)
            return Answer(body=json.dumps({"id": f"media{len(self.uploaded)}"}).encode())
        if asked.path.endswith("/Calls.json"):
            sid = f"CA{next(self.numbers):032x}"
            self.placed.append({**asked.form, "sid": sid})
            return Answer(status=201, body=json.dumps({"sid": sid, "status": "queued"}).encode())
        sid = f"SM{next(self.numbers):032x}"
        self.sent.append({**asked.form, "sid": sid})
        record = {"sid": sid, "status": "queued", "to": asked.form["To"], "body": asked.form["Body"]}
        return Answer(status=201, body=json.dumps(record).encode())


def _survey(scenario: Scenario) -> dict[str, Any]:
    """Asked at once, at any hour, as often as one likes."""
    body: dict[str, Any] = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0}
    labels = {f"choice.{option.key}": option.label for option in scenario.options}
    given = {name: value for name, value in scenario.body["survey"].items() if value is not None}
    return body | given | {"wording": {scenario.locale: labels}}


@contextmanager
def an_installation(
    database_url: str, folder: Path, *, telegram: BotApiSide | None = None, telegram_per_second: float = 9999
) -> Iterator[Installation]:
    """An installation on an empty, migrated database, with providers of its own."""
    clock_file = folder / "clock"
    clock_file.write_text("0", encoding="ascii")
    with a_provider() as provider, a_provider() as bot_api:
        environment = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "s" * 40,
            "PUBLIC_URL": PUBLIC,
            "TIMEZONE": "UTC",
            "CLOCK_FILE": str(clock_file),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_SMS_FROM": NUMBER,
            "TWILIO_API_URL": provider.url,
            "TWILIO_PER_SECOND": "9999",
            "TWILIO_VOICE_FROM": LINE,
            "TWILIO_CALLS_PER_SECOND": "9999",
            "VOICE_REASON": "speech",
            "VOICE_ANSWERS": "keys_and_speech",
            "WHATSAPP_TOKEN": "EAAGtoken",
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "WHATSAPP_BUSINESS_ACCOUNT_ID": "102290129340398",
            "WHATSAPP_APP_SECRET": APP_SECRET,
            "WHATSAPP_VERIFY_TOKEN": "verify",
            "WHATSAPP_API_URL": provider.url,
            "WHATSAPP_PER_SECOND": "9999",
            "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
            "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET,
            "TELEGRAM_API_URL": bot_api.url,
            "TELEGRAM_PER_SECOND": str(telegram_per_second),
        }
        settings = read_settings({f"ZEROTEN_{name}": value for name, value in environment.items()})
        # One act at a time: a writer of its own would only add a thread to each commit.
        services = root.create_services(settings, has_writer=False)
        made = Installation(services=services, clock_file=clock_file)
        made.provider = provider
        provider.answer = made.answer_as_provider
        made.telegram = telegram or made.telegram
        bot_api.answer = made.telegram.answer
        try:
            yield made
        finally:
            made.dispatcher.close()
            services.close()
