from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.market.permutahedron import Permutahedra

Floats = NDArray[np.float64]


def lists(seed: int, rows: int = 3, items: int = 5) -> tuple[Permutahedra, np.random.Generator]:
    draws = np.random.default_rng(seed)
    allowed = draws.random((rows, items)) < 0.8
    examination = np.sort(draws.random(items))[::-1]
    examination[0] = 1.0
    examination[draws.integers(1, items + 1) :] = 0.0
    return Permutahedra(allowed, examination), draws


def corners(one: Permutahedra, row: int) -> Floats:
    """Exposures of every ranking of the allowed items of a list."""
    shown = np.flatnonzero(one.allowed[row])
    made = np.zeros((0, one.allowed.shape[1]))
    for order in permutations(shown):
        corner = np.zeros(one.allowed.shape[1])
        corner[list(order)] = one.examination[: len(shown)]
        made = np.vstack([made, corner])
    return made


@given(st.integers(0, 10_000))
def test_the_best_list_is_the_best_of_all_rankings(seed: int) -> None:
    one, draws = lists(seed)
    gains = draws.normal(size=one.allowed.shape)
    best = one.best(gains)
    for row in range(3):
        all_of_them = corners(one, row)
        assert best[row] @ gains[row] == pytest.approx((all_of_them @ gains[row]).max())
        assert (np.abs(all_of_them - best[row]).max(axis=1) < 1e-12).any()


@given(st.integers(0, 10_000), st.floats(0.01, 1e6))
def test_no_ranking_lies_nearer_in_the_direction_of_the_point(seed: int, scale: float) -> None:
    # The projection x of y is the point of the set with (y - x)·(z - x) <= 0 for all z, so for all corners.
    one, draws = lists(seed)
    points = scale * draws.normal(size=one.allowed.shape)
    nearest = one.project(points)
    assert one.contains(nearest).all()
    for row in range(3):
        shown = one.allowed[row]
        away = np.where(shown, points[row] - nearest[row], 0.0)
        # A shift of all allowed items changes nothing on the set, but would drown the rest in rounding.
        away[shown] -= away[shown].mean() if shown.any() else 0.0
        assert ((corners(one, row) - nearest[row]) @ away <= 1e-9 * max(1.0, scale)).all()


@settings(max_examples=10)
@given(st.integers(0, 1_000))
def test_the_projection_is_the_one_of_a_general_solver(seed: int) -> None:
    one, draws = lists(seed, rows=1, items=4)
    point = draws.normal(size=(1, 4))
    all_of_them = corners(one, 0)
    if not len(all_of_them):
        return

    def distance(weights: Floats) -> float:
        return float(((weights @ all_of_them - point[0])[one.allowed[0]] ** 2).sum())

    count = len(all_of_them)
    solved = minimize(
        distance,
        np.full(count, 1 / count),
        bounds=[(0, 1)] * count,
        constraints={"type": "eq", "fun": lambda weights: weights.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    np.testing.assert_allclose(one.project(point)[0], solved.x @ all_of_them, atol=1e-4)


def test_projecting_again_changes_nothing() -> None:
    one, draws = lists(7, rows=40, items=30)
    once = one.project(draws.normal(size=(40, 30)))
    np.testing.assert_allclose(one.project(once), once, atol=1e-12)


def test_rows_do_not_disturb_each_other() -> None:
    one, draws = lists(8, rows=6, items=9)
    points = draws.normal(size=(6, 9)) * np.array([[1], [1e6], [1e-6], [1], [1e3], [1]])
    together = one.project(points)
    for row in range(6):
        alone = Permutahedra(one.allowed[row : row + 1], one.examination)
        np.testing.assert_allclose(alone.project(points[row : row + 1])[0], together[row], atol=1e-9)


def test_lists_in_random_order_are_the_mean_of_all_rankings() -> None:
    one, _ = lists(9)
    for row in range(3):
        np.testing.assert_allclose(one.even()[row], corners(one, row).mean(axis=0), atol=1e-12)


def test_what_no_lottery_gives_is_told() -> None:
    one = Permutahedra(np.array([[True, True, False]] * 4), np.array([1.0, 0.5, 1 / 3]))
    exposures = np.array([[0.75, 0.75, 0], [1.2, 0.3, 0], [1, 0.4, 0], [1, 0.25, 0.25]])
    assert one.contains(exposures).tolist() == [True, False, False, False]
