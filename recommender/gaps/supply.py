"""The products of the pool that could answer a demand, and what is wrong with those that nearly could."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from recommender.domain import Solution
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import Scenario, SubIndustry


class Lack(StrEnum):
    """Why there is no product: the first condition that alone stands in the way of one."""

    OVER_BUDGET = "over_budget"
    OTHER_SUB_INDUSTRY = "other_sub_industry"
    LEVEL_TOO_LOW = "level_too_low"
    NOT_ADMITTED = "not_admitted"
    SEVERAL = "several"
    NOTHING = "nothing"


LACK_NAMES = {
    Lack.OVER_BUDGET: "有产品，但最低报价超出预算",
    Lack.OTHER_SUB_INDUSTRY: "有产品，但不面向这个行业",
    Lack.LEVEL_TOO_LOW: "有产品，但达不到要求的等级",
    Lack.NOT_ADMITTED: "有产品，但还没有入池",
    Lack.SEVERAL: "有产品，但不止一处不符",
    Lack.NOTHING: "没有任何产品",
}


class Wanted(NamedTuple):
    """What a product must do; equal demands are answered once.

    Attributes
    ----------
    grade : int
        A product must lift the scenario above it.
    """

    scenario: Scenario
    grade: int
    level: int
    sub_industry: SubIndustry | None
    budget_yuan: Decimal | None


class Supply(NamedTuple):
    """The answer of the pool.

    Attributes
    ----------
    choices : int
        Admitted products that do it, for this sub-industry, within the budget or without a stated price.
    unpriced : int
        Those among them that do not state a price.
    lack : Lack, optional
        None when there is a choice.
    nearest : int
        Products that would do but for ``lack``; of ``several``, all that touch the scenario.
    """

    choices: int
    unpriced: int
    lack: Lack | None
    nearest: int


def supply_of(solutions: Iterable[Solution]) -> Callable[[Wanted], Supply]:
    """Prepare a pool for questions.

    Returns
    -------
    callable
        Answers a :class:`Wanted`; the answers are remembered.
    """
    about: dict[Scenario, list[tuple[Solution, int]]] = defaultdict(list)
    for solution in solutions:
        if solution.in_scope:
            for effect in solution.scenarios:
                about[effect.scenario].append((solution, effect.level))

    @cache
    def answer(wanted: Wanted) -> Supply:
        return _answer(about[wanted.scenario], wanted)

    return answer


def _answer(about: Sequence[tuple[Solution, int]], wanted: Wanted) -> Supply:
    tests: dict[Lack, Callable[[Solution, int], bool]] = {
        Lack.OVER_BUDGET: lambda solution, _: _affordable(solution, wanted.budget_yuan),
        Lack.OTHER_SUB_INDUSTRY: lambda solution, _: _serves(solution, wanted.sub_industry),
        Lack.LEVEL_TOO_LOW: lambda _, level: level >= wanted.level,
        Lack.NOT_ADMITTED: lambda solution, _: solution.audit_state is AuditState.ADMITTED,
    }
    failed = [
        (solution, frozenset(lack for lack, holds in tests.items() if not holds(solution, level)))
        for solution, level in about
        if level > wanted.grade
    ]
    holding = [solution for solution, lacks in failed if not lacks]
    if holding:
        return Supply(len(holding), sum(solution.price is None for solution in holding), None, 0)
    for lack in tests:
        if nearest := sum(lacks == {lack} for _, lacks in failed):
            return Supply(0, 0, lack, nearest)
    return Supply(0, 0, Lack.SEVERAL if failed else Lack.NOTHING, len(failed))


def _affordable(solution: Solution, budget: Decimal | None) -> bool:
    return budget is None or solution.price is None or solution.price.low_yuan <= budget


def _serves(solution: Solution, sub_industry: SubIndustry | None) -> bool:
    return sub_industry is None or not solution.sub_industries or sub_industry in solution.sub_industries
