"""A policy lives through a world, day by day, and is judged by the truth."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from recommender.simulation.behaviour import best_order, fate_of, list_value
from recommender.simulation.history import History
from recommender.simulation.identity import enterprise_id, product_id, vendor_id
from recommender.simulation.policy import Policy, Ranking, Visit
from recommender.simulation.settings import Floats
from recommender.simulation.vendors import Vendors
from recommender.simulation.world import Codes, World

#: Every policy learns on the same days.
LEARN_EVERY_DAYS = 28.0


@dataclass(frozen=True)
class Run:
    """What came of a policy in a world.

    Attributes
    ----------
    value, best : float64 (lists,)
        Expected successes of the list shown, and of the best list of the same candidates.
    chances : float64 (lists, list_length)
        True chances of the shown lines once examined, 0 beyond the end of a short list.
    """

    policy: str
    step: str
    history: History
    value: Floats
    best: Floats
    chances: Floats

    @property
    def regret(self) -> Floats:
        """Expected successes lost by each list, float64 (lists,); never negative."""
        return self.best - self.value


def run(
    world: World, policy: Policy, step: str = "contract", *, learn_every: float = LEARN_EVERY_DAYS
) -> Run:
    """Serve every visit of a world.

    Parameters
    ----------
    step : str
        By which the lists are judged: ``contact``, ``contract`` or ``accepted``.
    learn_every : float
        Days between two occasions to learn.

    Notes
    -----
    Vendors that are full at a visit are not offered, so the candidates of two policies may differ once
    capacity binds; each is judged against the best list of its own candidates.
    """
    settings = world.settings
    history = History(world)
    vendors = Vendors(history)
    truth = world.chance(step)
    value, best = np.zeros(settings.lists), np.zeros(settings.lists)
    chances = np.zeros((settings.lists, settings.list_length))
    next_lesson = learn_every
    for number, day in enumerate(world.day.tolist()):
        while next_lesson <= day:
            vendors.advance(next_lesson)
            policy.learn(partial(history.labelled_lines, day=next_lesson))
            next_lesson += learn_every
        vendors.advance(day)
        open_places = np.flatnonzero(~vendors.full[world.people.vendor[world.candidates[number]]])
        ranking = policy.rank(visit_of(world, number, open_places), settings.list_length)
        shown = open_places[ranking.places]
        _serve(world, number, shown, ranking, history, vendors, policy.version)
        own = truth[number]
        chances[number, : len(shown)] = own[shown]
        value[number] = list_value(own[shown], settings)
        possible = own[open_places]
        best[number] = list_value(possible[best_order(possible, settings.list_length)], settings)
    vendors.advance(np.inf)
    return Run(policy.name, step, history, value, best, chances)


def visit_of(world: World, number: int, places: NDArray[np.int64]) -> Visit:
    """Return what a policy may know of a visit, for some of its candidates."""
    products = world.candidates[number, places].tolist()
    enterprise = int(world.enterprise[number])
    return Visit(
        number=number,
        day=float(world.day[number]),
        enterprise=enterprise_id(enterprise),
        sub_industry=world.people.sub_industry[enterprise],
        items=tuple(product_id(one) for one in products),
        providers=tuple(vendor_id(int(world.people.vendor[one])) for one in products),
        features=world.features[number, places],
    )


def _serve(
    world: World,
    number: int,
    shown: Codes,
    ranking: Ranking,
    history: History,
    vendors: Vendors,
    version: str,
) -> None:
    """Write the list down and note who will want to sign."""
    fate = fate_of(world, number, shown)
    lines = history.append(number, shown, ranking.scores, ranking.propensities, fate, version)
    day = float(world.day[number])
    for rank in np.flatnonzero(np.isfinite(fate.sign)).tolist():
        vendor = int(world.people.vendor[world.candidates[number, shown[rank]]])
        accepted = bool(np.isfinite(fate.accepted[rank]))
        end = day + float(fate.accepted[rank] if accepted else fate.rejected[rank])
        vendors.expect(lines[rank], vendor, day + float(fate.sign[rank]), end, accepted=accepted)
