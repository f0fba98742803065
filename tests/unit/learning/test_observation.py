"""Delays and examination: what was hidden in simulated logs is found; till then what is assumed stands."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from recommender.learning.examination import Examination, with_chances
from recommender.learning.observation import load_observation
from recommender.learning.outcome_delay import OutcomeDelay

HORIZON = 180.0


def _delayed(lines: int, *, seed: int, median: float, shape: float, will: float = 0.3) -> pd.DataFrame:
    """Lines served evenly over the horizon and more; some lead somewhere after a Weibull time."""
    draw = np.random.default_rng(seed)
    watched = draw.uniform(0, 1.2 * HORIZON, lines)
    after = median / np.log(2) ** (1 / shape) * draw.weibull(shape, lines)
    told = (draw.uniform(size=lines) < will) & (after <= np.minimum(watched, HORIZON))
    return pd.DataFrame(
        {
            "reached_after_days": np.where(told, after, np.nan),
            "elapsed_days": np.minimum(watched, HORIZON),
            "horizon_days": HORIZON,
        }
    )


@pytest.mark.parametrize("will", [0.1, 0.9])
@pytest.mark.parametrize(("median", "shape"), [(20.0, 1.0), (60.0, 1.6)])
def test_the_delay_is_found_however_many_lead_somewhere(will: float, median: float, shape: float) -> None:
    delay = OutcomeDelay().fit(_delayed(8000, seed=1, median=median, shape=shape, will=will))
    days = np.asarray([5.0, 20.0, 60.0, 120.0])
    scale = median / np.log(2) ** (1 / shape)
    within = 1 - np.exp(-((HORIZON / scale) ** shape))
    np.testing.assert_allclose(
        delay.share_told_by(days), (1 - np.exp(-((days / scale) ** shape))) / within, atol=0.06
    )


def test_without_outcomes_the_assumed_delay_stands() -> None:
    delay = OutcomeDelay().fit(_delayed(10, seed=1, median=20.0, shape=1.0, will=0.0))
    assumed = load_observation().delay
    told = delay.share_told_by([0.0, assumed.median_share * HORIZON, HORIZON, 10 * HORIZON])
    assert told[0] == 0
    assert 0.5 < told[1] < 0.6  # half of all, a little more of those within the horizon
    assert told[2:].tolist() == [1.0, 1.0]


def test_examination_is_counted_and_never_rises() -> None:
    draw = np.random.default_rng(2)
    position = np.tile(np.arange(1, 6), 4000)
    true = np.asarray([0.9, 0.6, 0.6, 0.3, 0.1])
    seen = (draw.uniform(size=len(position)) < true[position - 1]).astype(float)
    seen[: len(seen) // 4] = np.nan
    found = Examination().fit(pd.DataFrame({"position": position, "seen": seen}))
    curve = found.chance_seen(np.arange(1, 9))
    np.testing.assert_allclose(curve[:5], true, atol=0.03)
    assert (np.diff(curve) <= 0).all()
    assert found.n_reported_ == 15_000
    assert found.warning is None


def test_without_impressions_the_assumed_curve_stands() -> None:
    found = Examination().fit(pd.DataFrame({"position": [1, 2], "seen": [np.nan, np.nan]}))
    assert "专家假设" in str(found.warning)
    decay = load_observation().examination.decay
    np.testing.assert_allclose(found.chance_seen([1, 4, 9]), np.asarray([1.0, 4.0, 9.0]) ** -decay)


def test_lines_get_their_chances() -> None:
    lines = _delayed(50, seed=3, median=20.0, shape=1.0).assign(position=np.arange(50) % 10 + 1, seen=np.nan)
    told = with_chances(lines, OutcomeDelay().fit(lines), Examination().fit(lines))
    for name in ("chance_told", "chance_seen", "chance_trusted"):
        assert told[name].between(0, 1).all()
    assert told["chance_trusted"].iloc[0] == load_observation().trust.first


def _explored(lists: int, true: np.ndarray, *, seed: int, block: int = 3) -> pd.DataFrame:
    """Lists whose blocks stand in a drawn order; better items stand in better blocks, and no one reports."""
    draw = np.random.default_rng(seed)
    places = len(true)
    shift = draw.integers(0, block, lists)
    rows = []
    for number in range(lists):
        worth = np.sort(draw.uniform(0.05, 0.9, places))[::-1]
        edges = [0, *range(int(shift[number]) or block, places, block), places]
        share = np.ones(places)
        for first, stop in pairwise(edges):
            worth[first:stop] = draw.permutation(worth[first:stop])
            share[first:stop] = 1 / (stop - first)
        reached = draw.uniform(size=places) < true * worth
        rows.append(
            pd.DataFrame(
                {
                    "list_id": f"r{number}",
                    "position": np.arange(1, places + 1),
                    "propensity_score": share,
                    "policy_version": "near-equals-1",
                    "reached": reached,
                    "seen": np.nan,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def test_examination_is_harvested_from_drawn_orders() -> None:
    true = np.asarray([1.0, 0.55, 0.45, 0.3, 0.25, 0.2])
    lines = _explored(4000, true, seed=5)
    found = Examination().fit(lines)
    np.testing.assert_allclose(found.chance_seen(np.arange(1, 7)), true, atol=0.07)
    assert f"{found.n_harvested_} 个随机次序" in str(found.warning)
    # What is found by the outcomes of each position alone mixes what an item is worth with where it stood.
    naive = lines.groupby("position")["reached"].mean()
    assert naive[6] / naive[1] < 0.5 * true[5]


def test_lists_in_a_fixed_order_tell_nothing_of_examination() -> None:
    lines = _explored(500, np.linspace(1, 0.2, 6), seed=6).assign(propensity_score=1.0)
    found = Examination().fit(lines)
    assert found.n_harvested_ == 0
    assert "专家假设" in str(found.warning)
