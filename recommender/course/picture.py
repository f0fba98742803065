"""Geometry of the picture of the course, in units of its view box; the template draws it."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from recommender.course.case_file import CaseFile
from recommender.course.parts import project_name
from recommender.course.project import ProjectStep
from recommender.course.stages import load_course

WIDTH = 760.0
_LEFT, _RIGHT = 128.0, 14.0
_TOP = 40.0
_LANE, _BAR = 38.0, 22.0
_BOTTOM = 26.0
#: White text stands on each with a contrast of at least 4.5 : 1; the legend has the same in its style.
FILLS = {
    "archive": "#4b5563",
    "assessment": "#1d4ed8",
    "application": "#7c3aed",
    "filing": "#0f766e",
    "implementation": "#b45309",
    "acceptance": "#be123c",
    "subsidy": "#15803d",
}
#: A character of the labels inside the bars, and the least width of a segment that can still be seen.
_CHARACTER, _LEAST = 11.5, 3.0
_NAME_CHARACTERS = 13
#: At least this far apart, or the labels of the axis and of the levels run into each other.
_TICK_APART, _MARK_APART = 62.0, 34.0


class Segment(NamedTuple):
    """A stretch of one lane spent in one stage; ``label`` is empty where it is too narrow for one."""

    x: float
    width: float
    stage: str
    fill: str
    label: str
    title: str


class Lane(NamedTuple):
    """The enterprise itself, or one project."""

    y: float
    name: str
    full_name: str
    segments: tuple[Segment, ...]


class Mark(NamedTuple):
    """A diagnosis; ``label`` is empty where another stands too near."""

    x: float
    label: str
    title: str


class Picture(NamedTuple):
    """The whole drawing.

    Attributes
    ----------
    text : str
        The same in words, for whoever does not see it.
    legend : tuple
        (code, name) of the stages that are drawn.
    """

    width: float
    height: float
    left: float
    right: float
    bar: float
    bottom: float
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    legend: tuple[tuple[str, str], ...]
    text: str


def course_picture(file: CaseFile) -> Picture:
    """Lay out one lane for the enterprise and one for each project, with the diagnoses above."""
    rows = [("企业", file.steps, _own_end(file), False)]
    rows += [(project_name(one), one.facts.steps, file.today, one.facts.closed) for one in file.projects]
    days = [step.on for _, steps, _, _ in rows for step in steps] + [one.on for one in file.diagnoses]
    first, last = min(days), max(*days, file.today)
    scale = (WIDTH - _LEFT - _RIGHT) / max((last - first).days, 1)

    def place(on: date) -> float:
        return round(_LEFT + (on - first).days * scale, 1)

    lanes = tuple(
        Lane(
            y=_TOP + number * _LANE,
            name=name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…",
            full_name=name,
            segments=_segments(steps, end, place, closed=closed),
        )
        for number, (name, steps, end, closed) in enumerate(rows)
    )
    bottom = _TOP + _LANE * len(rows)
    drawn = {segment.stage for lane in lanes for segment in lane.segments}
    return Picture(
        width=WIDTH,
        height=bottom + _BOTTOM,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bar=_BAR,
        bottom=bottom,
        lanes=lanes,
        marks=_marks(file, place),
        ticks=tuple(_ticks(first, last, scale)),
        legend=tuple((stage.code, stage.name) for stage in load_course().stages if stage.code in drawn),
        text=_text(file, rows),
    )


def _own_end(file: CaseFile) -> date:
    """Return when the enterprise's own lane ends: its projects go on from where it stood."""
    begun = [one.facts.steps[0].on for one in file.projects]
    return max(min(begun), file.steps[-1].on) if begun else file.today


def _segments(
    steps: Sequence[ProjectStep], end: date, place: Callable[[date], float], *, closed: bool
) -> tuple[Segment, ...]:
    course = load_course()
    made: list[Segment] = []
    ends = [*(after.on for _, after in pairwise(steps)), end]
    stage = steps[0].stage or course.stages[0].code
    for number, (step, until) in enumerate(zip(steps, ends, strict=True)):
        stage = step.stage or stage
        state = course.state(step.state)
        x = place(step.on)
        is_end = closed and number == len(steps) - 1
        width = _LEAST if is_end else max(round(place(until) - x, 1), _LEAST)
        name = course.stage(stage).name
        label = name if len(name) * _CHARACTER <= width else ""
        title = f"{step.on} {name}：{state.name}" + ("" if is_end else f"，至 {until}")
        made.append(Segment(x, width, stage, FILLS[stage], label, title))
    return tuple(made)


def _marks(file: CaseFile, place: Callable[[date], float]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    shown = -_MARK_APART
    for one in file.diagnoses:
        x = place(one.on)
        fits = x - shown >= _MARK_APART
        shown = x if fits else shown
        level = one.level_name or "无法计分"
        marks.append(Mark(x, level if fits else "", f"{one.on} {one.method_name}：{level}"))
    return tuple(marks)


def _ticks(first: date, last: date, scale: float) -> list[tuple[float, str]]:
    """Return the beginnings of months that have room for their label; the first day where there are none."""
    ticks: list[tuple[float, str]] = []
    month = first.replace(day=1)
    while month <= last:
        x = round(_LEFT + (month - first).days * scale, 1)
        if x >= _LEFT and (not ticks or x - ticks[-1][0] >= _TICK_APART):
            ticks.append((x, f"{month:%Y-%m}"))
        month = (month + timedelta(days=32)).replace(day=1)
    return ticks or [(_LEFT, first.isoformat())]


def _text(file: CaseFile, rows: Sequence[tuple[str, Sequence[ProjectStep], date, bool]]) -> str:
    course = load_course()
    told = [
        f"{name}：" + "，".join(f"{step.on} {course.state(step.state).name}" for step in steps)
        for name, steps, _, _ in rows
    ]
    if file.diagnoses:
        levels = "，".join(f"{one.on} {one.level_name or '无法计分'}" for one in file.diagnoses)
        told.append(f"评测：{levels}")
    return "。".join(told) + "。"
