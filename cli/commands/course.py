"""``case-file`` and ``course``: one enterprise's file, who stands where, and moving it on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import streams
from cli.options import AsJson, EnterpriseCode, read_attributes
from cli.session import installation

if TYPE_CHECKING:
    from recommender.course.case_file import CaseFile

app = typer.Typer(help="全过程：谁在哪个阶段、停留多久、是否逾期，以及办理下一步。", no_args_is_help=True)
_AsOf = Annotated[
    str | None, typer.Option("--as-of", help="截至哪天（含），或带时区的时刻；默认现在", metavar="DAY")
]


def case_file(
    enterprise: EnterpriseCode,
    as_of: _AsOf = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存 Excel", metavar="FILE")] = None,
    docx: Annotated[Path | None, typer.Option("--docx", help="另存 Word", metavar="FILE")] = None,
    html: Annotated[Path | None, typer.Option("--html", help="另存打印页（HTML）", metavar="FILE")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="另存 PDF", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one enterprise's file, now or as of a past day."""
    from recommender.course.service import read_moment
    from recommender.exchange.exporting import write_file

    moment = read_moment(as_of)
    with installation(current=False) as here:
        file = here.course.case_file(enterprise, moment)
    for path, render in ((xlsx, _xlsx), (docx, _docx), (html, _html), (pdf, _pdf)):
        if path is not None:
            write_file(path, render(file))
    if as_json:
        streams.emit(file)
        return
    from cli.views.course import show_case_file

    show_case_file(streams.console(), file)


@app.command("list", help="列出企业和项目各在哪个阶段，逾期的在前。")
def list_(
    stage: Annotated[
        str | None, typer.Option("--stage", help="只看一个阶段（代码，如 filing）", metavar="STAGE")
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看逾期的")] = False,
    district: Annotated[
        str | None, typer.Option("--district", help="只看一个区（六位区划代码）", metavar="CODE")
    ] = None,
    sub_industry: Annotated[
        str | None, typer.Option("--sub-industry", help="只看一个细分行业", metavar="CODE")
    ] = None,
    partner: Annotated[
        str | None, typer.Option("--partner", help="只看与一家牵引单位或服务商的项目", metavar="ID")
    ] = None,
    as_of: _AsOf = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存 Excel", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """List who stands where."""
    from recommender.course.service import read_moment
    from recommender.course.worklist import WorkFilter

    wanted = WorkFilter.model_validate(
        {
            "stage": stage,
            "overdue": True if overdue else None,
            "district": district,
            "sub_industry": sub_industry,
            "partner": partner,
        }
    )
    moment = read_moment(as_of)
    with installation(current=False) as here:
        found = here.course.worklist(wanted, moment)
    if xlsx is not None:
        from recommender.course.workbook import worklist_workbook
        from recommender.exchange.exporting import write_file

        write_file(xlsx, worklist_workbook(found.entries))
    if as_json:
        streams.emit(
            {
                "items": [entry.model_dump(mode="json") for entry in found.entries],
                "counts": [count.model_dump() for count in found.counts],
            }
        )
        return
    from cli.views.course import show_worklist

    show_worklist(streams.console(), found)


@app.command(help="办理一步：检查身份、次序和材料，写入事件；不齐则说明缺什么。")
def move(  # noqa: PLR0913, PLR0917 - one parameter for each option
    event: Annotated[str, typer.Argument(help="办理什么，如 pilot_applied、project_filed", metavar="EVENT")],
    enterprise: EnterpriseCode,
    role: Annotated[
        str,
        typer.Option(
            "--role", help="以什么身份：enterprise、lead_unit、vendor、district、city", metavar="ROLE"
        ),
    ],
    actor: Annotated[
        str | None, typer.Option("--actor", help="谁办理；企业身份默认为企业本人", metavar="ID")
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", help="项目编号；只有一个项目时可不写", metavar="ID")
    ] = None,
    partner: Annotated[
        str | None, typer.Option("--partner", help="签约的牵引单位或服务商", metavar="ID")
    ] = None,
    told: Annotated[
        list[str] | None,
        typer.Option("--set", help="事件内容，如 amount_yuan=200000、reason=缺声明", metavar="NAME=VALUE"),
    ] = None,
    value: Annotated[float | None, typer.Option("--value", help="金额（元）", metavar="NUMBER")] = None,
    event_id: Annotated[
        str | None, typer.Option("--event-id", help="事件编号；重复提交只办一次", metavar="ID")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move an enterprise or project on."""
    from recommender.course.moving import MoveRequest

    body: dict[str, Any] = {
        "uscc": enterprise,
        "event": event,
        "role": role,
        "actor": actor or (enterprise if role == "enterprise" else role),
        "project": project,
        "partner": partner,
        "value": value,
        "event_id": event_id,
        "attributes": read_attributes(told or []),
    }
    request = MoveRequest.model_validate(body)
    with installation(current=False) as here:
        moved = here.course.advance(request)
    if as_json:
        streams.emit(moved)
        return
    from cli.views.course import show_moved

    show_moved(streams.console(), moved)


def _xlsx(file: "CaseFile") -> bytes:
    from recommender.course.workbook import case_workbook

    return case_workbook(file)


def _docx(file: "CaseFile") -> bytes:
    from recommender.course.document import case_document

    return case_document(file)


def _html(file: "CaseFile") -> bytes:
    from recommender.course.page import render_case_page

    return render_case_page(file).encode()


def _pdf(file: "CaseFile") -> bytes:
    from recommender.course.page import render_case_page
    from recommender.report.pdf import render_pdf

    return render_pdf(render_case_page(file))
