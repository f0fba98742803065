"""The questionnaire (问卷) as a workbook: every question in its official words, an option a line to tick.

An owner fills it in without the system; read back it is one diagnosis. A question has several lines, so that
each option has its own drop-down; scenarios are graded on a sheet of their own.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from recommender.diagnosis.instrument import Instrument, Item, load_instrument
from recommender.diagnosis.value import Value
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.taxonomy import Scenario
from recommender.exchange import cells, names
from recommender.exchange.column_forms import (
    code_column,
    day_column,
    mark_columns,
    text_column,
    yes_no_column,
)
from recommender.exchange.columns import Column
from recommender.exchange.form_tables import FilledRow, FilledTable, FormFault, form_sheet, read_form
from recommender.exchange.lists import LEVEL_NAMES
from recommender.exchange.workbooks import about_sheet, book_bytes

FIRM, QUESTIONS, SCENARIOS = "企业", "题目", "场景"
_KEEP = "不要改动"


class ReadQuestionnaire(Value):
    """What a filled questionnaire holds.

    Attributes
    ----------
    diagnosis : Diagnosis, optional
        None where a fault leaves nothing that could be kept.
    unanswered : tuple of str
        Names of the questions and scenarios without an answer.
    """

    diagnosis: Diagnosis | None
    unanswered: tuple[str, ...]
    faults: tuple[FormFault, ...]


def questionnaire(enterprise: Enterprise | None = None, diagnosis: Diagnosis | None = None) -> bytes:
    """Return the questionnaire as the content of an xlsx file.

    Parameters
    ----------
    enterprise : Enterprise, optional
        Whose code and name are filled in.
    diagnosis : Diagnosis, optional
        Whose answers are filled in.
    """
    instrument = load_instrument()
    firm = {
        "uscc": enterprise.uscc if enterprise else None,
        "name": enterprise.name if enterprise else None,
        "assessed_on": diagnosis.assessed_on.isoformat() if diagnosis else None,
        "method": diagnosis.method.value if diagnosis else None,
        "id": diagnosis.id if diagnosis else None,
        "synthetic": diagnosis.synthetic if diagnosis else None,
        "mark": diagnosis.mark if diagnosis else None,
    }
    told = (
        ("内容", f"{instrument.title}问卷"),
        ("怎样填", "“题目”表：符合的选项在“符合”列选“是”；单选题只选一个，多选题可选几个"),
        ("场景", "“场景”表：按各等级的描述，选现在做到的等级；没有做就选“无等级”"),
        ("不确定时", "留空即可，导入后会列出哪些没有填；不要改动编号列"),
        ("来源", instrument.source.document),
    )
    return book_bytes(
        (
            form_sheet(FIRM, _firm_columns(), [firm]),
            form_sheet(QUESTIONS, _question_columns(), _question_rows(instrument, diagnosis)),
            form_sheet(SCENARIOS, _scenario_columns(), _scenario_rows(instrument, diagnosis)),
            about_sheet(told),
        )
    )


def read_questionnaire(source: Path | bytes, *, name: str | None = None) -> ReadQuestionnaire:
    """Read a filled questionnaire; what cannot be understood is named by sheet, row and column.

    Raises
    ------
    recommender.errors.MalformedRequest
        If the file cannot be read.
    recommender.exchange.faults.MissingColumns
    """
    instrument = load_instrument()
    firm = read_form(source, FIRM, _firm_columns(), name=name)
    questions = read_form(source, QUESTIONS, _question_columns(), name=name)
    scenarios = read_form(source, SCENARIOS, _scenario_columns(), name=name)
    answers = _answers(questions, instrument)
    grades = _grades(scenarios)
    told = firm.rows[0].fields if firm.rows else {}
    if not firm.rows:
        firm.fault(0, "missing", "请在“企业”表填写统一社会信用代码和评测日期")
    faults = (*firm.faults, *questions.faults, *scenarios.faults)
    unanswered = (
        *(item.name for item in instrument.items if item.id not in answers),
        *(
            one.name
            for group in instrument.scenario_groups
            for one in group.scenarios
            if Scenario(one.id) not in grades
        ),
    )
    made = None if faults else _diagnosis(told, answers, grades)
    return ReadQuestionnaire(diagnosis=made, unanswered=unanswered, faults=faults)


def _firm_columns() -> tuple[Column, ...]:
    return (
        Column("统一社会信用代码", "uscc", cells.credit_code, note="18位", required=True, width=24),
        text_column("企业名称", "name", width=36),
        day_column("评测日期", "assessed_on", required=True),
        code_column("方式", "method", names.METHODS, strict=True, required=True),
        text_column("评测编号", "id", note="留空则按代码和日期编", width=30),
        *mark_columns(),
    )


def _question_columns() -> tuple[Column, ...]:
    return (
        text_column("题目编号", "item", required=True, note=_KEEP, width=18),
        text_column("维度", "dimension", note=_KEEP, width=14),
        text_column("题目", "question", note=_KEEP, width=44),
        text_column("题型", "kind", note=_KEEP, width=8),
        text_column("选项", "letter", required=True, note=_KEEP, width=8),
        text_column("选项内容", "text", note=_KEEP, width=60),
        yes_no_column("符合", "holds", default=False),
        text_column("为什么问", "explanation", note=_KEEP, width=60),
        text_column("可作佐证的材料", "evidence", note=_KEEP, width=40),
    )


def _question_rows(instrument: Instrument, diagnosis: Diagnosis | None) -> Iterator[dict[str, Any]]:
    for dimension in instrument.dimensions:
        for item in (item for indicator in dimension.indicators for item in indicator.items):
            given = diagnosis.answers.get(item.id) if diagnosis else None
            for place, option in enumerate(item.options):
                first = place == 0
                yield {
                    "item": item.id,
                    "dimension": dimension.name,
                    "question": item.question if first else None,
                    "kind": "单选" if item.kind == "single" else "多选",
                    "letter": option.letter,
                    "text": option.text,
                    "holds": option.letter in given if given is not None else None,
                    "explanation": item.explanation if first else None,
                    "evidence": "、".join(item.evidence) if first else None,
                }


def _scenario_columns() -> tuple[Column, ...]:
    levels = {name: str(level) for level, name in enumerate(LEVEL_NAMES)}
    return (
        text_column("场景编号", "scenario", required=True, note=_KEEP, width=20),
        text_column("场景", "name", note=_KEEP, width=14),
        text_column("类别", "kind", note=_KEEP, width=10),
        code_column("现在的等级", "level", levels, strict=True),
        *(
            text_column(f"{name}的描述", f"level{number}", note=_KEEP, width=44)
            for number, name in _DESCRIBED
        ),
    )


_DESCRIBED = tuple(enumerate(LEVEL_NAMES))[1:]


def _scenario_rows(instrument: Instrument, diagnosis: Diagnosis | None) -> Iterator[dict[str, Any]]:
    for group in instrument.scenario_groups:
        for one in group.scenarios:
            texts = {f"level{step.level}": step.text for step in one.levels}
            grade = diagnosis.scenarios.get(Scenario(one.id)) if diagnosis else None
            yield {
                "scenario": one.id,
                "name": one.name,
                "kind": "约束性" if one.required else "指导性",
                "level": None if grade is None else str(grade),
                **texts,
            }


def _answers(table: FilledTable, instrument: Instrument) -> dict[str, tuple[str, ...]]:
    items = {item.id: item for item in instrument.items}
    ticked: dict[str, list[str]] = {}
    rows: dict[str, FilledRow] = {}
    for row in table.rows:
        item = items.get(str(row.fields.get("item")))
        letter = str(row.fields.get("letter"))
        if item is None or item.option(letter) is None:
            table.fault(row.number, "unknown_question", "题目编号或选项被改动过，请用新的问卷", "题目编号")
        elif row.fields.get("holds"):
            ticked.setdefault(item.id, []).append(letter)
            rows.setdefault(item.id, row)
    for key, letters in ticked.items():
        _check(items[key], letters, rows[key], table)
    return {key: tuple(letters) for key, letters in ticked.items()}


def _check(item: Item, letters: list[str], row: FilledRow, table: FilledTable) -> None:
    if item.kind == "single" and len(letters) > 1:
        table.fault(
            row.number, "several_answers", f"“{item.name}”是单选题，只能选一个", "符合", "、".join(letters)
        )
    if item.exclusive in letters and len(letters) > 1:
        none = item.option(item.exclusive or "")
        told = f"“{item.name}”选了“{none.text if none else item.exclusive}”，就不能再选其他项"
        table.fault(row.number, "exclusive_answer", told, "符合", "、".join(letters))


def _grades(table: FilledTable) -> dict[Scenario, int]:
    known = {code.value: code for code in Scenario}
    found: dict[Scenario, int] = {}
    for row in table.rows:
        code = known.get(str(row.fields.get("scenario")))
        if code is None:
            table.fault(row.number, "unknown_scenario", "场景编号被改动过，请用新的问卷", "场景编号")
        elif row.fields.get("level") is not None:
            found[code] = int(row.fields["level"])
    return found


def _diagnosis(
    told: Mapping[str, Any], answers: Mapping[str, tuple[str, ...]], grades: Mapping[Scenario, int]
) -> Diagnosis:
    day = told["assessed_on"]
    on = day if isinstance(day, date) else date.fromisoformat(str(day))
    return Diagnosis(
        id=told.get("id") or f"{told['uscc']}-{on.isoformat()}",
        uscc=told["uscc"],
        assessed_on=on,
        method=DiagnosisMethod(told["method"]),
        answers=dict(answers),
        scenarios=dict(grades),
        synthetic=bool(told.get("synthetic")),
        mark=told.get("mark"),
    )
