"""Accounts, sessions, API keys and one-time codes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _key(length: int) -> sa.String:
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "account",
        sa.Column("id", _key(36), nullable=False),
        sa.Column("login", _key(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("subject", sa.String(100)),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("second_factor", sa.Text()),
        sa.Column("last_step", sa.BigInteger()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", _MOMENT),
        sa.Column("disabled_at", _MOMENT),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("login", name="uq_account_login"),
    )
    op.create_table(
        "session",
        sa.Column("digest", _key(64), nullable=False),
        sa.Column("account_id", _key(36), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_session_account_id_account"),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
    op.create_table(
        "api_key",
        sa.Column("id", _key(36), nullable=False),
        sa.Column("digest", _key(64), nullable=False),
        sa.Column("account_id", _key(36), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("digest", name="uq_api_key_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_api_key_account_id_account"),
    )
    op.create_index("ix_api_key_account_id", "api_key", ["account_id"])
    op.create_table(
        "one_time_code",
        sa.Column("digest", _key(64), nullable=False),
        sa.Column("account_id", _key(36), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_one_time_code"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_one_time_code_account_id_account"),
    )
    op.create_index("ix_one_time_code_account_id", "one_time_code", ["account_id"])


def downgrade() -> None:
    """Drop them."""
    for table in ("one_time_code", "api_key", "session", "account"):
        op.drop_table(table)
