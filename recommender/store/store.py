"""The store: units of work over one database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection
from sqlalchemy.exc import TimeoutError as PoolTimeout

from recommender.errors import NotSetUp, Unavailable
from recommender.settings import Settings
from recommender.store import schema
from recommender.store.engine import BUSY_SECONDS, checked_address, for_reading, make_engine
from recommender.store.repositories.accounts import AccountRepository
from recommender.store.repositories.assignments import AssignmentRepository
from recommender.store.repositories.catalogue import Catalogue
from recommender.store.repositories.diagnoses import DiagnosisRepository
from recommender.store.repositories.enterprises import EnterpriseRepository
from recommender.store.repositories.events import EventRepository
from recommender.store.repositories.idempotency import IdempotencyRepository
from recommender.store.repositories.lead_units import LeadUnitRepository
from recommender.store.repositories.matching_events import MatchingEventRepository, ScheduleRepository
from recommender.store.repositories.needs import NeedRepository
from recommender.store.repositories.notices import NoticeRepository
from recommender.store.repositories.questionnaire_drafts import QuestionnaireDraftRepository
from recommender.store.repositories.served_lists import ServedListRepository
from recommender.store.repositories.solutions import SolutionRepository


def utc_now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


class UnitOfWork:
    """The repositories on one transaction."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.clock = clock
        self.enterprises = EnterpriseRepository(connection, clock)
        self.diagnoses = DiagnosisRepository(connection, clock)
        self.solutions = SolutionRepository(connection, clock)
        self.lead_units = LeadUnitRepository(connection, clock)
        self.needs = NeedRepository(connection, clock)
        self.notices = NoticeRepository(connection, clock)
        self.matching_events = MatchingEventRepository(connection, clock)
        self.schedules = ScheduleRepository(connection)
        self.served_lists = ServedListRepository(connection)
        self.events = EventRepository(connection, clock)
        self.assignments = AssignmentRepository(connection)
        self.accounts = AccountRepository(connection)
        self.questionnaire_drafts = QuestionnaireDraftRepository(connection)
        self.idempotency = IdempotencyRepository(connection, clock)
        self.catalogue = Catalogue(connection)


class Store:
    """One database, shared by any number of threads.

    Parameters
    ----------
    url : str or URL
        SQLAlchemy address.
    clock : callable
        Returns the present moment with its zone; tests set it.
    busy_seconds : float
        How long to wait for a lock or a free connection, in seconds.
    """

    def __init__(
        self,
        url: str | URL,
        *,
        clock: Callable[[], datetime] = utc_now,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.engine = make_engine(url, busy_seconds=busy_seconds)
        self.clock = clock
        self._busy_seconds = busy_seconds
        # SQLite has one writer at a time and lets the others poll; threads of one process queue here instead.
        self._single_writer = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock()
        self._writing_thread: int | None = None

    @classmethod
    def open(cls, settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> "Store":
        """Open the store of an installation.

        Raises
        ------
        NotSetUp
            If the database, or the newest version of its tables, is missing.
        """
        url = settings.effective_database_url
        file = _sqlite_file(url)
        if file is not None and not file.exists():
            raise NotSetUp(f"找不到数据库 {file}，请先运行 smematch init")
        store = cls(url, clock=clock)
        try:
            _check_schema(store)
        except BaseException:
            store.dispose()
            raise
        return store

    @classmethod
    def set_up(cls, settings: Settings) -> "Store":
        """Create the database if needed, bring its tables up to date and open it."""
        url = settings.effective_database_url
        file = _sqlite_file(url)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        store = cls(url)
        try:
            if schema.current(store.engine) in {None, *schema.known()}:
                schema.upgrade(store.engine)
            _check_schema(store)
        except BaseException:
            store.dispose()
            raise
        return store

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """Open a unit of work that commits at the end of the block and rolls back on an error.

        What was written is on disk when the block has ended.

        Raises
        ------
        Unavailable
            If the database is locked, full, read-only or gone.
        """
        with self._only_writer(), self._connect() as connection, connection.begin():
            yield UnitOfWork(connection, self.clock)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """Open one consistent snapshot for reading; writing in it fails."""
        with self._connect() as connection, for_reading(connection).begin():
            yield UnitOfWork(connection, self.clock)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except PoolTimeout as error:
            raise Unavailable("数据库连接已用尽，请稍后重试") from error

    @contextmanager
    def _only_writer(self) -> Iterator[None]:
        if not self._single_writer:
            yield
            return
        me = threading.get_ident()
        if self._writing_thread == me:
            raise RuntimeError("this thread has a unit of work open already; it would wait for itself")
        if not self._writer.acquire(timeout=self._busy_seconds):
            raise Unavailable("数据库正忙，请稍后重试")
        self._writing_thread = me
        try:
            yield
        finally:
            self._writing_thread = None
            self._writer.release()


def _sqlite_file(url: str) -> Path | None:
    address = checked_address(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database)


def _check_schema(store: Store) -> None:
    revision = schema.current(store.engine)
    if revision == schema.head():
        return
    if revision is None:
        raise NotSetUp("数据库中还没有数据表，请先运行 smematch init")
    if revision not in schema.known():
        raise NotSetUp(f"数据库由更新的版本建立（结构版本 {revision}），请升级 smematch 后再用")
    raise NotSetUp(f"数据库结构是旧版本（{revision}），请运行 smematch init 升级")
