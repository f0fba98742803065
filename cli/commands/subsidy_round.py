"""``subsidy-round``: districts collect, the city reviews, what passed is paid once."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, read_budget
from cli.session import installation
from recommender.subsidy_round.views import RoundView

app = typer.Typer(help="奖补批次：开启、核对、区收集、市审核、结束、查看。", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(help="批次编号", metavar="ID")]
_City = Annotated[str, typer.Option("--actor", help="办理人：市主管部门代码，可加 :姓名")]
_District = Annotated[str | None, typer.Option("--district", help="六位区划代码", metavar="CODE")]


class Verdict(StrEnum):
    """The city's decision."""

    PASS = "pass"
    RETURN = "return"
    REFUSE = "refuse"


@app.command("open", help="开启一个批次：收哪段时间验收通过的项目。")
def open_round(
    round_id: _Id,
    name: Annotated[str, typer.Option("--name", help="批次名称")],
    first: Annotated[datetime, typer.Option("--from", formats=DAYS, help="验收日期起", metavar="DAY")],
    last: Annotated[datetime, typer.Option("--to", formats=DAYS, help="验收日期止（含）", metavar="DAY")],
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Open a round."""
    with installation(current=False) as here:
        view = here.subsidy_rounds.open(round_id, name, first.date(), last.date(), actor)
    _show(view, as_json)


@app.command(help="核对验收通过的项目，逐项给出结论；不写入。")
def check(round_id: _Id, district: _District = None, as_json: AsJson = False) -> None:
    """Check what is accepted."""
    with installation(current=False) as here:
        report = here.subsidy_rounds.check(round_id, district=district)
    if as_json:
        streams.emit(report)
        return
    from cli.views.board import show_checks

    show_checks(streams.console(), report)


@app.command(help="区收集：报送本区验收通过且核对无误的项目。")
def collect(
    round_id: _Id,
    district: Annotated[str, typer.Option("--district", help="六位区划代码", metavar="CODE")],
    project: Annotated[list[str] | None, typer.Option("--project", help="只报送这些项目（可重复）")] = None,
    note: Annotated[str | None, typer.Option("--note", help="无法判断的项目的核对说明")] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="办理人，默认该区")] = None,
    as_json: AsJson = False,
) -> None:
    """Collect a district's projects."""
    with installation(current=False) as here:
        done = here.subsidy_rounds.collect(
            round_id, district, actor or district, only=project or None, note=note
        )
    if as_json:
        streams.emit(done)
        return
    from cli.views.board import show_collected

    show_collected(streams.console(), done)


@app.command(help="市审核一个项目：通过、退回或不予奖补。")
def review(
    round_id: _Id,
    project: Annotated[str, typer.Argument(help="项目：信用代码:项目编号", metavar="PROJECT")],
    decision: Annotated[Verdict, typer.Option("--decision", help="pass 通过、return 退回、refuse 不予奖补")],
    reason: Annotated[str | None, typer.Option("--reason", help="说明；退回、不予奖补时必填")] = None,
    amount: Annotated[str | None, typer.Option("--amount", help="核定金额（元），默认可补上限")] = None,
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Review one project."""
    chosen: Decimal | None = read_budget(amount)
    with installation(current=False) as here:
        view = here.subsidy_rounds.review(
            round_id, project, decision.value, actor, reason=reason, amount_yuan=chosen
        )
    _show(view, as_json)


@app.command(help="结束批次：通过的项目记入奖补，只记一次。")
def close(round_id: _Id, actor: _City = "440100", as_json: AsJson = False) -> None:
    """Close a round."""
    with installation(current=False) as here:
        view = here.subsidy_rounds.close(round_id, actor)
    _show(view, as_json)


@app.command(help="查看批次；可另存汇总表和各区明细表。")
def show(
    round_id: _Id,
    district: _District = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存为 Excel", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a round."""
    with installation(current=False) as here:
        view = here.subsidy_rounds.show(round_id, district=district)
    if xlsx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.subsidy_round.workbook import round_workbook

        write_file(xlsx, round_workbook(view))
    _show(view, as_json)


def _show(view: RoundView, as_json: bool) -> None:
    if as_json:
        streams.emit(view)
        return
    from cli.views.board import show_round

    show_round(streams.console(), view)
