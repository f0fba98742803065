"""The schema's version: bring a database up to date, and tell whether it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def config(connection: Connection | None = None) -> Config:
    """Return the Alembic configuration of the packaged migrations."""
    settings = Config()
    # A percent sign in the path would be read as interpolation.
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    if connection is not None:
        settings.attributes["connection"] = connection
    return settings


def head() -> str:
    """Return the newest revision that this program knows."""
    revision = ScriptDirectory.from_config(config()).get_current_head()
    if revision is None:
        raise RuntimeError(f"no migrations in {_MIGRATIONS}")
    return revision


def known() -> frozenset[str]:
    """Return every revision that this program knows."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(config()).walk_revisions())


def current(engine: Engine) -> str | None:
    """Return the revision of a database, None before the first upgrade."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has exactly the newest revision."""
    return current(engine) == head()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database to ``revision`` in one transaction; safe to call from several processes at once."""
    with engine.begin() as connection:
        _alone(connection)
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to ``revision`` (``base`` drops everything) in one transaction."""
    with engine.begin() as connection:
        _alone(connection)
        command.downgrade(config(connection), revision)


def _alone(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE keeps a second upgrade out by itself.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7319260514)")
