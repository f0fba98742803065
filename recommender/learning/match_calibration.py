"""From a fused text score to the probability that this is the answer, fitted to needs with known answers.

Platt's logistic curve, with one thing added: the best of many candidates stands further above their mean
than the best of few, so the curve moves with the logarithm of their number. It is fitted on random pools of
several sizes, each holding the answer. A need may have more good answers than the one that is known, so the
probability is a lower bound; and where the pool holds no answer at all it says too much.

References
----------
Platt, Probabilistic outputs for support vector machines (1999).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from sklearn.linear_model import LogisticRegression

from recommender.learning.intervals import SEED, Figure, mean_figure
from recommender.learning.metrics import Floats
from recommender.retrieval.channels import ChannelScores
from recommender.retrieval.fusion import FusionConfig, MatchCurve, fuse

#: Candidates of the pools that are drawn: what filters leave over, up to a small city's pool.
POOLS = (5, 10, 20, 40, 80, 160)
_REPEATS = 2
#: Practically unpenalised: two numbers are fitted to thousands of pairs.
_INVERSE_PENALTY = 1e6
_BINS = 10


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """Fused scores of needs and candidates.

    Attributes
    ----------
    scores : float64 (pairs,)
        As :func:`recommender.retrieval.fusion.fuse` gives them in the pool of the pair.
    candidates : int64 (pairs,)
        Size of that pool.
    answer : bool (pairs,)
        Whether the candidate is the known answer.
    need : int64 (pairs,)
        Need of the pair.
    """

    scores: Floats
    candidates: NDArray[np.int64]
    answer: NDArray[np.bool_]
    need: NDArray[np.int64]

    def only(self, rows: NDArray[np.bool_]) -> "ScoredPairs":
        """Return the pairs of some rows."""
        return ScoredPairs(self.scores[rows], self.candidates[rows], self.answer[rows], self.need[rows])


class Calibration(BaseModel):
    """How honest a curve is.

    Attributes
    ----------
    log_loss : Figure
        Mean over needs of the mean over their pairs, in nats.
    expected_error : float
        Mean absolute difference between probability and frequency over ten bins, weighed by their pairs.
    claimed, hit : Figure
        Mean probability of the best candidate of each pool, and how often it is the answer.
    """

    model_config = ConfigDict(frozen=True)

    log_loss: Figure
    expected_error: float
    claimed: Figure
    hit: Figure


def draw_pairs(
    channels: Mapping[str, NDArray[np.float32]],
    answers: Sequence[int],
    config: FusionConfig,
    *,
    pools: Sequence[int] = POOLS,
    seed: int = SEED,
) -> ScoredPairs:
    """Fuse each need's channels in random pools that hold its answer, and in the whole.

    Parameters
    ----------
    channels : mapping of str to float32 (needs, candidates)
        Scores of every candidate by channel name.
    answers : sequence of int
        Column of the known answer of each need.
    config : FusionConfig
        Weights of the channels.
    pools : sequence of int
        Sizes to draw; those not smaller than the whole are left out.
    """
    generator = np.random.default_rng(seed)
    count = next(iter(channels.values())).shape[1]
    sizes = [size for size in pools if size < count for _ in range(_REPEATS)] + [count]
    scores, candidates, answer, need = [], [], [], []
    for number, column in enumerate(answers):
        own = {
            name: ChannelScores(values[number].astype(np.float32), np.zeros(count, np.int64))
            for name, values in channels.items()
        }
        others = np.delete(np.arange(count), column)
        for size in sizes:
            allowed = np.zeros(count, bool)
            allowed[[column, *generator.choice(others, size - 1, replace=False)]] = True
            fused = fuse(own, allowed, config)
            if fused is None:
                raise ValueError("no channel has a weight")
            scores.append(fused.scores[allowed].astype(np.float64))
            answer.append(np.flatnonzero(allowed) == column)
            candidates.append(np.full(size, size))
            need.append(np.full(size, number))
    return ScoredPairs(*(np.concatenate(part) for part in (scores, candidates, answer, need)))


def fit_curve(pairs: ScoredPairs) -> MatchCurve:
    """Fit the curve by maximum likelihood.

    Raises
    ------
    ValueError
        When the answers do not score above the others: then there is nothing to calibrate.
    """
    features = np.column_stack([pairs.scores, np.log(pairs.candidates)])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000).fit(features, pairs.answer)
    slope, of_size = (float(value) for value in model.coef_[0])
    if slope <= 0:
        raise ValueError("answers score no higher than other candidates")
    return MatchCurve(
        centre=-float(model.intercept_[0]) / slope, growth=max(0.0, -of_size / slope), scale=1.0 / slope
    )


def probabilities(curve: MatchCurve, pairs: ScoredPairs) -> Floats:
    """Return the probability of each pair in its own pool."""
    result = np.empty(len(pairs.scores))
    for size in np.unique(pairs.candidates):
        rows = pairs.candidates == size
        result[rows] = curve.match(pairs.scores[rows].astype(np.float32), int(size))
    return result


def cross_fitted(pairs: ScoredPairs, folds: NDArray[np.int64]) -> Floats:
    """Return each pair's probability by a curve fitted on the other folds' needs; ``folds`` by need."""
    own = folds[pairs.need]
    result = np.empty(len(own))
    for fold in np.unique(own):
        held_out = own == fold
        result[held_out] = probabilities(fit_curve(pairs.only(~held_out)), pairs.only(held_out))
    return result


def calibration(
    probability: Floats, pairs: ScoredPairs, clusters: NDArray[np.int64], *, candidates: int
) -> Calibration:
    """Measure how honest probabilities are in pools of one size.

    Parameters
    ----------
    clusters : int64 (needs,)
        What is drawn as one for the intervals: the solution of each need.
    candidates : int
        Size of the pools to measure in; the pairs of one pool stand together.
    """
    rows = pairs.candidates == candidates
    shape = (-1, candidates)
    claimed, answer = probability[rows].reshape(shape), pairs.answer[rows].reshape(shape)
    cluster = clusters[pairs.need[rows].reshape(shape)[:, 0]]
    told = np.clip(claimed, 1e-9, 1 - 1e-9)
    loss = -np.where(answer, np.log(told), np.log1p(-told)).mean(axis=1)
    best = claimed.argmax(axis=1)
    first = np.arange(len(best))
    bins = np.minimum((claimed * _BINS).astype(int), _BINS - 1)
    apart = [
        abs(float(claimed[own].mean()) - float(answer[own].mean())) * float(own.mean())
        for own in (bins == number for number in range(_BINS))
        if own.any()
    ]
    return Calibration(
        log_loss=mean_figure(loss, cluster),
        expected_error=sum(apart),
        claimed=mean_figure(claimed[first, best], cluster),
        hit=mean_figure(answer[first, best].astype(np.float64), cluster),
    )
