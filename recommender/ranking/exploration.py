"""Exploration that can be defended: only the order among near-equals, only above a merit floor.

A list that never varies can teach nothing about the orders that it never shows. Here neighbours whose scores
differ by less than anyone could defend form a block, and the block is shown in an order drawn for this
enterprise and this day: the same list all day, another tomorrow. Every order of a block of ``n`` is equally
likely, so each of its items stands at each of its ranks with probability exactly ``1 / n``, which is logged.

Blocks are cut from the best downwards: the first item and those within ``epsilon`` of it, so that a chain of
small steps cannot carry an item far.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir

Candidate = TypeVar("Candidate")


class Exploration(BaseModel):
    """Which neighbours may change places, from ``data/ranking/exploration.json``.

    Attributes
    ----------
    epsilon : float
        Largest difference of score within a block.
    floor : float
        Items that score less stay where they are.
    most : int
        Largest block; bounds the weights of off-policy evaluation.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    epsilon: float = Field(ge=0, le=1)
    floor: float = Field(ge=0, le=1)
    most: int = Field(ge=1, le=50)

    @property
    def policy_version(self) -> str:
        """What the log of a list says about how it was ordered."""
        return f"{self.version};epsilon={self.epsilon:g};floor={self.floor:g};most={self.most}"

    def blocks(self, scores: Sequence[float]) -> list[tuple[int, int]]:
        """Cut a ranking into blocks of near-equals.

        Parameters
        ----------
        scores : sequence of float
            Best first.

        Returns
        -------
        list of (int, int)
            Start and end of each block, in order and without gaps.
        """
        found = []
        start = 0
        while start < len(scores):
            lowest = max(scores[start] - self.epsilon, self.floor)
            stop = start + 1
            while stop < len(scores) and stop - start < self.most and scores[stop] >= lowest:
                stop += 1
            found.append((start, stop))
            start = stop
        return found


@lru_cache(maxsize=1)
def load_exploration() -> Exploration:
    """Read the shipped limits once."""
    file = data_dir() / "ranking" / "exploration.json"
    return Exploration.model_validate_json(file.read_text(encoding="utf-8"))


def occasion(subject: str, day: date) -> str:
    """Name what a list is drawn for; the same name, the same list."""
    return f"{subject}|{day.isoformat()}"


def explore(
    ordered: Sequence[Candidate],
    limits: Exploration,
    drawn_for: str,
    *,
    score: Callable[[Candidate], float],
    identity: Callable[[Candidate], str],
) -> list[tuple[Candidate, float]]:
    """Draw the order of a list.

    Parameters
    ----------
    ordered : sequence
        Best first. All of them, also those beyond the length asked for, so that a longer list begins with the
        shorter one.
    drawn_for : str
        From :func:`occasion`.
    score, identity : callable
        Score and id of a candidate.

    Returns
    -------
    list of (candidate, float)
        With the probability that it stands at this rank.

    Notes
    -----
    Items are ordered by a hash of occasion and id, not by a generator's stream: one that leaves the pool
    during the day does not reshuffle the rest.
    """

    def lot(candidate: Candidate) -> bytes:
        return hashlib.sha256(f"{limits.version}|{drawn_for}|{identity(candidate)}".encode()).digest()

    drawn: list[tuple[Candidate, float]] = []
    for start, stop in limits.blocks([score(candidate) for candidate in ordered]):
        share = 1.0 / (stop - start)
        drawn += [(candidate, share) for candidate in sorted(ordered[start:stop], key=lot)]
    return drawn


def blocks_of_list(propensities: Sequence[float]) -> list[tuple[int, int]]:
    """Recover the blocks of a served list from its logged probabilities.

    The last block may be cut off by the end of the list: then fewer of its items were shown than it held.
    """
    found = []
    start = 0
    while start < len(propensities):
        stop = min(len(propensities), start + round(1.0 / propensities[start]))
        found.append((start, stop))
        start = stop
    return found
