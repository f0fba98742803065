"""The board, rounds and candidates in a terminal."""

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.learning.intervals import Figure
from recommender.outcomes.board import Board
from recommender.outcomes.service import CandidateList, ChosenList
from recommender.subsidy_round.views import CheckReport, Collected, RoundView

_MOST = 60


def told(figure: Figure | None, form: str = ".0f") -> str:
    """Return a figure with its interval; a dash where there is none."""
    if figure is None or figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f" [{low:{form}}, {high:{form}}]"
    return f"{figure.value:{form}}{interval}"


def show_board(console: Console, board: Board) -> None:
    """Print the board."""
    heading(console, f"试点目标进展（截至 {board.today}）")
    rows = table("目标", "目标数", "完成", "期限", "按速度", "按在办", numbers=frozenset({"目标数", "完成"}))
    for line in board.targets:
        value = str(line.value) if line.at_due is None else f"{line.value}（到期时 {line.at_due}）"
        pace = line.pace.total if line.pace else None
        pipeline = line.pipeline.total if line.pipeline else None
        rows.add_row(line.title, str(line.goal), value, f"{line.due_on}", told(pace), told(pipeline))
    console.print(rows)
    paragraph(
        console,
        f"列入名单 {board.enterprises_listed} 家；项目 {board.projects_signed} 个，"
        f"验收通过 {board.projects_accepted} 个，退出 {board.projects_withdrawn} 个；"
        f"已奖补 {board.enterprises_paid} 家、{board.subsidy_paid_yuan:,.2f} 元",
    )
    for note in (*board.notes, board.notice):
        paragraph(console, f"· {note}", hang=2, style="quiet")


def show_round(console: Console, view: RoundView) -> None:
    """Print a round."""
    ended = f"，{view.closed_on} 结束" if view.closed_on else ""
    heading(console, f"{view.name}（{view.id}）：{view.projects} 个项目，{view.amount_yuan:,.2f} 元{ended}")
    rows = table("项目", "企业", "区", "状态", "金额（元）", numbers=frozenset({"金额（元）"}))
    for row in view.rows[:_MOST]:
        name = named(row.enterprise_name, row.mark)
        rows.add_row(row.key, name, row.district_name, row.state_name, f"{row.amount_yuan:,.2f}")
    console.print(rows)
    for text in view.irregular:
        paragraph(console, f"! {text}", hang=2, style="note")


def show_checks(console: Console, report: CheckReport) -> None:
    """Print what the checks found, only what is not passed."""
    heading(console, f"核对 {len(report.items)} 个验收通过的项目")
    for item in report.items[:_MOST]:
        amount = "—" if item.amount_yuan is None else f"{item.amount_yuan:,.2f} 元"
        console.print(named(f"{item.key} {item.enterprise_name}：可补 {amount}", item.mark))
        for finding in item.findings:
            if finding.outcome != "passed":
                style = "bad" if finding.outcome == "failed" else "note"
                paragraph(console, f"· {finding.title}：{finding.text}", by=2, hang=2, style=style)


def show_collected(console: Console, done: Collected) -> None:
    """Print what a district's collecting came to."""
    console.print(
        f"报送 {len(done.collected)} 个，已在批次中 {len(done.unchanged)} 个，未报送 {len(done.held)} 个"
    )
    for held in done.held[:_MOST]:
        paragraph(console, f"· {held.key} {held.enterprise_name}：{'；'.join(held.why)}", hang=2, style="bad")


def show_candidates(console: Console, found: CandidateList) -> None:
    """Print candidates, best first."""
    heading(console, f"{found.title}候选：目标 {found.goal}，已选定 {found.chosen}")
    rows = table(
        "名次", "编号", "名称", "得分", "等级提升", "满意度", "说明", numbers=frozenset({"名次", "得分"})
    )
    for one in found.items[:_MOST]:
        word = "已选定" if one.chosen else one.blocked or ("建议" if one.proposed else "")
        rows.add_row(
            str(one.rank),
            one.id,
            named(one.name, one.mark),
            "—" if one.score is None else f"{one.score:.1f}",
            told(one.figures["level_gain"], ".2f"),
            told(one.figures["satisfaction"], ".2f"),
            word,
        )
    console.print(rows)


def show_chosen(console: Console, found: ChosenList) -> None:
    """Print what stands chosen."""
    rows = table("种类", "编号", "日期", "说明")
    for one in found.items:
        rows.add_row(one.kind, one.candidate, f"{one.on}", one.reason or "")
    console.print(rows)
