"""The health report: what to do first, then the figures."""

from rich.console import Console

from cli.views.text import heading, measured, paragraph, table
from recommender.exposure.report import SliceKind
from recommender.health.report import TARGET_NAMES, VERDICT_NAMES, HealthReport, Verdict

_STYLES = {Verdict.NORMAL: "good", Verdict.NOTICE: "note", Verdict.ALARM: "bad", Verdict.UNKNOWN: "quiet"}
_MOST_FINDINGS = 30


def show_health(console: Console, report: HealthReport) -> None:
    """Print the report."""
    heading(
        console,
        f"运行体检 {report.since} 至 {report.until}"
        f"（对照 {report.reference_since} 至 {report.reference_until}）",
    )
    console.print(f"总评：{VERDICT_NAMES[report.verdict]}", style=_STYLES[report.verdict])
    for finding in report.findings[:_MOST_FINDINGS]:
        text = f"! {VERDICT_NAMES[finding.verdict]}：{finding.advice}"
        paragraph(console, text, hang=2, style=_STYLES[finding.verdict])
    if (more := len(report.findings) - _MOST_FINDINGS) > 0:
        console.print(f"另有 {more} 条，见 --json 或 --html。", style="quiet")
    _volume(console, report)
    _calibration(console, report)
    _coverage(console, report)
    _drift(console, report)
    _versions(console, report)
    console.print()
    for note in report.notes:
        paragraph(console, f"· {note}", hang=2, style="quiet")


def _volume(console: Console, report: HealthReport) -> None:
    heading(console, "量与记录")
    numbers = ("份数", "降级", "报告看到", "有结果", "仍可能有", "位置有随机")
    rows = table("清单", "时段", *numbers, numbers=frozenset(numbers))
    for line in report.volume:
        rows.add_row(
            TARGET_NAMES[line.target],
            "近期" if line.period == "recent" else "对照",
            str(line.lists),
            measured(line.degraded, ".0%"),
            measured(line.reported, ".0%"),
            "—" if line.with_outcome is None else str(line.with_outcome),
            "—" if line.waiting is None else str(line.waiting),
            measured(line.varied, ".0%"),
        )
    console.print(rows)


def _calibration(console: Console, report: HealthReport) -> None:
    heading(console, "预测与实际（期限已满、有人看到）")
    numbers = ("条数", "偏差", "Brier", "ECE")
    rows = table("预测", *numbers, "判断", numbers=frozenset(numbers))
    for line in report.calibration:
        if line.kind is SliceKind.ALL:
            rows.add_row(
                f"{line.title}",
                str(line.lines),
                measured(line.gap, "+.3f"),
                measured(line.brier, ".3f"),
                measured(line.ece, ".3f"),
                VERDICT_NAMES[line.verdict] if line.is_probability or not line.lines else "不是概率",
            )
    console.print(rows)


def _coverage(console: Console, report: HealthReport) -> None:
    heading(console, "覆盖与新入池")
    numbers = ("可推荐", "展示过", "前列", "被联系", "基尼", "新入池实得÷应得")
    rows = table("清单", *numbers, "判断", numbers=frozenset(numbers))
    for line, new in zip(report.coverage, report.newcomers, strict=True):
        rows.add_row(
            TARGET_NAMES[line.target],
            *(str(count) for count in (line.pool, line.shown, line.in_top, line.contacted)),
            measured(line.gini, ".2f"),
            measured(new.ratio, ".2f"),
            f"{VERDICT_NAMES[line.verdict]}／{VERDICT_NAMES[new.verdict]}",
        )
    console.print(rows)


def _drift(console: Console, report: HealthReport) -> None:
    heading(console, "特征漂移（全部企业）")
    numbers = ("PSI", "没有值", "均值的变化")
    rows = table("清单", "特征", *numbers, "判断", numbers=frozenset(numbers))
    for line in report.drift:
        if line.kind is SliceKind.ALL:
            rows.add_row(
                TARGET_NAMES[line.target],
                line.title,
                "—" if line.psi is None else f"{line.psi:.2f}",
                f"{line.reference_unknown:.0%}→{line.unknown:.0%}",
                measured(line.change, "+.3f"),
                VERDICT_NAMES[line.verdict],
            )
    console.print(rows)


def _versions(console: Console, report: HealthReport) -> None:
    heading(console, "谁在服务")
    for one in report.versions:
        if one.kind != "index":
            told = f"{TARGET_NAMES[one.target]}：{one.version}，{one.lists} 份（{one.share:.0%}）"
            paragraph(console, told, hang=2)
    if report.index_age_days is not None:
        console.print(f"现用索引已服务 {report.index_age_days:.1f} 天")
