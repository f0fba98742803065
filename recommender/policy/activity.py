"""What the enterprise does: manufacturing, and one of the six sub-industries."""

import re

from recommender.domain import Enterprise
from recommender.domain.enterprise import SubIndustrySource
from recommender.domain.taxonomy import load_taxonomy, manufacturing_classes
from recommender.policy.findings import Finding, Verdict
from recommender.text.sub_industry import find_sub_industry, from_business_scope

_MAKING = re.compile("制造|加工|生产|制作")
_PHRASES = re.compile(r"[;；,，。、\n〓:：]")
_SOURCES = {
    SubIndustrySource.DECLARED: "企业填报",
    SubIndustrySource.GB4754: "按国民经济行业代码",
    SubIndustrySource.BUSINESS_SCOPE: "按经营范围",
}
#: Letters and digits of a GB/T 4754 division: C18.
_DIVISION = 3


def manufactures(enterprise: Enterprise) -> Finding:
    """Tell manufacturing by GB/T 4754 class, else by the registered business scope."""
    if enterprise.gb4754 is not None:
        name = manufacturing_classes()[enterprise.gb4754]
        return Finding(Verdict.YES, f"行业代码 {enterprise.gb4754}（{name}）属于制造业")
    if not enterprise.business_scope:
        return Finding(Verdict.UNKNOWN, "行业代码和经营范围都未填写")
    phrases = [phrase.strip() for phrase in _PHRASES.split(enterprise.business_scope)]
    named = next((phrase for phrase in phrases if phrase in set(manufacturing_classes().values())), None)
    if named is not None:
        return Finding(Verdict.YES, f"经营范围写有“{named}”，为制造业的行业名称")
    if found := from_business_scope(enterprise.business_scope):
        return Finding(Verdict.YES, f"经营范围写有“{found.evidence}”")
    making = next((phrase for phrase in phrases if _MAKING.search(phrase)), None)
    if making is not None:
        return Finding(Verdict.UNKNOWN, f"经营范围写有“{making[:40]}”，不能断定为制造业")
    return Finding(Verdict.NO, "经营范围里没有制造、加工、生产一类的内容")


def sub_industry_fit(enterprise: Enterprise) -> Finding:
    """Tell the sub-industry: declared, by class, or by scope.

    No only for a class in a division of which no sub-industry has a part; supporting industries (关联配套)
    are for the authority to tell, so everything else is unknown.
    """
    found = find_sub_industry(enterprise)
    taxonomy = load_taxonomy()
    if found is not None:
        name = taxonomy.sub_industry_name(found.sub_industry)
        ground = _SOURCES[found.source]
        shown = ground if found.source is SubIndustrySource.DECLARED else f"{ground}“{found.evidence}”"
        return Finding(Verdict.YES, f"{name}（{shown}）")
    if enterprise.gb4754 is None:
        return Finding(Verdict.UNKNOWN, "细分行业未填写，经营范围也不能说明")
    name = manufacturing_classes()[enterprise.gb4754]
    told = f"行业代码 {enterprise.gb4754}（{name}）不在六个细分行业的对应代码内"
    prefixes = [prefix for entry in taxonomy.sub_industries for prefix in (*entry.gb4754, *entry.related)]
    division = enterprise.gb4754[:_DIVISION]
    related = taxonomy.sub_industry_of_class(enterprise.gb4754, related=True)
    if related is not None:
        return Finding(
            Verdict.UNKNOWN, f"{told}，可能属于{taxonomy.sub_industry_name(related)}的关联配套产业"
        )
    if any(prefix.startswith(division) for prefix in prefixes):
        return Finding(Verdict.UNKNOWN, f"{told}，是否算关联配套产业由主管部门认定")
    return Finding(Verdict.NO, f"{told}，所在大类也没有对应的细分行业")
