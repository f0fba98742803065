"""The closing report as figures: all of them views of the log as of one moment."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median

from recommender.adjustment.rules import ACTION_NAMES, SIDE_NAMES
from recommender.adjustment.standing import decisions
from recommender.course.project import Project
from recommender.course.stages import load_course
from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.domain.event import load_funnel
from recommender.domain.taxonomy import load_taxonomy
from recommender.learning.intervals import Figure, cluster_numbers, mean_figure, missing, wilson
from recommender.outcomes.board import Board, board_of
from recommender.outcomes.figures import Facts, facts_at
from recommender.outcomes.measures import gain
from recommender.store import Store, UnitOfWork

#: Events that say how something went wrong, with their Chinese names.
_TROUBLE = (
    ("pilot_refused", "申报未通过"),
    ("project_returned", "备案退回"),
    ("rejected", "验收未过"),
    ("withdrawn", "项目退出"),
    ("complaint", "投诉"),
    ("pool_returned", "产品申报退回"),
    ("pool_rejected", "产品申报不通过"),
    ("pool_suspended", "产品暂停"),
    ("subsidy_returned", "奖补审核退回"),
    ("subsidy_refused", "奖补审核不通过"),
)


class FunnelStep(Value):
    """A step of the funnel: how many enterprises reached it, how many events there are."""

    type: str
    title: str
    enterprises: int
    events: int


class StageTime(Value):
    """How long projects stood in a stage, in days; of those that left it."""

    stage: str
    name: str
    n: int
    median_days: float | None
    longest_days: int | None


class Group(Value):
    """One district or sub-industry.

    Attributes
    ----------
    contract_yuan, approved_yuan, subsidy_yuan : Decimal
        Of its projects; approved and paid only where they are.
    """

    code: str | None
    name: str
    listed: int
    projects: int
    accepted: int
    withdrawn: int
    contract_yuan: Yuan
    approved_yuan: Yuan
    subsidy_yuan: Yuan
    level_gain: Figure


class Trouble(Value):
    """Something that went wrong, and how often."""

    type: str
    title: str
    events: int


class ClosingReport(Value):
    """The whole report.

    Attributes
    ----------
    synthetic : bool
        Whether any enterprise in it is made up.
    level_gain, rating : Figure
        Over accepted projects, by enterprise; 95 % interval.
    acceptance : Figure
        Share of the projects with a result that were accepted.
    """

    as_of: datetime
    today: date
    synthetic: bool
    board: Board
    funnel: tuple[FunnelStep, ...]
    stages: tuple[StageTime, ...]
    districts: tuple[Group, ...]
    sub_industries: tuple[Group, ...]
    level_gain: Figure
    level_gain_n: int
    rating: Figure
    rating_n: int
    acceptance: Figure
    acceptance_n: int
    contract_yuan: Yuan
    approved_yuan: Yuan
    subsidy_yuan: Yuan
    trouble: tuple[Trouble, ...]
    adjustments: tuple[tuple[str, int], ...]


class ClosingService:
    """The closing report over a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def report(self, moment: datetime | None = None) -> ClosingReport:
        """Return the report as of a moment, now by default."""
        with self._store.read() as work:
            at = moment or work.clock()
            return _report(work, at)


def _report(work: UnitOfWork, at: datetime) -> ClosingReport:
    facts = facts_at(work, at)
    rows, firms = facts.projects, facts.firms
    accepted = [row for row in rows if row.accepted_on is not None]
    ended = [row for row in rows if row.settled is not None]
    types = [step.name for step in load_funnel().types]
    counts, reached = _counted(work, at, [*types, *(name for name, _ in _TROUBLE)])
    taxonomy = load_taxonomy()
    decided = Counter(
        f"{SIDE_NAMES[side]}{ACTION_NAMES[one.action]}" for (side, _), one in decisions(work, at).items()
    )
    return ClosingReport(
        as_of=at,
        today=facts.today,
        synthetic=any(firm.synthetic for firm in firms.values()),
        board=board_of(facts, at),
        funnel=tuple(
            FunnelStep(
                type=one.name, title=one.title, enterprises=len(reached[one.name]), events=counts[one.name]
            )
            for one in load_funnel().types
        ),
        stages=_stage_times(rows),
        districts=_groups(
            facts, [(one.code, one.name) for one in taxonomy.districts], lambda key: firms[key].district
        ),
        sub_industries=_groups(
            facts,
            [(one.code.value, one.name) for one in taxonomy.sub_industries],
            lambda key: firms[key].sub_industry,
        ),
        level_gain=_mean(accepted, [gain(row) for row in accepted]),
        level_gain_n=sum(gain(row) is not None for row in accepted),
        rating=_mean(rows, [row.rating for row in rows]),
        rating_n=sum(row.rating is not None for row in rows),
        acceptance=_share(len(accepted), len(ended)),
        acceptance_n=len(ended),
        contract_yuan=_sum(row.contract_yuan for row in rows),
        approved_yuan=_sum(row.approved_yuan for row in accepted),
        subsidy_yuan=_sum(row.subsidy_paid_yuan for row in rows),
        trouble=tuple(Trouble(type=name, title=title, events=counts[name]) for name, title in _TROUBLE),
        adjustments=tuple(sorted(decided.items())),
    )


def _counted(
    work: UnitOfWork, at: datetime, types: Sequence[str]
) -> tuple[Counter[str], dict[str, set[str]]]:
    counts: Counter[str] = Counter()
    reached: dict[str, set[str]] = defaultdict(set)
    for line in work.events.lines(at, types=types):
        counts[line.type] += 1
        reached[line.type].add(line.subject)
    return counts, reached


def _stage_times(rows: Iterable[Project]) -> tuple[StageTime, ...]:
    """Return how long stages took: from the day a project entered one to the day it entered a later one."""
    course = load_course()
    days: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        steps = [step for step in row.steps if step.stage is not None]
        for here, after in pairwise(steps):
            if here.stage is not None and after.stage != here.stage:
                days[here.stage].append((after.on - here.on).days)
    return tuple(
        StageTime(
            stage=stage.code,
            name=stage.name,
            n=len(days[stage.code]),
            median_days=float(median(days[stage.code])) if days[stage.code] else None,
            longest_days=max(days[stage.code], default=None),
        )
        for stage in course.stages
        if stage.per == "project"
    )


def _groups(
    facts: Facts, names: Sequence[tuple[str, str]], group_of: Callable[[str], str | None]
) -> tuple[Group, ...]:
    by_code: dict[str | None, list[Project]] = defaultdict(list)
    for row in facts.projects:
        by_code[group_of(row.enterprise)].append(row)
    listed = Counter(group_of(key) for key in facts.listed)
    told: list[tuple[str | None, str]] = [
        *names,
        *([(None, "未写明")] if by_code[None] or listed[None] else []),
    ]
    return tuple(_group(code, name, listed[code], by_code[code]) for code, name in told)


def _group(code: str | None, name: str, listed: int, rows: Sequence[Project]) -> Group:
    accepted = [row for row in rows if row.accepted_on is not None]
    return Group(
        code=code,
        name=name,
        listed=listed,
        projects=len(rows),
        accepted=len(accepted),
        withdrawn=sum(row.state == "withdrawn" for row in rows),
        contract_yuan=_sum(row.contract_yuan for row in rows),
        approved_yuan=_sum(row.approved_yuan for row in accepted),
        subsidy_yuan=_sum(row.subsidy_paid_yuan for row in rows),
        level_gain=_mean(accepted, [gain(row) for row in accepted]),
    )


def _mean(rows: Sequence[Project], values: Sequence[float | None]) -> Figure:
    told = [(row.enterprise, value) for row, value in zip(rows, values, strict=True) if value is not None]
    if not told:
        return missing("没有数据")
    # An enterprise's projects are drawn together.
    return mean_figure([value for _, value in told], cluster_numbers([firm for firm, _ in told]))


def _share(part: int, whole: int) -> Figure:
    if not whole:
        return missing("没有已有结果的项目")
    return Figure(value=part / whole, ci95=wilson(part, whole))


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), start=Decimal(0))
