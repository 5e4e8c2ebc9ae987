"""What people do in Telegram: press Start, write, tap a button, correct a message, block the bot and come back."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.telegram_api import BotApi
from sandbox.telegram_chats import Chat, Chats, unix
from sandbox.telegram_updates import Update, Updates
from sandbox.world import World

MEDIA: dict[str, Any] = {
    "photo": [{"file_id": "photo", "file_unique_id": "photo", "width": 90, "height": 67}],
    "voice": {"file_id": "voice", "file_unique_id": "voice", "duration": 4},
    "sticker": {
        "file_id": "sticker", "file_unique_id": "sticker", "type": "regular", "width": 512, "height": 512,
        "is_animated": False, "is_video": False,
    },
    "document": {"file_id": "document", "file_unique_id": "document", "file_name": "note.pdf"},
    "location": {"latitude": 52.37, "longitude": 4.9},
}  # fmt: skip


class CannotDo(Exception):
    """An act that Telegram's app does not offer now; the message says why."""


class People:
    """The customers' side of the bot's chats."""

    def __init__(self, world: World, chats: Chats, updates: Updates, api: BotApi) -> None:
        self._world = world
        self._chats = chats
        self._updates = updates
        self._api = api

    def meet(self, chat_id: int, *, name: str | None, language: str | None) -> None:
        """The person is known to the sandbox and has pressed Start before: no update tells of it."""
        known = {key: value for key, value in (("name", name), ("language", language)) if value is not None}
        self._world.commit("telegram_chat", chat_id=chat_id, started=True, **known)

    def write(self, chat_id: int, text: str, *, kind: str = "text", hold: bool = False) -> Update:
        """The person writes or sends something; `/start` opens the chat, and ends a block."""
        with self._world.lock:
            chat = self._chat(chat_id)
            if chat.blocked and not text.startswith("/start"):
                raise CannotDo("this person has blocked the bot: unblock first")
            if chat.blocked:
                self._member(chat, blocked=False, hold=hold)
            if not chat.started:
                self._world.commit("telegram_chat", chat_id=chat_id, started=True)
            message_id = chat.last_message + 1
            content = self._content(chat, message_id, text, kind)
            update = self._updates.add("message", chat_id, content, hold=hold)
            self._world.commit(
                "telegram_message",
                chat_id=chat_id,
                message_id=message_id,
                author="customer",
                sort=kind,
                text=text,
                buttons=[],
                update_id=update.update_id,
            )
        return update

    def correct(self, chat_id: int, message_id: int, text: str) -> Update:
        """The person edits a message of theirs."""
        with self._world.lock:
            chat = self._chat(chat_id)
            entry = chat.by_message.get(message_id)
            if entry is None or entry["author"] != "customer" or entry["sort"] != "text":
                raise CannotDo("only a text of the person's own can be corrected")
            now = self._world.commit("telegram_edit", chat_id=chat_id, message_id=message_id, text=text, buttons=[])
            content = self._content(chat, message_id, text, "text", date=unix(entry["virtual_at"]))
            return self._updates.add("edited_message", chat_id, content | {"edit_date": unix(now["virtual_at"])})

    def tap(self, chat_id: int, message_id: int, data: str, *, hold: bool = False) -> Update:
        """The person taps a button that hangs under a message."""
        with self._world.lock:
            chat = self._chat(chat_id)
            entry = chat.by_message.get(message_id)
            buttons = [button for row in (entry["buttons"] if entry else []) for button in row]
            if not any(button.get("callback_data") == data for button in buttons):
                raise CannotDo("there is no such button under this message")
            return self._press(chat, message_id, data, hold=hold)

    def tap_from_memory(self, chat_id: int, message_id: int, data: str) -> Update:
        """A tap whose button is gone by the time it arrives: a second finger, or an app that had not caught up."""
        with self._world.lock:
            return self._press(self._chat(chat_id), message_id, data, hold=False)

    def block(self, chat_id: int, *, blocked: bool) -> Update:
        """The person blocks the bot, or takes it back."""
        with self._world.lock:
            return self._member(self._chat(chat_id), blocked=blocked, hold=False)

    # --- parts ------------------------------------------------------------------------------------------------------

    def _chat(self, chat_id: int) -> Chat:
        chat = self._chats.find(chat_id)
        if chat is None:
            self._world.commit("telegram_chat", chat_id=chat_id)
            chat = self._chats.find(chat_id)
        assert chat is not None  # the line was just folded
        return chat

    def _content(self, chat: Chat, message_id: int, text: str, kind: str, date: int | None = None) -> dict[str, Any]:
        content: dict[str, Any] = {
            "message_id": message_id,
            "from": chat.as_user(),
            "chat": chat.as_chat(),
            "date": date if date is not None else int(self._world.clock.now().timestamp()),
        }
        if kind == "text":
            content["text"] = text
            if text.startswith("/"):
                content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        else:
            content |= {kind: MEDIA[kind]} | ({"caption": text} if text else {})
        return content

    def _press(self, chat: Chat, message_id: int, data: str, *, hold: bool) -> Update:
        query_id = str(secrets.randbelow(10**18))
        self._world.commit("telegram_tap", chat_id=chat.id, message_id=message_id, data=data, query_id=query_id)
        message = (
            self._api.message(chat, message_id)
            if message_id in chat.by_message
            else {"chat": chat.as_chat(), "message_id": message_id, "date": 0}
        )
        content = {
            "id": query_id,
            "from": chat.as_user(),
            "message": message,
            "chat_instance": str(chat.id * 31 % 10**18),
            "data": data,
        }
        return self._updates.add("callback_query", chat.id, content, hold=hold)

    def _member(self, chat: Chat, *, blocked: bool, hold: bool) -> Update:
        bot = {key: self._api.me[key] for key in ("id", "is_bot", "first_name", "username")}
        states = ({"user": bot, "status": "member"}, {"user": bot, "status": "kicked", "until_date": 0})
        self._world.commit("telegram_chat", chat_id=chat.id, blocked=blocked)
        content = {
            "chat": chat.as_chat(),
            "from": chat.as_user(),
            "date": int(self._world.clock.now().timestamp()),
            "old_chat_member": states[not blocked],
            "new_chat_member": states[blocked],
        }
        return self._updates.add("my_chat_member", chat.id, content, hold=hold)
