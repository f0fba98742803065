"""The facts of a product in words, one by one or aligned with those of others."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.translations import marked
from recommender.adjustment.proposals import told
from recommender.adjustment.rules import load_adjustment_rules
from recommender.adjustment.service import Line
from recommender.diagnosis.gap import Gap
from recommender.domain import Enterprise, Solution
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.solution import AUDIT_STATE_NAMES, DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.installation import Installation
from recommender.ranking.gap_effect import gap_effect
from recommender.ranking.solution_reasons import gap_text, price_text
from recommender.report.items import PROVENANCE_NAMES
from recommender.retrieval.situation import situation_of


class Row(NamedTuple):
    """One fact of several products.

    Attributes
    ----------
    title : str
        A message of the templates.
    cells : tuple of tuple of str
        Of each product, its values in Chinese; empty where it is not known.
    """

    title: str
    cells: tuple[tuple[str, ...], ...]


class Raised(NamedTuple):
    """One scenario that a product raises: to which level, by whose word."""

    scenario: str
    level: str
    by: str
    evidence: str | None


class Measured(NamedTuple):
    """One measured effect in words; ``value`` is None where ``warning`` says what is missing."""

    title: str
    value: str | None
    low: str
    high: str
    n: int
    warning: str | None


def gap_of(here: Installation, enterprise: Enterprise) -> Gap | None:
    """Return what an enterprise lacks to its next level; None without a diagnosis."""
    engine = here.matching.engine()
    result = engine.snapshot.results.get(enterprise.uscc)
    return situation_of(enterprise, result, engine.instrument).gap


def closes_text(solution: Solution, gap: Gap) -> str:
    """Say what a product does to an enterprise's gap."""
    effect = gap_effect(solution.scenarios, gap)
    if not effect.closes:
        return f"对离{LEVEL_NAMES[gap.target_level]}还差的场景没有直接帮助"
    return gap_text(effect)


def fact_rows(solutions: Sequence[Solution], gap: Gap | None = None) -> tuple[Row, ...]:
    """Return the facts of products, the same row for each.

    Parameters
    ----------
    gap : Gap, optional
        Of the enterprise for which they are looked at.
    """
    taxonomy = load_taxonomy()

    closing = [_row(marked("对您的帮助"), [[closes_text(one, gap)] for one in solutions])] if gap else []
    return (
        _row(marked("服务商"), [[one.provider.name if one.provider else None] for one in solutions]),
        _row(marked("报价"), [[price_text(one)] for one in solutions]),
        _row(marked("上线时间"), [[_counted("约 {} 天", one.days_to_deploy)] for one in solutions]),
        _row(marked("回本时间"), [[_counted("约 {} 个月", one.payback_months)] for one in solutions]),
        *closing,
        _row(
            marked("部署方式"),
            [["、".join(DEPLOYMENT_NAMES[way] for way in one.deployment)] for one in solutions],
        ),
        _row(
            marked("适用行业"),
            [
                ["、".join(taxonomy.sub_industry_name(sub) for sub in one.sub_industries) or "通用"]
                for one in solutions
            ],
        ),
        _row(marked("证明材料"), [[proof.text for proof in one.evidence] for one in solutions]),
        _row(marked("入池状态"), [[AUDIT_STATE_NAMES[one.audit_state]] for one in solutions]),
    )


def raised_row(solutions: Sequence[Solution]) -> Row:
    """Return the scenarios that products raise, as one row."""
    words = [[f"{one.scenario}到{one.level}（{one.by}）" for one in raised(product)] for product in solutions]
    return _row(marked("能提升的场景"), words)


def raised(solution: Solution) -> tuple[Raised, ...]:
    """Return the scenarios that a product raises."""
    taxonomy = load_taxonomy()
    return tuple(
        Raised(
            taxonomy.scenario_name(one.scenario),
            LEVEL_NAMES[one.level],
            PROVENANCE_NAMES[one.provenance],
            one.evidence,
        )
        for one in solution.scenarios
    )


def measured(line: Line) -> tuple[Measured, ...]:
    """Return what came of a product's projects; each measure is drawn towards the pool's if it can be."""
    if line.effect is None:
        return ()
    found = []
    for form in load_adjustment_rules().measures:
        one = line.effect.measures[form.code]
        low, high = one.ci95 or (None, None)
        value = one.raw if one.shrunk is None else one.shrunk
        found.append(
            Measured(
                form.title,
                None if one.raw is None else told(form.code, value),
                told(form.code, low),
                told(form.code, high),
                one.n,
                one.warning,
            )
        )
    return tuple(found)


def _row(title: str, cells: Sequence[Sequence[str | None]]) -> Row:
    return Row(title, tuple(tuple(text for text in cell if text) for cell in cells))


def _counted(words: str, number: int | None) -> str | None:
    return None if number is None else words.format(number)
