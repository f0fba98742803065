"""The plan: which products and measures take an enterprise to a level, at what cost, and how sure that is."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from recommender.diagnosis.value import Points, Value
from recommender.domain.enterprise import Yuan
from recommender.domain.solution import Provenance
from recommender.ranking.answer import Exclusion

Chance = Annotated[float, Field(ge=0, le=1)]


class Objective(StrEnum):
    """What the plan is the best in."""

    LEAST_COST = "least_cost"
    HIGHEST_LEVEL = "highest_level"
    MOST_VALUE = "most_value"


OBJECTIVE_NAMES = {
    Objective.LEAST_COST: "以最低费用达到目标等级",
    Objective.HIGHEST_LEVEL: "在预算内达到尽可能高的等级，再求费用最低",
    Objective.MOST_VALUE: "在预算和工期内取得尽可能大的提升，再求费用最低",
}


class Cost(Value):
    """An amount of money with its range.

    Attributes
    ----------
    planned_yuan : Decimal
        What the plan reckons with; between ``low_yuan`` and ``high_yuan``.
    estimated : bool
        True where a price was assumed or a measure's cost estimated (估算).
    """

    low_yuan: Yuan
    high_yuan: Yuan
    planned_yuan: Yuan
    estimated: bool = False


class ClosedScenario(Value):
    """A scenario that a product lifts further than it stands now.

    Attributes
    ----------
    counts : bool
        Whether it counts for the level that the plan reaches.
    confidence : float
        Chance 0–1 that the effect comes about, see :mod:`recommender.planning.robust`.
    """

    scenario: str
    name: str
    required: bool
    present: int
    after: int
    counts: bool
    provenance: Provenance
    confidence: Chance
    evidence: str | None = None


class EarnedOption(Value):
    """An option of the instrument that holds after the plan and not before.

    Attributes
    ----------
    adds : Decimal
        Points over the present answer.
    rests_on : str
        Why the option is earned, in Chinese; says so where it is only inferred.
    """

    item_id: str
    item_name: str
    letter: str
    text: str
    adds: Points
    scenario: str | None = None
    provenance: Provenance
    confidence: Chance
    rests_on: str
    evidence: str | None = None


class PlannedSolution(Value):
    """A product of the plan.

    Attributes
    ----------
    closes, earns : tuple
        What it brings; an effect that two products have stands with the better proven one, so that points
        add up.
    covers : tuple of str
        Links (scenario codes) that get an information system through it.
    days : int, optional
        Days to deploy.
    party : str
        Id of the contract party, see ``Plan.parties``.
    """

    id: str
    name: str
    provider: str | None
    cost: Cost
    days: int | None
    party: str
    closes: tuple[ClosedScenario, ...]
    earns: tuple[EarnedOption, ...]
    covers: tuple[str, ...]
    synthetic_mark: str | None = None


class PlannedMeasure(Value):
    """Something that the enterprise does itself; its cost is an estimate (估算)."""

    id: str
    name: str
    text: str
    cost: Cost
    days: int
    earns: tuple[EarnedOption, ...]


class PartyKind(StrEnum):
    """With whom a contract is made."""

    LEAD_UNIT = "lead_unit"
    INTEGRATOR = "integrator"
    VENDOR = "vendor"


class Party(Value):
    """One contract party and what it delivers; several are allowed since 2026."""

    id: str
    name: str
    kind: PartyKind
    solution_ids: tuple[str, ...]


class Standing(Value):
    """Points, scenarios and level at one moment."""

    level: int
    level_name: str
    points: Points
    scenarios: int
    required: int


class Proof(Value):
    """Level that each kind of proof alone would carry; self-made measures count in all three.

    Attributes
    ----------
    confirmed_level : int
        Counting only effects confirmed by acceptances.
    declared_level : int
        Counting also what vendors declare.
    level : int
        Counting also what is only inferred; the level of the plan.
    text : str
        The same for the reader, in Chinese.
    """

    confirmed_level: int
    declared_level: int
    level: int
    text: str


class AlternativeKind(StrEnum):
    """Why an alternative is shown.

    ``surer`` is a plan that reaches the level with a good chance, ``own_needs`` the cheapest one that also
    answers what the enterprise itself said it needs.
    """

    SURER = "surer"
    OWN_NEEDS = "own_needs"
    NEXT_BEST = "next_best"
    WITHOUT = "without"


class Alternative(Value):
    """Another plan for the same level.

    Attributes
    ----------
    without : str, optional
        Id of the product it does without.
    possible : bool
        False where the level cannot be reached that way (without the product, or with the chance); the other
        fields are empty then, but for the best ``chance`` that was found.
    extra_yuan : Decimal, optional
        Planned cost above the plan's own.
    chance : float, optional
        Chance that the level is reached, as in :class:`Reliability`.
    wanted : float, optional
        Chance that was looked for, for ``surer``.
    needs : tuple of str
        Own needs of the enterprise that its products answer.
    """

    kind: AlternativeKind
    without: str | None = None
    possible: bool = True
    solution_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    measure_ids: tuple[str, ...] = ()
    cost: Cost | None = None
    extra_yuan: Yuan | None = None
    days: int | None = None
    level: int | None = None
    chance: Chance | None = None
    wanted: Chance | None = None
    needs: tuple[str, ...] = ()


class NeedAnswered(Value):
    """One of the enterprise's own needs, and what the plan does for it.

    Attributes
    ----------
    solution_ids : tuple of str
        Products of the plan whose pages match it, best first; none where the plan leaves it open.
    others : tuple of str
        The best few of the products outside the plan that would answer it.
    available : int
        Products of the pool that would answer it.
    """

    text: str
    solution_ids: tuple[str, ...]
    others: tuple[str, ...] = ()
    available: int


class LevelPrice(Value):
    """Least planned cost of one level, whatever the budget.

    Attributes
    ----------
    cost_yuan, extra_yuan : Decimal, optional
        Least cost; and above the cost of the level before. None where the level is out of reach.
    within_budget : bool, optional
        None without a budget.
    """

    level: int
    name: str
    reached_now: bool
    cost_yuan: Yuan | None
    extra_yuan: Yuan | None
    within_budget: bool | None


class Relaxation(Value):
    """A single change that makes the target reachable, or what stands in the way of it.

    Attributes
    ----------
    code : str
        ``budget``, ``parties``, ``days``, ``unknown_price``, ``inferred``, ``excluded``, ``conflicts``,
        ``required_products``, ``measures``, ``everything`` (only all together help) or ``out_of_reach``.
    extra_yuan : Decimal, optional
        Money needed above the budget with this change.
    cost_yuan : Decimal, optional
        Least planned cost with this change.
    """

    code: str
    text: str
    extra_yuan: Yuan | None = None
    cost_yuan: Yuan | None = None


class Solved(Value):
    """How the plan was computed.

    Attributes
    ----------
    optimal : bool
        Proven to be the best; else ``gap`` says how far off it can be at most.
    gap : float, optional
        Relative gap between the plan and the proven bound, 0 when optimal.
    seconds : float
        Time in the solver for the plan itself.
    candidates : int
        Products that could be chosen.
    """

    optimal: bool
    gap: float | None
    seconds: float
    candidates: int
    solver: str = "HiGHS"


class Reliability(Value):
    """How sure the level is, with every effect an independent event of its own chance.

    Attributes
    ----------
    ci95 : tuple of float, optional
        95 % interval: the chance with every kind of effect at the lower, and at the upper, end of its own
        interval; wide while few outcomes stand behind it.
    observations : int
        Outcomes of acceptances behind the chances; 0 while they are expert estimates.
    wanted : float, optional
        Chance that was asked for.
    method : str
        How the chance was computed and, where one was asked for, how the plan was found, in Chinese.
    calibrated : bool
        Whether observed outcomes stand behind the chances; otherwise they are expert estimates.
    """

    chance: Chance
    ci95: tuple[Chance, Chance] | None = None
    observations: int = 0
    wanted: Chance | None = None
    met: bool | None = None
    method: str
    calibrated: bool = False


class Plan(Value):
    """The answer to a planning request.

    Attributes
    ----------
    feasible : bool
        Whether ``target_level`` is reached under every condition. If not, ``relaxations`` say what would
        help, and the plan itself is the highest level that can be had (least cost), possibly none.
    before, after : Standing
        ``after`` is what the diagnosis module makes of ``answers_after`` and ``scenarios_after``.
    answers_after, scenarios_after : dict
        The whole diagnosis after the plan; no present answer is lowered.
    days : int, optional
        Duration by the schedule asked for; None while a product does not tell.
    value : Decimal, optional
        Objective of ``most_value``: points gained, weighted scenario steps, weighted match of own needs.
    needs : tuple of NeedAnswered
        The enterprise's own needs; empty where it stated none.
    notes : tuple of str
        Assumptions and cautions, in Chinese.
    """

    enterprise: str | None
    objective: Objective
    target_level: int
    budget_yuan: Yuan | None
    feasible: bool
    summary: str
    before: Standing
    after: Standing
    answers_after: dict[str, tuple[str, ...]]
    scenarios_after: dict[str, int]
    solutions: tuple[PlannedSolution, ...]
    measures: tuple[PlannedMeasure, ...]
    cost: Cost
    days: int | None
    parties: tuple[Party, ...]
    proof: Proof
    reliability: Reliability
    value: Points | None = None
    needs: tuple[NeedAnswered, ...] = ()
    solved: Solved
    level_prices: tuple[LevelPrice, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    notes: tuple[str, ...] = ()
