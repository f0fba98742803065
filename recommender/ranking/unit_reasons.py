"""Why a lead unit suits an enterprise, and an enterprise a lead unit."""

from collections.abc import Mapping

from recommender.diagnosis.gap import Gap
from recommender.domain import Enterprise, LeadUnit
from recommender.domain.enterprise import SIZE_NAMES, PartnerKind
from recommender.domain.geography import road_km
from recommender.domain.lead_unit import MODE_NAMES
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.ranking.answer import Reason
from recommender.ranking.priors import Scored
from recommender.ranking.reason_order import weightiest_first
from recommender.ranking.solution_reasons import yuan
from recommender.ranking.track_record import TrackRecord
from recommender.ranking.unit_features import covered_scenarios, wanted_scenarios
from recommender.retrieval.partner import Partner
from recommender.retrieval.situation import Situation

Features = Mapping[str, float | None]
#: From here on an enterprise is told to be what the partner wished for.
_WISHED = 0.75


def _named(scenarios: frozenset[Scenario], most: int = 5) -> str:
    entries = [entry.name for entry in load_taxonomy().scenarios if entry.code in scenarios]
    more = f"等 {len(entries)} 个场景" if len(entries) > most else ""
    return "、".join(entries[:most]) + more


def _members_for(unit: LeadUnit, scenarios: frozenset[Scenario]) -> str | None:
    members = [
        m for m in (*unit.consortium.integrators, *unit.consortium.ecosystem) if scenarios & set(m.scenarios)
    ]
    named = [f"{m.name}（{_named(frozenset(m.scenarios) & scenarios, 3)}）" for m in members[:3]]
    return "联合体成员：" + "、".join(named) if named else None


def partner_reasons(
    unit: LeadUnit | None,
    partner: Partner,
    situation: Situation,
    features: Features,
    scored: Scored,
    record: TrackRecord,
    passage: str | None,
) -> tuple[Reason, ...]:
    """Return the reasons that speak for a partner, the weightiest first.

    Parameters
    ----------
    unit : LeadUnit, optional
        None for a vendor, which leads no consortium.
    """
    said: dict[str, tuple[str, str | None]] = {}
    covered = covered_scenarios(partner.coverage, situation)
    wanted = wanted_scenarios(situation)
    if covered:
        who = "联合体" if unit else "其产品"
        text = f"您要提升的 {len(wanted)} 个场景中，{who}覆盖 {len(covered)} 个：{_named(covered)}"
        said["coverage"] = (text, _members_for(unit, covered) if unit else None)
    if features["products"]:
        names = "、".join(solution.name for solution in partner.solutions[:3])
        said["products"] = ("手上有可直接用的入池产品", names)
    if features["sub_industry"] == 1.0 and situation.enterprise and situation.enterprise.sub_industry:
        name = load_taxonomy().sub_industry_name(situation.enterprise.sub_industry)
        said["sub_industry"] = (f"专做{name}行业" + (f"，{MODE_NAMES[unit.mode]}" if unit else ""), None)
    if (match := features["text_match"]) is not None and match >= 0.25:
        said["text_match"] = ("单位介绍与您的需求相关", passage)
    if partner.capacity is not None and features["capacity"]:
        free, total = partner.capacity.free, partner.capacity.total
        said["capacity"] = (f"还可接 {free} 家（共 {total} 家）", None)
    if features["district"] == 1.0:
        said["district"] = ("服务您所在的区", None)
    if features.get("should"):
        said["should"] = ("符合您希望优先的条件", None)
    return weightiest_first(said | _practical(partner, situation, features, record), scored)


def _practical(
    partner: Partner, situation: Situation, features: Features, record: TrackRecord
) -> dict[str, tuple[str, str | None]]:
    """Reasons of the way there, the price and earlier projects."""
    said: dict[str, tuple[str, str | None]] = {}
    if (km := _journey(partner, situation)) is not None:
        said["distance"] = (f"从其所在区到您所在区约 {km:.0f} 公里（估算）", None)
    if affordable := features["affordable"]:
        said["affordable"] = (f"{affordable:.0%} 的产品起价在您的预算内", None)
    if (ended := record.of(partner.id)).accepted:
        said["acceptances"] = (f"已结项目 {ended.decided} 个，其中 {ended.accepted} 个验收通过", None)
    return said


def _journey(partner: Partner, situation: Situation) -> float | None:
    enterprise = situation.enterprise
    if enterprise is None or enterprise.district is None or partner.base_district is None:
        return None
    return road_km(partner.base_district, enterprise.district)


def lead_unit_warnings(unit: LeadUnit, situation: Situation) -> tuple[str, ...]:
    """Say what the enterprise should ask before deciding."""
    warnings = ["合成样本，不是真实单位"] if unit.synthetic else []
    if situation.gap is None:
        warnings.append("您还没有诊断记录，覆盖场景未计入")
    if unit.capacity is None:
        warnings.append("未说明剩余名额")
    return tuple(warnings)


def _distance(gap: Gap) -> str:
    if gap.closed:
        return f"已达到{gap.name}"
    parts = [f"{gap.scenarios_to_raise} 个场景"] if gap.scenarios_to_raise else []
    parts += [f"{gap.points_short} 分"] if gap.points_short else []
    return f"离{gap.name}还差 {'、'.join(parts)}"


def prospect_reasons(
    partner: Partner, situation: Situation, features: Features, scored: Scored, passage: str | None
) -> tuple[Reason, ...]:
    """Return the reasons that speak for an enterprise, without anything that identifies a person."""
    said: dict[str, tuple[str, str | None]] = {}
    covered = covered_scenarios(partner.coverage, situation)
    if covered:
        whose = "本联合体" if partner.kind is PartnerKind.LEAD_UNIT else "本公司产品"
        said["coverage"] = (f"待提升场景中{whose}能做 {len(covered)} 个：{_named(covered)}", None)
    if (match := features["text_match"]) is not None and match >= 0.25:
        said["text_match"] = ("企业需求与本单位介绍相关", passage)
    enterprise = situation.enterprise
    if features["sub_industry"] == 1.0 and enterprise and enterprise.sub_industry:
        name = load_taxonomy().sub_industry_name(enterprise.sub_industry)
        said["sub_industry"] = (f"属于{name}行业", None)
    if situation.gap is not None:
        gap = situation.gap
        said["nearness"] = (_distance(gap), None)
    if situation.budget_yuan is not None:
        said["budget"] = (f"预算 {yuan(situation.budget_yuan)}", None)
    if features["district"] == 1.0:
        said["district"] = ("在本单位服务的区", None)
    if (preference := features["preference"]) is not None and preference >= _WISHED:
        said["preference"] = ("符合本单位登记的意向（规模、区域、预算、场景）", None)
    if features.get("should"):
        said["should"] = ("符合您希望优先的条件", None)
    return weightiest_first(said, scored)


def prospect_facts(
    enterprise: Enterprise, situation: Situation, *, contact_opened: bool
) -> dict[str, object]:
    """Facts a lead unit or vendor may see: no address, no contact data, headcount by class only."""
    taxonomy = load_taxonomy()
    result = situation.result
    return {
        "district": taxonomy.district_name(enterprise.district) if enterprise.district else None,
        "sub_industry": taxonomy.sub_industry_name(enterprise.sub_industry)
        if enterprise.sub_industry
        else None,
        "size_class": SIZE_NAMES[enterprise.size_class] if enterprise.size_class else None,
        "level": result.level if result else None,
        "needs": list(enterprise.needs),
        "contact": "企业已发起联系，可查看联系方式" if contact_opened else "企业发起联系后可见",
        "contact_opened": contact_opened,
    }
