"""Several addresses of one person on a channel, and when somebody wrote who was not known yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0010"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.add_column("endpoints", sa.Column("same_as", sa.String(length=64), nullable=True))
    op.create_index("ix_inbound_sender", "inbound", ["channel", "sender", "received_at"], unique=False)
