"""Settings: from the environment, or from the file that `ZEROTEN_CONFIG` names (NAME=value lines; the former wins).

`SETTINGS` is the one list: reading, `zeroten doctor` and docs/operations.md all follow it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from common.actors import Role

MOST_DAYS = 36_500
"""The longest time that anything can be said to be kept: a hundred years."""


class BadSettings(Exception):
    """Settings that cannot work; the message has one line per fault and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting: its environment name without the prefix, its default, what it means; `secret` is never printed."""

    name: str
    meaning: str
    default: str | None = None
    secret: bool = False

    @property
    def variable(self) -> str:
        """The name in the environment."""
        return f"ZEROTEN_{self.name}"


SETTINGS = (
    Setting(name="DATABASE_URL", default="sqlite:///var/zeroten.db", meaning="SQLite file or PostgreSQL address"),
    Setting(name="REDIS_URL", meaning="Redis or Valkey; unset = the embedded one under `up` and `demo`"),
    Setting(name="HOST", default="127.0.0.1", meaning="address that the web process listens on"),
    Setting(name="PORT", default="8000", meaning="port that the web process listens on"),
    Setting(name="PROXIES", default="0", meaning="reverse proxies in front whose word on addresses is taken"),
    Setting(name="PUBLIC_URL", meaning="address that providers call; their signatures are checked against it"),
    Setting(name="SECRET_KEY", secret=True, meaning="signs sign-in forms and page links; required outside the demo"),
    Setting(name="SECRET_KEY_OLD", secret=True, meaning="earlier secret keys, with commas: they open what they sealed"),
    Setting(name="PASSWORDS", default="on", meaning="sign-in by password: on, or off (then by the identity provider)"),
    Setting(name="SECOND_FACTOR", meaning="roles that must set a second factor up, with commas"),
    Setting(name="OIDC_ISSUER", meaning="identity provider (OpenID Connect); with the next two its sign-in is on"),
    Setting(name="OIDC_CLIENT_ID", meaning="our id at the identity provider"),
    Setting(name="OIDC_CLIENT_SECRET", secret=True, meaning="our secret there"),
    Setting(name="OIDC_NAME", default="single sign-on", meaning="its name on the sign-in page"),
    Setting(name="OIDC_SCOPES", default="openid email profile", meaning="what is asked of it, with spaces"),
    Setting(name="OIDC_NEW_USERS", default="refuse", meaning="who comes by it first: refuse, or create an account"),
    Setting(name="OIDC_GROUPS_CLAIM", default="groups", meaning="the claim that names a person's groups"),
    Setting(name="OIDC_ROLES", meaning="group=role, with commas; set, the groups decide the role at each sign-in"),
    Setting(name="OIDC_TEAMS", meaning="group=team, with commas; set, the groups decide the teams at each sign-in"),
    Setting(name="TIMEZONE", meaning="zone for quiet hours of customers whose own zone is unknown"),
    Setting(name="TWILIO_ACCOUNT_SID", meaning="Twilio account; with _AUTH_TOKEN it switches SMS on"),
    Setting(name="TWILIO_AUTH_TOKEN", secret=True, meaning="Twilio token; while rotating several, with commas"),
    Setting(name="TWILIO_SMS_FROM", meaning="the number that sends SMS"),
    Setting(name="TWILIO_MESSAGING_SERVICE_SID", meaning="messaging service that sends SMS, instead of a number"),
    Setting(
        name="TWILIO_VOICE_FROM", meaning="the number that calls back; with account and token it switches voice on"
    ),
    Setting(name="TWILIO_CALLS_PER_SECOND", default="5", meaning="calls placed per second; Twilio may queue some"),
    Setting(name="VOICE_HANDOFF_NUMBERS", meaning="who is rung when an unhappy caller wants to talk now, with commas"),
    Setting(name="PRICES_FILE", meaning="a TOML file with what a message costs, by channel, country and category"),
    Setting(name="FILE_DAYS", default="90", meaning="days that what customers attach is kept"),
    Setting(name="VOICE_RECORDING_DAYS", default="90", meaning="days that recordings are kept"),
    Setting(
        name="VOICE_REASON", default="record", meaning="how the reason is taken: record, or speech (recognised at once)"
    ),
    Setting(
        name="VOICE_ANSWERS", default="keys", meaning="how score and choice are taken: keys, or keys_and_speech as well"
    ),
    Setting(name="VOICE_NAMES", default="off", meaning="whether {name} in wording is said aloud: off, on"),
    Setting(name="VOICE_TRANSCRIPTION", default="none", meaning="recordings to text: none, twilio or openai"),
    Setting(name="TRANSCRIPTION_URL", meaning="OpenAI-compatible address of transcriptions, with its path prefix /v1"),
    Setting(name="TRANSCRIPTION_API_KEY", secret=True, meaning="key for that address"),
    Setting(name="TRANSCRIPTION_MODEL", default="whisper-1", meaning="its model"),
    Setting(name="TWILIO_API_URL", meaning="scheme and host of Twilio's API, default Twilio's own"),
    Setting(name="TWILIO_PER_SECOND", default="100", meaning="messages handed to Twilio per second and sender"),
    Setting(name="WHATSAPP_TOKEN", secret=True, meaning="WhatsApp's system user token; with the next four it is on"),
    Setting(name="WHATSAPP_PHONE_NUMBER_ID", meaning="id (not the digits) of the number that sends on WhatsApp"),
    Setting(name="WHATSAPP_BUSINESS_ACCOUNT_ID", meaning="WhatsApp business account that owns number and templates"),
    Setting(name="WHATSAPP_APP_SECRET", secret=True, meaning="proves WhatsApp's webhooks; several, with commas"),
    Setting(name="WHATSAPP_VERIFY_TOKEN", secret=True, meaning="the word by which Meta proves the webhook's address"),
    Setting(name="WHATSAPP_API_URL", meaning="scheme and host of the Graph API, default Meta's own"),
    Setting(name="WHATSAPP_PER_SECOND", default="80", meaning="messages handed to WhatsApp per second"),
    Setting(
        name="WHATSAPP_SETTLES_S",
        default="30",
        meaning="tests only: seconds without a status until a WhatsApp call without an answer counts as not arrived",
    ),
    Setting(name="TELEGRAM_BOT_TOKEN", secret=True, meaning="the bot's token from BotFather; switches Telegram on"),
    Setting(name="TELEGRAM_WEBHOOK_SECRET", secret=True, meaning="what Telegram proves its updates with; required"),
    Setting(name="TELEGRAM_API_URL", meaning="scheme and host of the Bot API, default Telegram's own"),
    Setting(name="TELEGRAM_PER_SECOND", default="25", meaning="messages handed to Telegram per second and bot"),
    Setting(name="WEBCHAT", default="on", meaning="web chat: on or off"),
    Setting(name="WEBCHAT_ORIGINS", meaning="origins that may frame the web chat, with commas"),
    Setting(
        name="WEBCHAT_STREAMS", default="24", meaning="open streams of customers' pages in one web process, 0 to 4000"
    ),
    Setting(name="KEEP_WORDS_DAYS", default="730", meaning="days that what was said and reported is kept in words"),
    Setting(name="KEEP_WEBHOOKS_DAYS", default="30", meaning="days that providers' messages are kept as they came"),
    Setting(name="KEEP_QUARANTINE_DAYS", default="30", meaning="days that webhooks nobody understood are kept"),
    Setting(name="KEEP_OUTBOX_DAYS", default="90", meaning="days that what has left is kept with its address"),
    Setting(name="KEEP_REPEATS_DAYS", default="2", meaning="days that the API remembers answers for repeats"),
    Setting(name="KEEP_SIGN_INS_DAYS", default="2", meaning="days that failed sign-ins and ended sessions are kept"),
    Setting(
        name="PRIVATE_NETWORKS",
        meaning="private networks that webhooks and alerts may reach, with commas, such as 10.0.0.0/8; else none",
    ),
    Setting(name="CLOCK_FILE", meaning="tests and sandbox only: a file with seconds to add to the clock"),
    Setting(name="FAILPOINTS", meaning="tests only: named places where the process fails"),
    Setting(name="LEASE_S", default="60", meaning="tests only: how long a send is leased, in seconds"),
)


_WITH_COMMAS = ("SECOND_FACTOR", "OIDC_ROLES", "OIDC_TEAMS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Checked settings. `values` holds every name of SETTINGS; `None` = not set."""

    values: Mapping[str, str | None]

    def get(self, name: str) -> str | None:
        return self.values[name]

    def text(self, name: str) -> str:
        """A setting that has a default or was checked to be present."""
        value = self.values[name]
        if value is None:
            raise BadSettings(f"ZEROTEN_{name} is not set")
        return value

    @property
    def database_url(self) -> str:
        return self.text("DATABASE_URL")

    @property
    def port(self) -> int:
        return int(self.text("PORT"))

    @property
    def proxies(self) -> int:
        """Reverse proxies between the outside and the web process."""
        return int(self.text("PROXIES"))

    @property
    def public_url(self) -> str:
        """Scheme and host (and path prefix) that the outside uses, without a slash at the end."""
        return (self.get("PUBLIC_URL") or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def secret_key(self) -> str:
        return self.text("SECRET_KEY")

    @property
    def secret_keys(self) -> list[str]:
        """The secret key, and earlier ones that still open what they sealed."""
        return [self.secret_key, *self.listed("SECRET_KEY_OLD")]

    def listed(self, name: str) -> list[str]:
        """The parts of a setting with commas."""
        return [part.strip() for part in (self.values[name] or "").split(",") if part.strip()]

    def pairs(self, name: str) -> dict[str, str]:
        """The parts of a setting of the form `key=value, …`."""
        pairs = (part.partition("=") for part in self.listed(name))
        return {key.strip(): value.strip() for key, _, value in pairs}

    @property
    def clock_file(self) -> Path | None:
        path = self.get("CLOCK_FILE")
        return Path(path) if path else None

    @property
    def is_sandboxed(self) -> bool:
        """True when business time is movable, which is refused with real providers."""
        return self.clock_file is not None

    @property
    def private_networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Private networks that webhooks and alerts may reach. In the sandbox this machine is one: receivers run
        there."""
        given = self.get("PRIVATE_NETWORKS") or ("127.0.0.0/8, ::1" if self.is_sandboxed else "")
        return tuple(ipaddress.ip_network(part.strip()) for part in given.split(",") if part.strip())

    @property
    def webchat_streams(self) -> int:
        """Streams of customers' pages that one web process holds open; each takes a thread."""
        return int(self.text("WEBCHAT_STREAMS"))

    @property
    def lease_s(self) -> float:
        return float(self.text("LEASE_S"))


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (default: the process's) and the file it names. Raises BadSettings."""
    given = dict(os.environ if environment is None else environment)
    if path := given.get("ZEROTEN_CONFIG"):
        given = {**_read_file(Path(path)), **given}
    values = {setting.name: given.get(setting.variable) or setting.default for setting in SETTINGS}
    faults = _faults(values)
    if faults:
        raise BadSettings("\n".join(faults))
    return Settings(values=values)


def _read_file(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadSettings(f"ZEROTEN_CONFIG: cannot read {path}: {error.strerror}") from error
    pairs: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, separator, value = line.partition("=")
        if not separator:
            raise BadSettings(f"ZEROTEN_CONFIG: {path}, line {number}: expected NAME=value")
        pairs[name.strip().removeprefix("export ")] = value.strip().strip("'\"")
    return pairs


def _faults(values: Mapping[str, str | None]) -> list[str]:
    faults = []
    if not (values["PORT"] or "").isascii() or not (values["PORT"] or "").isdigit():
        faults.append("ZEROTEN_PORT must be a number from 1 to 65535")
    if (values["PROXIES"] or "") not in {"0", "1", "2", "3"}:
        faults.append("ZEROTEN_PROXIES must be a number from 0 to 3")
    for name in ("PUBLIC_URL", "TWILIO_API_URL", "WHATSAPP_API_URL", "TELEGRAM_API_URL"):
        address = values[name]
        if address is not None and urlsplit(address).scheme not in {"http", "https"}:
            faults.append(f"ZEROTEN_{name} must begin with https:// (or http://)")
    for name in (
        "TWILIO_PER_SECOND",
        "TWILIO_CALLS_PER_SECOND",
        "WHATSAPP_PER_SECOND",
        "WHATSAPP_SETTLES_S",
        "TELEGRAM_PER_SECOND",
        "LEASE_S",
    ):
        try:
            if not 0 < float(values[name] or "") < 100_000:
                raise ValueError
        except ValueError:
            faults.append(f"ZEROTEN_{name} must be a positive number")
    streams = values["WEBCHAT_STREAMS"] or ""
    if not (streams.isascii() and streams.isdigit() and int(streams) <= 4000):
        faults.append("ZEROTEN_WEBCHAT_STREAMS must be a number from 0 to 4000")
    faults += _voice_faults(values)
    for setting in SETTINGS:
        days = values[setting.name] or ""
        is_days = days.isascii() and days.isdigit() and 1 <= int(days) <= MOST_DAYS
        if setting.name.startswith("KEEP_") and not is_days:
            faults.append(f"{setting.variable} must be a number of days from 1 to {MOST_DAYS}")
    faults += _sign_in_faults(values)
    for part in (values["PRIVATE_NETWORKS"] or "").split(","):
        try:
            ipaddress.ip_network(part.strip() or "::1")
        except ValueError:
            faults.append(f"ZEROTEN_PRIVATE_NETWORKS: {part.strip()!r} is no network such as 10.0.0.0/8")
    if values["CLOCK_FILE"] and _has_real_provider(values):
        faults.append("ZEROTEN_CLOCK_FILE is for tests and the sandbox; it is refused with a real provider's address")
    if values["FAILPOINTS"] and not values["CLOCK_FILE"]:
        faults.append("ZEROTEN_FAILPOINTS is for tests only: it needs ZEROTEN_CLOCK_FILE")
    return faults


def _sign_in_faults(values: Mapping[str, str | None]) -> list[str]:
    faults = []
    people = {Role.ADMIN.value, Role.SUPERVISOR.value, Role.ANALYST.value}
    listed = {name: [part.strip() for part in (values[name] or "").split(",") if part.strip()] for name in _WITH_COMMAS}
    if not set(listed["SECOND_FACTOR"]) <= people:
        faults.append(f"ZEROTEN_SECOND_FACTOR names roles: {', '.join(sorted(people))}")
    for name in ("OIDC_ROLES", "OIDC_TEAMS"):
        if not all(all(each.strip() for each in part.partition("=")[::2]) for part in listed[name]):
            faults.append(f"ZEROTEN_{name} is a list such as group=value, group=value")
    if not {part.partition("=")[2].strip() for part in listed["OIDC_ROLES"]} <= people:
        faults.append(f"ZEROTEN_OIDC_ROLES gives roles: {', '.join(sorted(people))}")
    given = [name for name in ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET") if values[name]]
    if given and len(given) < 3:
        faults.append("ZEROTEN_OIDC_ISSUER, _CLIENT_ID and _CLIENT_SECRET go together: set all three or none")
    address = urlsplit(values["OIDC_ISSUER"] or "https://unset")
    if address.scheme != "https" and not (address.scheme == "http" and _is_private(values["OIDC_ISSUER"])):
        faults.append("ZEROTEN_OIDC_ISSUER must begin with https://")
    if values["OIDC_NEW_USERS"] not in {"refuse", "create"}:
        faults.append("ZEROTEN_OIDC_NEW_USERS must be refuse or create")
    if values["PASSWORDS"] not in {"on", "off"}:
        faults.append("ZEROTEN_PASSWORDS must be on or off")
    elif values["PASSWORDS"] == "off" and not given:
        faults.append("ZEROTEN_PASSWORDS is off, and there is no identity provider: nobody could sign in")
    return faults


def _voice_faults(values: Mapping[str, str | None]) -> list[str]:
    faults = []
    for name in ("VOICE_RECORDING_DAYS", "FILE_DAYS"):
        days = values[name] or ""
        if not (days.isascii() and days.isdigit() and 1 <= int(days) <= 3650):
            faults.append(f"ZEROTEN_{name} must be a number of days from 1 to 3650")
    if values["VOICE_REASON"] not in {"record", "speech"}:
        faults.append("ZEROTEN_VOICE_REASON must be record or speech")
    if values["VOICE_NAMES"] not in {"off", "on"}:
        faults.append("ZEROTEN_VOICE_NAMES must be off or on")
    if values["VOICE_ANSWERS"] not in {"keys", "keys_and_speech"}:
        faults.append("ZEROTEN_VOICE_ANSWERS must be keys or keys_and_speech")
    if values["VOICE_TRANSCRIPTION"] not in {"none", "twilio", "openai"}:
        faults.append("ZEROTEN_VOICE_TRANSCRIPTION must be none, twilio or openai")
    address = values["TRANSCRIPTION_URL"]
    if values["VOICE_TRANSCRIPTION"] == "openai" and urlsplit(address or "").scheme not in {"http", "https"}:
        faults.append("ZEROTEN_TRANSCRIPTION_URL must begin with https:// (or http://)")
    for number in (values["VOICE_HANDOFF_NUMBERS"] or "").split(","):
        if number.strip() and not re.fullmatch(r"\+[1-9][0-9]{6,14}", number.strip()):
            faults.append(f"ZEROTEN_VOICE_HANDOFF_NUMBERS: {number.strip()!r} is no number such as +31201234567")
    return faults


def _has_real_provider(values: Mapping[str, str | None]) -> bool:
    """True if a channel has credentials and its calls would leave this machine or its private network."""
    providers = (
        ("TWILIO_ACCOUNT_SID", "TWILIO_API_URL"),
        ("WHATSAPP_TOKEN", "WHATSAPP_API_URL"),
        ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"),
    )
    return any(values[credential] and not _is_private(values[address]) for credential, address in providers)


def _is_private(address: str | None) -> bool:
    host = urlsplit(address or "").hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or ("." not in host and host != "")
