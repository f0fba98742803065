"""``matching-event``: create, plan and export a matching event (供需对接会), and record what came of it."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import AsJson
from cli.session import installation
from recommender.domain.matching_event import MatchingEvent
from recommender.errors import InvalidInput, MalformedRequest

app = typer.Typer(help="供需对接会：建会、排会面、导出日程、登记结果。", no_args_is_help=True)
_Id = Annotated[str, typer.Argument(help="对接会编号", metavar="ID")]


class Format(StrEnum):
    """What ``export`` writes."""

    XLSX = "xlsx"
    ICS = "ics"
    HTML = "html"
    JSON = "json"


@app.command(help="按 JSON 文件新建或更新一场对接会。")
def create(
    file: Annotated[Path, typer.Argument(help="对接会定义（JSON，UTF-8）", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Store a matching event."""
    event = MatchingEvent.model_validate(_read_json(file))
    with installation(current=False) as here, here.store.begin() as work:
        put = work.matching_events.put(event)
    if as_json:
        streams.emit({"id": event.id, "outcome": put.outcome, "revision": put.stored.revision})
        return
    word = {"created": "已新建", "updated": "已更新", "unchanged": "没有变化"}[put.outcome]
    streams.console().print(
        f"{word}：{streams.harmless(event.name)}（{event.id}），"
        f"{len(event.tables)} 桌，{len(event.attendees)} 家企业，{event.slots} 场"
    )


def _read_json(file: Path) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MalformedRequest("文件不是 UTF-8 编码", place={"file": str(file)}) from error
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("不是有效的 JSON", place={"file": str(file)}) from error


@app.command(help="从 csv、xlsx 或 jsonl 导入报名：信用代码、报名日期、可参加场次、想见和不见的单位。")
def register(
    event_id: _Id,
    file: Annotated[Path, typer.Argument(help="报名表", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不保存")] = False,
    as_json: AsJson = False,
) -> None:
    """Add or replace attendees."""
    from recommender.meeting.registrations import import_registrations

    with installation(current=False) as here:
        report = import_registrations(here.store, event_id, file, dry_run=dry_run)
    if as_json:
        streams.emit(report)
    else:
        from cli.views.matching_event import show_registrations

        show_registrations(streams.console(), report)
    if report.rows and len(report.rejected) == report.rows:
        raise typer.Exit(FAILURE)


@app.command(help="排定会面；已见面的、固定的会面保持不变。")
def plan(
    event_id: _Id,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不保存")] = False,
    from_slot: Annotated[
        int, typer.Option("--from-slot", min=1, max=48, help="从第几场起重排，之前的不动", metavar="N")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Plan a stored matching event."""
    from recommender.meeting.service import PlanRequest

    with installation() as here, streams.native_output_aside():
        schedule = here.meetings.plan(event_id, PlanRequest(dry_run=dry_run, from_slot=from_slot))
    if as_json:
        streams.emit(schedule)
        return
    from cli.views.matching_event import show_schedule

    show_schedule(streams.console(), schedule)


@app.command(help="导出日程：Excel（含结果登记表）、日历、打印页或 JSON。")
def export(
    event_id: _Id,
    file: Annotated[Path, typer.Argument(help="写到哪个文件；日历加 --each 时为文件夹", metavar="FILE")],
    file_format: Annotated[
        Format | None, typer.Option("--format", help="默认按文件扩展名", metavar="FORMAT")
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="每家企业和单位各一份日历，写入文件夹 FILE")] = False,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="第几版排期，默认最新", metavar="N")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Export the schedule as it may be shown today."""
    from recommender.meeting.calendars import calendar_of, calendars_of_all, file_names
    from recommender.meeting.page import render_schedule_page
    from recommender.meeting.workbook import schedule_workbook

    chosen = Format.ICS if each else file_format or _by_ending(file)
    with installation(current=False) as here:
        event, schedule = here.meetings.schedule(event_id, version)
    if each:
        calendars = calendars_of_all(event, schedule)
        file.mkdir(parents=True, exist_ok=True)
        written = {file / name: calendars[party] for party, name in file_names(list(calendars)).items()}
    elif chosen is Format.XLSX:
        written = {file: schedule_workbook(event, schedule)}
    elif chosen is Format.ICS:
        written = {file: calendar_of(event, schedule)}
    elif chosen is Format.HTML:
        written = {file: render_schedule_page(event, schedule).encode()}
    else:
        written = {file: schedule.model_dump_json().encode()}
    for path, content in written.items():
        path.write_bytes(content)
    report = {"id": event_id, "version": schedule.version, "format": chosen, "files": [*map(str, written)]}
    if as_json:
        streams.emit({**report, "meetings": len(schedule.meetings), "withheld": schedule.withheld})
        return
    streams.console().print(
        f"已导出第 {schedule.version} 版排期（{len(schedule.meetings)} 次会面）到 {file}", soft_wrap=True
    )


def _by_ending(file: Path) -> Format:
    ending = file.suffix.lower().removeprefix(".")
    if ending not in set(Format):
        raise InvalidInput(f"不支持导出为“{ending}”，请用 xlsx、ics、html 或 json", place={"file": str(file)})
    return Format(ending)


@app.command(help="导入填好的“结果登记”表，写入事件日志。")
def results(
    event_id: _Id,
    file: Annotated[Path, typer.Argument(help="导出后填好的 xlsx 文件", metavar="FILE")],
    as_json: AsJson = False,
) -> None:
    """Record what came of the meetings."""
    from recommender.meeting.workbook import read_results

    rows = read_results(file.read_bytes(), file.name)
    with installation(current=False) as here:
        report = here.meetings.record(event_id, rows)
    if as_json:
        streams.emit(report)
    else:
        from cli.views.matching_event import show_results

        show_results(streams.console(), report)
    if report.rows and not (report.inserted or report.duplicates):
        raise typer.Exit(FAILURE)
