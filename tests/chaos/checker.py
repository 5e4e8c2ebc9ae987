"""Finds what must never be, from outside: the sandbox's record, the customers' script, and the product's API.

It imports nothing of the product and nothing of the sandbox, so that a fault cannot hide in what both believe. All it
reads is JSON:

- `ledger`: the lines of the sandbox's record.
- `script`: what every customer was to do and what must come of it, and the marks by which the three questions are known
  (the survey words each question with a mark of its own).
- `diary`: what the customers did: `{"customer", "act", "sid" (a text) or null (a page), "acknowledged"}`, the time by
  the moved clock, like those of the API.
- `heard`: the decision that each interaction's caller was told, by the interaction's id.
- `conversations`, `tickets`, `responses`: the rows of the API.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Row = Mapping[str, Any]
GRACE = timedelta(seconds=2)
"""A send that was under way when STOP was acknowledged may still be accepted for so long."""
RANK = {"queued": 0, "sending": 0, "sent": 1, "delivered": 2, "read": 3}
DETRACTOR_UP_TO = 6
ANYTHING = "*"
FAR = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that must not be: the rule, whom it happened to, what was found."""

    rule: str
    who: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """`marks`: question → the text by which its first asking is known."""

    customers: Sequence[Row]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything that was seen from outside."""

    ledger: Sequence[Row]
    diary: Sequence[Row]
    heard: Mapping[str, Row]
    conversations: Sequence[Row]
    tickets: Sequence[Row]
    responses: Sequence[Row]


@dataclass(slots=True)
class _Person:
    """One customer with all that concerns them."""

    script: Row
    conversations: list[Row] = field(default_factory=list)
    accepted: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    diary: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.script["id"])

    @property
    def expected(self) -> Row:
        expected: Row = self.script["expected"]
        return expected

    @property
    def is_asked(self) -> bool:
        return bool(self.expected["decision"] == "invite")

    def out(self, author: str = "bot") -> list[Row]:
        return [
            m for c in self.conversations for m in c["messages"] if m["direction"] == "out" and m["author"] == author
        ]

    def came_in(self) -> list[Row]:
        return [m for c in self.conversations for m in c["messages"] if m["direction"] == "in"]


def check(script: Script, evidence: Evidence) -> list[Violation]:
    """All violations, in order; none is what one hopes for."""
    people = _people(script, evidence)
    acknowledged = _acknowledged(evidence.ledger)
    found = set(_strangers(people, evidence))
    for person in people:
        found |= set(_decisions(person, evidence))
        found |= set(_one_conversation(person))
        found |= set(_recorded(person, acknowledged))
        found |= set(_asked(person, script.marks))
        found |= set(_tracked(person, evidence.ledger))
        found |= set(_order(person))
        found |= set(_silence_after_stop(person, script.marks, acknowledged))
        found |= set(_settled(person))
        for conversation in person.conversations:
            found |= set(_answers(person, conversation))
            found |= set(_response(person, conversation, evidence.responses))
            found |= set(_tickets(person, conversation, evidence.tickets))
    found |= set(_receipts(evidence))
    return sorted(found)


# --- putting together ---------------------------------------------------------------------------------------------


def _people(script: Script, evidence: Evidence) -> list[_Person]:
    people = {customer["id"]: _Person(customer) for customer in script.customers}
    by_interaction = {}
    by_phone = {}
    for person in people.values():
        for ref in _interactions(person.script):
            by_interaction[ref] = person
        if person.script["phone"]:
            by_phone[person.script["phone"]] = person
    for conversation in evidence.conversations:
        if (owner := by_interaction.get(conversation["interaction_id"])) is not None:
            owner.conversations.append(conversation)
    for line in evidence.ledger:
        if _is_accepted(line) and line["message"]["to"] in by_phone:
            by_phone[line["message"]["to"]].accepted.append(line)
        elif line["kind"] == "text" and line["from"] in by_phone:
            by_phone[line["from"]].texts.append(line)
    for entry in evidence.diary:
        people[entry["customer"]].diary.append(entry)
    return list(people.values())


def _interactions(customer: Row) -> list[str]:
    ref = customer["interaction"]["id"]
    return [ref, f"{ref}-echo", f"{ref}-return"]


def _is_accepted(line: Row) -> bool:
    """A request by which the provider took a message on, whatever it answered."""
    return line["kind"] == "request" and line["method"] == "POST" and line.get("message") is not None


def _acknowledged(ledger: Sequence[Row]) -> dict[str, datetime]:
    """Text → when the product first answered its webhook with success."""
    first: dict[str, datetime] = {}
    for line in ledger:
        if line["kind"] == "webhook" and line["what"] == "inbound" and 200 <= (line["status"] or 0) < 300:
            first.setdefault(line["sid"], _time(line["at"]))
    return first


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


# --- the rules ----------------------------------------------------------------------------------------------------


def _decisions(person: _Person, evidence: Evidence) -> Iterator[Violation]:
    """Every interaction is answered, as the script foresees; one invitation for a person within the fatigue limit."""
    ref, echo, again = _interactions(person.script)
    wanted = {ref: (person.expected["decision"], person.expected["decision_reason"])}
    if person.script["echo"]:
        wanted[echo] = ("suppress", "fatigue")
    if person.script["returns"]:
        wanted[again] = ("suppress", "opt_out")
    for interaction, (decision, reason) in wanted.items():
        heard = evidence.heard.get(interaction)
        if heard is None:
            yield Violation("interaction lost", person.id, f"{interaction} was never acknowledged")
        elif (heard["decision"], heard["reason"]) != (decision, reason):
            what = f"{interaction}: {heard['decision']} {heard['reason']} instead of {decision} {reason}"
            yield Violation("wrong decision", person.id, what)
    invited = [ref for ref in wanted if (evidence.heard.get(ref) or {}).get("decision") == "invite"]
    if len(invited) > 1:
        yield Violation("invited within fatigue", person.id, f"{len(invited)} invitations")


def _one_conversation(person: _Person) -> Iterator[Violation]:
    count, wanted = len(person.conversations), int(person.is_asked)
    if count < wanted:
        yield Violation("never begun", person.id, "invited, but there is no conversation")
    if count > wanted:
        rule = "invited within fatigue" if wanted else "wrong decision"
        yield Violation(rule, person.id, f"{count} conversations instead of {wanted}")


def _recorded(person: _Person, acknowledged: Mapping[str, datetime]) -> Iterator[Violation]:
    """Whatever was acknowledged is in the thread, exactly once; and everything was acknowledged in the end."""
    kept = Counter(message["provider_id"] for message in person.came_in())
    for text in person.texts:
        if text["sid"] not in acknowledged:
            yield Violation("never acknowledged", person.id, repr(text["body"]))
        elif kept[text["sid"]] != 1:
            rule = "answer doubled" if kept[text["sid"]] else "answer lost"
            yield Violation(rule, person.id, f"{text['body']!r} is {kept[text['sid']]} times in the thread")
    done = len(person.script["acts"]) if person.is_asked else 0
    if len({entry["act"] for entry in person.diary}) != done:
        yield Violation("script cut short", person.id, f"{len(person.diary)} of {done} acts were done")
    if not person.script["phone"] and len(person.came_in()) != len(person.diary):
        rule = "answer lost" if len(person.came_in()) < len(person.diary) else "answer doubled"
        yield Violation(rule, person.id, f"{len(person.diary)} forms sent, {len(person.came_in())} in the thread")


def _asked(person: _Person, marks: Mapping[str, str]) -> Iterator[Violation]:
    """No question is put more often than the script gives cause for; the first one is put to all who are invited."""
    bodies = [line["message"]["body"] for line in person.accepted]
    if not person.script["phone"]:
        bodies = [message["text"] for message in person.out()]
    for question, mark in marks.items():
        count, most = sum(mark in body for body in bodies), person.expected["asked"].get(question, 1)
        if count > most:
            yield Violation("asked twice", person.id, f"the {question} {count} times instead of {most}")
        if question == "score" and person.is_asked and not count:
            yield Violation("never asked", person.id, "invited, but the question did not come")


def _tracked(person: _Person, ledger: Sequence[Row]) -> Iterator[Violation]:
    """What the provider accepted and what the thread says was sent are the same messages, one for one."""
    known = Counter(
        message["provider_id"] for message in (*person.out(), *person.out("user")) if message["provider_id"]
    )
    for line in person.accepted:
        if known[line["sid"]] != 1:
            what = f"{line['message']['body'][:40]!r} is {known[line['sid']]} times in the thread"
            yield Violation("sent twice or untracked", person.id, what)
    if person.script["phone"]:
        accepted = {line["sid"] for line in person.accepted}
        for sid in known.keys() - accepted:
            yield Violation("claimed but not sent", person.id, sid)


def _order(person: _Person) -> Iterator[Violation]:
    """Messages of a conversation are accepted in the order in which they were written."""
    for conversation in person.conversations:
        place = {message["provider_id"]: n for n, message in enumerate(conversation["messages"])}
        places = [place[line["sid"]] for line in person.accepted if line["sid"] in place]
        if places != sorted(places):
            yield Violation("out of order", person.id, f"accepted as {places}")


def _silence_after_stop(
    person: _Person, marks: Mapping[str, str], acknowledged: Mapping[str, datetime]
) -> Iterator[Violation]:
    """After an acknowledged STOP one confirmation and nothing else, on any channel."""
    if not person.expected["opts_out"]:
        return
    stopping = len(person.script["acts"]) - 1
    stops = [entry for entry in person.diary if entry["act"] == stopping]
    if not stops:
        return  # reported as a script cut short
    if person.script["phone"]:  # by the system's clock, as the ledger keeps it
        at = min(acknowledged.get(entry["sid"], FAR) for entry in stops) + GRACE
        later = [line["message"]["body"] for line in person.accepted if _time(line["at"]) > at]
    else:  # by the moved clock, as the API tells it
        at = min(_time(entry["acknowledged"]) for entry in stops) + GRACE
        later = [message["text"] for message in person.out() if _time(message["at"]) > at]
    questions = [body for body in later if any(mark in body for mark in marks.values())]
    if questions or len(later) > 1:
        yield Violation("sent after STOP", person.id, f"{len(later)} messages: {[body[:40] for body in later]}")


def _settled(person: _Person) -> Iterator[Violation]:
    """When all is quiet nothing waits: no open question of a customer who is through, no message with unknown fate."""
    for conversation in person.conversations:
        if conversation["state"] != "closed":
            yield Violation("stuck", person.id, f"the conversation waits in {conversation['state']}")
        for message in conversation["messages"]:
            waits = message["delivery"] in {"queued", None} and not message["provider_id"]
            if message["direction"] == "out" and (waits or message["delivery"] == "unknown"):
                yield Violation("stuck", person.id, f"{message['text'][:40]!r} is {message['delivery']}")
            if message["delivery"] == "failed" and not person.expected["opts_out"]:
                yield Violation("gave up", person.id, f"{message['text'][:40]!r} failed")


def _answers(person: _Person, conversation: Row) -> Iterator[Violation]:
    for name in ("score", "reason", "aspect", "outcome"):
        wanted, found = person.expected[name], conversation[name]
        if wanted == ANYTHING or found == wanted:
            continue
        rule = "answer lost" if found is None else "wrong answer"
        yield Violation(rule, person.id, f"{name} is {found!r} instead of {wanted!r} ({person.script['kind']})")


def _response(person: _Person, conversation: Row, responses: Sequence[Row]) -> Iterator[Violation]:
    """The row that figures are made from says the same as the conversation."""
    rows = [row for row in responses if row["conversation_id"] == conversation["id"]]
    if person.expected["score"] is not None and len(rows) != 1:
        yield Violation("response lost or doubled", person.id, f"{len(rows)} rows")
    for row in rows:
        differing = [name for name in ("score", "reason", "aspect", "outcome") if row[name] != conversation[name]]
        if differing:
            yield Violation("response differs", person.id, ", ".join(differing))


def _tickets(person: _Person, conversation: Row, tickets: Sequence[Row]) -> Iterator[Violation]:
    """One ticket for everyone who must have one, and none for others."""
    mine = [ticket for ticket in tickets if ticket["conversation_id"] == conversation["id"]]
    is_detractor = conversation["score"] is not None and conversation["score"] <= DETRACTOR_UP_TO
    wanted = person.expected["ticket"]
    if (is_detractor or wanted) and not mine:
        rule = "detractor without ticket" if is_detractor else "ticket lost"
        yield Violation(rule, person.id, f"score {conversation['score']}, expected {wanted}")
    if len(mine) > 1:
        yield Violation("ticket doubled", person.id, f"{len(mine)} tickets")
    for ticket in mine:
        if ticket["reason"] != wanted:
            yield Violation("wrong ticket", person.id, f"{ticket['reason']} instead of {wanted}")
        if conversation["ticket_id"] != ticket["id"]:
            yield Violation("wrong ticket", person.id, "the conversation does not name its ticket")


def _receipts(evidence: Evidence) -> Iterator[Violation]:
    """The furthest status that was acknowledged is the one that is shown."""
    furthest: dict[str, int] = defaultdict(int)
    for line in evidence.ledger:
        if line["kind"] == "webhook" and line["what"] == "status" and 200 <= (line["status"] or 0) < 300:
            furthest[line["sid"]] = max(furthest[line["sid"]], RANK.get(line["message_status"], 0))
    for conversation in evidence.conversations:
        for message in conversation["messages"]:
            if message["direction"] != "out" or message["delivery"] == "failed":
                continue
            if RANK.get(message["delivery"] or "", 0) < furthest.get(message["provider_id"], 0):
                what = f"{message['text'][:40]!r} is shown as {message['delivery']}"
                yield Violation("status fell back", str(conversation["customer_id"]), what)


def _strangers(people: Sequence[_Person], evidence: Evidence) -> Iterator[Violation]:
    """Nobody outside the script was written to, and no conversation belongs to nobody."""
    phones = {person.script["phone"] for person in people}
    for line in evidence.ledger:
        if _is_accepted(line) and line["message"]["to"] not in phones:
            yield Violation("stranger", line["message"]["to"], "was written to")
    known = {ref for person in people for ref in _interactions(person.script)}
    for conversation in evidence.conversations:
        if conversation["interaction_id"] not in known:
            yield Violation("stranger", conversation["id"], "a conversation of no interaction of the script")
