"""Counts from which figures are read."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
)

from common.store.schema.columns import Instant, Words, id_column, metadata

untallied = Table(  # what changed and is not in the tallies yet; filled by triggers, so that no path can forget it
    "untallied",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    id_column("interaction_id", nullable=False),
)

tallied = Table(  # what each interaction that may be asked about contributes to the tallies, as they count it now
    "tallied",
    metadata,
    id_column("interaction_id", primary_key=True),
    id_column("conversation_id"),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16), nullable=False),  # where was asked
    Column("survey", String(64), nullable=False),
    Column("team", String(255), nullable=False),  # empty: unknown
    Column("agent", Words, nullable=False),
    Column("agent_name", Words, nullable=False),
    Column("topic", String(255), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("zone", String(64), nullable=False),  # in which the days and hours below were read
    Column("cohort_at", Instant, nullable=False),  # when the interaction ended
    Column("cohort_on", Integer, nullable=False),  # that day, counted from 1 January 1970
    Column("weekhour", Integer, nullable=False),  # its hour of the week: 0 is Monday from 0 to 1
    Column("answered_at", Instant),  # when the response counts; null without a score
    Column("answered_on", Integer),
    Column("score", Integer),
    Column("depth", Integer, nullable=False),  # how far it got: common/analysis/tally.py
    Column("has_reason", Boolean, nullable=False),
    Column("is_complete", Boolean, nullable=False),
    Column("facet", BigInteger, nullable=False),  # all that can be filtered by but the agent
    Column("staff", BigInteger, nullable=False),  # the agent's facet
    Index("ix_tallied_answered", "answered_at"),
    Index("ix_tallied_cohort", "cohort_at"),
    # These hold all that is asked of them, so that the rows need not be fetched.
    Index("ix_tallied_facet_answered", "facet", "answered_on", "score", "weekhour", "staff"),
    Index("ix_tallied_facet_cohort", "facet", "cohort_on", "depth", "has_reason", "is_complete", "staff"),
    Index("ix_tallied_staff_answered", "staff", "answered_on", "score", "weekhour", "facet"),
    Index("ix_tallied_staff_cohort", "staff", "cohort_on", "depth", "has_reason", "is_complete", "facet"),
)

FUNNEL = ("eligible", "invited", "accepted", "delivered", "read", "scored", "reasoned", "completed")
SCORES = tuple(f"score_{score}" for score in range(11))

tallies = Table(  # counts of one day by one dimension: scores by the day of the answer, the funnel by the cohort's day
    "tallies",
    metadata,
    Column("dimension", String(16), nullable=False),
    Column("day", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("key", Words, nullable=False),
    Column("label", Words, nullable=False),
    *(Column(name, Integer, nullable=False) for name in (*SCORES, *FUNNEL)),
    PrimaryKeyConstraint("dimension", "day", "kind", "direction", "key"),
)

facets = Table(  # what interactions can be told apart by, as it occurs together; what a pattern leaves open is null
    "facets",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # made of the values alone
    Column("pattern", String(32), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16)),
    Column("survey", String(64)),
    Column("team", String(255)),
    Column("topic", String(255)),
    Column("locale", String(35)),
    Column("agent", Words),
    Column("agent_name", Words),
)

facet_weeks = Table(  # counts of one week by facet, for figures within filters; both clocks as in tallies
    "facet_weeks",
    metadata,
    Column("facet", BigInteger, nullable=False),
    Column("week", Integer, nullable=False),
    *(Column(name, Integer, nullable=False) for name in (*SCORES, *FUNNEL)),
    PrimaryKeyConstraint("facet", "week"),
    Index("ix_facet_weeks_week", "week"),
    sqlite_with_rowid=False,
)
