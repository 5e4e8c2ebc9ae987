"""What Twilio and the carrier do with keywords, before any customer's application is asked.

From Twilio's "Support for opt-out keywords": the message must be the keyword alone, in any case. STOP blocks the pair
of sender and customer, and one with a messaging service for the whole service; the customer is told so once. The
message goes on to the webhook all the same. Sends then fail with 21610 until START.
"""

from __future__ import annotations

from enum import StrEnum

from sandbox.ledger import Record
from sandbox.settings import Settings
from sandbox.world import World


class Keyword(StrEnum):
    """As the webhook's OptOutType names them."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


WORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}
CONFIRMATIONS = {
    Keyword.STOP: "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    Keyword.START: "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    Keyword.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def read_keyword(text: str) -> Keyword | None:
    """The keyword that the whole text is, if it is one; spaces around it do not count."""
    return WORDS.get(text.strip().upper())


class Blocks:
    """Who has stopped whom, as the ledger tells it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._blocked: set[tuple[str, str]] = set()
        world.join({"text": self._texted, "reset": self._reset})

    def stands(self, sender: str, customer: str) -> bool:
        """Whether `customer` has stopped `sender`, a number or a messaging service."""
        with self._world.lock:
            return (sender, customer) in self._blocked

    def of(self, customer: str) -> list[str]:
        """The numbers and services that `customer` has stopped."""
        with self._world.lock:
            return sorted(sender for sender, number in self._blocked if number == customer)

    def _texted(self, record: Record) -> None:
        pairs = {(sender, record["from"]) for sender in senders_behind(self._world.settings, record["to"])}
        if record["keyword"] == Keyword.STOP:
            self._blocked |= pairs
        elif record["keyword"] == Keyword.START:
            self._blocked -= pairs

    def _reset(self, _record: Record) -> None:
        self._blocked.clear()


def senders_behind(settings: Settings, number: str) -> tuple[str, ...]:
    """What a keyword to `number` is about: the number, and the messaging service that it belongs to."""
    return (number, settings.messaging_service_sid) if number in settings.numbers else (number,)
