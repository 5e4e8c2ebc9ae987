"""The sample day of `zeroten demo`: a survey, yesterday's interactions, and the settings of the sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from common.sites.site import Site, SiteSettings
from common.store import sites

EMAIL = "admin@example.com"
SHOP = "Halden Lamps"
PASSWORD = "zero-to-ten-demo"  # noqa: S105 - the demo's sign-in, printed when it starts


def survey_files() -> list[Path]:
    """The sample surveys: one in writing, one by telephone."""
    return [Path(str(resources.files(__name__) / name)) for name in ("survey.toml", "survey_phone.toml")]


def sample_interactions(now: datetime) -> Iterator[dict[str, Any]]:
    """Interactions that ended within the last day, as the API takes them; with the date in their ids."""
    lines = (resources.files(__name__) / "interactions.jsonl").read_text(encoding="utf-8").splitlines()
    for line in lines:
        body = json.loads(line)
        ended_at = now - timedelta(minutes=body.pop("ended_minutes_ago"))
        yield body | {"id": f"{body['id']}-{now:%Y%m%d%H%M}", "ended_at": ended_at.isoformat()}


def last_words(interaction: Mapping[str, Any]) -> str | None:
    """What the customer of a sample interaction wrote last, where it was a chat on the customer's own phone."""
    return LAST_WORDS.get(interaction["customer"]["id"])


LAST_WORDS = {
    "c-301": "Thanks, that solved it.",
    "c-302": "Ok, I will wait for the parcel then.",
    "c-303": "Obrigada pela ajuda.",
}


def shop_site(connection: Connection, sandbox_port: int, now: datetime) -> Site:
    """The sandbox's shop as a site, made once."""
    known = next((site for site in sites.listed(connection) if site.settings.name == SHOP), None)
    settings = SiteSettings(
        name=SHOP,
        survey_key="support",
        origins=(f"http://127.0.0.1:{sandbox_port}", f"http://localhost:{sandbox_port}"),
        colour="#7a5230",
        greeting="Three short questions, and we are better next time.",
        allows_anonymous=True,
    )
    return known or sites.create(connection, settings, now)


def sandbox_environment(directory: Path, *, port: int, sandbox_port: int) -> Mapping[str, str]:
    """The settings that make the product talk to the sandbox instead of real providers."""
    directory = directory.resolve()
    return {
        "ZEROTEN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "ZEROTEN_PORT": str(port),
        "ZEROTEN_TWILIO_ACCOUNT_SID": "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
        "ZEROTEN_TWILIO_AUTH_TOKEN": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "ZEROTEN_TWILIO_SMS_FROM": "+15005550006",
        "ZEROTEN_TWILIO_VOICE_FROM": "+15005550006",
        "ZEROTEN_TWILIO_CALLS_PER_SECOND": "1000",
        "ZEROTEN_TWILIO_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_WHATSAPP_TOKEN": "EAAGsandbox0a0a0a0a0a0a0a0a0a0a0a0a",
        "ZEROTEN_WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
        "ZEROTEN_WHATSAPP_BUSINESS_ACCOUNT_ID": "102290129340398",
        "ZEROTEN_WHATSAPP_APP_SECRET": "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b",
        "ZEROTEN_WHATSAPP_VERIFY_TOKEN": "the-sandbox-may-call-here",
        "ZEROTEN_WHATSAPP_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_TELEGRAM_BOT_TOKEN": "123456789:AAzerotenSandboxBot0000000000000000000",
        "ZEROTEN_TELEGRAM_WEBHOOK_SECRET": "sandbox-webhook-secret",
        "ZEROTEN_TELEGRAM_API_URL": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_WEBCHAT_ORIGINS": f"http://127.0.0.1:{sandbox_port}",
        "ZEROTEN_CLOCK_FILE": str(directory / "clock"),
        "ZEROTEN_TIMEZONE": "Europe/Amsterdam",
        "SANDBOX_PORT": str(sandbox_port),
        "SANDBOX_PRODUCT_URL": f"http://127.0.0.1:{port}",
        "SANDBOX_LEDGER": str(directory / "ledger.jsonl"),
        "SANDBOX_CLOCK_FILE": str(directory / "clock"),
        "SANDBOX_TWILIO_ACCOUNT_SID": "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
        "SANDBOX_TWILIO_AUTH_TOKEN": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a",
        "SANDBOX_TWILIO_FROM": "+15005550006",
        "SANDBOX_WHATSAPP_TOKEN": "EAAGsandbox0a0a0a0a0a0a0a0a0a0a0a0a",
        "SANDBOX_WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
        "SANDBOX_WHATSAPP_BUSINESS_ACCOUNT_ID": "102290129340398",
        "SANDBOX_WHATSAPP_APP_SECRET": "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b",
        "SANDBOX_WHATSAPP_REVIEW": "auto",
        "SANDBOX_TELEGRAM_TOKEN": "123456789:AAzerotenSandboxBot0000000000000000000",
    }
