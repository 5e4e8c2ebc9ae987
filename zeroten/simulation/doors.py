"""The doors from outside: the product's API, and the sandbox with its phones, its clock and its record.

Callers here are as patient as real ones have to be: what is not acknowledged is said again.
"""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

AGAIN_AFTER_S = 0.2
PATIENCE_S = 60.0
TAIL_EVERY_S = 0.1


class Unreachable(Exception):
    """No answer came: nobody knows whether it was done."""


class Refused(Exception):
    """The other side will not do this, however often it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body or b"null")


class Door:
    """One address that is spoken to over HTTP, with a new connection for each request."""

    def __init__(self, base: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 10.0) -> None:
        parts = urlsplit(base)
        self.base = base.rstrip("/")
        self._place = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._path = parts.path.rstrip("/")
        self._headers = dict(headers or {})
        self._timeout_s = timeout_s

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request. Raises Unreachable."""
        connection = http.client.HTTPConnection(*self._place, timeout=self._timeout_s)
        try:
            connection.request(method, self._path + path, body, self._headers | dict(headers or {}))
            response = connection.getresponse()
            return Answer(status=response.status, headers=dict(response.getheaders()), body=response.read())
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{method} {self.base}{path}: {error!r}") from error
        finally:
            connection.close()

    def insist(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        patience_s: float = PATIENCE_S,
    ) -> Answer:
        """The same request until it is acknowledged (2xx or 3xx). Raises Refused for 4xx, Unreachable in the end."""
        end = time.monotonic() + patience_s
        while True:
            try:
                answer = self.ask(method, path, body, headers)
                if answer.status < 400:
                    return answer
                if answer.status < 500 and answer.status not in {408, 425, 429}:
                    raise Refused(f"{method} {path}: {answer.status} {answer.body[:500]!r}")
                trouble = f"{method} {path}: {answer.status}"
            except Unreachable as error:
                trouble = str(error)
            if time.monotonic() > end:
                raise Unreachable(trouble)
            time.sleep(AGAIN_AFTER_S)

    def json(self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        """`insist` with JSON in and out."""
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        return self.insist(method, path, content, kind | dict(headers or {})).json()


class Api(Door):
    """The product's API, as an integration uses it."""

    def __init__(self, base: str, key: str) -> None:
        super().__init__(base, headers={"Authorization": f"Bearer {key}"})
        self._key = key

    def at(self, base: str) -> Api:
        """The same actor at another address of the same installation."""
        return Api(base, self._key)

    def report(self, interaction: Mapping[str, Any]) -> dict[str, Any]:
        """Hand in an interaction that has ended, until it is acknowledged: the decision."""
        key = {"Idempotency-Key": f"report-{interaction['id']}"}
        answer: dict[str, Any] = self.json("POST", "/api/v1/interactions", dict(interaction), key)
        return answer

    def rows(self, path: str, **query: str) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        rows: list[dict[str, Any]] = []
        query = {"limit": "500", **query}
        while True:
            page = self.json("GET", f"/api/v1/{path}?{urlencode(query)}")
            rows += page["data"]
            if not page["next_cursor"]:
                return rows
            query["cursor"] = page["next_cursor"]


class Sandbox(Door):
    """The sandbox's control API."""

    def text(self, number: str, words: str) -> str:
        """A customer's text, brought to the product until it is acknowledged: its id."""
        wish = {"body": words, "wait": False, "redeliver": True}
        answer = self.json("POST", f"/_sandbox/handsets/{quote(number)}/text", wish)
        return str(answer["sid"])

    def name(self, number: str, name: str) -> None:
        """What a phone is called on the page of phones."""
        self.json("POST", f"/_sandbox/handsets/{quote(number)}", {"name": name})

    def meet(self, chat: str, name: str, language: str) -> None:
        """A person has pressed Start in the bot's chat."""
        self.json("POST", f"/_sandbox/telegram/chats/{chat}", {"name": name, "language": language})

    def has_telegram(self) -> bool:
        """True if the product has told the sandbox's bot where to bring updates."""
        return bool(self.json("GET", "/_sandbox/telegram/chats")["webhook"]["url"])

    def write(self, chat: str, words: str) -> str:
        """What a person writes to the bot, brought to the product until it is acknowledged: its id."""
        answer = self.json("POST", f"/_sandbox/telegram/chats/{chat}/text", {"text": words, "wait": False})
        return f"update {answer['update_id']}"

    def tap(self, chat: str, number: int) -> str | None:
        """A tap on the newest message's button of this number, from 0, or from the end: its id, None if it has none."""
        shown = self.json("GET", f"/_sandbox/telegram/chats/{chat}")["messages"]
        newest = next((message for message in reversed(shown) if message["buttons"]), None)
        buttons = [button for row in newest["buttons"] for button in row] if newest else []
        if newest is None or not -len(buttons) <= number < len(buttons):
            return None
        wish = {"message_id": newest["message_id"], "data": buttons[number]["callback_data"], "wait": False}
        return f"update {self.json('POST', f'/_sandbox/telegram/chats/{chat}/tap', wish)['update_id']}"

    def has_whatsapp(self) -> bool:
        """True if the product has spoken to the sandbox's Graph API, so WhatsApp is on there."""
        return next(self.ledger(0, "whatsapp_request"), None) is not None

    def set_up(self, number: str, name: str, shows: str) -> str:
        """A person on WhatsApp, of whom webhooks tell the number, the user id or both: the user id."""
        wish = {"name": name, "shows": shows}
        return str(self.json("POST", f"/_sandbox/whatsapp/phones/{quote(number)}", wish)["user_id"])

    def chat(self, number: str, words: str) -> str:
        """What a person writes on WhatsApp, brought to the product until it is acknowledged: its id."""
        wish = {"body": words, "wait": False}
        return str(self.json("POST", f"/_sandbox/whatsapp/phones/{quote(number)}/text", wish)["id"])

    def choose(self, number: str, choice: str) -> str | None:
        """A tap on the newest button or row for `choice`: its id, None if the newest question shows none."""
        shown = self.json("GET", f"/_sandbox/whatsapp/phones/{quote(number)}")["messages"]
        asked = [message for message in shown if message["author"] == "business"][-2:]
        for message in reversed(asked):
            for control in message["controls"]:
                if control["id"].endswith(f":{choice}"):
                    wish = {"message": message["id"], "control": control["id"], "wait": False}
                    return str(self.json("POST", f"/_sandbox/whatsapp/phones/{quote(number)}/tap", wish)["id"])
        return None

    def advance(self, seconds: int) -> None:
        """Move the clock of everything that runs in the sandbox."""
        self.json("POST", "/_sandbox/clock", {"advance_s": seconds})

    def clock_offset_s(self) -> int:
        """How far the moved clock is from the system's."""
        return int(self.json("GET", "/_sandbox/clock")["offset_s"])

    def faults(self, wish: Mapping[str, Any]) -> None:
        """Switch on what goes wrong; an empty wish switches everything off."""
        self.json("POST" if wish else "DELETE", "/_sandbox/faults", dict(wish) if wish else None)

    def ledger(self, after: int = 0, *kinds: str) -> Iterator[dict[str, Any]]:
        """The record from line `after` on."""
        while True:
            page = self.json("GET", f"/_sandbox/ledger?after={after}&limit=10000&kind={','.join(kinds)}")
            yield from page["data"]
            if not page["data"]:
                return
            after = page["next"]


class Tail:
    """Follows the sandbox's record in a thread of its own: what has arrived on which phone, what was acknowledged."""

    KINDS = (
        "handset",
        "webhook_end",
        "telegram_message",
        "telegram_update_end",
        "whatsapp_handset",
        "whatsapp_webhook_end",
    )

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._news = threading.Condition()
        self._arrived: Counter[str] = Counter()
        self._parts: set[tuple[str, str]] = set()
        self._ended: dict[str, str] = {}
        self._seq = int(sandbox.json("GET", "/_sandbox/ledger?limit=1&kind=none")["last"])
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="tail", daemon=True)
        self._thread.start()

    def arrived(self, number: str) -> int:
        """How many messages of the business have arrived on this phone since we looked."""
        with self._news:
            return self._arrived[number]

    def wait_for_arrival(self, number: str, count: int, patience_s: float) -> bool:
        """True as soon as `count` messages have arrived there."""
        with self._news:
            return self._news.wait_for(lambda: self._arrived[number] >= count, patience_s)

    def wait_for_end(self, sid: str, patience_s: float) -> bool:
        """True as soon as the text was acknowledged by the product."""
        with self._news:
            return self._news.wait_for(lambda: self._ended.get(sid) == "acknowledged", patience_s)

    def close(self) -> None:
        self._closing.set()
        self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._closing.is_set():
            try:
                lines = list(self._sandbox.ledger(self._seq, *self.KINDS))
            except (Unreachable, Refused):
                lines = []
            with self._news:
                for line in lines:
                    self._seq = max(self._seq, line["seq"])
                    self._take(line)
                if lines:
                    self._news.notify_all()
            self._closing.wait(TAIL_EVERY_S)

    def _take(self, line: Mapping[str, Any]) -> None:
        if line["kind"] == "handset" and line["author"] == "business":
            self._arrived[line["number"]] += 1
        elif line["kind"] == "whatsapp_handset" and (line["number"], line["tracker"]) not in self._parts:
            self._parts.add((line["number"], line["tracker"]))  # a score's two lists are one message of ours
            self._arrived[line["number"]] += 1
        elif line["kind"] == "whatsapp_webhook_end" and line["what"] == "inbound":
            self._ended[line["id"]] = line["outcome"]
        elif line["kind"] == "telegram_message" and line["author"] == "bot":
            self._arrived[str(line["chat_id"])] += 1
        elif line["kind"] == "telegram_update_end":
            self._ended[f"update {line['update_id']}"] = line["outcome"]
        elif line["kind"] == "webhook_end" and line["what"] == "inbound" and self._ended.get(line["sid"]) is None:
            self._ended[line["sid"]] = line["outcome"]
