"""``questionnaire``: the questions of the instrument for an owner, as a workbook or to print."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.session import read_settings

app = typer.Typer(help="评测问卷：写出给企业填的表；填好后用 import diagnoses 导入。", no_args_is_help=True)


@app.callback()
def questionnaire() -> None:
    """Keep ``write`` a command of its own."""


@app.command(help="写出问卷（xlsx 供填写，docx 供打印）；写明企业时带上名称和最近一次评测的答案。")
def write(
    file: Annotated[Path, typer.Argument(help="xlsx 或 docx 文件", metavar="FILE")],
    enterprise: Annotated[
        str | None,
        typer.Option("--enterprise", help="哪家企业，带出最近一次的答案，作为新的评测", metavar="USCC"),
    ] = None,
    diagnosis: Annotated[
        str | None,
        typer.Option("--diagnosis", help="要订正的评测编号，带出其日期和答案", metavar="ID"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a questionnaire."""
    from recommender.errors import InvalidInput
    from recommender.exchange.exporting import write_file
    from recommender.exchange.questionnaire import started_form
    from recommender.exchange.questionnaire_workbook import questionnaire_workbook
    from recommender.letters.questionnaire import questionnaire_document
    from recommender.store import Store

    if file.suffix.lower() not in {".xlsx", ".docx"}:
        raise InvalidInput("问卷可写成 .xlsx 或 .docx", place={"field": "file"})
    store = Store.open(read_settings())
    try:
        with store.read() as work:
            started = started_form(work, enterprise, diagnosis)
        printed = file.suffix.lower() == ".docx"
        data = questionnaire_document(started, store.clock()) if printed else questionnaire_workbook(started)
    finally:
        store.dispose()
    write_file(file, data)
    if as_json:
        streams.emit({"file": str(file), "enterprise": enterprise, "diagnosis": diagnosis})
    else:
        streams.console().print(f"已写出问卷 {file}", soft_wrap=True)
