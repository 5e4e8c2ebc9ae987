"""Surveys as they are saved and shown. What a definition means is checked in `common/surveys.py`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.models.fields import BandName, ChannelName, Given, KindName, Label, Shown

Key = Annotated[str, Field(min_length=1, max_length=64)]
Whole = Annotated[int, Field(ge=0, le=7_776_000)]
WordingKey = Annotated[str, Field(min_length=1, max_length=128)]
Wording = dict[Key, dict[WordingKey, Annotated[str, Field(max_length=4000)]]]


class QuestionIn(Given):
    """score, reason or aspect; only the aspect has choices."""

    key: Key
    choices: Annotated[list[Key], Field(max_length=50)] | None = None


Questions = Annotated[
    list[QuestionIn],
    Field(max_length=100, json_schema_extra={"minItems": 1, "maxItems": 3}, description="At most three, score first"),
]


Hours = Annotated[list[Label], Field(min_length=2, max_length=2)]


class CallbackIn(Given):
    """A call back is offered to these bands: the slots of a day, on the next working days, in the customer's zone."""

    bands: Annotated[list[BandName], Field(default_factory=lambda: ["detractor"], min_length=1, max_length=3)]
    hours: Annotated[list[Hours], Field(default_factory=lambda: [["09:00", "12:00"], ["13:00", "17:00"]], max_length=6)]
    days: Annotated[int, Field(ge=1, le=5)] = 2


class FollowUpIn(Given):
    """What is said `after_s` seconds after the end, unless a person has the thread: an offer to call back, or words of
    your own by band and language. It is no question of the survey."""

    after_s: Annotated[int, Field(ge=0, le=86_400)] = 60
    callback: CallbackIn | None = None
    messages: dict[BandName, dict[Key, Annotated[str, Field(max_length=1000)]]] | None = None


class RecoveryIn(Given):
    """Detractors whose ticket was resolved are asked `after_days` later by another survey of the kind relational, under
    its own rules: its `fatigue_days` must be less than the days that have passed since this survey."""

    survey: Key
    after_days: Annotated[int, Field(ge=1, le=90)]


FormId = Annotated[
    str, Field(min_length=1, max_length=64, description="The provider's id of a published form: at Meta, of a Flow")
]
Forms = dict[ChannelName, dict[Key, FormId]]


class VoiceIn(Given):
    """How it sounds on the telephone. languages: offered to callers of whom none is known, by their place; voices: of
    languages, by the provider's names; sounds: of languages, what is played in place of a prompt's words, by its id."""

    languages: Annotated[list[Key], Field(max_length=8)] | None = None
    voices: dict[Key, Annotated[str, Field(max_length=100)]] | None = None
    sounds: dict[Key, dict[WordingKey, Key]] | None = None


class SurveyIn(Given):
    """A survey. What is left out gets its default; each save is a new version."""

    key: Key | None = None
    version: int | None = None
    kind: KindName = "transactional"
    brand: Annotated[str, Field(max_length=80)]
    default_locale: Annotated[str, Field(max_length=35)] = "en"
    questions: Questions | None = None
    channels: dict[ChannelName, ChannelName] | None = None
    send_after_s: Whole = 5400
    latest_after_s: Whole = 86400
    fatigue_days: Whole = 60
    quiet_hours: Annotated[list[Label], Field(min_length=2, max_length=2)] | None = None
    min_duration_s: Whole = 30
    reminder_after_s: Whole | None = None
    answer_within_s: Whole = 86400
    late_answers_s: Whole = 604800
    max_attempts: Whole = 3
    wording: Wording | None = None
    follow_up: FollowUpIn | None = None
    recovery: RecoveryIn | None = None
    forms: Annotated[
        Forms | None, Field(description="Channel → language → the form that asks all questions at once")
    ] = None
    voice: VoiceIn | None = None


class QuestionOut(Shown):
    """A question of a survey."""

    key: str
    choices: list[str] | None = None


class SurveyOut(Shown):
    """One version of a survey, every default filled in."""

    key: str
    version: int
    kind: KindName
    brand: str
    default_locale: str
    questions: list[QuestionOut]
    channels: dict[str, str]
    send_after_s: int
    latest_after_s: int
    fatigue_days: int
    quiet_hours: list[str] | None
    min_duration_s: int
    reminder_after_s: int | None
    answer_within_s: int
    late_answers_s: int
    max_attempts: int
    wording: dict[str, dict[str, str]]
    follow_up: dict[str, Any] | None = None
    recovery: dict[str, Any] | None = None
    forms: dict[str, dict[str, str]] | None = None
    voice: dict[str, Any] | None = None


class SurveyPage(Shown):
    """The newest version of every survey."""

    data: list[SurveyOut]
    next_cursor: str | None
