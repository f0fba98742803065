"""Sub-industry of an enterprise from its GB/T 4754 class, else from its business scope."""

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from recommender.domain.enterprise import Enterprise, SubIndustrySource
from recommender.domain.taxonomy import SubIndustry, load_taxonomy, manufacturing_classes
from recommender.text.tokens import normalise

_PHRASE_END = re.compile(r"[;；,，。\n〓]")
#: What registries add around a phrase: the heading of a list, and remarks in brackets.
_HEADING = re.compile(r"^(?:一般项目|许可项目|一般经营项目|许可经营项目)[:：]")
_REMARK = re.compile(r"\(.*?\)|（.*?）")
#: Words that a firm of the sub-industry writes when no class name stands in its scope.
_CUES: dict[SubIndustry, tuple[str, ...]] = {
    SubIndustry.NEV_PARTS: ("汽车零部件", "汽车配件", "汽车电子", "新能源汽车", "动力电池", "充电桩", "车载"),
    SubIndustry.MACHINE_TOOLS_ROBOTS: (
        "机床",
        "机器人",
        "数控",
        "模具",
        "机械零部件",
        "精密机械",
        "工业自动",
    ),
    SubIndustry.COSMETICS: ("化妆品", "护肤", "香精", "香料", "日化", "口腔清洁", "美妆"),
    SubIndustry.CUSTOM_FURNITURE: ("家具", "家居", "橱柜", "衣柜", "木门", "木制品", "木质"),
    SubIndustry.APPAREL: ("服装", "服饰", "成衣", "制衣", "针织", "时装", "牛仔"),
    SubIndustry.LUGGAGE: ("箱包", "皮具", "皮箱", "手袋", "皮革制品", "旅行箱"),
}


class SubIndustryFinding(BaseModel):
    """A sub-industry, where it was found and in which words."""

    model_config = ConfigDict(frozen=True)

    sub_industry: SubIndustry
    source: SubIndustrySource
    evidence: str


@lru_cache(maxsize=1)
def _class_names() -> dict[str, str]:
    return {name: code for code, name in manufacturing_classes().items()}


def _phrases(scope: str) -> list[str]:
    """Split a scope; a class name keeps its own brackets, others lose their remarks."""
    phrases = (_HEADING.sub("", phrase.strip()) for phrase in _PHRASE_END.split(scope))
    bare = (phrase if phrase in _class_names() else _REMARK.sub("", phrase).strip() for phrase in phrases)
    return [phrase for phrase in bare if phrase]


def from_business_scope(scope: str) -> SubIndustryFinding | None:
    """Read a sub-industry from a registered business scope.

    The first phrase that is exactly a class name of GB/T 4754 in one of the six decides; else the
    sub-industry with the most cue words in phrases that speak of making (制造, 加工, 生产, 研发) and are no
    class name themselves. Trading alone does not count, nor does a supporting class (关联配套产业): of 88
    real firms with no better sign than that, 14 belonged.
    """
    taxonomy = load_taxonomy()
    phrases = _phrases(scope)
    classes = [(phrase, code) for phrase in phrases if (code := _class_names().get(phrase))]
    for phrase, code in classes:
        if found := taxonomy.sub_industry_of_class(code):
            return SubIndustryFinding(
                sub_industry=found, source=SubIndustrySource.BUSINESS_SCOPE, evidence=f"{phrase}（{code}）"
            )
    loose = [phrase for phrase in phrases if phrase not in _class_names()]
    making = [normalise(phrase) for phrase in loose if re.search("制造|加工|生产|研发|制作", phrase)]
    hits = {
        sub: [phrase for phrase in making if any(cue in phrase for cue in cues)]
        for sub, cues in _CUES.items()
    }
    best = max(hits, key=lambda sub: len(hits[sub]))
    if hits[best]:
        return SubIndustryFinding(
            sub_industry=best, source=SubIndustrySource.BUSINESS_SCOPE, evidence=hits[best][0][:100]
        )
    return None


def find_sub_industry(enterprise: Enterprise) -> SubIndustryFinding | None:
    """Find the sub-industry: declared, else by GB/T 4754 class, else from the business scope, else None."""
    if enterprise.sub_industry and enterprise.sub_industry_source in {None, SubIndustrySource.DECLARED}:
        return SubIndustryFinding(
            sub_industry=enterprise.sub_industry, source=SubIndustrySource.DECLARED, evidence="企业填报"
        )
    if found := load_taxonomy().sub_industry_of_class(enterprise.gb4754):
        name = manufacturing_classes()[str(enterprise.gb4754)]
        return SubIndustryFinding(
            sub_industry=found, source=SubIndustrySource.GB4754, evidence=f"{name}（{enterprise.gb4754}）"
        )
    return from_business_scope(enterprise.business_scope) if enterprise.business_scope else None


def complete_enterprise(enterprise: Enterprise) -> Enterprise:
    """Fill the sub-industry with its source and evidence; what was found before is looked for anew."""
    finding = find_sub_industry(enterprise)
    return enterprise.model_copy(
        update={
            "sub_industry": finding.sub_industry if finding else None,
            "sub_industry_source": finding.source if finding else None,
            "sub_industry_evidence": finding.evidence if finding else None,
        }
    )
