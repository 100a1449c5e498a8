"""Statutes the public does not see while a change about them waits."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the table; nothing is held back yet."""
    op.create_table(
        "held_back",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("statute_id", sa.String(length=320), nullable=False),
        sa.PrimaryKeyConstraint("change_id", "statute_id"),
    )


def downgrade() -> None:
    """Drop the table: what was held back is seen again as it was decided last."""
    op.drop_table("held_back")
