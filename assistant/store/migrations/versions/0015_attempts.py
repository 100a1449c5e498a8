"""Attempts counted by place instead of locks on names; people of the sign-in provider wait for an administrator."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create the tables and drop the counters they replace; a lock that stands ends."""
    op.create_table(
        "attempt",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("wait_until", sa.DateTime(), nullable=True),
        sa.Column("counted_at", sa.DateTime(), nullable=False),
        sa.Column("let_in_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subject", "place"),
    )
    op.create_index(op.f("ix_attempt_place"), "attempt", ["place"], unique=False)
    op.create_index(op.f("ix_attempt_counted_at"), "attempt", ["counted_at"], unique=False)
    op.create_table(
        "provider_request",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("mail", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("subject"),
    )
    op.drop_column("account", "failures")
    op.drop_column("account", "locked_until")
    op.drop_column("left_question", "misses")
    op.drop_column("left_question", "missed_at")


def downgrade() -> None:
    """Bring the counters back, empty, and drop the tables."""
    op.add_column("left_question", sa.Column("missed_at", sa.DateTime(), nullable=True))
    op.add_column("left_question", sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", sa.Column("locked_until", sa.DateTime(), nullable=True))
    op.add_column("account", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.drop_table("provider_request")
    op.drop_table("attempt")
