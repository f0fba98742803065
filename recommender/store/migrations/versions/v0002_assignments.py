"""Assignments: proposals for a batch, dry runs and committed ones."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    key = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
    op.create_table(
        "assignment",
        sa.Column("assignment_id", key, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("committed_at", _MOMENT),
        sa.Column("objective", sa.String(20), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("assignment_id", name="pk_assignment"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("assignment")
