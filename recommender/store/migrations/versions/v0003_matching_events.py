"""Matching events with their schedules, and an index for counting events of a period."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Create both tables, their counter and the index."""
    op.create_table(
        "matching_event",
        sa.Column("id", _key(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_matching_event"),
    )
    for column in ("held_on", "change_number"):
        op.create_index(f"ix_matching_event_{column}", "matching_event", [column])
    op.create_table(
        "meeting_schedule",
        sa.Column("event_id", _key(64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("planned_at", _MOMENT, nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "version", name="pk_meeting_schedule"),
        sa.ForeignKeyConstraint(["event_id"], ["matching_event.id"], name="fk_meeting_schedule_event_id"),
    )
    op.create_index("ix_event_type_occurred_at", "event", ["type", "occurred_at"])
    counter = sa.table("change_counter", sa.column("scope"), sa.column("number"))
    op.bulk_insert(counter, [{"scope": "matching_events", "number": 0}])


def downgrade() -> None:
    """Drop them."""
    op.execute(sa.text("DELETE FROM change_counter WHERE scope = 'matching_events'"))
    op.drop_index("ix_event_type_occurred_at", "event")
    op.drop_table("meeting_schedule")
    op.drop_table("matching_event")
