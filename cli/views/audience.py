"""Whom a notice concerns: counts, and the enterprises that it says most to."""

from collections.abc import Mapping

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.matching.notices import Audience


def show_audience(console: Console, answer: Audience) -> None:
    """Print counts by district and sub-industry, then the first enterprises with the weightiest reason."""
    heading(console, f"{answer.name}：涉及哪些企业")
    paragraph(console, f"{answer.enterprises} 家企业中有 {answer.concerned} 家符合条件")
    for title, counts in (("按区", answer.by_district), ("按细分行业", answer.by_sub_industry)):
        if counts:
            paragraph(console, f"{title}：{_counted(counts)}", style="quiet")
    if not answer.first:
        return
    rows = table("企业", "所在区", "细分行业", "契合度", "主要理由")
    for one in answer.first:
        reason = one.reasons[0].text if one.reasons else ""
        rows.add_row(
            named(one.name, one.synthetic_mark),
            one.district or "未填写",
            one.sub_industry or "未填写",
            f"{one.score:.3f}",
            reason,
        )
    console.print(rows)


def _counted(counts: Mapping[str, int]) -> str:
    return "、".join(f"{name} {number}" for name, number in counts.items())
