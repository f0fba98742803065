"""Policies side by side on the same worlds, with intervals over the seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy import stats

from recommender.learning.examination import estimated_chances
from recommender.learning.intervals import Figure, missing
from recommender.ranking.exploration import load_exploration
from recommender.simulation.learner import Learner
from recommender.simulation.policies import Expert, Greedy
from recommender.simulation.policy import Policy
from recommender.simulation.running import Run, run
from recommender.simulation.settings import MARK, Floats, WorldSettings
from recommender.simulation.world import World, draw_world

#: Makes a fresh policy for a world.
Maker = Callable[[World], Policy]
#: Told (stage, done, all).
Progress = Callable[[str, int, int], None]
#: Points of a regret curve.
_POINTS = 20


class PolicyResult(BaseModel):
    """What became of one policy.

    Attributes
    ----------
    regret : Figure
        Expected successes lost in all lists of a world, against the best list of the same candidates.
    late_regret : Figure
        The same of the last half of the lists.
    against : dict of str to Figure
        Regret less that of each other policy in the same world; below 0 is better.
    successes : Figure
        What really happened in a world, capacity included.
    curve : tuple of Figure
        Cumulative regret after as many lists as ``Comparison.curve_at`` tells.
    """

    model_config = ConfigDict(frozen=True)

    regret: Figure
    late_regret: Figure
    against: dict[str, Figure]
    successes: Figure
    curve: tuple[Figure, ...]


class Comparison(BaseModel):
    """Result of :func:`compare`; ``model_dump(mode="json")`` is the published document.

    Attributes
    ----------
    mark : str
        Says that everything is simulated.
    step : str
        By which lists are judged.
    best : Figure
        Expected successes of the best lists of a world.
    """

    model_config = ConfigDict(frozen=True)

    mark: str
    settings: WorldSettings
    seeds: tuple[int, ...]
    step: str
    baseline: str
    best: Figure
    curve_at: tuple[int, ...]
    policies: dict[str, PolicyResult]


def usual_policies() -> dict[str, Maker]:
    """Return what a learner is compared with, and the product's own."""
    return {
        "expert": lambda world: Expert(),
        "greedy_decided": lambda world: Greedy(labels="decided"),
        "greedy_not_yet_is_no": lambda world: Greedy(labels="not_yet_is_no"),
        "learner": lambda world: Learner(estimated_chances),
        "learner_exploring": lambda world: Learner(
            estimated_chances, load_exploration(), name="learner_exploring"
        ),
    }


def across_seeds(values: Sequence[float] | Floats) -> Figure:
    """Return the mean over worlds with Student's 95 % interval; worlds are independent draws."""
    numbers = np.asarray(values, np.float64)
    if not len(numbers):
        return missing("没有可评估的数据，指标为空")
    mean = float(numbers.mean())
    if len(numbers) < 2:
        return Figure(value=mean, ci95=(None, None), warning="只有一个随机种子，无法给出置信区间")
    reach = float(stats.t.ppf(0.975, len(numbers) - 1) * numbers.std(ddof=1) / np.sqrt(len(numbers)))
    return Figure(value=mean, ci95=(mean - reach, mean + reach))


def compare(
    settings: WorldSettings,
    makers: Mapping[str, Maker],
    seeds: Sequence[int],
    *,
    step: str = "contract",
    baseline: str = "expert",
    progress: Progress | None = None,
) -> Comparison:
    """Let every policy live through the world of every seed.

    Parameters
    ----------
    makers : mapping of str to callable
        By name; one of them is the baseline.
    step : str
        By which lists are judged: ``contact``, ``contract`` or ``accepted``.

    Raises
    ------
    ValueError
        If the baseline is none of the policies.
    """
    if baseline not in makers:
        raise ValueError(f"no such policy: {baseline}")
    found: dict[str, list[_Kept]] = {name: [] for name in makers}
    done, whole = 0, len(seeds) * len(makers)
    for seed in seeds:
        world = draw_world(settings, seed)
        for name, make in makers.items():
            found[name].append(_Kept.of(run(world, make(world), step)))
            done += 1
            if progress is not None:
                progress("simulate", done, whole)
    at = tuple(sorted({round(part) for part in np.linspace(0, settings.lists, _POINTS + 1)[1:]}))
    totals = {name: np.asarray([one.regret.sum() for one in kept]) for name, kept in found.items()}
    return Comparison(
        mark=MARK,
        settings=settings,
        seeds=tuple(seeds),
        step=step,
        baseline=baseline,
        best=across_seeds([one.best for one in found[baseline]]),
        curve_at=at,
        policies={name: _result(name, kept, totals, at) for name, kept in found.items()},
    )


@dataclass(frozen=True)
class _Kept:
    """The part of a run that the comparison needs; a history is large."""

    regret: Floats
    best: float
    successes: int

    @classmethod
    def of(cls, one: Run) -> "_Kept":
        return cls(one.regret, float(one.best.sum()), int(np.isfinite(one.history.happens[one.step]).sum()))


def _result(
    name: str, kept: Sequence[_Kept], totals: Mapping[str, Floats], at: Sequence[int]
) -> PolicyResult:
    regrets = np.stack([one.regret for one in kept])
    cumulative = regrets.cumsum(axis=1)
    return PolicyResult(
        regret=across_seeds(totals[name]),
        late_regret=across_seeds(regrets[:, regrets.shape[1] // 2 :].sum(axis=1)),
        against={other: across_seeds(totals[name] - lost) for other, lost in totals.items() if other != name},
        successes=across_seeds([float(one.successes) for one in kept]),
        curve=tuple(across_seeds(cumulative[:, point - 1]) for point in at),
    )
