"""The closing report as figures: all of them views of the log as of one moment."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from recommender.adjustment.rules import ACTION_NAMES, SIDE_NAMES
from recommender.adjustment.standing import decisions
from recommender.closing.fairness import MarketLine, SizeLine, markets, sizes
from recommender.closing.waits import StageTime, enterprise_walks, stage_times
from recommender.course.project import Project
from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.domain.event import load_funnel
from recommender.domain.taxonomy import load_taxonomy
from recommender.exposure.service import ExposureService
from recommender.learning.intervals import Figure, cluster_numbers, mean_figure, missing, wilson
from recommender.outcomes.board import Board, board_of
from recommender.outcomes.figures import Facts, facts_at
from recommender.outcomes.measures import gain
from recommender.store import Store, UnitOfWork

#: The exposure report takes 36 months at most.
_MOST_DAYS = 1065
_MOST_REASONS = 3
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


class Basis(Value):
    """What the numbers rest on.

    Attributes
    ----------
    events, last_sequence : int
        Events that count, and the number of the last of them in the log.
    irregular : int
        Steps of projects that were told out of order.
    """

    enterprises: int
    synthetic: int
    events: int
    last_sequence: int
    projects: int
    irregular: int
    first_day: date


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
    """Something that went wrong, how often, and the reasons that were written most often."""

    type: str
    title: str
    events: int
    reasons: tuple[tuple[str, int], ...]


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
    levels : tuple
        Level before, level after, accepted projects.
    markets : tuple of MarketLine
        By the pool and the ranking of now, whatever the moment.
    """

    as_of: datetime
    today: date
    synthetic: bool
    basis: Basis
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
    levels: tuple[tuple[int, int, int], ...]
    sizes: tuple[SizeLine, ...]
    markets: tuple[MarketLine, ...]
    trouble: tuple[Trouble, ...]
    adjustments: tuple[tuple[str, int], ...]


class ClosingService:
    """The closing report over a store."""

    def __init__(self, store: Store, exposure: ExposureService | None = None) -> None:
        self._store = store
        self._exposure = exposure

    def report(self, moment: datetime | None = None) -> ClosingReport:
        """Return the report as of a moment, now by default; without an index its markets are left out."""
        with self._store.read() as work:
            at = moment or work.clock()
            facts = facts_at(work, at)
            made = _report(work, facts, at)
        if self._exposure is None:
            return made
        since = max(facts.begun, facts.today - timedelta(days=_MOST_DAYS))
        seen = self._exposure.report(min(since, facts.today), facts.today)
        return made.model_copy(update={"markets": markets(seen)})


def _report(work: UnitOfWork, facts: Facts, at: datetime) -> ClosingReport:
    rows, firms = facts.projects, facts.firms
    accepted = [row for row in rows if row.accepted_on is not None]
    ended = [row for row in rows if row.settled is not None]
    counts, reached, reasons, last = _counted(work, at)
    taxonomy = load_taxonomy()
    decided = Counter(
        f"{SIDE_NAMES[side]}{ACTION_NAMES[one.action]}" for (side, _), one in decisions(work, at).items()
    )
    return ClosingReport(
        as_of=at,
        today=facts.today,
        synthetic=any(firm.synthetic for firm in firms.values()),
        basis=Basis(
            enterprises=len(firms),
            synthetic=sum(firm.synthetic for firm in firms.values()),
            events=counts.total(),
            last_sequence=last,
            projects=len(rows),
            irregular=sum(len(row.irregular) for row in rows),
            first_day=facts.begun,
        ),
        board=board_of(facts, at),
        funnel=tuple(
            FunnelStep(
                type=one.name, title=one.title, enterprises=len(reached[one.name]), events=counts[one.name]
            )
            for one in load_funnel().types
        ),
        stages=stage_times(rows, enterprise_walks(work, at, firms)),
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
        levels=_levels(accepted),
        sizes=sizes(firms, rows),
        markets=(),
        trouble=tuple(
            Trouble(type=name, title=title, events=counts[name], reasons=_most(reasons[name]))
            for name, title in _TROUBLE
        ),
        adjustments=tuple(sorted(decided.items())),
    )


def _counted(
    work: UnitOfWork, at: datetime
) -> tuple[Counter[str], dict[str, set[str]], dict[str, Counter[str]], int]:
    """Return how often each kind was told, by whom, with which reasons, and the last event's number."""
    counts: Counter[str] = Counter()
    reached: dict[str, set[str]] = defaultdict(set)
    reasons: dict[str, Counter[str]] = defaultdict(Counter)
    last = 0
    for line in work.events.lines(at):
        counts[line.type] += 1
        reached[line.type].add(line.subject)
        if isinstance(reason := line.attributes.get("reason"), str) and reason.strip():
            reasons[line.type][reason.strip()] += 1
        last = max(last, line.sequence)
    return counts, reached, reasons, last


def _most(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return tuple(ordered[:_MOST_REASONS])


def _levels(accepted: Iterable[Project]) -> tuple[tuple[int, int, int], ...]:
    moved = Counter(
        (row.level_before, row.level_after)
        for row in accepted
        if row.level_before is not None and row.level_after is not None
    )
    return tuple((before, after, count) for (before, after), count in sorted(moved.items()))


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
