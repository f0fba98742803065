"""How many matches a member that takes only so many can expect.

A member with expected load λ (matches before capacity) and capacity c serves min(c, N) of the N that come,
drawn evenly when too many do. With N Poisson of mean λ this has a closed form, and the share that is served
on average is exactly the chance of each single match to be served, E[min(1, c / (1 + N))]. The true N is a
sum of independent unequal coins, which varies less than a Poisson count of the same mean, so that the closed
form is a lower bound; :func:`served_by_coins` gives the true value.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

Floats = NDArray[np.float64]
_IDLE = 1e-12


def served(load: Floats, capacity: Floats) -> Floats:
    """Return E[min(capacity, N)] for N Poisson of mean ``load``.

    Parameters
    ----------
    load, capacity : float (members,)
        Capacities are whole numbers, or infinity: then all is served.
    """
    limited = np.isfinite(capacity)
    places = np.where(limited, capacity, 1.0)
    # E[N; N < c] + c P(N >= c); P(N <= k) is the regularised upper gamma function at (k + 1, load).
    fewer = np.where(places > 1, gammaincc(np.maximum(places - 1, 1), load), 0.0)
    at_most = load * fewer + places * (1 - gammaincc(np.maximum(places, 1), load))
    return np.where(limited, at_most, load)


def served_share(load: Floats, capacity: Floats) -> Floats:
    """Return the share of the load that is served; without a load 1, or 0 where there is no place."""
    idle = np.where(capacity > 0, 1.0, 0.0)
    return np.divide(served(load, capacity), load, out=idle, where=load > _IDLE)


def served_at_the_margin(load: Floats, capacity: Floats) -> Floats:
    """Return how much of one more expected match is served: P(N < capacity)."""
    limited = np.isfinite(capacity)
    places = np.where(limited & (capacity > 0), capacity, 1.0)
    free = np.where(capacity > 0, gammaincc(places, load), 0.0)
    return np.where(limited, free, 1.0)


def served_by_coins(chances: Floats, capacity: Floats) -> Floats:
    """Return E[min(capacity, N)] for N a sum of independent coins.

    Parameters
    ----------
    chances : float (coins, members)
        Probability of each match of each member.
    capacity : float (members,)
    """
    most = int(np.max(capacity, where=np.isfinite(capacity), initial=0.0))
    # A row k for each number k that may have come, the last row for all numbers above.
    come = np.zeros((most + 1, chances.shape[1]))
    come[0] = 1.0
    for chance in chances:
        moved = come[:-1] * chance
        come[:-1] -= moved
        come[1:] += moved
    more = 1.0 - np.cumsum(come[:-1], axis=0)
    at_most = np.where(np.arange(most)[:, None] < capacity, more, 0.0).sum(axis=0)
    expected: Floats = np.where(np.isfinite(capacity), at_most, chances.sum(axis=0))
    return expected
