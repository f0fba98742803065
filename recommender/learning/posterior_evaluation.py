"""What learned weights are worth on enterprises that they were not learned from.

The expert weights they are compared with have their slope and intercepts fitted to the same lines: a gain is
one of the weights and records, not of calibration. Lines high up are looked at more often, and stand there by
the weights that ranked. So in nDCG and AUC each outcome counts by the inverse of the chance that it would be
seen and known, at most ten times, and sums are taken over all lists before they are divided: within a list
that shows one outcome the weight would cancel out, and every log would favour the ranking that made it.

References
----------
Joachims, Swaminathan, Schnabel, Unbiased learning-to-rank with biased feedback, WSDM (2017): the weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from recommender.learning.intervals import SEED, Figure, difference_figure, mean_figure, missing
from recommender.learning.ladder_lines import LadderLines
from recommender.learning.posterior_scales import EffectScales, PosteriorScales, TargetEffects
from recommender.learning.posterior_summary import known_chances, learned_odds
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.feature_definitions import Target
from recommender.ranking.priors import FeaturePrior

Floats = NDArray[np.float64]
FOLDS = 5
_DEPTH = 10
_LEAST_SEEN = 0.1
_BINS = 10
#: Practically fixed, in mean expert weights.
_FIXED = 1e-3


class Compared(BaseModel):
    """One measure of the expert weights and of the learned ones.

    Attributes
    ----------
    gain : Figure
        Paired difference; a claim only where its interval lies above 0.
    n : int
        Lines, or lists.
    """

    model_config = ConfigDict(frozen=True)

    expert: Figure
    learned: Figure
    gain: Figure
    n: int


class OutcomeMeasures(BaseModel):
    """Measures on enterprises left out.

    Attributes
    ----------
    log_likelihood : Compared
        Mean over lines of that of the ladder, in nats; what may still come counts for what it tells.
    ndcg_at_10 : Compared
        Discounted gain at ten of all lists over the largest they could have; a line gains what its furthest
        step is worth.
    auc : Compared
        How often, within a list, a line that makes the first step scores above one that does not.
    bias : Figure
        Share of the lines that made the first step, less the share expected.
    expected_error : float, optional
        Mean absolute difference between the two over ten groups of lines by what was expected.
    """

    model_config = ConfigDict(frozen=True)

    log_likelihood: Compared
    ndcg_at_10: Compared
    auc: Compared
    bias: Figure
    expected_error: float | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What models that had not seen a line's enterprise say of it: log-odds, and chances by step."""

    expert_odds: Floats
    expert_chances: Floats
    learned_odds: Floats
    learned_chances: Floats


def measure(
    lines: LadderLines, target: Target, priors: Mapping[str, FeaturePrior], scales: PosteriorScales
) -> OutcomeMeasures:
    """Cross-validate by enterprise.

    Parameters
    ----------
    lines : LadderLines
        Read with ``priors`` and the ladder of ``scales``.
    """
    if len(np.unique(lines.cluster)) < FOLDS:
        none = missing(f"不足 {FOLDS} 家企业，无法交叉验证")
        nothing = Compared(expert=none, learned=none, gain=none, n=0)
        return OutcomeMeasures(
            log_likelihood=nothing, ndcg_at_10=nothing, auc=nothing, bias=none, expected_error=None
        )
    held_out = _held_out(lines, target, priors, scales)
    weights = np.asarray(scales.step_weights())
    of_list = np.zeros(int(lines.lists.max()) + 1, np.int64)
    of_list[lines.lists] = lines.cluster
    expected = held_out.learned_chances[:, 0]
    return OutcomeMeasures(
        log_likelihood=_compared(
            line_likelihood(lines, held_out.expert_chances, weights),
            line_likelihood(lines, held_out.learned_chances, weights),
            lines.cluster,
        ),
        ndcg_at_10=_compared(
            ndcg_parts(lines, held_out.expert_odds, weights),
            ndcg_parts(lines, held_out.learned_odds, weights),
            of_list,
        ),
        auc=_compared(
            auc_parts(lines, held_out.expert_odds), auc_parts(lines, held_out.learned_odds), of_list
        ),
        bias=difference_figure(lines.reached[:, 0], expected, lines.cluster),
        expected_error=_expected_error(lines.reached[:, 0], expected),
    )


def line_likelihood(lines: LadderLines, chances: Floats, step_weights: Floats) -> Floats:
    """Return each line's log-likelihood, its steps weighted as in the fit; NaN where it tells nothing."""
    told = np.clip(chances, 1e-12, 1 - 1e-12)
    own = np.where(lines.reached, np.log(told), np.log1p(-told)) @ step_weights
    return np.where((lines.chance > 0).any(axis=1), own, np.nan)


def ndcg_parts(lines: LadderLines, scores: Floats, step_weights: Floats) -> Floats:
    """Return each list's part of nDCG@10: their mean is the discounted gain of all over the ideal one."""
    gain = (lines.reached / np.maximum(lines.examined, _LEAST_SEEN)) @ step_weights
    # Among equal scores the smallest gain is taken to come first.
    found = _dcg(lines.lists, gain, np.lexsort((gain, -scores, lines.lists)))
    ideal = _dcg(lines.lists, gain, np.lexsort((-gain, lines.lists)))
    return _over_the_mean(found, ideal)


def auc_parts(lines: LadderLines, scores: Floats) -> Floats:
    """Return each list's part of the area: their mean is the share of pairs in the right order.

    A line that made the step counts as that by the inverse of its chance; as one that did not by what is left
    of 1, which may be below 0: over many lines both are right. Of equal scores neither comes first.
    """
    made = lines.reached[:, 0] / np.maximum(lines.examined[:, 0], _LEAST_SEEN)
    order = np.lexsort((scores, lines.lists))
    lists, made, ordered = lines.lists[order], made[order], scores[order]
    before = np.cumsum(1 - made) - (1 - made)
    starts = np.r_[True, lists[1:] != lists[:-1]]
    new = starts | np.r_[True, ordered[1:] != ordered[:-1]]
    first = np.flatnonzero(starts)[np.cumsum(starts) - 1]
    tie = np.cumsum(new) - 1
    below = before[np.flatnonzero(new)[tie]] - before[first]
    equal = np.bincount(tie, 1 - made)[tie] - (1 - made)
    whole = np.bincount(lists, 1 - made)[lists] - (1 - made)
    won, pairs = (np.bincount(lists, made * own) for own in (below + equal / 2, whole))
    return _over_the_mean(won.astype(np.float64), pairs.astype(np.float64))


def _dcg(lists: NDArray[np.int64], gain: Floats, order: NDArray[np.int64]) -> Floats:
    ordered = lists[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    place = np.arange(len(ordered)) - np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    discounted = np.where(place < _DEPTH, gain[order] / np.log2(place + 2.0), 0.0)
    return np.asarray(np.bincount(ordered, discounted), np.float64)


def _over_the_mean(found: Floats, most: Floats) -> Floats:
    """Divide by the mean over lists, NaN where that is nothing."""
    mean = float(most.mean())
    return found / mean if mean > 0 else np.full(len(found), np.nan)


def _held_out(
    lines: LadderLines, target: Target, priors: Mapping[str, FeaturePrior], scales: PosteriorScales
) -> HeldOut:
    clusters = int(lines.cluster.max()) + 1
    fold = (np.random.default_rng(SEED).permutation(clusters) % FOLDS)[lines.cluster]
    one, each = np.zeros(len(lines)), np.zeros(lines.reached.shape)
    found = HeldOut(one, each, one.copy(), each.copy())
    everywhere = replace(lines, sub_industry=np.full(len(lines), -1))
    for number in range(FOLDS):
        test = np.flatnonzero(fold == number)
        for own, estimator, odds, chances in (
            (everywhere, _expert(target, priors, scales), found.expert_odds, found.expert_chances),
            (lines, RankingPosterior(target, priors, scales), found.learned_odds, found.learned_chances),
        ):
            learned = estimator.fit(own.only(fold != number)).learned_
            odds[test] = learned_odds(learned, own.only(test))
            chances[test] = known_chances(learned, own.only(test))
    return found


def _expert(target: Target, priors: Mapping[str, FeaturePrior], scales: PosteriorScales) -> RankingPosterior:
    """Return an estimator of slope and intercepts alone."""
    none = EffectScales()
    fixed = scales.model_copy(
        update={"weights": _FIXED, "effects": TargetEffects(solution=none, lead_unit=none, prospect=none)}
    )
    return RankingPosterior(target, priors, fixed, estimate_scales=False)


def _compared(expert: Floats, learned: Floats, clusters: NDArray[np.int64]) -> Compared:
    return Compared(
        expert=mean_figure(expert, clusters),
        learned=mean_figure(learned, clusters),
        gain=difference_figure(learned, expert, clusters),
        n=int((~np.isnan(expert)).sum()),
    )


def _expected_error(reached: NDArray[np.bool_], expected: Floats) -> float:
    order = np.argsort(expected, kind="stable")
    groups = np.array_split(order, _BINS)
    return float(
        sum(abs(reached[own].mean() - expected[own].mean()) * len(own) for own in groups if len(own))
        / len(order)
    )
