"""How long each state of the course stood, of enterprises before their projects and of the projects."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from recommender.course.belonging import TOLD_BESIDE, Belonging
from recommender.course.levels import diagnoses_of
from recommender.course.project import Project
from recommender.course.projects import sorted_events
from recommender.course.stages import load_course
from recommender.course.standing import enterprise_walk
from recommender.course.walking import Walk
from recommender.diagnosis.value import Value
from recommender.domain.calendar import local_day
from recommender.learning.intervals import Figure, cluster_numbers, mean_figure, missing
from recommender.store import UnitOfWork


class StageTime(Value):
    """How long a state stood, in days of Guangzhou.

    Attributes
    ----------
    n : int
        Stays that have ended; one that is entered again counts twice.
    mean : Figure
        Of them, by enterprise; 95 % interval.
    late : int
        Ended stays over the limit.
    standing : int
        Stays that go on, which no mean counts.
    """

    state: str
    stage: str
    name: str
    n: int
    mean: Figure
    median_days: float | None
    ninth_decile_days: float | None
    longest_days: int | None
    limit_days: int | None
    late: int
    standing: int


def enterprise_walks(work: UnitOfWork, moment: datetime, firms: Iterable[str]) -> dict[str, Walk]:
    """Return how far each enterprise had come before its projects."""
    course, known = load_course(), set(firms)
    first = work.enterprises.first_recorded(moment)
    diagnoses = diagnoses_of(work, moment)
    types = [*(move.event for move in course.moves), *TOLD_BESIDE]
    told = sorted_events(work, work.events.lines(moment, types=types), known, moment)
    walks = {}
    for uscc in sorted(known):
        own = diagnoses.get(uscc, [])
        assessed = own[0].record.assessed_on if own else None
        walks[uscc] = enterprise_walk(local_day(first[uscc]), assessed, told.get(uscc, Belonging()), course)
    return walks


def stage_times(rows: Sequence[Project], walks: Mapping[str, Walk]) -> tuple[StageTime, ...]:
    """Return one line for each state that anything stood in, in the order of the course."""
    stays = _Stays()
    begun: dict[str, date] = {}
    for row in rows:
        first = row.steps[0].on
        begun[row.enterprise] = min(first, begun.get(row.enterprise, first))
        stays.take(row.enterprise, [(step.state, step.on) for step in row.steps], None)
    for uscc, walk in walks.items():
        # With its first project an enterprise stands where the project stands.
        stays.take(uscc, [(step.state, step.on) for step in walk.steps], begun.get(uscc))
    return tuple(
        _line(state.code, stays)
        for state in load_course().states
        if not state.closed and (stays.ended.get(state.code) or stays.standing[state.code])
    )


@dataclass
class _Stays:
    ended: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    standing: Counter[str] = field(default_factory=Counter)

    def take(self, uscc: str, steps: list[tuple[str, date]], until: date | None) -> None:
        ends = [on for _, on in steps[1:]] + ([until] if until else [])
        for (state, on), end in zip(steps, ends, strict=False):
            self.ended.setdefault(state, []).append((uscc, max(0, (end - on).days)))
        if until is None:
            self.standing[steps[-1][0]] += 1


def _line(code: str, stays: _Stays) -> StageTime:
    state = load_course().state(code)
    pairs = stays.ended.get(code, [])
    days = [value for _, value in pairs]
    limit = None if state.until_due else state.limit_days
    mean = mean_figure(days, cluster_numbers([uscc for uscc, _ in pairs])) if days else missing("没有数据")
    return StageTime(
        state=code,
        stage=state.stage or "",
        name=state.name,
        n=len(days),
        mean=mean,
        median_days=round(float(np.median(days)), 1) if days else None,
        ninth_decile_days=round(float(np.percentile(days, 90)), 1) if days else None,
        longest_days=max(days, default=None),
        limit_days=limit,
        late=0 if limit is None else sum(value > limit for value in days),
        standing=stays.standing[code],
    )
