"""What was seen from outside, and whom it concerns: the customers of the script with all that is theirs.

Imports nothing of the product and nothing of the sandbox.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.record import Accepted, Record, Row, Written, thread_id

CANNOT_BE_ASKED = "telegram"
"""The channel whose provider cannot be asked what became of a message."""


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
    """Everything that was seen from outside. asides: what customers wrote before anybody had asked them."""

    ledger: Sequence[Row]
    diary: Sequence[Row]
    heard: Mapping[str, Row]
    conversations: Sequence[Row]
    tickets: Sequence[Row]
    responses: Sequence[Row]
    asides: frozenset[str] = frozenset()


@dataclass(slots=True)
class Person:
    """One customer with all that concerns them."""

    script: Row
    conversations: list[Row] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    texts: list[Written] = field(default_factory=list)
    diary: list[Row] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.script["id"])

    @property
    def address(self) -> str | None:
        """Where providers reach them; None for a page."""
        address: str | None = self.script.get("chat") or self.script["phone"]
        return address

    @property
    def expected(self) -> Row:
        expected: Row = self.script["expected"]
        return expected

    @property
    def is_asked(self) -> bool:
        return bool(self.expected["decision"] == "invite")

    @property
    def in_doubt(self) -> list[str]:
        """What was said, and nobody can know whether it arrived."""
        return [
            message["text"]
            for conversation in self.conversations
            for message in conversation["messages"]
            if conversation["channel"] == CANNOT_BE_ASKED and message["delivery"] == "unknown"
        ]

    @property
    def is_cut(self) -> bool:
        """True if they could not go on, because what they waited for never came and nobody can know."""
        done = {entry["act"] for entry in self.diary}
        return bool(self.in_doubt) and len(done) < len(self.script["acts"])

    def out(self, author: str = "bot") -> list[Row]:
        return [
            m for c in self.conversations for m in c["messages"] if m["direction"] == "out" and m["author"] == author
        ]

    def came_in(self) -> list[str | None]:
        """What is in the threads, as the record names it."""
        return [
            thread_id(message["provider_id"], conversation["channel"])
            for conversation in self.conversations
            for message in conversation["messages"]
            if message["direction"] == "in"
        ]


def people_in(script: Script, evidence: Evidence, record: Record) -> list[Person]:
    """Everyone of the script, with what the record, the diary and the API say of them."""
    people = {customer["id"]: Person(customer) for customer in script.customers}
    by_interaction = {}
    by_address = {}
    for person in people.values():
        for ref in interactions_of(person.script):
            by_interaction[ref] = person
        if person.address:
            by_address[person.address] = person
    for conversation in evidence.conversations:
        if (owner := by_interaction.get(conversation["interaction_id"])) is not None:
            owner.conversations.append(conversation)
    for accepted in record.accepted:
        if accepted.to in by_address:
            by_address[accepted.to].accepted.append(accepted)
    for written in record.written:
        if written.by in by_address and written.id not in evidence.asides:
            by_address[written.by].texts.append(written)
    for entry in evidence.diary:
        people[entry["customer"]].diary.append(entry)
    return list(people.values())


def interactions_of(customer: Row) -> list[str]:
    """The ids of their interactions: the first, the echo, and the one after everything."""
    ref = customer["interaction"]["id"]
    return [ref, f"{ref}-echo", f"{ref}-return"]
