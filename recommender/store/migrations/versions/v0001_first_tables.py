"""All tables of the first edition."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def _record_table(name: str, key: str, length: int, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column(key, _key(length), nullable=False),
        *columns,
        sa.Column("synthetic", sa.Boolean(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("change_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(key, name=f"pk_{name}"),
    )
    _index(name, "change_number")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _records() -> None:
    _record_table(
        "enterprise",
        "uscc",
        18,
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("district", sa.String(6)),
        sa.Column("sub_industry", sa.String(40)),
    )
    _index("enterprise", "district")
    _index("enterprise", "sub_industry")
    _record_table(
        "diagnosis",
        "id",
        64,
        sa.Column(
            "uscc", _key(18), sa.ForeignKey("enterprise.uscc", name="fk_diagnosis_uscc"), nullable=False
        ),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(20), nullable=False),
        sa.Column("instrument", sa.String(20), nullable=False),
    )
    _index("diagnosis", "uscc", "assessed_on")
    _record_table(
        "solution",
        "id",
        64,
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("provider_id", sa.String(64)),
        sa.Column("audit_state", sa.String(20), nullable=False),
        sa.Column("in_scope", sa.Boolean(), nullable=False),
    )
    _index("solution", "provider_id")
    _index("solution", "audit_state")
    _record_table(
        "lead_unit",
        "id",
        64,
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
    )
    _record_table("need", "id", 64, sa.Column("uscc", sa.String(18)), sa.Column("solution_id", sa.String(64)))
    _index("need", "uscc")
    _index("need", "solution_id")


def _served_lists() -> None:
    op.create_table(
        "served_list",
        sa.Column("recommendation_id", _key(64), nullable=False),
        sa.Column("served_at", _MOMENT, nullable=False),
        sa.Column("target", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(100)),
        sa.Column("model_version", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("index_version", sa.Text(), nullable=False),
        sa.Column("degraded", sa.Text()),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recommendation_id", name="pk_served_list"),
    )
    _index("served_list", "subject", "served_at")
    op.create_table(
        "served_item",
        sa.Column("recommendation_id", _key(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.String(100), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("propensity", sa.Double(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recommendation_id", "position", name="pk_served_item"),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["served_list.recommendation_id"],
            name="fk_served_item_recommendation_id",
        ),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column(
            "sequence",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
            autoincrement=False,
        ),
        sa.Column("event_id", _key(100), nullable=False),
        sa.Column("type", sa.String(40), nullable=False),
        sa.Column("recommendation_id", sa.String(64)),
        sa.Column("unknown_recommendation", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("object", sa.String(100), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_event"),
        sa.UniqueConstraint("event_id", name="uq_event_event_id"),
    )
    for column in ("type", "recommendation_id", "subject", "object"):
        _index("event", column)


def upgrade() -> None:
    """Create everything."""
    _records()
    _served_lists()
    _events()
    op.create_table(
        "idempotency",
        sa.Column("key", _key(200), nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("body_hash", sa.String(64), nullable=False),
        sa.Column("token", sa.String(36), nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.Text()),
        sa.Column("body", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("key", name="pk_idempotency"),
    )
    _index("idempotency", "claimed_at")
    counter = op.create_table(
        "change_counter",
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_change_counter"),
    )
    op.bulk_insert(counter, [{"scope": scope, "number": 0} for scope in ("catalogue", "needs", "events")])


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "change_counter",
        "idempotency",
        "event",
        "served_item",
        "served_list",
        "need",
        "lead_unit",
        "solution",
        "diagnosis",
        "enterprise",
    ):
        op.drop_table(table)
