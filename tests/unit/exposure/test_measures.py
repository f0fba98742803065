"""Known answers of the measures, and intervals that cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from recommender.exposure.measures import draw, figure, gini, hhi, ratio_figures, share_figures, shares

AMOUNTS = arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 50).map(float))


@pytest.mark.parametrize(
    ("amounts", "of_gini", "of_hhi"),
    [
        ([5, 5, 5, 5], 0.0, 0.25),
        ([0, 0, 0, 8], 0.75, 1.0),
        # Mean absolute difference over twice the mean: (1+2+3+1+2+1)·2/16 / (2·2.5) = 0.25.
        ([1, 2, 3, 4], 0.25, 0.30),
        ([3, 1], 0.25, 0.625),
        ([7], 0.0, 1.0),
    ],
)
def test_known_answers(amounts: list[float], of_gini: float, of_hhi: float) -> None:
    assert gini(np.array(amounts, float)) == pytest.approx(of_gini)
    assert hhi(np.array(amounts, float)) == pytest.approx(of_hhi)


@given(AMOUNTS)
def test_gini_is_the_mean_absolute_difference(amounts: np.ndarray) -> None:
    if not amounts.sum():
        assert np.isnan(gini(amounts))
        return
    pairwise = np.abs(amounts[:, None] - amounts[None, :]).mean() / (2 * amounts.mean())
    assert gini(amounts) == pytest.approx(pairwise)
    assert 1 / len(amounts) - 1e-9 <= hhi(amounts) <= 1 + 1e-9
    assert shares(amounts).sum() == pytest.approx(1.0)


def test_figures_of_counts() -> None:
    seen = np.array([[3.0, 1.0], [1.0, 1.0], [2.0, 0.0]])
    deserved = np.array([[2.0, 2.0], [1.0, 1.0], [1.0, 1.0]])
    drawn, fair = draw(seen, deserved)
    first, second = share_figures(drawn)
    assert (first.value, second.value) == (0.75, 0.25)
    low, high = first.ci95
    assert low is not None
    assert high is not None
    assert low <= 0.75 <= high
    assert [told.value for told in ratio_figures(drawn, fair)] == [1.5, 0.5]
    told = figure(drawn, hhi)
    assert told.value == pytest.approx(0.625)


def test_nothing_is_no_zero_and_one_enterprise_no_interval() -> None:
    (nothing,) = draw(np.zeros((3, 2)))
    assert share_figures(nothing)[0].value is None
    assert figure(nothing, gini).value is None
    (single,) = draw(np.array([[3.0, 1.0]]))
    assert share_figures(single)[0].value == 0.75
    assert share_figures(single)[0].ci95 == (None, None)
    (nobody,) = draw(np.zeros((0, 2)))
    assert figure(nobody, hhi).value is None


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(100):
        # Enterprises differ in how often they look and in taste: what is drawn is the enterprise.
        taste = rng.beta(4, 6, 80)
        looks = rng.integers(1, 30, 80)
        first = rng.binomial(looks, taste).astype(float)
        (drawn,) = draw(np.column_stack([first, looks - first]), resamples=300)
        low, high = share_figures(drawn)[0].ci95
        assert low is not None
        assert high is not None
        hits += low <= 0.4 <= high
    assert 87 <= hits <= 100
