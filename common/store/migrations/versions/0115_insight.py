"""More weeks of facets: every agent with any two things beside, for figures within several filters.

What was counted is counted again by the tick; until then figures are served as they stand and the page says so.
"""

from __future__ import annotations

from alembic import op

revision = "0115"
down_revision = "0105"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    for table in ("tallied", "tallies", "facet_weeks", "untallied"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - this module's own words
    op.execute(
        "INSERT INTO untallied (interaction_id) "
        "SELECT id FROM interactions WHERE decision = 'invite' ORDER BY ended_at, id"
    )
