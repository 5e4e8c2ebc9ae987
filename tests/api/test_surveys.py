"""Surveys: versions, defaults, and what is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.world import World

FULL = {
    "key": "full",
    "kind": "relational",
    "brand": "Acme",
    "default_locale": "en",
    "questions": [{"key": "score"}, {"key": "reason"}, {"key": "aspect", "choices": ["wait_time", "expertise"]}],
    "channels": {"voice": "sms", "sms": "sms"},
    "send_after_s": 5400,
    "latest_after_s": 86400,
    "fatigue_days": 60,
    "quiet_hours": ["21:00", "09:00"],
    "min_duration_s": 30,
    "reminder_after_s": None,
    "answer_within_s": 86400,
    "late_answers_s": 604800,
    "max_attempts": 3,
    "wording": {"en": {"score": "How likely are you to recommend {brand}? 0 to 10."}},
}


def test_a_survey_comes_back_as_it_was_saved(world: World) -> None:
    saved = world.put("/surveys/full", FULL)
    assert saved.status_code == 201, saved.text
    assert saved.json == FULL | {"version": 1}
    assert world.get("/surveys/full") == saved.json
    assert world.put("/surveys/full", saved.json).json["version"] == 1
    changed = world.put("/surveys/full", FULL | {"brand": "Acme Two"})
    assert (changed.status_code, changed.json["version"]) == (200, 2)
    listed = world.get("/surveys")
    assert [(survey["key"], survey["version"]) for survey in listed["data"]] == [("full", 2), ("support", 1)]
    assert listed["next_cursor"] is None


def test_four_questions_are_refused_with_the_reason(world: World) -> None:
    four = [*FULL["questions"], {"key": "comment"}]  # type: ignore[misc]
    response = world.put("/surveys/full", FULL | {"questions": four})
    assert response.status_code == 422
    assert "at most 3 questions" in response.text
    assert response.json["errors"][0]["field"] == "questions"
    assert world.call("GET", "/surveys/full").status_code == 404


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("brand", {"brand": ""}),
    ("brand", {"brand": None}),
    ("kind", {"kind": ["transactional"]}),
    ("key", {"key": "other"}),
    ("questions", {"questions": []}),
    ("questions", {"questions": [{"key": "reason"}]}),
    ("questions[2].choices", {"questions": [{"key": "score"}, {"key": "reason"}, {"key": "aspect"}]}),
    ("channels", {"channels": {"sms": "fax"}}),
    ("channels", {"channels": {"sms": ["sms"]}}),
    ("fatigue_days", {"fatigue_days": -1}),
    ("fatigue_days", {"fatigue_days": True}),
    ("max_attempts", {"max_attempts": 0}),
    ("send_after_s", {"send_after_s": 86400, "latest_after_s": 86400}),
    ("quiet_hours", {"quiet_hours": ["21:00"]}),
    ("quiet_hours", {"quiet_hours": ["25:00", "09:00"]}),
    ("wording", {"wording": {"en": {"score": "{brand.__class__}"}}}),
    ("wording", {"wording": {"en": "text"}}),
    ("surprise", {"surprise": 1}),
]


def test_a_wrong_field_is_named(world: World, subtests: pytest.Subtests) -> None:
    for field, change in WRONG:
        with subtests.test(str(change)[:80]):
            response = world.put("/surveys/full", {**FULL, **change})
            assert response.status_code == 422, response.text
            assert any(error["field"].startswith(field) for error in response.json["errors"]), response.json


def test_a_key_that_is_none(world: World) -> None:
    assert world.put("/surveys/No%20Key", {"brand": "Acme"}).status_code == 422
    assert world.call("GET", "/surveys/nowhere").status_code == 404
