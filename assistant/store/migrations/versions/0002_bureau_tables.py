"""The bureau's own tables: 裁量基准 and 重大执法决定法制审核目录."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the two tables; nothing that is there changes."""
    op.create_table(
        "benchmark",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("visibility", sa.String(length=10), nullable=False),
        sa.Column("statute_id", sa.String(length=300), nullable=False),
        sa.Column("version_date", sa.Date(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("suffix", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=100), nullable=False),
        sa.Column("circumstances", sa.Text(), nullable=False),
        sa.Column("range_text", sa.Text(), nullable=False),
        sa.Column("statutory", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_benchmark_article", "benchmark", ["statute_id", "number", "suffix"], unique=False)
    op.create_index(op.f("ix_benchmark_document"), "benchmark", ["document"], unique=False)
    op.create_table(
        "review_catalogue",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_review_catalogue_document"), "review_catalogue", ["document"], unique=False)


def downgrade() -> None:
    """Drop the two tables."""
    op.drop_table("review_catalogue")
    op.drop_table("benchmark")
