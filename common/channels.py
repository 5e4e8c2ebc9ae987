"""What every channel has in common: endpoints, inbound facts, prompts, payloads, and the adapter protocol.

An adapter speaks one provider and nothing else. It verifies and parses webhooks, renders prompts and sends payloads;
it never decides whom to ask, never touches the database and never knows the state of a conversation. The rest of the
product never asks *which* channel it deals with, only what the channel can do (`Capabilities`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from common.survey.events import Filled
from common.templates.approval import TemplateNews, TemplateUse


class Channel(StrEnum):
    """The kinds of channel. A new channel is one member here, one line in `zeroten/root.py` and five new files."""

    WHATSAPP = "whatsapp"
    SMS = "sms"
    VOICE = "voice"
    TELEGRAM = "telegram"
    WEBCHAT = "webchat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A customer's address on a channel: a phone number in E.164, a chat id, a web-chat token's hash."""

    channel: Channel
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Facts about a channel that change how we speak on it.

    max_text: characters in one outbound text. max_choices: buttons shown at once, 0 = none, so choices become a
    numbered list in the text. choice_title: characters of a button's words, 0 = any; longer ones make a numbered list,
    too. session_window: how long after the customer's last message free text may be sent, None =
    always. receipts: whether the provider reports delivery. carrier_opt_out: the carrier answers STOP by itself, so we
    must not confirm it a second time over a blocked line. looks_up: a send whose fate is unknown can be looked up.
    pushes: outbound messages are fetched by the customer's own page, so nothing is sent to a provider.
    says_names: whether a customer's name may be put into our words; whoever picks up a telephone may be anybody.
    spoken: prompts are said in a call. The first one places the call; the others are the reply to the call's own
    requests, so nothing can be said while nobody is on the line, and silence is heard there and needs no timer.
    files: what a person may attach: media type → bytes at most; empty = nothing. max_caption: characters of the words
    that go with a file.
    forms: a question can be shown with a form that asks the whole survey at once.
    opens: how the survey starts there: "message" (we write first) or "visit" (the customer opens a page).
    manner: where a channel asks in more than one way, which words go before its own: "speech" while callers answer in
    words instead of being recorded.
    """

    max_text: int
    max_choices: int = 0
    choice_title: int = 0
    session_window: timedelta | None = None
    receipts: bool = True
    carrier_opt_out: bool = False
    looks_up: bool = False
    pushes: bool = False
    shows_segments: bool = False
    spoken: bool = False
    says_names: bool = True
    files: Mapping[str, int] = field(default_factory=dict)
    max_caption: int = 0
    forms: bool = False
    manner: str = ""


# --- inbound ------------------------------------------------------------------------------------------------------


class ProviderSignal(StrEnum):
    """What the provider itself says about a customer's wish, beside the words of the message."""

    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    HELP = "help"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFile:
    """A file that came with a message and stays with the provider until it is fetched.

    provider_id: what the provider gives it out for. name: what the customer's device calls it.
    """

    provider_id: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One utterance of a customer.

    account: our number, bot or site that received it. provider_id: unique for (channel, account). choice: the key
    of a tapped option, `question` the question it belongs to, `prompt` our reference of the message that showed it.
    signal: the provider's own opt-out handling. media: types of attachments. aliases: the sender's other addresses
    on this channel, where the provider names more than one. link: the token of an invitation to connect this
    address with a customer. file: an attachment that can be fetched. is_edit: the customer has changed a message
    that was sent before. filled: a form that was shown with `question`, with all its answers; `text` is then the reason
    in it. raw: the provider's fields, for audit.
    """

    channel: Channel
    account: str
    provider_id: str
    sender: str
    text: str = ""
    kind: str = "text"
    choice: str | None = None
    question: str | None = None
    prompt: str | None = None
    signal: ProviderSignal | None = None
    media: tuple[str, ...] = ()
    file: InboundFile | None = None
    aliases: tuple[str, ...] = ()
    link: str | None = None
    is_edit: bool = False
    filled: Filled | None = None
    raw: Mapping[str, object] = field(default_factory=dict)


class Delivery(StrEnum):
    """The provider's news about a message we sent. Only moves forward (see `rank`)."""

    UNKNOWN = "unknown"
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"

    @property
    def rank(self) -> int:
        """Position in the life of a message; a receipt of a lower rank never overwrites a higher one.

        A failure ends a message unless proof of delivery comes, so `delivered` and `read` outrank it.
        """
        return list(Delivery).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """The provider's news about one of our messages. `error` is the provider's code, classified in `fate`.

    reference: our own id of the message (`Prompt.reference`) where the provider hands it back; it settles a send whose
    answer we never saw, and a receipt that overtakes the commit of `provider_id`. recipients: the customer's addresses,
    where the provider names them.
    """

    channel: Channel
    account: str
    provider_id: str
    delivery: Delivery
    error: str | None = None
    fate: SendErrorCode | None = None
    reference: str | None = None
    recipients: tuple[str, ...] = ()
    raw: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointBlocked:
    """The provider says that this customer blocked us: an opt-out by deed.

    lifted: the customer took the block back. aliases: the customer's other addresses on this channel.
    """

    channel: Channel
    account: str
    provider_id: str
    sender: str
    lifted: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged:
    """The provider says that the customer at `sender` is now at `address`: a new number, the same person."""

    channel: Channel
    account: str
    provider_id: str
    sender: str
    address: str


Inbound = InboundMessage | DeliveryReceipt | EndpointBlocked | AddressChanged | TemplateNews


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of an authentic webhook that the adapter does not understand: it is kept, and its neighbours live.

    body: that part alone, in the provider's form.
    """

    reason: str
    body: bytes


Parsed = Inbound | Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """One HTTP request of a provider, independent of the web framework.

    path and query are raw ASCII as received (`query` without "?"); headers have lower-case names; body is unparsed.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReply:
    """What the provider wants to hear once its news is stored."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One address at which a provider calls us, below `/webhooks/`: plain ASCII, because signatures cover it.

    max_body: bytes; a longer body is answered 413 before anything of it is read.
    """

    path: str
    max_body: int = 256 * 1024


class InvalidSignature(Exception):
    """The request does not prove that the provider sent it. Answered 403; nothing is stored."""


class MalformedWebhook(Exception):
    """Authentic, but not JSON or form at all. Answered 400."""


class NotUnderstood(Exception):
    """Authentic and well-formed, but not of a kind we know. Answered 200 and kept in quarantine."""


# --- outbound -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One closed option as shown: its key and its words in the conversation's language."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundFile:
    """A file that goes out with a person's words. id: of its row, under which the content is kept.

    media_type: what it is by its own bytes. name: what the customer saves it as. content: loaded with the lease; empty
    in the outbox.
    """

    id: str
    media_type: str
    name: str
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What we want to say, already worded, not yet in any provider's form.

    key: the prompt's key ("score", "closing.detractor", "reply"). scale: offer the numbers 0-10 where a channel has a
    control for it. reference: our own unique id of this message, which adapters hand to the provider where it helps to
    look the message up again. template: outside the session window, the approved template to send it as; `text` is
    then what the customer reads. attempt: how manieth asking of the same question this is, from 1. form: the provider's
    id of a published form that asks the whole survey at once, to be offered beside the words. sound: what is played in
    place of `text` where prompts are spoken; None = it is said. file: what goes with the words, if any.
    """

    key: str
    text: str
    locale: str
    step: int
    reference: str
    choices: tuple[Choice, ...] = ()
    scale: bool = False
    can_skip: bool = False
    useful_until: datetime | None = None
    template: TemplateUse | None = None
    attempt: int = 1
    file: OutboundFile | None = None
    form: str | None = None
    sound: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A prompt in the provider's form: the fields of one API call."""

    to: str
    fields: Mapping[str, object]
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendResult:
    """The provider took the message and calls it `provider_id`. aliases: what else it calls the recipient."""

    provider_id: str
    delivery: Delivery = Delivery.QUEUED
    aliases: tuple[str, ...] = ()


class SendErrorCode(StrEnum):
    """The closed list of ways in which a send fails; only `common/delivery/settling.py` decides what follows."""

    CONFIG = "config"  # our credentials, sender or account: stop and alarm
    UNREACHABLE = "unreachable"  # surely not sent (no connection, 503 before acceptance): safe to try again
    THROTTLED = "throttled"  # too fast: wait `retry_after`
    AMBIGUOUS = "ambiguous"  # time-out or 5xx after the request left: may have been sent, look it up
    REJECTED = "rejected"  # this message is refused for good
    UNDELIVERABLE = "undeliverable"  # this address cannot be reached on this channel
    ENDPOINT_BLOCKED = "endpoint_blocked"  # the customer opted out at the provider
    WINDOW_CLOSED = "window_closed"
    TEMPLATE_NOT_APPROVED = "template_not_approved"


class SendError(Exception):
    """A send that did not succeed, in our words. `provider_code` is for people and logs."""

    def __init__(
        self,
        code: SendErrorCode,
        detail: str = "",
        *,
        provider_code: str | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail
        self.provider_code = provider_code
        self.retry_after = retry_after

    @property
    def retryable(self) -> bool:
        """True when the message surely was not sent and the same call may succeed later."""
        return self.code in {SendErrorCode.UNREACHABLE, SendErrorCode.THROTTLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """What the provider says about a message whose fate we did not learn. `result` None = it never got it.

    `settled` False = the provider cannot tell yet; ask again later. `is_hopeless` = it never will. `unheard_for`: it
    counts as settled only because no news came for so long, which says nothing while our doors were shut.
    """

    result: SendResult | None
    settled: bool = True
    is_hopeless: bool = False
    unheard_for: timedelta | None = None


class Adapter(Protocol):
    """One message channel. `verify`, `parse` and `render` are pure; `send` and `look_up` are the only I/O."""

    @property
    def channel(self) -> Channel: ...

    @property
    def account(self) -> str:
        """Our sender on this channel: number, bot id or site."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def per_second(self) -> float:
        """How many messages a second the provider allows this sender."""

    def normalize(self, address: str) -> str | None:
        """The address in the one form in which it is stored, or None if it cannot be one."""

    def find_address(self, customer: Mapping[str, object]) -> str | None:
        """The normalised address on this channel in a caller's customer (`phone`, `telegram_chat_id` …), or None."""

    def verify(self, request: WebhookRequest) -> None:
        """Raise InvalidSignature unless the provider sent these bytes. Never raises anything else."""

    def parse(self, request: WebhookRequest) -> Sequence[Parsed]:
        """The facts in a verified webhook; empty if it says nothing to us. Raises MalformedWebhook, NotUnderstood.

        A webhook that carries much may be understood in part: the rest comes as `Unread`.
        """

    def acknowledge(self) -> WebhookReply: ...

    def render(self, to: str, prompt: Prompt) -> Payload: ...

    def send(self, payload: Payload, *, before_request: Callable[[], None]) -> SendResult:
        """Hand the payload to the provider; calls `before_request` right before the first byte. Raises SendError."""

    def look_up(self, payload: Payload, since: datetime, *, known: Collection[str] = ()) -> Lookup:
        """Ask the provider whether it has a message that was handed over after `since`. Raises SendError.

        since: an instant of business time (`clock.now()`). known: provider ids that already belong to other messages
        to the same address, so that the same words sent twice are not taken for one message.
        """


@runtime_checkable
class Called(Protocol):
    """An adapter whose provider calls us by HTTP."""

    @property
    def doors(self) -> Sequence[Door]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What came of one message of a webhook, once it was stored.

    is_new: it had not come before. counts: it changed something in a conversation. is_linked: its `link` connected the
    address with a customer, or did not; None without one.
    """

    provider_id: str
    is_new: bool
    counts: bool
    is_linked: bool | None = None


@runtime_checkable
class Confirms(Protocol):
    """An adapter whose acknowledgement says something to the customer, and so depends on what was taken."""

    def confirm(self, request: WebhookRequest, taken: Sequence[Taken]) -> WebhookReply:
        """Instead of `acknowledge`, for any webhook that was verified; `taken` is empty if it was not understood."""


@runtime_checkable
class Paced(Protocol):
    """An adapter whose provider refuses what comes too close together, for the sender and for each address.

    burst: how many messages may leave at once when the sender has been quiet; with `per_second` more each second.
    """

    @property
    def burst(self) -> int: ...

    @property
    def per_address(self) -> timedelta:
        """The least time between two messages to one address."""


@runtime_checkable
class Retires(Protocol):
    """An adapter whose questions stay on the customer's screen with their controls, until they are taken away."""

    def retire(self, provider_id: str, prompt: Prompt, answer: str | None) -> None:
        """Take the controls off a question that was answered, and show the answer if there is one. Raises SendError.

        May be done twice, and need not succeed: a control of an old question is known as such.
        """


@runtime_checkable
class Registers(Protocol):
    """An adapter that tells its provider where to call us, by the provider's own API."""

    def register(self) -> None:
        """Register our doors; may be done again at any time. Raises SendError."""

    def registration_faults(self) -> Sequence[str]:
        """What is wrong with what the provider knows about our doors, in words. Raises SendError."""


@runtime_checkable
class Linkable(Protocol):
    """An adapter whose customers must come first: an address of theirs is learned from a link that they follow."""

    def link_prefix(self) -> str:
        """The address that brings a customer here, up to its token of at most 64 characters. Raises SendError."""


class TooLarge(Exception):
    """A file that is larger than we keep."""


@runtime_checkable
class FetchesFiles(Protocol):
    """An adapter whose provider gives out what customers attach."""

    def fetch_file(self, provider_id: str) -> bytes | None:
        """The file; None = the provider does not have it (any more). Raises SendError, TooLarge."""


@runtime_checkable
class Challenged(Protocol):
    """An adapter whose provider proves an address by a GET that must be echoed."""

    def challenge(self, request: WebhookRequest) -> WebhookReply:
        """The echo. Raises InvalidSignature."""


@runtime_checkable
class NamesTwice(Protocol):
    """An adapter whose provider may call one customer by several addresses."""

    def find_aliases(self, customer: Mapping[str, object]) -> Sequence[str]:
        """The normalised addresses of a caller's customer beside `find_address`."""


@runtime_checkable
class Recounts(Protocol):
    """An adapter whose provider does not repeat a webhook that failed, but can be asked what we missed."""

    def received(self, since: datetime) -> Sequence[InboundMessage]:
        """What customers sent us after `since`, as the same facts as their webhooks. Raises SendError."""

    def receipt(self, provider_id: str) -> DeliveryReceipt | None:
        """The newest news about a message we sent; None if the provider says nothing we know. Raises SendError."""
