"""What Meta tells us about WhatsApp, as facts.

One POST carries up to 1,000 updates of many people: entries, in them changes, in them lists of items. Each item is read
by itself, so that one that breaks costs none of its neighbours; what is not understood comes back as `Unread` and is
kept.

Sources: "Webhooks: messages", "status messages", "user_preferences" and "business-scoped user ids" of the WhatsApp
Business Platform.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn

from bots.whatsapp_address import address_of, addresses_in
from bots.whatsapp_errors import classify_failure, whole
from bots.whatsapp_json import read_json
from bots.whatsapp_messages import read_content
from bots.whatsapp_news import TEMPLATE_FIELDS, read_news
from common.channels import (
    AddressChanged,
    Channel,
    Delivery,
    DeliveryReceipt,
    EndpointBlocked,
    InboundMessage,
    MalformedWebhook,
    NotUnderstood,
    Parsed,
    Unread,
    WebhookRequest,
)

_MESSAGE_ID = re.compile(r"[!-~]{1,255}")
_REFERENCE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_DELIVERIES = {
    "accepted": Delivery.QUEUED,
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,  # a voice message was listened to
    "failed": Delivery.FAILED,
}
_WISHES = {"stop": False, "resume": True}

Item = Mapping[str, Any]
Reader = Callable[[Item, Item, str], Sequence[Parsed]]


def read_webhook(request: WebhookRequest, account: str) -> Sequence[Parsed]:
    """Every fact in a verified webhook for the number `account`, in order.

    Raises MalformedWebhook, and NotUnderstood for a webhook that says nothing we know.
    """
    payload = _read_webhook_json(request.body)
    if not isinstance(payload, dict) or payload.get("object") != "whatsapp_business_account":
        raise NotUnderstood("not of a WhatsApp business account")
    parts = [
        part
        for entry in _objects(payload.get("entry"))
        for change in _objects(entry.get("changes"))
        for part in _read_change(change, account)
    ]
    if not parts:
        raise NotUnderstood("no change in it")
    if len(parts) == 1 and isinstance(parts[0], Unread):
        raise NotUnderstood(parts[0].reason)
    return parts


def _read_change(change: Item, account: str) -> Iterator[Parsed]:
    name, value = change.get("field"), change.get("value")
    if not isinstance(value, dict):
        yield _unread("a change without a value", change)
    elif isinstance(name, str) and name in TEMPLATE_FIELDS:
        yield from _guarded(lambda: (read_news(name, value),), change)
    elif not _is_for(value, account):
        yield _unread("for another number of ours", change)
    else:
        known = False
        for items, reader in _LISTS.items():
            for item in value[items] if isinstance(value.get(items), list) else ():
                known = True
                yield from _guarded(partial(reader, item, value, account), item)
        if not known:
            yield _unread(f"a change of {str(name)[:40]!r}", change)


def _guarded(read: Callable[[], Sequence[Parsed]], item: object) -> Sequence[Parsed]:
    """What `read` makes of the item; anything that goes wrong concerns this item alone."""
    try:
        return read()
    except NotUnderstood as reason:
        return (_unread(str(reason), item),)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as fault:
        return (_unread(f"of another shape than Meta's ({type(fault).__name__})", item),)


# --- messages -----------------------------------------------------------------------------------------------------


def _read_message(message: Item, value: Item, account: str) -> Sequence[Parsed]:
    provider_id = _provider_id(message)
    if message.get("type") == "system":
        return _read_system(message, provider_id, account)
    if "group_id" in message:
        raise NotUnderstood("a message in a group")
    sender, *aliases = _sender(message, value)
    content = read_content(message)
    return (
        InboundMessage(
            channel=Channel.WHATSAPP,
            account=account,
            provider_id=provider_id,
            sender=sender,
            aliases=tuple(aliases),
            text=content.text,
            kind=content.kind,
            choice=content.choice,
            question=content.question,
            prompt=content.prompt,
            filled=content.filled,
            media=content.media,
            file=content.file,
            raw=message,
        ),
    )


def _sender(message: Item, value: Item) -> tuple[str, ...]:
    """The sender's addresses; number and user id may each be absent, and the contact beside may name the other."""
    given = (message.get("from"), message.get("from_user_id"))
    named = addresses_in(given)
    contacts = _objects(value.get("contacts"))
    mine = [each for each in contacts if named and set(named) & set(_contact(each))]
    if not mine and len(contacts) == 1 and given == (None, None):
        mine = list(contacts)
    addresses = addresses_in((*named, *(address for each in mine[:1] for address in _contact(each))))
    if not addresses:
        raise NotUnderstood("a message of nobody")
    return addresses


def _contact(contact: Item) -> tuple[str, ...]:
    return addresses_in((contact.get("wa_id"), contact.get("user_id")))


def _read_system(message: Item, provider_id: str, account: str) -> Sequence[Parsed]:
    """A person has a new number, a new user id, or both."""
    system = message["system"]
    pairs = (
        (message.get("from") or system.get("customer"), system.get("wa_id") or system.get("new_wa_id")),
        (message.get("from_user_id"), system.get("user_id") or system.get("new_user_id")),
    )
    changes = [
        AddressChanged(channel=Channel.WHATSAPP, account=account, provider_id=provider_id, sender=old, address=new)
        for old, new in ((address_of(before), address_of(after)) for before, after in pairs)
        if old and new and old != new
    ]
    if not changes:
        raise NotUnderstood(f"a system message: {str(system.get('type'))[:40]}")
    return changes


# --- statuses and wishes ------------------------------------------------------------------------------------------


def _read_status(status: Item, value: Item, account: str) -> Sequence[Parsed]:
    delivery = _DELIVERIES.get(str(status.get("status")))
    if delivery is None:
        raise NotUnderstood(f"a status {str(status.get('status'))[:40]!r}")
    failures = _objects(status.get("errors"))
    code = whole(failures[0].get("code")) if failures else None
    reference = status.get("biz_opaque_callback_data")
    is_ours = isinstance(reference, str) and _REFERENCE.fullmatch(reference)
    return (
        DeliveryReceipt(
            channel=Channel.WHATSAPP,
            account=account,
            provider_id=_provider_id(status),
            delivery=delivery,
            error=None if code is None else str(code)[:64],
            fate=classify_failure(code) if delivery is Delivery.FAILED else None,
            reference=str(reference) if is_ours else None,
            recipients=addresses_in((status.get("recipient_id"), status.get("recipient_user_id"))),
            raw=status,
        ),
    )


def _read_preference(preference: Item, value: Item, account: str) -> Sequence[Parsed]:
    """The customer's own switch for marketing messages: off is an opt-out, made at the provider."""
    wish = str(preference.get("value"))
    if wish not in _WISHES:
        raise NotUnderstood(f"a preference {wish[:40]!r}")
    sender, *aliases = addresses_in((preference.get("wa_id"), preference.get("user_id"))) or _nobody()
    return (
        EndpointBlocked(
            channel=Channel.WHATSAPP,
            account=account,
            provider_id=f"{sender}:{wish}:{str(preference.get('timestamp'))[:20]}",
            sender=sender,
            aliases=tuple(aliases),
            lifted=_WISHES[wish],
        ),
    )


_LISTS: Mapping[str, Reader] = {
    "messages": _read_message,
    "statuses": _read_status,
    "user_preferences": _read_preference,
}


# --- shapes -------------------------------------------------------------------------------------------------------


def _nobody() -> NoReturn:
    raise NotUnderstood("of nobody")


def _provider_id(item: Item) -> str:
    key = item["id"]
    if not isinstance(key, str) or not _MESSAGE_ID.fullmatch(key):
        raise NotUnderstood("no message id")
    return key


def _is_for(value: Item, account: str) -> bool:
    metadata = value.get("metadata")
    named = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    return named is None or str(named) == account


def _objects(value: object) -> Sequence[Item]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _unread(reason: str, part: object) -> Unread:
    return Unread(reason=reason, body=json.dumps(part, ensure_ascii=True).encode())


def _read_webhook_json(body: bytes) -> Any:
    """The JSON of a body. Raises MalformedWebhook."""
    try:
        return read_json(body)
    except ValueError:
        raise MalformedWebhook("the body is not JSON") from None
