"""The demand of the diagnosed enterprises: one line for each scenario that one of them must still raise."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from recommender.diagnosis.gap import gap_to
from recommender.diagnosis.instrument import Instrument
from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.index.snapshot import Snapshot
from recommender.retrieval.situation import SUBSIDY_LEVEL

_TOP_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Demand:
    """A scenario that an enterprise needs at a level.

    Attributes
    ----------
    required : bool
        Whether the scenario is 约束性.
    grade : int
        Present grade, 0–4.
    level : int
        Level that it must reach, 1–4: that of the enterprise's next step.
    budget_yuan : Decimal, optional
        Most that the enterprise wants to spend; None while it did not say.
    """

    enterprise: str
    scenario: Scenario
    required: bool
    grade: int
    level: int
    sub_industry: SubIndustry | None
    district: str | None
    budget_yuan: Decimal | None


def demands_of(snapshot: Snapshot, instrument: Instrument, *, level: int | None = None) -> Iterator[Demand]:
    """Yield the demand of every diagnosed enterprise.

    Parameters
    ----------
    level : int, optional
        The same target for all, 1–4; left out, each enterprise's next level and at least the subsidised one.

    Notes
    -----
    All scenarios below the target count, also where fewer would do: which of them it raises is the
    enterprise's own choice, and a choice needs products.
    """
    for uscc, result in snapshot.results.items():
        enterprise = snapshot.catalogue.enterprises.get(uscc)
        target = level or min(_TOP_LEVEL, max(SUBSIDY_LEVEL, result.level + 1))
        if enterprise is None or result.level >= target:
            continue
        gap = gap_to(result, target, instrument, with_openings=False)
        for below in gap.scenarios_below if gap.scenarios_to_raise else ():
            yield Demand(
                enterprise=uscc,
                scenario=Scenario(below.id),
                required=below.required,
                grade=below.grade,
                level=target,
                sub_industry=enterprise.sub_industry,
                district=enterprise.district,
                budget_yuan=enterprise.budget_yuan,
            )
