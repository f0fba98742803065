"""The tables. Record tables keep the record's JSON text beside the few columns worth filtering by."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept and returned in UTC on every database; a time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Name the zone that SQLite cannot keep."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def key_type(length: int) -> String:
    """Text that sorts by code point on every database, so that pages come in one order."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def _record_table(name: str, key: Column[Any], *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        key,
        *columns,
        Column("synthetic", Boolean, nullable=False),
        Column("document", Text, nullable=False),
        Column("content_hash", String(64), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("created_at", UtcDateTime, nullable=False),
        Column("updated_at", UtcDateTime, nullable=False),
        Column("change_number", BigInteger, nullable=False, index=True),
    )


enterprise = _record_table(
    "enterprise",
    Column("uscc", key_type(18), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("district", String(6), index=True),
    Column("sub_industry", String(40), index=True),
)

diagnosis = _record_table(
    "diagnosis",
    Column("id", key_type(64), primary_key=True),
    Column("uscc", key_type(18), ForeignKey("enterprise.uscc"), nullable=False),
    Column("assessed_on", Date, nullable=False),
    Column("method", String(20), nullable=False),
    Column("instrument", String(20), nullable=False),
)
Index(None, diagnosis.c.uscc, diagnosis.c.assessed_on)

solution = _record_table(
    "solution",
    Column("id", key_type(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("provider_id", String(64), index=True),
    Column("audit_state", String(20), nullable=False, index=True),
    Column("in_scope", Boolean, nullable=False),
)

lead_unit = _record_table(
    "lead_unit",
    Column("id", key_type(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("mode", String(20), nullable=False),
)

need = _record_table(
    "need",
    Column("id", key_type(64), primary_key=True),
    Column("uscc", String(18), index=True),
    Column("solution_id", String(64), index=True),
)

notice = _record_table(
    "notice",
    Column("id", key_type(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False, index=True),
    Column("published_on", Date, nullable=False),
)

matching_event = _record_table(
    "matching_event",
    Column("id", key_type(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("held_on", Date, nullable=False, index=True),
)

record_revision = Table(
    "record_revision",
    metadata,
    Column("kind", key_type(20), primary_key=True),
    Column("key", key_type(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
    Index(None, "kind", "recorded_at"),
)

meeting_schedule = Table(
    "meeting_schedule",
    metadata,
    Column("event_id", key_type(64), ForeignKey("matching_event.id"), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("planned_at", UtcDateTime, nullable=False),
    Column("document", Text, nullable=False),
)

served_list = Table(
    "served_list",
    metadata,
    Column("recommendation_id", key_type(64), primary_key=True),
    Column("served_at", UtcDateTime, nullable=False),
    Column("target", String(20), nullable=False),
    Column("subject", String(100)),
    Column("model_version", Text, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("index_version", Text, nullable=False),
    Column("degraded", Text),
    Column("request", Text, nullable=False),
    Column("response", Text, nullable=False),
    Index(None, "subject", "served_at"),
)

served_item = Table(
    "served_item",
    metadata,
    Column("recommendation_id", key_type(64), ForeignKey("served_list.recommendation_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, nullable=False),
    Column("object_id", String(100), nullable=False),
    Column("score", Double, nullable=False),
    Column("propensity", Double, nullable=False),
    Column("features", Text, nullable=False),
    Column("applies", Text),
)

event = Table(
    "event",
    metadata,
    # Taken from change_counter under its lock: readers that remember the last number never miss one.
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("event_id", key_type(100), nullable=False),
    Column("type", String(40), nullable=False, index=True),
    Column("recommendation_id", String(64), index=True),
    Column("unknown_recommendation", Boolean, nullable=False),
    Column("subject", String(100), nullable=False, index=True),
    Column("object", String(100), nullable=False, index=True),
    Column("actor", String(100), nullable=False),
    Column("occurred_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("value", Double),
    Column("document", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    UniqueConstraint("event_id"),
    Index(None, "type", "occurred_at"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("assignment_id", key_type(64), primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("committed_at", UtcDateTime),
    Column("objective", String(20), nullable=False),
    Column("request", Text, nullable=False),
    Column("response", Text, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", key_type(200), primary_key=True),
    Column("route", String(200), nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("token", String(36), nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False, index=True),
    Column("finished_at", UtcDateTime),
    Column("status", Integer),
    Column("headers", Text),
    Column("body", LargeBinary),
)

account = Table(
    "account",
    metadata,
    Column("id", key_type(36), primary_key=True),
    Column("login", key_type(64), nullable=False),
    Column("role", String(20), nullable=False),
    Column("subject", String(100)),
    Column("name", String(100), nullable=False),
    Column("password_hash", Text),
    Column("second_factor", Text),
    Column("last_step", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("disabled_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("login"),
)

session = Table(
    "session",
    metadata,
    Column("digest", key_type(64), primary_key=True),
    Column("account_id", key_type(36), ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", key_type(36), primary_key=True),
    Column("digest", key_type(64), nullable=False),
    Column("account_id", key_type(36), ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("digest"),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("digest", key_type(64), primary_key=True),
    Column("account_id", key_type(36), ForeignKey("account.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
)

questionnaire_draft = Table(
    "questionnaire_draft",
    metadata,
    Column("digest", key_type(64), primary_key=True),
    Column("content", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
)

change_counter = Table(
    "change_counter",
    metadata,
    Column("scope", String(20), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
