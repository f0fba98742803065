"""A ranked list: who it is for, the items with reasons and evidence, what was left out and why."""

from typing import Any

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, named, paragraph, table
from recommender.diagnosis import load_instrument
from recommender.matching.answer import Exclusion, Item, Recommendation

_TITLES = {"solution": "推荐的解决方案", "lead_unit": "推荐的牵引单位", "prospect": "可联系的企业"}
_NONE = {"solution": "没有合适的解决方案", "lead_unit": "没有合适的牵引单位", "prospect": "没有合适的企业"}
_EXAMPLES = 2
_LONGEST_NEED = 60


def show_recommendation(
    console: Console, answer: Recommendation, *, title: str | None = None, reasons: int | None = None
) -> None:
    """Print a list as it was answered.

    Parameters
    ----------
    title : str, optional
        Heading; by default what the list is of.
    reasons : int, optional
        Most reasons of each item, for a short page; then the subject is not told either.
    """
    heading(console, title or _TITLES.get(answer.target, answer.target))
    if reasons is None and (told := described(answer.subject)):
        paragraph(console, told, style="quiet")
    if answer.degraded:
        paragraph(console, f"注意：{answer.degraded_detail or answer.degraded}", style="note")
    for item in answer.items:
        _item(console, item, reasons)
    if not answer.items:
        console.print(_NONE.get(answer.target, "没有结果"), style="note")
    show_exclusions(console, answer.excluded)
    console.print()
    tail = f"推荐编号 {answer.recommendation_id}（索引 {answer.index_version}）"
    console.print(Text(tail, style="quiet"), soft_wrap=True)


def described(subject: dict[str, Any]) -> str:
    """Say in one line for whom the list is."""
    parts = []
    if subject.get("name"):
        parts.append(str(subject["name"]))
    if subject.get("weights_from"):
        parts.append(str(subject["weights_from"]))
    if subject.get("free_capacity") is not None:
        parts.append(f"还可接 {subject['free_capacity']} 家")
    if "level_name" in subject:
        least = "至少" if subject.get("level_is_lower_bound") else "现为"
        parts.append(f"{least}{subject['level_name']}（{subject['points']} 分）")
    if "target_level" in subject:
        parts.append(f"目标{level_name(subject['target_level'])}：{shortfall(subject)}")
    if subject.get("text"):
        need = " ".join(str(subject["text"]).split())
        parts.append(f"需求“{need[:_LONGEST_NEED]}{'…' if len(need) > _LONGEST_NEED else ''}”")
    return "；".join(parts)


def level_name(level: int) -> str:
    """Return the official name of a level."""
    step = load_instrument().threshold(level)
    return step.name if step else "无等级"


def shortfall(gap: dict[str, Any]) -> str:
    """Say what is missing for a level: points, scenarios, required ones."""
    missing = []
    if gap["points_short"] not in {"0", 0}:
        missing.append(f"还差 {gap['points_short']} 分")
    if gap["scenarios_short"] or gap["required_short"]:
        missing.append(f"还差 {gap['scenarios_short']} 个场景（其中约束性 {gap['required_short']} 个）")
    return "、".join(missing) or "已达到"


def _item(console: Console, item: Item, most: int | None) -> None:
    console.print()
    head = Text(f"{item.rank:>2}  ", style="figure").append_text(named(item.name, item.synthetic_mark))
    head.append(f"  {item.score:.3f}", style="figure")
    if item.score_ci95 is not None:
        head.append(" [{:.3f}–{:.3f}]".format(*item.score_ci95), style="quiet")
    head.append(f"  {item.id}", style="quiet")
    console.print(head, soft_wrap=True)
    if facts := _facts(item.facts):
        paragraph(console, facts, by=4, style="quiet")
    if item.forward is not None and item.reverse is not None:
        both = f"企业看单位 {item.forward:.3f} · 单位看企业 {item.reverse:.3f}"
        paragraph(console, both, by=4, style="quiet")
    for reason in item.reasons[:most]:
        line = Text("· ").append(harmless(reason.text))
        paragraph(console, line.append(f" {reason.contribution:+.3f}", style="figure"), by=4, hang=2)
        if reason.evidence:
            paragraph(console, f"依据：{reason.evidence}", by=6, hang=6, style="quiet")
    for warning in item.warnings:
        # The mark beside the name says this one already.
        if not (item.synthetic_mark and warning.startswith(item.synthetic_mark)):
            paragraph(console, f"! {warning}", by=4, hang=2, style="note")


def _facts(facts: dict[str, Any]) -> str:
    shown: list[str] = [
        str(facts[name]) for name in ("provider", "mode", "price", "district") if facts.get(name)
    ]
    if facts.get("days_to_deploy") is not None:
        shown.append(f"{facts['days_to_deploy']} 天上线")
    if facts.get("payback_months") is not None:
        shown.append(f"约 {facts['payback_months']} 个月回本")
    if isinstance(facts.get("sub_industry"), str):
        shown.append(facts["sub_industry"])
    if facts.get("size_class"):
        shown.append(str(facts["size_class"]))
    if facts.get("free_capacity") is not None:
        shown.append(f"还可接 {facts['free_capacity']} 家")
    if facts.get("contact"):
        shown.append(f"联系方式：{facts['contact']}")
    return " · ".join(shown)


def show_exclusions(console: Console, excluded: tuple[Exclusion, ...]) -> None:
    """Print what the constraints left out and why."""
    if not excluded:
        return
    heading(console, "未列入的，以及原因")
    rows = table("数量", "原因", "例如", numbers=frozenset({"数量"}))
    for entry in excluded:
        names = [example.get("name", example.get("id", "")) for example in entry.examples[:_EXAMPLES]]
        more = " 等" if entry.count > len(names) and names else ""
        examples = harmless("、".join(names)) + more if names else "（不公开名单）"
        rows.add_row(str(entry.count), Text(harmless(entry.text)), Text(examples, style="quiet"))
    console.print(rows)
