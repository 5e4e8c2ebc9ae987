"""A telephone line into the product: signed webhooks by Twilio's own SDK, and the sandbox's phone that executes TwiML.

Calls that the product places land at a provider that takes them over real HTTP; `ring` plays what happens then.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Table, select
from twilio.request_validator import RequestValidator

from common import clock
from common.actors import Role
from common.config import read_settings
from common.services import Services
from common.store import api_keys
from common.store.schema import outbox
from sandbox.phone import Person, Phone, Recording
from sandbox.phone_script import Entry, play
from sandbox.playing import length_of
from sandbox.voice_twiml import BadTwiml
from tests.channels.provider import Answer, Asked, Provider, a_provider
from zeroten import root

ACCOUNT = "AC" + "12ab" * 8
TOKEN = "f00d" * 8
NUMBER = "+15005550006"
DESK = "+31201110000"
PUBLIC = "https://zeroten.example"
ANA = "+31612345678"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a request was answered."""

    status: int
    content_type: str
    body: bytes


@dataclass
class Line:
    """One installation with the telephone on. `placed` is what Twilio was asked to call, each with its `sid`."""

    services: Services
    clock_file: Path
    provider: Provider
    placed: list[dict[str, str]] = field(default_factory=list)
    audio: dict[str, bytes] = field(default_factory=dict)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    offset: int = 0

    def __post_init__(self) -> None:
        self.http = root.create_app(self.services).test_client()
        self.ticker = root.create_tick(self.services, is_only_one=True)
        self.dispatcher = root.create_dispatcher(self.services, is_only_one=False)
        (self.keeper,) = root.create_call_keepers(self.services)
        now = clock.now()
        store = self.services.store
        self.key = store.write(lambda c: api_keys.create(c, name="tests", role=Role.ADMIN, now=now))
        self.numbers = count(1)
        self.requests: list[tuple[str, dict[str, str], Heard]] = []

    # --- the product ----------------------------------------------------------------------------------------------

    def survey(self, key: str = "support", /, **fields: Any) -> None:
        """Save a survey: asked at once, at any hour, as often as one likes, unless `fields` say otherwise."""
        body = {"brand": "Acme", "quiet_hours": None, "send_after_s": 0, "fatigue_days": 0} | fields
        now, surveys = clock.now(), self.services.surveys
        self.services.store.write(lambda c: surveys.save(c, key, body, now))

    def interaction(self, ref: str = "call-1", /, phone: str = ANA, **fields: Any) -> dict[str, Any]:
        """Report a call that has ended; the caller's answer."""
        customer = {"id": f"c-{phone}", "name": "Ana", "phone": phone, "timezone": "UTC", "consent": True}
        body = {
            "id": ref,
            "channel": "voice",
            "direction": "inbound",
            "ended_at": clock.now().isoformat(),
            "duration_s": 120,
            "outcome": "answered",
            "customer": customer | fields.pop("customer", {}),
            "survey": "support",
        } | fields
        return dict(self.call("POST", "/interactions", body).json)

    def call(self, method: str, path: str, body: object = None) -> Any:
        """One API call."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body)
        return self.http.open(f"/api/v1{path}", method=method, data=data, headers=headers)

    def conversations(self, **query: str) -> list[dict[str, Any]]:
        """What the API shows, whole."""
        listed = self.call("GET", "/conversations?" + "&".join(f"{k}={v}" for k, v in query.items())).json["data"]
        return [dict(self.call("GET", f"/conversations/{each['id']}").json) for each in listed]

    def conversation(self) -> dict[str, Any]:
        """The only one there is."""
        (only,) = self.conversations()
        return only

    def tickets(self) -> list[dict[str, Any]]:
        return list(self.call("GET", "/tickets").json["data"])

    def rows(self, table: Table, **where: object) -> list[dict[str, Any]]:
        with self.services.store.read() as connection:
            return [dict(row) for row in connection.execute(select(table).filter_by(**where)).mappings()]

    def advance(self, by: timedelta) -> None:
        """Move business time onwards, in whole seconds."""
        self.offset += max(0, math.ceil(by.total_seconds()))
        self.clock_file.write_text(str(self.offset), encoding="ascii")
        clock.use_file(self.clock_file)

    def dispatch(self) -> int:
        """Begin what is due and send what waits now; how many calls were placed."""
        before = len(self.placed)
        self.ticker.once()
        while self.dispatcher.once():
            pass
        return len(self.placed) - before

    def waiting(self) -> list[dict[str, Any]]:
        return self.rows(outbox, state="pending")

    # --- Twilio ---------------------------------------------------------------------------------------------------

    def post(self, url: str, fields: Mapping[str, str], *, signature: str | None = None) -> Heard:
        """A webhook as Twilio sends and signs it."""
        parts = urlsplit(url)
        address = parts.path + (f"?{parts.query}" if parts.query else "")
        proof = RequestValidator(TOKEN).compute_signature(PUBLIC + address, dict(fields))
        headers = {"X-Twilio-Signature": proof if signature is None else signature}
        answer = self.http.post(address, data=dict(fields), headers=headers)
        heard = Heard(answer.status_code, answer.headers.get("Content-Type", ""), answer.data)
        self.requests.append((address, dict(fields), heard))
        return heard

    def listen(self, url: str) -> float:
        """What a Play fetches, as Twilio does it: by GET, without a signature."""
        assert url.startswith(PUBLIC)
        answer = self.http.get(url.removeprefix(PUBLIC))
        if answer.status_code != 200:
            raise BadTwiml(11200, f"HTTP {answer.status_code}")
        return length_of(answer.headers.get("Content-Type", ""), answer.data)

    def sid(self) -> str:
        return f"CA{next(self.numbers):032x}"

    def dial(
        self,
        script: Sequence[Entry] = (),
        *,
        url: str = "/webhooks/voice",
        caller: str = ANA,
        people: Mapping[str, Person] | None = None,
        extra: Mapping[str, str] | None = None,
        sid: str | None = None,
        tells_status: bool = True,
    ) -> Phone:
        """A customer calls the survey and does what the script says; the phone afterwards."""
        params = self.params(sid or self.sid(), caller, NUMBER, "inbound")
        return self._talk(params, url, script, people, extra, tells_status)

    def ring(self, script: Sequence[Entry] = (), *, answered_by: str = "human", tells_status: bool = True) -> Phone:
        """The newest call that was placed is picked up."""
        wish = self.placed[-1]
        params = self.params(wish["sid"], wish["From"], wish["To"], "outbound-api")
        extra = {"AnsweredBy": answered_by} if wish.get("MachineDetection") else {}
        return self._talk(params, wish["Url"], script, None, extra, tells_status, status_url=wish["StatusCallback"])

    def tell(self, status: str, **fields: str) -> Heard:
        """A status callback of the newest call that was placed."""
        wish = self.placed[-1]
        params = self.params(wish["sid"], wish["From"], wish["To"], "outbound-api") | {"CallStatus": status, **fields}
        return self.post(wish["StatusCallback"], params)

    def params(self, sid: str, sender: str, to: str, direction: str) -> dict[str, str]:
        return {
            "CallSid": sid,
            "AccountSid": ACCOUNT,
            "From": sender,
            "To": to,
            "CallStatus": "in-progress",
            "ApiVersion": "2010-04-01",
            "Direction": direction,
        }

    def _talk(
        self,
        params: dict[str, str],
        url: str,
        script: Sequence[Entry],
        people: Mapping[str, Person] | None,
        extra: Mapping[str, str] | None,
        tells_status: bool,
        status_url: str = "/webhooks/voice/status",
    ) -> Phone:
        recorded: list[Recording] = []
        phone = Phone(self.post, params, people=people, on_recording=recorded.append, listen=self.listen)
        phone.start(PUBLIC + urlsplit(url).path + (f"?{urlsplit(url).query}" if urlsplit(url).query else ""), extra)
        play(phone, script)
        if phone.fault is not None:
            raise AssertionError(f"{phone.fault.code} {phone.fault}")
        for made in recorded:
            self.audio[made.sid] = f"MP3 {made.words}".encode()
            done = {"RecordingSid": made.sid, "RecordingStatus": "completed", "RecordingDuration": str(made.duration_s)}
            self.post(made.verb.attributes["recordingStatusCallback"], params | done)
        if tells_status:
            self.post(status_url, params | {"CallStatus": "completed", "CallDuration": "30", **(extra or {})})
        return phone

    def answer_as_provider(self, asked: Asked) -> Answer:
        """Twilio's REST API as far as the telephone needs it."""
        if asked.method == "POST" and asked.path.endswith("/Calls.json"):
            sid = self.sid()
            self.placed.append({**asked.form, "sid": sid})
            return _json({"sid": sid, "status": "queued", "to": asked.form["To"]}, 201)
        name = asked.path.rsplit("/", 1)[-1]
        if "/Recordings/" in asked.path and asked.method == "GET":
            data = self.audio.get(name.removesuffix(".mp3"))
            if data is None:
                return _json({"code": 20404, "message": "not found", "status": 404}, 404)
            return Answer(body=data, headers={"Content-Type": "audio/mpeg"})
        if "/Calls/" in asked.path:
            sid = name.removesuffix(".json")
            return _json({"sid": sid, "status": "in-progress"} | self.states.get(sid, {}))
        if asked.path.endswith("/Calls.json"):
            calls = [{"sid": each["sid"], "to": each["To"], "direction": "outbound-api"} for each in self.placed]
            return _json({"calls": calls, "page": 0, "page_size": 100})
        return Answer(status=500, body=b"{}")


def _json(document: object, status: int = 200) -> Answer:
    return Answer(status=status, body=json.dumps(document).encode())


@contextmanager
def a_line(database_url: str, folder: Path, **settings: str) -> Iterator[Line]:
    """A line into an installation on an empty, migrated database."""
    clock_file = folder / "clock"
    clock_file.write_text("0", encoding="ascii")
    with a_provider() as provider:
        environment = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "s" * 40,
            "PUBLIC_URL": PUBLIC,
            "TIMEZONE": "UTC",
            "CLOCK_FILE": str(clock_file),
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_VOICE_FROM": NUMBER,
            "TWILIO_API_URL": provider.url,
            "TWILIO_CALLS_PER_SECOND": "9999",
            **settings,
        }
        made_settings = read_settings({f"ZEROTEN_{name}": value for name, value in environment.items()})
        services = root.create_services(made_settings, has_writer=False)
        made = Line(services=services, clock_file=clock_file, provider=provider)
        provider.answer = made.answer_as_provider
        try:
            yield made
        finally:
            made.dispatcher.close()
            services.close()
