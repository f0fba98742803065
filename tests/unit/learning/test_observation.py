"""Delays and examination: what was hidden in simulated logs is found; till then what is assumed stands."""

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
