"""Fields of a product, and what they hold, as reviewers read them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from recommender.domain.solution import DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy

FIELD_NAMES = {
    "name": "名称",
    "provider": "提供方",
    "summary": "一句话介绍",
    "text": "详细介绍",
    "url": "网址",
    "scenarios": "适用场景",
    "collects": "能自动采集数据的环节",
    "systems": "能提供系统的环节",
    "item_options": "网络、安全和管理项目",
    "links": "产业链环节",
    "sub_industries": "适用行业",
    "price": "报价",
    "days_to_deploy": "上线天数",
    "payback_months": "回本月数",
    "deployment": "部署方式",
    "evidence": "佐证",
    "in_scope": "面向制造企业",
    "customers": "客户",
}
_BASES = {"one_off": "一次性", "per_year": "每年"}
SEVERITY_TONES = {"error": ("bad", "须改正"), "warning": ("warn", "注意"), "suggestion": ("", "建议")}


def field_name(path: str) -> str:
    """Return the Chinese name of a field, by the first step of its path."""
    return FIELD_NAMES.get(path.partition(".")[0].partition("[")[0], path)


def told(value: object) -> str:
    """Return the value of a field in words."""
    if value is None or value in ("", [], {}):
        return "（无）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(told(one) for one in value)
    if isinstance(value, dict):
        return _entry(value)
    return _names().get(str(value), str(value))


def _entry(value: Mapping[str, Any]) -> str:
    if "low_yuan" in value:
        low, high = (Decimal(value[end]) for end in ("low_yuan", "high_yuan"))
        return f"{low:,f}～{high:,f} 元（{_BASES.get(value['basis'], value['basis'])}）"
    if "level" in value:
        return f"{told(value['scenario'])}（{value['level']} 级）"
    kept = [value[name] for name in ("scenario", "item", "letter", "name", "text") if value.get(name)]
    return "：".join(told(one) for one in kept)


def _names() -> dict[str, str]:
    taxonomy = load_taxonomy()
    return {
        **{one.code.value: one.name for one in taxonomy.scenarios},
        **{one.code.value: one.name for one in taxonomy.sub_industries},
        **{one.value: name for one, name in DEPLOYMENT_NAMES.items()},
    }
