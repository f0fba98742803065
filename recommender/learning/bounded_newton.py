"""Newton's method with some parameters kept at 0 or above.

References
----------
Bertsekas, Projected Newton methods for optimization problems with simple constraints, SIAM J. Control and
Optimization 20 (1982).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from recommender.errors import SmematchError

Floats = NDArray[np.float64]
_MOST_STEPS = 100
_MOST_HALVINGS = 40
#: Share of the decrease foreseen by the slope that a step must bring. Half of it is the most that a right
#: curvature can bring; one that is too small by half jumps from side to side unless much is asked for.
_ARMIJO = 0.25
#: A decrease that is smaller, as a share of the objective, drowns in rounding: no step can be judged by it.
_UNSEEN = 1e-12


class NoConvergence(SmematchError):
    """The minimum was not found within the steps allowed."""

    code = "no_convergence"
    title = "拟合没有收敛"


@dataclass(frozen=True, slots=True)
class Curve:
    """An objective at one point.

    Attributes
    ----------
    value : float
    slope : float64 (parameters,)
    curvature : float64 (parameters, parameters)
        Positive definite: the Hessian, or the information expected.
    """

    value: float
    slope: Floats
    curvature: Floats


def minimise(
    value: Callable[[Floats], float],
    curve: Callable[[Floats], Curve],
    start: Floats,
    bounded: NDArray[np.bool_],
    *,
    tolerance: float = 1e-7,
) -> tuple[Floats, Curve]:
    """Find the minimum.

    Parameters
    ----------
    value, curve : callable
        The objective alone, and with slope and curvature.
    start : float64 (parameters,)
    bounded : bool (parameters,)
        Which must not fall below 0.
    tolerance : float
        How far away the minimum may be, in standard deviations: the root of the Newton decrement.

    Returns
    -------
    (float64 (parameters,), Curve)
        The minimum and the objective there.

    Raises
    ------
    NoConvergence
        If it is not found in 100 steps.
    """
    point = np.where(bounded, np.maximum(start, 0.0), start)
    for _ in range(_MOST_STEPS):
        here = curve(point)
        held = bounded & (point <= 0.0) & (here.slope > 0.0)
        free = ~held
        step = np.zeros(len(point))
        step[free] = -cho_solve(cho_factor(here.curvature[np.ix_(free, free)]), here.slope[free])
        if -float(here.slope @ step) <= max(tolerance**2, _UNSEEN * (1.0 + abs(here.value))):
            return point, here
        moved = _searched(value, point, step, here, bounded)
        if moved is None:
            return point, here
        point = moved
    raise NoConvergence(f"在 {_MOST_STEPS} 步内没有收敛，请检查先验和推荐记录")


def _searched(
    value: Callable[[Floats], float], point: Floats, step: Floats, here: Curve, bounded: NDArray[np.bool_]
) -> Floats | None:
    """Shorten a step until it descends; None where rounding leaves no descent."""
    length = 1.0
    for _ in range(_MOST_HALVINGS):
        tried = point + length * step
        tried = np.where(bounded, np.maximum(tried, 0.0), tried)
        foreseen = float(here.slope @ (tried - point))
        if (reached := value(tried)) < here.value and reached <= here.value + _ARMIJO * foreseen:
            return tried
        length /= 2
    return None
