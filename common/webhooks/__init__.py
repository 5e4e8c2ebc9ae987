"""Webhooks that we call, by Standard Webhooks 1.0: what is told, how it is signed, when it is tried again. Pure.

The source of every rule here is the specification "Standard Webhooks" 1.0 (standardwebhooks.com). What acts on these
rules is `common/herald/`.
"""

from __future__ import annotations

from enum import StrEnum


class AnnouncementType(StrEnum):
    """What is told: the `type` of a webhook's body."""

    INVITATION_SENT = "invitation.sent"
    RESPONSE_CREATED = "response.created"
    RESPONSE_UPDATED = "response.updated"
    TICKET_OPENED = "ticket.opened"
    TICKET_RESOLVED = "ticket.resolved"
    CUSTOMER_OPTED_OUT = "customer.opted_out"
    TEMPLATE_STATUS_CHANGED = "template.status_changed"
    INTERVIEW_COMPLETED = "interview.completed"
    ALERT_RAISED = "alert.raised"
    TEST = "webhook.test"
    """Sent when a person tries an address; nobody can subscribe to it."""


class PostState(StrEnum):
    """pending: it waits for its time. posting: on its way. delivered: the receiver said 2xx. dead: given up."""

    PENDING = "pending"
    POSTING = "posting"
    DELIVERED = "delivered"
    DEAD = "dead"


SUBSCRIBABLE = tuple(kind for kind in AnnouncementType if kind is not AnnouncementType.TEST)
