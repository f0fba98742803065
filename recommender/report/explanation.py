"""A plan explained: everything the page shows, as data."""

from collections.abc import Mapping
from datetime import date

from recommender.benchmark.peers import Benchmark
from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.value import Value
from recommender.domain import Enterprise, Solution
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.planning.plan import OBJECTIVE_NAMES, Plan
from recommender.policy.eligibility import Eligibility
from recommender.policy.estimate import SubsidyEstimate, yuan_text
from recommender.policy.sourced import NOTICE
from recommender.policy.zjtx import ZjtxGain, zjtx_gain
from recommender.report.choices import Way, not_chosen, ways, would_change
from recommender.report.closing import Requirement, requirements
from recommender.report.items import ItemRow, cost_text, item_rows
from recommender.report.pains import PainAnswer, pain_answers
from recommender.report.sentences import three_sentences


class Heading(Value):
    """Whose plan it is; no contact data.

    Attributes
    ----------
    mark : str, optional
        The synthetic mark, to be seen on every page.
    facts : tuple of tuple of str
        Name and value, in Chinese.
    """

    name: str
    uscc: str
    mark: str | None
    facts: tuple[tuple[str, str], ...]
    prepared_on: date


class PlanContext(Value):
    """What is known beside the plan; what is None is left out of the explanation."""

    subsidy: SubsidyEstimate | None = None
    eligibility: Eligibility | None = None
    benchmark: Benchmark | None = None


class PlanExplanation(Value):
    """A plan in the words of an owner.

    Attributes
    ----------
    recommendation_id : str, optional
        Under which the plan can be replayed; None for one that was never served.
    key_figures : tuple of tuple of str
        Name and value of what an owner asks first: cost, own share, days, chance.
    sentences : tuple of str
        Where you stand, what to do, what it costs you.
    requirements : tuple of Requirement
        What closes what.
    pains : tuple of PainAnswer
        Which passage answers which pain.
    ways : tuple of Way
        This plan beside a surer one and one for the own needs.
    not_chosen : tuple of str
        Why the next candidates are not in.
    would_change : tuple of str
        What would change the answer.
    cautions : tuple of str
        Assumptions of plan and subsidy.
    """

    heading: Heading
    title: str
    recommendation_id: str | None
    key_figures: tuple[tuple[str, str], ...]
    sentences: tuple[str, str, str]
    feasible: bool
    objective: str
    items: tuple[ItemRow, ...]
    total_cost_text: str
    days_text: str
    requirements: tuple[Requirement, ...]
    pains: tuple[PainAnswer, ...]
    ways: tuple[Way, ...]
    not_chosen: tuple[str, ...]
    would_change: tuple[str, ...]
    proof: str
    zjtx: ZjtxGain
    subsidy: SubsidyEstimate | None
    eligibility: Eligibility | None
    benchmark: Benchmark | None
    cautions: tuple[str, ...]
    notice: str = NOTICE


def explain_plan(
    enterprise: Enterprise,
    result: DiagnosisResult,
    plan: Plan,
    *,
    solutions: Mapping[str, Solution],
    instrument: Instrument,
    on: date,
    context: PlanContext | None = None,
) -> PlanExplanation:
    """Explain a plan.

    Parameters
    ----------
    result : DiagnosisResult
        The diagnosis that the plan starts from.
    solutions : mapping of str to Solution
        The products by id.
    on : date
        Day that is written on the page.

    Raises
    ------
    ValueError
        If the plan claims more than the diagnosis after it.
    """
    known = context or PlanContext()
    subsidy, eligibility = known.subsidy, known.eligibility
    rows = item_rows(plan)
    cautions = [*plan.notes, *(subsidy.cautions if subsidy else ())]
    return PlanExplanation(
        heading=_heading(enterprise, result, plan, on),
        title=f"到{LEVEL_NAMES[plan.target_level]}的方案",
        recommendation_id=getattr(plan, "recommendation_id", None),
        key_figures=_key_figures(plan, subsidy),
        sentences=three_sentences(plan, result, instrument, subsidy, eligibility),
        feasible=plan.feasible,
        objective=OBJECTIVE_NAMES[plan.objective],
        items=rows,
        total_cost_text=cost_text(plan.cost),
        days_text="有产品未说明工期" if plan.days is None else f"{plan.days} 天",
        requirements=requirements(plan, result, rows, instrument),
        pains=pain_answers(plan.needs, solutions),
        ways=ways(plan),
        not_chosen=not_chosen(plan),
        would_change=would_change(plan, result, subsidy, eligibility),
        proof=plan.proof.text,
        zjtx=zjtx_gain(plan.before.level, plan.after.level),
        subsidy=subsidy,
        eligibility=eligibility,
        benchmark=known.benchmark,
        cautions=tuple(dict.fromkeys(cautions)),
    )


def _heading(enterprise: Enterprise, result: DiagnosisResult, plan: Plan, on: date) -> Heading:
    taxonomy = load_taxonomy()
    sub, size, district = enterprise.sub_industry, enterprise.size_class, enterprise.district
    facts = [
        ("细分行业", taxonomy.sub_industry_name(sub) if sub else "未填写"),
        ("规模", f"{SIZE_NAMES[size]}企业" if size else "未知"),
        ("所在区", (taxonomy.district_name(district) if district else None) or "未填写"),
        ("现在的等级", result.level_name),
        ("方案之后", plan.after.level_name),
    ]
    return Heading(
        name=enterprise.name,
        uscc=enterprise.uscc,
        mark=enterprise.face_mark,
        facts=tuple(facts),
        prepared_on=on,
    )


def _key_figures(plan: Plan, subsidy: SubsidyEstimate | None) -> tuple[tuple[str, str], ...]:
    figures = [("一共要花", f"约 {yuan_text(plan.cost.planned_yuan)}")]
    if subsidy is not None:
        own = subsidy.shares.enterprise_yuan
        figures.append(("补贴以后自己出", "算不出" if own is None else f"约 {yuan_text(own)}"))
    figures.append(("大约要多久", "有产品未说明" if plan.days is None else f"{plan.days} 天"))
    if plan.feasible:
        figures.append(("有多大把握", f"约 {plan.reliability.chance * 100:.0f}%"))
    return tuple(figures)
