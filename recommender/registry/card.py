"""The card of a model: what a person should know before promoting it."""

from typing import Any

from recommender.ranking.ranking_model import RankingModel
from recommender.registry.manifest import DataFingerprint, FrozenFeatures

_KINDS = {
    "solution": "解决方案（企业看）",
    "lead_unit": "牵引单位（企业看）",
    "prospect": "企业（牵引单位看）",
}


def make_card(
    model: RankingModel,
    *,
    note: str,
    parent: RankingModel,
    features: FrozenFeatures,
    data: DataFingerprint,
    metrics: dict[str, Any],
) -> str:
    """Write the card of a model that came without one."""
    lines = [
        f"# 排序模型 {model.version}",
        "",
        note or "（没有说明）",
        "",
        "用于推荐解决方案、牵引单位和企业的次序；不决定资格，资格以官方通知为准。",
        "",
        f"## 与 {parent.version} 的差别",
        "",
        *(_changes(model, parent) or ["没有差别。"]),
        "",
        "## 特征",
        "",
        *(
            f"- {_KINDS[kind]}：{'、'.join(revisions)}（定义 {features.fingerprints[kind][:12]}）"
            for kind, revisions in features.revisions.items()
        ),
        "",
        "## 登记时的数据",
        "",
        f"解决方案 {data.solutions} 个，企业 {data.enterprises} 家，牵引单位 {data.lead_units} 家，"
        f"需求 {data.needs} 条；事件至第 {data.last_event_sequence} 号，"
        f"资料改动至第 {data.catalogue_change} 号。",
        "",
        "## 指标",
        "",
        *(_figures(metrics) or ["登记时没有附带指标，以上线关口的测量为准。"]),
    ]
    return "\n".join(lines) + "\n"


def _changes(model: RankingModel, parent: RankingModel) -> list[str]:
    changed = []
    for kind, title in _KINDS.items():
        ours, theirs = getattr(model.weights, kind), getattr(parent.weights, kind)
        changed += [
            f"- {title} {name}：{_told(theirs.get(name))} → {_told(ours.get(name))}"
            for name in sorted(ours.keys() | theirs.keys())
            if ours.get(name) != theirs.get(name)
        ]
    ours, theirs = model.fusion.weights, parent.fusion.weights
    changed += [
        f"- 文本通道 {name}：{theirs.get(name, 0):g} → {ours.get(name, 0):g}"
        for name in sorted(ours.keys() | theirs.keys())
        if ours.get(name, 0) != theirs.get(name, 0)
    ]
    if model.fusion.match != parent.fusion.match or model.fusion.calibrated != parent.fusion.calibrated:
        changed.append("- 文本匹配曲线不同")
    if model.weights.match != parent.weights.match or model.weights.thresholds != parent.weights.thresholds:
        changed.append("- 意向概率曲线或小快轻准的界限不同")
    if model.learned != parent.learned:
        changed.append("- 由推荐的结果学得的权重不同")
    return changed


def _told(prior: Any) -> str:  # noqa: ANN401 - FeaturePrior or None
    return "无" if prior is None else f"{prior.weight:g}（未知时 {prior.unknown:g}）"


def _figures(metrics: dict[str, Any], under: str = "") -> list[str]:
    lines = []
    for name, value in metrics.items():
        if isinstance(value, dict) and {"value", "ci95"} <= value.keys():
            low, high = value["ci95"]
            interval = f"，95% 区间 [{low:.4g}, {high:.4g}]" if low is not None and high is not None else ""
            told = "无" if value["value"] is None else f"{value['value']:.4g}"
            count = f"，n = {value['n']}" if "n" in value else ""
            lines.append(f"- {under}{name}：{told}{interval}{count}")
        elif isinstance(value, dict):
            lines += _figures(value, f"{under}{name} ")
    return lines
