"""From a problem to a verified assignment, with what it took and how good it can be at most."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from recommender.assignment.matches import TOLERANCE, Optimum, most_matches
from recommender.assignment.nash import most_welfare
from recommender.assignment.problem import (
    NOBODY,
    Family,
    Floats,
    Ints,
    Objective,
    Problem,
    Relaxation,
    consistent,
    places,
)
from recommender.assignment.stable import Proposing, blocking_pairs, deferred_acceptance, market_of
from recommender.assignment.task import Task, counts, task_of
from recommender.errors import SmematchError


class UnverifiedAssignment(SmematchError):
    """The solver's answer did not hold when it was checked against the limits; nothing is given out then."""

    code = "unverified_assignment"
    title = "分配未通过复核"


class Status(StrEnum):
    """How good an assignment is known to be."""

    OPTIMAL = "optimal"
    WITHIN_GAP = "within_gap"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Solution:
    """An assignment.

    Attributes
    ----------
    assigned : int64 (n,)
        Unit of each enterprise, fixed ones included, -1 for none.
    expected : float
        Sum of the match probabilities.
    worth, limit : float
        Of the objective, and its proven upper bound: matches, or the mean over units of log(.01 + matches);
        NaN for a stable assignment.
    gap : float
        Most that can be missing: as a share of the expected matches, for Nash of the geometric mean over the
        units of (.01 + matches); for a stable assignment the share of pairs that block, which is 0.
    relaxations : tuple of Relaxation
        Limits that could not be kept.
    place_prices : float64 (m,)
        What one more place at each unit would bring, in matches; zeros unless matches are summed.
    """

    assigned: Ints
    status: Status
    expected: float
    worth: float
    limit: float
    gap: float
    relaxations: tuple[Relaxation, ...]
    place_prices: Floats


def solve(
    problem: Problem,
    objective: Objective,
    *,
    seed: int = 0,
    proposing: Proposing = Proposing.ENTERPRISE,
) -> Solution:
    """Assign a batch.

    Parameters
    ----------
    seed : int
        Draws the lot that breaks ties; the same problem and seed give the same answer.
    proposing : Proposing
        For a stable assignment, the side that gets the best for itself.

    Raises
    ------
    UnusableProblem
        If a stable assignment is asked for with two families of limits.
    SolverTimeout
        If the integer program finds nothing in its time.
    """
    sound, relaxations = consistent(problem)
    task = task_of(sound, seed)
    if objective is Objective.STABLE:
        return _stable(sound, task, relaxations, proposing)
    found = most_matches(task)
    short = found.short
    if objective is Objective.NASH and task.size[1]:
        reachable = replace(task, least=np.maximum(task.least - short, 0.0))
        found = most_welfare(reachable, found)
    assigned = _verified(sound, task, found.chosen)
    relaxed = (*relaxations, *_unmet(problem, sound, assigned))
    gap = _gap(found, objective, float(task.base.sum()))
    prices = np.zeros(task.size[1])
    if objective is Objective.EXPECTED_MATCHES:
        prices[task.columns] = found.prices.places[0][0]
    return Solution(
        assigned=assigned,
        status=Status.OPTIMAL if gap <= 10 * TOLERANCE else Status.WITHIN_GAP,
        expected=_expected(sound, assigned),
        worth=found.worth,
        limit=found.limit,
        gap=gap,
        relaxations=relaxed,
        place_prices=prices,
    )


def _gap(found: Optimum, objective: Objective, base: float) -> float:
    missing = max(0.0, found.limit - found.worth)
    if objective is Objective.NASH:
        return float(-np.expm1(-missing))
    return missing / max(1.0, abs(found.limit) + base)


def _stable(
    problem: Problem, task: Task, relaxations: tuple[Relaxation, ...], proposing: Proposing
) -> Solution:
    market = market_of(task, problem)
    chosen = deferred_acceptance(market, proposing)
    if blocking_pairs(market, chosen).any():
        raise UnverifiedAssignment("稳定匹配复核时发现仍有互相更愿意的企业与单位，未采用该结果")
    assigned = _verified(problem, task, chosen)
    return Solution(
        assigned=assigned,
        status=Status.STABLE,
        expected=_expected(problem, assigned),
        worth=float("nan"),
        limit=float("nan"),
        gap=0.0,
        relaxations=(*relaxations, *_unmet(problem, problem, assigned)),
        place_prices=np.zeros(task.size[1]),
    )


def _expected(problem: Problem, assigned: Ints) -> float:
    served = np.flatnonzero(assigned >= 0)
    return float(problem.probability[served, assigned[served]].astype(float).sum())


def _unmet(asked: Problem, sound: Problem, assigned: Ints) -> list[Relaxation]:
    """Units below their least; one whose least was lowered before is told by that relaxation alone."""
    held = places(assigned, len(sound.least))
    return [
        Relaxation(int(unit), "least", int(asked.least[unit]), int(held[unit]))
        for unit in np.flatnonzero(held < sound.least)
    ]


def _verified(problem: Problem, task: Task, chosen: Ints) -> Ints:
    assigned = task.to_problem(chosen, problem)
    free = (problem.fixed == NOBODY) & (assigned >= 0)
    who = np.flatnonzero(free)
    whole = Family(np.zeros(len(assigned), np.int64), problem.most[None].astype(float))
    kept = all(
        np.all(counts(f, assigned) <= np.maximum(f.most, counts(f, problem.fixed)))
        for f in (whole, *problem.families)
    )
    if not (kept and bool(problem.allowed[who, assigned[who]].all())):
        raise UnverifiedAssignment("求解结果复核时超出名额或不符合条件，未采用")
    return assigned
