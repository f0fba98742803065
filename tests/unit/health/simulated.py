"""Simulated lines of served lists, as :mod:`recommender.health` reads them. Nothing in them is real.

Enterprises differ in what they are like and in how often they ask, so that lines of one enterprise are alike:
what makes a naive test find drift where there is none.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import insert

from recommender.domain import Enterprise, Event
from recommender.store import Store, counters, tables
from recommender.store.repositories.events import body_hash, canonical_json

AS_OF = datetime(2026, 3, 1, tzinfo=UTC)
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
        "after_days": np.where(reached, delay, np.nan),
        "refused": False,
        "elapsed_days": np.minimum(age, HORIZON),
        "horizon_days": HORIZON,
    }
    frame = pd.DataFrame(values)
    frame["score"] = frame["score"].fillna(0.5)
    frame["decided"] = frame["reached"] | (frame["elapsed_days"] >= HORIZON)
    return frame


def recast(frame: pd.DataFrame, firms: Sequence[Enterprise], items: Sequence[str]) -> pd.DataFrame:
    """Give the lines to stored enterprises, and each place of a list a stored item, another in every list."""
    firm = frame["subject"].factorize()[0] % len(firms)
    first = frame["list_id"].factorize()[0] * 11
    chosen = [firms[at] for at in firm]
    return frame.assign(
        subject=[one.uscc for one in chosen],
        enterprise=[one.uscc for one in chosen],
        sub_industry=[one.sub_industry and str(one.sub_industry) for one in chosen],
        district=[one.district for one in chosen],
        item_id=[
            items[(at + place) % len(items)] for at, place in zip(first, frame["position"], strict=True)
        ],
    )


def write(store: Store, frame: pd.DataFrame) -> None:
    """Log the lines as served lists with events: a look for each seen line, a contact for each reached."""
    heads = frame.drop_duplicates("list_id")
    lists = [
        {
            "recommendation_id": one.list_id,
            "served_at": one.served_at.to_pydatetime(),
            "target": one.target,
            "subject": one.subject,
            "model_version": "priors-sim",
            "policy_version": "deterministic-1",
            "index_version": "idx-1-sim",
            "degraded": None,
            "request": "{}",
            "response": "{}",
        }
        for one in heads.itertuples()
    ]
    features = [name for name in frame.columns if name.startswith("item:")]
    told = [
        json.dumps(
            {name[5:]: None if np.isnan(value) else value for name, value in zip(features, row, strict=True)}
        )
        for row in frame[features].to_numpy()
    ]
    lines = [
        {
            "recommendation_id": one.list_id,
            "position": one.position - 1,
            "rank": one.position,
            "object_id": one.item_id,
            "score": one.score,
            "propensity": one.propensity_score,
            "features": text,
        }
        for one, text in zip(frame.itertuples(), told, strict=True)
    ]
    happened = [("impression", one, timedelta(minutes=1)) for one in frame[frame["seen"] == 1].itertuples()]
    happened += [
        ("contact", one, timedelta(days=one.after_days)) for one in frame[frame["reached"]].itertuples()
    ]
    with store.begin() as work:
        last = counters.lock(work.connection, counters.Scope.EVENTS)
        counters.advance(work.connection, counters.Scope.EVENTS, len(happened))
        events = [
            _row(number, kind, one, after)
            for number, (kind, one, after) in enumerate(happened, start=last + 1)
        ]
        for table, rows in ((tables.served_list, lists), (tables.served_item, lines), (tables.event, events)):
            if rows:
                work.connection.execute(insert(table), rows)


def _row(number: int, kind: str, line: Any, after: timedelta) -> dict[str, Any]:
    """A row of the event table; an event at a time through the log would take minutes for a million."""
    event = Event.model_construct(
        event_id=f"sim-{number}",
        type=kind,
        recommendation_id=line.list_id,
        subject=line.subject,
        object=line.item_id,
        actor=line.subject,
        occurred_at=line.served_at.to_pydatetime() + after,
        value=None,
        attributes={},
    )
    text = canonical_json(event)
    return {
        "sequence": number,
        **event.model_dump(exclude={"attributes"}),
        "unknown_recommendation": False,
        "recorded_at": event.occurred_at,
        "document": text,
        "body_hash": body_hash(text),
    }


def is_recent(frame: pd.DataFrame, recent_days: float = 28.0) -> np.ndarray:
    """Which lines are of the recent period."""
    return (frame["served_at"] >= AS_OF - timedelta(days=recent_days)).to_numpy()
