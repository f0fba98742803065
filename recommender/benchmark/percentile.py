"""Percentile ranks that treat ties fairly."""

from collections.abc import Sequence
from decimal import Decimal


def midrank_percentile(value: Decimal, others: Sequence[Decimal]) -> float:
    """Return the midrank percentile of a value among others, 0–100 with one decimal.

    Half of the ties count as below: ``100 * (below + equal / 2) / n``. Among all-equal others that is 50,
    and percentile ranks from both ends add up to 100.

    Parameters
    ----------
    others : sequence of Decimal
        The peers' values, the value itself not among them; at least one.
    """
    if not others:
        raise ValueError("a percentile needs at least one other value")
    below = sum(other < value for other in others)
    equal = sum(other == value for other in others)
    return round(100 * (below + equal / 2) / len(others), 1)
