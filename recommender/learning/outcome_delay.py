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

from recommender.learning.observation import load_observation

Floats = NDArray[np.float64]
#: A shorter time, in days, is taken as this: reporters' clocks differ.
_LEAST_DAYS = 1e-3


class OutcomeDelay(BaseEstimator):  # type: ignore[misc]
    """Distribution of the days from serving a list to one outcome, within its horizon.

    Attributes
    ----------
    scale_, shape_ : float
        Of the Weibull distribution, the scale in days.
    horizon_ : float
        Days.
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

        def loss(logarithms: Floats) -> float:
            scale, shape = np.exp(logarithms)
            density = np.log(shape / scale) + (shape - 1) * np.log(days / scale) - (days / scale) ** shape
            known = np.log(-np.expm1(-((watched / scale) ** shape)))
            away = (logarithms - start) / assumed.doubt
            return float(0.5 * (away @ away) - (density - known).sum())

        bounds = [(value - 4, value + 4) for value in start]
        found = minimize(loss, start, method="L-BFGS-B", bounds=bounds).x if len(days) else start
        self.scale_, self.shape_ = (float(value) for value in np.exp(found))
        self.n_outcomes_ = len(days)
        return self

    def share_told_by(self, days: ArrayLike) -> Floats:
        """Return the share, 0–1, of all outcomes within the horizon that come by so many days."""
        check_is_fitted(self)
        known = np.clip(np.asarray(days, np.float64), 0.0, self.horizon_)
        within = -np.expm1(-((self.horizon_ / self.scale_) ** self.shape_))
        return np.asarray(-np.expm1(-((known / self.scale_) ** self.shape_)) / within)
