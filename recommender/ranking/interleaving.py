"""Two rankings compared in one list: team-draft interleaving for a fixed share of the enterprises.

Like two captains who pick players in turn: in each round a coin says who picks first, and each picks its best
that is not taken. What then happens with an item is credited to the team that picked it, so that position and
enterprise are the same for both. The coin is a hash of experiment, enterprise, day and round, so that a list
is stable for a day.

References
----------
Radlinski, Kurup and Joachims, How does clickthrough data reflect retrieval quality?, CIKM (2008).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.domain.validation_text import explain, summary
from recommender.ranking.priors import Priors, UnusableWeights, read_weights

Team = Literal["A", "B"]
#: Rounds that are drafted; what follows keeps the order of the first ranking. Bounds the outcomes to 1024.
ROUNDS = 10
_VERSION = "team-draft-1"


class Experiment(BaseModel):
    """A candidate set of weights on trial against the shipped ones.

    Attributes
    ----------
    name : str
        Stands in the log and is the salt of all draws; another trial takes another name.
    share : float
        Share of the enterprises that see interleaved lists.
    weights : Priors
        Of team B.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    share: Annotated[float, Field(gt=0, le=1)]
    weights: Priors

    def includes(self, subject: str) -> bool:
        """Whether an enterprise takes part; it does for the whole of the experiment or not at all."""
        return _lot(self.name, subject) < self.share

    def policy_version(self, teams: Iterable[str]) -> str:
        """Say in the log of a list: the experiment and the team of each line."""
        return f"{_VERSION};experiment={self.name};b={self.weights.version};teams={''.join(teams)}"


@dataclass(frozen=True, slots=True)
class Drafted:
    """One line of an interleaved list.

    Attributes
    ----------
    team : {"A", "B"}
        Who picked it; A is the first ranking.
    propensity : float
        Probability, over the coins, that this item stands at this rank; exact.
    """

    item: str
    team: Team
    propensity: float


def read_experiment(path: Path) -> Experiment:
    """Read ``{"name", "share", "weights"}``; ``weights`` names a file like ``data/ranking/priors.json``.

    Raises
    ------
    UnusableWeights
        If either file cannot be used.
    """
    try:
        told = _ExperimentFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableWeights(f"无法读取试验文件“{path}”", place={"file": str(path)}) from error
    except ValidationError as error:
        raise UnusableWeights(
            f"试验文件“{path.name}”：{summary(explain(error))}", place={"file": path.name}
        ) from error
    return Experiment(name=told.name, share=told.share, weights=read_weights(path.parent / told.weights))


def is_interleaved(policy_version: str) -> bool:
    """Whether a served list was drafted by two teams."""
    return policy_version.startswith(f"{_VERSION};")


def teams_of(policy_version: str, experiment: str) -> str | None:
    """Return the team of each line of a served list, None if it was not served by this experiment."""
    head = f"{_VERSION};experiment={experiment};"
    return policy_version.rpartition("teams=")[2] if policy_version.startswith(head) else None


def team_draft(first: Sequence[str], second: Sequence[str], drawn_for: str, k: int) -> list[Drafted]:
    """Interleave two rankings of the same items.

    Parameters
    ----------
    first, second : sequence of str
        Item ids, best first.
    drawn_for : str
        Names the coins: experiment, enterprise and day.
    k : int
        Length of the list; a longer one begins with the shorter.
    """
    rankings: dict[Team, Sequence[str]] = {"A": first, "B": second}
    picked: list[tuple[str, Team]] = []
    for number in range(ROUNDS):
        starts: Team = "A" if _lot(drawn_for, str(number)) < 0.5 else "B"
        picked += _round(rankings, starts, {item for item, _ in picked})
    taken = {item for item, _ in picked}
    picked += [(item, "A") for item in first if item not in taken]
    propensities = _propensities(rankings, k)
    return [Drafted(item, team, propensities[item, rank]) for rank, (item, team) in enumerate(picked[:k])]


class _ExperimentFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
    share: Annotated[float, Field(gt=0, le=1)]
    weights: str


def _lot(*names: str) -> float:
    """Draw a number 0–1, always the same for the same names."""
    return int.from_bytes(hashlib.sha256("|".join(names).encode()).digest()[:7], "big") / 2**56


def _round(rankings: dict[Team, Sequence[str]], starts: Team, taken: Iterable[str]) -> list[tuple[str, Team]]:
    """Return what the two teams pick in one round; fewer than two at the end of the items."""
    gone = set(taken)
    order: tuple[Team, Team] = ("A", "B") if starts == "A" else ("B", "A")
    picks: list[tuple[str, Team]] = []
    for team in order:
        best = next((item for item in rankings[team] if item not in gone), None)
        if best is not None:
            gone.add(best)
            picks.append((best, team))
    return picks


def _propensities(rankings: dict[Team, Sequence[str]], k: int) -> dict[tuple[str, int], float]:
    """Follow both sides of every coin; draws that have taken the same items go on as one."""
    share: dict[tuple[str, int], float] = defaultdict(float)
    states: dict[frozenset[str], float] = {frozenset(): 1.0}
    for _ in range(min(ROUNDS, (k + 1) // 2)):
        following: dict[frozenset[str], float] = defaultdict(float)
        for taken, probability in states.items():
            for starts in rankings:
                picks = [item for item, _ in _round(rankings, starts, taken)]
                for place, item in enumerate(picks):
                    share[item, len(taken) + place] += probability / 2
                following[taken.union(picks)] += probability / 2
        states = following
    for taken, probability in states.items():
        left = (item for item in rankings["A"] if item not in taken)
        for place, item in enumerate(islice(left, max(0, k - len(taken)))):
            share[item, len(taken) + place] += probability
    return share
