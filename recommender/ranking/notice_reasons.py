"""Why a notice concerns an enterprise, in plain Chinese."""

from datetime import date

from recommender.domain import Notice
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.ranking.answer import Reason
from recommender.ranking.priors import Scored
from recommender.ranking.reason_order import weightiest_first
from recommender.ranking.unit_features import wanted_scenarios
from recommender.retrieval.situation import Situation

_LEAST_MATCH = 0.25


def notice_reasons(
    notice: Notice,
    situation: Situation,
    features: dict[str, float | None],
    scored: Scored,
    on: date,
    passage: str | None,
) -> tuple[Reason, ...]:
    """Return the reasons that speak for a notice, the weightiest first.

    Parameters
    ----------
    passage : str, optional
        The sentence of the notice that matched best.
    """
    said: dict[str, tuple[str, str | None]] = _addressed(notice, situation, features)
    if (match := features["text_match"]) is not None and match >= _LEAST_MATCH:
        whose = "您说的问题" if situation.text_is_own else "您的薄弱场景"
        said["text_match"] = (f"内容与{whose}相关", passage or notice.summary)
    if features["scenario"]:
        shared = wanted_scenarios(situation) & set(notice.scenarios)
        names = "、".join(entry.name for entry in load_taxonomy().scenarios if entry.code in shared)
        said["scenario"] = (f"涉及您要提升的场景：{names}", None)
    if (text := _timely_text(notice, on)) is not None:
        said["timely"] = (text, None)
    if features.get("should"):
        said["should"] = ("符合您希望优先的条件", None)
    return weightiest_first(said, scored)


def _addressed(
    notice: Notice, situation: Situation, features: dict[str, float | None]
) -> dict[str, tuple[str, str | None]]:
    """Whom the notice names, as far as the enterprise is meant."""
    taxonomy = load_taxonomy()
    enterprise, result = situation.enterprise, situation.result
    said: dict[str, tuple[str, str | None]] = {}
    if features["sub_industry"] == 1.0 and enterprise and enterprise.sub_industry:
        said["sub_industry"] = (f"专门面向{taxonomy.sub_industry_name(enterprise.sub_industry)}行业", None)
    if features["level"] == 1.0 and result:
        said["level"] = (f"面向与您同为{result.level_name}的企业", None)
    if features["district"] == 1.0 and enterprise and enterprise.district:
        said["district"] = (f"面向{taxonomy.district_name(enterprise.district)}的企业", None)
    if features["size"] == 1.0 and enterprise and enterprise.size_class:
        said["size"] = (f"面向{SIZE_NAMES[enterprise.size_class]}企业", None)
    return said


def _timely_text(notice: Notice, on: date) -> str | None:
    if notice.ends_on is not None:
        days = (notice.ends_on - on).days
        return f"{notice.ends_on} 截止，" + (f"还有 {days} 天" if days else "就在今天")
    if notice.starts_on is not None and notice.starts_on >= on:
        return f"{notice.starts_on} 开始"
    return f"{notice.published_on} 发布"
