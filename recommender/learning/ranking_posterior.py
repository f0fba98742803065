"""The posterior of ranking weights as a scikit-learn estimator: expert weights as a prior, moved by outcomes.

The maximum a posteriori is found by Newton's method with weights kept at 0 or above, the covariance is
Laplace's. Beside it are estimated, and shrunk to what is assumed, how far sub-industries, products and
providers differ (by expectation-maximisation of the marginal likelihood), and the dispersion: by how much the
slopes of whole enterprises vary more than a likelihood of independent lines lets expect, since several lists
to one enterprise are less than so many enterprises. The likelihood is divided by it.

References
----------
MacKay, Information Theory, Inference, and Learning Algorithms, ch. 27 (2003): Laplace's method.
Pauli, Racugno, Ventura, Bayesian composite marginal likelihoods, Statistica Sinica 21 (2011): dispersion.
Gelman and Hill, Data Analysis Using Regression and Multilevel/Hierarchical Models (2007): partial pooling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.linalg import block_diag
from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_limits

from recommender.learning.bounded_newton import Curve, minimise
from recommender.learning.ladder_lines import LadderLines, ladder_lines
from recommender.learning.ladder_posterior import LadderPosterior, Layout, layout_of
from recommender.learning.posterior_scales import PosteriorScales, load_posterior_scales
from recommender.learning.posterior_summary import Estimate, Unseen, summarise
from recommender.ranking.feature_definitions import Target
from recommender.ranking.learned_weights import LearnedTarget
from recommender.ranking.priors import FeaturePrior, load_priors

Floats = NDArray[np.float64]
_MOST_ROUNDS = 12
#: Scales that change by less are taken as found.
_SETTLED = 0.02


@dataclass(frozen=True, slots=True)
class Spread:
    """Scales that are estimated with the weights.

    Attributes
    ----------
    sub_industries : float
        Standard deviation of a sub-industry's weight around the pooled one, in the unit of the weights.
    items, providers : float
        Of their effects, in log-odds.
    dispersion : float
        What the likelihood is divided by.
    """

    sub_industries: float
    items: float
    providers: float
    dispersion: float = 1.0

    def near(self, other: "Spread") -> bool:
        """Whether nothing changed worth another round."""
        pairs = (
            (self.sub_industries, other.sub_industries),
            (self.items, other.items),
            (self.providers, other.providers),
            (self.dispersion, other.dispersion),
        )
        return all(abs(one - two) <= _SETTLED * two for one, two in pairs)


class RankingPosterior(BaseEstimator):  # type: ignore[misc]
    """Weights, effects of products and providers, and how sure they are.

    Parameters
    ----------
    target : {"solution", "lead_unit", "prospect"}
        Kind of ranking.
    priors : mapping of str to FeaturePrior, optional
        Expert weights; the shipped ones of the target by default.
    scales : PosteriorScales, optional
        How far outcomes may move them; the shipped ones by default.
    estimate_scales : bool, default True
        Whether scales and dispersion follow the data, or stay as assumed.

    Attributes
    ----------
    learned_ : LearnedTarget
        What a model ranks by.
    spread_ : Spread
        Estimated scales.
    parameters_, covariance_ : float64 (parameters,), (parameters, parameters)
        The maximum and Laplace's covariance, in the order of ``layout_``.
    lines_ : LadderLines
        What it was fitted to.
    n_features_in_ : int
    """

    def __init__(
        self,
        target: Target = "solution",
        priors: Mapping[str, FeaturePrior] | None = None,
        scales: PosteriorScales | None = None,
        estimate_scales: bool = True,
    ) -> None:
        self.target = target
        self.priors = priors
        self.scales = scales
        self.estimate_scales = estimate_scales

    def fit(self, X: Mapping[str, pd.DataFrame] | LadderLines, y: None = None) -> Self:  # noqa: N803
        """Learn from labelled lines.

        Parameters
        ----------
        X : mapping of str to DataFrame, or LadderLines
            Labelled lines with chances by step of the ladder, as
            :func:`recommender.learning.ladder_lines.ladder_lines` takes them. The outcomes are part of them.

        Raises
        ------
        recommender.learning.ladder_lines.UnusableLines
            If something is missing.
        """
        scales = self.scales or load_posterior_scales()
        priors = _expert(self.target) if self.priors is None else self.priors
        lines = X if isinstance(X, LadderLines) else ladder_lines(X, priors, scales.ladder)
        if lines.shares.shape[1] != len(priors) or lines.steps != scales.ladder:
            raise ValueError("the lines were read for other features or steps")
        effects = scales.of(self.target)
        layout = layout_of(lines, items=effects.items > 0, providers=effects.providers > 0)
        posterior = LadderPosterior(lines, layout, scales.slope.mean, np.asarray(scales.step_weights()))
        prior = _Prior(layout, priors, scales)
        assumed = Spread(prior.mean_weight * scales.sub_industries, effects.items, effects.providers)
        # One thread: the same bits on every machine, and no waiting for others on a busy one.
        with threadpool_limits(limits=1, user_api="blas"):
            found = _Fit(posterior, prior, assumed)
            for _ in range(_MOST_ROUNDS if self.estimate_scales and len(lines) else 0):
                estimated = found.estimated(assumed, scales)
                if estimated.near(found.spread):
                    break
                found = _Fit(posterior, prior, estimated, found.parameters)
        self.layout_ = layout
        self.lines_ = lines
        self.spread_ = found.spread
        self.parameters_ = found.parameters
        self.covariance_ = found.covariance
        self.n_features_in_ = len(priors)
        self.learned_ = self._summary(prior)
        return self

    def _summary(self, prior: "_Prior") -> LearnedTarget:
        weights = self.layout_.weights(-1)
        left = np.trace(prior.weight_precision @ self.covariance_[weights, weights]) / self.n_features_in_
        return summarise(
            self.lines_,
            Estimate(self.layout_, self.parameters_, self.covariance_, prior.slope),
            tuple(prior.names),
            Unseen(self.spread_.sub_industries**2, self.spread_.items**2, self.spread_.providers**2),
            data_share=float(np.clip(1 - left, 0.0, 1.0)),
        )


class _Prior:
    """Where the parameters are before any outcome, and how surely."""

    def __init__(self, layout: Layout, priors: Mapping[str, FeaturePrior], scales: PosteriorScales) -> None:
        expert = np.asarray([prior.weight for prior in priors.values()])
        self.layout = layout
        self.names = list(priors)
        self.slope = scales.slope.mean
        self.mean_weight = float(expert.mean())
        # All weights may be too large or too small together: that is the slope, not their proportions.
        together = scales.slope.doubt**2 * np.outer(expert, expert)
        apart = (scales.weights * self.mean_weight) ** 2 * np.eye(len(expert))
        self.weight_precision = np.asarray(np.linalg.inv(together + apart))
        steps = [scales.intercepts[name] for name in scales.ladder]
        self._of_steps = np.asarray([1 / step.doubt**2 for step in steps])
        self.mean = np.zeros(layout.size)
        self.mean[layout.intercepts] = [step.mean for step in steps]
        for group in range(-1, layout.groups):
            self.mean[layout.weights(group)] = expert

    def precision(self, spread: "Spread") -> Floats:
        """Return the inverse of the covariance."""
        layout = self.layout
        effects = np.r_[
            np.full(layout.items, 1 / spread.items**2 if layout.items else 0.0),
            np.full(layout.providers, 1 / spread.providers**2 if layout.providers else 0.0),
        ]
        # A sub-industry's weights stand around the pooled ones.
        tied = np.kron(_around_the_first(layout.groups), np.eye(layout.features)) / spread.sub_industries**2
        tied[: layout.features, : layout.features] += self.weight_precision
        return np.asarray(block_diag(np.diag(self._of_steps), tied, np.diag(effects)))


def _around_the_first(others: int) -> Floats:
    """Return the quadratic form of the distances of so many values to a first one."""
    form = np.eye(1 + others)
    form[0, 0] = others
    form[0, 1:] = form[1:, 0] = -1.0
    return form


class _Fit:
    """The maximum a posteriori under given scales, with Laplace's covariance."""

    def __init__(
        self, posterior: LadderPosterior, prior: _Prior, spread: "Spread", start: Floats | None = None
    ) -> None:
        self._posterior = posterior
        self._prior = prior
        self.spread = spread
        precision = prior.precision(spread)

        def value(parameters: Floats) -> float:
            away = parameters - prior.mean
            return posterior.loss(parameters) / spread.dispersion + 0.5 * float(away @ precision @ away)

        def curve(parameters: Floats) -> Curve:
            own = posterior.curve(parameters)
            away = parameters - prior.mean
            return Curve(
                own.value / spread.dispersion + 0.5 * float(away @ precision @ away),
                own.slope / spread.dispersion + precision @ away,
                own.curvature / spread.dispersion + precision,
            )

        first = prior.mean if start is None else start
        self.parameters, here = minimise(value, curve, first, prior.layout.bounded)
        self.covariance = np.asarray(np.linalg.inv(here.curvature))

    def estimated(self, assumed: "Spread", scales: PosteriorScales) -> "Spread":
        """Return the scales that the data call for, shrunk to those assumed."""
        layout, count = self._prior.layout, scales.counts_as.scales
        groups, items, providers = self._posterior.present()

        def scale(start: float, moments: Floats) -> float:
            return float(np.sqrt((count * start**2 + moments.sum()) / (count + moments.size)))

        return Spread(
            scale(assumed.sub_industries, self._apart(groups)),
            scale(assumed.items, self._moments(layout.item_effects)[items]),
            scale(assumed.providers, self._moments(layout.provider_effects)[providers]),
            self._dispersion(scales.counts_as.dispersion),
        )

    def _moments(self, place: slice) -> Floats:
        return np.asarray(self.parameters[place] ** 2 + np.diag(self.covariance)[place])

    def _apart(self, groups: NDArray[np.int64]) -> Floats:
        """Return the expected squares of what sub-industries differ from the pooled weights."""
        pooled = self._prior.layout.weights(-1)
        found = [np.zeros(0)]
        for group in groups.tolist():
            own = self._prior.layout.weights(group)
            apart = self.parameters[own] - self.parameters[pooled]
            doubt = (
                self.covariance[own, own] + self.covariance[pooled, pooled] - 2 * self.covariance[own, pooled]
            )
            found.append(apart**2 + np.diag(doubt))
        return np.concatenate(found)

    def _dispersion(self, count: float) -> float:
        slopes, information = self._posterior.cluster_slopes(self.parameters)
        told = slopes[(slopes != 0).any(axis=1)]
        if len(told) < 2 or not information.sum():
            return 1.0
        varied = ((told - told.mean(axis=0)) ** 2).sum() * len(told) / (len(told) - 1)
        return float((count + len(told) * varied / information.sum()) / (count + len(told)))


def _expert(target: Target) -> Mapping[str, FeaturePrior]:
    shipped = load_priors()
    return {"solution": shipped.solution, "lead_unit": shipped.lead_unit, "prospect": shipped.prospect}[
        target
    ]
