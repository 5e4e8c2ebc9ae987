"""What the page shows at one moment, drawn from the server's state alone: new messages and the one open control."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bots.webchat.adapter import ACCOUNT
from common.files.kinds import kind_named
from common.store.hosted_pages import Entry, HostedPage, SentFile, last_asking, read_thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The question that is open. control: scale, choices or text. asked: number of the message that asks it."""

    key: str
    control: str
    text: str
    asked: int
    choices: tuple[tuple[str, str], ...] = ()
    can_skip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page from a message number on.

    can_write: free words are welcome, beside the open question or without one. live: something may still come from our
    side, so it is worth waiting for. settled: nothing is on its way out this very moment.
    """

    entries: tuple[Entry, ...]
    question: Question | None
    owner: str | None
    opted_out: bool
    can_write: bool
    live: bool
    settled: bool

    @property
    def tag(self) -> str:
        """A short name of this state: two views with the same tag show the same control."""
        state = json.dumps(self.state(), sort_keys=True)
        return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def state(self) -> dict[str, Any]:
        """What decides which control is shown, as JSON."""
        question = self.question
        return {
            "question": None
            if question is None
            else {
                "key": question.key,
                "control": question.control,
                "text": question.text,
                "asked": question.asked,
                "choices": [{"key": key, "label": label} for key, label in question.choices],
                "can_skip": question.can_skip,
            },
            "owner": self.owner,
            "opted_out": self.opted_out,
            "can_write": self.can_write,
            "live": self.live,
        }


def read_view(connection: Connection, page: HostedPage, after: int) -> View:
    """The page's view of its conversation. `page` must have one."""
    assert page.conversation_id is not None
    entries, settled = read_thread(connection, page.conversation_id, after)
    key = None if page.opted_out else page.open_question
    question = _question(connection, page.conversation_id, key) if key else None
    return View(
        entries=tuple(entries),
        question=question,
        owner=None if page.opted_out else page.owner,
        opted_out=page.opted_out,
        can_write=question is not None or page.open_question is None,
        live=not settled or not (page.is_over or page.opted_out),
        settled=settled,
    )


def _question(connection: Connection, conversation_id: str, key: str) -> Question | None:
    entry = last_asking(connection, conversation_id, key)
    if entry is None:
        return None
    choices = tuple((str(choice["key"]), str(choice["label"])) for choice in entry.extra.get("choices") or ())
    return Question(
        key=key,
        control="scale" if entry.extra.get("scale") else "choices" if choices else "text",
        text=entry.text,
        asked=entry.sequence,
        choices=choices,
        can_skip=bool(entry.extra.get("can_skip")),
    )


def provider_id(conversation_id: str, client_id: str) -> str:
    """The unique id of an inbound message: the page's own id within its conversation."""
    return f"{conversation_id}:{client_id}"


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """One message for the page's script. id: the sender's own id, by which the page knows its message again."""
    is_own = entry.direction == "in"
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "author": entry.author,
        "name": entry.author_name if entry.author == "user" else None,
        "text": entry.text,
        "id": entry.provider_id.partition(":")[2] if is_own and entry.provider_id else None,
    } | ({"file": _file_json(entry.file)} if entry.file else {})


def _file_json(file: SentFile) -> dict[str, Any]:
    """A file for the page's script: what it is called, how large it is in kB, and whether it is a picture."""
    is_picture = kind_named(file.media_type).shows == "picture"
    return {"id": file.id, "name": file.name, "kb": max(1, file.size // 1024), "is_picture": is_picture}


Reader = Callable[[int], View]
"""Reads the view of one page after a message number."""

__all__ = ["ACCOUNT", "Question", "Reader", "View", "entry_to_json", "provider_id", "read_view"]
