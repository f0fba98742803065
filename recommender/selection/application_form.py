"""The application form (申报表) as a workbook: a sheet of units, a sheet of members."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from recommender.diagnosis.value import Value
from recommender.domain.validation_text import Problem, explain
from recommender.exchange import cells
from recommender.exchange.column_forms import (
    code_column,
    codes_column,
    id_column,
    mark_columns,
    number_column,
    text_column,
    yes_no_column,
)
from recommender.exchange.columns import Column
from recommender.exchange.form_tables import FilledRow, FilledTable, FormFault, form_sheet, read_form
from recommender.exchange.lists import compact, record_ids
from recommender.exchange.names import LEAD_MODES, Names, taxonomy_names
from recommender.exchange.workbooks import about_sheet, book_bytes, shown_moment
from recommender.policy.sourced import NOTICE
from recommender.selection.application import PART_NAMES, Application
from recommender.selection.rules import load_selection_rules
from recommender.selection.views import SelectionHead

UNITS, MEMBERS = "申报单位", "联合体成员"
_COMMITMENT = "commitments."


class ReadApplications(Value):
    """What a filled form holds: whole applications, and every cell that is wrong."""

    applications: tuple[Application, ...]
    faults: tuple[FormFault, ...]


def _ids_column(header: str, path: str, note: str) -> Column:
    show = compact(record_ids, "、".join)
    return Column(header, path, record_ids, show=show, note=note, width=24)


def unit_columns() -> tuple[Column, ...]:
    """Return the columns of the sheet of units."""
    pledges = (
        yes_no_column(f"承诺：{one.name}", _COMMITMENT + one.code, default=False)
        for one in load_selection_rules().form.commitments
    )
    return (
        id_column("单位编号", "unit", required=True, note="牵引单位的编号；尚不是的填信用代码"),
        text_column("单位名称", "name", required=True, width=30),
        Column("统一社会信用代码", "uscc", cells.credit_code, note="请保持文本格式", width=22),
        code_column("细分行业", "sub_industry", taxonomy_names("sub_industry"), strict=True, required=True),
        code_column("牵引模式", "mode", LEAD_MODES, strict=True, required=True),
        codes_column("自身覆盖场景", "scenarios", taxonomy_names("scenario")),
        Column(
            "服务容量", "capacity", cells.integer, note="最多可服务的企业数", required=True, width=12,
            cell=number_column("", "").cell,
        ),
        codes_column("服务区域", "districts", taxonomy_names("district"), note="空表示全市"),
        _ids_column("产品编号", "solution_ids", "产品池里的产品编号，用顿号分隔"),
        number_column("已服务企业数", "service.served", note="服务过的中小企业"),
        number_column("达到二级企业数", "service.reached_level", note="其中改造后达到二级及以上的"),
        text_column("业绩证明", "service.evidence", note="证明材料的名称", width=30),
        _ids_column("关联单位", "related", "控股或被控股单位的信用代码，用顿号分隔"),
        *pledges,
        text_column("申报说明", "text", note="怎样牵引这个行业的中小企业", width=60),
        *mark_columns(),
    )  # fmt: skip


def member_columns() -> tuple[Column, ...]:
    """Return the columns of the sheet of members."""
    kinds = _names({one.code: one.name for one in load_selection_rules().integrator_kinds})
    return (
        id_column("单位编号", "unit", required=True, note="牵头单位的编号，与“申报单位”表一致"),
        code_column("细分行业", "sub_industry", taxonomy_names("sub_industry"), strict=True, required=True),
        id_column("成员编号", "id", required=True, note="成员的信用代码，或产品池里的服务商编号"),
        text_column("成员名称", "name", required=True, width=30),
        code_column(
            "成员类别",
            "part",
            _names(PART_NAMES),
            strict=True,
            required=True,
        ),
        code_column("集成商类型", "kind", kinds, strict=True, note="集成商必填"),
        text_column("分工", "role", required=True, width=24),
        codes_column("覆盖场景", "scenarios", taxonomy_names("scenario")),
        text_column("成员说明", "description", note="没有登记过的成员请写明是怎样的企业", width=40),
    )


def _names(titles: Mapping[Any, str]) -> Names:
    return {title: code for code, title in titles.items()} | {code: code for code in titles}


def application_form(round_: SelectionHead, applications: Iterable[Application] = ()) -> bytes:
    """Return the form of a round, empty or with applications filled in."""
    filled = list(applications)
    told = (
        ("内容", f"{round_.name}（{round_.id}）申报表"),
        ("申报截止", shown_moment(round_.apply_until)),
        ("怎样填", "“申报单位”一行一份申报；“联合体成员”一行一家，至少一家集成商和一家生态企业"),
        ("成员确认", "提交以后由每家成员自己确认，全部确认后才能入选"),
        ("说明", NOTICE),
    )
    return book_bytes(
        (
            form_sheet(UNITS, unit_columns(), (_unit_fields(one) for one in filled)),
            form_sheet(MEMBERS, member_columns(), (row for one in filled for row in _member_fields(one))),
            about_sheet(told),
        )
    )


def _unit_fields(application: Application) -> dict[str, Any]:
    document = application.model_dump(mode="json", exclude={"members", "commitments"})
    service = document.pop("service")
    return {
        **document,
        **{f"service.{name}": value for name, value in service.items()},
        **{_COMMITMENT + code: True for code in application.commitments},
    }


def _member_fields(application: Application) -> Iterable[dict[str, Any]]:
    place = {"unit": application.unit, "sub_industry": application.sub_industry.value}
    return ({**member.model_dump(mode="json"), **place} for member in application.members)


def read_applications(source: Path | bytes, *, name: str | None = None) -> ReadApplications:
    """Read a filled form; an application with a faulty cell, or whose member has one, is not returned.

    Raises
    ------
    recommender.errors.MalformedRequest
        If the file cannot be read.
    recommender.exchange.faults.MissingColumns
    """
    units = read_form(source, UNITS, unit_columns(), name=name)
    members = read_form(source, MEMBERS, member_columns(), name=name)
    by_unit: dict[tuple[object, object], list[FilledRow]] = {}
    for row in members.rows:
        by_unit.setdefault(_place(row), []).append(row)
    seen: set[tuple[object, object]] = set()
    found = []
    for row in units.rows:
        if _place(row) in seen:
            units.fault(row.number, "repeated", "同一单位、同一细分行业的申报出现了两次", "单位编号")
            continue
        seen.add(_place(row))
        own = by_unit.get(_place(row), [])
        application = _application(row, own, units, members)
        if application is not None:
            found.append(application)
    # Whose row on the first sheet is wrong may well be there, under a sub-industry that was not understood.
    unclear = {row.fields.get("unit") for row in units.rows if row.number in {f.row for f in units.faults}}
    for place, rows in by_unit.items():
        if place not in seen and place[0] not in unclear:
            members.fault(rows[0].number, "no_unit", "“申报单位”表里没有这份申报", "单位编号", place[0])
    return ReadApplications(applications=tuple(found), faults=(*units.faults, *members.faults))


def _place(row: FilledRow) -> tuple[object, object]:
    return row.fields.get("unit"), row.fields.get("sub_industry")


def _application(
    row: FilledRow, own: list[FilledRow], units: FilledTable, members: FilledTable
) -> Application | None:
    wrong = {fault.row for fault in members.faults}
    if row.number in {fault.row for fault in units.faults} or any(one.number in wrong for one in own):
        return None
    fields = {path: value for path, value in row.fields.items() if "." not in path}
    fields["service"] = _inner(row, "service.")
    fields["commitments"] = [code for code, given in _inner(row, _COMMITMENT).items() if given]
    fields["members"] = [
        {path: value for path, value in one.fields.items() if path not in {"unit", "sub_industry"}}
        for one in own
    ]
    try:
        return Application.model_validate(fields)
    except ValidationError as error:
        for problem in explain(error):
            _put_down(problem, row, own, units, members)
        return None


def _inner(row: FilledRow, prefix: str) -> dict[str, Any]:
    return {path.removeprefix(prefix): value for path, value in row.fields.items() if path.startswith(prefix)}


def _put_down(
    problem: Problem, row: FilledRow, own: list[FilledRow], units: FilledTable, members: FilledTable
) -> None:
    """Put a problem of the record down at its cell."""
    if problem.field.startswith("members["):
        place, _, path = problem.field.removeprefix("members[").partition("].")
        headers = {column.path: column.header for column in member_columns()}
        members.fault(
            own[int(place)].number, problem.code, problem.message, headers.get(path.partition("[")[0])
        )
        return
    headers = {column.path: column.header for column in unit_columns()}
    path = problem.field.partition("[")[0]
    units.fault(row.number, problem.code, problem.message, headers.get(path), row.fields.get(path, ""))
