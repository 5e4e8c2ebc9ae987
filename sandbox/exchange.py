"""The telephone exchange: rings customers, lets them ring us, and carries a call from its first request to its last.

A call with a script runs through in no time. A call on the page takes the time of the wall: a thread lets it pass, and
the page presses the keys. Status callbacks leave through the Courier, so they can be lost, late and doubled.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urldefrag, urlencode

from sandbox.phone import Person, Phone, Recording
from sandbox.phone_script import Entry, play
from sandbox.playing import listen
from sandbox.posting import Answer, Poster
from sandbox.telephone import FINAL, Call, Calls
from sandbox.twilio_signature import sign
from sandbox.webhooks import Courier, Webhook
from sandbox.world import World

RING_S = 0.1
"""How long a scripted telephone rings, on the system's clock."""
STEP_S = 0.1
_EVENTS = {"queued": "initiated", "initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}


@dataclass(slots=True)
class _Session:
    """A call that a person on the page is having."""

    phone: Phone
    began: float
    lock: threading.Lock
    told: int = 0

    def now(self) -> float:
        return time.monotonic() - self.began


class Exchange:
    """Carries the calls."""

    def __init__(self, world: World, calls: Calls, courier: Courier) -> None:
        self._world = world
        self._calls = calls
        self._courier = courier
        self._poster = Poster()
        self._sessions: dict[str, _Session] = {}
        self._answers: dict[str, threading.Event] = {}

    # --- we ring a customer ---------------------------------------------------------------------------------------

    def begin(self, sid: str) -> None:
        """Rings the telephone of a call that was created."""
        self._world.schedule.soon(partial(self._ring, sid))

    def _ring(self, sid: str) -> None:
        call = self._calls.get(sid)
        assert call is not None
        self._move(call, "initiated")
        telephone = self._calls.telephone(call.to)
        answers = telephone["answers"]
        if answers == "failed":
            self._move(call, "failed")
            return
        self._move(call, "ringing")
        if answers in {"busy", "no-answer"}:
            self._world.schedule.after(RING_S, partial(self._move, call, answers))
        elif answers == "page":
            self._answers[sid] = threading.Event()
            self._world.schedule.after(int(call.wish.get("Timeout", 60)), partial(self._give_up, call))
        else:
            self._world.schedule.after(RING_S, partial(self._scripted, call, answers, telephone["script"]))

    def _give_up(self, call: Call) -> None:
        waiting = self._answers.pop(call.sid, None)
        if waiting is not None and not waiting.is_set():
            self._move(call, "no-answer")

    def _scripted(self, call: Call, who: str, script: Sequence[Entry]) -> None:
        extra = self._detected(call, "machine_start" if who == "machine" else "human")
        self._talk(call, call.wish["Url"], script if who == "human" else (), extra)

    def _detected(self, call: Call, who: str) -> dict[str, str]:
        return {"AnsweredBy": who} if call.wish.get("MachineDetection") else {}

    # --- a customer rings us --------------------------------------------------------------------------------------

    def call(self, customer: str, to: str, url: str, script: Sequence[Entry] | None, extra: Mapping[str, str]) -> str:
        """A customer dials `to`; the call's sid. script None: on the page; else it is through when this returns."""
        sid = f"CA{secrets.token_hex(16)}"
        wish = {"Url": url, "StatusCallback": f"{self._world.settings.product_url}/webhooks/voice/status"}
        made = {"sid": sid, "direction": "inbound", "from": customer, "to": to, "status": "ringing", "wish": wish}
        self._world.commit("call", call=made)
        call = self._calls.get(sid)
        assert call is not None
        if script is None:
            self._open(call, url, dict(extra))
        else:
            self._talk(call, url, script, dict(extra))
        return sid

    # --- on the page ----------------------------------------------------------------------------------------------

    def answer(self, sid: str) -> bool:
        """The customer picks up; False if it does not ring (any more)."""
        call, waiting = self._calls.get(sid), self._answers.pop(sid, None)
        if call is None or waiting is None:
            return False
        waiting.set()
        self._open(call, call.wish["Url"], self._detected(call, "human"))
        return True

    def press(self, sid: str, key: str) -> bool:
        """A key; False without such a call. Raises ValueError for what is no key."""
        return self._do(sid, lambda phone: phone.press(key))

    def speak(self, sid: str, words: str, for_s: float) -> bool:
        """Words to a recording or a recogniser."""
        return self._do(sid, lambda phone: phone.speak(words, for_s))

    def hang_up(self, sid: str) -> bool:
        """The customer puts the receiver down, or does not want to pick up."""
        call, waiting = self._calls.get(sid), self._answers.pop(sid, None)
        if call is not None and waiting is not None:
            self._move(call, "busy")
            return True
        return self._do(sid, lambda phone: phone.hang_up())

    def end(self, call: Call) -> None:
        """The product ends the call."""
        session = self._sessions.get(call.sid)
        if session is not None:
            with session.lock:
                session.phone.hang_up()
        elif call.status not in FINAL:
            self._answers.pop(call.sid, None)
            self._move(call, "canceled")

    def _do(self, sid: str, act: Any) -> bool:
        session = self._sessions.get(sid)
        if session is None:
            return False
        with session.lock:
            session.phone.advance(session.now())
            act(session.phone)
            self._tell(sid, session.phone, session)
        return True

    def _open(self, call: Call, url: str, extra: dict[str, str]) -> None:
        phone, recorded = self._phone(call)
        session = _Session(phone, time.monotonic(), threading.Lock())
        self._sessions[call.sid] = session
        self._move(call, "in-progress", **extra)
        with session.lock:
            phone.start(url, extra)
            session.began = time.monotonic() - phone.now
            self._tell(call.sid, phone, session)
        threading.Thread(target=self._keep, args=(call, session, recorded, extra), daemon=True).start()

    def _keep(self, call: Call, session: _Session, recorded: list[Recording], extra: dict[str, str]) -> None:
        """Lets the time of a call pass."""
        while not session.phone.is_over:
            time.sleep(STEP_S)
            with session.lock:
                session.phone.advance(session.now())
                self._tell(call.sid, session.phone, session)
        self._sessions.pop(call.sid, None)
        self._finish(call, session.phone, recorded, extra)

    # --- a whole call ---------------------------------------------------------------------------------------------

    def _talk(self, call: Call, url: str, script: Sequence[Entry], extra: dict[str, str]) -> None:
        phone, recorded = self._phone(call)
        self._move(call, "in-progress", **extra)
        phone.start(url, extra)
        play(phone, script)
        self._tell(call.sid, phone, None)
        self._finish(call, phone, recorded, extra)

    def _phone(self, call: Call) -> tuple[Phone, list[Recording]]:
        recorded: list[Recording] = []
        people = {}
        for number, telephone in self._calls.telephones().items():
            if telephone["answers"] == "human":
                people[number] = Person(after_s=2.0, keys="1", talks_s=5.0)
            elif telephone["answers"] == "machine":
                people[number] = Person(after_s=4.0, keys="")
            elif telephone["answers"] == "busy":
                people[number] = Person(is_busy=True)
        fetch = partial(self._fetch, call)
        phone = Phone(fetch, self._params(call), people=people, on_recording=recorded.append, listen=listen)
        return phone, recorded

    def _finish(self, call: Call, phone: Phone, recorded: Sequence[Recording], extra: Mapping[str, str]) -> None:
        if phone.fault is not None:
            self._world.commit("alert", code=phone.fault.code, sid=call.sid, detail=phone.fault.detail)
        for made in recorded:
            self._world.commit(
                "call_recording", recording=made.sid, sid=call.sid, duration_s=made.duration_s, words=made.words
            )
            if (url := made.verb.attributes.get("recordingStatusCallback")) is not None:
                told = {
                    "RecordingSid": made.sid,
                    "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{call.account}/Recordings/{made.sid}",
                    "RecordingStatus": "completed",
                    "RecordingDuration": str(made.duration_s),
                    "RecordingChannels": "1",
                    "RecordingSource": "RecordVerb",
                }
                self._send(call, url, {**self._params(call), **told})
        self._move(call, "completed", **extra)

    # --- what leaves ----------------------------------------------------------------------------------------------

    def _params(self, call: Call) -> dict[str, str]:
        return {
            "CallSid": call.sid,
            "AccountSid": call.account,
            "From": call.sender,
            "To": call.to,
            "Caller": call.sender,
            "Called": call.to,
            "CallStatus": "in-progress",
            "ApiVersion": "2010-04-01",
            "Direction": call.direction,
        }

    def _fetch(self, call: Call, url: str, params: Mapping[str, str]) -> Answer:
        """One request of a call, signed; one more if no connection came about, as Twilio does."""
        address = urldefrag(url).url
        pairs = tuple(params.items())
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
            "X-Twilio-Signature": sign(self._world.settings.auth_token, address, pairs),
        }
        for attempt in (1, 2):
            answer = self._poster.post(address, urlencode(pairs).encode(), headers, connect_s=5.0, read_s=15.0)
            self._world.commit(
                "webhook",
                what="call",
                sid=call.sid,
                number=call.customer,
                url=address,
                digits=params.get("Digits"),
                attempt=attempt,
                took_ms=answer.took_ms,
                status=answer.status,
                error=answer.error,
                detail=answer.detail,
            )
            if answer.error != "ct":
                break
        return answer

    def _send(self, call: Call, url: str, params: Mapping[str, str]) -> None:
        self._courier.send(
            Webhook(what="status", sid=call.sid, number=call.customer, url=url, params=tuple(params.items()))
        )

    def _move(self, call: Call, status: str, **extra: str) -> None:
        """A new status, and its callback where one was asked for."""
        self._world.commit("call_status", sid=call.sid, status=status, answered_by=extra.get("AnsweredBy"))
        url = call.wish.get("StatusCallback")
        wanted = call.wish.get("StatusCallbackEvent") or ["completed"]
        event = "completed" if status in FINAL else _EVENTS[status]
        if not url or event not in wanted:
            return
        params = {**self._params(call), "CallStatus": status, "Timestamp": str(call.as_json()["date_updated"]), **extra}
        if status == "completed":
            params["CallDuration"] = str(call.as_json()["duration"] or "0")
        self._send(call, url, params)

    def _tell(self, sid: str, phone: Phone, session: _Session | None) -> None:
        """Brings what was heard into the ledger."""
        told = session.told if session else 0
        for line in phone.transcript[told:]:
            heard = {name: line[name] for name in ("who", "text", "language", "sound")}
            self._world.commit("call_line", sid=sid, after_s=line["at"], **heard)
        if session:
            session.told = len(phone.transcript)
