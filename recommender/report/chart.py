"""Geometry of the bar chart of what closes what, in units of its view box; the template draws it."""

from typing import NamedTuple

from recommender.report.closing import TOGETHER, Requirement

WIDTH = 640.0
_LEFT = 4.0
_RIGHT = 616.0
_ROW = 70.0
_BAR_TOP = 26.0
_BAR = 24.0
#: White text stands on each with a contrast of at least 4.5 : 1.
_NOW = "#374151"
_PARTS = ("#1d4ed8", "#0f766e", "#7c3aed", "#b45309")
_TOGETHER = "#6b7280"
#: A number of one or two digits needs this much.
_LABEL_WIDTH = 16.0


class Block(NamedTuple):
    """A piece of a bar; ``label`` is empty where it is too narrow for one."""

    x: float
    width: float
    fill: str
    label: str
    title: str


class Row(NamedTuple):
    """One bar with its threshold."""

    y: float
    bar_y: float
    bar_height: float
    name: str
    blocks: tuple[Block, ...]
    mark_x: float
    result: str


class Chart(NamedTuple):
    """The whole drawing."""

    width: float
    height: float
    left: float
    track: float
    rows: tuple[Row, ...]
    text: str


def closing_chart(requirements: tuple[Requirement, ...]) -> Chart:
    """Lay out one bar a requirement, each to its own scale."""
    rows = tuple(_row(number, requirement) for number, requirement in enumerate(requirements))
    return Chart(
        width=WIDTH,
        height=_ROW * len(rows),
        left=_LEFT,
        track=_RIGHT - _LEFT,
        rows=rows,
        text="".join(requirement.text for requirement in requirements),
    )


def _row(number: int, requirement: Requirement) -> Row:
    longest = max(requirement.needed, requirement.after, requirement.now)
    scale = (_RIGHT - _LEFT) / (float(longest) * 1.05) if longest else 0.0
    x = _LEFT
    pieces = [(requirement.now, _NOW, "现在", f"现在 {requirement.now} {requirement.unit}")]
    for part in requirement.parts:
        # A line of the plan keeps its colour from bar to bar.
        fill = _TOGETHER if part.number == TOGETHER else _PARTS[(part.number - 1) % len(_PARTS)]
        label = "合" if part.number == TOGETHER else str(part.number)
        pieces.append((part.amount, fill, label, f"{part.name}加 {part.amount} {requirement.unit}"))
    blocks = []
    for amount, fill, label, title in pieces:
        width = float(amount) * scale
        if width:
            fits = width >= _LABEL_WIDTH * (2 if label == "现在" else 1)
            blocks.append(Block(round(x, 1), round(width, 1), fill, label if fits else "", title))
        x += width
    y = number * _ROW
    sign = "够了" if requirement.met else "不够"
    unit = requirement.unit
    return Row(
        y=y,
        bar_y=y + _BAR_TOP,
        bar_height=_BAR,
        name=requirement.name,
        blocks=tuple(blocks),
        mark_x=round(_LEFT + float(requirement.needed) * scale, 1),
        result=f"现在 {requirement.now}，之后 {requirement.after}，需要 {requirement.needed} {unit}：{sign}",
    )
