"""`zeroten up` and `zeroten demo`: everything in one terminal."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from common import clock
from common.actors import Role
from common.config import BadSettings, Settings, read_settings
from common.store import api_keys
from common.store.engine import Database
from common.store.migrations import migrate
from common.store.writer import Store
from common.surveys import Surveys
from common.users import create_user
from zeroten import demo
from zeroten.commands.doctor_whatsapp import CREDENTIALS
from zeroten.commands.registration import register_all
from zeroten.commands.surveys import read_survey
from zeroten.embedded_redis import embedded_redis, wait_for_redis
from zeroten.root import create_services
from zeroten.supervisor import Child, Supervisor, zeroten_command

READY_S = 60.0
APPROVED_S = 20.0
"""How long the demo waits for the sandbox's reviewer."""


@click.command("up")
def up_command() -> None:
    """Everything in one terminal: web, dispatcher, tick, worker, and an embedded Redis if none is named."""
    settings = read_settings()
    if not settings.get("SECRET_KEY"):
        raise BadSettings("ZEROTEN_SECRET_KEY is not set; make one with: openssl rand -hex 32")
    supervisor, settings = _start(settings, Path("var"), [])
    if _wait_until_ready(settings.port, supervisor):
        click.echo(f"Zeroten is ready on http://127.0.0.1:{settings.port}  (public address: {settings.public_url})")
        _say_channels(settings)
        register_all(settings)
    supervisor.watch()


@click.command("demo")
@click.option(
    "--port", default=8000, show_default=True, envvar="ZEROTEN_PORT", type=int, help="Console, API and web chat."
)
@click.option("--sandbox-port", default=8100, show_default=True, help="The phones.")
@click.option("--directory", default="var/demo", show_default=True, type=click.Path(path_type=Path))
@click.option("--keep", is_flag=True, help="Go on with the data of the last demo instead of beginning anew.")
def demo_command(port: int, sandbox_port: int, directory: Path, keep: bool) -> None:
    """Everything in one terminal with the sandbox: a sample survey, yesterday's interactions, five phones."""
    if not keep:
        _clear(directory)
    directory.mkdir(parents=True, exist_ok=True)
    os.environ.update(demo.sandbox_environment(directory, port=port, sandbox_port=sandbox_port))
    os.environ.setdefault("ZEROTEN_DATABASE_URL", f"sqlite:///{directory.resolve()}/zeroten.db")
    os.environ.setdefault("ZEROTEN_SECRET_KEY", _secret(directory / "secret"))
    Path(os.environ["ZEROTEN_CLOCK_FILE"]).write_text("0\n", encoding="ascii")
    settings = read_settings()
    sandbox = Child(name="sandbox", command=[sys.executable, "-m", "sandbox"], environment={})
    supervisor, settings = _start(settings, directory, [sandbox], prepare=_prepare_demo)
    if not _wait_until_ready(port, supervisor) or not _wait_until_ready(sandbox_port, supervisor, path="/healthz"):
        supervisor.watch()
        return
    register_all(settings)
    _submit_templates(settings)
    key = _demo_key(settings)
    (directory / "api-key").write_text(key + "\n", encoding="ascii")
    _have_templates_approved(settings, sandbox_port)
    _install_shop(settings, sandbox_port)
    asked = _hand_in(port, sandbox_port, key)
    click.echo(_welcome(port, sandbox_port, asked, directory))
    supervisor.watch()


def _clear(directory: Path) -> None:
    """Remove what the last demo left, and never anything else: somebody may name a folder of their own."""
    if directory.is_dir() and any(directory.iterdir()) and not (directory / "secret").exists():
        raise click.UsageError(f"{directory} is not empty and holds no demo; name another directory, or empty it.")
    shutil.rmtree(directory, ignore_errors=True)


def _start(
    settings: Settings,
    directory: Path,
    more: list[Child],
    *,
    prepare: Callable[[Settings], None] | None = None,
) -> tuple[Supervisor, Settings]:
    children = list(more)
    if not settings.get("REDIS_URL"):
        redis, url = embedded_redis(directory / "redis")
        children.insert(0, redis)
        os.environ["ZEROTEN_REDIS_URL"] = url
        settings = read_settings()
    database = Database(settings.database_url)
    migrate(database)
    names = ["web", "worker"] if database.is_sqlite else ["web", "dispatcher", "tick", "worker"]
    database.close()
    if prepare:
        prepare(settings)
    children += [Child(name=name, command=zeroten_command(name), environment={}) for name in names]
    supervisor = Supervisor(children)
    supervisor.start()
    wait_for_redis(settings.text("REDIS_URL"), seconds=5)
    return supervisor, settings


def _prepare_demo(settings: Settings) -> None:
    clock.use_file(settings.clock_file)
    store = Store(Database(settings.database_url))
    bodies = [read_survey(file) for file in demo.survey_files()]
    surveys = Surveys()
    store.write(lambda connection: [surveys.save(connection, str(body["key"]), body, clock.now()) for body in bodies])
    _once(lambda: store.write(lambda c: create_user(c, demo.EMAIL, "Alex Admin", Role.ADMIN, demo.PASSWORD)))
    _once(lambda: store.write(lambda c: create_user(c, "sam@example.com", "Sam", Role.SUPERVISOR, demo.PASSWORD)))
    store.close()


def _once(make: Callable[[], object]) -> None:
    """With --keep the users are there already."""
    from common.errors import Conflict

    try:
        make()
    except Conflict:
        return


def _install_shop(settings: Settings, sandbox_port: int) -> None:
    """The sandbox's shop becomes a site; its server is told the key and the secret, as a customer's would be."""
    store = Store(Database(settings.database_url))
    site = store.write(lambda connection: demo.shop_site(connection, sandbox_port, clock.wall()))
    store.close()
    known = {"site": site.key, "secret": site.secret(settings.secret_key)}
    _post(f"http://127.0.0.1:{sandbox_port}/_sandbox/shop", known, {})


def _submit_templates(settings: Settings) -> None:
    """Have the sandbox's reviewer approve the shipped templates, so that the demo's customers can be asked."""
    from zeroten.root import create_services  # imported late: a command that starts nothing needs no adapters

    services = create_services(settings, has_writer=False)
    try:
        if services.templates.is_on:
            services.templates.sync()
            services.templates.push("the demo")
    finally:
        services.close()


def _demo_key(settings: Settings) -> str:
    store = Store(Database(settings.database_url))
    name = f"demo {secrets.token_hex(4)}"
    key = store.write(lambda c: api_keys.create(c, name=name, role=Role.ADMIN, now=clock.now()))
    store.close()
    return key


def _secret(file: Path) -> str:
    if not file.exists():
        file.write_text(secrets.token_hex(32), encoding="ascii")
        file.chmod(0o600)
    return file.read_text(encoding="ascii").strip()


def _wait_until_ready(port: int, supervisor: Supervisor, *, path: str = "/readyz") -> bool:
    end = clock.monotonic() + READY_S
    while clock.monotonic() < end and not supervisor.is_stopping:
        try:
            address = f"http://127.0.0.1:{port}{path}"
            with urllib.request.urlopen(address, timeout=1) as answer:
                if answer.status == 200:
                    return True
        except OSError:
            threading.Event().wait(0.1)
    if not supervisor.is_stopping:
        click.echo(f"http://127.0.0.1:{port}{path} did not answer within {READY_S:.0f} s; see the log above", err=True)
    return False


def _have_templates_approved(settings: Settings, sandbox_port: int) -> None:
    """Submit the shipped templates to the sandbox, whose reviewer approves them by itself, and learn of it."""
    services = create_services(settings, has_writer=False)
    try:
        with services.store.read() as connection:
            wanted = list(services.templates.entries(connection))
        services.templates.push("the demo", wanted)
        end = clock.monotonic() + APPROVED_S
        while clock.monotonic() < end:
            with urllib.request.urlopen(f"http://127.0.0.1:{sandbox_port}/_sandbox/whatsapp", timeout=5) as answer:
                templates = json.load(answer)["templates"]
            if all(template["status"] != "PENDING" for template in templates):
                break
            threading.Event().wait(0.2)
        services.templates.sync()
    finally:
        services.close()


def _hand_in(port: int, sandbox_port: int, key: str) -> int:
    """Post yesterday's interactions through the API, and hand the web-chat pages to the page of phones."""
    asked = 0
    phones = f"http://127.0.0.1:{sandbox_port}/_sandbox"
    for body in demo.sample_interactions(clock.now()):
        if words := demo.last_words(body):  # the chat that has just ended took place on that phone
            phone = f"{phones}/whatsapp/phones/{body['customer']['phone']}"
            _post(phone, {"name": body["customer"]["name"]}, {})
            _post(f"{phone}/text", {"body": words}, {})
        else:
            _meet(sandbox_port, body["customer"])
        answer = _post(f"http://127.0.0.1:{port}/api/v1/interactions", body, {"Authorization": f"Bearer {key}"})
        invitation = answer.get("invitation")
        asked += invitation is not None
        if words:
            continue
        if invitation and invitation.get("url"):
            _post(f"{phones}/webchat", {"name": body["customer"]["name"], "url": invitation["url"]}, {})
    return asked


def _meet(sandbox_port: int, customer: Mapping[str, Any]) -> None:
    """The page of phones learns whose phones these are."""
    phones, name = f"http://127.0.0.1:{sandbox_port}/_sandbox", customer["name"]
    if phone := customer.get("phone"):
        _post(f"{phones}/handsets/{phone}", {"name": name}, {})
    if chat := customer.get("telegram_chat_id"):
        _post(f"{phones}/telegram/chats/{chat}", {"name": name, "language": customer["locale"]}, {})


def _post(url: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> dict[str, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own address
        url, json.dumps(body).encode(), {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
            result: dict[str, Any] = json.loads(answer.read() or b"{}")
    except urllib.error.HTTPError as error:
        raise BadSettings(f"{url} answered {error.code}: {error.read().decode('utf-8', 'replace')[:500]}") from error
    return result


def _say_channels(settings: Settings) -> None:
    is_whatsapp_on = all(settings.get(f"WHATSAPP_{name}") for name in CREDENTIALS)
    click.echo(f"  WhatsApp {'on' if is_whatsapp_on else 'off: set the five ZEROTEN_WHATSAPP_ credentials'}")
    is_sms_on = settings.get("TWILIO_ACCOUNT_SID") and settings.get("TWILIO_AUTH_TOKEN")
    click.echo(f"  SMS      {'on' if is_sms_on else 'off: set ZEROTEN_TWILIO_ACCOUNT_SID and _AUTH_TOKEN'}")
    is_telegram_on = settings.get("TELEGRAM_BOT_TOKEN") and settings.get("TELEGRAM_WEBHOOK_SECRET")
    click.echo(f"  Telegram {'on' if is_telegram_on else 'off: set ZEROTEN_TELEGRAM_BOT_TOKEN and _WEBHOOK_SECRET'}")
    click.echo(f"  web chat {settings.text('WEBCHAT')}")


def _welcome(port: int, sandbox_port: int, asked: int, directory: Path) -> str:
    return f"""
  Zeroten is running with a sandbox instead of real providers.

    Console   http://127.0.0.1:{port}        sign in as {demo.EMAIL} / {demo.PASSWORD}
    Phones    http://127.0.0.1:{sandbox_port}        {asked} customers have just been asked: answer one of them with a 3
    Shop      http://127.0.0.1:{sandbox_port}/shop   the web chat inside somebody else's pages
    API       http://127.0.0.1:{port}/api/v1/docs    key in {directory}/api-key

  Ctrl-C stops everything.
"""
