"""Many at once who want the same: one invitation for one person, one owner for one ticket, one voice in a thread.

On PostgreSQL two web processes serve them. Every claim that wins is held for a moment just before its commit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.chaos.installation import Installation, installed
from tests.chaos.soak import SURVEY
from zeroten.simulation.doors import Answer, Api, Tail

pytestmark = pytest.mark.chaos

CLAIMS, CLAIMANTS = 32, 8
SLOW_CLAIMS = "claim.before_commit=sleep:1.0"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("races")
    url = f"sqlite:///{folder}/zeroten.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database()
    with installed(folder, url, failpoints=SLOW_CLAIMS, victim="web", webs=2) as running:
        running.api.json("PUT", "/api/v1/surveys/chaos", SURVEY)
        yield running


@pytest.fixture(autouse=True)
def _no_faults_left(installation: Installation) -> Iterator[None]:
    yield
    installation.sandbox.faults({})


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of calls that all begin at the same moment."""
    gate = threading.Barrier(len(calls))

    def wait_and_call(call: Callable[[], Any]) -> Any:
        gate.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait_and_call, calls))


def eventually(look: Callable[[], Any], within_s: float = 20.0) -> Any:
    """The first true value of `look`."""
    end = time.monotonic() + within_s
    while not (value := look()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
    return value


def interaction(ref: str, *, customer: str, phone: str, channel: str = "sms") -> dict[str, Any]:
    ended = datetime.now(UTC) - timedelta(seconds=30)
    person = {"id": customer, "phone": phone, "locale": "en", "consent": True}
    facts = {"direction": "inbound", "duration_s": 300, "outcome": "answered", "survey": "chaos"}
    return {"id": ref, "channel": channel, "ended_at": ended.isoformat(), "customer": person, **facts}


def a_detractors_ticket(installation: Installation, phone: str) -> dict[str, Any]:
    """A customer has answered 3 by SMS and is asked for the reason: their ticket."""
    customer = f"customer {phone}"
    tail = Tail(installation.sandbox)
    installation.api.report(interaction(f"call {phone}", customer=customer, phone=phone))
    assert tail.wait_for_arrival(phone, 1, 20)
    installation.sandbox.text(phone, "3")
    assert tail.wait_for_arrival(phone, 2, 20)
    tail.close()
    tickets = [row for row in installation.api.rows("tickets") if row["customer_id"] == customer]
    assert len(tickets) == 1
    return tickets[0]


def claim(api: Api, ticket: str, key: str) -> Answer:
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"{key} {ticket}"}
    return api.ask("POST", f"/api/v1/tickets/{ticket}/claim", b"{}", headers)


def accepted(installation: Installation, phone: str) -> list[dict[str, Any]]:
    """What the provider took on for this phone."""
    lines = installation.sandbox.ledger(0, "request")
    return [line for line in lines if line.get("message") and line["message"]["to"] == phone]


def the_next_question_waits(installation: Installation, phone: str) -> None:
    """The customer answers; the provider refuses the bot's next question for now."""
    throttled = {"fault": "429", "to": phone, "what": "create", "times": 1}
    installation.sandbox.faults({"script": [throttled], "retry_after_s": 3})
    installation.sandbox.text(phone, "nobody called back")
    eventually(lambda: not installation.sandbox.json("GET", "/_sandbox/faults")["script"])


def test_simultaneous_interactions_of_one_person_make_one_invitation(installation: Installation) -> None:
    """64 at once: over two channels, under the same and under other customer ids with the same phone."""
    phone = "+31612340001"
    bodies = [
        interaction(
            f"at once {n}",
            channel=("sms", "webchat")[n % 2],
            customer=("ana", f"ana {n % 7}")[n // 2 % 2],
            phone=phone,
        )
        for n in range(64)
    ]

    def report(n: int) -> dict[str, Any]:
        return installation.apis[n // 4 % len(installation.apis)].report(bodies[n])

    answers = at_once([partial(report, n) for n in range(64)])
    decided = Counter((answer["decision"], answer["reason"]) for answer in answers)
    assert decided == {("invite", None): 1, ("suppress", "fatigue"): 63}
    mine = eventually(lambda: [row for row in installation.api.rows("conversations") if "ana" in row["customer_id"]])
    assert len(mine) == 1
    assert at_once([partial(report, n) for n in range(16)]) == answers[:16]
    assert len(accepted(installation, phone)) <= 1


def test_simultaneous_claims_have_one_owner(installation: Installation) -> None:
    people = [installation.new_key(f"supervisor-{n}") for n in range(CLAIMANTS)]
    for n, person in enumerate(people):  # half of them at the other web process, where there is one
        people[n] = person.at(installation.apis[n % len(installation.apis)].base)
    for phone in ("+31612340010", "+31612340011"):
        ticket = a_detractors_ticket(installation, phone)
        claims = [partial(claim, people[n % CLAIMANTS], ticket["id"], f"claim {n}") for n in range(CLAIMS)]
        answers = at_once(claims)
        winners = {n % CLAIMANTS for n, answer in enumerate(answers) if answer.status == 200}
        assert len(winners) == 1, [answer.status for answer in answers]
        shown = installation.api.json("GET", f"/api/v1/tickets/{ticket['id']}")
        losers = [answer for n, answer in enumerate(answers) if n % CLAIMANTS not in winners]
        assert {answer.status for answer in losers} == {409}
        assert {answer.json()["owner"] for answer in losers} == {shown["owner"]}
        conversation = installation.api.json("GET", f"/api/v1/conversations/{ticket['conversation_id']}")
        assert conversation["state"] == "handoff"
        assert sum(event["name"] == "taken_over" for event in conversation["events"]) == 1


def test_the_bot_is_silent_from_the_moment_of_the_claim(installation: Installation) -> None:
    """Its next question waits for a second try when the claim comes, and is never sent; a person's words are."""
    phone = "+31612340020"
    ticket = a_detractors_ticket(installation, phone)
    the_next_question_waits(installation, phone)
    before = len(accepted(installation, phone))
    assert claim(installation.api, ticket["id"], "claim").status == 200
    installation.sandbox.advance(60)  # past every second try
    reply = {"text": "This is Maya, I am sorry.", "client_id": "reply-one-of-maya"}
    installation.api.json("POST", f"/api/v1/tickets/{ticket['id']}/reply", reply, {"Idempotency-Key": "reply"})
    eventually(lambda: len(accepted(installation, phone)) > before)
    installation.sandbox.text(phone, "thank you")
    address = f"/api/v1/conversations/{ticket['conversation_id']}"
    eventually(lambda: "thank you" in [m["text"] for m in installation.api.json("GET", address)["messages"]])
    assert [line["message"]["body"] for line in accepted(installation, phone)[before:]] == [reply["text"]]


def test_a_claim_that_is_about_to_commit_lets_nothing_slip_past(installation: Installation) -> None:
    """The claim is held just before its commit while the bot's next question falls due."""
    phone = "+31612340030"
    ticket = a_detractors_ticket(installation, phone)
    the_next_question_waits(installation, phone)
    with ThreadPoolExecutor(1) as pool:
        claiming = pool.submit(claim, installation.api, ticket["id"], "claim")
        time.sleep(0.3)
        installation.sandbox.advance(60)  # the question is due while the claim is under way
        assert claiming.result().status == 200
    claimed = datetime.now(UTC)
    time.sleep(2.0)  # a dispatcher looks several times in that time
    late = [line for line in accepted(installation, phone) if datetime.fromisoformat(line["at"]) > claimed]
    assert late == []
