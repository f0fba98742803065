"""``adjustment``: measured effect, proposals, decisions and appeals."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, Xlsx, end_of
from cli.session import installation
from recommender.adjustment.service import Line

app = typer.Typer(help="动态调整：产品、服务商、牵引单位的实效、建议、决定和申诉。", no_args_is_help=True)


class Of(StrEnum):
    """Sides."""

    SOLUTION = "solution"
    VENDOR = "vendor"
    LEAD_UNIT = "lead_unit"


class What(StrEnum):
    """Decisions."""

    PROMOTE = "promote"
    WARN = "warn"
    SUSPEND = "suspend"
    CLEAR = "clear"
    DISMISS = "dismiss"


_Side = Annotated[Of, typer.Argument(help="solution 产品、vendor 服务商、lead_unit 牵引单位", metavar="SIDE")]
_Id = Annotated[str, typer.Argument(help="编号", metavar="ID")]
_Reason = Annotated[str, typer.Option("--reason", help="理由", metavar="TEXT")]
_Actor = Annotated[str, typer.Option("--actor", help="办理人：姓名，申诉时为当事单位编号", metavar="NAME")]
_AsOf = Annotated[datetime | None, typer.Option("--as-of", formats=DAYS, help="截至哪天（含）")]


@app.command("list", help="列出一类对象：实效、建议、生效的决定。")
def list_(side: _Side, as_of: _AsOf = None, xlsx: Xlsx = None, as_json: AsJson = False) -> None:
    """List a side."""
    with installation(current=False) as here:
        found = here.adjustments.listing(side.value, end_of(as_of))
    if xlsx is not None:
        from recommender.adjustment.workbook import adjustments_workbook
        from recommender.exchange.exporting import write_file

        write_file(xlsx, adjustments_workbook(found))
    if as_json:
        streams.emit(found)
        return
    from cli.views.adjustment import show_list

    show_list(streams.console(), found)


@app.command(help="看一个对象的实效、建议和决定。")
def show(side: _Side, key: _Id, as_of: _AsOf = None, as_json: AsJson = False) -> None:
    """Show one party."""
    with installation(current=False) as here:
        line = here.adjustments.show(side.value, key, end_of(as_of))
    _show(line, as_json)


@app.command(help="作出决定：promote 提升、warn 提醒、suspend 暂停、clear 解除、dismiss 不采纳建议。")
def decide(
    side: _Side,
    key: _Id,
    action: Annotated[What, typer.Argument(help="决定", metavar="ACTION")],
    reason: _Reason,
    actor: _Actor,
    as_json: AsJson = False,
) -> None:
    """Decide; it counts with the next request."""
    with installation(current=False) as here:
        line = here.adjustments.decide(side.value, key, action.value, reason, actor)
    _show(line, as_json)


@app.command(help="当事单位对提醒或暂停申诉。")
def appeal(side: _Side, key: _Id, reason: _Reason, actor: _Actor, as_json: AsJson = False) -> None:
    """Appeal."""
    with installation(current=False) as here:
        line = here.adjustments.appeal(side.value, key, reason, actor)
    _show(line, as_json)


@app.command("decide-appeal", help="决定申诉：--uphold 支持，--dismiss 维持原决定。")
def decide_appeal(
    side: _Side,
    key: _Id,
    upheld: Annotated[bool, typer.Option("--uphold/--dismiss", help="支持申诉，或维持原决定")],
    reason: _Reason,
    actor: _Actor,
    as_json: AsJson = False,
) -> None:
    """Decide an appeal."""
    with installation(current=False) as here:
        line = here.adjustments.decide_appeal(side.value, key, upheld=upheld, reason=reason, actor=actor)
    _show(line, as_json)


def _show(line: Line, as_json: bool) -> None:
    if as_json:
        streams.emit(line)
        return
    from cli.views.adjustment import show_line

    show_line(streams.console(), line)
