"""The situation of an enterprise: what is known of it when something is to be found for it."""

from dataclasses import dataclass
from decimal import Decimal

from recommender.diagnosis.gap import Gap, gap_to
from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.domain import Enterprise
from recommender.domain.taxonomy import Scenario
from recommender.text.profiles import needs_text, weak_scenarios_text

#: The level from which a project can be subsidised.
SUBSIDY_LEVEL = 2
_TOP_LEVEL = 4


@dataclass(frozen=True, slots=True)
class Situation:
    """What matching may know of an enterprise.

    Attributes
    ----------
    result : DiagnosisResult, optional
        Its newest diagnosis, scored; None before the first.
    gap : Gap, optional
        What it lacks to ``target_level``; None without a diagnosis.
    budget_yuan : Decimal, optional
        Most it wants to spend, in yuan.
    text : str
        What it looks for, in words.
    text_is_own : bool
        Whether ``text`` is the enterprise's own words rather than the wording of its weak scenarios.
    """

    enterprise: Enterprise | None
    result: DiagnosisResult | None
    gap: Gap | None
    target_level: int | None
    budget_yuan: Decimal | None
    text: str
    text_is_own: bool

    def grade(self, scenario: Scenario) -> int | None:
        """Present grade 0–4 of a scenario, None while it was not graded."""
        if self.result is None:
            return None
        return next((g.grade for g in self.result.scenarios if g.id == scenario.value and g.graded), None)


def situation_of(
    enterprise: Enterprise,
    result: DiagnosisResult | None,
    instrument: Instrument,
    *,
    target_level: int | None = None,
    budget_yuan: Decimal | None = None,
    with_openings: bool = True,
) -> Situation:
    """Put together what is known of an enterprise.

    Parameters
    ----------
    target_level : int, optional
        1–4; left out, the next level above the present one and at least the level that is subsidised.
    budget_yuan : Decimal, optional
        Overrides the enterprise's own budget.
    with_openings : bool
        As in :func:`recommender.diagnosis.gap.gap_to`.
    """
    gap = None
    if result is not None:
        target_level = target_level or min(_TOP_LEVEL, max(SUBSIDY_LEVEL, result.level + 1))
        gap = gap_to(result, target_level, instrument, with_openings=with_openings)
    own = needs_text(enterprise)
    text = own
    if not own and result is not None and target_level is not None:
        text = weak_scenarios_text(result, instrument, target_level)
    return Situation(
        enterprise=enterprise,
        result=result,
        gap=gap,
        target_level=target_level,
        budget_yuan=enterprise.budget_yuan if budget_yuan is None else budget_yuan,
        text=text or (enterprise.business_scope or "")[:300],
        text_is_own=bool(own),
    )


def situation_of_text(text: str, *, budget_yuan: Decimal | None = None) -> Situation:
    """Return the situation of someone who only said what hurts."""
    return Situation(None, None, None, None, budget_yuan, text, text_is_own=True)
