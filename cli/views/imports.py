"""Reports of imports: counts of each file, then every row that a person should look at."""

from pathlib import Path

from rich.console import Console
from rich.text import Text

from cli.streams import harmless
from cli.views.text import heading, paragraph, table
from recommender.errors import SmematchError
from recommender.exchange import ImportReport, Kind
from recommender.exchange.cells import shown

_COUNTS = ("行数", "新建", "更新", "未变", "重复", "冲突", "拒绝", "提醒")
_MOST_FINDINGS = 40


def show_imports(
    console: Console, kind: Kind, done: list[tuple[Path, ImportReport | SmematchError]], *, dry_run: bool
) -> None:
    """Print what became of the files."""
    heading(console, f"导入{kind.label}{'（试运行，未保存）' if dry_run else ''}")
    counts = table("文件", *_COUNTS, numbers=frozenset(_COUNTS))
    for path, report in done:
        name = Text(harmless(path.name))
        if isinstance(report, SmematchError):
            counts.add_row(name, *["—"] * len(_COUNTS))
            continue
        figures = (
            report.rows,
            report.created,
            report.updated,
            report.unchanged,
            report.skipped,
            report.conflicting,
            report.rejected,
            report.warnings,
        )
        counts.add_row(name, *(str(figure) for figure in figures))
    console.print(counts)
    for path, report in done:
        if isinstance(report, SmematchError):
            paragraph(console, f"{path.name}：{report.detail}", style="bad")
            continue
        if report.reported:
            _findings(console, report)
        if report.conflicts:
            _conflicts(console, report)


def _conflicts(console: Console, report: ImportReport) -> None:
    heading(console, "冲突：两边都改过，没有写入，请决定（--conflicts 写成表，--resolve 带回决定）")
    rows = table("行", "编号", "字段", "导出时", "库中现在", "文件里", numbers=frozenset({"行"}))
    for conflict in report.conflicts[:_MOST_FINDINGS]:
        base = "（无从核对）" if conflict.base is None else shown(conflict.base)
        sides = (base, shown(conflict.stored), shown(conflict.file))
        rows.add_row(str(conflict.row), conflict.key, conflict.title, *(Text(harmless(s)) for s in sides))
    console.print(rows)


def _findings(console: Console, report: ImportReport) -> None:
    console.print()
    for finding in report.reported[:_MOST_FINDINGS]:
        where = [f"第{finding.row}行"] if finding.row else ["整个文件"]
        where += [part for part in (finding.column, finding.value) if part]
        line = Text(harmless(" · ".join(where)), style="quiet")
        line.append(f"：{harmless(finding.detail)}", style="bad" if finding.severity == "error" else "note")
        paragraph(console, line, hang=2)
    left = len(report.reported) - _MOST_FINDINGS + report.left_off
    if left > 0:
        console.print(f"……另有 {left} 处，加 --json 可看到全部", style="quiet")
