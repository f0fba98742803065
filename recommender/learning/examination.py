"""Who looks how far down a list, and who acts on a line only because it stands high.

An assumed curve comes first. Lists whose near-equals stood in a drawn order correct it by what came of each
position (:mod:`recommender.learning.intervention_harvest`); where impressions are reported, the share of the
lines seen at each position is counted and shrunk to that. The curve never rises with the position. Trust in
positions stays as assumed.

References
----------
Joachims, Swaminathan, Schnabel, Unbiased learning-to-rank with biased feedback, WSDM (2017).
Agarwal, Wang, Li, Bendersky, Najork, Addressing trust bias for unbiased learning-to-rank, WWW (2019).
"""

from collections.abc import Mapping
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.isotonic import IsotonicRegression
from sklearn.utils.validation import check_is_fitted

from recommender.learning.intervention_harvest import harvest
from recommender.learning.observation import load_observation
from recommender.learning.outcome_delay import OutcomeDelay

Floats = NDArray[np.float64]


class Examination(BaseEstimator):  # type: ignore[misc]
    """Chance that a line is looked at, by its position.

    Attributes
    ----------
    curve_ : float64 (positions,)
        Chance at position 1, 2, … as far as impressions or drawn orders tell.
    n_reported_ : int
        Lines of lists that report impressions.
    n_harvested_ : int
        Outcomes in blocks of a drawn order.
    """

    def fit(self, lines: pd.DataFrame, y: None = None) -> Self:
        """Count the lines that were seen.

        Parameters
        ----------
        lines : DataFrame
            Labelled lines (``position, seen``); NaN where a list reports no impressions. With ``list_id,
            propensity_score, policy_version, reached`` drawn orders are made use of.
        """
        reported = lines.loc[lines["seen"].notna(), ["position", "seen"]]
        self.n_reported_ = len(reported)
        assumed = load_observation().examination
        drawn = harvest(lines, _assumed(np.arange(1, int(lines["position"].max()) + 1)), assumed.doubt)
        self.n_harvested_ = drawn.outcomes
        told = len(reported) or drawn.outcomes
        positions = np.arange(1, len(drawn.curve) + 1 if told else 1)
        counts_as = assumed.counts_as
        number = np.bincount(reported["position"], minlength=len(positions) + 1)[1:]
        seen = np.bincount(reported["position"], reported["seen"], minlength=len(positions) + 1)[1:]
        shrunk = (seen + counts_as * drawn.curve[: len(positions)]) / (number + counts_as)
        falling = IsotonicRegression(increasing=False)
        self.curve_ = (
            np.asarray(falling.fit_transform(positions, shrunk, sample_weight=number + counts_as), np.float64)
            if len(positions)
            else np.zeros(0)
        )
        return self

    @property
    def warning(self) -> str | None:
        """What a reader of the curve must know, in Chinese; None where impressions were counted."""
        check_is_fitted(self)
        if self.n_reported_:
            return None
        if self.n_harvested_:
            return f"没有浏览记录，各位置被看到的机会由 {self.n_harvested_} 个随机次序下的结果反推"
        return "没有浏览记录，各位置被看到的机会全为专家假设"

    def chance_seen(self, position: ArrayLike) -> Floats:
        """Return the chance, 0–1, that a line at a position from 1 is looked at."""
        check_is_fitted(self)
        places = np.asarray(position, np.int64)
        if not len(self.curve_):
            return _assumed(places)
        last = len(self.curve_)
        # Beyond what was reported the assumed curve goes on from where the counted one ends.
        beyond = self.curve_[-1] * _assumed(np.maximum(places, last)) / _assumed(np.asarray(last))
        return np.asarray(np.where(places <= last, self.curve_[np.minimum(places, last) - 1], beyond))

    def trust(self, position: ArrayLike) -> Floats:
        """Return the chance, 0–1, that a line is acted on because of its position, whatever it is."""
        return np.asarray(load_observation().trust.first / np.asarray(position, np.float64))


def _assumed(position: ArrayLike) -> Floats:
    return np.asarray(np.asarray(position, np.float64) ** -load_observation().examination.decay)


def estimated_chances(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the lines of each step with the chances estimated from them.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Labelled lines by step, the same lines for each; at least one.

    Notes
    -----
    How long outcomes take is learned for each step, how far down a list people look once for all.
    """
    examination = Examination().fit(next(iter(frames.values())))
    return {
        step: with_chances(frame, OutcomeDelay().fit(frame), examination) for step, frame in frames.items()
    }


def with_chances(lines: pd.DataFrame, delay: OutcomeDelay, examination: Examination) -> pd.DataFrame:
    """Return the lines with ``chance_told``, ``chance_seen`` and ``chance_trusted``."""
    position = lines["position"].to_numpy()
    return lines.assign(
        chance_told=delay.share_told_by(lines["elapsed_days"]),
        chance_seen=examination.chance_seen(position),
        chance_trusted=examination.trust(position),
    )
