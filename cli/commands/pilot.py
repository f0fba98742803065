"""``pilot``: the whole pilot once through, simulated, and the closing report."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, end_of
from cli.session import installation, read_settings
from recommender.errors import InvalidInput

app = typer.Typer(help="试点演练（模拟）和结题报告。", no_args_is_help=True)


@app.command(
    help="从空的安装目录走完整个试点：入池、遴选、测评、匹配、改造、验收、两轮奖补、遴选成果。全部为模拟。"
)
def run(
    home: Annotated[Path, typer.Option("--home", help="空的安装目录", metavar="DIR")],
    enterprises: Annotated[int, typer.Option("--enterprises", min=1, max=3_000, help="企业数")] = 360,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；同一种子得到同样的数字")] = 202_611,
    as_json: AsJson = False,
) -> None:
    """Run the pilot."""
    from cli.progress import progress
    from recommender.pilot_run.running import run_pilot

    settings = read_settings().model_copy(update={"home": home, "database_url": None})
    with progress() as told:
        done = run_pilot(
            settings,
            enterprises=enterprises,
            seed=seed,
            told=lambda _, share: told.stage("pilot", round(share * 100), 100),
        )
    if as_json:
        streams.emit(done)
        return
    console = streams.console()
    console.print(
        f"演练完成：{done.enterprises} 家企业，{done.first_day} 至 {done.last_day}，{done.events} 个事件"
    )
    console.print(f"各环节拒绝的申请（按代码）：{done.refused or '无'}")
    console.print(f"看结题报告：SMEMATCH_HOME={home} smematch pilot report 结题报告.html")


@app.command(help="写出结题报告：.html、.docx 或 .xlsx；不写文件名时输出数字。")
def report(
    file: Annotated[Path | None, typer.Argument(help="文件", metavar="[FILE]")] = None,
    as_of: Annotated[datetime | None, typer.Option("--as-of", formats=DAYS, help="截至哪天（含）")] = None,
    as_json: AsJson = False,
) -> None:
    """Write the closing report."""
    from recommender.closing.page import closing_document, closing_page, closing_workbook
    from recommender.exchange.exporting import write_file

    makers = {
        ".html": lambda found: closing_page(found).encode(),
        ".docx": closing_document,
        ".xlsx": closing_workbook,
    }
    if file is not None and file.suffix.lower() not in makers:
        raise InvalidInput("结题报告可写成 .html、.docx 或 .xlsx", place={"field": "file"})
    with installation(current=False) as here:
        found = here.closing.report(end_of(as_of))
    if file is not None:
        write_file(file, makers[file.suffix.lower()](found))
    if as_json:
        streams.emit(found)
        return
    from recommender.closing.wording import summary

    for sentence in summary(found):
        streams.console().print(sentence)
