"""Fixtures that tests of several parts share."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from recommender.store import Store, schema
from recommender.store.engine import make_engine

#: Set to a PostgreSQL address to run the store's tests there; everything in that database is dropped.
POSTGRESQL = os.environ.get("SMEMATCH_TEST_DATABASE_URL")
ROOT = Path(__file__).resolve().parents[1]


def child_environment() -> dict[str, str]:
    """Environment in which a child process finds the checkout and whatever this process finds."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: a copy is faster than a migration."""
    file = tmp_path_factory.mktemp("schema") / "empty.db"
    engine = make_engine(f"sqlite:///{file}")
    schema.upgrade(engine)
    engine.dispose()
    return file


@pytest.fixture
def database_url(tmp_path: Path, empty_database: Path) -> str:
    """Address of a fresh, migrated database."""
    if POSTGRESQL:
        engine = make_engine(POSTGRESQL)
        schema.downgrade(engine, "base")
        schema.upgrade(engine)
        engine.dispose()
        return POSTGRESQL
    file = tmp_path / "store.db"
    shutil.copyfile(empty_database, file)
    return f"sqlite:///{file}"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a fresh database."""
    opened = Store(database_url)
    yield opened
    opened.dispose()
