"""The queue: clocks and marks of tickets, policies and rules of routing.

Tickets that are there get clocks from what is known of them: whoever has not been answered has waited since the last
message. The tick looks at each of them once and writes its deadline and priority anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant, Words, json_document

revision = "0060"
down_revision = "0050"

_INSTANTS = (
    "reopened_at",
    "awaiting_since",
    "owner_active_at",
    "reply_warned_at",
    "reply_breached_at",
    "resolve_warned_at",
    "resolve_breached_at",
    "escalated_at",
    "check_at",
)


def upgrade() -> None:
    """One way only."""
    with op.batch_alter_table("tickets") as tickets:
        tickets.add_column(sa.Column("value", sa.Integer(), nullable=False, server_default=sa.text("0")))
        tickets.add_column(sa.Column("silences", sa.Integer(), nullable=False, server_default=sa.text("0")))
        for name in _INSTANTS:
            tickets.add_column(sa.Column(name, Instant(), nullable=True))
        tickets.drop_index("ix_tickets_queue")
        tickets.create_index("ix_tickets_queue", ["status", "priority", "due_at"])
        tickets.create_index("ix_tickets_check", ["check_at"])
    op.execute(
        "UPDATE tickets SET check_at = opened_at, owner_active_at = claimed_at, awaiting_since = "
        "CASE WHEN status = 'waiting' THEN NULL WHEN first_reply_at IS NULL THEN opened_at "
        "ELSE COALESCE(last_message_at, opened_at) END WHERE status <> 'resolved'"
    )
    for table, key in (
        ("sla_policies", sa.Column("team", sa.String(255), primary_key=True)),
        ("routing_rules", sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False)),
    ):
        op.create_table(
            table,
            key,
            sa.Column("body", json_document(), nullable=False),
            sa.Column("updated_at", Instant(), nullable=False),
            sa.Column("updated_by", Words(), nullable=False),
            sa.PrimaryKeyConstraint(key.name, name=f"pk_{table}"),
        )
