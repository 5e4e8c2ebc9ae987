"""Figures within filters: counts of each week by facet, heat maps by one filter, and indexes that hold what is asked.

What was counted is counted again by the tick, as after the first migration of the figures; until then they are served
as they stand and the page says so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import FUNNEL, SCORES, Words

revision = "0080"
down_revision = "0075"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.execute("DELETE FROM tallied")
    op.execute("DELETE FROM tallies")
    with op.batch_alter_table(
        "tallied", recreate="auto" if op.get_bind().dialect.name != "sqlite" else "always"
    ) as batch:
        batch.add_column(sa.Column("facet", sa.BigInteger(), nullable=False))
        batch.add_column(sa.Column("staff", sa.BigInteger(), nullable=False))
    for first, other in (("facet", "staff"), ("staff", "facet")):
        scores = [first, "answered_on", "score", "weekhour", other]
        steps = [first, "cohort_on", "depth", "has_reason", "is_complete", other]
        op.create_index(f"ix_tallied_{first}_answered", "tallied", scores, unique=False)
        op.create_index(f"ix_tallied_{first}_cohort", "tallied", steps, unique=False)
    op.create_table(
        "facets",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pattern", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=True),
        sa.Column("survey", sa.String(length=64), nullable=True),
        sa.Column("team", sa.String(length=255), nullable=True),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("locale", sa.String(length=35), nullable=True),
        sa.Column("agent", Words(), nullable=True),
        sa.Column("agent_name", Words(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facets")),
    )
    op.create_table(
        "facet_weeks",
        sa.Column("facet", sa.BigInteger(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in (*SCORES, *FUNNEL)),
        sa.PrimaryKeyConstraint("facet", "week", name=op.f("pk_facet_weeks")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_facet_weeks_week", "facet_weeks", ["week"], unique=False)
    op.execute(
        "INSERT INTO untallied (interaction_id) "
        "SELECT id FROM interactions WHERE decision = 'invite' ORDER BY ended_at, id"
    )
