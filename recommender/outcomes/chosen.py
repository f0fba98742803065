"""What was chosen, read from the log."""

from collections.abc import Iterable
from datetime import date, datetime

from recommender.diagnosis.value import Value
from recommender.domain.calendar import local_day
from recommender.outcomes.targets import OutcomeKind
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine


class Chosen(Value):
    """A case, product or district that was chosen and is not removed.

    Attributes
    ----------
    candidate : str
        Key of the project, id of the product, code of the district.
    subject : str
        Enterprise, product or district.
    score : float, optional
        As it was on the day of the choice.
    """

    kind: OutcomeKind
    candidate: str
    subject: str
    on: date
    by: str
    score: float | None
    reason: str | None


def chosen(work: UnitOfWork, moment: datetime) -> dict[tuple[str, str], Chosen]:
    """Return what stands chosen at a moment, by kind and candidate, in the order of choosing."""
    return chosen_of(work.events.lines(moment, types=["outcome_selected", "outcome_removed"]))


def chosen_of(lines: Iterable[EventLine]) -> dict[tuple[str, str], Chosen]:
    """Return what stands chosen after some events; what stands already is not chosen again."""
    found: dict[tuple[str, str], Chosen] = {}
    for line in lines:
        told = line.attributes
        key = (told["kind"], told["candidate"])
        if line.type == "outcome_removed":
            found.pop(key, None)
            continue
        found.setdefault(
            key,
            Chosen(
                kind=told["kind"],
                candidate=told["candidate"],
                subject=line.subject,
                on=local_day(line.occurred_at),
                by=line.actor,
                score=told.get("score"),
                reason=told.get("reason"),
            ),
        )
    return found
