"""The probability of a match, fitted to what became of pairs that were shown."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from recommender.feedback.partner_outcomes import PairOutcome
from recommender.ranking.mutual import MatchProbability, mutual_logit

#: Below these the expert's assumption stays: a curve through a handful of cases is no better.
LEAST_OUTCOMES = 50
LEAST_OF_EACH = 10
#: Standard deviation of the normal prior around the assumed intercept and slope.
_DOUBT = 1.0
_LEAST_SLOPE = 0.05


def fit_match_probability(
    outcomes: Sequence[PairOutcome], prior: MatchProbability
) -> MatchProbability | None:
    """Fit intercept and slope by maximum a posteriori, None while there are too few outcomes.

    Parameters
    ----------
    outcomes : sequence of PairOutcome
        Decided ones.
    prior : MatchProbability
        What to stay near: the less the outcomes say, the nearer.

    Notes
    -----
    The outcomes are of pairs that some list showed; what a list never shows is never learned. The slope stays
    above 0, so that calibration never turns the order around.
    """
    matched = np.asarray([outcome.matched for outcome in outcomes], bool)
    fewest = int(min(matched.sum(), (~matched).sum())) if len(matched) else 0
    if len(outcomes) < LEAST_OUTCOMES or fewest < LEAST_OF_EACH:
        return None
    scores = mutual_logit([o.forward for o in outcomes], [o.reverse for o in outcomes])
    assumed = np.asarray([prior.intercept, prior.slope])

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        odds = parameters[0] + parameters[1] * scores
        error = expit(odds) - matched
        away = parameters - assumed
        value = np.logaddexp(0.0, np.where(matched, -odds, odds)).sum() + (away**2).sum() / (2 * _DOUBT**2)
        return float(value), np.asarray([error.sum(), error @ scores]) + away / _DOUBT**2

    found = minimize(loss, assumed, jac=True, method="L-BFGS-B", bounds=[(None, None), (_LEAST_SLOPE, None)])
    intercept, slope = (float(value) for value in found.x)
    return MatchProbability(intercept=intercept, slope=slope, source="outcomes", n=len(outcomes))
