"""The board: every target with its value now, its parts, and where it is heading."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.outcomes import figures
from recommender.outcomes.figures import Counted, Facts, counted, facts_at, within
from recommender.outcomes.forecast import Forecast, at_pace, by_pipeline
from recommender.outcomes.targets import Target, load_targets
from recommender.policy.sourced import NOTICE, STATUS_NAMES
from recommender.store import Store


class Part(Value):
    """One district's or sub-industry's share; ``code`` is None where none is told."""

    code: str | None
    name: str
    value: int


class TargetLine(Value):
    """One target.

    Attributes
    ----------
    value : int
        At the moment of the board.
    at_due : int, optional
        What came up to the due day; None before it has passed.
    by_district, by_sub_industry : tuple of Part
        A product may stand in several sub-industries; with none told it stands under 未写明.
    pace, pipeline : Forecast, optional
        None once the due day has passed, and where projects under way say nothing of it.
    """

    code: str
    title: str
    goal: int
    due_on: date
    counting: str
    source: str
    source_status: str
    value: int
    at_due: int | None
    reached: bool
    by_district: tuple[Part, ...]
    by_sub_industry: tuple[Part, ...]
    pace: Forecast | None
    pipeline: Forecast | None


class Board(Value):
    """The board as of a moment.

    Attributes
    ----------
    district, sub_industry : str, optional
        Only these; goals are the city's all the same.
    """

    as_of: datetime
    today: date
    district: str | None
    sub_industry: str | None
    targets: tuple[TargetLine, ...]
    enterprises_listed: int
    projects_signed: int
    projects_accepted: int
    projects_withdrawn: int
    enterprises_paid: int
    subsidy_paid_yuan: Yuan
    notes: tuple[str, ...]
    notice: str = NOTICE


class BoardService:
    """The board over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def board(
        self,
        moment: datetime | None = None,
        *,
        district: str | None = None,
        sub_industry: SubIndustry | None = None,
    ) -> Board:
        """Return the board as of a moment, now by default."""
        with self._store.read() as work:
            at = moment or work.clock()
            facts = within(facts_at(work, at), district, sub_industry)
        return board_of(facts, at, district=district, sub_industry=sub_industry)


def board_of(
    facts: Facts, at: datetime, *, district: str | None = None, sub_industry: SubIndustry | None = None
) -> Board:
    """Return the board of facts, which are of the district and sub-industry already."""
    notes = [load_targets().note]
    if district is not None or sub_industry is not None:
        notes.append("目标数为全市口径，本页的完成数只含所选范围")
    return Board(
        as_of=at,
        today=facts.today,
        district=district,
        sub_industry=sub_industry,
        targets=tuple(_line(target, facts) for target in load_targets().targets),
        enterprises_listed=figures.enterprises_listed(facts),
        projects_signed=figures.projects_signed(facts),
        projects_accepted=figures.projects_accepted(facts),
        projects_withdrawn=figures.projects_withdrawn(facts),
        enterprises_paid=figures.enterprises_paid(facts),
        subsidy_paid_yuan=figures.subsidy_paid_yuan(facts),
        notes=tuple(notes),
    )


def _line(target: Target, facts: Facts) -> TargetLine:
    found = counted(facts, target.counts)
    passed = facts.today > target.due_on
    at_due = sum(one.on <= target.due_on for one in found) if passed else None
    return TargetLine(
        code=target.code,
        title=target.title,
        goal=target.goal,
        due_on=target.due_on,
        counting=target.counting,
        source=target.source,
        source_status=STATUS_NAMES[target.status],
        value=len(found),
        at_due=at_due,
        reached=(len(found) if at_due is None else at_due) >= target.goal,
        by_district=_districts(found),
        by_sub_industry=_sub_industries(found),
        pace=None if passed else _pace(target, found, facts),
        pipeline=None
        if passed or target.counts != "enterprises_accepted"
        else _pipeline(target, found, facts),
    )


def _pace(target: Target, found: Iterable[Counted], facts: Facts) -> Forecast:
    days = [one.on for one in found]
    return at_pace(days, target.goal, facts.today, target.due_on, facts.begun, load_targets().pace)


def _pipeline(target: Target, found: Iterable[Counted], facts: Facts) -> Forecast | None:
    if target.counts != "enterprises_accepted":
        return None
    done = frozenset(one.key for one in found)
    least = load_targets().pipeline.least_entries
    return by_pipeline(facts.projects, done, target.goal, facts.today, target.due_on, least)


def _districts(found: Iterable[Counted]) -> tuple[Part, ...]:
    names = {entry.code: entry.name for entry in load_taxonomy().districts}
    return _parts(Counter(one.district for one in found), names)


def _sub_industries(found: Iterable[Counted]) -> tuple[Part, ...]:
    names = {entry.code.value: entry.name for entry in load_taxonomy().sub_industries}
    return _parts(Counter(code for one in found for code in one.sub_industries or (None,)), names)


def _parts(numbers: Counter[str | None], names: Mapping[str, str]) -> tuple[Part, ...]:
    told = [Part(code=code, name=names.get(code, code), value=n) for code, n in numbers.items() if code]
    parts = sorted(told, key=lambda part: part.code or "")
    return (*parts, *([Part(code=None, name="未写明", value=numbers[None])] if numbers[None] else []))
