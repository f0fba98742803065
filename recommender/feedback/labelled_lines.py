"""Lines of served lists with what became of them by now: a view of the log, computed when asked for.

A step that did not come yet is not a "no": it is one only after a refusal or when the step can no longer be
credited to the list. Each line keeps the features, the place and the versions of the moment it was served.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from recommender.domain.event import EventType, load_funnel
from recommender.domain.served_list import ServedItem, ServedList
from recommender.feedback.event_log import CLOCK_TOLERANCE
from recommender.feedback.served_rounds import UnknownOutcome
from recommender.store import UnitOfWork

_IMPRESSION = "impression"
_DAY = timedelta(days=1)
_COLUMNS: dict[str, str] = {
    "list_id": "object",
    "served_at": "datetime64[us, UTC]",
    "target": "object",
    "subject": "object",
    "enterprise": "object",
    "item_id": "object",
    "provider": "object",
    "sub_industry": "object",
    "district": "object",
    "position": "int64",
    "propensity_score": "float64",
    "model_version": "object",
    "policy_version": "object",
    "seen": "float64",
    "reached": "bool",
    "reached_after_days": "float64",
    "elapsed_days": "float64",
    "horizon_days": "float64",
    "refused": "bool",
    "decided": "bool",
}


@dataclass(frozen=True, slots=True)
class _Happened:
    """Events with their moments by served list and object, and the lists that report impressions."""

    events: dict[tuple[str, str], list[tuple[EventType, datetime]]]
    reporting: set[str]


def labelled_lines(work: UnitOfWork, target: str, step: str, now: datetime) -> pd.DataFrame:
    """Return one row for each line of each list served of a target, by time, list and position.

    Parameters
    ----------
    target : {"solution", "lead_unit", "prospect"}
    step : str
        A step of the funnel; what is worth as much or more counts as well.
    now : datetime
        Present moment with its zone.

    Returns
    -------
    DataFrame
        ``list_id, served_at, target, subject, enterprise, item_id, provider, sub_industry, district,
        position, propensity_score, model_version, policy_version``; ``item:NAME`` logged features, NaN
        unknown; ``applies:NAME`` where the log says which counted; ``seen`` 1, 0, or NaN where the list
        reports no impressions; ``reached, reached_after_days, elapsed_days, horizon_days, refused, decided``.

    Raises
    ------
    recommender.feedback.served_rounds.UnknownOutcome
        If the funnel has no such step, or it is none to hope for.
    """
    wanted = load_funnel().find(step)
    if wanted is None or wanted.weight <= 0:
        usable = "、".join(entry.name for entry in load_funnel().types if entry.weight > 0)
        raise UnknownOutcome(f"没有“{step}”这种可作目标的结果，可用：{usable}", place={"field": "step"})
    happened = _happened(work)
    served = [one for one in work.served_lists.iterate(target) if one.served_at <= now]
    about = _About.of(work, served)
    rows = [row for one in served for row in _rows(one, wanted, happened, about, now)]
    if not rows:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
    frame = pd.DataFrame(rows)
    for name in frame.columns:
        if name.startswith("item:"):
            frame[name] = frame[name].astype(np.float64)
        elif name.startswith("applies:"):
            # A list without the log of it: all features apply.
            frame[name] = frame[name].map(lambda value: value is not False).astype(bool)
    frame = frame.astype(_COLUMNS).sort_values(["served_at", "list_id", "position"], kind="stable")
    return frame.reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class _About:
    """Who offers what, and where the enterprises are, as it stands now."""

    providers: dict[str, str | None]
    places: dict[str, tuple[str | None, str | None]]

    @classmethod
    def of(cls, work: UnitOfWork, served: list[ServedList]) -> "_About":
        items = {item.object_id for one in served for item in one.items}
        subjects = {one.subject for one in served if one.subject is not None}
        solutions = work.solutions.get_many(items)
        firms = work.enterprises.get_many(items | subjects)
        return cls(
            {
                key: stored.record.provider.id if stored.record.provider else None
                for key, stored in solutions.items()
            },
            {key: (stored.record.sub_industry, stored.record.district) for key, stored in firms.items()},
        )


def _happened(work: UnitOfWork) -> _Happened:
    types = {entry.name: entry for entry in load_funnel().types}
    events: dict[tuple[str, str], list[tuple[EventType, datetime]]] = {}
    reporting = set()
    for logged in work.events.iterate():
        event = logged.event
        if event.recommendation_id is None or event.type not in types:
            continue
        key = event.recommendation_id, event.object
        events.setdefault(key, []).append((types[event.type], event.occurred_at))
        if event.type == _IMPRESSION:
            reporting.add(event.recommendation_id)
    return _Happened(events, reporting)


def _rows(
    served: ServedList, step: EventType, happened: _Happened, about: _About, now: datetime
) -> Iterator[dict[str, Any]]:
    horizon = step.horizon_days
    elapsed = min(max(0.0, (now - served.served_at) / _DAY), horizon)
    reports = served.recommendation_id in happened.reporting
    for item in served.items:
        credited = [
            (kind, max(0.0, (moment - served.served_at) / _DAY))
            for kind, moment in happened.events.get((served.recommendation_id, item.object_id), ())
            if moment <= now
            and -CLOCK_TOLERANCE <= moment - served.served_at <= timedelta(days=kind.horizon_days)
        ]
        # A contract that was reported without its contact says that there was one, if not when.
        days = [min(after, horizon) for kind, after in credited if kind.weight >= step.weight]
        refused = not days and any(kind.weight < 0 for kind, _ in credited)
        seen = any(kind.name == _IMPRESSION for kind, _ in credited)
        yield {
            **_head(served, item, about),
            "seen": float(seen) if reports else np.nan,
            "reached": bool(days),
            "reached_after_days": min(days, default=np.nan),
            "elapsed_days": elapsed,
            "horizon_days": horizon,
            "refused": refused,
            "decided": bool(days) or refused or elapsed >= horizon,
            **{f"item:{name}": value for name, value in item.features.items()},
            **{f"applies:{name}": name in item.applies for name in item.features if item.applies is not None},
        }


def _head(served: ServedList, item: ServedItem, about: _About) -> dict[str, Any]:
    enterprise = item.object_id if served.target == "prospect" else served.subject
    sub_industry, district = about.places.get(enterprise or "", (None, None))
    others = {"solution": about.providers.get(item.object_id), "lead_unit": item.object_id}
    return {
        "list_id": served.recommendation_id,
        "served_at": served.served_at,
        "target": served.target,
        "subject": served.subject,
        "enterprise": enterprise,
        "item_id": item.object_id,
        "provider": others.get(served.target, served.subject),
        "sub_industry": sub_industry,
        "district": district,
        "position": item.rank,
        "propensity_score": item.propensity,
        "model_version": served.model_version,
        "policy_version": served.policy_version,
    }
