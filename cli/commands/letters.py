"""``letter``: Word documents for an enterprise and for a district."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson, EnterpriseCode
from cli.session import installation, read_settings
from recommender.store import Store

app = typer.Typer(help="生成 Word 文件：评测结果告知书、区汇总表、办理和催办通知。", no_args_is_help=True)
_File = Annotated[Path, typer.Argument(help="写到哪个 docx 文件", metavar="FILE")]


@app.command(help="一家企业的评测结果告知书：等级、得分、差距、下一步。")
def result(enterprise: EnterpriseCode, file: _File, as_json: AsJson = False) -> None:
    """Write the result letter of the newest diagnosis."""
    from cli.commands.diagnose import newest_diagnosis
    from recommender.exchange.exporting import write_file
    from recommender.letters import result_letter

    store = Store.open(read_settings())
    try:
        firm, diagnosis = newest_diagnosis(store, enterprise)
        write_file(file, result_letter(firm, diagnosis, store.clock()))
    finally:
        store.dispose()
    _told(file, as_json=as_json)


@app.command(help="一个区的企业、评测和等级汇总表。")
def district(
    name: Annotated[str, typer.Argument(help="区的名称或代码", metavar="DISTRICT")],
    file: _File,
    as_json: AsJson = False,
) -> None:
    """Write the summary table of a district."""
    from recommender.exchange.exporting import write_file
    from recommender.letters import district_summary, summary_document

    store = Store.open(read_settings())
    try:
        write_file(file, summary_document(district_summary(store, name), store.clock()))
    finally:
        store.dispose()
    _told(file, as_json=as_json)


@app.command(help="办理通知：申报、申报退回、备案退回、验收、逾期催办、奖补结果。")
def notice(
    kind: Annotated[
        str, typer.Argument(help="哪种通知，如 overdue 或 逾期催办通知；写错时列出全部", metavar="KIND")
    ],
    enterprise: EnterpriseCode,
    file: _File,
    project: Annotated[
        str | None,
        typer.Option("--project", help="项目编号或签约单位编号；多个项目都符合时要写", metavar="ID"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a notice of the course; one that makes no sense now is refused."""
    from recommender.exchange.exporting import write_file
    from recommender.letters.notice import load_notices, notice_letter

    chosen = load_notices().named(kind)
    with installation(current=False) as here:
        write_file(file, notice_letter(here.course.case_file(enterprise), chosen, project))
    _told(file, as_json=as_json)


def _told(file: Path, *, as_json: bool) -> None:
    if as_json:
        streams.emit({"file": str(file)})
    else:
        streams.console().print(f"已写出 {file}", soft_wrap=True)
