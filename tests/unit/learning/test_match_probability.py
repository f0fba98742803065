"""The probability of a match: the assumption until there are outcomes, then what they say."""

import numpy as np
import pytest
from scipy.special import expit

from recommender.feedback.partner_outcomes import PairOutcome
from recommender.learning.match_probability import fit_match_probability
from recommender.ranking.mutual import MatchProbability, mutual_logit

PRIOR = MatchProbability(intercept=-1.5, slope=1.0)
TRUTH = MatchProbability(intercept=0.5, slope=2.0)


def _outcomes(count: int, seed: int = 3, truth: MatchProbability = TRUTH) -> list[PairOutcome]:
    draw = np.random.default_rng(seed)
    forward, reverse = draw.uniform(0.1, 0.9, (2, count))
    matched = draw.random(count) < truth.of(forward, reverse)
    return [PairOutcome("e", "p", *row) for row in zip(forward, reverse, matched, strict=True)]


def test_too_few_outcomes_change_nothing() -> None:
    assert fit_match_probability([], PRIOR) is None
    assert fit_match_probability(_outcomes(49), PRIOR) is None
    one_kind = [PairOutcome("e", "p", 0.5, 0.5, matched=True)] * 100
    assert fit_match_probability(one_kind, PRIOR) is None


def test_many_outcomes_give_their_own_curve_with_its_source() -> None:
    fitted = fit_match_probability(_outcomes(4000), PRIOR)
    assert fitted is not None
    assert (fitted.source, fitted.n) == ("outcomes", 4000)
    assert fitted.intercept == pytest.approx(TRUTH.intercept, abs=0.15)
    assert fitted.slope == pytest.approx(TRUTH.slope, abs=0.25)


def test_few_outcomes_stay_near_the_assumption() -> None:
    def apart(count: int) -> float:
        """By how much another assumption changes the slope."""
        steep = PRIOR.model_copy(update={"slope": 3.0})
        fits = [fit_match_probability(_outcomes(count), prior) for prior in (PRIOR, steep)]
        slopes = [fit.slope for fit in fits if fit is not None]
        return slopes[1] - slopes[0]

    assert apart(60) > 0.1
    assert apart(4000) < 0.05


def test_calibration_never_turns_the_order_around() -> None:
    contrary = [PairOutcome("e", "p", o.forward, o.reverse, not o.matched) for o in _outcomes(1000)]
    fitted = fit_match_probability(contrary, PRIOR)
    assert fitted is not None
    assert fitted.slope > 0


def test_the_curve() -> None:
    assert PRIOR.of(0.5, 0.5) == pytest.approx(expit(-1.5))
    assert np.isfinite(PRIOR.of([0.0, 1.0], [1.0, 1.0])).all()
    assert mutual_logit(0.9, 0.1) == mutual_logit(0.1, 0.9)
    assert PRIOR.of(0.5, 0.5) > PRIOR.of(0.9, 0.1)
