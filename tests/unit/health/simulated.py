"""Simulated lines of served lists, as :mod:`recommender.health` reads them. Nothing in them is real.

Enterprises differ in what they are like and in how often they ask, so that lines of one enterprise are alike:
what makes a naive test find drift where there is none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
HORIZON = 60.0
DISTRICTS = ("440113", "440114", "440118")
SUB_INDUSTRIES = ("apparel", "luggage", "cosmetics")


@dataclass(frozen=True, slots=True)
class Drift:
    """What happens to the feature ``text_match`` of recent lines."""

    shift: float = 0.0
    unknown: float = 0.0
    district: str | None = None


def lines(
    *,
    seed: int,
    enterprises: int = 120,
    lists: int = 600,
    k: int = 5,
    days: float = 118.0,
    recent_days: float = 28.0,
    drift: Drift | None = None,
    promise: float = 0.0,
    target: str = "lead_unit",
) -> pd.DataFrame:
    """Lines of lists served in the days before :data:`AS_OF`.

    Parameters
    ----------
    drift : Drift, optional
        None by default: nothing changes.
    promise : float
        By how much ``p_match`` is above the truth.
    """
    rng = np.random.default_rng(seed)
    nature = rng.normal(0.0, 0.12, enterprises)
    activity = rng.gamma(0.8, 1.0, enterprises) + 0.05
    asking = rng.choice(enterprises, lists, p=activity / activity.sum())
    ages = np.sort(rng.random(lists) * days)[::-1]
    firm, age = np.repeat(asking, k), np.repeat(ages, k)
    n = lists * k
    text = np.clip(0.55 + nature[firm] + rng.normal(0.0, 0.08, n), 0, 1)
    price = np.round(np.clip(0.5 + nature[firm] * 2, 0, 1), 1)
    price[rng.random(enterprises)[firm] < 0.15] = np.nan
    recent = age < recent_days
    district = np.asarray(DISTRICTS, object)[firm % len(DISTRICTS)]
    if drift is not None:
        rows = recent & ((district == drift.district) | (drift.district is None))
        text[rows] = np.clip(text[rows] + drift.shift, 0, 1)
        text[rows & (rng.random(n) < drift.unknown)] = np.nan
    truth = np.clip(0.1 + 0.5 * (np.nan_to_num(text, nan=0.5) - 0.4), 0.02, 0.9)
    seen = rng.random(n) < 1 / np.sqrt(np.tile(np.arange(1, k + 1), lists))
    delay = rng.gamma(2.0, 8.0, n)
    reached = seen & (rng.random(n) < truth) & (delay <= np.minimum(age, HORIZON))
    names = np.array([f"sim-list-{number:06d}" for number in range(lists)], object)
    codes = np.array([f"sim-firm-{number:05d}" for number in range(enterprises)], object)
    values: dict[str, Any] = {
        "list_id": np.repeat(names, k),
        "served_at": pd.to_datetime([AS_OF - timedelta(days=float(one)) for one in age], utc=True),
        "target": target,
        "subject": codes[firm],
        "enterprise": codes[firm],
        "item_id": np.char.add("SIM-L", rng.integers(0, 14, n).astype(str)).astype(object),
        "sub_industry": np.asarray(SUB_INDUSTRIES, object)[(firm // 3) % len(SUB_INDUSTRIES)],
        "district": district,
        "position": np.tile(np.arange(1, k + 1), lists),
        "propensity_score": 1.0,
        "score": np.clip(text, 0, 1),
        "item:text_match": text,
        "item:price": price,
        "item:p_match": np.clip(truth + promise, 0, 1),
        "seen": seen.astype(float),
        "reached": reached,
        "refused": False,
        "elapsed_days": np.minimum(age, HORIZON),
        "horizon_days": HORIZON,
    }
    frame = pd.DataFrame(values)
    frame["score"] = frame["score"].fillna(0.5)
    frame["decided"] = frame["reached"] | (frame["elapsed_days"] >= HORIZON)
    return frame


def is_recent(frame: pd.DataFrame, recent_days: float = 28.0) -> np.ndarray:
    """Which lines are of the recent period."""
    return (frame["served_at"] >= AS_OF - timedelta(days=recent_days)).to_numpy()
