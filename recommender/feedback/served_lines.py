"""Served lines and the events credited to them, as columns: the one join of lists and outcomes.

An event is credited to the line of the list that it names and of the object that it is about, when it
happened within the horizon of its type after serving. What names no list, or an object that the list did not
show, is credited to nothing.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import DTypeLike, NDArray

from recommender.domain.event import EventType, load_funnel
from recommender.errors import InvalidInput
from recommender.feedback.event_log import CLOCK_TOLERANCE
from recommender.store import UnitOfWork
from recommender.store.repositories.columns import Columns

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
_MICROSECONDS = 86_400_000_000


class UnknownOutcome(InvalidInput):
    """No step of the funnel with a positive weight has this name."""

    code = "unknown_outcome"
    title = "没有这种结果"


def step_to_hope_for(name: str, field: str = "outcome") -> EventType:
    """Return a step of the funnel that has a positive weight.

    Parameters
    ----------
    field : str
        Where the name stands in the request, for the error.

    Raises
    ------
    UnknownOutcome
        If the funnel has no such step, or it is none to hope for.
    """
    step = load_funnel().find(name)
    if step is None or step.weight <= 0:
        usable = "、".join(entry.name for entry in load_funnel().types if entry.weight > 0)
        raise UnknownOutcome(f"没有“{name}”这种可作目标的结果，可用：{usable}", place={"field": field})
    return step


@dataclass(frozen=True, slots=True)
class Credited:
    """Events credited to lines.

    Attributes
    ----------
    line : int64 (events,)
        Row of the line.
    kind : int64 (events,)
        Place of the type in the funnel.
    after_days : float64 (events,)
        Days from serving, at least 0.
    """

    line: Numbers
    kind: Numbers
    after_days: Floats

    def first_days(self, kinds: NDArray[np.bool_], lines: int) -> Floats:
        """Return for each line the days to the first event of some kinds (bool by kind), inf for none."""
        chosen = kinds[self.kind]
        first = np.full(lines, np.inf)
        np.minimum.at(first, self.line[chosen], self.after_days[chosen])
        return first


@dataclass(frozen=True, slots=True)
class ServedLines:
    """Lines of the served lists of one target, by time, list and position.

    Attributes
    ----------
    heads : DataFrame
        One row a list: ``recommendation_id, served_at, subject, model_version, policy_version, request``.
    list_number : int64 (lines,)
        Row of each line's list in ``heads``.
    item_id : object (lines,)
    position : int64 (lines,)
    propensity : float64 (lines,)
    features : dict of str to float64 (lines,)
        NaN where unknown.
    applies : dict of str to bool (lines,)
        Whether a feature counted, for those of which the log tells; where it does not, all count.
    """

    heads: pd.DataFrame
    list_number: Numbers
    item_id: NDArray[np.object_]
    position: Numbers
    propensity: Floats
    features: dict[str, Floats]
    applies: dict[str, NDArray[np.bool_]]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.position)

    def of_lists(self, name: str) -> pd.Series:
        """Return a column of the heads, repeated for each line."""
        return self.heads[name].take(self.list_number).reset_index(drop=True)


def served_lines(work: UnitOfWork, target: str, until: datetime) -> ServedLines:
    """Read all lines served by a moment.

    Parameters
    ----------
    target : {"solution", "lead_unit", "prospect", "plan"}
    until : datetime
        With its zone.
    """
    names = ("recommendation_id", "served_at", "subject", "model_version", "policy_version", "request")
    heads = pd.DataFrame(_joined(work.served_lists.heads(target, until), names))
    heads["served_at"] = moments(heads["served_at"])
    lists = pd.Index(heads["recommendation_id"])
    parts = [_part(block, lists) for block in work.served_lists.lines(target, until)]
    number = _concatenated([part.list_number for part in parts], np.int64)
    position = _concatenated([part.position for part in parts], np.int64)
    order = np.lexsort((position, number))
    return ServedLines(
        heads=heads,
        list_number=number[order],
        item_id=_concatenated([part.item_id for part in parts], np.object_)[order],
        position=position[order],
        propensity=_concatenated([part.propensity for part in parts], np.float64)[order],
        features=_together([(part.features, len(part.position)) for part in parts], np.nan, order),
        applies=_together([(part.applies, len(part.position)) for part in parts], True, order),
    )


def credited(work: UnitOfWork, lines: ServedLines, until: datetime) -> Credited:
    """Return what happened by a moment and is credited to a line.

    Parameters
    ----------
    until : datetime
        With its zone; later events are not there yet.
    """
    types = load_funnel().types
    horizon = np.array([entry.horizon_days for entry in types]) * _MICROSECONDS
    kinds = pd.Index([entry.name for entry in types])
    lists = pd.Index(lines.heads["recommendation_id"])
    served = microseconds(lines.heads["served_at"])
    pairs = _Pairs(lines)
    tolerance = CLOCK_TOLERANCE.total_seconds() * 1e6
    found: list[tuple[Numbers, Numbers, Floats]] = []
    for block in work.events.answers(list(kinds), until):
        number = lists.get_indexer(_objects(block["recommendation_id"]))
        place = pairs.places(number, _objects(block["object"]))
        shown = np.flatnonzero((number >= 0) & (place >= 0))
        kind = kinds.get_indexer(_objects(block["type"]))[shown]
        waited = microseconds(moments(block["occurred_at"]))[shown] - served[number[shown]]
        timely = (waited >= -tolerance) & (waited <= horizon[kind])
        days = np.maximum(waited[timely] / _MICROSECONDS, 0.0)
        found.append((place[shown][timely], kind[timely].astype(np.int64), days))
    place, kind, days = (
        _concatenated([part[column] for part in found], dtype)
        for column, dtype in enumerate((np.int64, np.int64, np.float64))
    )
    row, event = pairs.lines_of(place)
    return Credited(row, kind[event], days[event])


class _Pairs:
    """Finds the lines of a list and an object; a list may show an object more than once."""

    def __init__(self, lines: ServedLines) -> None:
        codes, items = pd.factorize(lines.item_id)
        self._items = pd.Index(items)
        self._width = max(1, len(items))
        keys = lines.list_number * self._width + codes
        self._order = np.argsort(keys, kind="stable")
        self._keys, self._starts = np.unique(keys[self._order], return_index=True)
        self._ends = np.append(self._starts[1:], len(keys))

    def places(self, number: Numbers, items: NDArray[np.object_]) -> Numbers:
        """Return the place of each pair among all, -1 where the list did not show the object."""
        codes = self._items.get_indexer(items)
        if not len(self._keys):
            return np.full(len(items), -1)
        wanted = np.where((codes >= 0) & (number >= 0), number.astype(np.int64) * self._width + codes, -1)
        place = np.minimum(np.searchsorted(self._keys, wanted), len(self._keys) - 1)
        return np.where(self._keys[place] == wanted, place, -1)

    def lines_of(self, place: Numbers) -> tuple[Numbers, Numbers]:
        """Return the rows of the lines, and for each the index into ``place`` that led there."""
        sizes = self._ends[place] - self._starts[place] if len(place) else np.zeros(0, np.int64)
        event = np.repeat(np.arange(len(place)), sizes)
        within = np.arange(len(event)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return self._order[self._starts[place[event]] + within], event


@dataclass(frozen=True, slots=True)
class _Part:
    list_number: Numbers
    item_id: NDArray[np.object_]
    position: Numbers
    propensity: Floats
    features: dict[str, Floats]
    applies: dict[str, NDArray[np.bool_]]


def _part(block: Columns, lists: pd.Index) -> _Part:
    told = json.loads(f"[{','.join(block['features'])}]")
    names = dict.fromkeys(name for values in told for name in values)
    return _Part(
        list_number=lists.get_indexer(_objects(block["recommendation_id"])).astype(np.int64),
        item_id=_objects(block["object_id"]),
        position=np.array(block["rank"], np.int64),
        propensity=np.array(block["propensity"], np.float64),
        features={name: np.array([values.get(name) for values in told], np.float64) for name in names},
        applies=_applying(block["applies"], told),
    )


def _applying(texts: Sequence[str | None], told: Sequence[dict[str, object]]) -> dict[str, NDArray[np.bool_]]:
    """Return what counted; the same few texts come again and again, so each is read once."""
    codes, distinct = pd.factorize(_objects(texts))
    if not len(distinct):
        return {}
    logged = [frozenset(json.loads(text)) for text in distinct]
    names = dict.fromkeys(
        name for code, values in zip(codes.tolist(), told, strict=True) if code >= 0 for name in values
    )
    flags = {name: np.array([*(name in one for one in logged), True]) for name in names}
    return {
        name: flag[codes] | ~np.array([name in values for values in told]) for name, flag in flags.items()
    }


def _joined(found: Iterable[Columns], names: Sequence[str]) -> dict[str, NDArray[np.object_]]:
    kept: dict[str, list[object]] = {name: [] for name in names}
    for block in found:
        for name in names:
            kept[name].extend(block[name])
    return {name: _objects(values) for name, values in kept.items()}


def _together(
    parts: Sequence[tuple[dict[str, NDArray[Any]], int]], missing: float, order: Numbers
) -> dict[str, NDArray[Any]]:
    names = dict.fromkeys(name for columns, _ in parts for name in columns)
    return {
        name: np.concatenate([columns.get(name, np.full(size, missing)) for columns, size in parts])[order]
        for name in names
    }


def _concatenated(parts: Sequence[NDArray[Any]], dtype: DTypeLike) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype), *parts])


def _objects(values: Sequence[object]) -> NDArray[np.object_]:
    array = np.empty(len(values), np.object_)
    array[:] = values
    return array


def moments(values: Sequence[datetime]) -> pd.Series:
    """Return UTC moments as a column to the microsecond; any year will do."""
    bare = np.array([value.replace(tzinfo=None) for value in values], "datetime64[us]")
    return pd.Series(bare).dt.tz_localize("UTC")


def microseconds(column: pd.Series) -> Numbers:
    """Return the microseconds since 1970."""
    return np.asarray(column.dt.tz_localize(None).to_numpy("datetime64[us]").astype(np.int64))
