"""The log of the report: all lists, and the lines to follow with what came of them by its moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from recommender.domain import Enterprise
from recommender.feedback.labelled_lines import outcomes
from recommender.feedback.served_lines import Credited, ServedLines, credited, served_lines
from recommender.store import UnitOfWork

#: Targets whose lines may be followed; a plan is chosen as a whole.
FOLLOWED = ("solution", "lead_unit", "prospect")


@dataclass(frozen=True, slots=True)
class ServedLog:
    """Served lists, their lines and the events credited to them.

    Attributes
    ----------
    lists : DataFrame
        By time: ``list_id, served_at, target, subject, model_version, policy_version, index_version,
        degraded``.
    lines : DataFrame
        Of the followed targets: ``list_id, served_at, target, subject, enterprise, sub_industry, district,
        item_id, position, propensity_score, score`` and ``item:NAME`` for each logged feature, NaN unknown.
    as_of : datetime
        What happened later is not in it.
    """

    lists: Any
    lines: Any
    served: ServedLines
    events: Credited
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
        told = outcomes(self.served, self.events, step, self.as_of)
        kept = self.lines.index.to_numpy()
        return self.lines.assign(**{name: values[kept] for name, values in told.items()}).reset_index(
            drop=True
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
    served = served_lines(work, None, as_of, since=since)
    subject, target = served.of_lists("subject"), served.of_lists("target")
    items = pd.Series(served.item_id, dtype=object)
    enterprise = subject.where(target != "prospect", items)
    places = {
        name: enterprise.map({uscc: _plain(getattr(firm, name)) for uscc, firm in enterprises.items()})
        for name in ("sub_industry", "district")
    }
    lines = pd.DataFrame(
        {
            "list_id": served.of_lists("recommendation_id"),
            "served_at": served.of_lists("served_at"),
            "target": target,
            "subject": subject,
            "enterprise": enterprise,
            **{name: column.astype(object) for name, column in places.items()},
            "item_id": items,
            "position": served.position,
            "propensity_score": served.propensity,
            "score": served.score,
            **{f"item:{name}": np.asarray(values) for name, values in served.features.items()},
        }
    )
    lists = served.heads.drop(columns="request").rename(columns={"recommendation_id": "list_id"})
    events = credited(work, served, as_of, since=since)
    return ServedLog(lists, lines[target.isin(FOLLOWED)], served, events, as_of)


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
