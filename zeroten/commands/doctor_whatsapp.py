"""What `zeroten doctor` asks about WhatsApp: are the credentials whole, does Meta take them, where do webhooks go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from common.channels import Channel, SendError
from common.config import Settings
from common.errors import StoreUnavailable
from common.store.engine import Database
from common.store.writer import Store
from common.surveys import Surveys, keys_of_surveys

if TYPE_CHECKING:
    from bots.whatsapp import WhatsApp

CREDENTIALS = ("TOKEN", "PHONE_NUMBER_ID", "BUSINESS_ACCOUNT_ID", "APP_SECRET", "VERIFY_TOKEN")


def check_whatsapp(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Each thing that was looked at: whether it is right, and in words."""
    missing = [name for name in CREDENTIALS if not settings.get(f"WHATSAPP_{name}")]
    if len(missing) == len(CREDENTIALS):
        yield True, "WhatsApp is off: its five ZEROTEN_WHATSAPP_ credentials are not set"
        return
    if missing:
        names = ", ".join(f"ZEROTEN_WHATSAPP_{name}" for name in missing)
        yield (
            False,
            f"WhatsApp is off: {names} {'is' if len(missing) == 1 else 'are'} missing, and all five belong together",
        )
        return
    from zeroten.root import create_whatsapp

    adapter = create_whatsapp(settings)
    assert adapter is not None  # its settings were just checked
    try:
        about = adapter.about_number()
        templates = adapter.list_templates()
    except SendError as error:
        code = f"{error.code}, {error.provider_code}" if error.provider_code else str(error.code)
        yield False, f"Meta refuses or cannot be reached ({code}); check token, number id and account id"
        return
    number = about.get("display_phone_number") or "the number"
    yield True, f"Meta accepts the WhatsApp credentials for {number}; {len(templates)} templates there"
    yield from _webhook(about, f"{settings.public_url}/webhooks/whatsapp")
    for key, where in _forms(settings):
        yield _form(adapter, key, where)


def _forms(settings: Settings) -> Sequence[tuple[str, str]]:
    """The Flows that the newest versions of the surveys show: Meta's id, and where; none while there is no database."""
    surveys = Surveys()
    try:
        with Store(Database(settings.database_url)).read() as connection:
            found = [surveys.find(connection, key) for key in keys_of_surveys(connection)]
    except (StoreUnavailable, SQLAlchemyError):
        return []
    return [
        (key, f"survey {each.key} in {language}")
        for each in found
        if each is not None
        for language, key in each.body["forms"].get(Channel.WHATSAPP.value, {}).items()
    ]


def _form(adapter: WhatsApp, key: str, where: str) -> tuple[bool, str]:
    """A Flow that is not published is refused with every question, which is then asked in words."""
    try:
        status = adapter.flow_status(key)
    except SendError as error:
        return False, f"Flow {key} of {where} is not at Meta ({error.provider_code}); the question is asked in words"
    words = f"Flow {key} of {where} is {status.lower()}"
    return (True, words) if status == "PUBLISHED" else (False, f"{words}; the question is asked in words")


def _webhook(about: Mapping[str, Any], ours: str) -> Iterator[tuple[bool, str]]:
    """Where Meta brings webhooks: a number may have an address of its own, then an account, then the app."""
    named = about.get("webhook_configuration")
    places = named if isinstance(named, dict) else {}
    place = next((str(places[name]) for name in _NEAREST if places.get(name)), None)
    if place is None:
        yield True, f"Meta does not say where WhatsApp's webhooks go; in the app dashboard it should be {ours}"
    elif place.rstrip("/") == ours:
        yield True, f"WhatsApp's webhooks come to {ours}"
    else:
        yield False, f"WhatsApp's webhooks go to {place}; set the callback address in Meta's app dashboard to {ours}"


_NEAREST = ("phone_number", "whatsapp_business_account", "application")
