"""Privacy: receipts of erasures, the marks by which an erased person stays unasked, and when words were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, json_document

revision = "0095"
down_revision = "0085"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("error", sa.String(length=64), nullable=True),
        sa.Column("counts", json_document(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_customer_id"), "erasures", ["customer_id"], unique=False)
    op.create_index("ix_erasures_due", "erasures", ["due_at"], unique=False)
    op.create_table(
        "tombstones",
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("erasure_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_erasure_id"), "tombstones", ["erasure_id"], unique=False)
    op.add_column("conversations", sa.Column("words_gone_at", Instant(), nullable=True))
