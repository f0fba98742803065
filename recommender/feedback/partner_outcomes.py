"""What became of enterprises and partners that were shown to each other, and of the projects they began."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from recommender.domain.event import load_funnel
from recommender.domain.served_list import ServedList
from recommender.domain.taxonomy import SubIndustry
from recommender.feedback.views import ItemOutcome, list_outcome
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
    once the horizon of a contact is over; until then, and where nobody saw it, it says nothing.
    """
    named = work.events.recommendations((*CAME_TOGETHER, *DID_NOT, "impression"))
    newest: dict[tuple[str, str], tuple[datetime, PairOutcome]] = {}
    for recommendation_id in named:
        outcome = list_outcome(work, recommendation_id)
        if outcome is None or outcome.served.subject is None:
            continue
        for item in outcome.items:
            pair = _pair(outcome.served, item, now)
            if pair is None:
                continue
            key = pair.enterprise, pair.partner
            if key not in newest or newest[key][0] <= outcome.served.served_at:
                newest[key] = outcome.served.served_at, pair
    return [pair for _, pair in newest.values()]


def _pair(served: ServedList, outcome: ItemOutcome, now: datetime) -> PairOutcome | None:
    forward, reverse = (outcome.item.features.get(side) for side in ("forward", "reverse"))
    matched = _matched(served, outcome, now)
    if forward is None or reverse is None or matched is None or served.subject is None:
        return None
    ends = (served.subject, outcome.item.object_id)
    enterprise, partner = ends if served.target == "lead_unit" else ends[::-1]
    return PairOutcome(enterprise, partner, forward, reverse, matched)


def _matched(served: ServedList, outcome: ItemOutcome, now: datetime) -> bool | None:
    types = {logged.event.type for logged in outcome.credited}
    if types & CAME_TOGETHER:
        return True
    if types & DID_NOT:
        return False
    contact = load_funnel().find("contact")
    over = contact is not None and now - served.served_at > timedelta(days=contact.horizon_days)
    return False if "impression" in types and over else None


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
