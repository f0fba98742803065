"""What a policy sees, and what it answers: the one interface of everything that ranks in a world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from recommender.simulation.settings import Floats
from recommender.simulation.world import Codes

#: Labelled lines of a step as they are known when it is asked.
Known = Callable[[str], pd.DataFrame]


@dataclass(frozen=True)
class Visit:
    """An enterprise asks for a list.

    Attributes
    ----------
    number : int
        Visits are counted from 0.
    day : float
        Days since the start.
    enterprise, sub_industry : str
    items, providers : tuple of str
        Of the candidates: product and vendor ids.
    features : float64 (candidates, features)
        In the order of :func:`recommender.simulation.world.feature_names`; NaN unknown.
    """

    number: int
    day: float
    enterprise: str
    sub_industry: str
    items: tuple[str, ...]
    providers: tuple[str, ...]
    features: Floats


@dataclass(frozen=True)
class Ranking:
    """A list.

    Attributes
    ----------
    places : int64 (lines,)
        Places among the candidates, best first, none twice.
    scores : float64 (lines,)
    propensities : float64 (lines,)
        Probability that the candidate stands at its rank.
    """

    places: Codes
    scores: Floats
    propensities: Floats


class Policy(Protocol):
    """Ranks, and may learn."""

    @property
    def name(self) -> str:
        """Of the policy, for tables."""
        ...

    @property
    def version(self) -> str:
        """What the log says of how a list was ranked; must change when the policy has learned."""
        ...

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Return the best ``length`` candidates, all when there are fewer."""
        ...

    def learn(self, known: Known) -> None:
        """Take what is known now."""
        ...
