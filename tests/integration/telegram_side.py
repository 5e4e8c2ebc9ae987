"""Telegram's side of an installation: a Bot API that keeps its chats in memory, and a customer's end of one of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from common import clock
from common.channels import Channel
from tests.channels.provider import Answer, Asked
from tests.channels.test_telegram import HEADER, SECRET, TOKEN, accepted
from tests.integration.written import Written

if TYPE_CHECKING:
    from tests.integration.installation import Installation

LETTERS = {"score": "s", "reason": "r", "aspect": "a"}


class BotApiSide:
    """Takes every message. fails: what the next sends are answered instead; a 5xx takes the message all the same."""

    def __init__(self) -> None:
        self.chats: dict[str, list[dict[str, Any]]] = {}
        self.fails: list[Answer] = []
        self.asked: list[Asked] = []

    def calls(self, method: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == f"/bot{TOKEN}/{method}"]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        method, form = asked.path.rpartition("/")[2], asked.form
        if method == "getMe":
            me = {"id": 123456789, "is_bot": True, "first_name": "Acme", "username": "AcmeFeedbackBot"}
            return accepted(me)
        chat = self.chats.setdefault(form["chat_id"], [])
        if method == "sendMessage":
            failure = self.fails.pop(0) if self.fails else None
            if failure is not None and failure.status < 500:
                return failure
            buttons = json.loads(form.get("reply_markup", "{}")).get("inline_keyboard", [])
            chat.append({"message_id": len(chat) + 1, "sent": form["text"], "text": form["text"], "buttons": buttons})
            chat[-1]["offered"] = buttons
            return failure or accepted(self._message(form["chat_id"], chat[-1]))
        entry = chat[int(form["message_id"]) - 1]
        entry["buttons"] = json.loads(form.get("reply_markup", "{}")).get("inline_keyboard", [])
        entry["text"] = form.get("text", entry["text"])
        return accepted(self._message(form["chat_id"], entry))

    @staticmethod
    def _message(chat: str, entry: Mapping[str, Any]) -> dict[str, Any]:
        place = {"id": int(chat), "type": "private", "first_name": "Ana"}
        return {"message_id": entry["message_id"], "date": 1795348800, "chat": place, "text": entry["text"]}


class TelegramHandset(Written):
    """A phone with Telegram: buttons are tapped, an attachment is a photo."""

    def __init__(self, site: Installation, number: int) -> None:
        self.channel = Channel.TELEGRAM
        self.site = site
        self.chat = str(500_000_000 + number)
        self.customer: Mapping[str, str] = {"telegram_chat_id": self.chat}
        self.said = 0

    def arrive(self) -> None:
        pass

    def start(self, invitation: Mapping[str, Any]) -> None:
        assert self.site.ticker.once() > 0, "the invitation is due"

    def say(self, text: str, carrier: str | None) -> bool:
        if not text.strip():
            return False
        self.deliver(self.message("/help" if carrier == "help" else text))
        return True

    def tap(self, choice: str, question: str, choices: Sequence[str]) -> bool:
        """The button that is or was there; a forged one where there never was any."""
        offered = [button["callback_data"] for entry in self.shown() for row in entry["offered"] for button in row]
        own = [data for data in offered if data.rpartition(".")[0].endswith(f".{LETTERS[question]}")]
        prefix = own[-1].rpartition(".")[0] if own else f".1.{LETTERS[question]}"
        self._query(f"{prefix}.{choice}", None)
        return True

    def attach(self, kind: str) -> bool:
        if kind != "media":
            return False
        photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
        update = self.message("")
        del update["message"]["text"]
        self.deliver(update | {"message": update["message"] | {"photo": photo}})
        return True

    def fail(self, provider_id: str) -> bool:
        return False

    def received(self) -> list[str]:
        return [entry["sent"] for entry in self.shown()]

    # --- what only Telegram has -----------------------------------------------------------------------------------

    def shown(self) -> list[dict[str, Any]]:
        """What the bot wrote, as it stands in the chat now."""
        return self.site.telegram.chats.get(self.chat, [])

    def press(self, entry: Mapping[str, Any], value: str) -> dict[str, Any]:
        """Tap the button of this value, even if it is gone by now; what the webhook is answered."""
        return self.deliver(self.press_update(entry, value))

    def press_update(self, entry: Mapping[str, Any], value: str) -> dict[str, Any]:
        data = [button["callback_data"] for row in entry["offered"] for button in row]
        (wanted,) = (each for each in data if each.endswith(f".{value}"))
        return self._query_update(wanted, entry["message_id"])

    def correct(self, text: str) -> None:
        """Edit the last message that was written."""
        update = self.message(text)
        message = update.pop("message")
        self.deliver(update | {"edited_message": message | {"message_id": self.said - 1, "edit_date": message["date"]}})

    def block(self, *, is_blocked: bool) -> None:
        self.deliver(self.block_update(is_blocked=is_blocked))

    def block_update(self, *, is_blocked: bool) -> dict[str, Any]:
        bot = {"id": 123456789, "is_bot": True, "first_name": "Acme", "username": "AcmeFeedbackBot"}
        states = ({"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0})
        change = {"old_chat_member": states[not is_blocked], "new_chat_member": states[is_blocked]}
        return self._update("my_chat_member", self._place() | change)

    def message(self, text: str) -> dict[str, Any]:
        self.said += 1
        return self._update("message", self._place() | {"message_id": 1000 + self.said, "text": text})

    def deliver(self, update: Mapping[str, Any]) -> dict[str, Any]:
        """Telegram brings the update; the call that the answer holds, if it holds one."""
        answer = self.site.http.post("/webhooks/telegram", json=update, headers={HEADER: SECRET})
        assert answer.status_code == 200, answer.text
        return answer.json if answer.is_json and answer.json is not None else {}

    def _query(self, data: str, message_id: int | None) -> None:
        self.deliver(self._query_update(data, message_id))

    def _query_update(self, data: str, message_id: int | None) -> dict[str, Any]:
        place = self._place()
        query = {"id": f"q{next(self.site.numbers)}", "from": place["from"], "chat_instance": "1", "data": data}
        if message_id is not None:
            query["message"] = {"message_id": message_id, "date": place["date"], "chat": place["chat"]}
        return self._update("callback_query", query)

    def _update(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return {"update_id": 900_000 + next(self.site.numbers), kind: dict(content)}

    def _place(self) -> dict[str, Any]:
        person = {"id": int(self.chat), "is_bot": False, "first_name": "Ana", "language_code": "en"}
        chat = {"id": int(self.chat), "type": "private", "first_name": "Ana"}
        return {"from": person, "chat": chat, "date": int(clock.now().timestamp())}
