"""What Telegram tells us, as facts: messages, taps on buttons, and that somebody blocked or unblocked the bot.

Only private chats are spoken with: a group that the bot was added to is passed over without a word. An update is one
fact however often it comes (`update_id`), and of a kind that we do not know it is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Message, Update

from bots.telegram_buttons import Tap, read_tap
from common.channels import (
    Channel,
    Delivery,
    DeliveryReceipt,
    EndpointBlocked,
    Inbound,
    InboundMessage,
    MalformedWebhook,
    NotUnderstood,
    ProviderSignal,
    WebhookRequest,
)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_MOST = 2**52
"""Ids of chats and users have at most 52 significant bits: https://core.telegram.org/bots/api#chat"""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(.*))?", re.DOTALL)
_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEDIA = (
    "photo", "voice", "video", "video_note", "audio", "animation", "sticker", "document",
    "location", "venue", "contact", "poll", "dice", "story", "game", "checklist", "paid_media",
)  # fmt: skip
"""Of each kind a person sees that it came, not what it holds: an animation is a document as well, hence the order."""


def read_json(body: bytes) -> dict[str, Any]:
    """The update as it came. Raises MalformedWebhook where it is no JSON, NotUnderstood where it is no update."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise MalformedWebhook("not JSON") from None
    if not isinstance(update, dict) or not _is_id(update.get("update_id")) or update["update_id"] < 0:
        raise NotUnderstood("no update")
    return update


def read_update(request: WebhookRequest, account: str) -> Sequence[Inbound]:
    """The facts in a verified webhook; none if it is of a group. Raises MalformedWebhook and NotUnderstood."""
    given = read_json(request.body)
    try:
        update = Update.de_json(_essential(given), None)
    except Exception as error:  # whatever the library stumbles over, the update is of another shape than documented
        raise NotUnderstood(f"the update cannot be read ({type(error).__name__})") from None
    if update.callback_query is not None:
        return tuple(_tapped(update.callback_query, update.update_id, account))
    if update.message is not None or update.edited_message is not None:
        message = update.message or update.edited_message
        assert message is not None
        media = _media(given["edited_message" if update.message is None else "message"])
        return _said(message, media, update.update_id, account, is_edit=update.message is None)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, update.update_id, account)
    raise NotUnderstood("an update of a kind that is not known")


def message_key(chat_id: int, message_id: int) -> str:
    """One name for a message: Telegram counts the messages of each chat from one."""
    return f"{chat_id}:{message_id}"


# --- reading ----------------------------------------------------------------------------------------------------------


def _essential(update: dict[str, Any]) -> dict[str, Any]:
    """The update without what we do not read, so that no new shape of a sticker can cost an answer."""
    kept = dict(update)
    for name, strip in (
        ("message", _stripped_message),
        ("edited_message", _stripped_message),
        ("callback_query", _stripped_query),
        ("my_chat_member", _stripped_membership),
    ):
        if isinstance(part := kept.get(name), dict):
            kept[name] = strip(part)
    return kept


def _stripped_message(message: dict[str, Any]) -> dict[str, Any]:
    kept = _picked(message, "message_id", "date", "edit_date", "text", "caption")
    return {"date": 0} | kept | _people(message)


def _stripped_query(query: dict[str, Any]) -> dict[str, Any]:
    kept = {"chat_instance": ""} | _picked(query, "id", "data", "inline_message_id") | _people(query)
    if isinstance(message := query.get("message"), dict):
        kept["message"] = _stripped_message(message)
    return kept


def _stripped_membership(change: dict[str, Any]) -> dict[str, Any]:
    kept = _picked(change, "date") | _people(change)
    bot = {"id": 0, "is_bot": True, "first_name": ""}
    for name in ("old_chat_member", "new_chat_member"):
        member = change.get(name)
        status = member.get("status") if isinstance(member, dict) else None
        kept[name] = {"user": bot, "status": status, "until_date": 0}
    return kept


def _people(part: dict[str, Any]) -> dict[str, Any]:
    """Who wrote, and where."""
    kept = {}
    if isinstance(user := part.get("from"), dict):
        kept["from"] = {"id": user.get("id"), "is_bot": False, "first_name": ""}
    if isinstance(chat := part.get("chat"), dict):
        kept["chat"] = {"type": Chat.PRIVATE} | _picked(chat, "id", "type")
    return kept


def _picked(part: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: part[name] for name in names if name in part}


def _media(message: Any) -> tuple[str, ...]:
    return tuple(kind for kind in _MEDIA if message.get(kind))[:1]


# --- messages -------------------------------------------------------------------------------------------------------


def _said(
    message: Message, media: tuple[str, ...], update_id: int, account: str, *, is_edit: bool
) -> Sequence[Inbound]:
    sender = _sender(message.chat, message.from_user.id if message.from_user else None)
    if sender is None:
        return ()
    text = storable(message.text if message.text is not None else message.caption or "")
    if not text and not media:
        return ()  # a service message: the chat's picture, a pinned message, a timer
    raw: dict[str, object] = {"update_id": update_id, "message_id": int(message.message_id)}
    command = _COMMAND.fullmatch(text.strip()) if not media else None
    name, rest = (command[1].lower(), (command[2] or "").strip()) if command else ("", "")
    signal, link = None, None
    if name == "start":
        signal = ProviderSignal.OPTED_IN  # by a deed: the button under an empty or a blocked chat
        link = rest if _LINK.fullmatch(rest) else None
        text = "/start"
    elif name == "help":
        signal = ProviderSignal.HELP  # answered by `confirm`
    return (
        InboundMessage(
            channel=Channel.TELEGRAM,
            account=account,
            provider_id=_once(update_id, message.edit_date if is_edit else message.date),
            sender=sender,
            text=text,
            is_edit=is_edit,
            signal=signal,
            media=media,
            link=link,
            raw=raw,
        ),
    )


def _once(update_id: int, date: datetime | None) -> str:
    """The update's id and its day.

    A bot without news for a week gets its next id at random, so an id may come back; a repetition bears the same date.
    """
    return f"{update_id}-{date:%Y%m%d}" if date is not None else str(update_id)


# --- taps -----------------------------------------------------------------------------------------------------------


def _tapped(query: CallbackQuery, update_id: int, account: str) -> Iterator[Inbound]:
    tap = read_tap(query.data or "")
    if tap is None:
        raise NotUnderstood("a button that is none of ours")
    message = query.message
    sender = _sender(message.chat if message is not None else None, query.from_user.id)
    if sender is None:
        return
    if message is not None and tap.reference is not None:
        yield _seen(message.chat.id, message.message_id, tap, account)
    yield InboundMessage(
        channel=Channel.TELEGRAM,
        account=account,
        provider_id=f"{update_id}-{storable(query.id)[:64]}",
        sender=sender,
        kind="choice",
        choice=tap.value,
        question=tap.question,
        prompt=tap.reference,
        raw={"update_id": update_id, "step": tap.step, "message_id": message.message_id if message else None},
    )


def _seen(chat_id: int, message_id: int, tap: Tap, account: str) -> DeliveryReceipt:
    """Telegram reports no delivery, but what was tapped has been read."""
    return DeliveryReceipt(
        channel=Channel.TELEGRAM,
        account=account,
        provider_id=message_key(chat_id, message_id),
        delivery=Delivery.READ,
        reference=tap.reference,
    )


# --- blocked and unblocked --------------------------------------------------------------------------------------------


def _membership(change: ChatMemberUpdated, update_id: int, account: str) -> Sequence[Inbound]:
    sender = _sender(change.chat, change.from_user.id)
    if sender is None:
        return ()
    status = change.new_chat_member.status
    key = _once(update_id, change.date)
    if status in {ChatMember.BANNED, ChatMember.LEFT}:
        return (EndpointBlocked(channel=Channel.TELEGRAM, account=account, provider_id=key, sender=sender),)
    if status == ChatMember.MEMBER:
        return (
            EndpointBlocked(channel=Channel.TELEGRAM, account=account, provider_id=key, sender=sender, lifted=True),
        )
    raise NotUnderstood("a membership that a private chat does not have")


# --- parts ------------------------------------------------------------------------------------------------------------


def _sender(chat: Chat | None, user_id: object) -> str | None:
    """The address of a private chat, which is its person's id; None for groups and channels. Raises NotUnderstood."""
    if chat is not None and chat.type != Chat.PRIVATE:
        return None
    chat_id = user_id if chat is None else chat.id
    if not _is_id(chat_id) or (user_id is not None and user_id != chat_id):
        raise NotUnderstood("a private chat of nobody")
    return str(chat_id)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST


def storable(text: object) -> str:
    """The text without what no database can hold: NUL and halves of surrogate pairs become the replacement sign."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", str(text))
