"""`zeroten doctor`: one line on each thing that is wrong, and what to do about it; exit status 1 if anything is."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import redis

from common.config import SETTINGS, BadSettings, Settings, read_settings
from common.errors import Conflict, StoreUnavailable
from common.prices import BadPrices, read_prices
from common.store.engine import Database
from common.store.migrations import is_current
from zeroten.commands.doctor_whatsapp import check_whatsapp
from zeroten.commands.registration import check_registrations

TIMEOUT_S = 5


@click.command("doctor")
@click.option("--fix", is_flag=True, help="Also mend what can be mended: the schema, the webhooks at providers.")
def doctor_command(fix: bool) -> None:
    """Check settings, database, Redis, credentials and webhook addresses."""
    try:
        settings = read_settings()
    except BadSettings as error:
        for line in str(error).splitlines():
            click.echo(f"wrong  {line}")
        raise click.exceptions.Exit(1) from error
    for setting in SETTINGS:
        value = settings.get(setting.name)
        shown = "(set, not shown)" if setting.secret and value else value or "(not set)"
        click.echo(f"       {setting.variable:<40} {shown}  - {setting.meaning}")
    faults = 0
    for is_right, words in _checks(settings, fix=fix):
        click.echo(f"{'ok    ' if is_right else 'wrong '} {words}")
        faults += not is_right
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("everything is in order")


def _checks(settings: Settings, *, fix: bool) -> Iterator[tuple[bool, str]]:
    yield from _secret(settings)
    yield from _config_file()
    yield from _database(settings, fix=fix)
    yield from _redis(settings)
    yield from _public_url(settings)
    yield from _twilio(settings)
    yield from check_whatsapp(settings)
    yield from _voice(settings)
    yield from _telegram(settings)
    yield from check_registrations(settings, fix=fix)
    yield from _templates(settings)
    yield from _prices(settings)
    yield from _sign_in(settings)


def _secret(settings: Settings) -> Iterator[tuple[bool, str]]:
    key = settings.get("SECRET_KEY")
    if not key:
        yield False, "ZEROTEN_SECRET_KEY is not set; make one with: openssl rand -hex 32"
    elif len(key) < 32:
        yield False, "ZEROTEN_SECRET_KEY is short; use at least 32 characters: openssl rand -hex 32"
    else:
        yield True, "secret key"


def _sign_in(settings: Settings) -> Iterator[tuple[bool, str]]:
    """How people come in: by password, by a second factor, by an identity provider."""
    from console.identity_provider import IdentityProvider, NotVouched

    roles = ", ".join(settings.listed("SECOND_FACTOR"))
    passwords = "passwords" if settings.text("PASSWORDS") == "on" else "no passwords"
    yield True, f"sign-in: {passwords}; second factor {f'required of {roles}' if roles else 'as people like'}"
    if not settings.get("OIDC_ISSUER"):
        return
    try:
        IdentityProvider(settings).check()
    except NotVouched as error:
        yield False, f"the identity provider cannot be used: {error}"
        return
    yield True, f"identity provider; let it send people back to {settings.public_url}/sign-in/identity/back"
    if not settings.pairs("OIDC_ROLES") and settings.text("OIDC_NEW_USERS") == "create":
        yield True, "identity provider: whoever it knows gets an account, as analyst; ZEROTEN_OIDC_ROLES would say who"


def _config_file() -> Iterator[tuple[bool, str]]:
    path = os.environ.get("ZEROTEN_CONFIG")
    if path and Path(path).stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        yield False, f"{path} can be read by others and may hold secrets: chmod 600 {path}"


def _database(settings: Settings, *, fix: bool) -> Iterator[tuple[bool, str]]:
    try:
        database = Database(settings.database_url)
        if fix:
            from common.store.migrations import migrate

            migrate(database)
        if is_current(database):
            yield True, "database reached, newest schema"
        else:
            yield False, "the database is not at the newest schema; run: zeroten migrate"
        database.close()
    except (StoreUnavailable, OSError, ValueError) as error:
        yield False, f"the database cannot be reached ({type(error).__name__}); check ZEROTEN_DATABASE_URL"


def _redis(settings: Settings) -> Iterator[tuple[bool, str]]:
    url = settings.get("REDIS_URL")
    if not url:
        yield True, "redis: not named; `up` starts an embedded one, single processes work by polling"
        return
    try:
        client = redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT_S, socket_timeout=TIMEOUT_S)
        policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.RedisError:
        yield False, "redis cannot be reached; check ZEROTEN_REDIS_URL (messages still go, a little later)"
        return
    if policy in {"noeviction", "volatile-lru", "volatile-ttl"}:
        yield True, "redis reached"
    else:
        yield False, f"redis evicts keys ({policy}): jobs would vanish; set maxmemory-policy noeviction"


def _public_url(settings: Settings) -> Iterator[tuple[bool, str]]:
    parts = urlsplit(settings.public_url)
    if not settings.get("PUBLIC_URL"):
        yield False, "ZEROTEN_PUBLIC_URL is not set: providers cannot call us, and their signatures cannot be checked"
    elif parts.scheme != "https" and not settings.is_sandboxed:
        yield False, f"ZEROTEN_PUBLIC_URL is {parts.scheme}://; providers should call https://"
    elif "_" in (parts.hostname or ""):
        yield False, "ZEROTEN_PUBLIC_URL has an underscore in its host; Twilio refuses such callback addresses"
    else:
        yield True, f"public address; tell Twilio to call {settings.public_url}/webhooks/sms#rc=2"


def _telegram(settings: Settings) -> Iterator[tuple[bool, str]]:
    token, secret = settings.get("TELEGRAM_BOT_TOKEN"), settings.get("TELEGRAM_WEBHOOK_SECRET")
    if not token and not secret:
        yield True, "Telegram is off: ZEROTEN_TELEGRAM_BOT_TOKEN and _WEBHOOK_SECRET are not set"
    elif not token:
        yield False, "Telegram is off: ZEROTEN_TELEGRAM_BOT_TOKEN is not set"
    elif not secret:
        yield False, "Telegram is off: without ZEROTEN_TELEGRAM_WEBHOOK_SECRET nobody could prove an answer"


def _twilio(settings: Settings) -> Iterator[tuple[bool, str]]:
    account, token = settings.get("TWILIO_ACCOUNT_SID"), settings.get("TWILIO_AUTH_TOKEN")
    if not account and not token:
        yield True, "SMS is off: ZEROTEN_TWILIO_ACCOUNT_SID and _AUTH_TOKEN are not set"
        return
    if not account or not token:
        yield False, "SMS is off: ZEROTEN_TWILIO_ACCOUNT_SID and ZEROTEN_TWILIO_AUTH_TOKEN belong together"
        return
    if not settings.get("TWILIO_SMS_FROM") and not settings.get("TWILIO_MESSAGING_SERVICE_SID"):
        yield False, "SMS is off: set ZEROTEN_TWILIO_SMS_FROM or ZEROTEN_TWILIO_MESSAGING_SERVICE_SID"
        return
    from common import clock
    from common.channels import SendError
    from zeroten.root import create_sms

    adapter = create_sms(settings)
    assert adapter is not None  # its settings were just checked
    try:
        adapter.received(clock.now())
    except SendError as error:
        yield False, f"Twilio refuses or cannot be reached ({error.code}); check the credentials and the network"
    else:
        yield True, "Twilio accepts the credentials"


def _voice(settings: Settings) -> Iterator[tuple[bool, str]]:
    number = settings.get("TWILIO_VOICE_FROM")
    if not number:
        yield True, "the telephone is off: ZEROTEN_TWILIO_VOICE_FROM is not set"
        return
    if not settings.get("TWILIO_ACCOUNT_SID") or not settings.get("TWILIO_AUTH_TOKEN"):
        yield False, "the telephone is off: ZEROTEN_TWILIO_VOICE_FROM needs ZEROTEN_TWILIO_ACCOUNT_SID and _AUTH_TOKEN"
        return
    from common.channels import SendError
    from zeroten.root import create_voice_adapter

    try:
        adapter = create_voice_adapter(settings)
        assert adapter is not None  # its settings were just checked
        adapter.check()
    except ValueError as error:
        yield False, f"the telephone cannot work: {error}; write ZEROTEN_TWILIO_VOICE_FROM like +31201234567"
    except SendError as error:
        yield False, f"Twilio refuses to talk about calls or cannot be reached ({error.code}); check the credentials"
    else:
        yield True, f"telephone; at Twilio, calls to {number} go to POST {settings.public_url}/webhooks/voice"


def _prices(settings: Settings) -> Iterator[tuple[bool, str]]:
    if path := settings.get("PRICES_FILE"):
        try:
            read_prices(path)
        except BadPrices as error:
            yield False, f"ZEROTEN_PRICES_FILE: {error}"


def _templates(settings: Settings) -> Iterator[tuple[bool, str]]:
    """A line for each template that was submitted and must not be sent; one line if none was ever submitted."""
    from zeroten.root import create_services

    try:
        services = create_services(settings, has_writer=False)
    except (StoreUnavailable, OSError, ValueError):
        return  # said before
    try:
        if not services.templates.is_on:
            return
        services.templates.sync()
        with services.store.read() as connection:
            known = [entry for entry in services.templates.entries(connection).values() if entry.is_known]
    except Conflict as error:
        yield False, f"templates: {error}"
        return
    except StoreUnavailable:
        return  # said before
    finally:
        services.close()
    if not known:
        yield False, "no template is approved, so no conversation can begin; submit them with: zeroten templates push"
    for entry in known:
        if entry.obstacle is not None:
            name, language = entry.key
            reason = f" ({entry.row.reason})" if entry.row is not None and entry.row.reason else ""
            yield False, f"template {name} {language} is {entry.obstacle}{reason}: it is not sent"
    if known and not any(entry.obstacle for entry in known):
        yield True, f"templates: all {len(known)} that were submitted are approved"
