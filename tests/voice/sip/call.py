"""One telephone call over SIP and RTP on this machine: a gateway that speaks TwiML with the product, and a caller.

A process of its own, because PJSIP is one endpoint a process: `python -m tests.voice.sip.call '{"url": …}'`. The
gateway answers the call, fetches documents by signed HTTP as Twilio does, plays a tone for each sentence, takes the
keys that arrive as RFC 2833 events, and records what the caller says. The caller knows nothing of documents: it listens
to the line, presses keys when it hears a prompt, and speaks when it becomes quiet.

PJSIP is GPL: it is used by tests only, and no part of the product knows of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pjsua2 as pj
import urllib3
from twilio.request_validator import RequestValidator

from sandbox.voice_twiml import Verb, read_twiml
from tests.voice.sip.audio import write_tone

QUIET = 2
"""Levels of PJSIP's bridge, 0 to 255, up to which a line is silent."""
LONGEST_S = 25.0


class Clock:
    """Seconds since the call was begun, and the log of it."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def now(self) -> float:
        return time.monotonic() - self._began

    def note(self, who: str, what: str) -> None:
        sys.stdout.write(json.dumps({"at": round(self.now, 2), "who": who, "what": what}) + "\n")
        sys.stdout.flush()


class Line(pj.Call):  # type: ignore[misc]
    """One leg. keys: what has been pressed on the other one."""

    def __init__(self, account: pj.Account, who: str, clock: Clock, call_id: int = pj.PJSUA_INVALID_ID) -> None:
        super().__init__(account, call_id)
        self.who = who
        self.clock = clock
        self.keys: list[str] = []
        self.is_up = False
        self.is_over = False

    def onCallState(self, prm: pj.OnCallStateParam) -> None:  # noqa: N802
        info = self.getInfo()
        self.clock.note(self.who, f"SIP {info.stateText}")
        self.is_over = self.is_over or info.state == pj.PJSIP_INV_STATE_DISCONNECTED

    def onCallMediaState(self, prm: pj.OnCallMediaStateParam) -> None:  # noqa: N802
        info = self.getInfo()  # kept alive while its media are looked at
        self.is_up = any(
            each.type == pj.PJMEDIA_TYPE_AUDIO and each.status == pj.PJSUA_CALL_MEDIA_ACTIVE for each in info.media
        )

    def onDtmfDigit(self, prm: pj.OnDtmfDigitParam) -> None:  # noqa: N802
        self.clock.note(self.who, f"RFC 2833 key {prm.digit}")
        self.keys.append(prm.digit)

    @property
    def level(self) -> int:
        """How loud the other side is, as long as somebody listens. (Named from the bridge's side: what it is sent.)"""
        return int(self.getAudioMedia(-1).getTxLevel()) if self.is_up and not self.is_over else 0


class Gateway(pj.Account):  # type: ignore[misc]
    """Answers one call."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.leg: Line | None = None

    def onIncomingCall(self, prm: pj.OnIncomingCallParam) -> None:  # noqa: N802
        self.leg = Line(self, "gateway", self.clock, prm.callId)
        answer = pj.CallOpParam()
        answer.statusCode = pj.PJSIP_SC_OK
        self.leg.answer(answer)


class Exchange:
    """Executes TwiML on a leg, in real time. Every wait lets the caller act, too."""

    def __init__(self, leg: Line, wish: Mapping[str, Any], pump: Callable[[], None], clock: Clock) -> None:
        self._leg = leg
        self._wish = wish
        self._pump = pump
        self._clock = clock
        self._folder = Path(wish["folder"])
        self._http = urllib3.PoolManager(retries=False, timeout=10.0)
        self._url = ""
        self._files = 0
        self.params: dict[str, str] = dict(wish["params"])

    def run(self) -> None:
        """The whole call, to its end."""
        verbs = self._ask(self._wish["url"], {})
        while verbs and not self._leg.is_over:
            verb, *rest = verbs
            made = getattr(self, f"_{verb.name.lower()}")(verb)
            verbs = tuple(rest) if made is None else made
        if not self._leg.is_over:
            self._leg.hangup(pj.CallOpParam())
        self._wait(lambda: self._leg.is_over, 3)
        self._post(self._wish["status_url"], {"CallStatus": "completed", "CallDuration": str(round(self._clock.now))})

    # --- verbs; None = the document goes on -----------------------------------------------------------------------

    def _say(self, verb: Verb) -> None:
        self._clock.note("gateway", f"says: {verb.text}")
        self._play(verb, lambda: False)

    def _pause(self, verb: Verb) -> None:
        self._wait(lambda: False, verb.number("length", 1))

    def _gather(self, verb: Verb) -> tuple[Verb, ...]:
        self._leg.keys.clear()
        for inner in verb.inside:
            if inner.name == "Say":
                self._clock.note("gateway", f"asks: {inner.text}")
                self._play(inner, lambda: bool(self._leg.keys))
            elif not self._leg.keys:
                self._wait(lambda: bool(self._leg.keys), inner.number("length", 1))
        finish, most = verb.attributes.get("finishOnKey", "#"), verb.number("numDigits", 99)
        pressed = ""
        while len(pressed) < most and self._wait(lambda: bool(self._leg.keys), verb.number("timeout", 5)):
            key = self._leg.keys.pop(0)
            if key in finish:
                break
            pressed += key
        return self._ask(verb.attributes["action"], {"Digits": pressed} if pressed else {})

    def _record(self, verb: Verb) -> tuple[Verb, ...]:
        self._leg.keys.clear()
        self._play_file(write_tone(self._folder / "beep.wav", 0.4, 1000), lambda: False)
        sid = f"RE{self._wish['params']['CallSid'][2:]}"
        path = self._folder / f"{sid}.wav"
        recorder = pj.AudioMediaRecorder()
        recorder.createRecorder(str(path))
        line = self._leg.getAudioMedia(-1)
        line.startTransmit(recorder)
        began, heard_at = self._clock.now, self._clock.now

        def is_done() -> bool:
            nonlocal heard_at
            heard_at = self._clock.now if self._leg.level > QUIET else heard_at
            return bool(self._leg.keys) or self._clock.now - heard_at > verb.number("timeout", 5)

        self._wait(is_done, verb.number("maxLength", 3600))
        line.stopTransmit(recorder)
        del recorder  # closes the file
        lasted = max(1, round(self._clock.now - began))
        self._clock.note("gateway", f"recorded {lasted} s")
        address = f"https://api.twilio.com/2010-04-01/Accounts/{self.params['AccountSid']}/Recordings/{sid}"
        told = {"RecordingSid": sid, "RecordingUrl": address, "RecordingDuration": str(lasted)}
        verbs = self._ask(verb.attributes["action"], told | {"Digits": "".join(self._leg.keys[:1])})
        self._post(verb.attributes["recordingStatusCallback"], told | {"RecordingStatus": "completed"})
        return verbs

    def _redirect(self, verb: Verb) -> tuple[Verb, ...]:
        return self._ask(verb.text, {})

    def _hangup(self, verb: Verb) -> tuple[Verb, ...]:
        return ()

    # --- HTTP and sound -------------------------------------------------------------------------------------------

    def _ask(self, url: str, extra: Mapping[str, str]) -> tuple[Verb, ...]:
        self._url = urljoin(self._url, url) if self._url else url
        answer = self._post(self._url, extra)
        return read_twiml(answer.data, answer.headers.get("Content-Type", ""))

    def _post(self, url: str, extra: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        fields = {**self.params, **extra}
        proof = RequestValidator(self._wish["token"]).compute_signature(url, fields)
        answer = self._http.request(
            "POST", url, fields=fields, encode_multipart=False, headers={"X-Twilio-Signature": proof}
        )
        shown = " ".join(f"{name}={value}" for name, value in extra.items() if name in {"Digits", "RecordingDuration"})
        self._clock.note("gateway", f"POST {urlsplit(url).path} {shown}".rstrip() + f" → {answer.status}")
        return answer

    def _play(self, verb: Verb, is_stopped: Callable[[], bool]) -> None:
        """A sentence is a tone of about a twentieth of its length in speech, between half a second and two."""
        self._files += 1
        seconds = min(2.0, max(0.5, len(verb.text) * 0.012))
        tone = write_tone(self._folder / f"says-{self._files}.wav", seconds, 300 + 40 * (self._files % 8))
        self._play_file(tone, is_stopped)

    def _play_file(self, path: Path, is_stopped: Callable[[], bool]) -> None:
        player = pj.AudioMediaPlayer()
        player.createPlayer(str(path), pj.PJMEDIA_FILE_NO_LOOP)
        line = self._leg.getAudioMedia(-1)
        player.startTransmit(line)
        length = player.getInfo().sizeSamples / 8000
        self._wait(is_stopped, length)
        if not self._leg.is_over:
            player.stopTransmit(line)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Until the condition holds, the time is over, or the line is down; whether it holds."""
        end = self._clock.now + seconds
        while not self._leg.is_over and self._clock.now < end:
            if condition():
                return True
            self._pump()
        return condition()


class Caller:
    """The customer, by ear alone. Each step waits for what it hears and then acts."""

    def __init__(self, line: Line, folder: Path, script: list[Mapping[str, Any]], clock: Clock) -> None:
        self._line = line
        self._clock = clock
        self._speech = folder / "speech.wav"
        self._acts = self._live(script)
        self._loud_since: float | None = None
        self._quiet_since: float | None = None
        self._player: pj.AudioMediaPlayer | None = None

    def act(self) -> None:
        """Listen for a moment, and go on with the script."""
        if self._line.level > QUIET:
            self._loud_since, self._quiet_since = self._loud_since or self._clock.now, None
        else:
            self._quiet_since, self._loud_since = self._quiet_since or self._clock.now, None
        next(self._acts, None)

    def _live(self, script: list[Mapping[str, Any]]) -> Iterator[None]:
        for step in script:
            while not self._has_lasted(self._loud_since, 0.3):
                yield
            if "speak_s" in step:
                while not self._has_lasted(self._quiet_since, 0.8):
                    yield
                self._speak(step["speak_s"])
                end = self._clock.now + step["speak_s"] + 0.3
                while self._clock.now < end:
                    yield
            for key in step["keys"]:
                self._clock.note("caller", f"presses {key}")
                self._line.dialDtmf(key)
                end = self._clock.now + 0.4
                while self._clock.now < end:
                    yield
            self._loud_since = None

    def _has_lasted(self, since: float | None, seconds: float) -> bool:
        return since is not None and self._clock.now - since >= seconds

    def _speak(self, seconds: float) -> None:
        self._clock.note("caller", f"speaks for {seconds} s")
        self._player = pj.AudioMediaPlayer()
        self._player.createPlayer(str(write_tone(self._speech, seconds, 220)), pj.PJMEDIA_FILE_NO_LOOP)
        self._player.startTransmit(self._line.getAudioMedia(-1))


def begin(clock: Clock) -> tuple[pj.Endpoint, int]:
    """PJSIP on a loopback port of its choice, without a sound card or threads of its own."""
    endpoint = pj.Endpoint()
    endpoint.libCreate()
    config = pj.EpConfig()
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.logConfig.level = config.logConfig.consoleLevel = 0
    config.medConfig.noVad = True
    endpoint.libInit(config)
    transport = pj.TransportConfig()
    transport.port, transport.boundAddress = 0, "127.0.0.1"
    number = endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
    endpoint.libStart()
    endpoint.audDevManager().setNullDev()
    address = endpoint.transportGetInfo(number).localAddress
    return endpoint, int(address.rpartition(":")[2])


def account_config(name: str, port: int) -> pj.AccountConfig:
    config = pj.AccountConfig()
    config.idUri = f"sip:{name}@127.0.0.1:{port}"
    config.mediaConfig.transportConfig.boundAddress = "127.0.0.1"
    return config


def main(wish: Mapping[str, Any]) -> None:
    """Make the call that is wished for, and print what happens, a line of JSON for each thing."""
    clock = Clock()
    endpoint, port = begin(clock)
    gateway = Gateway(clock)
    gateway.create(account_config("survey", port))
    customer = pj.Account()
    customer.create(account_config("customer", port))
    line = Line(customer, "caller", clock)
    line.makeCall(f"sip:survey@127.0.0.1:{port}", pj.CallOpParam(True))
    caller = Caller(line, Path(wish["folder"]), wish["script"], clock)
    ears: list[pj.AudioMediaRecorder] = []

    def pump() -> None:
        if clock.now > LONGEST_S:
            clock.note("nobody", "ends this call, it takes too long")
            os._exit(1)  # PJSIP's objects do not outlive its endpoint
        endpoint.libHandleEvents(10)
        if line.is_up and not ears:
            ears.append(pj.AudioMediaRecorder())
            ears[0].createRecorder(str(Path(wish["folder"]) / "heard.wav"))
            line.getAudioMedia(-1).startTransmit(ears[0])
        if line.is_up and not line.is_over:
            caller.act()

    while gateway.leg is None or not (gateway.leg.is_up and line.is_up):
        pump()
    Exchange(gateway.leg, wish, pump, clock).run()
    while not line.is_over:
        pump()
    ears.clear()
    closed = clock.now + 0.3
    while clock.now < closed:
        endpoint.libHandleEvents(10)  # closes the file
    os._exit(0)  # PJSIP's objects do not outlive its endpoint, and Python ends them in any order


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
