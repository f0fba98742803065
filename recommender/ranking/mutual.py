"""From both sides' scores to one, and from that to the probability of a match."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit, logit

#: Scores are kept this far from 0 and 1, where a logit has no end.
_EDGE = 0.01


def mutual(forward: ArrayLike, reverse: ArrayLike) -> NDArray[np.float64]:
    """Return the harmonic mean of both sides' scores: neither's zeal buys off the other's indifference.

    Chosen by measurement against the product, the minimum and the mean logit (docs/reciprocal.md).

    Parameters
    ----------
    forward, reverse : array_like
        0–1, of equal shape.
    """
    one, other = np.asarray(forward, np.float64), np.asarray(reverse, np.float64)
    total = one + other
    return np.asarray(np.divide(2 * one * other, total, out=np.zeros(total.shape), where=total > 0))


def mutual_deviation(
    forward: float, reverse: float, forward_deviation: float, reverse_deviation: float
) -> float:
    """Return the standard deviation of :func:`mutual` by the delta method, both sides being independent."""
    total = forward + reverse
    if total <= 0:
        return 0.0
    slopes = 2 * (reverse / total) ** 2, 2 * (forward / total) ** 2
    return float(np.hypot(slopes[0] * forward_deviation, slopes[1] * reverse_deviation))


def mutual_logit(forward: ArrayLike, reverse: ArrayLike) -> NDArray[np.float64]:
    """Return the logit of :func:`mutual`, kept finite."""
    return np.asarray(logit(np.clip(mutual(forward, reverse), _EDGE, 1 - _EDGE)))


class MatchProbability(BaseModel):
    """How likely both sides come together, given how each sees the other.

    Attributes
    ----------
    intercept, slope : float
        ``logit(p) = intercept + slope * mutual_logit(forward, reverse)``; the slope is above 0, so that the
        order of pairs is that of the scores whatever the calibration.
    source : {"prior", "outcomes"}
        An expert's assumption, or fitted to what became of pairs that were shown.
    n : int
        Outcomes behind it, 0 for the assumption.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    intercept: float
    slope: float = Field(gt=0)
    source: Literal["prior", "outcomes"] = "prior"
    n: int = 0

    def of(self, forward: ArrayLike, reverse: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of a match for pairs of scores."""
        return np.asarray(expit(self.intercept + self.slope * mutual_logit(forward, reverse)))
