"""Erased people, as the rest of the product meets them: whoever comes in by an old name or address is not taken in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
    """Knows erased people by their marks. keys: the secret key, and earlier ones under which marks may stand."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._all = [Marks(key) for key in keys]
        self.marks = self._all[0]

    def places(self, connection: Connection, places: Iterable[Place]) -> set[Place]:
        """Those of these addresses that are an erased person's."""
        by_mark = {marks.of_address(*place): place for place in places for marks in self._all}
        return {by_mark[mark] for mark in tombstones.which(connection, by_mark)}

    def messages(self, connection: Connection, named: Iterable[Place]) -> set[Place]:
        """Those of these messages (channel, provider's id) that we sent to somebody who was erased since."""
        by_mark = {marks.of_message(*each): each for each in named for marks in self._all}
        return {by_mark[mark] for mark in tombstones.which(connection, by_mark)}

    def customer(self, connection: Connection, ref: str) -> Row[Any] | None:
        """The receipt of the person whom a caller calls `ref`, if that one was erased."""
        return tombstones.erasure_of(connection, [marks.of_customer(ref) for marks in self._all])

    def reported(
        self,
        connection: Connection,
        body: Mapping[str, Any],
        addresses: Mapping[Channel, str],
        aliases: Mapping[Channel, Collection[str]],
    ) -> Reported | None:
        """Whether the interaction `body` is about somebody who was erased, by id, address, or as a repeat."""
        repeats = {marks.of_interaction(body["id"]) for marks in self._all}
        by = repeats | {marks.of_customer(body["customer"]["id"]) for marks in self._all}
        places = [(channel.value, address) for channel, address in addresses.items()]
        places += [(channel.value, address) for channel, more in aliases.items() for address in more]
        by |= {marks.of_address(*place) for place in places for marks in self._all}
        found = tombstones.which(connection, by)
        row = tombstones.erasure_of(connection, found)
        return None if row is None else Reported(erasure=row, is_repeat=bool(repeats & found))

    def is_mentioned(self, connection: Connection, text: str) -> bool:
        """Whether a number of an erased person stands in a text that we cannot read otherwise."""
        return any(tombstones.which(connection, marks.of_numbers_in(text)) for marks in self._all)

    def lift(self, connection: Connection, ref: str) -> bool:
        """Forget that the person whom a caller calls `ref` was erased; False if nobody was."""
        row = self.customer(connection, ref)
        if row is not None:
            tombstones.lift(connection, row.id)
        return row is not None

    def lift_place(self, connection: Connection, channel: str, address: str) -> None:
        """Whoever is at this address asks to be asked again."""
        row = tombstones.erasure_of(connection, [marks.of_address(channel, address) for marks in self._all])
        if row is not None:
            tombstones.lift(connection, row.id)
