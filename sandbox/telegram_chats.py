"""The bot's chats as the ledger tells them: who started it, who blocked it, what was said, what hangs under it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.ledger import Record
from sandbox.world import World

Rows = list[list[dict[str, Any]]]


@dataclass(slots=True, kw_only=True)
class Chat:
    """A private chat, which has its person's id. `entries` are as the control API shows them, oldest first.

    started: the person has pressed Start, without which a bot can write to nobody.
    """

    id: int
    name: str | None = None
    language: str | None = None
    started: bool = False
    blocked: bool = False
    last_message: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)
    by_message: dict[int, dict[str, Any]] = field(default_factory=dict)

    def as_user(self) -> dict[str, Any]:
        user: dict[str, Any] = {"id": self.id, "is_bot": False, "first_name": self.name or "Customer"}
        return user | ({"language_code": self.language} if self.language else {})

    def as_chat(self) -> dict[str, Any]:
        return {"id": self.id, "type": "private", "first_name": self.name or "Customer"}


class Chats:
    """All chats, the most recently used last."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_id: OrderedDict[int, Chat] = OrderedDict()
        world.join(
            {
                "telegram_chat": self._changed,
                "telegram_message": self._came,
                "telegram_edit": self._edited,
                "telegram_tap": self._tapped,
                "telegram_notice": self._noticed,
                "telegram_update_end": self._ended,
                "reset": lambda _record: self._by_id.clear(),
            }
        )

    def find(self, chat_id: int) -> Chat | None:
        with self._world.lock:
            return self._by_id.get(chat_id)

    def summary(self) -> list[dict[str, Any]]:
        """One object a chat, the most recently used first."""
        with self._world.lock:
            return [self._head(chat) for chat in reversed(self._by_id.values())]

    def show(self, chat_id: int) -> dict[str, Any]:
        """One chat with its messages in order; a person who never came shows as an empty chat."""
        with self._world.lock:
            chat = self._by_id.get(chat_id) or Chat(id=chat_id)
            return self._head(chat) | {"messages": [dict(entry) for entry in chat.entries]}

    @staticmethod
    def _head(chat: Chat) -> dict[str, Any]:
        return {
            "chat_id": chat.id,
            "name": chat.name,
            "language": chat.language,
            "started": chat.started,
            "blocked": chat.blocked,
            "count": len(chat.entries),
        }

    def _chat(self, chat_id: int) -> Chat:
        chat = self._by_id.setdefault(chat_id, Chat(id=chat_id))
        self._by_id.move_to_end(chat_id)
        return chat

    def _changed(self, record: Record) -> None:
        chat = self._chat(record["chat_id"])
        for name in ("name", "language", "started", "blocked"):
            if name in record:
                setattr(chat, name, record[name])

    def _came(self, record: Record) -> None:
        """Something that the bot or the person wrote."""
        chat = self._chat(record["chat_id"])
        names = ("seq", "at", "virtual_at", "message_id", "author", "text", "sort", "buttons")
        entry: dict[str, Any] = {name: record[name] for name in names}
        entry |= {"file": record.get("file"), "edited": False, "tapped": None, "update_id": record.get("update_id")}
        if entry["update_id"] is not None:
            entry["webhook"] = "pending"
        chat.entries.append(entry)
        chat.by_message[record["message_id"]] = entry
        chat.last_message = max(chat.last_message, record["message_id"])

    def _edited(self, record: Record) -> None:
        entry = self._chat(record["chat_id"]).by_message.get(record["message_id"])
        if entry is None:
            return
        if record["text"] is not None:
            entry["text"] = record["text"]
        entry["buttons"] = record["buttons"]
        entry["edited"] = entry["edited"] or record["text"] is not None

    def _tapped(self, record: Record) -> None:
        entry = self._chat(record["chat_id"]).by_message.get(record["message_id"])
        if entry is not None:
            entry["tapped"] = {"data": record["data"], "query_id": record["query_id"], "webhook": "pending"}

    def _noticed(self, record: Record) -> None:
        """A tap was answered: the button's spinner ends."""
        for entry in self._chat(record["chat_id"]).entries:
            if entry["tapped"] and entry["tapped"]["query_id"] == record["query_id"]:
                entry["tapped"] |= {"webhook": "answered", "notice": record["text"]}

    def _ended(self, record: Record) -> None:
        chat = self._by_id.get(record["chat_id"])
        for entry in chat.entries if chat else ():
            if entry["update_id"] == record["update_id"] and entry.get("webhook") != "acknowledged":
                entry["webhook"] = record["outcome"]


def unix(at: str) -> int:
    """A ledger line's time as Telegram writes it: whole seconds since 1970."""
    return int(datetime.fromisoformat(at).timestamp())
