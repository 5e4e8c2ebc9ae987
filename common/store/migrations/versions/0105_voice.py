"""The telephone: prompts that were recorded, played in place of words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words

revision = "0105"
down_revision = "0095"


def upgrade() -> None:
    op.create_table(
        "sounds",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("name", Words, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("at", Instant, nullable=False),
    )
