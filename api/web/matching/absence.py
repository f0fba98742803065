"""Why one named product is not in a list."""

from typing import NamedTuple

from recommender.domain import Solution
from recommender.installation import Installation
from recommender.matching.answer import Recommendation
from recommender.retrieval.conditions import Filter
from recommender.retrieval.constraints import filter_rules, solution_rules
from recommender.retrieval.situation import situation_of


class Absence(NamedTuple):
    """A product and why it is not shown, in Chinese; ``rank`` where it is shown after all."""

    product: Solution
    rank: int | None
    why: tuple[str, ...]


def absences(
    here: Installation,
    uscc: str,
    answer: Recommendation,
    conditions: Filter,
    without: tuple[str, ...],
    named: str,
) -> tuple[Absence, ...]:
    """Explain the products whose name or id holds a text, five at most, by the rules of the list."""
    engine = here.matching.engine()
    catalogue = engine.snapshot.catalogue
    situation = situation_of(catalogue.enterprises[uscc], engine.snapshot.results.get(uscc), here.instrument)
    rules = solution_rules(situation) + filter_rules(conditions, without, lambda one: getattr(one, "id", ""))
    ranks = {item.id: item.rank for item in answer.items}
    wanted = named.casefold()
    found = [
        one
        for one in catalogue.solutions.values()
        if wanted in one.name.casefold() or wanted == one.id.casefold()
    ]
    return tuple(
        Absence(one, ranks.get(one.id), tuple(rule.text for rule in rules if not rule.keeps(one)))
        for one in found[:5]
    )
