"""Golden conversations through the whole product, from the customer's end of a channel to the rows and the log.

What no customer can do on a channel is put to the runner instead, and the player keeps account of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from common import clock
from common.actors import Actor, Role
from common.channels import Channel, InboundMessage
from common.errors import Conflict, Forbidden, NotFound
from common.store.schema import conversations, customers, events, messages, outbox, tickets, timers
from common.survey.machine import Event, Timer, TimerFired, Undeliverable
from common.tickets import Done, Resolution, Tickets
from common.turns import ConversationEvent, StartInvitation
from tests.integration.handsets import HANDSETS
from tests.integration.installation import Installation
from tests.scenarios.script import PAUSE, Scenario, filled_in


def play_together(site: Installation, players: Sequence[ScenarioPlayer]) -> None:
    """Play the first act of each, then the second of each: acts are a second apart, what they cause is sent at once.

    Time is one for all, so a scenario in which time passes must play alone.
    """
    going = {player: player.acts() for player in players}
    while going:
        for player, acts in list(going.items()):
            try:
                next(acts)
            except StopIteration:
                del going[player]
            except AssertionError as fault:
                player.fault = str(fault)
                del going[player]
        site.deliver()
        site.advance(PAUSE)


class ScenarioPlayer:
    """Plays one scenario in an installation.

    at_the_runner: the kinds of acts that no handset could do. fault: why it could not be played to the end.
    """

    def __init__(self, site: Installation, scenario: Scenario, channel: Channel, number: int) -> None:
        self.site = site
        self.scenario = scenario
        self.ref = f"{scenario.name}-{channel.value}"
        self.handset = HANDSETS[channel](site, number)
        self.at_the_runner: set[str] = set()
        self.fault: str | None = None
        self.invitation: Mapping[str, Any] = {}
        self.conversation_id = ""
        self.shown: Mapping[str, Any] = {}
        self._tickets = Tickets(site.services.turns)

    def acts(self) -> Iterator[None]:
        """Do one act after the other, and look at `shown` in the end."""
        for act in self.scenario.script:
            if "illegal" in act:
                self._try(act["illegal"])
            else:
                self._act(act)
            yield
        self.handset.finish()
        self.site.deliver()
        self.shown = self.site.call("GET", f"/conversations/{self.conversation_id}")

    def final(self) -> dict[str, Any]:
        """What the outside can see in the end, in the form of a scenario's `final`."""
        shown = self.shown
        names = ("state", "outcome", "score", "band", "reason", "aspect")
        queued = self.site.rows(tickets, conversation_id=self.conversation_id)
        (person,) = self.site.rows(customers, id=self._row()["customer_id"])
        assert [each["id"] for each in queued] == [key for key in [shown["ticket_id"]] if key]
        return {name: shown[name] for name in names} | {
            "tickets": [self.site.call("GET", f"/tickets/{each['id']}")["reason"] for each in queued],
            "opted_out": person["opted_out_at"] is not None,
        }

    # --- acts -------------------------------------------------------------------------------------------------------

    def _act(self, act: Mapping[str, Any]) -> None:
        if "undeliverable" not in act:
            self.handset.attend()
        match act:
            case {"start": _}:
                self._start()
            case {"say": text}:
                if not self.handset.say(text, act.get("carrier")):
                    self._take(self._kind_of_words(text), text=text)
            case {"tap": choice, "question": question}:
                if not self.handset.tap(choice, question, self._choices()):
                    self._take("button", choice=choice, question=question)
            case {"fill": fields}:
                question = act.get("question", "score")
                if not self.handset.fill(fields, question):
                    filled = filled_in(fields)
                    self._take("form", text=filled.reason, question=question, filled=filled)
            case {"send": kind}:
                if not self.handset.attach(kind):
                    self._take(kind, kind=kind)
            case {"after": seconds}:
                self._live_through([turn["timer"] for turn in act["turns"]])
                self._wait(timedelta(seconds=seconds))
            case {"silence": _}:
                if self.handset.silence():
                    return
                self._tell_machine("silence", TimerFired(at=clock.now(), timer=Timer.NO_INPUT, epoch=self._epoch()))
            case {"stale_timer": name}:
                stale = TimerFired(at=clock.now(), timer=Timer(name), epoch=self._epoch() - 1)
                self._tell_machine("stale_timer", stale)
            case {"undeliverable": which}:
                self._fail(self._row()["machine"]["asked_step"] if which is True else which)
            case {"opt_out_elsewhere": source}:
                self.site.call("PUT", f"/customers/{self.ref}/opt-out", {"opted_out": True, "source": source})
            case _:
                self._work(act)

    def _start(self) -> None:
        self.handset.arrive()
        answer = self.site.call("POST", "/interactions", self._interaction())
        assert answer["decision"] == "invite", answer
        self.invitation = answer["invitation"]
        self.handset.start(self.invitation)
        (row,) = self.site.rows(conversations, invitation_id=self.invitation["id"])
        self.conversation_id = row["id"]

    def _work(self, act: Mapping[str, Any]) -> None:
        """A supervisor does it, as in the console."""
        (name, given), *_ = ((name, value) for name, value in act.items() if name != "turns")
        user = str(given) if name == "takeover" else str(self._ticket()["owner"])
        self._on_ticket(name, Actor(id=user, name=user, role=Role.SUPERVISOR), Resolution.RECOVERED)

    def _on_ticket(self, name: str, actor: Actor, resolution: Resolution) -> None:
        ticket_id, now, acts = self._ticket().get("id", "tkt_none"), clock.now(), self._tickets

        def work(connection: Connection) -> Done:
            if name == "takeover":
                return acts.claim(connection, ticket_id, actor, now)
            if name == "release":
                return acts.release(connection, ticket_id, actor, now)
            if name == "return":
                return acts.release(connection, ticket_id, actor, now, to_bot=False)
            assert name == "resolve", name
            return acts.resolve(connection, ticket_id, actor, resolution, now)

        self.site.services.bell.ring(*self.site.services.store.write(work).rings)

    def _try(self, name: str) -> None:
        """What nobody can do now is refused, and nothing changed. Beginning twice is no fault, it does nothing."""
        before = self._everything()
        if name == "start" and self.invitation:
            result = self.site.services.take(StartInvitation(invitation_id=self.invitation["id"]))
            assert not result.fresh, f"{self.scenario.name}: it began twice"
        elif name != "start":
            owner = self._ticket().get("owner") if name != "takeover" else None
            actor = Actor(id=owner or "user-2", name=owner or "user-2", role=Role.SUPERVISOR)
            try:
                self._on_ticket(name, actor, Resolution.ESCALATED)
            except (Conflict, Forbidden, NotFound):
                pass
            else:
                raise AssertionError(f"{self.scenario.name}: {name} was accepted")
        assert self._everything() == before, f"{self.scenario.name}: a refused {name} changed something"

    def _live_through(self, timers: Sequence[str]) -> None:
        """On a telephone silence is heard at once, and whoever wants no more hangs up: no timer need ring for that."""
        for timer in timers:
            if not (self.handset.silence() if timer == Timer.NO_INPUT.value else self.handset.leave()):
                return
            self.site.deliver()
        if self.handset.is_on_the_line:
            self.at_the_runner.add("pause")

    def _wait(self, duration: timedelta) -> None:
        """Let time pass; each timer of the conversation rings at its time, so that their order is right."""
        until = clock.now() + duration
        while due := [at for at in self._timers() if at <= until]:
            self.site.advance(min(due) - clock.now())
            assert self.site.ticker.once() > 0, f"{self.scenario.name}: a timer that is due did not fire"
            self.site.deliver()
        self.site.advance(until - clock.now())
        self.site.ticker.once()

    def _fail(self, step: int) -> None:
        sent = self.site.rows(outbox, conversation_id=self.conversation_id, step=step, kind="prompt")
        if not any(self.handset.fail(row["provider_id"]) for row in sent):
            self._tell_machine("undeliverable", Undeliverable(at=clock.now(), prompt_step=step, code="30005"))

    # --- at the runner ----------------------------------------------------------------------------------------------

    def _tell_machine(self, kind: str, event: Event) -> None:
        self.at_the_runner.add(kind)
        self.site.services.take(ConversationEvent(conversation_id=self.conversation_id, event=event))

    def _kind_of_words(self, text: str) -> str:
        if not text.strip():
            return "empty words"
        return "words to a person" if self._row()["state"] == "handoff" else "words after the end"

    def _take(self, act: str, **fields: Any) -> None:
        self.at_the_runner.add(act)
        adapter, row = self.site.services.adapters[self.handset.channel], self._row()
        message = InboundMessage(
            channel=self.handset.channel,
            account=adapter.account,
            provider_id=f"runner-{next(self.site.numbers)}",
            sender=row["address"],
            **fields,
        )
        assert self.site.services.take(message).fresh

    # --- what there is ----------------------------------------------------------------------------------------------

    def _interaction(self) -> dict[str, Any]:
        customer = {"id": self.ref, "locale": self.scenario.locale, "timezone": "UTC", "consent": True}
        return {
            "id": self.ref,
            "channel": self.handset.channel.value,
            "ended_at": clock.now().isoformat(),
            "duration_s": 120,
            "outcome": "answered",
            "customer": {**customer, **self.handset.customer},
            "agent": {"id": "a-7", "name": "Joost", "team": "billing"},
            "survey": self.scenario.name,
        }

    def _choices(self) -> tuple[str, ...]:
        question = self.scenario.survey.question("aspect")
        return question.choices if question else ()

    def _row(self) -> dict[str, Any]:
        (row,) = self.site.rows(conversations, id=self.conversation_id)
        return row

    def _ticket(self) -> dict[str, Any]:
        """The conversation's ticket; empty if it has none."""
        found = self.site.rows(tickets, conversation_id=self.conversation_id)
        return found[0] if found else {}

    def _epoch(self) -> int:
        return int(self._row()["machine"]["epoch"])

    def _timers(self) -> list[datetime]:
        return [row["due_at"] for row in self.site.rows(timers, conversation_id=self.conversation_id)]

    def _everything(self) -> list[Any]:
        """All that this conversation is."""
        mine = {"conversation_id": self.conversation_id}
        rows = [self.site.rows(table, **mine) for table in (tickets, messages, events, outbox, timers)]
        return [self.site.rows(conversations, id=self.conversation_id), *rows]
