import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from recommender.errors import NotSetUp, PreconditionFailed, Unavailable
from recommender.settings import Settings
from recommender.store import Store
from recommender.store.engine import UnsupportedDatabase, make_engine
from tests.conftest import POSTGRESQL, child_environment
from tests.synthetic_records import enterprise, solution

sqlite_only = pytest.mark.skipif(POSTGRESQL is not None, reason="about SQLite files")


@sqlite_only
def test_sqlite_is_durable_and_checks_keys(store: Store) -> None:
    with store.engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://h/d", "nonsense"])
def test_unusable_addresses(url: str) -> None:
    with pytest.raises(UnsupportedDatabase):
        make_engine(url)
    with pytest.raises(UnsupportedDatabase):
        Store.open(Settings(database_url=url))


def test_reading_cannot_write(store: Store) -> None:
    with pytest.raises(Unavailable, match="只读"), store.read() as work:
        work.solutions.put(solution(1))
    with store.begin() as work:
        work.solutions.put(solution(1))


def test_a_read_is_one_snapshot(store: Store) -> None:
    with store.read() as reader:
        assert reader.solutions.count() == 0
        with store.begin() as writer:
            writer.solutions.put(solution(1))
        assert reader.solutions.count() == 0
    with store.read() as reader:
        assert reader.solutions.count() == 1


@sqlite_only
def test_a_locked_database_is_unavailable(store: Store, database_url: str) -> None:
    impatient = Store(database_url, busy_seconds=0.05)
    with store.begin(), pytest.raises(Unavailable, match="正忙"), impatient.begin():
        pass
    impatient.dispose()


@sqlite_only
def test_waiting_for_oneself_is_told_at_once(store: Store) -> None:
    with store.begin(), pytest.raises(RuntimeError, match="wait for itself"), store.begin():
        pass


@sqlite_only
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda file: file.write_bytes(b"not a database" * 100), "不是有效的"),
        (lambda file: (file.unlink(), file.mkdir()), "打不开"),
    ],
    ids=["garbage", "folder"],
)
def test_a_broken_file_is_unavailable(tmp_path: Path, spoil: Callable[[Path], object], words: str) -> None:
    file = tmp_path / "broken.db"
    file.touch()
    spoil(file)
    store = Store(f"sqlite:///{file}")
    with pytest.raises(Unavailable, match=words), store.begin() as work:
        work.solutions.count()
    store.dispose()


@sqlite_only
def test_a_full_disk_is_unavailable_and_loses_nothing(store: Store) -> None:
    with store.begin() as work:
        work.solutions.put(solution(1))
        pages = work.connection.exec_driver_sql("PRAGMA page_count").scalar()

    def overfill() -> None:
        with store.begin() as work:
            work.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            work.solutions.put_many(solution(n, text="满" * 5000) for n in range(100))

    with pytest.raises(Unavailable, match="已满"):
        overfill()
    with store.read() as work:
        assert work.solutions.count() == 1


def test_missing_tables_say_what_to_run(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'bare.db'}")
    with pytest.raises(NotSetUp, match="smematch init"), store.read() as work:
        work.solutions.count()
    store.dispose()


@sqlite_only
def test_our_own_mistakes_stay_loud(store: Store) -> None:
    with pytest.raises(OperationalError) as failure, store.begin() as work:
        work.connection.execute(text("SELEC 1"))
    assert isinstance(failure.value.orig, sqlite3.OperationalError)


def test_eight_threads_lose_no_update(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1, employees=0))
    start = threading.Barrier(8)

    def add_ones() -> None:
        start.wait()
        for _ in range(15):
            with store.begin() as work:
                stored = work.enterprises.get(enterprise(1).uscc, for_update=True)
                assert stored is not None
                more = (stored.record.employees or 0) + 1
                work.enterprises.put(enterprise(1, employees=more))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add_ones) for _ in range(8)]:
            done.result()
    with store.read() as work:
        stored = work.enterprises.get(enterprise(1).uscc)
        assert stored is not None
        assert (stored.record.employees, stored.revision) == (120, 121)
        assert stored.change_number == 121


def test_of_eight_writers_with_one_revision_one_wins(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1, employees=0))
    start = threading.Barrier(8)

    def change(employees: int) -> bool:
        start.wait()
        try:
            with store.begin() as work:
                work.enterprises.put(enterprise(1, employees=employees), if_match=1)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(change, range(1, 9)))
    assert sum(won) == 1
    with store.read() as work:
        stored = work.enterprises.get(enterprise(1).uscc)
        assert stored is not None
        assert (stored.record.employees, stored.revision) == (won.index(True) + 1, 2)


def test_eight_threads_creating_the_same_records_create_each_once(store: Store) -> None:
    start = threading.Barrier(8)

    def put_all(_thread: int) -> list[str]:
        start.wait()
        with store.begin() as work:
            return list(work.solutions.put_many(solution(n) for n in range(20)))

    with ThreadPoolExecutor(8) as pool:
        outcomes = [outcome for result in pool.map(put_all, range(8)) for outcome in result]
    assert outcomes.count("created") == 20
    assert outcomes.count("unchanged") == 140


WRITER = """
import sys
from recommender.store import Store
from tests.synthetic_records import enterprise
store = Store(sys.argv[1])
for _ in range(15):
    with store.begin() as work:
        stored = work.enterprises.get(enterprise(1).uscc, for_update=True)
        work.enterprises.put(enterprise(1, employees=stored.record.employees + 1))
"""


def test_processes_lose_no_update_either(store: Store, database_url: str) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1, employees=0))
    command = [sys.executable, "-c", WRITER, database_url]
    running = [
        subprocess.Popen(command, env=child_environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    for process in running:
        assert process.communicate(timeout=60)[1] == ""
    with store.read() as work:
        stored = work.enterprises.get(enterprise(1).uscc)
        assert stored is not None
        assert stored.record.employees == 45
