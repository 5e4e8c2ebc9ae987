"""The telephone's side of an installation: calls that were placed, and a customer's telephone that executes TwiML.

The customer presses keys where digits were said, speaks everything else (the installation takes both), stays silent,
hangs up, and rings back when the survey broke off before its end. The virtual clock of a call is the telephone's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from common.channels import Channel
from common.survey.machine import OPEN_STATES, Outcome
from common.wording import LOCALES, say
from sandbox.phone import Phone

if TYPE_CHECKING:
    from tests.integration.installation import Installation

ACCOUNT = "AC" + "12ab" * 8
LINE = "+15005550007"
"""The number of the survey."""
_LABEL = re.compile(r".+: (?P<key>[0-9]+)\.")
_ONLY_SAID = ("voice.greeting", "voice.keys", "voice.goodbye", "human")


@dataclass(frozen=True, slots=True)
class Heard:
    """What a request of the telephone's was answered."""

    status: int
    content_type: str
    body: bytes


class TelephoneHandset:
    """One customer's telephone. It is picked up when the customer first does something."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.VOICE
        self.site = site
        self.phone_number = f"+3163{number:07d}"
        self.customer: Mapping[str, str] = {"phone": self.phone_number}
        self.invitation_id = ""
        self.line: Phone | None = None
        self.params: dict[str, str] = {}
        self.status_url = "/webhooks/voice/status"
        self.heard: list[str] = []
        self.asked = ""

    def arrive(self) -> None:
        pass

    def fill(self, fields: Mapping[str, str], question: str) -> bool:
        return False

    def start(self, invitation: Mapping[str, Any]) -> None:
        """Our call is placed by the dispatcher, which the player lets work after each act."""
        self.invitation_id = invitation["id"]
        assert self.site.ticker.once() > 0, "the invitation is due"

    def attend(self) -> None:
        """Pick up, if it rings."""
        if self.line is None:
            self._pick_up()

    # --- what the customer does -------------------------------------------------------------------------------------

    def say(self, text: str, carrier: str | None) -> bool:
        """Keys are pressed where they answer, other words are said."""
        line = self._listening()
        if line is None or not text.strip():
            return False
        if re.fullmatch(r"[0-9]{1,2}", text, re.ASCII) and self._is_a_key(int(text)):
            return self._press(line, text)
        return self._done(line.speak(text, 1.0))

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool:
        """The key that stands for this choice, if it is the one that was asked about."""
        line = self._listening()
        if line is None or self._state() != question:
            return False
        if choice in choices:
            return self._press(line, str(choices.index(choice) + 1))
        if choice == "skip" and question != "score":
            return self._press(line, "#")
        return choice.isdigit() and question == "score" and self._press(line, choice)

    def attach(self, kind: str) -> bool:
        return False

    def silence(self) -> bool:
        """Nothing, until the telephone asks again."""
        line = self._listening()
        if line is None:
            return False
        line.advance(line.deadline)
        return self._done(True)

    def leave(self) -> bool:
        """Hang up, if the line is open."""
        line = self._listening() if self.line is None else self.line
        if line is None or line.is_over:
            return False
        line.hang_up()
        return self._done(True)

    def finish(self) -> None:
        """After the end, hear what is still to be said."""
        if self.is_on_the_line and self._row()["state"] == "closed":
            self._hear_again()

    @property
    def is_on_the_line(self) -> bool:
        return self.line is not None and not self.line.is_over

    def fail(self, provider_id: str) -> bool:
        """There is no such number, as long as nobody has picked up."""
        placed = [each for each in self._placed() if each["sid"] == provider_id]
        if not placed or self.line is not None:
            return False
        self._tell(placed[0], CallStatus="failed", SipResponseCode="404")
        return True

    def received(self) -> list[str]:
        """What was said, in order; without the labels of choices, which stand beside their question in a thread."""
        return [each for each in self.heard if not _LABEL.fullmatch(each)]

    # --- the line ---------------------------------------------------------------------------------------------------

    def _listening(self) -> Phone | None:
        """The line, if something is asked on it: picked up, or rung back after it broke off."""
        self.attend()
        if self.line is None or self._state() == "handoff":
            return None
        if self.line.is_over and self._broke_off():
            self._ring_back()
        if self.is_on_the_line and self.asked != self._state():
            self._hear_again()
        return self.line if self.line.collects else None

    def _hear_again(self) -> None:
        """Something else was put to us meanwhile: the star tells what."""
        assert self.line is not None
        self.line.press("*")
        if self.line.collects and self.line.deadline < self.line.now + 3:
            self.line.advance(self.line.deadline)
        self._done(True)

    def _pick_up(self) -> None:
        placed = self._placed()
        if not placed:
            return
        wish = placed[-1]
        self.params = _params(wish["sid"], LINE, self.phone_number, "outbound-api")
        self.status_url = wish["StatusCallback"]
        self._open(wish["Url"], {"AnsweredBy": "human"})

    def _ring_back(self) -> None:
        sid = f"CA{next(self.site.numbers):032x}"
        self.params = _params(sid, self.phone_number, LINE, "inbound")
        self.status_url = "/webhooks/voice/status"
        self._open("https://zeroten.example/webhooks/voice", {})

    def _open(self, url: str, extra: Mapping[str, str]) -> None:
        self.line = Phone(self._fetch, self.params)
        self.line.start(url, extra)
        self._done(True)

    def _press(self, line: Phone, digits: str) -> bool:
        taken = [line.press(key) for key in digits[:2]]
        if len(digits) == 1 and self.asked == "score" and line.collects:
            line.press("#")
        return self._done(all(taken))

    def _done(self, was_heard: bool) -> bool:
        """Look after the line: what is said now is said to its end, and an end is told."""
        line = self.line
        assert line is not None
        assert line.fault is None, f"{line.fault}"
        while not line.is_over and line.collects is None:
            line.advance(line.deadline)
        if line.is_over and self.params["CallStatus"] != "told":
            fields = self.params | {"CallStatus": "completed", "CallDuration": "30"}
            self._post(self.status_url, fields)
            self.params["CallStatus"] = "told"
        return was_heard

    def _fetch(self, url: str, fields: Mapping[str, str]) -> Heard:
        heard = self._post(url, fields)
        words = re.findall(r"<Say[^>]*>([^<]*)</Say>", heard.body.decode())
        self.heard += [_unescaped(each) for each in words]
        self.asked = self._state()
        return heard

    def _tell(self, placed: Mapping[str, str], **fields: str) -> None:
        self._post(placed["StatusCallback"], _params(placed["sid"], LINE, self.phone_number, "outbound-api") | fields)

    def _post(self, url: str, fields: Mapping[str, str]) -> Heard:
        parts = urlsplit(url)
        answer = self.site.webhook(parts.path, dict(fields), parts.query)
        return Heard(answer.status_code, answer.headers.get("Content-Type", ""), answer.data)

    # --- what the customer knows ------------------------------------------------------------------------------------

    def _placed(self) -> list[dict[str, str]]:
        return [each for each in self.site.placed if each["To"] == self.phone_number]

    def _row(self) -> Mapping[str, Any]:
        from common.store.schema import conversations

        (row,) = self.site.rows(conversations, invitation_id=self.invitation_id)
        return row

    def _state(self) -> str:
        """The question that the customer has just heard."""
        row = self._row()
        return str(row["machine"].get("waiting") if row["state"] == "closed" else row["state"])

    def _is_a_key(self, number: int) -> bool:
        """True if this number is one that was asked for; beside the choices other keys have meanings of their own."""
        if self.asked == "aspect":
            last = next((int(found["key"]) for each in reversed(self.heard) if (found := _LABEL.fullmatch(each))), 0)
            return 1 <= number <= last
        return self.asked == "score"

    def _broke_off(self) -> bool:
        """True if the survey did not come to its end: only then somebody rings back."""
        row = self._row()
        assert self.line is not None
        has_ended = row["state"] == "closed" and self.line.ending != "caller hung up"
        return row["state"] in OPEN_STATES or not (has_ended or row["outcome"] == Outcome.COMPLETE.value)


def _params(sid: str, sender: str, to: str, direction: str) -> dict[str, str]:
    return {
        "CallSid": sid,
        "AccountSid": ACCOUNT,
        "From": sender,
        "To": to,
        "CallStatus": "in-progress",
        "ApiVersion": "2010-04-01",
        "Direction": direction,
    }


ONLY_SAID = frozenset(
    say(key, locale=locale, channel="voice", brand="Acme") for key in _ONLY_SAID for locale in LOCALES
)
"""What a telephone may say of its own: it stands in no thread."""


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
