"""The log as columns: lists, and their lines with what came of them by the moment of the report.

Read once, in plain rows: a million lines are a matter of seconds, which records of them would not be.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.domain.event import Funnel, load_funnel
from recommender.feedback.event_log import CLOCK_TOLERANCE
from recommender.store import UnitOfWork
from recommender.store.repositories.served_lists import Line, ListHead

_CHUNK = 50_000
_DAY = 86_400.0
SEEN = "impression"
#: Targets whose lines may be followed; a plan is chosen as a whole.
FOLLOWED = ("solution", "lead_unit", "prospect")


@dataclass(frozen=True, slots=True)
class ServedLog:
    """Served lists, their lines and the events that answer them.

    Attributes
    ----------
    lists : DataFrame
        By time: ``list_id, served_at, target, subject, model_version, policy_version, index_version,
        degraded``.
    lines : DataFrame
        Of the followed targets: ``list_id, served_at, target, subject, enterprise, sub_industry, district,
        item_id, position, propensity_score, score`` and ``item:NAME`` for each logged feature, NaN unknown.
    events : DataFrame
        ``list_id, item_id, type, moment``.
    as_of : datetime
        What happened later is not in it.
    """

    lists: Any
    lines: Any
    events: Any
    as_of: datetime

    def labelled(self, step: str) -> Any:  # noqa: ANN401 - a DataFrame
        """Return the lines with what came of them.

        Parameters
        ----------
        step : str
            Of the funnel; what is worth as much or more counts as well.

        Returns
        -------
        DataFrame
            Adds ``seen`` (1, 0, NaN where the list reports nothing), ``reached``, ``refused`` (and not
            reached), ``elapsed_days`` (at most the horizon), ``horizon_days`` and ``decided``.
        """
        funnel = load_funnel()
        aim = funnel.find(step)
        if aim is None:
            raise ValueError(f"the funnel has no step {step}")
        credited = _credited(self.events, self.lists, funnel)
        kinds = {entry.name: entry.weight for entry in funnel.types}
        weights = credited["type"].map(kinds)
        keys = _Keys(self.lines)
        seen = keys.having(credited[credited["type"] == SEEN])
        reached = keys.having(credited[weights >= aim.weight])
        refused = keys.having(credited[weights < 0]) & ~reached
        reports = self.lines["list_id"].isin(credited.loc[credited["type"] == SEEN, "list_id"])
        waited = _days(pd.Timestamp(self.as_of) - self.lines["served_at"])
        return self.lines.assign(
            seen=np.where(reports, seen.astype(np.float64), np.nan),
            reached=reached,
            refused=refused,
            elapsed_days=np.minimum(waited, aim.horizon_days),
            horizon_days=aim.horizon_days,
            decided=reached | refused | (waited >= aim.horizon_days),
        )


def read_log(
    work: UnitOfWork, enterprises: Mapping[str, Enterprise], since: datetime, as_of: datetime
) -> ServedLog:
    """Read what was served since a moment, and what came of it.

    Parameters
    ----------
    enterprises : mapping of str to Enterprise
        By credit code, for the sub-industry and district of each line.
    """
    lists = pd.DataFrame(work.served_lists.heads(since, as_of), columns=ListHead._fields)
    lists = lists.rename(columns={"recommendation_id": "list_id"})
    lists["served_at"] = pd.to_datetime(lists["served_at"], utc=True).astype("datetime64[us, UTC]")
    lines = _columns(work.served_lists.lines(since, as_of))
    lines = lines.merge(lists[["list_id", "served_at", "target", "subject"]], on="list_id", how="inner")
    lines = lines[lines["target"].isin(FOLLOWED)].sort_values(
        ["served_at", "list_id", "position"], ignore_index=True
    )
    lines["enterprise"] = lines["subject"].where(lines["target"] != "prospect", lines["item_id"])
    for name in ("sub_industry", "district"):
        told = {uscc: _plain(getattr(firm, name)) for uscc, firm in enterprises.items()}
        lines[name] = lines["enterprise"].map(told).astype(object)
    events = pd.DataFrame(
        work.events.answers(since - CLOCK_TOLERANCE, as_of), columns=["list_id", "item_id", "type", "moment"]
    )
    events["moment"] = pd.to_datetime(events["moment"], utc=True).astype("datetime64[us, UTC]")
    return ServedLog(lists, lines, events, as_of)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _credited(events: Any, lists: Any, funnel: Funnel) -> Any:  # noqa: ANN401 - DataFrames
    """Return the events within the horizon of their type after their list was served."""
    horizons = {entry.name: entry.horizon_days for entry in funnel.types}
    told = events.merge(lists[["list_id", "served_at"]], on="list_id", how="inner")
    waited = _days(told["moment"] - told["served_at"])
    within = (waited >= -CLOCK_TOLERANCE / timedelta(days=1)) & (waited <= told["type"].map(horizons))
    return told[within]


def _days(spans: Any) -> Any:  # noqa: ANN401 - a Series of time spans
    return spans.dt.total_seconds() / _DAY


class _Keys:
    """Which lines something happened to: pairs of list and item as whole numbers."""

    def __init__(self, lines: Any) -> None:  # noqa: ANN401 - a DataFrame
        self._lists = pd.Index(lines["list_id"].unique())
        self._items = pd.Index(lines["item_id"].unique())
        self._lines = self._numbers(lines)

    def having(self, events: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - a DataFrame
        """Return which lines are named by an event."""
        return np.isin(self._lines, self._numbers(events))

    def _numbers(self, rows: Any) -> NDArray[np.int64]:  # noqa: ANN401 - a DataFrame
        row, column = self._lists.get_indexer(rows["list_id"]), self._items.get_indexer(rows["item_id"])
        known = (row >= 0) & (column >= 0)
        return np.where(known, row.astype(np.int64) * max(len(self._items), 1) + column, -1)


def _columns(lines: Iterable[Line]) -> Any:  # noqa: ANN401 - a DataFrame
    """Turn lines into columns, a chunk at a time so that the texts need not all be held."""
    rows = iter(lines)
    parts = []
    while chunk := list(islice(rows, _CHUNK)):
        lists, ranks, items, scores, propensities, texts = zip(*chunk, strict=True)
        # As one document: a call for each line would cost more than the reading.
        features = json.loads(f"[{','.join(texts)}]")
        names = sorted({name for told in features for name in told})
        columns: dict[str, Any] = {
            "list_id": lists,
            "position": np.array(ranks, np.int64),
            "item_id": items,
            "score": np.array(scores, np.float64),
            "propensity_score": np.array(propensities, np.float64),
        }
        for name in names:
            columns[f"item:{name}"] = np.array([told.get(name) for told in features], np.float64)
        parts.append(pd.DataFrame(columns))
    if not parts:
        return pd.DataFrame(columns=["list_id", "position", "item_id", "score", "propensity_score"])
    return pd.concat(parts, ignore_index=True)
