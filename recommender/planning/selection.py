"""What a plan has to reach, and what was chosen for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from recommender.planning.problem import Problem, after, milli


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a plan has to reach.

    Attributes
    ----------
    level : int
        Level 1–4.
    spare_scenarios, spare_required, spare_milli : int
        Margins above the level's own thresholds, for safety.
    needs : frozenset of int
        Positions of the own needs that a chosen product has to answer.
    """

    level: int
    spare_scenarios: int = 0
    spare_required: int = 0
    spare_milli: int = 0
    needs: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Selection:
    """What the solver chose.

    Attributes
    ----------
    gap : float, optional
        Relative gap to the proven bound.
    seconds : float
        Time in the solver.
    worth : float
        What was made as large as possible; the negative cost where cost was made small.
    """

    ids: frozenset[str]
    cost_fen: int
    optimal: bool
    gap: float | None
    seconds: float
    worth: float = 0.0


def meets(problem: Problem, ids: Iterable[str], need: Requirement) -> bool:
    """Whether a selection meets a requirement, recomputed by the diagnosis module."""
    chosen = frozenset(ids)
    step = problem.instrument.threshold(need.level)
    result = after(problem, chosen).result
    if step is None:
        return False
    at_level = [grade for grade in result.scenarios if grade.grade >= need.level]
    return (
        milli(result.total) >= milli(step.min_points) + need.spare_milli
        and len(at_level) >= step.min_scenarios + need.spare_scenarios
        and sum(grade.required for grade in at_level) >= step.min_required + need.spare_required
        and all(problem.needs[number].answers & chosen for number in need.needs)
    )
