"""Telegram: verify and parse its updates, render prompts with buttons, send messages and take their buttons away.

Rules of the provider that shape this file (docs/channels/telegram.md tells them at length):
- A webhook's answer may hold one call; the spinner on a tapped button is stopped so, without a request of its own.
- There is neither an idempotency key nor a way to ask for a message: a send that ended unclearly is never repeated.
  A tap on its buttons proves that it arrived after all; otherwise a person is told.
- A bot cannot write first: a chat is known from the caller, or from a link that the customer followed.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar, cast
from urllib.parse import urlsplit

from telegram import Bot, InputFile, WebhookInfo
from telegram.error import TelegramError

from bots.telegram_buttons import draw_buttons
from bots.telegram_errors import explain_exchange, is_nothing_to_do, message_id_in
from bots.telegram_http import TIMEOUT_S, BlockingRequest, Exchange, drive, exchanging
from bots.telegram_inbound import ALLOWED_UPDATES, message_key, read_json, read_update, storable
from common import clock
from common.channels import (
    Capabilities,
    Channel,
    Delivery,
    Door,
    Inbound,
    InvalidSignature,
    Lookup,
    MalformedWebhook,
    NotUnderstood,
    OutboundFile,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
    SendResult,
    Taken,
    WebhookReply,
    WebhookRequest,
)
from common.wording import resolve_locale, say

MAX_TEXT = 4096
"""UTF-16 units of one message: https://core.telegram.org/bots/api#sendmessage"""
MAX_CAPTION = 1024
"""UTF-16 units beside a file: https://core.telegram.org/bots/api#sendphoto"""
FILES = {
    "image/jpeg": ("photo", 10 * 1024 * 1024),
    "image/png": ("photo", 10 * 1024 * 1024),
    "image/gif": ("document", 50 * 1024 * 1024),
    "application/pdf": ("document", 50 * 1024 * 1024),
    "video/mp4": ("video", 50 * 1024 * 1024),
}
"""What can be sent, by which method, and bytes at most: https://core.telegram.org/bots/api#sending-files"""
MAX_CHOICES = 20
PER_CHAT = timedelta(seconds=1.1)
"""https://core.telegram.org/bots/faq: avoid more than one message a second in a chat. With a little air."""
API_URL = "https://api.telegram.org"
DOOR = "/webhooks/telegram"
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
STALE = 100
"""Updates that wait at Telegram before somebody should know."""
RECENT = timedelta(hours=1)
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,128}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_CHAT = re.compile(r"[1-9][0-9]{0,15}")

T = TypeVar("T")

# What the library raises while it makes a call or reads an answer of another shape than Telegram's.
_UNREADABLE = (TelegramError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class TelegramBot:
    """The Telegram adapter. Safe for any number of threads; holds no state but its connections and its own name."""

    channel = Channel.TELEGRAM
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        max_choices=MAX_CHOICES,
        receipts=False,
        files={media_type: most for media_type, (_method, most) in FILES.items()},
        max_caption=MAX_CAPTION,
    )
    doors = (Door(path=DOOR),)
    per_address = PER_CHAT

    def __init__(
        self,
        *,
        token: str,
        webhook_secret: str,
        public_url: str,
        api_url: str | None = None,
        per_second: float = 25.0,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """A bot. webhook_secret: what Telegram is told to prove itself with, 1 to 256 of `A-Z a-z 0-9 _ -`.

        per_second: messages a second; Telegram takes 30 from a bot that does not pay for more. Raises ValueError where
        a setting could never work.
        """
        if not token or not webhook_secret:
            raise ValueError("Telegram needs a bot token and a webhook secret")
        base = urlsplit(api_url or API_URL)
        if base.scheme not in {"http", "https"} or not base.netloc:
            raise ValueError("the API address must be scheme and host")
        number = token.partition(":")[0]
        self.account = number if number.isdecimal() and number != token else "bot"
        self.per_second = per_second
        self.burst = max(1, int(per_second / 5))
        self._secret = webhook_secret
        self._public_url = public_url.rstrip("/")
        self._name: str | None = None
        request = BlockingRequest(timeout_s)
        address = f"{base.scheme}://{base.netloc}"
        self._bot = Bot(
            token,
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=request,
            get_updates_request=request,
        )

    # --- webhooks ---------------------------------------------------------------------------------------------------

    def normalize(self, address: str) -> str | None:
        """The chat's id in digits; a group, which has a negative one, is nobody that we ask."""
        return address.strip() if _CHAT.fullmatch(address.strip()) else None

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        chat = customer.get("telegram_chat_id")
        if isinstance(chat, bool) or not isinstance(chat, int | str):
            return None
        return self.normalize(str(chat))

    def verify(self, request: WebhookRequest) -> None:
        """Telegram signs nothing: that it knows the secret is all the proof there is."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self._secret.encode("utf-8", "surrogatepass")):
            raise InvalidSignature("wrong or no secret token")

    def parse(self, request: WebhookRequest) -> Sequence[Inbound]:
        return read_update(request, self.account)

    def acknowledge(self) -> WebhookReply:
        """Any 2xx; an empty body calls nothing."""
        return WebhookReply()

    def confirm(self, request: WebhookRequest, taken: Sequence[Taken]) -> WebhookReply:
        """The one call that the answer of a webhook may hold: the end of a tap's spinner, or a word to a command."""
        try:
            update = read_json(request.body)
        except (MalformedWebhook, NotUnderstood):
            return self.acknowledge()
        call = _answer_to_tap(update, taken) or _answer_to_command(update, taken)
        if call is None:
            return self.acknowledge()
        return WebhookReply(body=json.dumps(call), content_type="application/json")

    # --- sending ----------------------------------------------------------------------------------------------------

    def render(self, to: str, prompt: Prompt) -> Payload:
        """The arguments of one sendMessage, or of what sends a file. Plain text: no words are taken for markup."""
        if prompt.file is not None:
            given = {"caption": _fitting(prompt.text, MAX_CAPTION), "file": prompt.file}
            return Payload(to=to, fields=given, reference=prompt.reference)
        fields: dict[str, object] = {"text": _fitting(prompt.text)}
        if (buttons := draw_buttons(prompt)) is not None:
            fields["reply_markup"] = buttons
        return Payload(to=to, fields=fields, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        bot, fields = self._bot, cast("dict[str, Any]", payload.fields)
        with exchanging(before_request) as exchange:
            try:
                drive(_sending(bot, int(payload.to), fields))
            except _UNREADABLE as error:
                # What the library makes of the answer is not asked: a message with a number was taken.
                if message_id_in(exchange) is None:
                    _explain(error, exchange)
            message_id = message_id_in(exchange)
        if message_id is None:
            raise SendError(SendErrorCode.AMBIGUOUS, "an answer without a message")
        return SendResult(provider_id=message_key(int(payload.to), message_id), delivery=Delivery.SENT)

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """Telegram cannot be asked what became of a message: a person is told, and perhaps a tap on it tells us."""
        return Lookup(result=None, settled=False, is_hopeless=True)

    def retire(self, provider_id: str, prompt: Prompt, answer: str | None) -> None:
        chat, _, message = provider_id.partition(":")
        bot, shown = self._bot, f"\n\n✓ {storable(answer or '')[:200]}"
        text = _fitting(prompt.text, MAX_TEXT - 2 * len(shown)) + shown

        def edit() -> Coroutine[Any, Any, object]:
            if answer is None:
                return bot.edit_message_reply_markup(chat_id=int(chat), message_id=int(message), reply_markup=None)
            return bot.edit_message_text(text, chat_id=int(chat), message_id=int(message))

        self._call(edit, may_be_done=True)

    # --- the bot itself ---------------------------------------------------------------------------------------------

    def register(self) -> None:
        """Tell Telegram where to bring updates, and which; nothing that waits there is dropped."""
        self._call(
            lambda: self._bot.set_webhook(
                url=self._public_url + DOOR, secret_token=self._secret, allowed_updates=ALLOWED_UPDATES
            ),
            reading=True,
        )

    def registration_faults(self) -> Sequence[str]:
        faults = []
        if not _TOKEN.fullmatch(self._bot.token):
            faults.append("ZEROTEN_TELEGRAM_BOT_TOKEN does not look like 123456:ABC-DEF, as BotFather gives it")
        if not _SECRET.fullmatch(self._secret):
            faults.append("ZEROTEN_TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of the characters A-Z a-z 0-9 _ -")
        info: WebhookInfo = self._call(self._bot.get_webhook_info, reading=True)
        if info.url != self._public_url + DOOR:
            where = "nobody" if not info.url else "another address"
            faults.append(f"Telegram brings updates to {where}; run: zeroten doctor --fix")
        elif info.allowed_updates and not set(ALLOWED_UPDATES) <= set(info.allowed_updates):
            faults.append("Telegram was told to leave out updates that we need; run: zeroten doctor --fix")
        if info.pending_update_count and info.pending_update_count > STALE:
            faults.append(f"{info.pending_update_count} updates wait at Telegram; taps are dropped after 150 s")
        if info.last_error_date and clock.wall() - info.last_error_date < RECENT:
            faults.append(f"Telegram could not bring an update: {storable(info.last_error_message or 'no reason')}")
        return faults

    def link_prefix(self) -> str:
        """https://core.telegram.org/bots/features#deep-linking"""
        if self._name is None:
            self._name = self._call(self._bot.get_me, reading=True).username
        return f"https://t.me/{self._name}?start="

    def _call(
        self, call: Callable[[], Coroutine[Any, Any, T]], *, reading: bool = False, may_be_done: bool = False
    ) -> T:
        """The answer of one call. Raises SendError.

        reading: the call only asked, or set what may be set again. may_be_done: what has been done already is done.
        """
        with exchanging(_no_fence) as exchange:
            try:
                return drive(call())
            except _UNREADABLE as error:
                if may_be_done and (exchange.status == 200 or is_nothing_to_do(exchange)):
                    return None  # type: ignore[return-value]  # nobody reads the answer of an edit
                _explain(error, exchange, reading=reading)


def _no_fence() -> None:
    return None


def _explain(error: Exception, exchange: Exchange, *, reading: bool = False) -> NoReturn:
    """Raise what the fence raised, else SendError.

    Errors are not chained: the library's words hold the token and the customer's text, and ours go to the log.
    """
    if exchange.refusal is not None:
        raise exchange.refusal from None
    if not exchange.left and not isinstance(error, TelegramError):
        raise error  # a slip of ours, before anything happened
    raise explain_exchange(exchange, reading=reading) from None


def _sending(bot: Bot, chat: int, fields: Mapping[str, Any]) -> Coroutine[Any, Any, object]:
    """The call that sends it: sendMessage, or with a file sendPhoto, sendVideo or sendDocument."""
    file = fields.get("file")
    if not isinstance(file, OutboundFile):
        return bot.send_message(chat_id=chat, **fields)
    sent = InputFile(file.content, filename=file.name)
    caption = fields["caption"] or None
    method = FILES[file.media_type][0]
    if method == "photo":
        return bot.send_photo(chat_id=chat, photo=sent, caption=caption)
    if method == "video":
        return bot.send_video(chat_id=chat, video=sent, caption=caption)
    return bot.send_document(chat_id=chat, document=sent, caption=caption)


def _fitting(text: str, limit: int = MAX_TEXT) -> str:
    """The text as Telegram takes it: without what cannot be sent, and cut to `limit` UTF-16 units."""
    clean = storable(text).strip()
    if len(clean) * 2 <= limit:
        return clean
    return clean.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")


def _answer_to_tap(update: Mapping[str, Any], taken: Sequence[Taken]) -> Mapping[str, object] | None:
    """answerCallbackQuery, in any case; with a word where the tap was too late to count."""
    query = update.get("callback_query")
    key = query.get("id") if isinstance(query, dict) else None
    if not isinstance(key, str) or not key:
        return None
    call: dict[str, object] = {"method": "answerCallbackQuery", "callback_query_id": key}
    if any(one.is_new and not one.counts for one in taken):
        call["text"] = _words("ui.answered", query)
    return call


def _answer_to_command(update: Mapping[str, Any], taken: Sequence[Taken]) -> Mapping[str, object] | None:
    """What /start and /help are answered, once: they speak to the bot, not to a question that may be open."""
    message = update.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    command = text.split("@", 1)[0].split(maxsplit=1)[:1] if isinstance(text, str) else []
    if [word.lower() for word in command] not in (["/start"], ["/help"]) or not any(one.is_new for one in taken):
        return None
    chat = message.get("chat") if isinstance(message, dict) else None
    is_refused = any(one.is_linked is False for one in taken)
    return {
        "method": "sendMessage",
        "chat_id": chat.get("id") if isinstance(chat, dict) else None,
        "text": _words("ui.invalid_link" if is_refused else "ui.help", message),
    }


def _words(key: str, said: object) -> str:
    """Our words in the language that the customer's app is set to."""
    person = said.get("from") if isinstance(said, dict) else None
    code = person.get("language_code") if isinstance(person, dict) else None
    locale = resolve_locale(code if isinstance(code, str) else None, "en")
    return say(key, locale=locale, channel=Channel.TELEGRAM.value, brand="")
