"""Consultations are counted in a table of their own; those kept in conversations are brought over."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table and count what was asked before; nothing that is there changes."""
    table = op.create_table(
        "consultation",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("desk", sa.String(length=20), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_consultation_at"), "consultation", ["at"], unique=False)
    message = sa.table("message", sa.column("role", sa.String()), sa.column("created_at", sa.DateTime()))
    asked = sa.select(message.c.created_at, sa.literal("工作台"), sa.true()).where(message.c.role == "user")
    op.execute(table.insert().from_select(["at", "desk", "answered"], asked))


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("consultation")
