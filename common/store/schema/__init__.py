"""Every table, with the keys that make the product's promises.

The unique keys do the work: a webhook that comes twice, a job that runs twice, a question asked twice all end at one of
them. Rows that belong to a person carry `customer_id`, so that tables can be partitioned by it and a person can
be found and erased everywhere.
"""

from __future__ import annotations

from common.store.schema.actors import (
    api_keys,
    audit,
    half_sign_ins,
    idempotency_keys,
    identities,
    leases,
    recovery_codes,
    second_factors,
    sign_in_failures,
    user_sessions,
    users,
    welcomes,
)
from common.store.schema.asking import answers, conversations, interactions, invitations, surveys, timers
from common.store.schema.columns import Instant, Words, json_document, metadata, storable
from common.store.schema.figures import FUNNEL, SCORES, facet_weeks, facets, tallied, tallies, untallied
from common.store.schema.loop import follow_ups, recoveries
from common.store.schema.outside import (
    alert_routes,
    alert_sends,
    alerts,
    announcements,
    occurrences,
    post_tries,
    posts,
    subscriptions,
)
from common.store.schema.people import customer_refs, customers, endpoints, links
from common.store.schema.privacy import erasures, tombstones
from common.store.schema.queue import (
    canned_replies,
    feed,
    mentions,
    presence,
    routing_rules,
    saved_views,
    sla_policies,
    sought,
    sought_words,
    tickets,
)
from common.store.schema.sites import nonces, sites, visits
from common.store.schema.telephone import call_steps, calls, files, recordings, sounds
from common.store.schema.templates import approvals, template_changes, templates
from common.store.schema.themes import (
    coded,
    theme_books,
    theme_candidates,
    theme_marks,
    theme_states,
    theme_verdicts,
    uncoded,
)
from common.store.schema.thread import events, inbound, messages, outbox, pacing, quarantine, receipts

__all__ = [
    "FUNNEL",
    "SCORES",
    "Instant",
    "Words",
    "alert_routes",
    "alert_sends",
    "alerts",
    "announcements",
    "answers",
    "api_keys",
    "approvals",
    "audit",
    "call_steps",
    "calls",
    "canned_replies",
    "coded",
    "conversations",
    "customer_refs",
    "customers",
    "endpoints",
    "erasures",
    "events",
    "facet_weeks",
    "facets",
    "feed",
    "files",
    "follow_ups",
    "half_sign_ins",
    "idempotency_keys",
    "identities",
    "inbound",
    "interactions",
    "invitations",
    "json_document",
    "leases",
    "links",
    "mentions",
    "messages",
    "metadata",
    "nonces",
    "occurrences",
    "outbox",
    "pacing",
    "post_tries",
    "posts",
    "presence",
    "quarantine",
    "receipts",
    "recordings",
    "recoveries",
    "recovery_codes",
    "routing_rules",
    "saved_views",
    "second_factors",
    "sign_in_failures",
    "sites",
    "sla_policies",
    "sought",
    "sought_words",
    "sounds",
    "storable",
    "subscriptions",
    "surveys",
    "tallied",
    "tallies",
    "template_changes",
    "templates",
    "theme_books",
    "theme_candidates",
    "theme_marks",
    "theme_states",
    "theme_verdicts",
    "tickets",
    "timers",
    "tombstones",
    "uncoded",
    "untallied",
    "user_sessions",
    "users",
    "visits",
    "welcomes",
]
