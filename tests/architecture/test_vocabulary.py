"""One word per thing: what the code calls things is in docs/vocabulary.md."""

from __future__ import annotations

from enum import StrEnum

import pytest

from common.actors import Role
from common.alerts import AlertKind, Urgency
from common.channels import Channel, Delivery, ProviderSignal, SendErrorCode
from common.follow_up import FollowUpKind, FollowUpState
from common.outreach.decision import Direction, Reason
from common.store.schema import metadata
from common.survey.effects import Effect
from common.survey.events import Event
from common.survey.machine import Outcome, State, TicketReason, Timer
from common.survey.score import Band
from common.templates import Approval, Category
from common.templates.finding import Severity
from common.themes.tracking import ThemeState
from common.tickets import Resolution, TicketStatus
from common.webhooks import AnnouncementType, PostState
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
CLOSED_SETS: tuple[type[StrEnum], ...] = (
    AlertKind,
    AnnouncementType,
    Approval,
    Band,
    Category,
    Channel,
    Delivery,
    Direction,
    FollowUpKind,
    FollowUpState,
    Outcome,
    PostState,
    ProviderSignal,
    Reason,
    Resolution,
    Role,
    SendErrorCode,
    Severity,
    State,
    ThemeState,
    TicketReason,
    TicketStatus,
    Timer,
    Urgency,
)


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_a_table_is_a_word(table: str) -> None:
    assert f"`{table}`" in PAGE


@pytest.mark.parametrize("member", [member for each in CLOSED_SETS for member in each], ids=repr)
def test_a_member_of_a_closed_set_is_a_word(member: StrEnum) -> None:
    assert f"`{member.value}`" in PAGE


@pytest.mark.parametrize("kind", [*Event.__subclasses__(), *Effect.__subclasses__()], ids=lambda kind: kind.__name__)
def test_events_and_effects_are_words(kind: type) -> None:
    assert f"`{kind.__name__}`" in PAGE


@pytest.mark.parametrize("state", ["pending", "sending", "unknown", "sent", "dead", "needs_human", "cancelled"])
def test_the_states_of_the_outbox_are_words(state: str) -> None:
    assert state in next(line for line in PAGE.splitlines() if line.startswith("| **outbox**"))


def test_a_word_is_explained_once() -> None:
    words = [line.split("**")[1] for line in PAGE.splitlines() if line.startswith("| **")]
    assert len(words) == len(set(words))
