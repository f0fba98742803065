import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from recommender.errors import NotSetUp
from recommender.settings import Settings
from recommender.store import Store, schema
from recommender.store.tables import metadata
from tests.conftest import child_environment
from tests.synthetic_records import enterprise


def test_migrations_build_exactly_the_declared_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_up_down_up(store: Store) -> None:
    assert schema.is_current(store.engine)
    schema.downgrade(store.engine, "base")
    assert schema.current(store.engine) is None
    assert set(inspect(store.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(store.engine)
    assert schema.is_current(store.engine)
    with store.begin() as work:
        assert work.enterprises.put(enterprise(1)).outcome == "created"


UPGRADE = """
import sys
from recommender.store import schema
from recommender.store.engine import make_engine
schema.upgrade(make_engine(sys.argv[1]))
"""


def test_upgrades_by_several_processes_are_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url],
            env=child_environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    assert [process.communicate(timeout=60)[1] for process in running] == ["", "", ""]
    store = Store(url)
    assert schema.is_current(store.engine)
    store.dispose()


def test_open_needs_a_current_database(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "家")
    with pytest.raises(NotSetUp, match="smematch init"):
        Store.open(settings)
    assert not (tmp_path / "家").exists()

    Store.set_up(settings).dispose()
    store = Store.open(settings)
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
    schema.downgrade(store.engine, "base")
    store.dispose()
    with pytest.raises(NotSetUp, match="smematch init"):
        Store.open(settings)


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = Store.set_up(settings)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.dispose()
    for start in (Store.open, Store.set_up):
        with pytest.raises(NotSetUp, match="9999"):
            start(settings)


def test_set_up_twice_keeps_the_records(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = Store.set_up(settings)
    with first.begin() as work:
        work.enterprises.put(enterprise(1))
    first.dispose()
    second = Store.set_up(settings)
    with second.read() as work:
        assert work.enterprises.count() == 1
    second.dispose()
