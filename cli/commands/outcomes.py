"""``outcomes``: candidates for cases, products and districts, and the decisions on them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.session import installation
from recommender.outcomes.service import ChosenList

app = typer.Typer(help="成果遴选：标杆案例、优秀产品、区域样本。", no_args_is_help=True)


class Kind(StrEnum):
    """Kinds of outcomes."""

    BENCHMARK_CASE = "benchmark_case"
    EXCELLENT_PRODUCT = "excellent_product"
    DISTRICT_SAMPLE = "district_sample"


_Kind = Annotated[Kind, typer.Argument(help="成果种类", metavar="KIND")]
_City = Annotated[str, typer.Option("--actor", help="办理人：市主管部门代码，可加 :姓名")]


@app.command("candidates", help="按成效排出候选，附证据清单。")
def list_candidates(
    kind: _Kind,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存为 Excel", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """List candidates."""
    with installation(current=False) as here:
        found = here.outcomes.candidates(kind.value)
    if xlsx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.outcomes.workbook import candidates_workbook

        write_file(xlsx, candidates_workbook(found))
    if as_json:
        streams.emit(found)
        return
    from cli.views.board import show_candidates

    show_candidates(streams.console(), found)


@app.command(help="选定一个候选；加 --remove 撤下。")
def select(
    kind: _Kind,
    candidate: Annotated[str, typer.Argument(help="候选编号", metavar="ID")],
    reason: Annotated[str | None, typer.Option("--reason", help="说明；撤下时必填")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="撤下")] = False,
    actor: _City = "440100",
    as_json: AsJson = False,
) -> None:
    """Choose or take back."""
    with installation(current=False) as here:
        service = here.outcomes
        if remove:
            found = service.remove(kind.value, candidate, actor, reason or "")
        else:
            found = service.select(kind.value, candidate, actor, reason)
    _show(found, as_json)


@app.command("list", help="列出已选定的成果。")
def list_chosen(as_json: AsJson = False) -> None:
    """List what stands chosen."""
    with installation(current=False) as here:
        found = here.outcomes.chosen()
    _show(found, as_json)


def _show(found: ChosenList, as_json: bool) -> None:
    if as_json:
        streams.emit(found)
        return
    from cli.views.board import show_chosen

    show_chosen(streams.console(), found)
