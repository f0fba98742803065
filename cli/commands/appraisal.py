"""``appraisal``: 绩效考评 of lead units and vendors, from opening to the decided appeal."""

import json
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import DAYS, AsJson, end_of
from cli.session import installation
from recommender.appraisal.views import AppraisalView
from recommender.errors import InvalidInput, MalformedRequest

app = typer.Typer(help="绩效考评：开启、评分、试算、公布、申诉、导出。", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(help="考评编号", metavar="ID")]
_Unit = Annotated[str, typer.Argument(help="被考评单位的编号", metavar="UNIT")]
_City = Annotated[str, typer.Option("--actor", help="办理人：市主管部门代码，可加 :姓名")]
_Reviewer = Annotated[str, typer.Option("--reviewer", help="评审人编号", metavar="WHO")]
_Units = Annotated[list[str] | None, typer.Option("--unit", help="只办理这些单位（可重复）", metavar="UNIT")]


class SideChoice(StrEnum):
    """Who is appraised."""

    LEAD_UNIT = "lead_unit"
    VENDOR = "vendor"


class Sides(StrEnum):
    """Which side of a conflict holds."""

    THEIRS = "theirs"
    OURS = "ours"


@app.command("open", help="开启考评；同样的内容再办理一次，只添加新的评审人。")
def open_appraisal(  # noqa: PLR0913, PLR0917 - one parameter for each option
    appraisal: _Id,
    name: Annotated[str, typer.Option("--name", help="考评名称")],
    side: Annotated[SideChoice, typer.Option("--side", help="lead_unit 牵引单位、vendor 服务商")],
    first: Annotated[datetime, typer.Option("--from", formats=DAYS, help="考评期起", metavar="DAY")],
    last: Annotated[datetime, typer.Option("--to", formats=DAYS, help="考评期止（含）", metavar="DAY")],
    reviewer: Annotated[
        list[str] | None,
        typer.Option("--reviewer", help="评审人（可重复），如 E01=某大学", metavar="WHO=FROM"),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="另用的评分表（JSON），默认用自带的", metavar="FILE")
    ] = None,
    unit: _Units = None,
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Open an appraisal."""
    reviewers = dict(_pair(text, "--reviewer") for text in reviewer or ())
    document = None if sheet is None else _read_sheet(sheet)
    with installation(current=False) as here:
        view = here.appraisals.open(
            appraisal,
            name,
            side.value,
            (first.date(), last.date()),
            actor,
            reviewers=reviewers,
            sheet=document,
            units=unit or None,
        )
    _show(view, as_json)


@app.command(help="写出一位评审人的评分表（Excel），填好后用 score 导入。")
def sheet(
    appraisal: _Id,
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 文件", metavar="FILE")],
    reviewer: _Reviewer,
    as_json: AsJson = False,
) -> None:
    """Write a reviewer's workbook."""
    from recommender.exchange.exporting import write_file

    with installation(current=False) as here:
        write_file(file, here.appraisals.workbook(appraisal, reviewer))
    _written(file, as_json=as_json)


@app.command(help="导入一位评审人填好的评分表；有误的单元格逐个说明。")
def score(
    appraisal: _Id,
    file: Annotated[Path, typer.Argument(help="填好的评分表", metavar="FILE")],
    reviewer: _Reviewer,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存")] = False,
    resolve: Annotated[
        Sides | None, typer.Option("--resolve", help="冲突怎样定：theirs 用文件，ours 留库中")
    ] = None,
    actor: Annotated[str | None, typer.Option("--actor", help="办理人，默认评审人自己")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a reviewer's workbook."""
    from recommender.exchange.conflicts import resolver

    with installation(current=False) as here:
        report = here.appraisals.take_workbook(
            appraisal, reviewer, file, actor=actor, dry_run=dry_run, resolve=resolver(resolve)
        )
    if as_json:
        streams.emit(report)
    else:
        from cli.views.appraisal import show_taken

        show_taken(streams.console(), report)
    if report.rows and report.rejected == report.rows:
        raise typer.Exit(FAILURE)


@app.command(help="列出考评，或查看一次考评；--draft 看未公布的试算结果。")
def show(
    appraisal: Annotated[str | None, typer.Argument(help="考评编号，不写则列出全部", metavar="ID")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="试算未公布的结果，只供市主管部门")] = False,
    actor: _City = "440100",
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=DAYS, help="截至哪天（含），默认现在", metavar="DAY"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show appraisals."""
    moment = end_of(as_of)
    with installation(current=False) as here:
        if appraisal is not None:
            service = here.appraisals
            view = service.draft(appraisal, actor, moment) if draft else service.show(appraisal, moment)
            _show(view, as_json)
            return
        heads = here.appraisals.listing(moment)
    if as_json:
        streams.emit({"items": [head.model_dump(mode="json") for head in heads]})
        return
    from cli.views.appraisal import show_appraisals

    show_appraisals(streams.console(), heads)


@app.command(help="单位提交自评（可选）。")
def report(
    appraisal: _Id,
    unit: _Unit,
    text: Annotated[str, typer.Option("--text", help="自评内容")],
    actor: Annotated[str | None, typer.Option("--actor", help="办理人，默认该单位")] = None,
    as_json: AsJson = False,
) -> None:
    """Take a unit's report on itself."""
    with installation(current=False) as here:
        _show(here.appraisals.report(appraisal, unit, text, actor or unit), as_json)


@app.command(help="公布结果；评分人数不足的单位不能公布。")
def publish(appraisal: _Id, unit: _Units = None, actor: _City = "440100", as_json: AsJson = False) -> None:
    """Publish results."""
    with installation(current=False) as here:
        _show(here.appraisals.publish(appraisal, actor, unit or None), as_json)


@app.command(help="单位在申诉期内对具体评分项申诉。")
def appeal(
    appraisal: _Id,
    unit: _Unit,
    item: Annotated[list[str], typer.Option("--item", help="评分项代码（可重复）", metavar="CODE")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    actor: Annotated[str | None, typer.Option("--actor", help="办理人，默认该单位")] = None,
    as_json: AsJson = False,
) -> None:
    """Appeal against items."""
    with installation(current=False) as here:
        _show(here.appraisals.appeal(appraisal, unit, item, reason, actor or unit), as_json)


@app.command(help="决定申诉；决定人不能是为该单位评过分的人。")
def decide(
    appraisal: _Id,
    unit: _Unit,
    upheld: Annotated[bool, typer.Option("--upheld/--refused", help="支持，或不支持申诉")],
    reason: Annotated[str, typer.Option("--reason", help="理由")],
    actor: Annotated[str, typer.Option("--actor", help="决定人，如 440100:姓名")],
    points: Annotated[
        list[str] | None, typer.Option("--points", help="更正后的得分（可重复）", metavar="CODE=N")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Decide an appeal."""
    changed = {code: _number(text) for code, text in (_pair(pair, "--points") for pair in points or ())}
    with installation(current=False) as here:
        view = here.appraisals.decide(appraisal, unit, actor, upheld=upheld, reason=reason, points=changed)
    _show(view, as_json)


@app.command(help="考评结果另存为 Excel 或 Word（按扩展名），按名次和等级。")
def export(
    appraisal: _Id,
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 或 docx 文件", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Write the results."""
    from recommender.appraisal.tables import result_document, result_workbook
    from recommender.exchange.exporting import write_file

    if file.suffix.lower() not in {".xlsx", ".docx"}:
        raise InvalidInput("文件应为 .xlsx 或 .docx", place={"file": str(file)})
    with installation(current=False) as here:
        view = here.appraisals.show(appraisal)
    word = file.suffix.lower() == ".docx"
    write_file(file, result_document(view, view.as_of) if word else result_workbook(view))
    _written(file, as_json=as_json)


@app.command(help="最终结果建议的后续处理，由人决定，不会自动执行。")
def consequences(as_json: AsJson = False) -> None:
    """Show what final grades propose."""
    with installation(current=False) as here:
        found = here.appraisals.consequences()
    if as_json:
        streams.emit({"items": [one.model_dump(mode="json") for one in found]})
        return
    for one in found:
        streams.console().print(f"{one.name}（{one.unit}）：{one.reason}", soft_wrap=True)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise typer.BadParameter(f"“{text}”应写成 名称=内容", param_hint=option)
    return name, value


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise typer.BadParameter(f"“{text}”不是分数", param_hint="--points") from error


def _read_sheet(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MalformedRequest("文件无法读取", place={"file": str(file)}) from error
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("不是有效的 JSON", place={"file": str(file)}) from error
    if not isinstance(document, dict):
        raise MalformedRequest("评分表应为 JSON 对象", place={"file": str(file)})
    return document


def _written(file: Path, *, as_json: bool) -> None:
    if as_json:
        streams.emit({"file": str(file)})
    else:
        streams.console().print(f"已写出 {file}", soft_wrap=True)


def _show(view: AppraisalView, as_json: bool) -> None:
    if as_json:
        streams.emit(view)
        return
    from cli.views.appraisal import show_appraisal

    show_appraisal(streams.console(), view)
