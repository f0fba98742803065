"""``plan``: the cheapest way to a level, or the highest level within a budget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import streams
from cli.options import AsJson, EnterpriseCode, Xlsx, read_budget
from cli.session import installation
from recommender.errors import InvalidInput
from recommender.installation import Installation
from recommender.planning.plan import Objective
from recommender.planning.request import PlanRequest
from recommender.planning.serving import ServedPlan

if TYPE_CHECKING:
    from recommender.report import PlanExplanation


def plan(  # noqa: PLR0913, PLR0917 - one parameter for each option
    enterprise: EnterpriseCode,
    target_level: Annotated[
        int | None, typer.Option("--target-level", min=1, max=4, help="目标等级，默认为高一级，至少二级")
    ] = None,
    budget: Annotated[
        str | None, typer.Option("--budget", help="方案总费用的上限（元），含自办举措", metavar="YUAN")
    ] = None,
    objective: Annotated[
        Objective | None,
        typer.Option("--objective", help="求什么：费用最低、预算内等级最高，或预算和工期内提升最大"),
    ] = None,
    max_parties: Annotated[
        int | None, typer.Option("--max-parties", min=1, max=100, help="最多与几家签约", metavar="N")
    ] = None,
    max_days: Annotated[
        int | None, typer.Option("--max-days", min=1, max=3650, help="最长工期（天）", metavar="N")
    ] = None,
    probability: Annotated[
        float | None, typer.Option("--probability", help="至少以多大把握达到，0–1", metavar="P")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option("--page", help="另存可打印的说明页：.html 网页，.pdf PDF，.json 数据", metavar="FILE"),
    ] = None,
    xlsx: Xlsx = None,
    city: Annotated[
        str, typer.Option("--city", help="按哪个城市的补贴政策估算", metavar="CITY")
    ] = "guangzhou",
    discount: Annotated[
        str | None, typer.Option("--discount", help="平台或服务商让利（元）", metavar="YUAN")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Plan for a stored enterprise."""
    given: dict[str, Any] = {
        "enterprise": enterprise,
        "target_level": target_level,
        "budget_yuan": read_budget(budget),
        "objective": objective,
        "max_parties": max_parties,
        "max_days": max_days,
        "probability": probability,
        "city": city,
        "platform_discount_yuan": read_budget(discount),
    }
    # Checked before anything is opened, so that a slip of the pen is told at once.
    request = PlanRequest.model_validate({name: value for name, value in given.items() if value is not None})
    with installation(current=False) as here, streams.native_output_aside():
        made = here.planning.plan(request)
        if page is not None:
            _write_page(here, made, page)
    if xlsx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.report.tables import plan_workbook

        write_file(xlsx, plan_workbook(made))
    if as_json:
        streams.emit(made)
        return
    from cli.views.plan import show_plan

    show_plan(streams.console(), made)


def _write_page(here: Installation, made: ServedPlan, page: Path) -> None:
    explained = here.reports.explain(made)
    content = _RENDERERS.get(page.suffix.lower(), _html)(explained)
    try:
        page.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"无法写入 {page}：{error.strerror}", place={"file": str(page)}) from error


def _html(explained: "PlanExplanation") -> bytes:
    from recommender.report import render_plan_page

    return render_plan_page(explained).encode()


def _pdf(explained: "PlanExplanation") -> bytes:
    from recommender.report import render_plan_page
    from recommender.report.pdf import render_pdf

    return render_pdf(render_plan_page(explained))


def _json(explained: "PlanExplanation") -> bytes:
    return explained.model_dump_json(indent=1).encode()


#: By the ending of the file; anything else is HTML.
_RENDERERS = {".pdf": _pdf, ".json": _json}
