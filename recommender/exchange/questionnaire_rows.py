"""A filled questionnaire as the one row of a table of diagnoses, each answer with the cell it stands in."""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter

from recommender.diagnosis.instrument import Item, Scenario, load_instrument
from recommender.exchange import lists
from recommender.exchange.cells import Problem, RefusedCell, shown, spelling, yes_no
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import UnreadableTable
from recommender.exchange.kinds import Kind
from recommender.exchange.questionnaire import ANSWER, BASICS, ITEMS, KEY, SCENARIOS, scenario_choices
from recommender.exchange.report import Finding
from recommender.exchange.rows import FileNote, FilledForm, Place, RawRow, Row, RowSource, is_blank
from recommender.exchange.xlsx_rows import BrokenCell, has_sheets, is_workbook, sheet_of

_SHEETS = (BASICS, ITEMS, SCENARIOS)
_FAULTY = PatternFill("solid", fgColor="FFF8D7DA")


class _Answer(NamedTuple):
    value: object
    place: Place


def is_questionnaire(data: bytes) -> bool:
    """Tell whether a file is a questionnaire, filled or not."""
    return is_workbook(data) and has_sheets(data, _SHEETS)


def questionnaire_rows(data: bytes, name: str) -> RowSource:
    """Read a filled questionnaire.

    Returns
    -------
    RowSource
        One row with the headers of diagnoses; ``form`` says which cell each answer stands in.

    Raises
    ------
    UnreadableWorkbook
        If the workbook is damaged.
    UnreadableTable
        If a sheet has lost its header row.
    """
    first = sheet_of(data, name, BASICS)
    told = dict(_answers(BASICS, first.rows, name))
    for title in (ITEMS, SCENARIOS):
        told |= dict(_answers(title, sheet_of(data, name, title).rows, name))
    values: dict[str, object] = {}
    places: dict[str, Place] = {}
    notes: list[FileNote] = []
    for path, answer in _by_path(told, notes):
        column = columns_of(Kind.DIAGNOSES).by_path(path)
        if column is not None:
            values[column.header] = answer.value
            places[column.header] = answer.place
    return RowSource(
        name=name,
        format="xlsx",
        encoding=None,
        columns=tuple(values),
        rows=iter((Row(1, values),)),
        notes=tuple(notes),
        revisions=first.revisions,
        days_from_1904=first.days_from_1904,
        form=FilledForm(data, places),
    )


def _answers(title: str, rows: Iterable[RawRow], name: str) -> Iterator[tuple[str, _Answer]]:
    """Yield key and answer of the lines of a sheet, by the header row wherever it stands."""
    answer = key = None
    for row in rows:
        if answer is None or key is None:
            if ANSWER in row.cells and KEY in row.cells:
                answer, key = row.cells.index(ANSWER), row.cells.index(KEY)
            continue
        cells = (*row.cells, *[None] * (max(answer, key) + 1))
        if isinstance(cells[key], str):
            place = Place(title, row.number, f"{get_column_letter(answer + 1)}{row.number}")
            yield cells[key].strip(), _Answer(cells[answer], place)
    if answer is None:
        raise UnreadableTable(
            f"问卷“{name}”的“{title}”表里没有“{ANSWER}”和“{KEY}”两列的表头，请用原表填写。",
            place={"file": name, "sheet": title},
        )


def _by_path(told: Mapping[str, _Answer], notes: list[FileNote]) -> Iterator[tuple[str, _Answer]]:
    """Yield what the form says of each field."""
    instrument = load_instrument()
    for path, answer in told.items():
        if not path.startswith(("answers.", "scenarios.")):
            yield path, answer
    for item in instrument.items:
        path = f"answers.{item.id}"
        if item.kind == "single" and path in told:
            yield path, told[path]._replace(value=_chosen(item, told[path].value))
        elif item.kind == "multi":
            lines = {o.letter: told[key] for o in item.options if (key := f"{path}#{o.letter}") in told}
            if lines:
                yield path, _ticked(item, lines, notes)
    for scenario in instrument.scenarios:
        path = f"scenarios.{scenario.id}"
        if path in told:
            yield path, told[path]._replace(value=_graded(scenario, told[path].value))


def _chosen(item: Item, value: object) -> object:
    if is_blank(value) or isinstance(value, BrokenCell):
        return value
    words = {spelling(option.text): option.letter for option in item.options}
    letter = words.get(spelling(value))
    if letter is not None:
        return [letter]
    letters = lists.letters(value)
    if not letters.problems and isinstance(letters.value, list) and all(map(item.option, letters.value)):
        return letters.value
    return RefusedCell(
        str(value), Problem("unknown_option", f"“{shown(value)}”不在“{item.name}”的选项里，请从下拉中选")
    )


def _ticked(item: Item, lines: Mapping[str, _Answer], notes: list[FileNote]) -> _Answer:
    ticks: dict[str, object] = {}
    first = next(iter(lines.values()))
    for letter, answer in lines.items():
        if isinstance(answer.value, BrokenCell):
            return answer
        if not is_blank(answer.value):
            reading = yes_no(answer.value)
            if reading.problems:
                return answer._replace(value=RefusedCell(str(answer.value), reading.problems[0]))
            ticks[letter] = reading.value
    chosen = [letter for letter, tick in ticks.items() if tick]
    if chosen or not ticks:
        return first._replace(value=chosen or None)
    if ticks.keys() >= lines.keys() - {item.exclusive}:
        if ticks.keys() >= lines.keys():
            problem = Problem("no_option", f"“{item.name}”每一行都是“否”；都没有的，请在“无”一行选“是”")
            return first._replace(value=RefusedCell("否", problem))
        notes.append(FileNote("taken_as_none", f"{first.place}：“{item.name}”其余各行都是“否”，按“无”记录"))
        return first._replace(value=[item.exclusive])
    detail = f"{first.place}：“{item.name}”只填了部分“否”，没有一行是“是”，按没有作答处理"
    notes.append(FileNote("partly_answered", detail))
    return first._replace(value=None)


def _graded(scenario: Scenario, value: object) -> object:
    if not isinstance(value, str):
        return value
    words = {spelling(text): grade for grade, text in enumerate(scenario_choices(scenario))}
    grade = words.get(spelling(value))
    return value.partition("：")[0] if grade is None else grade


def marked_questionnaire(data: bytes, findings: Iterable[Finding]) -> bytes:
    """Return a questionnaire as it came, with a comment on every cell at fault."""
    book = load_workbook(io.BytesIO(data))
    told: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        sheet, sign, cell = (finding.column or "").partition("!")
        if sign and sheet in book.sheetnames:
            told.setdefault((sheet, cell), []).append(finding.detail)
    for (sheet, cell), details in told.items():
        book[sheet][cell].comment = Comment("\n".join(details), "", width=320, height=100)
        book[sheet][cell].fill = _FAULTY
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
