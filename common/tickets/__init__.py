"""The human queue: who has a ticket, and what that person may do with it.

Every act works in the caller's transaction under the customer's lock, so the owner is who the database says, whatever
a page still shows. It returns the ticket as the API shows it and the topics to ring *after* the commit:

    done = services.store.write(lambda connection: tickets.claim(connection, ticket_id, actor, clock.now()))
    services.bell.ring(*done.rings)

Claiming and releasing are events of the conversation, so they go through the turns: the bot falls silent in the same
transaction that gives the ticket an owner, and wakes in the one that takes the owner away.
"""

from __future__ import annotations

from common.queue.life import Resolution, TicketStatus
from common.tickets.ground import Done
from common.tickets.owning import Owning
from common.tickets.writing import Writing, again_id


class Tickets(Owning, Writing):
    """The acts on tickets. Any actor who is allowed into the queue may see and claim; the rest is the owner's."""


__all__ = ["Done", "Resolution", "TicketStatus", "Tickets", "again_id"]
