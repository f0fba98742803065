"""Timeline of a case: which stages are done, where it stands, what is to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import NO_DATA
from api.web.charts.lettering import text_width, wrapped

_DOT_X, _NAME_X, _DATE_X = 12.0, 32.0, Chart.width
_TOP, _ROW, _LINE = 14.0, 30.0, 17.0


class Progress(StrEnum):
    """How far a stage is."""

    DONE = "done"
    HERE = "here"
    TO_COME = "to_come"


_NAMES = {Progress.DONE: "已完成", Progress.HERE: "现在", Progress.TO_COME: "还没到"}


class Stage(NamedTuple):
    """A stage of the case.

    ``on`` is when it was done, when the case came here, or when it is due; None where not known.
    """

    name: str
    progress: Progress
    on: date | None = None
    note: str = ""


class DrawnStage(NamedTuple):
    """A stage as it is drawn; ``y`` is the middle of its dot."""

    y: float
    progress: Progress
    lines: tuple[tuple[float, str], ...]
    notes: tuple[tuple[float, str], ...]
    when: str
    known: bool


@dataclass(frozen=True, kw_only=True)
class TimelineChart(Chart):
    """The drawing; the stages are joined by a line at ``dot_x``."""

    stages: tuple[DrawnStage, ...]
    dot_x: float = _DOT_X
    name_x: float = _NAME_X
    date_x: float = _DATE_X


def timeline_chart(title: str, stages: Sequence[Stage]) -> TimelineChart:
    """Draw the stages under each other, in the order given.

    Raises
    ------
    ValueError
        If the case stands in more than one stage.
    """
    if sum(stage.progress is Progress.HERE for stage in stages) > 1:
        raise ValueError("a case stands in one stage")
    drawn: list[DrawnStage] = []
    y = _TOP
    for stage in stages:
        drawn.append(_drawn(stage, y))
        y += _ROW + _LINE * (len(drawn[-1].lines) + len(drawn[-1].notes) - 1)
    return TimelineChart(
        title=title,
        text=_text(stages),
        table=Table(
            head=("阶段", "进度", "日期", "说明"),
            rows=tuple((s.name, _NAMES[s.progress], _when(s), s.note or "—") for s in stages),
        ),
        legend=tuple(
            Key(mark=progress, name=_NAMES[progress])
            for progress in Progress
            if any(stage.progress is progress for stage in stages)
        ),
        height=y - _ROW / 2,
        stages=tuple(drawn),
    )


def _drawn(stage: Stage, y: float) -> DrawnStage:
    when = _when(stage)
    lines = wrapped(stage.name, _DATE_X - _NAME_X - text_width(when) - 10)
    notes = wrapped(stage.note, _DATE_X - _NAME_X) if stage.note else ()
    first = y + 4.5
    return DrawnStage(
        y=y,
        progress=stage.progress,
        lines=tuple((first + _LINE * number, line) for number, line in enumerate(lines)),
        notes=tuple((first + _LINE * number, line) for number, line in enumerate(notes, start=len(lines))),
        when=when,
        known=stage.on is not None,
    )


def _when(stage: Stage) -> str:
    if stage.on is None:
        return "日期未定" if stage.progress is Progress.TO_COME else NO_DATA
    return f"{stage.on.year}年{stage.on.month}月{stage.on.day}日"


def _text(stages: Sequence[Stage]) -> str:
    done = [stage for stage in stages if stage.progress is Progress.DONE]
    here = next((stage for stage in stages if stage.progress is Progress.HERE), None)
    coming = [stage for stage in stages if stage.progress is Progress.TO_COME]
    told = f"时间线，{len(stages)} 个阶段，已完成 {len(done)} 个。"
    if done:
        told += f"最近完成的是{done[-1].name}（{_when(done[-1])}）。"
    if here:
        told += f"现在是{here.name}（{_when(here)}）。"
    if coming:
        told += f"接下来是{coming[0].name}（{_when(coming[0])}）。"
    return told
