"""How long outcomes take, learned from those that came although many are still to come.

Only outcomes are seen that came before today, so late ones are missing from young lists. Each outcome that
came after t days on a line that has been watched for e days has the likelihood f(t) / F(e), by right
truncation: how many lines will never lead anywhere drops out, and need not be known. f is Weibull's, with a
prior.

References
----------
Lagakos, Barraj, De Gruttola, Nonparametric analysis of truncated survival data, Biometrika 75 (1988).
Chapelle, Modeling delayed feedback in display advertising, KDD (2014).
"""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from recommender.learning.intervals import Figure
from recommender.learning.observation import load_observation

Floats = NDArray[np.float64]
#: A shorter time, in days, is taken as this: reporters' clocks differ.
_LEAST_DAYS = 1e-3
#: With fewer outcomes the median is mostly what was assumed.
_FEW = 20


class OutcomeDelay(BaseEstimator):  # type: ignore[misc]
    """Distribution of the days from serving a list to one outcome, within its horizon.

    Attributes
    ----------
    scale_, shape_ : float
        Of the Weibull distribution, the scale in days.
    horizon_ : float
        Days.
    covariance_ : float64 (2, 2)
        Of the logarithms of scale and shape.
    n_outcomes_ : int
        Outcomes that it was fitted to.
    """

    def fit(self, lines: pd.DataFrame, y: None = None) -> Self:
        """Fit by maximum a posteriori.

        Parameters
        ----------
        lines : DataFrame
            Labelled lines of one step (``reached_after_days, elapsed_days, horizon_days``), at least one.
        """
        assumed = load_observation().delay
        self.horizon_ = float(lines["horizon_days"].max())
        told = lines["reached_after_days"].notna()
        days = np.maximum(lines.loc[told, "reached_after_days"].to_numpy(np.float64), _LEAST_DAYS)
        watched = np.maximum(lines.loc[told, "elapsed_days"].to_numpy(np.float64), days)
        scale = assumed.median_share * self.horizon_ / np.log(2) ** (1 / assumed.shape)
        start = np.log([scale, assumed.shape])

        def loss(logarithms: Floats) -> tuple[float, Floats]:
            away = (logarithms - start) / assumed.doubt
            value, slope = _log_likelihood(logarithms, np.log(days), np.log(watched))
            return float(0.5 * (away @ away) - value), away / assumed.doubt - slope

        bounds = [(value - 4, value + 4) for value in start]
        found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
        self.scale_, self.shape_ = (float(value) for value in np.exp(found))
        steps = 1e-4 * np.eye(2)
        curvature = np.array([loss(found + step)[1] - loss(found - step)[1] for step in steps]) / 2e-4
        self.covariance_ = np.linalg.inv((curvature + curvature.T) / 2)
        self.n_outcomes_ = len(days)
        return self

    def median_days(self) -> Figure:
        """Return the median time in days, horizon or not, with its 95 % interval.

        Notes
        -----
        The interval is the normal approximation of the posterior of the logarithm; with few outcomes it is
        mostly what was assumed, and says so.
        """
        check_is_fitted(self)
        log_log_two = float(np.log(np.log(2)))
        middle = np.log(self.scale_) + log_log_two / self.shape_
        slope = np.array([1.0, -log_log_two / self.shape_])
        away = 1.96 * float(np.sqrt(slope @ self.covariance_ @ slope))
        few = self.n_outcomes_ < _FEW
        return Figure(
            value=float(np.exp(middle)),
            ci95=(float(np.exp(middle - away)), float(np.exp(middle + away))),
            warning=f"只有 {self.n_outcomes_} 个结果，所需时间主要是初值" if few else None,
        )

    def share_told_by(self, days: ArrayLike) -> Floats:
        """Return the share, 0–1, of all outcomes within the horizon that come by so many days."""
        check_is_fitted(self)
        known = np.clip(np.asarray(days, np.float64), 0.0, self.horizon_)
        within = -np.expm1(-((self.horizon_ / self.scale_) ** self.shape_))
        return np.asarray(-np.expm1(-((known / self.scale_) ** self.shape_)) / within)


def _log_likelihood(logarithms: Floats, days: Floats, watched: Floats) -> tuple[float, Floats]:
    """Return the sum of log f(t) / F(e), and its slope by the logarithms of scale and shape.

    Parameters
    ----------
    days, watched : float64 (outcomes,)
        Logarithms of t and e.
    """
    shape = float(np.exp(logarithms[1]))
    # Far from the optimum a power would overflow, or its logarithm underflow.
    late, over = (np.clip(shape * (moment - logarithms[0]), -500, 500) for moment in (days, watched))
    hazard, known = np.exp(late), np.exp(over)
    value = logarithms[1] + late - days - hazard - np.log(-np.expm1(-known))
    capped = np.minimum(known, 700)
    rate = capped / np.expm1(capped)
    by_scale = shape * (hazard - 1) + shape * rate
    by_shape = 1 + late * (1 - hazard) - over * rate
    return float(value.sum()), np.array([by_scale.sum(), by_shape.sum()])
