"""The course as a service of an installation: files, worklist, moves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from recommender.course.case_file import CaseFile
from recommender.course.compiling import Asker, case_file
from recommender.course.moving import Moved, MoveRequest, advance
from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.course.stages import load_course
from recommender.course.standing import Standing, stage_of
from recommender.course.worklist import StageCount, WorkEntry, WorkFilter, stage_counts, worklist
from recommender.domain.calendar import SHANGHAI, local_day
from recommender.errors import InvalidInput
from recommender.store import Store

#: Characters of a day.
_DAY = 10


class BadMoment(InvalidInput):
    """The moment asked for is not one of the past."""

    code = "bad_moment"
    title = "日期有误"


class UnknownStage(InvalidInput):
    """No stage has this name."""

    code = "unknown_stage"
    title = "没有这个阶段"


def read_moment(text: str | None) -> date | datetime | None:
    """Read a day, or a moment with its zone.

    Raises
    ------
    BadMoment
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(text)
    except ValueError as error:
        raise BadMoment(
            f"“{text}”不是日期，应写成 2026-03-01，或 2026-03-01T12:00:00+08:00", place={"field": "as_of"}
        ) from error


class Worklist(NamedTuple):
    """Chosen entries, the most overdue first, with the counts of all that the filter takes."""

    entries: Sequence[WorkEntry]
    counts: Sequence[StageCount]


class _Known(NamedTuple):
    state: tuple[int, int, date]
    entries: list[WorkEntry]


class CourseService:
    """Reads and moves the course."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: _Known | None = None

    def case_file(
        self, uscc: str, as_of: date | datetime | None = None, *, asker: Asker | None = None
    ) -> CaseFile:
        """Compile an enterprise's file, now or as of a past moment.

        Parameters
        ----------
        as_of : date or datetime, optional
            A day counts to its end in Guangzhou.

        Raises
        ------
        BadMoment
            For the future, or a time without its zone.
        recommender.matching.unknown.UnknownEnterprise
            If it was not stored by then.
        """
        moment = self.moment(as_of)
        with self._store.read() as work:
            return case_file(work, uscc, moment, asker=asker)

    def stage_of(self, uscc: str, as_of: date | datetime | None = None) -> tuple[Standing, ...]:
        """Return where an enterprise and its projects stand; raises as :meth:`case_file` does."""
        moment = self.moment(as_of)
        with self._store.read() as work:
            return stage_of(work, uscc, moment)

    def projects(self, as_of: date | datetime | None = None) -> list[Project]:
        """Return every project, now or as of a past moment.

        Raises
        ------
        BadMoment
        """
        moment = self.moment(as_of)
        with self._store.read() as work:
            return projects(work, moment)

    def worklist(self, wanted: WorkFilter | None = None, as_of: date | datetime | None = None) -> Worklist:
        """Return who stands where, now or as of a past moment.

        Raises
        ------
        BadMoment
        UnknownStage
            If the filter names a stage that there is not.
        """
        wanted = wanted or WorkFilter()
        stages = {stage.code: stage.name for stage in load_course().stages}
        if wanted.stage is not None and wanted.stage not in stages:
            told = "、".join(f"{code}（{name}）" for code, name in stages.items())
            raise UnknownStage(f"没有“{wanted.stage}”这个阶段，可用：{told}", place={"field": "stage"})
        chosen = [entry for entry in self._entries(as_of) if wanted.takes(entry)]
        return Worklist(chosen, stage_counts(chosen))

    def advance(self, request: MoveRequest) -> Moved:
        """Move an enterprise or a project on; raises as :func:`recommender.course.moving.advance` does."""
        return advance(self._store, request, load_course())

    def moment(self, as_of: date | datetime | None) -> datetime:
        """Return the moment that is meant: now, or the end of a past day in Guangzhou.

        Raises
        ------
        BadMoment
        """
        now = self._store.clock()
        if as_of is None:
            return now
        if isinstance(as_of, datetime):
            if as_of.tzinfo is None:
                raise BadMoment("时刻要写明时区，如 2026-03-01T12:00:00+08:00", place={"field": "as_of"})
            moment = as_of
        else:
            moment = datetime.combine(as_of, time.max, SHANGHAI)
            if as_of == local_day(now):
                moment = now
        if moment > now:
            raise BadMoment("不能查看将来的档案", place={"field": "as_of"})
        return moment.astimezone(UTC)

    def _entries(self, as_of: date | datetime | None) -> list[WorkEntry]:
        moment = self.moment(as_of)
        with self._store.read() as work:
            if as_of is not None:
                return worklist(work, moment)
            # Nothing new and the same day: the list is what it was, page after page.
            state = work.catalogue.version(), work.events.last_sequence(), local_day(moment)
            known = self._known
            if known is None or known.state != state:
                known = self._known = _Known(state, worklist(work, moment))
            return known.entries
