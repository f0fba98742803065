"""What happened so far in a world under a policy, in columns, and what is known of it at a day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from recommender.domain.event import load_funnel
from recommender.ranking.priors import load_priors
from recommender.simulation.behaviour import NEVER, Fate
from recommender.simulation.identity import (
    TARGET,
    enterprise_id,
    list_id,
    moment,
    product_id,
    vendor_id,
)
from recommender.simulation.settings import Floats
from recommender.simulation.world import Codes, World, feature_names

#: Events of a line, as in the funnel; an impression happens as the list is served, or not at all.
EVENTS = ("dismiss", "contact", "withdrawn", "contract", "accepted", "rejected")
#: What ends the hope for a step that was not reached.
_REFUSALS = {
    "contact": ("dismiss",),
    "contract": ("dismiss", "withdrawn"),
    "accepted": ("dismiss", "withdrawn", "rejected"),
}


@dataclass(frozen=True)
class Lines:
    """Lines of all lists, in the order in which they were served.

    Attributes
    ----------
    visit, place, rank : int64 (lines,)
        Visit, place among its candidates, rank from 1.
    score, propensity : float64 (lines,)
    seen : bool (lines,)
        True examination, whether or not the page reports it.
    """

    visit: Codes
    place: Codes
    rank: Codes
    score: Floats
    propensity: Floats
    seen: np.ndarray


class History:
    """Filled by a run; read as labelled lines.

    Attributes
    ----------
    happens : dict of str to float64 (lines,)
        Day of each event since the start, infinite for never. A contract stands here once its vendor had
        room on that day, not before.
    """

    def __init__(self, world: World) -> None:
        settings = world.settings
        most = settings.lists * settings.list_length
        self.world = world
        self.count = 0
        self.happens: dict[str, Floats] = {name: np.full(most, NEVER) for name in EVENTS}
        self.versions = np.empty(settings.lists, object)
        self._numbers = {name: np.zeros(most, np.int64) for name in ("visit", "place", "rank")}
        self._values = {name: np.zeros(most) for name in ("score", "propensity")}
        self._seen = np.zeros(most, bool)
        people = world.people
        self._products = np.asarray([product_id(n) for n in range(settings.products)], object)
        self._vendors = np.asarray([vendor_id(n) for n in range(settings.vendors)], object)
        self._enterprises = np.asarray([enterprise_id(n) for n in range(settings.enterprises)], object)
        self._lists = np.asarray([list_id(world.seed, n) for n in range(settings.lists)], object)
        self._moments = pd.DatetimeIndex([moment(day) for day in world.day.tolist()]).as_unit("us")
        self._sub_industries = np.asarray(people.sub_industry, object)
        self._districts = np.asarray(people.district, object)

    def append(
        self, visit: int, shown: Codes, scores: Floats, propensities: Floats, fate: Fate, version: str
    ) -> range:
        """Add a list; contracts and what follows are told by :meth:`sign`.

        Returns
        -------
        range
            Its lines.
        """
        new = slice(self.count, self.count + len(shown))
        self.count = new.stop
        self._numbers["visit"][new] = visit
        self._numbers["place"][new] = shown
        self._numbers["rank"][new] = np.arange(1, len(shown) + 1)
        self._values["score"][new], self._values["propensity"][new] = scores, propensities
        self._seen[new] = fate.seen
        self.versions[visit] = version
        day = self.world.day[visit]
        self.happens["contact"][new] = day + fate.contact
        self.happens["dismiss"][new] = day + fate.dismissed
        self.happens["withdrawn"][new] = day + fate.withdrawn
        return range(new.start, new.stop)

    def sign(self, line: int, day: float, accepted: float, rejected: float) -> None:
        """Add a contract and the day on which its project ends."""
        self.happens["contract"][line] = day
        self.happens["accepted"][line], self.happens["rejected"][line] = accepted, rejected

    def turn_away(self, line: int, day: float) -> None:
        """Add that a contract came to nothing because the vendor was full."""
        self.happens["withdrawn"][line] = day

    @property
    def lines(self) -> Lines:
        """Everything served, without what became of it."""
        upto = slice(0, self.count)
        visit, place, rank = (self._numbers[name][upto] for name in ("visit", "place", "rank"))
        score, propensity = (self._values[name][upto] for name in ("score", "propensity"))
        return Lines(visit, place, rank, score, propensity, self._seen[upto])

    def labelled_lines(self, step: str, day: float) -> pd.DataFrame:
        """Return what is known of a step at a day.

        Parameters
        ----------
        step : str
            ``contact``, ``contract`` or ``accepted``.
        day : float
            Days since the start; nothing that happens later is used.

        Returns
        -------
        DataFrame
            The columns of :func:`recommender.feedback.labelled_lines.labelled_lines`, to whose result on the
            same records it is equal.
        """
        served = self.world.day[self._numbers["visit"][: self.count]]
        lines = np.flatnonzero(served <= day)
        visit, place = self._numbers["visit"][lines], self._numbers["place"][lines]
        return pd.DataFrame({**self._who(lines, visit, place), **self._outcome(lines, visit, step, day)})

    def _who(self, lines: Codes, visit: Codes, place: Codes) -> dict[str, object]:
        world = self.world
        product, enterprise = world.candidates[visit, place], world.enterprise[visit]
        features = world.features[visit, place]
        return {
            "list_id": self._lists[visit],
            "served_at": self._moments[visit],
            "target": TARGET,
            "subject": self._enterprises[enterprise],
            "enterprise": self._enterprises[enterprise],
            "item_id": self._products[product],
            "provider": self._vendors[world.people.vendor[product]],
            "sub_industry": self._sub_industries[enterprise],
            "district": self._districts[enterprise],
            "position": self._numbers["rank"][lines],
            "propensity_score": self._values["propensity"][lines],
            "model_version": self.versions[visit],
            "policy_version": self.versions[visit],
            **{f"item:{name}": np.nan for name in load_priors().solution},
            **{f"item:{name}": features[:, column] for column, name in enumerate(feature_names())},
            **{f"applies:{name}": name in feature_names() for name in load_priors().solution},
        }

    def _outcome(self, lines: Codes, visit: Codes, step: str, day: float) -> dict[str, object]:
        declared = load_funnel().find(step)
        if declared is None or step not in _REFUSALS:
            raise ValueError(f"not a simulated step: {step}")
        served = self.world.day[visit]
        happened = self.happens[step][lines]
        reached = happened <= day
        refused = np.zeros(len(lines), bool)
        for name in _REFUSALS[step]:
            refused |= self.happens[name][lines] <= day
        refused &= ~reached
        over = day - served >= declared.horizon_days
        return {
            "seen": np.where(self.world.reports[visit], self._seen[lines].astype(np.float64), np.nan),
            "reached": reached,
            "reached_after_days": np.where(reached, happened - served, np.nan),
            "elapsed_days": np.minimum(day - served, declared.horizon_days),
            "horizon_days": declared.horizon_days,
            "refused": refused,
            "decided": reached | refused | over,
        }
