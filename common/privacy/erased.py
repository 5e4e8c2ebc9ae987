"""Erased people, as the rest of the product meets them: whoever comes in by an old name or address is not taken in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from common.channels import Channel
from common.errors import Conflict
from common.privacy.inventory import ERASED
from common.privacy.marks import Marks
from common.store import tombstones

Place = tuple[str, str]
"""Channel and address."""
_IMPERSONAL = ("id", "channel", "direction", "ended_at", "duration_s", "outcome", "agent", "topic", "survey")


class JustErased(Conflict):
    """Somebody was erased while we wrote about them: nothing of it may stay. The caller's repeat will know."""

    def __init__(self) -> None:
        super().__init__("this customer is being erased; try again", code="busy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """An interaction of somebody who was erased. is_repeat: it was reported before, and erased with the person."""

    erasure: Row[Any]
    is_repeat: bool


def without_person(body: Mapping[str, Any]) -> dict[str, Any]:
    """An interaction as the API takes it, without a word about its customer."""
    return {name: body.get(name) for name in _IMPERSONAL} | {"customer": {"id": ERASED}}


class ErasedPeople:
    """Knows erased people by their marks."""

    def __init__(self, secret_key: str) -> None:
        self.marks = Marks(secret_key)

    def places(self, connection: Connection, places: Iterable[Place]) -> set[Place]:
        """Those of these addresses that are an erased person's."""
        by_mark = {self.marks.of_address(*place): place for place in places}
        return {by_mark[mark] for mark in tombstones.which(connection, by_mark)}

    def messages(self, connection: Connection, named: Iterable[Place]) -> set[Place]:
        """Those of these messages (channel, provider's id) that we sent to somebody who was erased since."""
        by_mark = {self.marks.of_message(*each): each for each in named}
        return {by_mark[mark] for mark in tombstones.which(connection, by_mark)}

    def customer(self, connection: Connection, ref: str) -> Row[Any] | None:
        """The receipt of the person whom a caller calls `ref`, if that one was erased."""
        return tombstones.erasure_of(connection, [self.marks.of_customer(ref)])

    def reported(
        self,
        connection: Connection,
        body: Mapping[str, Any],
        addresses: Mapping[Channel, str],
        aliases: Mapping[Channel, Collection[str]],
    ) -> Reported | None:
        """Whether the interaction `body` is about somebody who was erased, by id, address, or as a repeat."""
        repeat = self.marks.of_interaction(body["id"])
        marks = {repeat, self.marks.of_customer(body["customer"]["id"])}
        marks |= {self.marks.of_address(channel.value, address) for channel, address in addresses.items()}
        for channel, more in aliases.items():
            marks |= self.marks.of_addresses(channel.value, more)
        found = tombstones.which(connection, marks)
        row = tombstones.erasure_of(connection, found)
        return None if row is None else Reported(erasure=row, is_repeat=repeat in found)

    def is_mentioned(self, connection: Connection, text: str) -> bool:
        """Whether a number of an erased person stands in a text that we cannot read otherwise."""
        return bool(tombstones.which(connection, self.marks.of_numbers_in(text)))

    def lift(self, connection: Connection, ref: str) -> bool:
        """Forget that the person whom a caller calls `ref` was erased; False if nobody was."""
        row = self.customer(connection, ref)
        if row is not None:
            tombstones.lift(connection, row.id)
        return row is not None

    def lift_place(self, connection: Connection, channel: str, address: str) -> None:
        """Whoever is at this address asks to be asked again."""
        row = tombstones.erasure_of(connection, [self.marks.of_address(channel, address)])
        if row is not None:
            tombstones.lift(connection, row.id)
