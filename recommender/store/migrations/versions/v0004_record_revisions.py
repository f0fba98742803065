"""Every content that a record ever had, so that a file can be read as it stood on a day in the past."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_KEYS = {
    "enterprise": "uscc",
    "diagnosis": "id",
    "solution": "id",
    "lead_unit": "id",
    "need": "id",
    "matching_event": "id",
}


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Create the table; of what is stored already only the present content is known."""
    op.create_table(
        "record_revision",
        sa.Column("kind", _key(20), nullable=False),
        sa.Column("key", _key(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", "revision", name="pk_record_revision"),
    )
    op.create_index("ix_record_revision_kind_recorded_at", "record_revision", ["kind", "recorded_at"])
    for kind, key in _KEYS.items():
        op.execute(
            sa.text(
                "INSERT INTO record_revision (kind, key, revision, recorded_at, document) "
                f"SELECT '{kind}', {key}, revision, updated_at, document FROM {kind}"
            )
        )


def downgrade() -> None:
    """Drop it; the present content stays in the record tables."""
    op.drop_table("record_revision")
