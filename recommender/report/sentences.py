"""Three sentences for an owner: where you stand, what to do, what it costs you."""

from recommender.diagnosis.gap import Gap, gap_to
from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.domain.level import LEVEL_NAMES
from recommender.planning.plan import Plan
from recommender.policy.eligibility import Eligibility
from recommender.policy.estimate import SubsidyEstimate, yuan_text
from recommender.policy.findings import Verdict
from recommender.policy.sourced import NOTICE
from recommender.report.items import cost_text


def three_sentences(
    plan: Plan,
    result: DiagnosisResult,
    instrument: Instrument,
    subsidy: SubsidyEstimate | None,
    eligibility: Eligibility | None,
) -> tuple[str, str, str]:
    """Return the three sentences, in Chinese."""
    gap = gap_to(result, plan.target_level, instrument)
    return _standing(result, gap), _doing(plan), _money(plan, subsidy, eligibility)


def _standing(result: DiagnosisResult, gap: Gap) -> str:
    bound = "（有题目没答，实际只会更高）" if result.level_is_lower_bound else ""
    now = f"贵公司现在是{result.level_name}，总分 {result.total} 分{bound}"
    if gap.closed:
        return f"{now}，已经达到{gap.name}。"
    short = [f"{gap.points_short} 分"] if gap.points_short else []
    if gap.scenarios_to_raise:
        kind = f"（其中约束性至少 {gap.required_short} 个）" if gap.required_short else ""
        short.append(f"{gap.scenarios_to_raise} 个达到{gap.name}的应用场景{kind}")
    return f"{now}；离{gap.name}还差 {'、'.join(short)}。"


def _doing(plan: Plan) -> str:
    target = LEVEL_NAMES[plan.target_level]
    reached = LEVEL_NAMES[plan.after.level]
    if not (plan.solutions or plan.measures):
        if plan.feasible:
            return f"不用花钱，现在就满足{target}的要求。"
        return f"按现在的条件，目录里还凑不出能到{target}的方案，下面写了怎样放宽条件。"
    parts = []
    if plan.solutions:
        parts.append(f"用 {len(plan.solutions)} 个产品")
    if plan.measures:
        parts.append(f"自己办 {len(plan.measures)} 件事")
    days = "" if plan.days is None else f"大约 {plan.days} 天，"
    work = f"{'、'.join(parts)}，{days}合计 {cost_text(plan.cost)}"
    if not plan.feasible:
        return f"按现在的条件到不了{target}；{work}，最多能到{reached}。"
    basis = "按已有验收结果推算" if plan.reliability.calibrated else "凭经验估计"
    return f"{work}，可以到{reached}；把握约 {plan.reliability.chance * 100:.0f}%，{basis}。"


def _money(plan: Plan, subsidy: SubsidyEstimate | None, eligibility: Eligibility | None) -> str:
    if subsidy is None:
        return f"这里没有估算补贴，{yuan_text(plan.cost.planned_yuan)} 先按企业自己全出考虑。"
    shares = subsidy.shares
    if not shares.price_yuan:
        return "没有要花的钱，也就不涉及补贴。"
    if shares.government_yuan is None or shares.enterprise_yuan is None:
        return f"{subsidy.limit_text}；企业要先付 {yuan_text(subsidy.paid_first_yuan)}，{NOTICE}。"
    head = f"按{subsidy.city_name}的政策估算"
    if eligibility is not None and eligibility.verdict is Verdict.NO:
        head = f"目前看不符合申报条件；假如符合，{head}"
    none = "" if shares.government_yuan else f"（{subsidy.limit_text}）"
    later = "，验收以后才补" if shares.government_yuan else ""
    return (
        f"{head}，政府补 {yuan_text(shares.government_yuan)}{none}，"
        f"平台让 {yuan_text(shares.platform_yuan)}，企业出 {yuan_text(shares.enterprise_yuan)}；"
        f"要先付 {yuan_text(subsidy.paid_first_yuan)}{later}，{NOTICE}。"
    )
