"""A telephone call seen from the customer's ear: executes TwiML as Twilio documents it, on a clock of its own.

Nothing waits here. `deadline` says when the next thing happens by itself, `advance` lets the time pass, `press`,
`speak` and `hang_up` are what the customer does in between. A script runs a whole call in no time
(`phone_script`); a page lets the time of the wall pass.

What is documented and matters (https://www.twilio.com/docs/voice/twiml/gather, …/record, …/dial):
- A key stops the prompt of a Gather. `timeout` counts from the end of the nested verbs, or from the last key.
- `finishOnKey` alone, before any digit, is no input. It is never part of `Digits`. `numDigits` ends at once.
- Without input the document goes on behind the Gather, unless `actionOnEmptyResult` is true.
- What an action answers replaces the rest of the document. The end of a document is the end of the call.
- A Record in which nothing was said asks nobody; the document goes on.
- Keys pressed while nothing collects are lost.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urljoin

from sandbox.voice_twiml import BadTwiml, Verb, read_twiml

SECONDS_PER_SIGN = 0.065
"""Speech of about fifteen letters a second."""
MOST_DOCUMENTS = 200
KEYS = "0123456789*#"
PLAYED = "[recording]"
"""What stands in the transcript for audio that is played."""
NEVER = float("inf")


class Answer(Protocol):
    """What came back for a request; None as status = nothing did."""

    @property
    def status(self) -> int | None: ...

    @property
    def content_type(self) -> str: ...

    @property
    def body(self) -> bytes: ...


Fetch = Callable[[str, Mapping[str, str]], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom a Dial rings. after_s: when the phone is picked up, None = never. keys: pressed to the whisper."""

    after_s: float | None = 4.0
    keys: str = "1"
    talks_s: float = 30.0
    is_busy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What a Record has made."""

    sid: str
    duration_s: int
    words: str
    verb: Verb


@dataclass(slots=True, kw_only=True)
class _Active:
    """The verb under way. until: when it ends by itself. prompt_end: until then it speaks."""

    verb: Verb
    started: float
    until: float
    prompt_end: float = 0.0
    digits: str = ""
    words: str = ""
    said_until: float | None = None
    said_from: float | None = None
    outcome: dict[str, str] = field(default_factory=dict)


class Phone:
    """One call. fetch: asks the product. params: what every request carries. people: who is there for a Dial.

    listen: fetches what a Play names; the seconds it lasts, or BadTwiml. None = nobody fetches it.
    """

    def __init__(
        self,
        fetch: Fetch,
        params: Mapping[str, str],
        *,
        people: Mapping[str, Person] | None = None,
        on_recording: Callable[[Recording], None] | None = None,
        listen: Callable[[str], float] | None = None,
    ) -> None:
        self._fetch = fetch
        self._listen = listen
        self._lengths: dict[str, float] = {}
        self._params = dict(params)
        self._people = dict(people or {})
        self._on_recording = on_recording
        self._rest: deque[Verb] = deque()
        self._active: _Active | None = None
        self._url = ""
        self.now = 0.0
        self.ending: str | None = None
        self.fault: BadTwiml | None = None
        self.documents = 0
        self.collected = 0
        self.transcript: list[dict[str, Any]] = []

    # --- the outside ----------------------------------------------------------------------------------------------

    @property
    def sid(self) -> str:
        """The provider's name of the call."""
        return self._params["CallSid"]

    @property
    def is_over(self) -> bool:
        return self.ending is not None

    @property
    def deadline(self) -> float:
        """When the next thing happens by itself."""
        return self._active.until if self._active and not self.is_over else NEVER

    @property
    def collects(self) -> str | None:
        """The collecting verb under way, Gather or Record; None while nobody listens."""
        name = self._active.verb.name if self._active else None
        return name if name in {"Gather", "Record"} and not self.is_over else None

    def start(self, url: str, extra: Mapping[str, str] | None = None) -> None:
        """The line is up: ask for the first document."""
        self._ask(url, dict(extra or {}))

    def advance(self, to: float) -> None:
        """Let time pass."""
        while not self.is_over and self._active is not None and self._active.until <= to:
            self.now = self._active.until
            self._run_out()
        self.now = max(self.now, min(to, NEVER if not self.is_over else self.now))

    def press(self, key: str) -> bool:
        """A key; False if it was lost."""
        if len(key) != 1 or key not in KEYS:
            raise ValueError(f"{key!r} is no key")
        self._note("caller", f"[{key}]")
        active = self._active
        if self.is_over or active is None:
            return False
        if active.verb.name == "Gather" and "dtmf" in active.verb.attributes.get("input", "dtmf").split():
            self._gathered(active, key)
            return True
        if active.verb.name == "Record" and key in active.verb.attributes.get("finishOnKey", "1234567890*#"):
            self._end_recording(active, key)
            return True
        return False

    def speak(self, words: str, for_s: float) -> bool:
        """Words, from now on; False if nobody listens."""
        active = self._active
        if self.is_over or active is None or not words or for_s <= 0:
            return False
        if active.verb.name == "Record":
            start = max(self.now, active.prompt_end)
            active.words = f"{active.words} {words}".strip()
            active.said_from = start if active.said_from is None else active.said_from
            active.said_until = start + for_s
            longest = active.prompt_end + active.verb.number("maxLength", 3600)
            active.until = min(longest, active.said_until + active.verb.number("timeout", 5))
            self._note("caller", words)
            return True
        if active.verb.name == "Gather" and "speech" in active.verb.attributes.get("input", "dtmf").split():
            self._note("caller", words)
            self.now += for_s
            self._act(active, {"SpeechResult": words, "Confidence": "0.91"})
            return True
        return False

    def hang_up(self) -> None:
        """The customer puts the receiver down."""
        if self.is_over:
            return
        active = self._active
        self._params["CallStatus"] = "completed"
        if active is not None and active.verb.name == "Record" and active.said_until is not None:
            self._end_recording(active, "hangup")
        self._end("caller hung up")

    # --- documents ------------------------------------------------------------------------------------------------

    def _ask(self, url: str, extra: Mapping[str, str]) -> None:
        """The document at `url` replaces what is left of this one."""
        self.documents += 1
        if self.documents > MOST_DOCUMENTS:
            self._fail(BadTwiml(64, "the call goes round in circles"))
            return
        self._url = urljoin(self._url, url) if self._url else url
        answer = self._fetch(self._url, {**self._params, **extra})
        if self._params["CallStatus"] == "completed":
            return  # nobody is there to hear it
        if answer.status is None or not 200 <= answer.status < 300:
            self._fail(BadTwiml(11200, f"HTTP {answer.status}"))
            return
        try:
            self._rest = deque(read_twiml(answer.body, answer.content_type))
        except BadTwiml as fault:
            self._fail(fault)
            return
        self._active = None
        self._next()

    def _next(self) -> None:
        if self.is_over:
            return
        if not self._rest:
            self._end("end of document")
            return
        verb = self._rest.popleft()
        _STARTERS[verb.name](self, verb)

    def _fail(self, fault: BadTwiml) -> None:
        self.fault = fault
        self._note("network", "An application error has occurred. Goodbye.")
        self._end(f"error {fault.code}")

    def _end(self, why: str) -> None:
        if self.ending is None:
            self.ending = why
            self._active = None
            self._rest.clear()

    def _note(self, who: str, text: str, language: str | None = None, sound: str | None = None) -> None:
        line = {"at": round(self.now, 2), "who": who, "text": text, "language": language, "sound": sound}
        self.transcript.append(line)

    def _utter(self, verb: Verb) -> None:
        """What a Say or a Play lets be heard."""
        if verb.name == "Play":
            self._note("system", PLAYED, None, urljoin(self._url, verb.text))
        elif verb.text and verb.name != "Redirect":
            self._note("system", verb.text, verb.attributes.get("language"))

    def _length(self, verb: Verb) -> float:
        """Seconds that a speaking verb takes. Raises BadTwiml for what cannot be played."""
        if verb.name == "Pause":
            return float(verb.number("length", 1))
        if verb.name == "Play" and self._listen is not None:
            url = urljoin(self._url, verb.text)
            if url not in self._lengths:
                self._lengths[url] = self._listen(url)
            return self._lengths[url]
        return max(0.4, len(verb.text) * SECONDS_PER_SIGN)

    # --- verbs ----------------------------------------------------------------------------------------------------

    def _start_speech(self, verb: Verb) -> None:
        try:
            length = self._length(verb)
        except BadTwiml as fault:
            self._fail(fault)
            return
        self._utter(verb)
        self._active = _Active(verb=verb, started=self.now, until=self.now + length)

    def _start_gather(self, verb: Verb) -> None:
        self.collected += 1
        try:
            length = sum(self._length(inner) for inner in verb.inside)
        except BadTwiml as fault:
            self._fail(fault)
            return
        for inner in verb.inside:
            self._utter(inner)
        end = self.now + length
        self._active = _Active(
            verb=verb, started=self.now, prompt_end=end, until=end + verb.number("timeout", 5), outcome={}
        )

    def _start_record(self, verb: Verb) -> None:
        self.collected += 1
        beep = 1.0 if verb.attributes.get("playBeep", "true") == "true" else 0.0
        if beep:
            self._note("system", "[beep]")
        end = self.now + beep
        self._active = _Active(verb=verb, started=self.now, prompt_end=end, until=end + verb.number("timeout", 5))

    def _start_dial(self, verb: Verb) -> None:
        numbers = [inner.text for inner in verb.inside] or [verb.text]
        for number in numbers:
            self._note("network", f"ringing {number}")
        length, outcome = self._ring(verb)
        self._active = _Active(verb=verb, started=self.now, until=self.now + length, outcome=outcome)

    def _ring(self, verb: Verb) -> tuple[float, dict[str, str]]:
        """How long the Dial takes, and what its action is told. All numbers ring at once; the first to take it wins."""
        timeout = float(verb.number("timeout", 30))
        legs = [(self._people.get(inner.text, Person(after_s=None)), inner) for inner in verb.inside]
        legs.sort(key=lambda leg: NEVER if leg[0].after_s is None else leg[0].after_s)
        for person, number in legs:
            if person.is_busy or person.after_s is None or person.after_s > timeout:
                continue
            child = f"CA{secrets.token_hex(16)}"
            if (took := self._whisper(number, person, child)) is None:
                continue
            outcome = {"DialCallStatus": "completed", "DialCallSid": child, "DialBridged": "true"}
            return person.after_s + took + person.talks_s, outcome | {"DialCallDuration": str(int(person.talks_s))}
        is_busy = bool(legs) and all(person.is_busy for person, _ in legs)
        answered = any(p.after_s is not None and p.after_s <= timeout and not p.is_busy for p, _ in legs)
        status = "busy" if is_busy else "completed" if answered else "no-answer"
        return (1.0 if is_busy else timeout), {"DialCallStatus": status, "DialBridged": "false"}

    def _whisper(self, number: Verb, person: Person, child: str) -> float | None:
        """What the person hears first; how long it took, None if the call was not taken."""
        url = number.attributes.get("url")
        if url is None:
            return 0.0
        params = self._params | {
            "CallSid": child,
            "ParentCallSid": self._params["CallSid"],
            "Direction": "outbound-dial",
            "From": self._params.get("To", ""),
            "To": number.text,
            "CallStatus": "in-progress",
        }
        leg = Phone(self._fetch, params, listen=self._listen)
        leg._url = self._url
        leg.start(url)
        if person.keys and leg.collects:
            leg.advance(leg.now + 1.0)
            for key in person.keys:
                leg.press(key)
        while not leg.is_over:
            leg.advance(leg.deadline)
        self.transcript += [{**line, "who": f"to {number.text}: {line['who']}"} for line in leg.transcript]
        if leg.fault is not None:
            self.fault = leg.fault
        return leg.now if leg.ending == "end of document" else None

    def _redirect(self, verb: Verb) -> None:
        self._ask(verb.text, {})

    def _hang_up(self, verb: Verb) -> None:
        self._end("hung up" if verb.name == "Hangup" else "rejected")

    # --- what happens to a verb -----------------------------------------------------------------------------------

    def _run_out(self) -> None:
        """The time of the active verb is over."""
        active = self._active
        assert active is not None
        if active.verb.name == "Gather":
            if active.digits:
                self._act(active, {"Digits": active.digits, "msg": "Gather End", "FinishedOnKey": ""})
            elif active.verb.flag("actionOnEmptyResult"):
                self._act(active, {"msg": "Gather End"})
            else:
                self._next()
        elif active.verb.name == "Record" and active.said_until is not None:
            self._end_recording(active, "")
        elif active.verb.name == "Dial":
            self._note("network", f"dial: {active.outcome['DialCallStatus']}")
            if "action" in active.verb.attributes:
                self._act(active, active.outcome)
            else:
                self._next()
        else:
            self._next()

    def _gathered(self, active: _Active, key: str) -> None:
        finish = active.verb.attributes.get("finishOnKey", "#")
        if key in finish:
            if active.digits:
                self._act(active, {"Digits": active.digits, "msg": "Gather End", "FinishedOnKey": key})
            elif active.verb.flag("actionOnEmptyResult"):
                self._act(active, {"msg": "Gather End", "FinishedOnKey": key})
            else:
                self._next()
            return
        active.digits += key
        if len(active.digits) >= active.verb.number("numDigits", 1_000):
            self._act(active, {"Digits": active.digits, "msg": "Gather End", "FinishedOnKey": ""})
        else:
            active.prompt_end = min(active.prompt_end, self.now)
            active.until = self.now + active.verb.number("timeout", 5)

    def _end_recording(self, active: _Active, key: str) -> None:
        """The recording is made and told, unless it holds nothing."""
        self._active = None
        if active.said_from is None:
            self._next()
            return
        spoken_until = min(self.now, active.said_until or self.now)
        duration = max(1, round(spoken_until - active.said_from))
        sid = f"RE{secrets.token_hex(16)}"
        made = Recording(sid=sid, duration_s=duration, words=active.words, verb=active.verb)
        account = self._params.get("AccountSid", "")
        told = {
            "RecordingSid": sid,
            "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{sid}",
            "RecordingDuration": str(duration),
            "Digits": key,
        }
        if self._on_recording is not None:
            self._on_recording(made)
        self._act(active, told)

    def _act(self, active: _Active, fields: Mapping[str, str]) -> None:
        self._ask(active.verb.attributes.get("action", self._url), fields)


_STARTERS: dict[str, Callable[[Phone, Verb], None]] = {
    "Say": Phone._start_speech,
    "Play": Phone._start_speech,
    "Pause": Phone._start_speech,
    "Gather": Phone._start_gather,
    "Record": Phone._start_record,
    "Dial": Phone._start_dial,
    "Redirect": Phone._redirect,
    "Hangup": Phone._hang_up,
    "Reject": Phone._hang_up,
}
