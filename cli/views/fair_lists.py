"""Fair lists beside today's: what they do, and the lists of the day."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, named, paragraph, table
from recommender.matching.fair_answer import FairList, FairLists, ListOutcome

_SHOWN = 5


def show_fair_lists(console: Console, answer: FairLists) -> None:
    """Print the comparison, the members of both sides, and each list of the day."""
    heading(console, f"公平名单（{answer.title}）与现行名单")
    counts = f"{len(answer.enterprises)} 家企业、{len(answer.lead_units)} 家牵引单位"
    paragraph(console, f"{counts}；另有 {answer.enterprises_left_out} 家企业未同意展示或没有可选单位")
    _comparison(console, answer.now, answer.fair)
    for warning in answer.warnings:
        paragraph(console, f"! {warning}", hang=2, style="note")
    if answer.degraded:
        paragraph(console, "注意：语义模型不可用，得分只按关键词计算", style="note")
    _members(console, "牵引单位", answer.lead_units)
    _lists(console, f"牵引单位看到的企业（{answer.on}）", answer.lead_units)
    _lists(console, f"企业看到的牵引单位（{answer.on}）", answer.enterprises)
    console.print()
    paragraph(console, "每行括号内为该家排在这一位的概率；名单按日轮换。现行推荐不受影响。", style="quiet")


def _comparison(console: Console, now: ListOutcome, fair: ListOutcome) -> None:
    rows = table("", "现行名单", "公平名单", numbers=frozenset({"现行名单", "公平名单"}))
    rows.add_row("预计匹配数", f"{now.matches:.2f}", f"{fair.matches:.2f}")
    rows.add_row("企业之间的嫉妒（对）", str(now.enterprise_envies), str(fair.enterprise_envies))
    rows.add_row("单位之间的嫉妒（对）", str(now.unit_envies), str(fair.unit_envies))
    rows.add_row("最大的嫉妒（匹配数）", f"{now.worst_envy:.4f}", f"{fair.worst_envy:.4f}")
    rows.add_row("单位最大曝光占比", f"{now.largest_unit_share:.1%}", f"{fair.largest_unit_share:.1%}")
    console.print(rows)


def _members(console: Console, title: str, members: Sequence[FairList]) -> None:
    heading(console, title)
    numbers = ("现匹配", "匹配", "现曝光", "曝光")
    rows = table("名称", *numbers, numbers=frozenset(numbers))
    for member in members:
        rows.add_row(
            named(member.name, member.synthetic_mark),
            f"{member.matches_now:.2f}",
            f"{member.matches:.2f}",
            f"{member.exposure_now:.1%}",
            f"{member.exposure:.1%}",
        )
    console.print(rows)


def _lists(console: Console, title: str, lists: Sequence[FairList]) -> None:
    heading(console, title)
    for one in lists:
        console.print(
            named(one.name, one.synthetic_mark).append(f"  {one.id}", style="quiet"), soft_wrap=True
        )
        shown = "；".join(
            f"{item.rank} {harmless(item.name)}（{item.propensity:.0%}）" for item in one.shown[:_SHOWN]
        )
        more = f"；等 {len(one.shown)} 家" if len(one.shown) > _SHOWN else ""
        paragraph(console, Text(shown + more), by=4)
