"""What happens in a call and what is said next, in words of our own. The provider's are in its adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

BRIDGE = "bridge"
"""The key of the message that rings a user who wants to be connected with a customer."""


class Awaits(StrEnum):
    """What the last thing we said in a call waits for."""

    SCORE = "score"
    ONE_OR_TEN = "one_or_ten"  # a bare 1 was pressed; a 0 makes it ten
    OFFER = "offer"  # an unhappy caller may press 1 to talk to someone now
    HANDOFF = "handoff"  # a person's telephone is ringing, or the two are talking
    MESSAGE = "message"  # nobody was there; a message is being recorded
    REASON = "reason"
    ASPECT = "aspect"
    OPT_OUT = "opt_out"  # the caller asked for the way out; a 9 takes it
    LANGUAGE = "language"  # a menu of languages, each said in itself; a key chooses


class Act(StrEnum):
    """What the caller did, read in the light of what was awaited."""

    ANSWER = "answer"
    SILENCE = "silence"
    REPEAT = "repeat"
    BARE_ONE = "bare_one"
    WAY_OUT = "way_out"
    OPT_OUT = "opt_out"
    HUMAN = "human"
    TALK = "talk"
    GO_ON = "go_on"
    RECORDED = "recorded"
    DIALLED = "dialled"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What the caller pressed or said to one prompt, as the provider tells it.

    digits: the keys without the one that ended them. ended_by: that key, None = the provider did not say. speech: words
    that the provider recognised; confidence: how sure it is of them, 0 to 1, None = it did not say.
    """

    digits: str = ""
    ended_by: str | None = None
    speech: str = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recording that the provider has made. duration_s: None = it did not say."""

    provider_id: str
    duration_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialled:
    """The attempt to reach a person is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An act of the caller. choice: the value of an answer; shown: what stands in the thread for it."""

    act: Act
    choice: str | None = None
    shown: str = ""
    is_speech: bool = False
    recorded: Recorded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A call reaches the survey.

    caller: the other party's number in E.164, None = withheld. reference: our own id of the message that placed the
    call. interaction: the caller's own id of the interaction it is about. is_handed: a conversation with an agent has
    just ended in this very call. is_machine: nobody is there but a machine.
    """

    call_sid: str
    caller: str | None
    direction: str = "inbound"
    reference: str | None = None
    interaction: str | None = None
    survey: str | None = None
    is_handed: bool = False
    is_machine: bool = False
    answered_by: str | None = None


class CallStatus(StrEnum):
    """Where a call is. The last five are final."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        """Nothing follows."""
        return self in _FINAL


_FINAL = frozenset(
    {CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.FAILED, CallStatus.NO_ANSWER, CallStatus.CANCELED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNews:
    """The provider's news about a call. is_permanent: a call that failed would fail again."""

    call_sid: str
    status: CallStatus
    reference: str | None = None
    answered_by: str | None = None
    is_permanent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words in a language of their own."""

    text: str
    locale: str
    voice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What is said next in a call, worded, not yet in the provider's form.

    lines: said first, whatever the caller does. question: said while the keys are already open. options: numbered from
    1, said after the question; hint: what other keys do. played: words → the sound that is played in their place.
    voice: the provider's name of the voice that says them, None = its usual one for the language. menu: languages, each
    with what is said in it and by whose voice. call_id, step: whose turn this is, None = a call that we do not know.
    awaits: None = the call ends here.
    """

    lines: tuple[str, ...] = ()
    question: str = ""
    options: tuple[str, ...] = ()
    hint: str = ""
    played: Mapping[str, str] = field(default_factory=dict)
    voice: str | None = None
    menu: tuple[Line, ...] = ()
    awaits: Awaits | None = None
    locale: str = "en"
    call_id: str | None = None
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReply:
    """What the provider is answered, and the topics to ring after the commit."""

    document: str
    rings: frozenset[str] = field(default_factory=frozenset)
