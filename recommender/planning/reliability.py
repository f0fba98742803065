"""The chance of a plan with its interval: how far outcomes, or experts, can be trusted."""

from recommender.domain.solution import Provenance
from recommender.planning.chances import EffectChances
from recommender.planning.effects import Cover, Earn, Raise
from recommender.planning.plan import Reliability
from recommender.planning.problem import Choice, Problem
from recommender.planning.robust import EXACT, ITERATIVE, ChanceOf, level_chance
from recommender.planning.selection import Selection

_LOW, _HIGH = 0.025, 0.975


def reliability(
    problem: Problem, plan: Selection, target: int, chances: EffectChances, wanted: float | None
) -> Reliability:
    """Return the chance that a selection reaches a level, and how sure that number is.

    Parameters
    ----------
    chances : EffectChances
        Those that the effects of the problem were read with.
    wanted : float, optional
        Chance that was asked for.
    """
    chance = level_chance(problem, plan.ids, target).level
    low, high = (
        level_chance(problem, plan.ids, target, _at(chances, chances.quantile(share))).level
        for share in (_LOW, _HIGH)
    )
    return Reliability(
        chance=round(chance, 6),
        ci95=(round(min(low, chance), 6), round(max(high, chance), 6)),
        observations=chances.observations,
        wanted=wanted,
        met=None if wanted is None else chance >= wanted,
        method=EXACT if wanted is None else ITERATIVE,
        calibrated=chances.calibrated,
    )


def _at(read: EffectChances, shifted: EffectChances) -> ChanceOf:
    """Return effects at other chances than they were read with; measures are nobody's claim and stay."""

    def chance_of(choice: Choice, effect: Raise | Earn | Cover) -> float:
        if choice.is_measure:
            return effect.chance
        match effect.provenance:
            case Provenance.CONFIRMED:
                return shifted.confirmed
            case Provenance.DECLARED:
                return shifted.declared
            case Provenance.INFERRED:
                return min(1.0, effect.chance * shifted.inferred_factor / read.inferred_factor)

    return chance_of
