"""WhatsApp through Meta's Cloud API: verify and parse its webhooks, render prompts, send messages, keep templates.

Rules of the provider that shape this file (docs/channels/whatsapp.md tells them at length):
- One webhook carries many updates and comes again for days until it gets a 2xx, in any order. pywa's own server reads
  the first item and says 200 to the rest, so pywa only makes the calls here.
- There is no idempotency key and no way to look a message up. Every call carries our reference, and Meta's statuses
  bring it back: a status is the only proof that a call whose answer was lost has arrived.
- "Accepted" is not "delivered": a closed window, for one, may be told by a status only.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from urllib3.exceptions import HTTPError

from bots.fenced_http import TIMEOUT_S, Exchange, exchanging
from bots.whatsapp_address import address_of, addresses_in, addresses_of, recipient
from bots.whatsapp_errors import error_in, explain_exchange, whole
from bots.whatsapp_inbound import read_webhook
from bots.whatsapp_render import FILES, MAX_CAPTION, MAX_ROW, MAX_ROWS, MAX_TEXT, render
from bots.whatsapp_signature import WebhookProof
from bots.whatsapp_templates import Templates
from common.channels import (
    Capabilities,
    Channel,
    Door,
    Lookup,
    OutboundFile,
    Parsed,
    Payload,
    Prompt,
    SendError,
    SendErrorCode,
    SendResult,
    WebhookReply,
    WebhookRequest,
)
from common.templates import Category, RemoteTemplate

API_VERSION = 24.0
SESSION_WINDOW = timedelta(hours=24)
"""Free text may be sent for this long after the customer last wrote ("customer service window")."""
MAX_BODY = 3 * 1024 * 1024
"""Bytes of a webhook ("Webhooks overview": payloads can be up to 3 MB)."""
SETTLES_AFTER_S = 30.0
"""Meta's statuses come within seconds; without one for this long, a call whose answer was lost did not arrive."""
_REMEMBERED = 10_000

T = TypeVar("T")


class WhatsApp:
    """The WhatsApp adapter. Safe for any number of threads; holds no state but its connections."""

    channel = Channel.WHATSAPP
    capabilities = Capabilities(
        max_text=MAX_TEXT,
        max_choices=MAX_ROWS,
        choice_title=MAX_ROW,
        session_window=SESSION_WINDOW,
        looks_up=True,
        files={media_type: most for media_type, (_kind, most) in FILES.items()},
        max_caption=MAX_CAPTION,
        forms=True,
    )
    doors = (Door(path="/webhooks/whatsapp", max_body=MAX_BODY),)

    def __init__(
        self,
        *,
        token: str,
        phone_number_id: str,
        business_account_id: str,
        app_secrets: Sequence[str],
        verify_token: str,
        monotonic: Callable[[], float],
        api_url: str | None = None,
        per_second: float = 80.0,
        timeout_s: float = TIMEOUT_S,
        settles_after_s: float = SETTLES_AFTER_S,
    ) -> None:
        """A sender of one business account.

        phone_number_id: Meta's id of the number, not its digits. app_secrets: any of them proves a webhook.
        verify_token: what Meta was told to say when it asks for the address. api_url: scheme and host in the place of
        Meta's own. per_second: messages a second; 80 is a new number's throughput. monotonic: the process's own
        clock, in seconds. Raises ValueError where a setting could never work.
        """
        if not token or not phone_number_id or not business_account_id:
            raise ValueError("WhatsApp needs a token, a phone number id and a business account id")
        # pywa takes a second to load, which only processes with WhatsApp should pay.
        from pywa.api import GraphAPI

        from bots.whatsapp_http import graph_session
        from bots.whatsapp_media import Media

        self.account = phone_number_id
        self.per_second = per_second
        self._proof = WebhookProof(app_secrets=app_secrets, verify_token=verify_token)
        self._graph = GraphAPI(token, graph_session(api_url, timeout_s), API_VERSION)
        self._account_id = business_account_id
        self._templates = Templates(self._graph, business_account_id, _call_about_templates)
        self._media = Media(token, api_url, timeout_s)
        self._doubts = _Doubts(monotonic, settles_after_s)

    # --- people -------------------------------------------------------------------------------------------------------

    def normalize(self, address: str) -> str | None:
        return address_of(address)

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        """The number where there is one: it lasts when a user name goes."""
        return next(iter(addresses_of(customer)), None)

    def find_aliases(self, customer: Mapping[str, object]) -> Sequence[str]:
        return addresses_of(customer)[1:]

    # --- webhooks -----------------------------------------------------------------------------------------------------

    def verify(self, request: WebhookRequest) -> None:
        self._proof.check(request)

    def challenge(self, request: WebhookRequest) -> WebhookReply:
        return self._proof.answer(request)

    def parse(self, request: WebhookRequest) -> Sequence[Parsed]:
        return read_webhook(request, self.account)

    def acknowledge(self) -> WebhookReply:
        return WebhookReply()

    # --- messages -----------------------------------------------------------------------------------------------------

    def render(self, to: str, prompt: Prompt) -> Payload:
        return Payload(to=to, fields={"messages": render(prompt), "file": prompt.file}, reference=prompt.reference)

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        """Send the prompt's messages; the first decides, because whoever has it can answer by typing.

        A file is uploaded before. The customer sees nothing of that, so it may be done twice and closes no fence.
        """
        first, *more = _parts(payload)
        if isinstance(file := payload.fields.get("file"), OutboundFile):
            first = self._uploaded(first, file)
        result = _call(partial(self._send, payload, first), before_request)
        for part in more:
            try:
                _call(partial(self._send, payload, part), before_request)
            except Exception:  # the question is asked: a refused second list, or a fence that closed, undoes nothing
                break
        return result

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """Nobody can be asked: a status with our reference would have settled it, and after a while none will come.

        The while is measured by this process's own clock, so that a moved clock proves nothing.
        """
        waited = timedelta(seconds=self._doubts.settles_after_s)
        return Lookup(result=None, settled=self._doubts.is_over(payload.reference), unheard_for=waited)

    def _send(self, payload: Payload, part: Mapping[str, Any]) -> SendResult:
        kind = part["type"]
        answer = self._graph.send_message(
            sender=self.account,
            **recipient(payload.to),
            recipient_type="individual",
            typ=kind,
            msg=part[kind],
            biz_opaque_callback_data=payload.reference,
        )
        key = answer["messages"][0]["id"]
        if not isinstance(key, str) or not key:
            raise ValueError("an answer without an id")
        contacts = answer.get("contacts") or [{}]
        names = addresses_in((contacts[0].get("wa_id"), contacts[0].get("user_id")))
        return SendResult(provider_id=key, aliases=tuple(name for name in names if name != payload.to))

    def _uploaded(self, part: Mapping[str, Any], file: OutboundFile) -> Mapping[str, Any]:
        """The message with the id under which Meta has its file now. Raises SendError; nothing was sent then."""
        upload = partial(self._graph.upload_media, self.account, file.content, file.media_type, file.name)
        key = _call(upload).get("id")
        if not isinstance(key, str) or not key:
            raise SendError(SendErrorCode.UNREACHABLE, "an upload without an id")
        kind = part["type"]
        return {**part, kind: {**part[kind], "id": key}}

    def fetch_file(self, provider_id: str) -> bytes | None:
        """What a customer attached; Meta keeps it for 30 days."""
        try:
            told: Mapping[str, Any] = _call(lambda: self._graph.get_media_url(provider_id))
        except SendError as error:
            if (error.provider_code or "").partition("/")[0] == "100":  # no such object, or no longer
                return None
            raise
        return self._media.fetch(told)

    # --- templates ----------------------------------------------------------------------------------------------------

    def list_templates(self) -> Sequence[RemoteTemplate]:
        return self._templates.list_all()

    def submit_template(
        self, *, name: str, language: str, category: Category, components: Sequence[Mapping[str, Any]]
    ) -> RemoteTemplate:
        return self._templates.submit(name=name, language=language, category=category, components=components)

    def edit_template(
        self, provider_id: str, *, category: Category | None, components: Sequence[Mapping[str, Any]]
    ) -> None:
        self._templates.edit(provider_id, category=category, components=components)

    def delete_template(self, *, name: str, provider_id: str | None = None) -> None:
        self._templates.delete(name=name, provider_id=provider_id)

    # --- Flows --------------------------------------------------------------------------------------------------------

    def publish_flow(self, name: str, flow: Mapping[str, Any]) -> str:
        """Make and publish a Flow of this JSON; Meta's id of it. Raises SendError with Meta's own words."""
        made = _call_about_templates(
            lambda: self._graph.create_flow(
                self._account_id, name, ("SURVEY",), flow_json=json.dumps(flow), publish=True
            ),
            is_change=True,
        )
        if faults := made.get("validation_errors"):
            raise SendError(SendErrorCode.REJECTED, str(faults[0].get("message"))[:500])
        return str(made["id"])

    def flow_status(self, key: str) -> str:
        """How a Flow stands at Meta: `PUBLISHED`, `DRAFT`, `BLOCKED`, `THROTTLED`, `DEPRECATED`. Raises SendError."""
        answer: Mapping[str, Any] = _call(lambda: self._graph.get_flow(key, fields=("id", "status")))
        return str(answer.get("status"))

    # --- what an operator asks ----------------------------------------------------------------------------------------

    def about_number(self) -> Mapping[str, Any]:
        """What Meta says of our number: `display_phone_number`, `quality_rating`, `webhook_configuration` …

        Raises SendError.
        """
        fields = ("display_phone_number", "verified_name", "quality_rating", "status", "webhook_configuration")
        answer: Mapping[str, Any] = _call(lambda: self._graph.get_business_phone_number(self.account, fields=fields))
        return answer


class _Doubts:
    """Since when messages of unknown fate have been asked about, in this process."""

    def __init__(self, monotonic: Callable[[], float], settles_after_s: float) -> None:
        self._monotonic = monotonic
        self.settles_after_s = settles_after_s
        self._lock = threading.Lock()
        self._since: OrderedDict[str, float] = OrderedDict()

    def is_over(self, reference: str) -> bool:
        """True when `reference` was first asked about so long ago that no news will come; then it is forgotten."""
        now = self._monotonic()
        with self._lock:
            since = self._since.setdefault(reference, now)
            if now - since < self.settles_after_s:
                if len(self._since) > _REMEMBERED:
                    self._since.popitem(last=False)
                return False
            del self._since[reference]
            return True


def _parts(payload: Payload) -> Sequence[Mapping[str, Any]]:
    parts = payload.fields["messages"]
    assert isinstance(parts, list | tuple)
    return parts


def _call(ask: Callable[[], T], before_request: Callable[[], None] | None = None) -> T:
    """The answer of one call of the SDK. Raises what the fence raises, else SendError.

    A call without a fence only asks. Errors are not chained: the SDK's words hold what the customer is told, and ours
    go to the log.
    """
    with exchanging(before_request or _no_fence) as exchange:
        try:
            return ask()
        except Exception as error:
            if exchange.refusal is not None:
                raise exchange.refusal from None
            if not exchange.left and not isinstance(error, HTTPError):
                raise  # a slip of ours, before anything happened
            raise explain_exchange(exchange, reading=before_request is None) from None


def _call_about_templates(ask: Callable[[], T], *, is_change: bool) -> T:
    """One call about templates; a refusal says in Meta's own words what is wrong with the template."""
    with exchanging(_no_fence) as exchange:
        try:
            return ask()
        except Exception as error:
            if not exchange.left and not isinstance(error, HTTPError):
                raise
            raise _about_template(exchange, explain_exchange(exchange, reading=not is_change)) from None


def _about_template(exchange: Exchange, error: SendError) -> SendError:
    told = error_in(exchange.body)
    words = told.get("error_user_msg") or _details(told) or told.get("message")
    subcode = whole(told.get("error_subcode"))
    if not words or exchange.status is None or exchange.status >= 500:
        return error
    title = told.get("error_user_title")
    detail = f"{title}: {words}" if title else str(words)
    code = error.provider_code if subcode is None else f"{error.provider_code}/{subcode}"
    return SendError(error.code, detail[:500], provider_code=code, retry_after=error.retry_after)


def _details(told: Mapping[str, Any]) -> object:
    data = told.get("error_data")
    return data.get("details") if isinstance(data, dict) else None


def _no_fence() -> None:
    return None
