"""Other plans for the same level, beside the one that is answered."""

from recommender.planning.assembling import cost_of
from recommender.planning.candidates import Pool
from recommender.planning.plan import Alternative, AlternativeKind
from recommender.planning.planner import Neighbour, Planner
from recommender.planning.problem import Problem, after
from recommender.planning.relaxation import yuan
from recommender.planning.robust import level_chance, robust_selection
from recommender.planning.selection import Requirement, Selection

#: Chance from which a plan counts as sure; a surer one is looked for below it.
SURE = 0.8


def alternatives(
    planner: Planner, pool: Pool, plan: Selection, target: int, next_best: int
) -> tuple[Alternative, ...]:
    """Return a surer plan, one for the own needs, the next best, and the cheapest without each product.

    The first two are left out where the plan itself is sure, and where it answers all that can be answered.
    """
    if not plan.ids or not next_best:
        return ()
    need = Requirement(target)
    found = [*_surer(planner, plan, target), *_for_needs(planner, plan, need)]
    worded = [_worded(planner.problem, pool, plan, one, target) for one in found]
    around = planner.neighbours(need, plan, next_best)
    return (*worded, *(_worded(planner.problem, pool, plan, one, target) for one in around))


def answered_needs(problem: Problem, ids: frozenset[str]) -> frozenset[int]:
    """Return the positions of the own needs that a selection answers."""
    return frozenset(number for number, need in enumerate(problem.needs) if need.answers & ids)


def _surer(planner: Planner, plan: Selection, target: int) -> list[Neighbour]:
    if level_chance(planner.problem, plan.ids, target).level >= SURE:
        return []
    robust = robust_selection(planner, target, SURE)
    met = robust is not None and robust.met
    return [Neighbour(AlternativeKind.SURER, robust.selection if robust and met else None)]


def _for_needs(planner: Planner, plan: Selection, need: Requirement) -> list[Neighbour]:
    problem = planner.problem
    if problem.answerable <= answered_needs(problem, plan.ids):
        return []
    found = planner.answering_needs(need)
    if found is not None and answered_needs(problem, found.ids) <= answered_needs(problem, plan.ids):
        return []
    return [Neighbour(AlternativeKind.OWN_NEEDS, found)]


def _worded(problem: Problem, pool: Pool, plan: Selection, neighbour: Neighbour, target: int) -> Alternative:
    other = neighbour.selection
    wanted = SURE if neighbour.kind is AlternativeKind.SURER else None
    if other is None:
        return Alternative(kind=neighbour.kind, without=neighbour.without, possible=False, wanted=wanted)
    chosen = problem.selected(other.ids)
    products = [choice.id for choice in chosen if not choice.is_measure]
    return Alternative(
        kind=neighbour.kind,
        without=neighbour.without,
        solution_ids=tuple(products),
        names=tuple(pool.solutions[key].name for key in products),
        measure_ids=tuple(choice.id for choice in chosen if choice.is_measure),
        cost=cost_of(chosen),
        extra_yuan=yuan(max(0, other.cost_fen - plan.cost_fen)),
        days=problem.days(other.ids),
        level=after(problem, other.ids).result.level,
        chance=round(level_chance(problem, other.ids, target).level, 6),
        wanted=wanted,
        needs=tuple(problem.needs[number].text for number in sorted(answered_needs(problem, other.ids))),
    )
