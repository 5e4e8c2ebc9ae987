"""What stands beside a thread: its clocks, who it may go to, and what is known of the customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from common.actors import Actor
from common.channels import Adapter, Channel
from common.queue.deadlines import Clock, loses_owner_at, running
from common.queue_rules import length_words
from common.services import Services
from common.store import beside as store
from common.store import queue
from console.language import N_, _

MOST_EARLIER = 5
CLOCKS: Mapping[Clock, str] = {
    Clock.FIRST_REPLY: N_("First reply"),
    Clock.NEXT_REPLY: N_("Next reply"),
    Clock.RESOLVE: N_("Resolved"),
}
QUESTIONS: Mapping[str, str] = {"score": N_("the score"), "reason": N_("the reason"), "aspect": N_("the aspect")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownClock:
    """A deadline as people read it. left: the working time until it, in words; "" once it is missed."""

    name: str
    due_at: datetime
    is_late: bool
    is_near: bool
    left: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """An address of the customer, and what may be sent there. until: when that ends, None = it does not."""

    channel: str
    address: str
    words: str
    can: bool
    until: datetime | None = None


def beside(connection: Connection, services: Services, ticket: Row[Any], actor: Actor, now: datetime) -> dict[str, Any]:
    """What the page of a ticket shows beside the thread, by name."""
    policy = queue.load_book(connection, services.turns.zone).policy(ticket.team)
    row = dict(ticket._mapping)
    clocks = [
        ShownClock(
            name=_(CLOCKS[each.clock]),
            due_at=each.due_at,
            is_late=each.due_at <= now,
            is_near=each.warn_at <= now,
            left=length_words(policy.hours.between(now, each.due_at)) if each.due_at > now else "",
        )
        for each in running(row, policy)
    ]
    question = store.waiting_question(connection, ticket.conversation_id)
    return {
        "clocks": clocks,
        "is_closed_now": not policy.hours.is_open(now),
        "opens_at": policy.hours.opens_at(now),
        "loses_owner_at": loses_owner_at(row, policy),
        "earlier_tickets": store.earlier_tickets(connection, ticket, MOST_EARLIER),
        "earlier_scores": store.earlier_scores(connection, ticket, MOST_EARLIER),
        "reaches": [
            _reach(each, services.adapters, is_opted_out=ticket.opted_out_at is not None, now=now)
            for each in store.addresses(connection, ticket.customer_id)
        ],
        "handing": {
            "people": [each for each in queue.workers(connection, ticket.team) if each.id != ticket.owner],
            "teams": [each for each in queue.known_teams(connection) if each != ticket.team],
            "question": _(QUESTIONS[question]) if question and question in QUESTIONS else "",
        },
    }


def _reach(endpoint: Row[Any], adapters: Mapping[Channel, Adapter], *, is_opted_out: bool, now: datetime) -> Reach:
    adapter = adapters.get(Channel(endpoint.channel))
    words, can, until = _("Free text at any time"), True, None
    if is_opted_out:
        words, can = _("Nothing: the customer opted out"), False
    elif endpoint.blocked_at is not None:
        words, can = _("Nothing: it is blocked there"), False
    elif adapter is None:
        words, can = _("Nothing: the channel is off"), False
    elif adapter.capabilities.spoken:
        words = _("Calls")
    elif (window := adapter.capabilities.session_window) is not None:
        until = endpoint.last_inbound_at + window if endpoint.last_inbound_at else None
        if until is None or until <= now:
            words, until = _("Approved templates only"), None
        else:
            words = _("Free text until")
    return Reach(channel=endpoint.channel, address=endpoint.address, words=words, can=can, until=until)
