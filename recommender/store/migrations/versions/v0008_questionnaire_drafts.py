"""Drafts of the questionnaire."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "questionnaire_draft",
        sa.Column(
            "digest",
            sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_questionnaire_draft"),
    )
    op.create_index("ix_questionnaire_draft_expires_at", "questionnaire_draft", ["expires_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("questionnaire_draft")
