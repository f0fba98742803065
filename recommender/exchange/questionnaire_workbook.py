"""The diagnosis questionnaire as a workbook: to fill in anew, or to correct a diagnosis that is stored."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from recommender.diagnosis.instrument import Instrument
from recommender.domain import Diagnosis, Enterprise
from recommender.exchange.columns import CellType
from recommender.exchange.declared import columns_of
from recommender.exchange.guidance import template_words
from recommender.exchange.kinds import Kind
from recommender.exchange.merging import value_at
from recommender.exchange.questionnaire import (
    ANSWER,
    BASICS,
    ITEMS,
    KEY,
    SCENARIOS,
    Line,
    StartedForm,
    answers_of,
    item_lines,
    scenario_lines,
)
from recommender.exchange.revisions import mark_of
from recommender.exchange.workbooks import escaped, typed
from recommender.exchange.xlsx_rows import REVISION_SHEET
from recommender.store.repositories.records import Stored

_CHOICES = "_选项"
_HEADERS = ("序号", "指标", "题目", "方式", "选项", ANSWER, "说明与用途", "佐证材料", KEY)
_WIDTHS = (6, 18, 26, 6, 46, 40, 40, 30, 4)
_ANSWER_AT = _HEADERS.index(ANSWER)
_FIRST = 2
#: Excel knows no higher row.
_HIGHEST = 409.0
_FONT = {"font_name": "宋体", "font_size": 10.5, "valign": "top", "text_wrap": True}
_BOX = {**_FONT, "border": 1}


def questionnaire_workbook(started: StartedForm | None = None) -> bytes:
    """Return the questionnaire as the content of an xlsx file.

    Parameters
    ----------
    started : StartedForm, optional
        Empty by default.
    """
    started = started or StartedForm()
    instrument = started.instrument
    target = io.BytesIO()
    # Nothing is guessed from a text: what looks like a formula or an address stays a text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as book:
        form = _Form(book, answers_of(started.diagnosis, instrument))
        form.basics(instrument, _basics(started), started.enterprise)
        form.questions(ITEMS, f"{instrument.title} · {ITEMS}", item_lines(instrument))
        form.questions(SCENARIOS, f"{instrument.title} · {SCENARIOS}", scenario_lines(instrument))
        form.choices.hide()
        if started.correcting:
            _mark(book.add_worksheet(REVISION_SHEET), started.correcting)
    return target.getvalue()


def _basics(started: StartedForm) -> Iterator[tuple[str, str, str]]:
    """Yield field path, content and what to say of it."""
    told: dict[str, Any] = {}
    if started.correcting:
        told = started.correcting.record.model_dump(mode="json")
    elif started.enterprise:
        told = started.enterprise.model_dump(mode="json", include={"uscc", "synthetic", "mark"})
    columns = columns_of(Kind.DIAGNOSES)
    notes = {
        "uscc": "必填。18位",
        "assessed_on": "必填。例如 2026-03-02",
        "method": "企业自己填的选“企业自评”，评测人员到现场的选“现场评测”",
    }
    for path in ("id", "uscc", "assessed_on", "method", "instrument", "synthetic", "mark"):
        column = columns.by_path(path)
        shown = column.show(value_at(told, path)) if column else ""
        if shown or path in notes:
            yield path, shown, notes.get(path, "请勿改动")


class _Form:
    def __init__(self, book: Workbook, answers: Mapping[str, str]) -> None:
        self._book = book
        self._answers = answers
        make = book.add_format
        self._title = make({**_FONT, "font_size": 14, "bold": True, "text_wrap": False})
        self._header = make({**_BOX, "bold": True, "align": "center", "bg_color": "#DDE8F3"})
        self._text = make({**_BOX, "num_format": "@"})
        self._answer = make({**_BOX, "num_format": "@", "bg_color": "#FFF6E0", "locked": False})
        self._day = make({**_BOX, "num_format": "yyyy-mm-dd", "bg_color": "#FFF6E0", "locked": False})
        self._sheets = [book.add_worksheet(title) for title in (BASICS, ITEMS, SCENARIOS, _CHOICES)]
        self.choices = self._sheets[-1]
        self._lists: dict[tuple[str, ...], str] = {}

    def basics(
        self,
        instrument: Instrument,
        rows: Iterable[tuple[str, str, str]],
        enterprise: Enterprise | None,
    ) -> None:
        """Write whose questionnaire it is, of which day, and how to fill it in."""
        sheet = self._sheets[0]
        self._begin(sheet, f"{instrument.title} · 评测问卷", ("项目", ANSWER, "说明", KEY), (20, 40, 70, 4))
        at = _FIRST
        columns = columns_of(Kind.DIAGNOSES)
        for at, (path, shown, note) in enumerate(rows, start=_FIRST):
            column = columns.by_path(path)
            assert column is not None
            is_day = column.cell is CellType.DATE
            self._row(sheet, at, (column.header, None, note, path))
            self._fill(sheet, at, 1, typed(column.cell, shown), self._day if is_day else self._answer)
            self._offer(sheet, at, 1, column.choices)
        if enterprise is not None:
            mark = f"（{enterprise.face_mark}）" if enterprise.face_mark else ""
            self._row(sheet, at + 1, ("企业名称", f"{enterprise.name}{mark}", "请核对，不在此处修改", ""))
        for number, (head, text) in enumerate(_guide(instrument), start=at + 3):
            self._row(sheet, number, (head, "", text, ""))

    def questions(self, title: str, heading: str, lines: Iterable[Line]) -> None:
        """Write the lines of a sheet."""
        sheet = self._sheets[(BASICS, ITEMS, SCENARIOS).index(title)]
        self._begin(sheet, heading, _HEADERS, _WIDTHS)
        for at, line in enumerate(lines, start=_FIRST):
            asked = line.number, line.group, line.title, line.kind, line.option
            self._row(sheet, at, (*asked, None, line.why, line.evidence, line.key))
            longest = max((*line.choices, self._answers.get(line.key, "")), key=len)
            told = line.title, line.option, line.why, line.evidence, longest
            sheet.set_row(at, _height(told, [_WIDTHS[place] for place in (2, 4, 6, 7, _ANSWER_AT)]))
            self._fill(sheet, at, _ANSWER_AT, self._answers.get(line.key), self._answer)
            self._offer(sheet, at, _ANSWER_AT, line.choices)

    def _begin(self, sheet: Worksheet, heading: str, headers: Sequence[str], widths: Sequence[float]) -> None:
        sheet.write_string(0, 0, escaped(heading), self._title)
        sheet.set_row(0, 26)
        for place, (header, width) in enumerate(zip(headers, widths, strict=True)):
            sheet.set_column(place, place, width, None, {"hidden": header == KEY})
            sheet.write_string(1, place, header, self._header)
        sheet.freeze_panes(_FIRST, 0)
        sheet.repeat_rows(0, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        # From slips of the pen only: there is no password.
        sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})

    def _row(self, sheet: Worksheet, at: int, texts: Sequence[str | None]) -> None:
        for place, text in enumerate(texts):
            if text is not None:
                sheet.write_string(at, place, escaped(text), self._text)

    def _fill(self, sheet: Worksheet, at: int, place: int, value: object, look: Format) -> None:
        if isinstance(value, date):
            sheet.write_datetime(at, place, value, look)
        elif value:
            sheet.write_string(at, place, escaped(str(value)), look)
        else:
            sheet.write_blank(at, place, None, look)

    def _offer(self, sheet: Worksheet, at: int, place: int, choices: tuple[str, ...]) -> None:
        """Give a cell its drop-down; the words stand on a sheet of their own, for a list may be long."""
        if not choices:
            return
        if choices not in self._lists:
            column = len(self._lists)
            for row, text in enumerate(choices):
                self.choices.write_string(row, column, escaped(text), self._text)
            letter = xl_col_to_name(column)
            self._lists[choices] = f"='{_CHOICES}'!${letter}$1:${letter}${len(choices)}"
        rule = {"validate": "list", "source": self._lists[choices], "error_type": "warning"}
        told = {"error_title": "不在下拉选项里", "error_message": "导入时可能认不出，确定要这样填吗？"}
        sheet.data_validation(at, place, at, place, {**rule, **told})


def _height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height in points at which wrapped texts fit; programs do not reckon it themselves."""
    lines = (
        sum(ceil(max(1, 2 * len(line)) / (width - 1)) for line in text.splitlines() or ("",))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(_HIGHEST, 15.0 * max(lines) + 3)


def _guide(instrument: Instrument) -> Iterator[tuple[str, str]]:
    yield "怎样填", f"在“{ITEMS}”“{SCENARIOS}”两张表的黄色格里从下拉中选；不清楚的可以空着，但等级会偏低。"
    yield "单选", "从下拉中选一句最符合的话。"
    yield "多选", "逐行选“是”或“否”；都没有的，在“无”一行选“是”。“数据采集”逐个业务环节回答。"
    yield "应用场景", "选现在做到的最高一级；带★的是约束性场景。"
    yield "报送", template_words().send_to
    yield "依据", f"{instrument.source.document}；{instrument.source.transcription}以官方通知为准。"


def _mark(sheet: Worksheet, stored: Stored[Diagnosis]) -> None:
    key, mark = mark_of(Kind.DIAGNOSES, stored)
    for row, cells in enumerate((("编号", "版本", "校验"), (key, str(mark.revision), mark.digest))):
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text)
    sheet.very_hidden()
