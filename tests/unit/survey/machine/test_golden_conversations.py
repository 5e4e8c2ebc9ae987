"""The golden conversations are current, and together they walk every arrow of the diagram."""

from __future__ import annotations

import pytest

from common.survey.machine import TRANSITIONS, Event, State
from tests.scenarios.diagram import PAGE, with_diagram
from tests.scenarios.script import FOLDER, Player, Scenario, as_text, load_all

SCENARIOS = load_all()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_it_is_told_as_recorded(scenario: Scenario) -> None:
    recorded = (FOLDER / f"{scenario.name}.json").read_text(encoding="utf-8")
    assert as_text(Player(scenario).play()) == recorded, "run `make scenarios` and review the difference"


def test_every_transition_is_walked_and_no_other() -> None:
    walked: dict[State, dict[type[Event], set[State]]] = {state: {} for state in State}
    for scenario in SCENARIOS:
        player = Player(scenario)
        player.play()
        state = State.NEW
        for event, turn in player.turns:
            walked[state].setdefault(type(event), set()).add(turn.conversation.state)
            state = turn.conversation.state
    drawn = {state: {event: set(targets) for event, targets in row.items()} for state, row in TRANSITIONS.items()}
    assert walked == drawn


def test_the_diagram_in_docs_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_diagram(page) == page, "run `make scenarios`"


def test_there_are_enough_of_them_and_each_says_what_for() -> None:
    assert len(SCENARIOS) >= 40
    assert all(scenario.body["about"].endswith(".") for scenario in SCENARIOS)
