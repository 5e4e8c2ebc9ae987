"""How a template stands: news in any order, edits within their limits, and which one is sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from common.templates.approval import Approval, Category
from common.templates.languages import LANGUAGES, code_of, nearest
from common.templates.shelf import Listed, Purpose, Shelf, purpose_of
from common.templates.standing import EDITS_PER_30_DAYS, EVENTS, after_news, approval_of, editing, may_be_sent
from tests.unit.templates.drafts import body, numbered, replies

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
A, P, R, X, D = Approval.APPROVED, Approval.PENDING, Approval.REJECTED, Approval.PAUSED, Approval.DISABLED


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_of_the_provider_has_a_meaning(event: str) -> None:
    assert approval_of(f" {event.lower().replace('_', ' ')} ") is EVENTS[event]


@pytest.mark.parametrize(
    ("current", "event", "expected"),
    [
        (None, "PENDING", P),
        (P, "APPROVED", A),
        (P, "REJECTED", R),
        (A, "PENDING", A),  # its own submission's news, late
        (R, "PENDING", R),
        (A, "PAUSED", X),
        (X, "APPROVED", A),
        (A, "FLAGGED", A),
        (A, "DISABLED", D),
        (D, "APPROVED", D),
        (D, "PAUSED", D),
        (D, "REINSTATED", A),
        (D, "IN_APPEAL", Approval.IN_APPEAL),
        (D, "DELETED", Approval.DELETED),
        (Approval.IN_APPEAL, "APPROVED", A),
        (Approval.DELETED, "APPROVED", Approval.DELETED),
        (A, "APPROVED", A),
        (A, "GREEN", A),
        (None, "GREEN", None),
    ],
)
def test_news_moves_it_as_far_as_it_may(current: Approval | None, event: str, expected: Approval | None) -> None:
    assert after_news(current, event, None) is expected


def test_what_the_adapter_made_of_the_news_counts() -> None:
    assert after_news(P, "message_template_status_update", A) is A


def test_pending_and_its_decision_end_alike_in_any_order() -> None:
    for order in permutations(["PENDING", "APPROVED", "PENDING"]):
        state: Approval | None = None
        for event in order:
            state = after_news(state, event, None)
        assert state is A


@pytest.mark.parametrize(
    ("approval", "asked", "category", "why"),
    [
        (A, Category.UTILITY, Category.UTILITY, None),
        (A, Category.MARKETING, Category.UTILITY, None),
        (A, Category.MARKETING, Category.MARKETING, None),
        (A, Category.UTILITY, Category.MARKETING, "recategorised"),
        (X, Category.UTILITY, Category.UTILITY, "paused"),
        (None, None, None, "draft"),
    ],
)
def test_only_what_is_approved_as_asked_is_sent(
    approval: Approval | None, asked: Category | None, category: Category | None, why: str | None
) -> None:
    assert may_be_sent(approval, asked, category) == why


def test_an_approved_template_is_edited_once_a_day() -> None:
    free = editing(A, [], NOW)
    assert (free.is_allowed, free.left, free.may_change_category) == (True, EDITS_PER_30_DAYS, False)
    early = editing(A, [NOW - timedelta(hours=5)], NOW)
    assert not early.is_allowed
    assert early.again_at == NOW + timedelta(hours=19)
    assert editing(A, [NOW - timedelta(days=1)], NOW).left == EDITS_PER_30_DAYS - 1


def test_and_ten_times_in_thirty_days() -> None:
    edits = [NOW - timedelta(days=day) for day in range(2, 22, 2)]
    full = editing(A, [*edits, NOW - timedelta(days=40)], NOW)
    assert (full.is_allowed, full.left) == (False, 0)
    assert full.again_at == NOW - timedelta(days=20) + timedelta(days=30)


def test_refused_and_paused_ones_are_edited_freely() -> None:
    for approval in (R, X, None, Approval.DRAFT):
        allowed = editing(approval, [NOW] * 20, NOW)
        assert allowed.is_allowed
        assert allowed.may_change_category
        assert allowed.left is None


@pytest.mark.parametrize("approval", [P, D, Approval.IN_APPEAL, Approval.DELETED])
def test_others_are_not_edited_and_say_why(approval: Approval) -> None:
    refused = editing(approval, [], NOW)
    assert not refused.is_allowed
    assert refused.why


# --- which one is sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "code"),
    [("nl", "nl"), ("nl-BE", "nl_BE"), ("pt_br.UTF-8", "pt_BR"), ("zh-Hans-CN", "zh_CN"), ("", ""), ("EN", "en")],
)
def test_a_locale_as_the_provider_spells_it(locale: str, code: str) -> None:
    assert code_of(locale) == code


def test_the_nearest_language_first() -> None:
    assert nearest("nl-BE", "en", ["en", "en_US", "nl", "nl_BE", "de"]) == ["nl_BE", "nl", "en", "en_US"]
    assert nearest("pt", "en", ["pt_PT", "pt_BR"]) == ["pt_BR", "pt_PT"]
    assert nearest("ja", "", ["en"]) == []
    assert "en_US" in LANGUAGES


def listed(language: str, approval: Approval = A, *parts: dict[str, object], **fields: object) -> Listed:
    given = {"category": Category.UTILITY, "asked": Category.UTILITY, "components": parts or [body("Hi {{a}} ok")]}
    return Listed(name="ask", language=language, approval=approval, **given | fields)  # type: ignore[arg-type]


def test_what_stands_in_the_way_of_the_first_choice_is_told() -> None:
    shelf = Shelf.of([listed("nl", X), listed("nl_BE", A, category=Category.MARKETING), listed("en")])
    choice = shelf.choose("ask", locale="nl-BE", default_locale="en")
    assert choice.listed is shelf.find("ask", "en")
    assert choice.passed == (("nl_BE", "recategorised"), ("nl", "paused"))
    assert choice.is_fallback
    none = Shelf.of([listed("nl", R)]).choose("ask", locale="nl", default_locale="en")
    assert (none.listed, none.passed) == (None, (("nl", "rejected"),))
    assert not Shelf().choose("ask", locale="nl", default_locale="en").is_fallback
    assert shelf.find("ask", "fr") is None


def test_only_what_somebody_has_seen_is_sent() -> None:
    unseen = listed("en", components=None)
    assert unseen.obstacle == "unseen"
    assert unseen.variables == []
    assert unseen.reply_labels == []
    shelf = Shelf.of([unseen, listed("nl"), listed("de", P)])
    assert [each.language for each in shelf.sendable()] == ["nl"]


def test_what_a_listed_template_wants() -> None:
    each = listed("en", A, {"type": "HEADER", "text": "{{1}}"}, numbered("a {{1}} b {{2}}"), replies("Yes", "No"))
    assert each.variables == ["1", "2"]
    assert each.reply_labels == ["Yes", "No"]


def test_only_the_first_question_opens_a_conversation() -> None:
    assert purpose_of("score", "transactional") is Purpose.INTERACTION
    assert purpose_of("score", "relational") is Purpose.RELATIONSHIP
    assert purpose_of("reason", "transactional") is None
