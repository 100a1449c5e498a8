"""Legality reviews with their findings and the reviewer's word on each."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the tables; nothing that is there changes."""
    op.create_table(
        "review",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("law_day", sa.Date(), nullable=True),
        sa.Column("rules_version", sa.String(length=20), nullable=False),
        sa.Column("library_revision", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("owner_name", sa.String(length=100), nullable=False),
        sa.Column("section", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("conclusion", sa.String(length=10), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.String(length=100), nullable=False),
        sa.Column("reviewer_name", sa.String(length=100), nullable=False),
        sa.Column("concluded_at", sa.DateTime(), nullable=True),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number_year", "serial", name="uq_review_number"),
    )
    for column in ("kind", "digest", "owner", "section", "created_at", "state"):
        op.create_index(op.f(f"ix_review_{column}"), "review", [column], unique=False)
    op.create_table(
        "review_finding",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("explain", sa.Text(), nullable=False),
        sa.Column("suggest", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("place_start", sa.Integer(), nullable=True),
        sa.Column("place_end", sa.Integer(), nullable=True),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("added", sa.Boolean(), nullable=False),
        sa.Column("word", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("own_severity", sa.String(length=10), nullable=False),
        sa.Column("own_explain", sa.Text(), nullable=False),
        sa.Column("own_suggest", sa.Text(), nullable=False),
        sa.Column("word_by", sa.String(length=100), nullable=False),
        sa.Column("word_by_name", sa.String(length=100), nullable=False),
        sa.Column("word_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_review_finding_review_id"), "review_finding", ["review_id"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("review_finding")
    op.drop_table("review")
