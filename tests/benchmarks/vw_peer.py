"""Vowpal Wabbit as a policy in the simulated world: a contextual bandit as its users would set it up.

It gets what the product's learner gets: the same features, flags for unknown ones, the expert's score as one
more feature, product, vendor and sub-industry by name; and the same outcomes at the same time. Like a queue
with a reward wait it learns each line once: a success as soon as it is known, "no" once the wait is over.
Until it has learned ten successes it ranks by the expert's score.
"""

import numpy as np
from vowpalwabbit import Workspace

from recommender.simulation import Ranking, Visit
from recommender.simulation.policies import LEAST_SUCCESSES, expert_scores, ranked
from recommender.simulation.policy import Known
from recommender.simulation.world import feature_names

#: Chosen among some 25 settings on seeds that are not reported: mtr, dr, dm; rates; -q sf; bags; squarecb;
#: waits; contacts or contracts as the reward.
OPTIONS = "--cb_explore_adf --cb_type dm --epsilon 0.005 -l 0.2"
#: Days after which a line without the step counts as none.
WAIT_DAYS = {"contact": 60.0, "contract": 180.0}


class VowpalWabbit:
    """Fills a list from the top by VW's probabilities."""

    name = "vowpalwabbit"

    def __init__(
        self,
        step: str = "contact",
        options: str = OPTIONS,
        wait_days: float | None = None,
        seed: int = 0,
    ) -> None:
        self._step, self._wait = step, WAIT_DAYS[step] if wait_days is None else wait_days
        self._vw = Workspace(f"{options} --quiet --random_seed {seed + 1}")
        self._seed = seed
        #: List id and item id to what was shown: shared line, action lines, chosen action, its probability.
        self._waiting: dict[tuple[str, str], tuple[list[str], int, float]] = {}
        self._shown: dict[int, tuple[list[str], np.ndarray, np.ndarray]] = {}
        self._learned: set[tuple[str, str]] = set()
        self._successes = self._fits = 0

    @property
    def version(self) -> str:
        return f"simulated:vw;lessons={self._fits}"

    def rank(self, visit: Visit, length: int) -> Ranking:
        experts = expert_scores(visit.features)
        text = _text(visit, experts)
        if self._successes < LEAST_SUCCESSES:
            ranking = ranked(experts, length)
        else:
            ranking = self._drawn(text, visit.number, length)
        self._shown[visit.number] = (text, ranking.places, ranking.propensities)
        return ranking

    def _drawn(self, text: list[str], number: int, length: int) -> Ranking:
        """Fill the list from the top: each place is drawn from VW's probabilities of what is left."""
        generator = np.random.default_rng((self._seed, number))
        left = list(range(len(text) - 1))
        places, chances = [], []
        while left and len(places) < length:
            mass = np.asarray(self._vw.predict([text[0], *(text[1 + one] for one in left)]), np.float64)
            drawn = int(generator.choice(len(left), p=mass / mass.sum()))
            places.append(left.pop(drawn))
            chances.append(float(mass[drawn] / mass.sum()))
        return Ranking(np.asarray(places, np.int64), np.asarray(chances), np.asarray(chances))

    def learn(self, known: Known) -> None:
        lines = known(self._step)
        now_known = lines["reached"] | (lines["elapsed_days"] >= self._wait) | lines["refused"]
        for row in lines[now_known].itertuples():
            key = row.list_id, row.item_id
            if key in self._learned:
                continue
            self._learned.add(key)
            self._successes += bool(row.reached)
            text, places, chances = self._shown[int(row.list_id.rpartition("L")[2])]
            place, chance = int(places[row.position - 1]), float(chances[row.position - 1])
            left = [one for one in range(len(text) - 1) if one not in places[: row.position - 1]]
            example = [text[0]]
            for one in left:
                head = f"0:{-1.0 if row.reached else 0.0}:{chance:.6f} " if one == place else ""
                example.append(head + text[1 + one])
            self._vw.learn(example)
        self._fits += 1


def _text(visit: Visit, experts: np.ndarray) -> list[str]:
    names = feature_names()
    lines = [f"shared |s {visit.sub_industry}"]
    for item, provider, values, expert in zip(
        visit.items, visit.providers, visit.features.tolist(), experts.tolist(), strict=True
    ):
        told = " ".join(
            f"no_{name}" if value != value else f"{name}:{value:.4f}"  # noqa: PLR0124 - NaN
            for name, value in zip(names, values, strict=True)
        )
        lines.append(f"|f expert:{expert:.4f} {told} |i {item} {provider}")
    return lines
