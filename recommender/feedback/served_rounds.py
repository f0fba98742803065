"""The product's own log as a logged bandit: one row for each line of each served list, and what came of it.

The columns are those of :mod:`recommender.off_policy`; a view like the others, computed when asked for.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from recommender.domain.event import load_funnel
from recommender.feedback.served_lines import UnknownOutcome, credited, served_lines, step_to_hope_for
from recommender.store import UnitOfWork

__all__ = ["ServedRounds", "UnknownOutcome", "served_rounds"]

#: What a request must tell for price, days and the like to count in the order.
_OFFER_TOLD_BY = ("enterprise", "profile", "budget_yuan")


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
    step = step_to_hope_for(outcome)
    lines = served_lines(work, target, now)
    weight = np.array([entry.weight for entry in load_funnel().types])
    reached = np.isfinite(credited(work, lines, now).first_days(weight >= step.weight, len(lines)))
    ready = lines.heads["served_at"] + timedelta(days=step.horizon_days) <= pd.Timestamp(now)
    frame = pd.DataFrame(
        {
            "list_id": lines.of_lists("recommendation_id"),
            "timestamp": lines.of_lists("served_at").map(lambda moment: moment.isoformat()).astype(object),
            "target": pd.Series(target, index=range(len(lines)), dtype=object),
            "policy_version": lines.of_lists("policy_version"),
            "judges_offer": np.array([_judges_offer(text) for text in lines.heads["request"]], bool)[
                lines.list_number
            ],
            "item_id": pd.Series(lines.item_id, dtype=object),
            "position": lines.position,
            "click": reached.astype(np.int64),
            "propensity_score": lines.propensity,
            **{f"item:{name}": values for name, values in lines.features.items()},
        }
    )
    kept = frame[ready.to_numpy()[lines.list_number]].reset_index(drop=True)
    return ServedRounds(kept, int((~ready).sum()))


def _judges_offer(request: str) -> bool:
    told = json.loads(request)
    return any(told.get(name) is not None for name in _OFFER_TOLD_BY)
