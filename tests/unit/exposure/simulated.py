"""Simulated logs: enterprises that look at lists of lead units and of solutions. Nothing in them is real."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from recommender.domain import Event
from recommender.domain.served_list import ServedItem, ServedList

START = datetime(2026, 1, 10, tzinfo=UTC)


def looks(
    kind: str,
    enterprises: Sequence[str],
    chances: Mapping[str, float],
    *,
    each: int,
    days: int = 60,
    seed: int = 1,
) -> list[Event]:
    """Events of one type: every enterprise looks ``each`` times at an object drawn by chance."""
    rng = np.random.default_rng(seed)
    objects, weights = list(chances), np.array(list(chances.values()))
    drawn = rng.choice(objects, size=(len(enterprises), each), p=weights / weights.sum())
    events = []
    for row, enterprise in enumerate(enterprises):
        for number in range(each):
            at = START + timedelta(days=float(rng.random() * days))
            values: dict[str, Any] = {
                "event_id": f"sim-{kind}-{seed}-{row}-{number}",
                "type": kind,
                "subject": enterprise,
                "object": str(drawn[row, number]),
                "actor": enterprise,
                "occurred_at": at,
            }
            events.append(Event.model_validate(values))
    return events


def served(number: int, enterprise: str, target: str, objects: Sequence[str]) -> ServedList:
    """A list that was served to an enterprise."""
    items = tuple(
        ServedItem(rank=rank, object_id=thing, score=0.5, propensity=1.0, features={})
        for rank, thing in enumerate(objects, start=1)
    )
    return ServedList(
        recommendation_id=f"sim-list-{number}",
        served_at=START + timedelta(hours=number),
        target=target,
        subject=enterprise,
        model_version="m",
        policy_version="p",
        index_version="i",
        request="{}",
        response="{}",
        items=items,
    )
