"""The composition root: from settings to the long-lived objects of a process, and to the web application.

Channels are listed here, once: `ADAPTERS`. Nothing registers itself by being imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api import register_api
from bots.sms import TwilioSMS
from bots.telegram import TelegramBot
from bots.webchat import create_webchat
from bots.webchat.adapter import WebChat
from bots.webhooks import create_webhooks
from bots.whatsapp import WhatsApp
from common import clock, failpoints
from common.aftercare import Aftercare
from common.bell import Bell
from common.channels import Adapter, Channel, FetchesFiles
from common.config import Settings
from common.delivery import Deliveries
from common.delivery.dispatcher import Dispatcher
from common.files.keeper import FileKeeper
from common.guarded_http import GuardedHttp
from common.herald.messenger import Messenger, sealer_of
from common.herald.runner import Herald
from common.intake import Intake
from common.jobs import Jobs
from common.logs import configure_logs
from common.missed import Missed
from common.notifying import Notifier
from common.privacy.erasing import Erasing
from common.privacy.keeper import PrivacyKeeper
from common.privacy.retention import SETTINGS as KEPT_FOR
from common.privacy.retention import Retention
from common.receiving import Inbox
from common.services import Services
from common.store.engine import Database
from common.store.writer import Store, StoreWriter
from common.surveys import Surveys
from common.telephone.keeper import CallKeeper
from common.telephone.news import CallNewsDesk
from common.template_watch import TemplateWatch
from common.tick import Tick
from common.tickets import Tickets
from common.turns import Turns
from console import register_console
from ivr.transcription import OpenAITranscriber
from ivr.voice import TwilioVoice
from ivr.webhooks import create_voice
from zeroten.health import create_health

log = structlog.get_logger()


def create_sms(settings: Settings) -> TwilioSMS | None:
    """SMS by Twilio, or None without credentials."""
    account, token = settings.get("TWILIO_ACCOUNT_SID"), settings.get("TWILIO_AUTH_TOKEN")
    sender, service = settings.get("TWILIO_SMS_FROM"), settings.get("TWILIO_MESSAGING_SERVICE_SID")
    if not account or not token or not (sender or service):
        return None
    return TwilioSMS(
        account_sid=account,
        auth_tokens=tuple(part.strip() for part in token.split(",") if part.strip()),
        public_url=settings.public_url,
        now=clock.now,
        sms_from=sender,
        messaging_service_sid=service,
        api_url=settings.get("TWILIO_API_URL"),
        per_second=float(settings.text("TWILIO_PER_SECOND")),
    )


def create_whatsapp(settings: Settings) -> WhatsApp | None:
    """WhatsApp by Meta's Cloud API, or None without credentials."""
    names = ("TOKEN", "PHONE_NUMBER_ID", "BUSINESS_ACCOUNT_ID", "APP_SECRET", "VERIFY_TOKEN")
    token, number, account, secret, verify = (settings.get(f"WHATSAPP_{name}") for name in names)
    if not token or not number or not account or not secret or not verify:
        return None
    return WhatsApp(
        token=token,
        phone_number_id=number,
        business_account_id=account,
        app_secrets=tuple(part.strip() for part in secret.split(",") if part.strip()),
        verify_token=verify,
        monotonic=clock.monotonic,
        api_url=settings.get("WHATSAPP_API_URL"),
        per_second=float(settings.text("WHATSAPP_PER_SECOND")),
        settles_after_s=float(settings.text("WHATSAPP_SETTLES_S")),
    )


def create_voice_adapter(settings: Settings) -> TwilioVoice | None:
    """The telephone by Twilio, or None without credentials or a number."""
    account, token, number = (settings.get(f"TWILIO_{name}") for name in ("ACCOUNT_SID", "AUTH_TOKEN", "VOICE_FROM"))
    if not account or not token or not number:
        return None
    people = (settings.get("VOICE_HANDOFF_NUMBERS") or "").split(",")
    return TwilioVoice(
        account_sid=account,
        auth_tokens=tuple(part.strip() for part in token.split(",") if part.strip()),
        public_url=settings.public_url,
        number=number,
        now=clock.now,
        people=tuple(each.strip() for each in people if each.strip()),
        api_url=settings.get("TWILIO_API_URL"),
        per_second=float(settings.text("TWILIO_CALLS_PER_SECOND")),
        takes_speech=settings.text("VOICE_REASON") == "speech",
        says_names=settings.text("VOICE_NAMES") == "on",
        hears_answers=settings.text("VOICE_ANSWERS") == "keys_and_speech",
        transcribes=settings.text("VOICE_TRANSCRIPTION") == "twilio",
    )


def create_telegram(settings: Settings) -> TelegramBot | None:
    """Telegram, or None without credentials: without a secret nobody could prove an answer, so nobody is asked."""
    token, secret = settings.get("TELEGRAM_BOT_TOKEN"), settings.get("TELEGRAM_WEBHOOK_SECRET")
    if not token or not secret:
        return None
    return TelegramBot(
        token=token,
        webhook_secret=secret,
        public_url=settings.public_url,
        api_url=settings.get("TELEGRAM_API_URL"),
        per_second=float(settings.text("TELEGRAM_PER_SECOND")),
    )


def _webchat(settings: Settings) -> Adapter | None:
    return WebChat() if settings.text("WEBCHAT") == "on" else None


ADAPTERS: Mapping[Channel, Callable[[Settings], Adapter | None]] = {
    Channel.WHATSAPP: create_whatsapp,
    Channel.SMS: create_sms,
    Channel.VOICE: create_voice_adapter,
    Channel.TELEGRAM: create_telegram,
    Channel.WEBCHAT: _webchat,
}


def create_services(settings: Settings, *, has_writer: bool) -> Services:
    """The services of one process. has_writer: it serves many threads, so its writes are gathered by a StoreWriter."""
    configure_logs(settings)
    clock.use_file(settings.clock_file)
    failpoints.activate(settings.get("FAILPOINTS") or "")
    database = Database(settings.database_url)
    store = StoreWriter(database) if has_writer else Store(database)
    made = {channel: make(settings) for channel, make in ADAPTERS.items()}
    adapters = {channel: adapter for channel, adapter in made.items() if adapter is not None}
    surveys = Surveys()
    intake = Intake(surveys, adapters, settings)
    return Services(
        settings=settings,
        store=store,
        # On SQLite everything that waits for a ring lives in one process.
        bell=Bell(None if database.is_sqlite else settings.get("REDIS_URL")),
        adapters=adapters,
        surveys=surveys,
        turns=Turns(surveys, adapters, zone=settings.get("TIMEZONE"), erased=intake.erased),
        intake=intake,
    )


def create_app(services: Services) -> Flask:
    """The web application: webhooks, web chat, API, console, health."""
    app = Flask("zeroten", static_folder=None)
    app.config["SECRET_KEY"] = services.settings.secret_key
    app.config["MAX_CONTENT_LENGTH"] = 256 * 1024
    if proxies := services.settings.proxies:
        # Throttling counts by the customer's address, not the proxy's. Nothing else of what a proxy says is believed.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    app.register_blueprint(create_health(services))
    app.register_blueprint(
        create_webhooks({channel.value: adapter for channel, adapter in services.adapters.items()}, Inbox(services))
    )
    if isinstance(voice := services.adapters.get(Channel.VOICE), TwilioVoice):
        app.register_blueprint(create_voice(services, voice))
    app.register_blueprint(create_webchat(services))
    register_api(app, services)
    app.extensions["zeroten.streams"] = register_console(app, services)
    return app


def create_dispatcher(services: Services, *, is_only_one: bool) -> Dispatcher:
    """The process's dispatcher."""
    deliveries = Deliveries(
        services.surveys,
        services.turns,
        services.adapters,
        zone=services.settings.get("TIMEZONE"),
        lease_s=services.settings.lease_s,
    )
    return Dispatcher(services.store, deliveries, services.adapters, services.bell, is_only_one=is_only_one)


def create_missed(services: Services) -> Missed:
    """The process's asking for news that never reached us; it runs beside the tick."""
    return Missed(services.store, services.adapters, Inbox(services))


def create_transcriber(settings: Settings) -> OpenAITranscriber | None:
    """What turns speech into text; None where the provider does it, or nobody."""
    if settings.text("VOICE_TRANSCRIPTION") != "openai":
        return None
    return OpenAITranscriber(
        url=settings.text("TRANSCRIPTION_URL"),
        api_key=settings.get("TRANSCRIPTION_API_KEY"),
        model=settings.text("TRANSCRIPTION_MODEL"),
    )


def create_call_keepers(services: Services) -> list[CallKeeper]:
    """The process's chores of the telephone, beside the tick; none while it is off."""
    settings, voice = services.settings, services.adapters.get(Channel.VOICE)
    if not isinstance(voice, TwilioVoice):
        return []
    return [
        CallKeeper(
            services.store,
            services.bell,
            CallNewsDesk(services.turns, channel=voice.channel, account=voice.account),
            voice,
            keep_for=timedelta(days=int(settings.text("VOICE_RECORDING_DAYS"))),
            transcriber=create_transcriber(settings),
            provider_transcribes=settings.text("VOICE_TRANSCRIPTION") == "twilio",
        )
    ]


def create_erasing(services: Services) -> Erasing:
    """What erases people, wherever it runs."""
    voice = services.adapters.get(Channel.VOICE)
    return Erasing(
        services.store,
        services.turns,
        services.erased,
        services.bell,
        provider=voice if isinstance(voice, TwilioVoice) else None,
    )


def create_retention(services: Services) -> Retention:
    """What ends what was kept long enough."""
    days = {until: int(services.settings.text(name)) for until, name in KEPT_FOR.items()}
    return Retention(services.store, days)


def create_privacy_keeper(services: Services) -> PrivacyKeeper:
    """The process's erasures and retention; it runs beside the tick."""
    return PrivacyKeeper(services.store, create_erasing(services), create_retention(services))


def create_file_keeper(services: Services) -> FileKeeper:
    """The process's fetching of what customers attach; it runs beside the tick."""
    found = {channel.value: each for channel, each in services.adapters.items() if isinstance(each, FetchesFiles)}
    settings = services.settings
    keep_for = timedelta(days=int(settings.text("FILE_DAYS")))
    transcriber = create_transcriber(settings)
    return FileKeeper(services.store, services.bell, found, keep_for=keep_for, transcriber=transcriber)


def create_template_watch(services: Services) -> TemplateWatch:
    """The process's asking how the templates stand; it runs beside the tick."""
    return TemplateWatch(services.store, services.templates)


def create_herald(services: Services) -> Herald:
    """The process's telling of what happened to other systems; it runs beside the dispatcher."""
    settings = services.settings
    desk = Tickets(services.turns, zone=settings.get("TIMEZONE"))
    http = GuardedHttp(settings.private_networks)
    plan = create_aftercare(services).plan
    lease = timedelta(seconds=settings.lease_s)
    return Herald(services.store, desk, http, secret_key=settings.get("SECRET_KEY"), lease=lease, plan=plan)


def create_aftercare(services: Services) -> Aftercare:
    """The process's follow-ups and recovery questions; it runs beside the tick."""
    return Aftercare(
        services.store,
        services.turns,
        services.intake,
        services.surveys,
        services.bell,
        zone=services.settings.get("TIMEZONE") or "UTC",
    )


def create_messenger(services: Services) -> Messenger:
    """The process's sending of alerts; it runs beside the dispatcher."""
    settings = services.settings
    return Messenger(
        services.store,
        Notifier(settings.private_networks),
        sealer=sealer_of(settings),
        console_url=settings.public_url,
        zone=ZoneInfo(settings.get("TIMEZONE") or "UTC"),
    )


def create_tick(services: Services, *, is_only_one: bool) -> Tick:
    """The process's tick."""
    return Tick(
        services.store,
        services.turns,
        services.adapters,
        services.bell,
        zone=services.settings.get("TIMEZONE"),
        is_only_one=is_only_one,
        # On SQLite nobody but `web` writes, so there is no worker to ring for.
        jobs=None if services.store.database.is_sqlite else Jobs(services.settings.get("REDIS_URL")),
    )
