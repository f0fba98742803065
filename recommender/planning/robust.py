"""How sure a plan is, and the plan that is sure enough.

Every effect of every chosen item is an independent event with its own chance. A scenario or option comes
about when at least one of its effects does, so scenarios and options are independent of each other as well,
and the chance of a level is the chance of enough scenarios times that of enough points; both are computed
exactly. Independence is an assumption: two effects of a product that fails as a whole fail together.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.planning.effects import Cover, Earn, Raise
from recommender.planning.planner import Planner
from recommender.planning.problem import Choice, Problem, milli, milli_of
from recommender.planning.selection import Requirement, Selection, meets

EXACT = "各项作用视为相互独立的事件，按动态规划精确计算"
ITERATIVE = (
    EXACT + "；方案由逐步加大安全余量求得，费用下界取不要求把握时的最优费用，不保证是满足把握要求的最便宜方案"
)
_POINT_STEP = 1000
_ROUNDS = 16


@dataclass(frozen=True, slots=True)
class LevelChance:
    """Chance of a level and of its parts.

    Attributes
    ----------
    scenarios, required, points : float
        Chance that enough scenarios, enough 约束性 ones, enough points come about, each by itself.
    """

    level: float
    scenarios: float
    required: float
    points: float


#: The chance of one effect of a choice.
ChanceOf = Callable[[Choice, Raise | Earn | Cover], float]


def _stated(_choice: Choice, effect: Raise | Earn | Cover) -> float:
    return effect.chance


def level_chance(
    problem: Problem, ids: Iterable[str], level: int, chance_of: ChanceOf = _stated
) -> LevelChance:
    """Return the chance that a selection reaches a level; every effect is counted, also uncertain ones.

    Parameters
    ----------
    chance_of : callable
        Chance of an effect; its own by default.
    """
    chosen = problem.selected(ids)
    step = problem.instrument.threshold(level)
    if step is None:
        return LevelChance(0.0, 0.0, 0.0, 0.0)
    counts = _scenario_counts(problem, chosen, level, chance_of)
    both = sum(
        chance
        for (scenarios, required), chance in counts.items()
        if scenarios >= step.min_scenarios and required >= step.min_required
    )
    enough = sum(chance for (scenarios, _), chance in counts.items() if scenarios >= step.min_scenarios)
    binding = sum(chance for (_, required), chance in counts.items() if required >= step.min_required)
    points = _points_chance(problem, chosen, chance_of, milli(step.min_points) - milli(problem.present.total))
    return LevelChance(*(min(1.0, chance) for chance in (both * points, enough, binding, points)))


def _scenario_counts(
    problem: Problem, chosen: Sequence[Choice], level: int, chance_of: ChanceOf
) -> dict[tuple[int, int], float]:
    failing: dict[str, float] = defaultdict(lambda: 1.0)
    for choice in chosen:
        for raised in choice.all_effects.raises:
            if raised.level >= level:
                failing[raised.scenario] *= 1.0 - chance_of(choice, raised)
    counts = {(0, 0): 1.0}
    for scenario in problem.instrument.scenarios:
        present = problem.grades.get(scenario.id, 0) >= level
        chance = 1.0 if present else 1.0 - failing[scenario.id]
        following: dict[tuple[int, int], float] = defaultdict(float)
        for (scenarios, required), before in counts.items():
            following[scenarios, required] += before * (1.0 - chance)
            following[scenarios + 1, required + scenario.required] += before * chance
        counts = {state: weight for state, weight in following.items() if weight > 0.0}
    return counts


def _points_chance(problem: Problem, chosen: Sequence[Choice], chance_of: ChanceOf, short: int) -> float:
    """Chance that the points gained are at least ``short`` thousandths."""
    gained = {0: 1.0}
    for part in _gains(problem, chosen, chance_of):
        following: dict[int, float] = defaultdict(float)
        for before, weight in gained.items():
            for gain, chance in part.items():
                # Anything above what is short is the same.
                following[min(before + gain, max(short, 0))] += weight * chance
        gained = following
    return sum(weight for gain, weight in gained.items() if gain >= short)


def _gains(problem: Problem, chosen: Sequence[Choice], chance_of: ChanceOf) -> list[dict[int, float]]:
    """Return independent distributions of gained points, in thousandths."""
    failing: dict[tuple[str, str], float] = defaultdict(lambda: 1.0)
    uncovered: dict[str, float] = defaultdict(lambda: 1.0)
    for choice in chosen:
        for earned in choice.all_effects.earns:
            failing[earned.item_id, earned.letter] *= 1.0 - chance_of(choice, earned)
        for cover in choice.all_effects.covers:
            uncovered[cover.scenario] *= 1.0 - chance_of(choice, cover)
    parts: list[dict[int, float]] = []
    singles: dict[str, dict[int, float]] = defaultdict(dict)
    for (item_id, letter), failure in failing.items():
        item = problem.instrument.item(item_id)
        if item is None or letter == item.exclusive:
            continue
        gain = milli_of(problem.instrument, item_id, (letter,))
        if item.kind == "single":
            singles[item_id][gain - problem.present_milli[item_id]] = 1.0 - failure
        elif letter not in problem.answers.get(item_id, ()):
            parts.append({gain: 1.0 - failure, 0: failure})
    parts += [_best_of(letters) for letters in singles.values()]
    parts.append(_systems(problem, uncovered))
    return parts


def _best_of(letters: Mapping[int, float]) -> dict[int, float]:
    """Distribution of the best gain among letters that each hold by chance; at least 0."""
    found: dict[int, float] = defaultdict(float)
    none_better = 1.0
    for gain in sorted((gain for gain in letters if gain > 0), reverse=True):
        found[gain] += none_better * letters[gain]
        none_better *= 1.0 - letters[gain]
    found[0] += none_better
    return found


def _systems(problem: Problem, uncovered: Mapping[str, float]) -> dict[int, float]:
    counts = [1.0]
    for link in problem.links:
        if link in uncovered and link not in problem.covered_links:
            failure = uncovered[link]
            counts = [
                (counts[n] * failure if n < len(counts) else 0.0)
                + (counts[n - 1] * (1.0 - failure) if n else 0.0)
                for n in range(len(counts) + 1)
            ]
    item = problem.rules.system_thresholds.item
    present = problem.present_milli.get(item, 0)
    found: dict[int, float] = defaultdict(float)
    for new, chance in enumerate(counts):
        letter = problem.reached_system_letter(problem.covered_now + new) if new else None
        gain = milli_of(problem.instrument, item, (letter,)) - present if letter else 0
        found[max(gain, 0)] += chance
    return found


@dataclass(frozen=True, slots=True)
class RobustSelection:
    """The selection that was found for a wanted chance.

    Attributes
    ----------
    met : bool
        Whether the chance is reached; if not, this is the surest selection that was found.
    least_fen : int
        Proven lower bound of the cost: the optimum without any chance asked for.
    """

    selection: Selection
    chance: float
    met: bool
    least_fen: int


def robust_selection(planner: Planner, level: int, wanted: float) -> RobustSelection | None:
    """Return a cheap selection that reaches a level with a chance, None when the level is out of reach.

    Margins above the level's thresholds are widened one by one where the chance is weakest; the exact chance
    of each optimal plan is computed, and items that the chance does not need are dropped at the end.
    """
    problem = planner.problem
    need = Requirement(level)
    found = planner.cheapest(need)
    if found is None:
        return None
    least, seconds = found.cost_fen, 0.0
    best, best_chance = found, level_chance(problem, found.ids, level)
    stuck: set[str] = set()
    for _ in range(_ROUNDS):
        if best_chance.level >= wanted or len(stuck) == 3:
            break
        margin = _weakest(best_chance, stuck)
        wider = _widened(need, margin)
        following = planner.cheapest(wider)
        if following is None:
            stuck.add(margin)
            continue
        seconds += following.seconds
        need = wider
        chance = level_chance(problem, following.ids, level)
        if chance.level >= best_chance.level or math.isclose(chance.level, best_chance.level):
            best, best_chance = following, chance
    met = best_chance.level >= wanted
    if met:
        best = _slimmed(problem, best, level, wanted)
    chance_now = level_chance(problem, best.ids, level).level
    best = replace(best, seconds=best.seconds + seconds)
    return RobustSelection(best, chance_now, met, least)


def _weakest(chance: LevelChance, stuck: set[str]) -> str:
    parts = {"scenarios": chance.scenarios, "required": chance.required, "points": chance.points}
    return min((value, name) for name, value in parts.items() if name not in stuck)[1]


def _widened(need: Requirement, margin: str) -> Requirement:
    match margin:
        case "scenarios":
            return replace(need, spare_scenarios=need.spare_scenarios + 1)
        case "required":
            return replace(need, spare_required=need.spare_required + 1)
        case _:
            return replace(need, spare_milli=need.spare_milli + _POINT_STEP)


def _slimmed(problem: Problem, found: Selection, level: int, wanted: float) -> Selection:
    kept = set(found.ids)
    limits = problem.limits
    for choice in sorted(problem.selected(kept), key=lambda c: (-c.cost_fen, c.id)):
        rest = kept - {choice.id}
        needed = choice.id in limits.must or any(
            choice.id in limits.prerequisites.get(other, ()) for other in rest
        )
        if (
            not needed
            and meets(problem, rest, Requirement(level))
            and level_chance(problem, rest, level).level >= wanted
        ):
            kept = rest
    return replace(found, ids=frozenset(kept), cost_fen=problem.cost_fen(kept))
