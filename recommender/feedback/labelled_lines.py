"""Lines of served lists with what became of them by now: a view of the log, computed when asked for.

A step that did not come yet is not a "no": it is one only after a refusal or when the step can no longer be
credited to the list. Each line keeps the features, the place and the versions of the moment it was served.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from recommender.domain.event import load_funnel
from recommender.feedback.served_lines import (
    Credited,
    Floats,
    ServedLines,
    credited,
    microseconds,
    moments,
    served_lines,
    step_to_hope_for,
)
from recommender.store import UnitOfWork

_DAY = 86_400_000_000


def labelled_lines(work: UnitOfWork, target: str, step: str, now: datetime) -> pd.DataFrame:
    """Return one row for each line of each list served of a target, by time, list and position.

    Parameters
    ----------
    target : {"solution", "lead_unit", "prospect"}
    step : str
        A step of the funnel; what is worth as much or more counts as well.
    now : datetime
        Present moment with its zone. What was served or happened after it is not there.

    Returns
    -------
    DataFrame
        ``list_id, served_at, target, subject, enterprise, item_id, provider, sub_industry, district,
        position, propensity_score, model_version, policy_version``; ``item:NAME`` logged features, NaN
        unknown; ``applies:NAME`` where the log says which counted; ``seen`` 1, 0, or NaN where the list
        reports no impressions; ``reached, reached_after_days, elapsed_days, horizon_days, refused, decided``.

    Raises
    ------
    recommender.feedback.served_lines.UnknownOutcome
        If the funnel has no such step, or it is none to hope for.

    Notes
    -----
    An outcome reported without the step before it (a contract without its contact) says that the step was
    reached, if not when: at the latest then, and within the step's horizon.
    """
    wanted, types = step_to_hope_for(step, "step"), load_funnel().types
    lines = served_lines(work, target, now)
    events = credited(work, lines, now)
    weight = np.array([entry.weight for entry in types])
    first = events.first_days(weight >= wanted.weight, len(lines))
    reached = np.isfinite(first)
    refused = ~reached & np.isfinite(events.first_days(weight < 0, len(lines)))
    waited = (microseconds(moments([now]))[0] - microseconds(lines.of_lists("served_at"))) / _DAY
    elapsed = np.clip(waited, 0.0, wanted.horizon_days)
    return pd.DataFrame(
        {
            **_heads(lines, target),
            **_about(work, lines, target),
            "position": lines.position,
            "propensity_score": lines.propensity,
            "model_version": lines.of_lists("model_version"),
            "policy_version": lines.of_lists("policy_version"),
            "seen": _seen(lines, events),
            "reached": reached,
            "reached_after_days": np.where(reached, np.minimum(first, wanted.horizon_days), np.nan),
            "elapsed_days": elapsed,
            "horizon_days": np.full(len(lines), wanted.horizon_days),
            "refused": refused,
            "decided": reached | refused | (elapsed >= wanted.horizon_days),
            **{f"item:{name}": values for name, values in lines.features.items()},
            **{f"applies:{name}": values for name, values in lines.applies.items()},
        }
    )


def _heads(lines: ServedLines, target: str) -> dict[str, pd.Series]:
    return {
        "list_id": lines.of_lists("recommendation_id"),
        "served_at": lines.of_lists("served_at"),
        "target": pd.Series(target, index=range(len(lines)), dtype=object),
        "subject": lines.of_lists("subject"),
    }


def _about(work: UnitOfWork, lines: ServedLines, target: str) -> dict[str, pd.Series]:
    """Return whom the lines concern and who offers what, as it stands now."""
    items = pd.Series(lines.item_id, dtype=object)
    subjects = lines.of_lists("subject")
    enterprise = items if target == "prospect" else subjects
    firms = work.enterprises.get_many(enterprise.dropna().unique())
    providers = subjects if target == "prospect" else items
    if target == "solution":
        solutions = work.solutions.get_many(items.unique())
        offered = {key: stored.record.provider for key, stored in solutions.items()}
        providers = _looked_up(items, {key: one.id if one else None for key, one in offered.items()}.get)
    places: Mapping[str, tuple[str | None, str | None]] = {
        key: (stored.record.sub_industry, stored.record.district) for key, stored in firms.items()
    }
    unknown = (None, None)
    return {
        "enterprise": enterprise,
        "item_id": items,
        "provider": providers,
        "sub_industry": _looked_up(enterprise, lambda key: places.get(key, unknown)[0]),
        "district": _looked_up(enterprise, lambda key: places.get(key, unknown)[1]),
    }


def _looked_up(keys: pd.Series, find: Callable[[str], str | None]) -> pd.Series:
    codes, distinct = pd.factorize(keys)
    values = np.array([*(find(key) for key in distinct), None], dtype=object)
    return pd.Series(values[codes], dtype=object)


def _seen(lines: ServedLines, events: Credited) -> Floats:
    impression = np.array([entry.name == "impression" for entry in load_funnel().types])
    seen = np.isfinite(events.first_days(impression, len(lines)))
    reports = np.zeros(len(lines.heads), bool)
    reports[lines.list_number[seen]] = True
    return np.where(reports[lines.list_number], seen.astype(np.float64), np.nan)
