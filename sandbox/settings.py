"""What the sandbox is told at start: command-line flags first, then `SANDBOX_*` in the environment, then defaults."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ACCOUNT_SID = "AC0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
AUTH_TOKEN = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
MESSAGING_SERVICE_SID = "MG0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
TELEGRAM_TOKEN = "123456789:AAzerotenSandboxBot0000000000000000000"
NUMBER = "+15005550006"  # the sender that Twilio's own test credentials accept
GRAPH_TOKEN = "EAAGsandbox0a0a0a0a0a0a0a0a0a0a0a0a"
PHONE_NUMBER_ID = "106540352242922"
BUSINESS_ACCOUNT_ID = "102290129340398"
APP_SECRET = "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b"
WHATSAPP_NUMBER = "+15550783881"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppSettings:
    """One business account at Meta with one number. batch_s: how long updates are gathered for one webhook."""

    token: str
    phone_number_id: str
    business_account_id: str
    app_secret: str
    number: str
    url: str  # where Meta is told to bring webhooks
    review: str  # "hand": a person decides about templates; "auto": they are approved by themselves
    batch_s: float
    backoff: float  # how long Meta waits before it brings a webhook again, as a multiple of what it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`sms_url` and `sms_fallback_url` may carry Twilio's connection overrides as a fragment (`#rc=2&rp=all`)."""

    host: str
    port: int  # 0: any free port, printed at start
    product_url: str  # without a trailing slash
    console_url: str
    account_sid: str
    auth_token: str
    numbers: tuple[str, ...]  # the senders of the account; the messaging service sends from the first
    messaging_service_sid: str
    sms_url: str  # where Twilio is told to bring customers' texts
    sms_fallback_url: str | None
    ledger: Path
    clock_file: Path
    seed: int
    status_step_s: float  # seconds between two statuses of a message
    redeliver: bool  # keep bringing a customer's text every second until a 2xx (not Twilio's way; for chaos runs)
    whatsapp: WhatsAppSettings
    telegram_token: str  # the one bot's
    telegram_username: str
    telegram_name: str
    telegram_per_second: int  # messages that the bot may send in a second
    telegram_chat_interval: float  # seconds between two messages in a chat
    telegram_backoff: float  # how long Telegram waits before it repeats an update, as a multiple of what it does
    advanced_opt_out: bool  # the messaging service's Advanced Opt-Out: webhooks then carry OptOutType


def read_settings(argv: Sequence[str], environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from flags and environment.

    Raises SystemExit (argparse) when a value cannot be used.
    """
    parser = _parser(environ)
    given = parser.parse_args(argv)
    product = given.product_url.rstrip("/")
    if urlsplit(product).scheme not in ("http", "https") or not urlsplit(product).hostname:
        parser.error(f"--product-url must be an http(s) address, not {given.product_url!r}")
    numbers = tuple(number.strip() for number in given.twilio_from.split(",") if number.strip())
    if not numbers or not all(re.fullmatch(r"\+[1-9]\d{6,14}", number) for number in numbers):
        parser.error(f"--twilio-from must be one or more E.164 numbers, not {given.twilio_from!r}")
    for flag, value, prefix in (
        ("--twilio-account-sid", given.twilio_account_sid, "AC"),
        ("--twilio-messaging-service-sid", given.twilio_messaging_service_sid, "MG"),
    ):
        if not re.fullmatch(prefix + r"[0-9a-fA-F]{32}", value):
            parser.error(f"{flag} must be {prefix} and 32 hexadecimal digits, not {value!r}")
    if not re.fullmatch(r"[0-9]{1,20}:[A-Za-z0-9_-]+", given.telegram_token):
        parser.error("--telegram-token must look like 123456789:AA…")
    return Settings(
        host=given.host,
        port=given.port,
        product_url=product,
        console_url=given.console_url or product,
        account_sid=given.twilio_account_sid,
        auth_token=given.twilio_auth_token,
        numbers=numbers,
        messaging_service_sid=given.twilio_messaging_service_sid,
        sms_url=given.sms_url or f"{product}/webhooks/sms#rc=2",
        sms_fallback_url=given.sms_fallback_url or None,
        ledger=Path(given.ledger),
        clock_file=Path(given.clock_file),
        seed=given.seed,
        status_step_s=given.status_step,
        redeliver=given.redeliver,
        advanced_opt_out=given.advanced_opt_out,
        whatsapp=WhatsAppSettings(
            token=given.whatsapp_token,
            phone_number_id=given.whatsapp_phone_number_id,
            business_account_id=given.whatsapp_business_account_id,
            app_secret=given.whatsapp_app_secret,
            number=given.whatsapp_number,
            url=given.whatsapp_url or f"{product}/webhooks/whatsapp",
            review=given.whatsapp_review,
            batch_s=given.whatsapp_batch,
            backoff=given.whatsapp_backoff,
        ),
        telegram_token=given.telegram_token,
        telegram_username=given.telegram_username,
        telegram_name=given.telegram_name,
        telegram_per_second=given.telegram_per_second,
        telegram_chat_interval=given.telegram_chat_interval,
        telegram_backoff=given.telegram_backoff,
    )


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="Provider emulators over real HTTP, and a page of phones. Every flag can also be set in the "
        "environment: --product-url is SANDBOX_PRODUCT_URL.",
    )

    def flag(name: str, default: str, text: str, kind: type = str) -> None:
        variable = "SANDBOX_" + name.replace("-", "_").upper()
        parser.add_argument(
            f"--{name}", default=environ.get(variable, default), type=kind, help=f"{text} [%(default)s]"
        )

    def switch(name: str, text: str) -> None:
        variable = "SANDBOX_" + name.replace("-", "_").upper()
        on = environ.get(variable, "").lower() in ("1", "true", "yes", "on")
        parser.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, default=on, help=text)

    flag("host", "127.0.0.1", "address to listen on")
    flag("port", "8100", "port to listen on, 0 for any", int)
    flag("product-url", "http://127.0.0.1:8000", "where the product answers")
    flag("console-url", "", "where its people work; default: the product's address")
    flag("twilio-account-sid", ACCOUNT_SID, "the one Twilio account")
    flag("twilio-auth-token", AUTH_TOKEN, "its token: checked on requests, signs webhooks")
    flag("twilio-from", NUMBER, "its numbers, comma-separated")
    flag("twilio-messaging-service-sid", MESSAGING_SERVICE_SID, "its messaging service, which holds these numbers")
    flag("sms-url", "", "webhook for customers' texts; default: PRODUCT/webhooks/sms#rc=2")
    flag("sms-fallback-url", "", "tried once when the webhook has failed")
    flag("whatsapp-token", GRAPH_TOKEN, "the one access token of the Graph API")
    flag("whatsapp-phone-number-id", PHONE_NUMBER_ID, "Meta's id of the business's number")
    flag("whatsapp-business-account-id", BUSINESS_ACCOUNT_ID, "the account that owns number and templates")
    flag("whatsapp-app-secret", APP_SECRET, "signs WhatsApp's webhooks")
    flag("whatsapp-number", WHATSAPP_NUMBER, "the business's number")
    flag("whatsapp-url", "", "webhook for WhatsApp; default: PRODUCT/webhooks/whatsapp")
    flag("whatsapp-review", "hand", "who decides about templates: hand or auto")
    flag("whatsapp-batch", "0.05", "seconds during which updates are gathered for one webhook", float)
    flag("whatsapp-backoff", "1.0", "multiple of Meta's waits before a webhook is repeated", float)
    flag("telegram-token", TELEGRAM_TOKEN, "the one Telegram bot's token")
    flag("telegram-username", "AcmeFeedbackBot", "the bot's name in links")
    flag("telegram-name", "Acme", "the bot's name in chats")
    flag("telegram-per-second", "30", "messages the bot may send in a second", int)
    flag("telegram-chat-interval", "1.0", "seconds between two messages in a chat", float)
    flag("telegram-backoff", "1.0", "multiple of Telegram's waits before an update is repeated", float)
    flag("ledger", "var/sandbox-ledger.jsonl", "the append-only record")
    flag("clock-file", environ.get("ZEROTEN_CLOCK_FILE", "var/clock"), "text file: seconds added to the system's clock")
    flag("seed", "10", "seed of everything that is left to chance", int)
    flag("status-step", "0.1", "seconds between two statuses of a message", float)
    switch("redeliver", "bring each text every second until it is acknowledged (for chaos runs)")
    switch("advanced-opt-out", "the messaging service handles STOP/START/HELP itself and adds OptOutType")
    return parser
