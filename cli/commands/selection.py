"""``selection``: lead units are called for, apply, are scored and selected, and are replaced."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import DAYS, AsJson, end_of
from cli.session import installation
from recommender.domain.taxonomy import SubIndustry
from recommender.errors import MalformedRequest

if TYPE_CHECKING:
    from recommender.selection.offline import FormsTaken, ScoresTaken
    from recommender.selection.views import SelectionView

app = typer.Typer(help="牵引单位遴选：征集、申报、评分、决定、递补、申诉。", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(help="批次编号", metavar="ID")]
_Application = Annotated[str, typer.Argument(help="申报编号：单位编号:细分行业", metavar="APPLICATION")]
_SubIndustry = Annotated[SubIndustry, typer.Option("--sub-industry", help="细分行业代码")]
_City = Annotated[str, typer.Option("--actor", help="办理人：市主管部门代码，可加 :姓名")]
_Who = Annotated[str, typer.Option("--actor", help="办理人：单位编号，可加 :姓名", metavar="WHO")]
_Reason = Annotated[str, typer.Option("--reason", help="理由", metavar="TEXT")]
_Deviation = Annotated[
    str | None, typer.Option("--deviation-reason", help="不按排名时的理由", metavar="TEXT")
]
_File = Annotated[Path, typer.Argument(help="文件：Excel 表，或 JSON（UTF-8）", metavar="FILE")]


class Leaving(StrEnum):
    """How an office ends."""

    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    TERM_ENDED = "term_ended"


class Exported(StrEnum):
    """What can be written to a file."""

    APPLICATION_FORM = "application-form"
    SCORE_SHEET = "score-sheet"
    RESULT = "result"
    ANNOUNCEMENT = "announcement"


@app.command(
    "open",
    help="开启一个批次，JSON：name、sub_industries、modes、apply_until、score_until、term_from、term_until。",
)
def open_round(round_id: _Id, file: _File, actor: _City = "440100", as_json: AsJson = False) -> None:
    """Open a round."""
    from recommender.selection.application import Call

    call = Call.model_validate(_read(file))
    with installation(current=False) as here:
        view = here.selections.open(round_id, call, actor)
    _show(view, as_json)


@app.command(help="确定评审专家，JSON 列表：id、employer、interests。")
def experts(round_id: _Id, file: _File, actor: _City = "440100", as_json: AsJson = False) -> None:
    """Name the panel."""
    from pydantic import TypeAdapter

    from recommender.selection.application import Expert

    panel = TypeAdapter(list[Expert]).validate_python(_read(file))
    with installation(current=False) as here:
        view = here.selections.name_panel(round_id, panel, actor)
    _show(view, as_json)


@app.command("apply", help="申报或提交新版本：填好的申报表（Excel），或一份申报的 JSON。")
def hand_in(
    round_id: _Id,
    file: _File,
    actor: _Who,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不提交")] = False,
    as_json: AsJson = False,
) -> None:
    """Hand in applications."""
    with installation(current=False) as here:
        if _is_workbook(file):
            taken = here.selection_forms.take_applications(round_id, file, actor, dry_run=dry_run)
            _told_forms(taken, as_json)
            return
        from recommender.selection.application import Application

        application = Application.model_validate(_read(file))
        applied = here.selections.apply(round_id, application, actor, dry_run=dry_run)
    if as_json:
        streams.emit(applied)
    else:
        from cli.views.selection import show_applied

        show_applied(streams.console(), applied)
    if not applied.acceptable:
        raise typer.Exit(FAILURE)


@app.command(help="联合体成员确认申报里写的自己的分工。")
def confirm(round_id: _Id, application: _Application, actor: _Who, as_json: AsJson = False) -> None:
    """Confirm as a member."""
    with installation(current=False) as here:
        view = here.selections.confirm(round_id, application, actor)
    _show(view, as_json)


@app.command(help="截止前撤回申报。")
def withdraw(
    round_id: _Id, application: _Application, reason: _Reason, actor: _Who, as_json: AsJson = False
) -> None:
    """Take an application back."""
    with installation(current=False) as here:
        view = here.selections.withdraw(round_id, application, reason, actor)
    _show(view, as_json)


@app.command(help="各申报的形式检查：缺什么、与竞争方有何交叉、哪些成员没有确认。")
def check(round_id: _Id, as_json: AsJson = False) -> None:
    """Show what the form check finds."""
    with installation(current=False) as here:
        view = here.selections.show(round_id)
    entries = [entry for part in view.parts for entry in part.entries]
    if as_json:
        fields = {"key", "name", "mark", "state", "unconfirmed", "findings", "hindrances"}
        items = [entry.model_dump(mode="json", include=fields) for entry in entries]
        streams.emit({"round": round_id, "items": items})
        return
    from cli.views.selection import show_findings

    show_findings(streams.console(), entries)


@app.command(help="专家评分：填好的评分表（Excel），或 JSON 列表：application、points、comment。")
def score(
    round_id: _Id,
    file: _File,
    expert: Annotated[str, typer.Option("--expert", help="专家编号", metavar="WHO")],
    as_json: AsJson = False,
) -> None:
    """Take an expert's sheets."""
    with installation(current=False) as here:
        if _is_workbook(file):
            taken = here.selection_forms.take_scores(round_id, file, expert)
            _told_forms(taken, as_json)
            return
        from pydantic import TypeAdapter

        from recommender.selection.application import ScoreSheet

        sheets = TypeAdapter(list[ScoreSheet]).validate_python(_read(file))
        view = here.selections.score(round_id, sheets, expert)
    _show(view, as_json)


@app.command(help="查看批次：申报、排名和稳定性、决定、在任单位；不写编号则列出所有批次。")
def show(
    round_id: Annotated[str | None, typer.Argument(help="批次编号", metavar="[ID]")] = None,
    as_of: Annotated[
        datetime | None, typer.Option("--as-of", formats=DAYS, help="截至哪天（含），默认现在", metavar="DAY")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a round, or list all, now or as of a past day."""
    moment = end_of(as_of)
    with installation(current=False) as here:
        if round_id is not None:
            _show(here.selections.show(round_id, moment), as_json)
            return
        heads = here.selections.listing(moment)
    if as_json:
        streams.emit({"items": [head.model_dump(mode="json") for head in heads]})
        return
    for head in heads:
        text = f"{head.id} {head.name}：{head.applications} 份申报，{head.experts} 位专家"
        streams.console().print(text, soft_wrap=True)


@app.command(help="决定一个细分行业的入选单位并公布，推荐立即生效。")
def decide(
    round_id: _Id,
    sub_industry: _SubIndustry,
    select: Annotated[list[str], typer.Option("--select", help="入选的申报编号（可重复）")],
    reason: _Reason,
    deviation_reason: _Deviation = None,
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Decide a sub-industry."""
    with installation(current=False) as here:
        view = here.selections.decide(
            round_id, sub_industry, select, reason, actor, deviation_reason=deviation_reason
        )
    _show(view, as_json)


@app.command(help="单位退出或被取消资格，名单中的下一家递补；两者可以分开办理。")
def replace(  # noqa: PLR0913, PLR0917 - one parameter for each option
    round_id: _Id,
    sub_industry: _SubIndustry,
    reason: _Reason,
    leaving: Annotated[str | None, typer.Option("--leaving", help="退出的单位编号")] = None,
    kind: Annotated[Leaving, typer.Option("--kind", help="怎样退出")] = Leaving.WITHDRAWN,
    successor: Annotated[str | None, typer.Option("--successor", help="递补的申报编号")] = None,
    deviation_reason: _Deviation = None,
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Let a unit leave, an application move up, or both."""
    from recommender.selection.application import Replacement

    request = Replacement(
        sub_industry=sub_industry,
        reason=reason,
        leaving=leaving,
        kind=kind.value,
        successor=successor,
        deviation_reason=deviation_reason,
    )
    with installation(current=False) as here:
        view = here.selections.replace(round_id, request, actor)
    _show(view, as_json)


@app.command("end-terms", help="任期届满：结束本批次在任单位的资格。")
def end_terms(round_id: _Id, actor: _City = "440100", as_json: AsJson = False) -> None:
    """End the offices of a round."""
    with installation(current=False) as here:
        view = here.selections.end_terms(round_id, actor)
    _show(view, as_json)


@app.command(help="申诉；加 --uphold 或 --dismiss 是对申诉作出决定。")
def appeal(
    round_id: _Id,
    application: _Application,
    reason: _Reason,
    actor: _Who,
    uphold: Annotated[
        bool | None, typer.Option("--uphold/--dismiss", help="支持或驳回申诉（市主管部门）")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Appeal, or decide an appeal."""
    with installation(current=False) as here:
        if uphold is None:
            view = here.selections.appeal(round_id, application, reason, actor)
        else:
            view = here.selections.decide_appeal(
                round_id, application, upheld=uphold, reason=reason, actor=actor
            )
    _show(view, as_json)


@app.command(help="写出文件：申报表、某位专家的评分表、结果表（Excel），结果公示（Word）。")
def export(
    round_id: _Id,
    what: Annotated[Exported, typer.Argument(help="写什么")],
    file: Annotated[Path, typer.Argument(help="写到哪个文件", metavar="FILE")],
    expert: Annotated[str | None, typer.Option("--expert", help="评分表是谁的", metavar="WHO")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="申报表只要一家单位的", metavar="ID")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a file."""
    from recommender.exchange.exporting import write_file

    if what is Exported.SCORE_SHEET and expert is None:
        raise typer.BadParameter("写评分表要指明专家", param_hint="--expert")
    with installation(current=False) as here:
        if what is Exported.APPLICATION_FORM:
            data = here.selection_forms.application_form(round_id, unit)
        elif what is Exported.SCORE_SHEET:
            data = here.selection_forms.score_form(round_id, str(expert))
        elif what is Exported.RESULT:
            from recommender.selection.result_table import result_workbook

            data = result_workbook(here.selections.show(round_id))
        else:
            from recommender.letters.selection import announcement

            data = announcement(here.selections.show(round_id), here.store.clock())
        write_file(file, data)
    if as_json:
        streams.emit({"file": str(file)})
    else:
        streams.console().print(f"已写出 {file}", soft_wrap=True)


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() not in {".json", ""}


def _read(file: Path) -> Any:  # noqa: ANN401 - any JSON value
    place = {"file": str(file)}
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MalformedRequest(f"读不到文件 {file}", place=place) from error
    except UnicodeDecodeError as error:
        raise MalformedRequest("文件不是 UTF-8 编码", place=place) from error
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("不是有效的 JSON", place=place) from error


def _told_forms(taken: "FormsTaken | ScoresTaken", as_json: bool) -> None:
    if as_json:
        streams.emit(taken)
    else:
        from cli.views.selection import show_forms

        show_forms(streams.console(), taken)
    if not taken.complete:
        raise typer.Exit(FAILURE)


def _show(view: "SelectionView", as_json: bool) -> None:
    if as_json:
        streams.emit(view)
        return
    from cli.views.selection import show_selection

    show_selection(streams.console(), view)
