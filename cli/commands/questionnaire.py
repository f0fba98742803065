"""``questionnaire``: the questions of the instrument as a workbook for an owner, and back as a diagnosis."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import AsJson
from cli.session import installation
from recommender.domain import Diagnosis, Enterprise

app = typer.Typer(help="评测问卷：写出给企业填的 Excel，填好后读回为一次评测。", no_args_is_help=True)
_File = Annotated[Path, typer.Argument(help="xlsx 文件", metavar="FILE")]


@app.command(help="写出问卷；写明企业时带上名称和最近一次评测的答案。")
def write(
    file: _File,
    enterprise: Annotated[
        str | None, typer.Option("--enterprise", help="统一社会信用代码", metavar="USCC")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a questionnaire."""
    from recommender.exchange.exporting import write_file
    from recommender.exchange.questionnaire import questionnaire

    firm = newest = None
    if enterprise is not None:
        firm, newest = _stored(enterprise)
    write_file(file, questionnaire(firm, newest))
    if as_json:
        streams.emit({"file": str(file), "enterprise": enterprise})
    else:
        streams.console().print(f"已写出问卷 {file}", soft_wrap=True)


@app.command(help="读回填好的问卷；有错时逐格说明，不写入。")
def read(
    file: _File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a filled questionnaire and store it as a diagnosis."""
    from recommender.exchange.questionnaire import read_questionnaire

    found = read_questionnaire(file)
    stored = False
    if found.diagnosis is not None and not dry_run:
        with installation(current=False) as here:
            with here.store.begin() as work:
                work.diagnoses.put(found.diagnosis)
            here.keeper.refresh()
        stored = True
    if as_json:
        streams.emit({**found.model_dump(mode="json"), "stored": stored})
    else:
        console = streams.console()
        for fault in found.faults:
            console.print(
                f"{fault.sheet} 第 {fault.row} 行 {fault.column or ''}：{fault.detail}", soft_wrap=True
            )
        if found.diagnosis is not None:
            state = "已保存" if stored else "检查无误，未保存"
            left = f"，还有 {len(found.unanswered)} 项没有填" if found.unanswered else ""
            console.print(f"评测 {found.diagnosis.id} {state}{left}")
    if found.faults:
        raise typer.Exit(FAILURE)


def _stored(uscc: str) -> tuple[Enterprise, Diagnosis | None]:
    from recommender.matching.unknown import UnknownEnterprise

    with installation(current=False) as here, here.store.read() as work:
        firm, newest = work.enterprises.get(uscc), work.diagnoses.latest(uscc)
    if firm is None:
        raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "enterprise"})
    return firm.record, newest.record if newest else None
