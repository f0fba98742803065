"""What a shown line leads to, and what a list is worth.

An enterprise examines a rank with a probability that falls down the list; acts on what suits, and on some of
what does not because it stands high; a contact becomes a contract, a contract an accepted project, each after
a delay. Examination times relevance and the trust term follow Agarwal, Wang, Li, Bendersky and Najork,
Addressing trust bias for unbiased learning-to-rank (2019), with relevance drawn once for the pair.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.simulation.settings import Floats, WorldSettings
from recommender.simulation.world import Codes, World

#: No such day.
NEVER = np.inf


@dataclass(frozen=True)
class Fate:
    """What becomes of the lines of one list while no vendor is full, by rank.

    Attributes
    ----------
    seen : bool (lines,)
    contact, sign, accepted, rejected, dismissed, withdrawn : float64 (lines,)
        Days after serving, infinite for never.
    """

    seen: NDArray[np.bool_]
    contact: Floats
    sign: Floats
    accepted: Floats
    rejected: Floats
    dismissed: Floats
    withdrawn: Floats


def list_value(chances: Floats, settings: WorldSettings) -> float:
    """Return the expected successes of a list.

    Parameters
    ----------
    chances : float64 (lines,)
        Of the shown candidates, best rank first; see :meth:`World.chance`.
    """
    return float(settings.examination[: len(chances)] @ chances)


def best_order(chances: Floats, length: int) -> Codes:
    """Return the candidates of the most valuable list: examination falls, so the likeliest come first."""
    return np.argsort(-chances, kind="stable")[:length]


def fate_of(world: World, visit: int, shown: Codes) -> Fate:
    """Return what becomes of a list.

    Parameters
    ----------
    shown : int64 (lines,)
        Places among the candidates of the visit, by rank.
    """
    settings, truth = world.settings, world.truth
    lots, delays = (
        {name: values[visit, shown] for name, values in table.items()} for table in (world.lots, world.delays)
    )
    vendor = world.people.vendor[world.candidates[visit, shown]]
    count = len(shown)
    seen = lots["seen"] < settings.examination[:count]
    suits = lots["suits"] < truth.suitable[visit, shown]
    acts = seen & (suits | (lots["trusts"] < settings.trusted[:count]))
    signs = acts & suits & (lots["signs"] < truth.signs[vendor])
    passes = signs & (lots["passes"] < truth.accepted[vendor])
    dismisses = seen & ~acts & (lots["refuses"] < settings.dismiss_share)
    withdraws = acts & ~signs & (lots["refuses"] < settings.withdrawn_share)
    sign = delays["contact"] + delays["sign"]
    end = sign + delays["end"]
    return Fate(
        seen=seen,
        contact=np.where(acts, delays["contact"], NEVER),
        sign=np.where(signs, sign, NEVER),
        accepted=np.where(passes, end, NEVER),
        rejected=np.where(signs & ~passes, end, NEVER),
        dismissed=np.where(dismisses, delays["refusal"], NEVER),
        withdrawn=np.where(withdraws, delays["contact"] + delays["refusal"], NEVER),
    )
