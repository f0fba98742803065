"""Fusion weights and the probability curve from needs with known answers, judged before they are used.

What is reported was scored by weights that had not seen its solution, with a ridge picked on the other folds
(nested cross-validation by solution); only then is everything fitted on all needs. Measured this way on 306
real needs, learning four channels changes nothing (nDCG@10 -.001 [-.004, .000], weights end where the shipped
ones are) and on the sample gains .038 [.024, .054], with weights that cost .021 on real needs, because the
sample avoids the words of the pages: so nothing learned is shipped, and an installation should adopt its own
only when ``gain`` says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from recommender.errors import InvalidInput
from recommender.learning.fusion_model import ListwiseFusion
from recommender.learning.intervals import SEED, Figure, cluster_numbers, difference_figure, mean_figure
from recommender.learning.labelled_files import LabelledNeed
from recommender.learning.match_calibration import draw_pairs, fit_curve
from recommender.learning.metrics import Floats, ndcg_at, pessimistic_ranks
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions
from recommender.retrieval.fusion import FusionConfig, load_fusion, standardise
from recommender.retrieval.situation import situation_of_text
from recommender.text.passages import Side

FOLDS = 5
#: Ridges to pick from, in units of lists.
PENALTIES = (10.0, 100.0, 1000.0)
#: Fewer solutions than this cannot be split twice.
LEAST_SOLUTIONS = 10
_DEPTH = 10


class TooFewAnswers(InvalidInput):
    """The needs belong to too few solutions to learn from."""

    code = "too_few_answers"
    title = "可学习的需求太少"


@dataclass(frozen=True, slots=True)
class ChannelLists:
    """What each channel gave every candidate of every need.

    Attributes
    ----------
    scores : dict of str to float32 (needs, candidates)
        As the channels gave them.
    answers : int64 (needs,)
        Column of the known answer.
    clusters : int64 (needs,)
        Number of that solution.
    """

    scores: dict[str, NDArray[np.float32]]
    answers: NDArray[np.int64]
    clusters: NDArray[np.int64]

    def standardised(self) -> Floats:
        """Return float64 (needs, candidates, channels), standardised within each need."""
        everyone = np.ones(next(iter(self.scores.values())).shape[1], bool)
        by_channel = [np.stack([standardise(row, everyone) for row in own]) for own in self.scores.values()]
        return np.stack(by_channel, axis=-1).astype(np.float64)


class FusionTraining(BaseModel):
    """Learned fusion and what it is worth.

    Attributes
    ----------
    config : FusionConfig
        Weights learned on all needs (the first channel at 1) and the curve fitted to them.
    shipped, learned : Figure
        nDCG@10 of the configuration given and of weights that had not seen the need's solution.
    gain : Figure
        Their paired difference; adopt ``config`` when its interval lies above 0.
    penalties : tuple of float
        Ridge picked in each fold.
    """

    model_config = ConfigDict(frozen=True)

    needs: int
    solutions: int
    config: FusionConfig
    shipped: Figure
    learned: Figure
    gain: Figure
    penalties: tuple[float, ...]


def channel_lists(engine: Engine, needs: Sequence[LabelledNeed]) -> ChannelLists:
    """Ask every channel of the product for each need whose solution may be recommended."""
    rows: dict[str, list[NDArray[np.float32]]] = {}
    answers, owners = [], []
    for need in needs:
        found = find_solutions(engine, situation_of_text(need.text), Wishes())
        position = found.index.position(need.solution_id) if need.solution_id else None
        if position is None or not found.allowed[position]:
            continue
        for name, channel in found.channels.items():
            rows.setdefault(name, []).append(channel.scores[found.allowed])
        answers.append(int(found.allowed[:position].sum()))
        owners.append(str(need.solution_id))
    scores = {name: np.stack(own) for name, own in rows.items()}
    clusters = cluster_numbers(owners) if owners else np.zeros(0, np.int64)
    return ChannelLists(scores, np.asarray(answers, np.int64), clusters)


def train_fusion(
    engine: Engine, needs: Sequence[LabelledNeed], *, start: FusionConfig | None = None, seed: int = SEED
) -> FusionTraining:
    """Learn weights and curve from needs, and measure them on solutions they had not seen.

    Parameters
    ----------
    start : FusionConfig, optional
        What to stay near and to compare with; the shipped one by default.

    Raises
    ------
    TooFewAnswers
        When the needs belong to fewer than ten solutions that may be recommended.
    """
    start = start or load_fusion()
    lists = channel_lists(engine, needs)
    if (count := len(np.unique(lists.clusters))) < LEAST_SOLUTIONS:
        raise TooFewAnswers(f"有已知答案的需求只涉及 {count} 个方案，至少需要 {LEAST_SOLUTIONS} 个")
    prior = [start.weights.get(name, 0.0) for name in lists.scores]
    values = lists.standardised()
    fold = np.random.default_rng(seed).permutation(count)[lists.clusters] % FOLDS
    learned, penalties = _nested(values, lists.answers, fold, prior)
    shipped = _ndcg(values @ np.asarray(prior), lists.answers)
    final = _fit(values, lists.answers, prior, _pick(values, lists.answers, fold, prior))
    config = _config(start, dict(zip(lists.scores, final.tolist(), strict=True)), lists, seed)
    return FusionTraining(
        needs=len(lists.answers),
        solutions=count,
        config=config,
        shipped=mean_figure(shipped, lists.clusters, seed=seed),
        learned=mean_figure(learned, lists.clusters, seed=seed),
        gain=difference_figure(learned, shipped, lists.clusters, seed=seed),
        penalties=penalties,
    )


def _ndcg(scores: Floats, answers: NDArray[np.int64]) -> Floats:
    return ndcg_at(pessimistic_ranks(scores, answers), _DEPTH)


def _fit(values: Floats, answers: NDArray[np.int64], prior: Sequence[float], penalty: float) -> Floats:
    needs, candidates, channels = values.shape
    labels = np.zeros((needs, candidates))
    labels[np.arange(needs), answers] = 1.0
    model = ListwiseFusion(prior=prior, penalty=penalty)
    model.fit(values.reshape(-1, channels), labels.ravel(), np.repeat(np.arange(needs), candidates))
    return model.weights_


def _pick(
    values: Floats, answers: NDArray[np.int64], fold: NDArray[np.int64], prior: Sequence[float]
) -> float:
    """Pick the ridge that does best on folds left out; of equals the strongest."""

    def held_out(penalty: float) -> float:
        scored = np.zeros(len(answers))
        for number in np.unique(fold):
            test = fold == number
            weights = _fit(values[~test], answers[~test], prior, penalty)
            scored[test] = _ndcg(values[test] @ weights, answers[test])
        return float(scored.mean())

    return max(PENALTIES, key=lambda penalty: (held_out(penalty), penalty))


def _nested(
    values: Floats, answers: NDArray[np.int64], fold: NDArray[np.int64], prior: Sequence[float]
) -> tuple[Floats, tuple[float, ...]]:
    scored, picked = np.zeros(len(answers)), []
    for number in np.unique(fold):
        test = fold == number
        penalty = _pick(values[~test], answers[~test], fold[~test], prior)
        weights = _fit(values[~test], answers[~test], prior, penalty)
        scored[test] = _ndcg(values[test] @ weights, answers[test])
        picked.append(penalty)
    return scored, tuple(picked)


def _config(
    start: FusionConfig, weights: Mapping[str, float], lists: ChannelLists, seed: int
) -> FusionConfig:
    scale = next((weight for weight in weights.values() if weight > 0), 1.0)
    rounded = {name: round(weight / scale, 4) for name, weight in weights.items()}
    learned = start.model_copy(update={"weights": rounded, "version": f"{start.version}-learned"})
    curve = fit_curve(draw_pairs(lists.scores, lists.answers.tolist(), learned, seed=seed))
    return learned.model_copy(update={"calibrated": {**start.calibrated, Side.SOLUTION: curve}})
