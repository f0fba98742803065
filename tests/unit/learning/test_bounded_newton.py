import numpy as np
import pytest

from recommender.learning.bounded_newton import Curve, NoConvergence, minimise

HESSIAN = np.asarray([[2.0, 1.0], [1.0, 3.0]])


def _quadratic(centre: list[float]) -> tuple:
    def value(point: np.ndarray) -> float:
        away = point - centre
        return 0.5 * float(away @ HESSIAN @ away)

    return value, lambda point: Curve(value(point), HESSIAN @ (point - centre), HESSIAN)


def test_a_minimum_within_the_bounds_is_found() -> None:
    found, here = minimise(*_quadratic([1.0, -2.0]), np.zeros(2), np.asarray([True, False]))
    np.testing.assert_allclose(found, [1.0, -2.0])
    assert here.value == pytest.approx(0.0)


def test_at_a_bound_the_others_find_their_own_minimum() -> None:
    # With the first held at 0: 3 (y + 2) + 1 (0 + 1) = 0.
    found, _ = minimise(*_quadratic([-1.0, -2.0]), np.ones(2), np.asarray([True, False]))
    np.testing.assert_allclose(found, [0.0, -2.0 - 1.0 / 3.0])


def test_a_start_at_the_minimum_is_given_back_to_the_bit() -> None:
    start = np.asarray([0.1, 0.2])
    found, _ = minimise(*_quadratic([0.1, 0.2]), start, np.asarray([True, True]))
    assert found.tolist() == start.tolist()


def test_an_objective_without_minimum_is_told() -> None:
    def value(point: np.ndarray) -> float:
        return -float(point[0])

    def curve(point: np.ndarray) -> Curve:
        return Curve(value(point), np.asarray([-1.0]), np.asarray([[1.0]]))

    with pytest.raises(NoConvergence):
        minimise(value, curve, np.zeros(1), np.asarray([False]))
