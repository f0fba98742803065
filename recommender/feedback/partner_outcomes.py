"""What became of enterprises and partners that were shown to each other, and of the projects they began."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.domain.event import load_funnel
from recommender.domain.taxonomy import SubIndustry
from recommender.feedback.served_lines import Credited, ServedLines, credited, served_lines
from recommender.ranking.track_record import Ended, TrackRecord
from recommender.store import UnitOfWork

#: They came together, whatever became of the project.
CAME_TOGETHER = frozenset({"contact", "contract", "implementing", "accepted"})
#: They did not, or it ended before anything that the log tells of.
DID_NOT = frozenset({"dismiss", "rejected", "withdrawn"})
#: A project was decided.
_DECIDED = ("accepted", "rejected", "withdrawn")


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """A pair that was shown, with the scores of that moment.

    Attributes
    ----------
    forward, reverse : float
        0–1.
    matched : bool
    """

    enterprise: str
    partner: str
    forward: float
    reverse: float
    matched: bool


def pair_outcomes(work: UnitOfWork, now: datetime) -> list[PairOutcome]:
    """Return the decided outcome of every pair that a list showed; of several lists the newest counts.

    Notes
    -----
    A pair is matched by a contact or anything after it within the horizon of its type, and not matched by a
    dismissal or a failed project without one. A line that was seen (``impression``) counts as not matched
    once the horizon of a contact is over; until then, and where nobody saw it, it says nothing. What happened
    after ``now`` is not there yet.
    """
    told: dict[tuple[str, str], tuple[datetime, PairOutcome]] = {}
    for target in ("lead_unit", "prospect"):
        lines = served_lines(work, target, now)
        if {"forward", "reverse"} <= lines.features.keys():
            for served_at, pair in _outcomes(lines, credited(work, lines, now), target, now):
                key = pair.enterprise, pair.partner
                if key not in told or told[key][0] <= served_at:
                    told[key] = served_at, pair
    return [pair for _, pair in told.values()]


def _outcomes(
    lines: ServedLines, events: Credited, target: str, now: datetime
) -> Iterator[tuple[datetime, PairOutcome]]:
    """Yield the decided lines, the earliest served first."""
    names = np.array([entry.name for entry in load_funnel().types])

    def happened(types: frozenset[str]) -> NDArray[np.bool_]:
        return np.isfinite(events.first_days(np.isin(names, sorted(types)), len(lines)))

    contact = load_funnel().find("contact")
    served_at = lines.of_lists("served_at")
    over = np.zeros(len(lines), bool)
    if contact is not None:
        over = (pd.Timestamp(now) - served_at > timedelta(days=contact.horizon_days)).to_numpy()
    matched = happened(CAME_TOGETHER)
    decided = matched | happened(DID_NOT) | (happened(frozenset({"impression"})) & over)
    forward, reverse = lines.features["forward"], lines.features["reverse"]
    subject = lines.of_lists("subject")
    usable = decided & ~np.isnan(forward) & ~np.isnan(reverse) & subject.notna().to_numpy()
    for row in np.flatnonzero(usable).tolist():
        ends = (subject.iat[row], lines.item_id[row])
        enterprise, partner = ends if target == "lead_unit" else ends[::-1]
        pair = PairOutcome(enterprise, partner, float(forward[row]), float(reverse[row]), bool(matched[row]))
        yield served_at.iat[row].to_pydatetime(), pair


def track_record(work: UnitOfWork) -> TrackRecord:
    """Count the decided projects of every lead unit and vendor by the enterprise's sub-industry.

    A project is an enterprise with a partner, or with the provider of a product; its last decision counts.
    """
    events = [logged.event for logged in work.events.of_types(_DECIDED)]
    parties = {party for event in events for party in (event.subject, event.object)}
    firms = work.enterprises.get_many(parties)
    solutions = work.solutions.get_many(parties)
    last: dict[tuple[str, str], bool] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        firm, other = (
            (event.subject, event.object) if event.subject in firms else (event.object, event.subject)
        )
        if firm not in firms:
            continue
        product = solutions[other].record if other in solutions else None
        partner = product.provider.id if product and product.provider else other
        last[firm, partner] = event.type == "accepted"
    counts: dict[str, dict[SubIndustry | None, Ended]] = defaultdict(dict)
    for (firm, partner), accepted in last.items():
        sub = firms[firm].record.sub_industry
        counts[partner][sub] = counts[partner].get(sub, Ended()) + Ended(int(accepted), 1)
    return TrackRecord(dict(counts))
