"""The database engine: SQLite set up for durability and many writers, or PostgreSQL, with the same SQL."""

import sqlite3
import time

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from recommender.errors import InvalidInput, NotSetUp, Unavailable
from recommender.store import failures

#: How long a writer waits for another one before it gives up, in seconds.
BUSY_SECONDS = 30.0
#: Execution option of connections that must not write.
READ_ONLY = "smematch_read_only"


class UnsupportedDatabase(InvalidInput):
    """The database address cannot be used."""

    code = "unsupported_database"
    title = "不支持的数据库"


def make_engine(url: str | URL, *, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine for a SQLite file or a PostgreSQL database.

    Parameters
    ----------
    url : str or URL
        SQLAlchemy address; ``postgresql://`` means the psycopg 3 driver.
    busy_seconds : float
        How long to wait for a lock or a free connection, in seconds.

    Raises
    ------
    UnsupportedDatabase
        For another database, or a SQLite database in memory (each connection would see its own).
    NotSetUp
        When the PostgreSQL driver is not installed.

    Notes
    -----
    SQLite runs with a write-ahead log, ``synchronous=FULL`` (a commit is on disk when it returns) and
    enforced foreign keys. Write transactions start with ``BEGIN IMMEDIATE``: a deferred transaction that
    reads before it writes can fail with SQLITE_BUSY without waiting at all.
    """
    address = checked_address(url)
    if address.get_backend_name() == "sqlite":
        engine = _sqlite(address, busy_seconds)
    else:
        engine = _postgresql(address, busy_seconds)
    failures.install(engine)
    return engine


def checked_address(url: str | URL) -> URL:
    """Return the address with its driver.

    Raises
    ------
    UnsupportedDatabase
        If it cannot be read, or names neither a SQLite file nor PostgreSQL.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        raise UnsupportedDatabase("数据库地址无法识别，应形如 sqlite:///文件 或 postgresql://…") from None
    backend = address.get_backend_name()
    if backend not in {"sqlite", "postgresql"}:
        raise UnsupportedDatabase(f"不支持 {backend} 数据库，请使用 SQLite 文件或 PostgreSQL")
    if backend == "sqlite" and address.database in {None, "", ":memory:"}:
        raise UnsupportedDatabase("SQLite 须为磁盘文件，不能使用内存数据库")
    if address.drivername == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    return address


def _postgresql(address: URL, busy_seconds: float) -> Engine:
    try:
        return create_engine(
            address, pool_size=8, max_overflow=24, pool_timeout=busy_seconds, pool_pre_ping=True
        )
    except ModuleNotFoundError as error:
        raise NotSetUp(f"缺少 PostgreSQL 驱动 {error.name}，请安装 smematch[postgres]") from error


def _sqlite(address: URL, busy_seconds: float) -> Engine:
    engine = create_engine(
        address,
        pool_size=8,
        max_overflow=56,
        pool_timeout=busy_seconds,
        connect_args={"timeout": busy_seconds, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # Transactions are ours to begin; the driver's implicit BEGIN is always deferred.
        connection.isolation_level = None
        _use_write_ahead_log(connection, busy_seconds)
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        read_only = bool(connection.get_execution_options().get(READ_ONLY))
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _use_write_ahead_log(connection: sqlite3.Connection, busy_seconds: float) -> None:
    """Switch to the write-ahead log, in turn with other processes.

    SQLite's own waiting does not cover two connections that switch a new file at once. The mode stays
    with the file, so this happens at the first connection of its life.
    """
    deadline = time.monotonic() + busy_seconds
    while time.monotonic() < deadline:
        try:
            if connection.execute("PRAGMA journal_mode=WAL").fetchone()[0] == "wal":
                return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        time.sleep(0.02)
    raise Unavailable("数据库一直被占用，或所在的磁盘不支持 SQLite 的 WAL 方式，请换到本机磁盘")


def for_reading(connection: Connection) -> Connection:
    """Set a connection to one consistent snapshot that cannot be written."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection.execution_options(**{READ_ONLY: True})
