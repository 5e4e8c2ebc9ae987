"""One machine on every channel: each golden conversation ends the same over all of them, on both databases.

The scenarios say what the bare machine does. Here they are played through the doors of the product, and what the API
shows in the end, and the log of the conversation, must be what the scenario says: `final`, and the transitions that its
turns tell. Where a carrier confirms an opt-out by itself, the notice is the carrier's, and it is the carrier, not the
words, that told us; neither is compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from common.channels import Channel
from common.reconcile import reconcile
from common.store.schema import conversations, events, messages, outbox, tickets
from tests.integration.installation import Installation, an_installation
from tests.integration.scenario_player import ScenarioPlayer, play_together
from tests.scenarios.script import Scenario, load_all

EVERYWHERE = (Channel.WHATSAPP, Channel.SMS, Channel.TELEGRAM, Channel.WEBCHAT)
_BEFORE_THE_START = "an invitation that has not begun has no conversation: words cancel it, an opt-out ends it"
_NO_CONTROLS = "SMS has no controls: what is typed belongs to the open question, never to an older one"
EXEMPT: Mapping[str, tuple[tuple[Channel, ...], str]] = {
    "human_wish_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "nothing_to_do_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "opt_out_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "opt_out_elsewhere_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "forged_tap": ((Channel.SMS,), _NO_CONTROLS),
    "late_aspect_by_tap": ((Channel.SMS,), _NO_CONTROLS),
    "late_tap_that_offers_nothing": ((Channel.SMS,), _NO_CONTROLS),
    "tap_of_an_old_question": ((Channel.SMS,), _NO_CONTROLS),
    "help_answered_by_carrier": ((Channel.WHATSAPP, Channel.WEBCHAT), "no carrier stands between us and the customer"),
}
"""Scenarios that cannot happen on a channel, and why."""
_NO_TELEPHONE = "only a telephone hears silence, or takes a recording"
_TIMERS_GO = "a timer's row goes in the transaction that outlives it, so that no tick can fire it late"
AT_THE_RUNNER: Mapping[Channel, Mapping[str, str]] = {
    Channel.WHATSAPP: {
        "silence": _NO_TELEPHONE,
        "recording": _NO_TELEPHONE,
        "stale_timer": _TIMERS_GO,
        "empty words": "nobody can send a message without words",
    },
    Channel.SMS: {"silence": _NO_TELEPHONE, "recording": _NO_TELEPHONE, "stale_timer": _TIMERS_GO},
    Channel.TELEGRAM: {
        "silence": _NO_TELEPHONE,
        "recording": _NO_TELEPHONE,
        "stale_timer": _TIMERS_GO,
        "empty words": "Telegram sends no message without words",
        "undeliverable": "Telegram says at once that it cannot deliver, and nothing later",
    },
    Channel.WEBCHAT: {
        "silence": _NO_TELEPHONE,
        "recording": _NO_TELEPHONE,
        "stale_timer": _TIMERS_GO,
        "media": "the page takes no attachments",
        "empty words": "the page refuses a form without an answer",
        "undeliverable": "nothing is handed to a provider that could fail",
    },
}
"""Acts that no customer can do on a channel, and why; they are put to the runner in the channel's name."""
_NOT_COMPARED = {"by", "code", "message_id", "name", "source", "ticket_id", "to_bot"}
"""Of an event's data: ids, names of people, who told us of an opt-out, and a provider's own number for a failure."""
_NOTICES = {"opted_out", "opted_in"}

SCENARIOS = load_all()
Log = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(database_url, tmp_path) as made:
        made.save_surveys(SCENARIOS)
        yield made


@pytest.mark.parametrize("channel", EVERYWHERE)
def test_every_golden_conversation_goes_the_same_way(site: Installation, channel: Channel) -> None:
    players = [
        ScenarioPlayer(site, scenario, channel, number)
        for number, scenario in enumerate(SCENARIOS)
        if channel not in EXEMPT.get(scenario.name, ((), ""))[0]
    ]
    lonely = [player for player in players if any("after" in act for act in player.scenario.script)]
    differences = []
    for group in ([player for player in players if player not in lonely], *([player] for player in lonely)):
        play_together(site, group)
        for player in group:
            found = [player.fault] if player.fault else [*_unlike_the_script(player), *_broken_promises(player)]
            differences += [f"{player.scenario.name}: {each}" for each in found]
    assert not differences, "\n".join(["", *differences])
    assert site.services.store.write(lambda connection: reconcile(connection, site.services.turns)) == 0
    assert set().union(*(player.at_the_runner for player in players)) == set(AT_THE_RUNNER[channel])


def test_hardly_anything_is_exempt() -> None:
    assert EXEMPT.keys() <= {scenario.name for scenario in SCENARIOS}
    assert len(EXEMPT) <= len(SCENARIOS) // 15


def test_a_difference_would_be_seen(site: Installation) -> None:
    (golden,) = (scenario for scenario in SCENARIOS if scenario.name == "detractor_taken_over_and_released")
    player = ScenarioPlayer(site, golden, Channel.SMS, 1)
    play_together(site, [player])
    assert [*_unlike_the_script(player), *_broken_promises(player)] == []
    script, final = golden.script, golden.body["final"]
    silent = [{**act, "turns": [{**turn, "effects": turn["effects"][1:]} for turn in act["turns"]]} for act in script]
    for wrong in (
        {"final": {**final, "tickets": []}},
        {"final": {**final, "reason": "It took two days"}},
        {"script": script[:-1]},
        {"script": [*script, script[-1]]},
        {"script": [*script[:1], silent[1], *script[2:]]},
        {"script": [{name: value for name, value in act.items() if name != "takeover"} for act in script]},
    ):
        player.scenario = Scenario(name=golden.name, body={**golden.body, **wrong})
        assert list(_unlike_the_script(player)) != []


# --- what the script says -------------------------------------------------------------------------------------------


def _unlike_the_script(player: ScenarioPlayer) -> Iterator[str]:
    golden, final = player.scenario.body["final"], player.final()
    for name in golden:
        if final[name] != golden[name]:
            yield f"{name} is {final[name]!r}, not {golden[name]!r}"
    expected, actual = _transitions(player.scenario), _compared(_logged(player))
    for place, (theirs, ours) in enumerate(zip(actual, expected, strict=False)):
        if theirs != ours:
            yield f"entry {place} of the log is {theirs}, not {ours}"
            return
    if len(actual) != len(expected):
        yield f"the log has {len(actual)} entries, not {len(expected)}: {actual}"


def _logged(player: ScenarioPlayer) -> Log:
    return [(event["name"], event["data"]) for event in player.shown["events"] if event["name"] not in _OF_THE_QUEUE]


def _compared(log: Log) -> Log:
    return [
        (name, {key: value for key, value in data.items() if key not in _NOT_COMPARED})
        for name, data in log
        if not (name == "said" and data["prompt"] in _NOTICES)
    ]


def _transitions(scenario: Scenario) -> Log:
    """The log that the scenario's turns should leave."""
    log: Log = []
    state, is_resolved = "new", False
    for act in scenario.script:
        for turn in act["turns"] or ():
            is_customers = not act.keys().isdisjoint({"say", "tap", "send"})
            if turn["effects"] or turn["state"] != state or is_customers:
                log.append((_event(act, turn), {"from": state, "to": turn["state"]}))
            for effect in turn["effects"]:
                if effect["effect"] == "ForwardToTicket" and is_resolved and not effect.get("is_courtesy"):
                    log.append(("ticket_reopened", {}))
                    is_resolved = False
                log += _entries(effect)
            state = turn["state"]
        for name, entry in _OF_PEOPLE.items():
            if name in act:
                log.append((entry, {"resolution": "recovered"} if name == "resolve" else {}))
        is_resolved = is_resolved or "resolve" in act
    return _compared(log)


_OF_THE_QUEUE = {"sla_warned", "sla_breached", "owner_silent"}
"""What the tick makes of the days that pass, whatever is said."""
_OF_PEOPLE = {
    "takeover": "ticket_claimed",
    "release": "ticket_released",
    "return": "ticket_released",
    "resolve": "ticket_resolved",
}
_EVENTS = {
    "start": "started",
    "say": "replied",
    "tap": "replied",
    "send": "replied",
    "undeliverable": "undeliverable",
    "opt_out_elsewhere": "opted_out",
    "takeover": "taken_over",
    "release": "released",
    "return": "returned",
    "resolve": "resolved",
}


def _event(act: Mapping[str, Any], turn: Mapping[str, Any]) -> str:
    return "timer_fired" if "timer" in turn else next((name for key, name in _EVENTS.items() if key in act), "unknown")


def _entries(effect: Mapping[str, Any]) -> Log:
    """What the log says of one effect; orders that leave rows elsewhere are not in it."""
    match effect["effect"]:
        case "Ask":
            return [("asked", {"question": effect["prompt"], "attempt": effect["attempt"], "cause": effect["cause"]})]
        case "Say":
            return [("said", {"prompt": effect["prompt"]})]
        case "RecordAnswer":
            return [("answered", {key: effect[key] for key in ("question", "value", "revised")})]
        case "SkipQuestion":
            return [("skipped", {"question": effect["question"]})]
        case "OpenTicket":
            return [("ticket_opened", {"reason": effect["reason"], "score": effect["score"]})]
        case "Close":
            return [("closed", {"outcome": effect["outcome"]})]
        case "ForwardToTicket" | "Suppress" | "Unsuppress" | "Reopen" as kind:
            return [(_PLAIN[kind], {})]
    return []


_PLAIN = {"ForwardToTicket": "forwarded", "Suppress": "opted_out", "Unsuppress": "opted_in", "Reopen": "reopened"}


# --- what every conversation promises -------------------------------------------------------------------------------


def _broken_promises(player: ScenarioPlayer) -> Iterator[str]:
    """What must be true of any conversation after any road."""
    site, mine = player.site, {"conversation_id": player.conversation_id}
    (conversation,) = site.rows(conversations, id=player.conversation_id)
    thread = sorted(site.rows(messages, **mine), key=lambda row: row["sequence"])
    numbers = sorted(row["sequence"] for row in [*thread, *site.rows(events, **mine)])
    if numbers != list(range(1, conversation["sequence"] + 1)):
        yield f"the thread's numbers have gaps: {numbers}"
    queue = sorted(site.rows(outbox, **mine), key=lambda row: row["sequence"])
    if [row["message_id"] for row in queue] != [row["id"] for row in thread if row["direction"] == "out"]:
        yield "the outbox has another order than the thread"
    unsent = {row["message_id"] for row in queue if row["state"] != "sent"}
    if unsent:
        yield f"{len(unsent)} messages have not left"
    received = player.handset.received()
    if received != [row["text"] for row in thread if row["direction"] == "out"]:
        yield f"the customer sees {received}"
    count_of_tickets = len(site.rows(tickets, **mine))
    if count_of_tickets != 1 and (count_of_tickets or conversation["band"] == "detractor"):
        yield f"a conversation in band {conversation['band']} has {count_of_tickets} tickets"
