"""The product's own log as a logged bandit: one row for each line of each served list, and what came of it.

The columns are those of :mod:`recommender.off_policy`; a view like the others, computed when asked for.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from recommender.domain.event import EventType, load_funnel
from recommender.domain.served_list import ServedList
from recommender.errors import InvalidInput
from recommender.feedback.event_log import CLOCK_TOLERANCE
from recommender.store import UnitOfWork

#: What a request must tell for price, days and the like to count in the order.
_OFFER_TOLD_BY = ("enterprise", "profile", "budget_yuan")


class UnknownOutcome(InvalidInput):
    """No step of the funnel with a positive weight has this name."""

    code = "unknown_outcome"
    title = "没有这种结果"


@dataclass(frozen=True, slots=True)
class ServedRounds:
    """Lines of served lists.

    Attributes
    ----------
    frame : DataFrame
        ``list_id, timestamp, target, policy_version, judges_offer, item_id, position, click,
        propensity_score`` and a column ``item:NAME`` for each logged feature, by time of serving; empty
        columns when nothing was served.
    waiting : int
        Lists left out because the outcome may still come: not yet is not no.
    """

    frame: pd.DataFrame
    waiting: int


def served_rounds(work: UnitOfWork, target: str, outcome: str, now: datetime) -> ServedRounds:
    """Join the served lists of one target to an outcome.

    Parameters
    ----------
    target : str
        ``solution``, ``lead_unit`` or ``prospect``.
    outcome : str
        A step of the funnel; what is worth as much or more counts as well, so that a contract reported
        without its contact is not lost.
    now : datetime
        Present moment with its zone. Lists younger than the horizon of the outcome wait.

    Raises
    ------
    UnknownOutcome
        If the funnel has no such step, or it is none to hope for.
    """
    step = load_funnel().find(outcome)
    if step is None or step.weight <= 0:
        usable = "、".join(entry.name for entry in load_funnel().types if entry.weight > 0)
        raise UnknownOutcome(f"没有“{outcome}”这种可作目标的结果，可用：{usable}", place={"field": "outcome"})
    counted = {entry.name: entry for entry in load_funnel().types if entry.weight >= step.weight}
    reached = _reached(work, counted)
    rows: list[dict[str, Any]] = []
    waiting = 0
    for served in work.served_lists.iterate(target):
        if served.served_at + timedelta(days=step.horizon_days) > now:
            waiting += 1
        else:
            rows.extend(_rows(served, reached, counted))
    columns = None if rows else [*_HEAD, "item_id", "position", "click", "propensity_score"]
    frame = pd.DataFrame(rows, columns=columns).sort_values(["timestamp", "list_id", "position"])
    return ServedRounds(frame.reset_index(drop=True), waiting)


_HEAD = ("list_id", "timestamp", "target", "policy_version", "judges_offer")


def _reached(
    work: UnitOfWork, counted: Mapping[str, EventType]
) -> dict[tuple[str, str], list[tuple[str, datetime]]]:
    """Events that count, by served list and object."""
    found: dict[tuple[str, str], list[tuple[str, datetime]]] = {}
    for logged in work.events.iterate():
        event = logged.event
        if event.recommendation_id is not None and event.type in counted:
            key = event.recommendation_id, event.object
            found.setdefault(key, []).append((event.type, event.occurred_at))
    return found


def _rows(
    served: ServedList,
    reached: Mapping[tuple[str, str], list[tuple[str, datetime]]],
    counted: Mapping[str, EventType],
) -> Iterator[dict[str, Any]]:
    request = json.loads(served.request)
    head = (
        served.recommendation_id,
        served.served_at.isoformat(),
        served.target,
        served.policy_version,
        any(request.get(name) is not None for name in _OFFER_TOLD_BY),
    )
    for item in served.items:
        happened = reached.get((served.recommendation_id, item.object_id), ())
        within = (
            -CLOCK_TOLERANCE <= moment - served.served_at <= timedelta(days=counted[name].horizon_days)
            for name, moment in happened
        )
        yield {
            **dict(zip(_HEAD, head, strict=True)),
            "item_id": item.object_id,
            "position": item.rank,
            "click": int(any(within)),
            "propensity_score": item.propensity,
            **{f"item:{name}": value for name, value in item.features.items()},
        }
