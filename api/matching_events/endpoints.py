"""Create, read, plan and export matching events, and take the results of their meetings."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import records
from api.downloads import XLSX
from api.errors import BadCursor, MalformedForm, UnsupportedMediaType
from api.imports.upload import REQUEST_BODY, Uploaded
from api.installed import Installed
from api.matching_events.schemas import (
    MatchingEventBody,
    MatchingEventList,
    MatchingEventQuery,
    ResultsBody,
)
from api.openapi import KEY_PROBLEMS, post_problems, problems
from api.preconditions import ONLY_NEW, ReadConditions, RecordExists, WriteConditions
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import MeetingSchedule
from recommender.domain.record import RecordId
from recommender.errors import Conflict, InvalidInput
from recommender.exchange.faults import (
    EmptyFile,
    MissingColumns,
    UnknownFormat,
    UnreadableEncoding,
    UnreadableTable,
    UnreadableWorkbook,
)
from recommender.matching.unknown import UnknownLeadUnit, UnknownVendor
from recommender.meeting.calendars import calendar_of
from recommender.meeting.page import PAGE, render_schedule_page
from recommender.meeting.registrations import RegistrationsReport, import_registrations
from recommender.meeting.service import (
    PinNotPossible,
    PlanRequest,
    ResultsReport,
    ScheduleMissing,
    UnknownMatchingEvent,
)
from recommender.meeting.workbook import read_results, schedule_workbook
from recommender.store import UnitOfWork
from recommender.store.repositories.matching_events import MatchingEventRepository

router = make_router("matching-events")
_Id = Annotated[RecordId, Path(description="对接会编号")]
_Version = Annotated[int | None, Query(ge=1, le=1_000_000, description="排期的版本，默认最新")]
_SCHEDULE_PROBLEMS = (UnknownMatchingEvent, ScheduleMissing, InvalidInput)


def _matching_events(work: UnitOfWork) -> MatchingEventRepository:
    return work.matching_events


@router.post(
    "/v1/matching-events",
    summary="新建一场对接会",
    response_model=MatchingEvent,
    status_code=201,
    responses=post_problems(RecordExists),
    dependencies=ONCE,
)
def post_matching_event(body: MatchingEvent, here: Installed) -> Response:
    """Create a matching event; an id that is taken is refused."""
    put = records.write(here.store, _matching_events, body.id, lambda _: body, ONLY_NEW)
    return records.put_answer(put, put.stored.record, f"/v1/matching-events/{body.id}")


@router.put(
    "/v1/matching-events/{id}",
    summary="新建或更新一场对接会",
    response_model=MatchingEvent,
    responses=records.write_responses(MatchingEvent),
)
def put_matching_event(
    id: _Id,  # noqa: A002
    body: MatchingEventBody,
    here: Installed,
    conditions: WriteConditions,
) -> Response:
    """Store a matching event: tables, slots, who comes and who wishes to meet whom."""
    key = records.agree("id", id, body.id)
    record = MatchingEvent.model_validate({**body.model_dump(), "id": key})
    put = records.write(here.store, _matching_events, key, lambda _: record, conditions)
    return records.put_answer(put, put.stored.record, f"/v1/matching-events/{key}")


@router.get(
    "/v1/matching-events/{id}",
    summary="读取一场对接会",
    response_model=MatchingEvent,
    responses=records.read_responses(),
)
def get_matching_event(id: _Id, here: Installed, conditions: ReadConditions) -> Response:  # noqa: A002
    """Return a matching event."""
    stored = records.read(here.store, _matching_events, id, "对接会")
    return records.get_answer(stored, lambda: stored.record, conditions)


@router.get("/v1/matching-events", summary="列出对接会", responses=problems(InvalidInput, BadCursor))
def list_matching_events(query: Annotated[MatchingEventQuery, Query()], here: Installed) -> MatchingEventList:
    """Return one page of matching events in the order of their ids."""
    page, cursor = records.list_page(here.store, _matching_events, "matching-events", query)
    return MatchingEventList(items=[stored.record for stored in page.items], next_cursor=cursor)


@router.post(
    "/v1/matching-events/{id}/attendees:import",
    summary="导入报名（csv、xlsx、jsonl）",
    response_model=RegistrationsReport,
    responses=problems(
        UnsupportedMediaType,
        MalformedForm,
        InvalidInput,
        *KEY_PROBLEMS,
        UnreadableEncoding,
        UnreadableTable,
        UnreadableWorkbook,
        UnknownFormat,
        EmptyFile,
        MissingColumns,
        UnknownMatchingEvent,
    ),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def import_attendees(
    id: _Id,  # noqa: A002
    upload: Uploaded,
    here: Installed,
    dry_run: Annotated[bool, Query(description="只检查，不保存")] = False,
) -> Response:
    """Add or replace attendees; rows are judged alone, who is not in the file stays."""
    return json_answer(
        import_registrations(here.store, id, upload.content, name=upload.name, dry_run=dry_run)
    )


@router.post(
    "/v1/matching-events/{id}:plan",
    summary="排定会面",
    response_model=MeetingSchedule,
    responses=post_problems(UnknownMatchingEvent, UnknownLeadUnit, UnknownVendor, PinNotPossible, Conflict),
    dependencies=ONCE,
)
def post_plan(id: _Id, body: PlanRequest, here: Installed) -> Response:  # noqa: A002
    """Plan around held, past and pinned meetings; the answer is the next version of the schedule."""
    return json_answer(here.meetings.plan(id, body))


@router.get(
    "/v1/matching-events/{id}/schedule",
    summary="读取排期",
    response_model=MeetingSchedule,
    responses=problems(*_SCHEDULE_PROBLEMS),
)
def get_schedule(id: _Id, here: Installed, version: _Version = None) -> Response:  # noqa: A002
    """Return the schedule as it may be shown today."""
    return json_answer(here.meetings.schedule(id, version)[1])


@router.get(
    "/v1/matching-events/{id}/schedule.xlsx",
    summary="导出排期（Excel，含结果登记表）",
    response_class=Response,
    responses=problems(*_SCHEDULE_PROBLEMS) | {200: {"content": {XLSX: {}}, "description": "工作簿"}},
)
def get_workbook(id: _Id, here: Installed, version: _Version = None) -> Response:  # noqa: A002
    """Return the workbook: by slot, by table, by enterprise, and the sheet for results."""
    return Response(schedule_workbook(*here.meetings.schedule(id, version)), media_type=XLSX)


@router.get(
    "/v1/matching-events/{id}/schedule.ics",
    summary="导出排期（日历）",
    response_class=Response,
    responses=problems(*_SCHEDULE_PROBLEMS)
    | {200: {"content": {"text/calendar": {}}, "description": "日历"}},
)
def get_calendar(
    id: _Id,  # noqa: A002
    here: Installed,
    party: Annotated[
        str | None, Query(pattern=r"^[A-Za-z0-9._:-]{1,64}$", description="只要一家企业或单位的会面")
    ] = None,
    version: _Version = None,
) -> Response:
    """Return the calendar of all meetings, or of one enterprise or party."""
    event, schedule = here.meetings.schedule(id, version)
    return Response(calendar_of(event, schedule, party), media_type="text/calendar; charset=utf-8")


@router.get(
    "/v1/matching-events/{id}/schedule.html",
    summary="排期的打印页",
    response_class=Response,
    responses=problems(*_SCHEDULE_PROBLEMS)
    | {200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A4 打印页"}},
)
def get_schedule_page(id: _Id, here: Installed, version: _Version = None) -> Response:  # noqa: A002
    """Return the page to print."""
    text = render_schedule_page(*here.meetings.schedule(id, version))
    headers = {"Content-Security-Policy": PAGE.policy()}
    return Response(text, media_type="text/html; charset=utf-8", headers=headers)


@router.post(
    "/v1/matching-events/{id}/results",
    summary="上报会面结果",
    response_model=ResultsReport,
    responses=post_problems(UnknownMatchingEvent, ScheduleMissing),
    dependencies=ONCE,
)
def post_results(id: _Id, body: ResultsBody, here: Installed) -> Response:  # noqa: A002
    """Write what came of the meetings to the event log, each judged alone; ``row`` counts from 0."""
    return json_answer(here.meetings.record(id, enumerate(body.results)))


@router.post(
    "/v1/matching-events/{id}/results:import",
    summary="导入填好的结果登记表（Excel）",
    response_model=ResultsReport,
    responses=problems(
        UnsupportedMediaType,
        MalformedForm,
        InvalidInput,
        *KEY_PROBLEMS,
        UnreadableWorkbook,
        UnreadableTable,
        MissingColumns,
        UnknownMatchingEvent,
        ScheduleMissing,
    ),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def import_results(id: _Id, upload: Uploaded, here: Installed) -> Response:  # noqa: A002
    """Read the result sheet of an exported workbook; ``row`` is the row of the sheet."""
    return json_answer(here.meetings.record(id, read_results(upload.content, upload.name)))
