r"""Scoring lines: by the expert weights, or by the posterior that outcomes made of them.

Either way a line's score is the weighted mean of its applicable features. What outcomes know of a product and
its vendor beyond the features is a shift in log-odds :math:`e`. The posterior was fitted to the log-odds
:math:`s \sum_A w_j z_j / W_A + e` (slope :math:`s`, expert weights of the applicable features :math:`W_A`),
so in the unit of the score the shift is :math:`e W_A / (s \sum_A w_j)`, and within a list the order by score
is the order by the odds. Scores are kept within 0–1; the contributions add up to the score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from recommender.ranking.feature_definitions import Target
from recommender.ranking.learned_weights import Effect, LearnedTarget, WeightBlock
from recommender.ranking.priors import FeaturePrior, Features, Scored, weigh, weigh_pairs

Floats = NDArray[np.float64]
#: Name of the weights for an enterprise whose sub-industry taught nothing of its own.
POOLED = ""
#: Contributions of an item's own record and of its provider's.
RECORD_CODES: Mapping[Target, tuple[str, str]] = {
    "solution": ("product_record", "vendor_record"),
    "lead_unit": ("unit_record", "vendor_record"),
    "prospect": ("enterprise_record", "vendor_record"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line to score.

    Attributes
    ----------
    features : mapping of str to float or None
        0–1, None where unknown.
    applicable : frozenset of str
        Features that the request gives anything to judge by.
    sub_industry : str, optional
        Of the enterprise.
    item, provider : str, optional
        What is recommended, and who offers it where that is another.
    """

    features: Features
    applicable: frozenset[str]
    sub_industry: str | None = None
    item: str | None = None
    provider: str | None = None


class LineScorer(Protocol):
    """Scores the lines of one kind of ranking."""

    def score(self, line: Line) -> Scored:
        """Score one line."""
        ...

    def deviation(self, line: Line) -> float | None:
        """Return the standard deviation of a line's score, None where there is no posterior."""
        ...

    def known_effects(self, line: Line) -> dict[str, Effect]:
        """Return what is known of a line's item and provider beyond its features, by contribution."""
        ...

    def score_pairs(
        self,
        features: Mapping[str, Floats],
        applicable: Mapping[str, NDArray[np.bool_]],
        sub_industries: Sequence[str | None],
        items: Sequence[str],
    ) -> Floats:
        """Score all pairs, rows are enterprises, as :meth:`score` scores one.

        Parameters
        ----------
        features, applicable : mapping of str to array
            As :func:`recommender.ranking.priors.weigh_pairs` takes them.
        sub_industries : sequence of str or None
            Of each row.
        items : sequence of str
            What each column recommends; empty where that has no record of its own.

        Returns
        -------
        float64 (n, m)
        """
        ...


@dataclass(frozen=True, slots=True)
class ExpertScorer:
    """Scores by the expert weights."""

    priors: Mapping[str, FeaturePrior]

    def score(self, line: Line) -> Scored:
        """Score one line."""
        return weigh(line.features, line.applicable, self.priors)

    def deviation(self, line: Line) -> None:
        """Return None: nobody knows how sure an expert's weight is."""

    def known_effects(self, line: Line) -> dict[str, Effect]:
        """Return nothing."""
        return {}

    def score_pairs(
        self,
        features: Mapping[str, Floats],
        applicable: Mapping[str, NDArray[np.bool_]],
        sub_industries: Sequence[str | None],
        items: Sequence[str],
    ) -> Floats:
        """Score all pairs."""
        return weigh_pairs(features, applicable, self.priors)


class LearnedScorer:
    """Scores by a posterior; made for one request.

    Parameters
    ----------
    target : {"solution", "lead_unit", "prospect"}
    priors : mapping of str to FeaturePrior
        Expert weights, and what a feature counts for that is not known.
    learned : LearnedTarget
        Of the same features.
    """

    def __init__(self, target: Target, priors: Mapping[str, FeaturePrior], learned: LearnedTarget) -> None:
        self._codes = RECORD_CODES[target]
        self._priors = priors
        self._learned = learned
        self._unknown = np.asarray([priors[name].unknown for name in learned.features])
        self._used: dict[str, _Weights] = {}

    def score(self, line: Line) -> Scored:
        """Score one line."""
        weights = self._of(line.sub_industry)
        scored = weigh(line.features, line.applicable, weights.by_name)
        shifts = self._shifts(line)
        if not shifts or not scored.contributions:
            return scored
        unit = self._unit(line, weights)
        wanted = sum(shifts.values()) * unit
        score = float(np.clip(scored.score + wanted, 0.0, 1.0))
        kept = (score - scored.score) / wanted if wanted else 0.0
        told = {code: shift * unit * kept for code, shift in shifts.items()}
        return Scored(score=score, contributions=scored.contributions | told)

    def deviation(self, line: Line) -> float:
        """Return the standard deviation of a line's score by the delta method.

        It tells the doubt about weights and records, not that about the features.
        """
        weights = self._of(line.sub_industry)
        applies = np.asarray([name in line.applicable for name in self._learned.features], bool)
        own = np.where(applies, weights.weights, 0.0)
        if (total := float(own.sum())) <= 0:
            return 0.0
        told = [line.features.get(name) for name in self._learned.features]
        values = np.where([value is None for value in told], self._unknown, np.asarray(told, np.float64))
        unit = self._unit(line, weights)
        shift = sum(self._shifts(line).values())
        slope = np.where(applies, values - float(own @ values) / total - shift * unit, 0.0) / total
        variance, covariance = self._doubt(line, weights.key)
        square = slope @ weights.covariance @ slope + 2 * unit * (slope @ covariance) + unit**2 * variance
        return float(np.sqrt(max(0.0, float(square))))

    def known_effects(self, line: Line) -> dict[str, Effect]:
        """Return what is known of a line's item and provider beyond its features, by contribution."""
        found = (self._learned.items.get(line.item or ""), self._learned.providers.get(line.provider or ""))
        return {code: effect for code, effect in zip(self._codes, found, strict=True) if effect is not None}

    def score_pairs(
        self,
        features: Mapping[str, Floats],
        applicable: Mapping[str, NDArray[np.bool_]],
        sub_industries: Sequence[str | None],
        items: Sequence[str],
    ) -> Floats:
        """Score all pairs."""
        shape = next(iter(features.values())).shape
        shifts = np.asarray([sum(self._shifts(Line({}, frozenset(), item=item)).values()) for item in items])
        keys = np.asarray([self._key(code) for code in sub_industries], dtype=object)
        scores = np.empty(shape)
        for key in dict.fromkeys(keys.tolist()):
            rows = np.flatnonzero(keys == key)
            own = {name: values[rows] for name, values in features.items()}
            where = {name: flags[rows] if len(flags) > 1 else flags for name, flags in applicable.items()}
            weights = self._of(key).by_name
            scores[rows] = weigh_pairs(own, where, weights)
            if shifts.any():
                expert = _applying(where, self._priors, (len(rows), shape[1]))
                total = self._learned.slope * _applying(where, weights, expert.shape)
                unit = np.divide(expert, total, out=np.zeros(expert.shape), where=total > 0)
                scores[rows] = np.clip(scores[rows] + shifts * unit, 0.0, 1.0)
        return scores

    def _shifts(self, line: Line) -> dict[str, float]:
        return {code: effect.mean for code, effect in self.known_effects(line).items() if effect.mean}

    def _doubt(self, line: Line, key: str) -> tuple[float, Floats]:
        """Return the variance of a line's shift, and its covariance with the weights."""
        learned = self._learned
        own, provider = learned.items.get(line.item or ""), learned.providers.get(line.provider or "")
        known = own or provider
        if known is None:
            return learned.item_variance + learned.provider_variance, np.zeros(len(learned.features))
        unseen = 0.0 if own else learned.item_variance
        return known.variance + unseen, np.asarray(known.with_weights[key])

    def _unit(self, line: Line, weights: "_Weights") -> float:
        """Return what one unit of log-odds is in the score."""
        expert, total = (
            sum(prior.weight for name, prior in given.items() if name in line.applicable)
            for given in (self._priors, weights.by_name)
        )
        return expert / (self._learned.slope * total) if total > 0 else 0.0

    def _key(self, sub_industry: str | None) -> str:
        return sub_industry if sub_industry in self._learned.by_sub_industry else POOLED

    def _of(self, sub_industry: str | None) -> "_Weights":
        key = self._key(sub_industry)
        if key not in self._used:
            block = self._learned.by_sub_industry.get(key, self._learned.pooled)
            self._used[key] = _Weights.of(key, block, self._learned.features, self._priors)
        return self._used[key]


@dataclass(frozen=True, slots=True)
class _Weights:
    """Weights for one sub-industry: in the form of the expert weights, and as arrays."""

    key: str
    by_name: dict[str, FeaturePrior]
    weights: Floats
    covariance: Floats

    @classmethod
    def of(
        cls, key: str, block: WeightBlock, names: Sequence[str], priors: Mapping[str, FeaturePrior]
    ) -> "_Weights":
        learned = dict(zip(names, block.weights, strict=True))
        return cls(
            key,
            # In the order of the expert weights: equal weights then give scores that are equal to the bit.
            {name: prior.model_copy(update={"weight": learned[name]}) for name, prior in priors.items()},
            np.asarray(block.weights),
            np.asarray(block.covariance),
        )


def _applying(
    applicable: Mapping[str, NDArray[np.bool_]], priors: Mapping[str, FeaturePrior], shape: tuple[int, ...]
) -> Floats:
    """Sum the weights of the features that apply to each pair."""
    total = np.zeros(shape)
    for name, flags in applicable.items():
        if (prior := priors.get(name)) is not None:
            total += np.where(flags, prior.weight, 0.0)
    return total
