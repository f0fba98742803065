"""Complaints that were closed as justified, by whom they concern."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from recommender.course.project import Project
from recommender.domain import Solution
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine


def upheld_complaints(
    work: UnitOfWork, moment: datetime, rows: Iterable[Project], products: Mapping[str, Solution]
) -> Counter[str]:
    """Count by id of the product or unit.

    A complaint about a product concerns its provider as well. One that names only its project concerns the
    partner and the products of the contract. One that is open, or was dismissed, counts against no one.
    """
    by_project = {(row.enterprise, row.project): row for row in rows if row.project is not None}
    made: dict[str, EventLine] = {}
    upheld: dict[str, bool] = {}
    for line in work.events.lines(moment, types=["complaint", "complaint_closed"]):
        if line.type == "complaint":
            made[line.event_id] = line
        else:
            upheld[str(line.attributes.get("complaint"))] = line.attributes.get("upheld") is True
    counts: Counter[str] = Counter()
    for event_id, line in made.items():
        if upheld.get(event_id):
            counts.update(_concerned(line, by_project, products))
    return counts


def _concerned(
    line: EventLine,
    by_project: Mapping[tuple[str, str], Project],
    products: Mapping[str, Solution],
) -> set[str]:
    product = products.get(line.object)
    if product is not None:
        return {line.object} | ({product.provider.id} if product.provider else set())
    row = by_project.get((line.subject, line.object))
    return {row.partner, *row.solutions} if row else {line.object}
