"""``assign``: who could work with whom in a batch, within the units' capacities."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli import streams
from cli.options import AsJson
from cli.session import installation
from recommender.assignment.problem import Objective
from recommender.assignment.request import AssignmentRequest
from recommender.assignment.stable import Proposing
from recommender.errors import InvalidInput


def assign(  # noqa: PLR0913, PLR0917 - one parameter for each option
    enterprise: Annotated[
        list[str] | None,
        typer.Option("--enterprise", help="只安排这些企业，可重复；默认为所有同意展示的", metavar="USCC"),
    ] = None,
    sub_industry: Annotated[
        str | None, typer.Option("--sub-industry", help="只安排这个细分行业的企业", metavar="CODE")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="只安排这个区的企业", metavar="CODE")
    ] = None,
    vendor: Annotated[
        list[str] | None,
        typer.Option("--vendor", help="服务商也参加，可重复；名额用 --capacity 写明", metavar="ID"),
    ] = None,
    objective: Annotated[
        Objective,
        typer.Option("--objective", help="求什么：预期撮合最多、兼顾各单位（纳什福利），或稳定匹配"),
    ] = Objective.EXPECTED_MATCHES,
    proposing: Annotated[
        Proposing, typer.Option("--proposing", help="稳定匹配由哪一方提出，对提出方最有利")
    ] = Proposing.ENTERPRISE,
    share_cap: Annotated[
        float | None, typer.Option("--share-cap", help="单家单位最多占本批的份额，如 0.3", metavar="SHARE")
    ] = None,
    floor_new: Annotated[
        int, typer.Option("--floor-new", min=0, help="每家新单位至少安排几家", metavar="N")
    ] = 0,
    capacity: Annotated[
        list[str] | None,
        typer.Option(
            "--capacity", help="代替登记的名额，可重复：单位=最多，或单位=最少:最多", metavar="ID=MAX"
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="抽签种子", metavar="N")] = None,
    compare_to: Annotated[
        str | None, typer.Option("--compare-to", help="与这次分配对照", metavar="ASSIGNMENT_ID")
    ] = None,
    commit: Annotated[bool, typer.Option("--commit", help="提交撮合建议；默认只试算")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="另存为 Excel 工作簿", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Assign a stored batch; a dry run unless told to commit."""
    given: dict[str, Any] = {
        "enterprises": enterprise,
        "sub_industry": sub_industry,
        "district": district,
        "vendors": vendor,
        "share_cap": share_cap,
        "capacities": dict(map(_limits, capacity)) if capacity else None,
        "seed": seed,
        "compare_to": compare_to,
    }
    # Checked before anything is opened, so that a slip of the pen is told at once.
    request = AssignmentRequest.model_validate(
        {name: value for name, value in given.items() if value is not None}
        | {"objective": objective, "proposing": proposing, "floor_new": floor_new, "dry_run": not commit}
    )
    with installation() as here, streams.native_output_aside():
        made = here.assignments.propose(request)
    if out is not None:
        from recommender.assignment.workbook import assignment_workbook

        _write(out, assignment_workbook(made))
    if as_json:
        streams.emit(made)
        return
    from cli.views.assignment import show_assignment

    show_assignment(streams.console(), made)


def _limits(text: str) -> tuple[str, dict[str, int]]:
    unit, _, limits = text.partition("=")
    low, colon, high = limits.partition(":")
    try:
        return unit, {"min": int(low), "max": int(high)} if colon else {"max": int(low)}
    except ValueError as error:
        raise typer.BadParameter(
            f"“{text}”应写成 单位=最多 或 单位=最少:最多，如 SYN-L01=20", param_hint="--capacity"
        ) from error


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"无法写入 {out}：{error.strerror}", place={"file": str(out)}) from error
