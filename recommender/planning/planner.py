"""The questions asked of one problem: the plan, its neighbours, the price of each level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from recommender.planning.model import Model
from recommender.planning.plan import AlternativeKind
from recommender.planning.problem import Problem
from recommender.planning.selection import Requirement, Selection

LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another selection for the same level.

    Attributes
    ----------
    without : str, optional
        Product that was barred, for a plan without it.
    selection : Selection, optional
        None where the level cannot be reached that way.
    """

    kind: AlternativeKind
    selection: Selection | None
    without: str | None = None


class Planner:
    """Answers questions about one problem; models are built when first needed.

    Parameters
    ----------
    problem : Problem
        With the budget among its limits.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._models: dict[int, Model] = {}

    def model(self, level: int) -> Model:
        """Return the model that counts scenarios at one level."""
        if level not in self._models:
            self._models[level] = Model(self.problem, (level,))
        return self._models[level]

    def cheapest(self, need: Requirement, *, within_budget: bool = True) -> Selection | None:
        """Return the cheapest selection that meets a requirement, None when there is none."""
        budget = self.problem.limits.budget_fen if within_budget else None
        return self.model(need.level).least_cost(need, budget_fen=budget)

    @cached_property
    def level_prices(self) -> dict[int, Selection | None]:
        """The cheapest selection of each level whatever the budget."""
        return {level: self.cheapest(Requirement(level), within_budget=False) for level in LEVELS}

    def highest_level(self) -> tuple[int, Selection] | None:
        """Return the highest level within the budget and its cheapest selection.

        A selection is within the budget exactly when the cheapest one is, so a larger budget never lowers
        the level.
        """
        budget = self.problem.limits.budget_fen
        for level in reversed(LEVELS):
            found = self.level_prices[level]
            if found is not None and (budget is None or found.cost_fen <= budget):
                return level, found
        return None

    def most_value(self) -> Selection | None:
        """Return the selection of most value within the budget."""
        return Model(self.problem, LEVELS, needs=True).most_value(budget_fen=self.problem.limits.budget_fen)

    def answering_needs(self, need: Requirement) -> Selection | None:
        """Return the cheapest selection that also answers the enterprise's own needs.

        Where the conditions do not allow all that some product answers, as many as can be had, in the order
        in which they were written; None when not even one can.
        """
        if not self.problem.answerable:
            return None
        model = Model(self.problem, (need.level,), needs=True)
        budget = self.problem.limits.budget_fen
        found = model.least_cost(replace(need, needs=self.problem.answerable), budget_fen=budget)
        if found is not None or len(self.problem.answerable) == 1:
            return found
        kept: frozenset[int] = frozenset()
        for number in sorted(self.problem.answerable):
            more = model.least_cost(replace(need, needs=kept | {number}), budget_fen=budget)
            if more is not None:
                kept, found = kept | {number}, more
        return found

    def neighbours(self, need: Requirement, chosen: Selection, count: int) -> list[Neighbour]:
        """Return the next best plans, then the cheapest one without each chosen product.

        A next best plan does not contain the whole of a plan before it: one that only adds to it is no
        alternative.
        """
        model = self.model(need.level)
        budget = self.problem.limits.budget_fen
        products = [c.id for c in self.problem.selected(chosen.ids) if not c.is_measure]
        found: list[Neighbour] = []
        cuts = [self._identity(chosen)]
        while cuts[-1] and len(found) < count:
            following = model.least_cost(need, budget_fen=budget, cuts=cuts)
            if following is None:
                break
            found.append(Neighbour(AlternativeKind.NEXT_BEST, following))
            cuts.append(self._identity(following))
        for product in products:
            if product not in self.problem.limits.must:
                other = model.least_cost(need, budget_fen=budget, without=frozenset({product}))
                found.append(Neighbour(AlternativeKind.WITHOUT, other, product))
        return found

    def _identity(self, chosen: Selection) -> frozenset[str]:
        # Two plans are different when their products are; a plan of measures only, when its measures are.
        products = frozenset(c.id for c in self.problem.selected(chosen.ids) if not c.is_measure)
        return products or chosen.ids


def relimited(problem: Problem, **changes: object) -> Problem:
    """Return the problem with some limits changed."""
    return replace(problem, limits=replace(problem.limits, **changes))  # type: ignore[arg-type]


def fewest_parties(offers: Sequence[Sequence[str]], most_wanted: Mapping[str, int]) -> list[str]:
    """Return the fewest parties that together offer everything.

    Parameters
    ----------
    offers : sequence of sequence of str
        For each product the parties that offer it.
    most_wanted : mapping of str to int
        Order of preference between sets of equal size, lowest first.
    """
    keys = sorted(
        {party for parties in offers for party in parties}, key=lambda k: (most_wanted.get(k, 0), k)
    )
    if not keys:
        return []
    column = {key: number for number, key in enumerate(keys)}
    cover = np.zeros((len(offers), len(keys)))
    for row, parties in enumerate(offers):
        cover[row, [column[party] for party in parties]] = 1.0
    # A preference smaller than one party, whatever is chosen.
    weights = 1.0 + np.arange(len(keys)) / (len(keys) ** 2 + 1.0)
    answer = milp(
        weights,
        integrality=np.ones(len(keys), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(cover, 1.0, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    chosen = np.zeros(len(keys)) if answer.x is None else answer.x
    return [key for key in keys if chosen[column[key]] > 0.5]
