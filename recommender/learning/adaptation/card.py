"""The card of a tuned encoder: data, seed, versions and figures, for people."""

from recommender.learning.adaptation.held_out import CHOICE_WEIGHTS
from recommender.learning.adaptation.report import TrainingReport
from recommender.learning.intervals import Figure

_KINDS = {
    "need": "需求→方案",
    "outcome": "成交或验收记录→方案",
    "section": "页面段落→同页其余部分",
    "heading": "小标题→正文",
    "summary": "一句话简介→正文",
    "evidence": "案例→正文",
    "descriptor": "评测指标场景描述→达到该等级的方案",
    "pain": "场景痛点→该场景的方案",
}
_ENDS = {"time": "时间用完", "held_out": "留出集不再提升", "steps": "步数用完"}


def render_card(report: TrainingReport, *, data_note: str = "", measured_note: str = "") -> str:
    """Return the card in Markdown, Chinese with an English summary.

    Parameters
    ----------
    data_note : str
        Where the texts come from, in Chinese.
    measured_note : str
        Figures on other data, if any, in Chinese.
    """
    held, config = report.held_out, report.config
    kinds = "\n".join(f"| {_KINDS.get(kind, kind)} | {count} |" for kind, count in report.pairs.items())
    measure = "nDCG@10（95% 置信区间，按方案重抽样）"
    told = "\n\n".join(note for note in (data_note, measured_note) if note)
    choice = (
        f"| 融合（语义权重 {'、'.join(map(str, CHOICE_WEIGHTS))} 的平均） | {_told(held.choice_before)} "
        f"| {_told(held.choice_after)} | {_told(held.gain_choice)} |"
    )
    process = (
        f"种子 {report.seed}，{report.steps} 步，{report.minutes:.1f} 分钟，"
        f"{report.device}，{report.precision}，"
        f"结束原因 {_ENDS.get(report.stopped_by, report.stopped_by)}；温度 {config.temperature}，"
        f"学习率 {config.learning_rate}，每步 {config.batch} 对，插值 {report.interpolation}。"
    )
    versions = "，".join(f"{name} {number}" for name, number in sorted(report.versions.items()))
    return f"""# 文本编码模型的领域微调（增量权重）

在 {report.base_name} 上用对比学习训练最后 {config.trained_layers} 层，其余参数不变。

## 训练数据

共 {report.chunks} 个页面片段，数据指纹 `{report.data_sha256[:16]}`。

| 配对来源 | 条数 |
|---|---|
{kinds}

难负例由关键词与模型自身挖掘；同一方案、以及场景相同且得分相近的方案不作负例；没有标注的方案不作难负例。

## 留出评估

按方案留出 {held.solutions} 个方案的 {held.needs} 条需求，训练中从未出现；候选 {held.candidates} 个。
{measure}：
训练步数与插值比例在同一留出集上选定，故留出集上的提升略偏乐观。

| 通道 | 微调前 | 微调后 | 提升 |
|---|---|---|---|
| 语义 | {_told(held.dense_before)} | {_told(held.dense_after)} | {_told(held.gain_dense)} |
| 融合 | {_told(held.hybrid_before)} | {_told(held.hybrid_after)} | {_told(held.gain_hybrid)} |
{choice}
| 关键词 | {_told(held.lexical)} | 不变 | |

{told}

## 过程

{process}
基础权重 SHA-256 `{report.base_weights_sha256[:16]}`。版本：{versions}。

## In English

Top {config.trained_layers} layers of {report.base_name}, tuned contrastively for {report.steps} steps
(seed {report.seed}). Held-out nDCG@10 of the hybrid: {_told(held.hybrid_before)} before,
{_told(held.hybrid_after)} after, gain {_told(held.gain_hybrid)}.
Steps and interpolation were chosen on the same held-out solutions, so the gain is slightly optimistic.
"""


def _told(figure: Figure) -> str:
    if figure.value is None:
        return "—"
    low, high = figure.ci95
    text = f"{figure.value:.3f}"
    return text if low is None or high is None else f"{text} [{low:.3f}, {high:.3f}]"
