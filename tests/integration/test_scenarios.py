"""One machine on every channel: each golden conversation ends the same over all of them, on both databases.

The scenarios say what the bare machine does. Here they are played through the doors of the product, and what the API
shows in the end, and the log of the conversation, must be what the scenario says: `final`, and the transitions that its
turns tell. Where a carrier confirms an opt-out by itself, the notice is the carrier's, and it is the carrier, not the
words, that told us; neither is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from common.channels import Channel
from common.reconcile import reconcile
from common.store.schema import conversations, events, messages, outbox, tickets
from tests.integration.installation import Installation, an_installation
from tests.integration.scenario_player import ScenarioPlayer, play_together
from tests.integration.telephone_side import ONLY_SAID
from tests.scenarios.script import Scenario, load_all

EVERYWHERE = tuple(Channel)
_BEFORE_THE_START = "an invitation that has not begun has no conversation: words cancel it, an opt-out ends it"
_NO_CONTROLS = "SMS has no controls: what is typed belongs to the open question, never to an older one"
_CARRIERLESS = (Channel.WHATSAPP, Channel.WEBCHAT, Channel.VOICE)
EXEMPT: Mapping[str, tuple[tuple[Channel, ...], str]] = {
    "human_wish_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "nothing_to_do_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "opt_out_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "opt_out_elsewhere_before_the_start": (EVERYWHERE, _BEFORE_THE_START),
    "forged_tap": ((Channel.SMS,), _NO_CONTROLS),
    "late_aspect_by_tap": ((Channel.SMS,), _NO_CONTROLS),
    "late_tap_that_offers_nothing": ((Channel.SMS,), _NO_CONTROLS),
    "tap_of_an_old_question": ((Channel.SMS,), _NO_CONTROLS),
    "late_copy_of_the_last_answer": ((Channel.VOICE,), "a key that was pressed cannot come again after the call"),
    "help_answered_by_carrier": (
        (Channel.WHATSAPP, Channel.WEBCHAT, Channel.VOICE),
        "no carrier stands between us and the customer",
    ),
}
"""Scenarios that cannot happen on a channel, and why."""
_NO_TELEPHONE = "only a telephone hears silence, or takes a recording"
_NO_FORMS = "only WhatsApp shows a form; a channel without them would never bring one"
_TIMERS_GO = "a timer's row goes in the transaction that outlives it, so that no tick can fire it late"
AT_THE_RUNNER: Mapping[Channel, Mapping[str, tuple[int, str]]] = {
    Channel.WHATSAPP: {
        "silence": (3, _NO_TELEPHONE),
        "recording": (1, _NO_TELEPHONE),
        "stale_timer": (1, _TIMERS_GO),
        "empty words": (2, "nobody can send a message without words"),
    },
    Channel.SMS: {
        "silence": (3, _NO_TELEPHONE),
        "recording": (1, _NO_TELEPHONE),
        "stale_timer": (1, _TIMERS_GO),
        "form": (12, _NO_FORMS),
    },
    Channel.TELEGRAM: {
        "form": (12, _NO_FORMS),
        "silence": (3, _NO_TELEPHONE),
        "recording": (1, _NO_TELEPHONE),
        "stale_timer": (1, _TIMERS_GO),
        "empty words": (2, "Telegram sends no message without words"),
        "undeliverable": (6, "Telegram says at once that it cannot deliver, and nothing later"),
    },
    Channel.WEBCHAT: {
        "form": (12, _NO_FORMS),
        "silence": (3, _NO_TELEPHONE),
        "recording": (1, _NO_TELEPHONE),
        "stale_timer": (1, _TIMERS_GO),
        "media": (3, "the page takes no attachments"),
        "empty words": (2, "the page refuses a form without an answer"),
        "undeliverable": (6, "nothing is handed to a provider that could fail"),
    },
    Channel.VOICE: {
        "form": (12, _NO_FORMS),
        "words after the end": (35, "we hang up at the end; who rings again then begins a conversation of that call"),
        "words to a person": (12, "whoever speaks after a takeover hears that a person calls back, and the end"),
        "pause": (5, "nobody is silent for minutes in a call, so only the clock goes on"),
        "button": (7, "keys belong to what was just asked, and answer nothing else"),
        "media": (3, "a call carries no pictures"),
        "recording": (1, "this installation writes words down at once; tests/voice has one that records"),
        "empty words": (2, "nothing said is silence, which a telephone hears"),
        "undeliverable": (4, "what was said in a call was heard; only a call that nobody has picked up can fail"),
        "stale_timer": (1, _TIMERS_GO),
    },
}
"""Acts that no customer can do on a channel, in how many scenarios, and why; they are put to the runner in the
channel's name."""
PLAYED: Mapping[Channel, tuple[int, int]] = {
    Channel.WHATSAPP: (5, 7),
    Channel.SMS: (8, 17),
    Channel.TELEGRAM: (4, 25),
    Channel.WEBCHAT: (5, 27),
    Channel.VOICE: (6, 75),
}
"""How many scenarios a channel does not play, and in how many of the others something is put to the runner."""
_NOT_COMPARED = {"by", "code", "message_id", "name", "source", "ticket_id", "to_bot"}
"""Of an event's data: ids, names of people, who told us of an opt-out, and a provider's own number for a failure."""
_OF_A_LINE = {"hung_up", "call_missed"}
"""Entries of the log that only a telephone makes, beside those of the machine."""
MAY_STAY_UNSAID: Mapping[Channel, set[str]] = {Channel.VOICE: {"hung_up", "failed"}}
"""Why a message may rightly not have left: nobody was on the line to hear it."""
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
    helped = [player for player in players if player.at_the_runner]
    assert (len(SCENARIOS) - len(players), len(helped)) == PLAYED[channel]
    done = Counter(act for player in players for act in player.at_the_runner)
    assert dict(done) == {act: number for act, (number, _) in AT_THE_RUNNER[channel].items()}


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
        if name not in _OF_A_LINE and not (name == "said" and data["prompt"] in _NOTICES)
    ]


def _transitions(scenario: Scenario) -> Log:
    """The log that the scenario's turns should leave."""
    log: Log = []
    state, is_resolved = "new", False
    for act in scenario.script:
        for turn in act["turns"] or ():
            is_customers = not act.keys().isdisjoint({"say", "tap", "send", "fill"})
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
    "fill": "replied",
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
    unsent = {row["message_id"]: row["error"] for row in queue if row["state"] != "sent"}
    if not set(unsent.values()) <= MAY_STAY_UNSAID.get(player.handset.channel, set()):
        yield f"{len(unsent)} messages have not left: {unsent}"
    sent = [" ".join(row["text"].split()) for row in thread if row["direction"] == "out" and row["id"] not in unsent]
    received = [" ".join(each.split()) for each in player.handset.received()]
    if player.handset.channel is Channel.VOICE:
        received = _without_what_is_only_said(received, sent)
    if received != sent:
        yield f"the customer sees {received}, not {sent}"
    count_of_tickets = len(site.rows(tickets, **mine))
    if count_of_tickets != 1 and (count_of_tickets or conversation["band"] == "detractor"):
        yield f"a conversation in band {conversation['band']} has {count_of_tickets} tickets"


def _without_what_is_only_said(heard: list[str], thread: list[str]) -> list[str]:
    """A telephone repeats a question that is still open, and has words of its own; neither is a message."""
    kept: list[str] = []
    for place, each in enumerate(heard):
        is_next = thread[len(kept) : len(kept) + 1] == [each]
        if is_next or not (each in heard[:place] or each in ONLY_SAID):
            kept.append(each)
    return kept
