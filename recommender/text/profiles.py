"""What is searched of each record, as one page of text."""

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.domain import Enterprise, LeadUnit, Notice, Solution
from recommender.domain.taxonomy import load_taxonomy


def solution_page(solution: Solution) -> str:
    """Return the product's page, or its summary where it has none."""
    return solution.text or solution.summary or ""


def needs_text(enterprise: Enterprise) -> str:
    """Return the enterprise's pains in its own words, one a line."""
    return "\n".join(enterprise.needs)


def weak_scenarios_text(result: DiagnosisResult, instrument: Instrument, target_level: int) -> str:
    """Return name and target wording of each scenario below the target, 约束性 first.

    This is what an enterprise looks for when it has not said what hurts.
    """
    below = sorted(
        (grade for grade in result.scenarios if grade.grade < target_level),
        key=lambda grade: (not grade.required, grade.grade),
    )
    wording = {scenario.id: scenario for group in instrument.scenario_groups for scenario in group.scenarios}
    lines = []
    for grade in below:
        levels = {level.level: level.text for level in wording[grade.id].levels}
        lines.append(f"{grade.name}：{levels[target_level]}")
    return "\n".join(lines)


def enterprise_page(enterprise: Enterprise, result: DiagnosisResult | None) -> str:
    """Return a diagnosis profile: pains, what the firm makes, and the scenarios below its next level.

    Names, addresses and contacts are left out: they say nothing about fit. Scenarios stand by name only, so
    that the page stays one passage and is not mostly the instrument's wording.
    """
    taxonomy = load_taxonomy()
    parts = [needs_text(enterprise)]
    if enterprise.sub_industry:
        parts.append(f"行业：{taxonomy.sub_industry_name(enterprise.sub_industry)}")
    if enterprise.business_scope:
        parts.append(enterprise.business_scope[:120])
    if result is not None:
        weak = [grade.name for grade in result.scenarios if grade.grade <= result.level]
        parts.append(f"待提升场景：{'、'.join(weak)}" if weak else "")
    return "\n".join(part for part in parts if part)


def lead_unit_page(unit: LeadUnit) -> str:
    """Return the unit's own page and the scenarios its consortium covers."""
    taxonomy = load_taxonomy()
    covered = "、".join(entry.name for entry in taxonomy.scenarios if entry.code in unit.coverage)
    industries = "、".join(taxonomy.sub_industry_name(code) for code in unit.sub_industries)
    lines = (
        unit.text,
        f"覆盖场景：{covered}" if covered else "",
        f"细分行业：{industries}" if industries else "",
    )
    return "\n".join(line for line in lines if line)


def notice_page(notice: Notice) -> str:
    """Return the notice's text, or its summary where it has none, and the scenarios that it helps with."""
    names = "、".join(load_taxonomy().scenario_name(code) for code in notice.scenarios)
    lines = (notice.text or notice.summary or "", f"涉及场景：{names}" if names else "")
    return "\n".join(line for line in lines if line)
