"""The code book, and what comments speak of."""

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

from common.store.schema.columns import Instant, Words, id_column, json_document, metadata

theme_books = Table(  # the code book, in all its versions
    "theme_books",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("note", Words, nullable=False),
    Column("body", json_document(), nullable=False),
)

uncoded = Table(  # whose comment changed and was not read since; filled by triggers
    "uncoded",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    id_column("conversation_id", nullable=False),
)

coded = Table(  # comments that were read, with what is needed to count them
    "coded",
    metadata,
    id_column("conversation_id", primary_key=True),
    id_column("customer_id", nullable=False, index=True),
    Column("version", Integer, nullable=False),  # of the code book
    Column("answered_at", Instant, nullable=False),
    Column("week", Integer, nullable=False),  # of the answer: common/analysis/tally.py
    Column("score", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("locale", String(35), nullable=False),
    Column("team", String(255), nullable=False),  # empty: unknown
    Column("has_theme", Boolean, nullable=False),
    Index("ix_coded_answered", "answered_at"),
    Index("ix_coded_week", "week"),
)

theme_marks = Table(  # where a comment speaks of a theme
    "theme_marks",
    metadata,
    id_column("conversation_id", nullable=False),
    Column("theme_id", String(64), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("term", Words, nullable=False),  # empty: a person said so
    PrimaryKeyConstraint("conversation_id", "theme_id", "start"),
    Index("ix_theme_marks_theme", "theme_id", "conversation_id"),
)

theme_verdicts = Table(  # what people say about a mark; kept, and stronger than the book
    "theme_verdicts",
    metadata,
    id_column("conversation_id", nullable=False),
    Column("theme_id", String(64), nullable=False),
    Column("is_right", Boolean, nullable=False),
    Column("term", Words, nullable=False),  # by which it had been found
    Column("actor", Words, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("conversation_id", "theme_id"),
)

theme_states = Table(  # what became of a theme, every step
    "theme_states",
    metadata,
    id_column(primary_key=True),
    Column("theme_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),  # empty: the figures
    Column("note", Words, nullable=False),
    Column("baseline_count", Integer, nullable=False),
    Column("baseline_base", Integer, nullable=False),
    Index("ix_theme_states_theme", "theme_id", "at"),
)

theme_candidates = Table(  # proposals for new themes, and what people made of them
    "theme_candidates",
    metadata,
    id_column(primary_key=True),
    Column("at", Instant, nullable=False),
    Column("words", json_document(), nullable=False),
    Column("members", json_document(), nullable=False),
    Column("quotes", json_document(), nullable=False),
    Column("state", String(16), nullable=False),  # offered, accepted, dismissed, outdated
    Column("theme_id", String(64)),
    Column("actor", Words, nullable=False),
)
