"""When an API key was last used, so that people dare to revoke the ones that nobody needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from common.store.schema import Instant

revision = "0120"
down_revision = "0115"


def upgrade() -> None:
    """Forwards only: a database is never taken backwards."""
    op.add_column("api_keys", sa.Column("used_at", Instant(), nullable=True))
