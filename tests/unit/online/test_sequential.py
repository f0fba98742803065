"""The test keeps its promise however often one looks, and finds what is there."""

import numpy as np
import pytest

from recommender.online.sequential import evidence, share_interval


def test_evidence_by_hand() -> None:
    # One win: ∫p dp = 1/2 against 1/2; two of two: 1/3 against 1/4.
    assert evidence(1, 0) == pytest.approx(1)
    assert evidence(2, 0) == pytest.approx(4 / 3)
    assert evidence(1, 1) == pytest.approx((1 / 6) / (1 / 4))
    assert evidence(3, 7) == pytest.approx(evidence(7, 3))
    assert np.isfinite(evidence(5000, 0))


@pytest.mark.parametrize("share", [0.5, 0.7])
def test_the_truth_stays_inside_at_every_look(share: float) -> None:
    generator = np.random.default_rng(4)
    left, decided, runs = 0, 0, 400
    for _ in range(runs):
        wins = np.cumsum(generator.random(300) < share)
        losses = np.arange(1, 301) - wins
        left += any(evidence(int(w), int(n), share) >= 20 for w, n in zip(wins, losses, strict=True))
        decided += any(evidence(int(w), int(n)) >= 20 for w, n in zip(wins, losses, strict=True))
    assert left <= 0.05 * runs
    if share == 0.5:
        assert decided <= 0.05 * runs
    else:
        assert decided > 0.95 * runs


def test_interval_is_where_the_evidence_reaches_twenty() -> None:
    low, high = share_interval(30, 10)
    assert evidence(30, 10, low) == pytest.approx(20)
    assert evidence(30, 10, high) == pytest.approx(20)
    assert share_interval(0, 0) == (0.0, 1.0)
    assert share_interval(0, 8)[0] == 0
    assert share_interval(8, 0)[1] == 1
