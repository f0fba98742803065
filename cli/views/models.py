"""Ranking models: the list with its history, one model, what the gates found."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, paragraph, table
from recommender.domain.calendar import SHANGHAI
from recommender.registry.entries import ModelDetail, ModelEntry, Promotion
from recommender.registry.gate import GateFigure, GateReport, GateResult, GateStatus
from recommender.registry.promotions import Action, Change
from recommender.registry.shadow import ShadowReport

_MOST_CHANGES = 10
_ACTIONS = {Action.PROMOTE: "上线", Action.ROLLBACK: "退回"}
_SIGNS = {
    GateStatus.PASSED: ("✓", "good", "通过"),
    GateStatus.FAILED: ("✗", "bad", "不通过"),
    GateStatus.TOO_LITTLE_EVIDENCE: ("·", "note", "证据太少"),
}


def show_models(
    console: Console, entries: Sequence[ModelEntry], history: Sequence[Change], shadow: str | None
) -> None:
    """Print all versions, which one runs along, and the last changes."""
    heading(console, "排序模型")
    rows = table("", "版本", "登记", "说明")
    for entry in entries:
        made = f"{entry.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if entry.created_at else "随软件发布"
        note = Text(harmless(entry.note or ""))
        if entry.problem is not None:
            note = Text(harmless(entry.problem["detail"]), style="bad")
        sign = "→" if entry.served else "影" if entry.version == shadow else ""
        rows.add_row(sign, harmless(entry.version), made, note)
    console.print(rows)
    console.print("→ 现用，影 影子模型（排了只作比较，不展示）", style="quiet")
    if history:
        heading(console, "上线与退回")
    for change in reversed(history[-_MOST_CHANGES:]):
        paragraph(console, _told(change), hang=2)


def show_model(console: Console, detail: ModelDetail) -> None:
    """Print one version."""
    heading(console, f"{detail.version}{'（现用）' if detail.served else ''}")
    manifest = detail.manifest
    if manifest.created_at is not None:
        made = f"{manifest.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        paragraph(console, f"{made} 由 {manifest.created_by} 登记，当时现用 {manifest.parent}")
        files = "、".join(f"{name} {digest[:12]}" for name, digest in sorted(manifest.files.items()))
        paragraph(console, f"文件与登记时一致：{files}", style="quiet")
    for line in detail.card.splitlines():
        paragraph(console, line, hang=2, style="bold" if line.startswith("#") else "")


def show_report(console: Console, report: GateReport) -> None:
    """Print what the gates found."""
    heading(console, f"上线关口：{report.candidate} 对现用的 {report.served}（{report.seconds:.0f} 秒）")
    for result in report.gates:
        _show_gate(console, result)
    paragraph(console, "可以上线" if report.passed else "不能上线", style="good" if report.passed else "bad")


def show_change(console: Console, made: Promotion) -> None:
    """Print what became of a promotion or rollback."""
    if made.change is None:
        paragraph(console, f"{made.served} 已经是现用模型，没有改动")
        return
    paragraph(console, _told(made.change), style="good")
    console.print("运行中的服务会自动换上，正在处理的请求不受影响。", style="quiet")


def show_shadow(console: Console, report: ShadowReport) -> None:
    """Print how the shadow model compares."""
    heading(console, f"影子模型 {report.version}")
    paragraph(console, f"比较了 {report.lists} 份名单（{report.groups} 种需求）")
    for title, figure in (
        ("同样会列出的比例", report.overlap),
        ("共同各项的次序相关（肯德尔 τ）", report.rank_correlation),
        ("第一名不同的比例", report.first_changed),
    ):
        n = report.groups
        named = GateFigure.of("", title, figure, n)
        paragraph(console, _figure(named), hang=2)


def _show_gate(console: Console, result: GateResult) -> None:
    sign, style, told = _SIGNS[result.status]
    paragraph(console, f"{sign} {result.title}：{told}", style=style)
    paragraph(console, result.text, by=2)
    for figure in result.figures:
        paragraph(console, _figure(figure), by=2, hang=2, style="quiet")
    for note in result.notes:
        paragraph(console, f"· {note}", by=2, hang=2, style="quiet")


def _figure(figure: GateFigure) -> str:
    if figure.value is None:
        return f"{figure.title}：无"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f" [{low:.4g}, {high:.4g}]"
    return f"{figure.title}：{figure.value:.4g}{interval}（n = {figure.n}）"


def _told(change: Change) -> str:
    forced = "，越过关口" if change.forced else ""
    reason = f"：{change.reason}" if change.reason else ""
    return (
        f"{change.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} {change.by} {_ACTIONS[change.action]} "
        f"{change.previous} → {change.version}{forced}{reason}"
    )
