"""What closes what: for each requirement of the target level, what is there and what a plan's lines add."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.lettering import text_width
from api.web.charts.named_rows import BAR, LEFT, RIGHT, NamedRow, named_rows
from recommender.report.closing import TOGETHER, Requirement

_UNDER = 18.0
#: Lines of a plan go through so many fills.
_FILLS = 4


class Block(NamedTuple):
    """A piece of a bar; ``label`` stands under it, empty where it is too narrow for one."""

    x: float
    width: float
    fill: str
    label: str


class DrawnRequirement(NamedTuple):
    """A requirement as it is drawn, to its own scale."""

    row: NamedRow
    blocks: tuple[Block, ...]
    needed_x: float


@dataclass(frozen=True, kw_only=True)
class ClosingChart(Chart):
    """The drawing; labels stand ``label_y`` below the upper edge of their bar."""

    requirements: tuple[DrawnRequirement, ...]
    left: float = LEFT
    track: float = RIGHT - LEFT
    bar_height: float = BAR
    label_y: float = BAR + 15


def closing_chart(title: str, requirements: Sequence[Requirement]) -> ClosingChart:
    """Draw a bar a requirement: what is there, what each line brings, and the threshold."""
    figures = [
        (r.name, f"{r.after} / {r.needed} {r.unit}，{'够了' if r.met else '不够'}") for r in requirements
    ]
    rows, height = named_rows(figures, below=_UNDER)
    lines = {part.number: part.name for r in requirements for part in r.parts}
    return ClosingChart(
        title=title,
        text="".join(requirement.text for requirement in requirements),
        table=Table(
            head=("要求", "现在", "各项增加", "之后", "需要", "结果"),
            rows=tuple(
                (
                    r.name,
                    f"{r.now} {r.unit}",
                    "；".join(f"{part.name} {part.amount} {r.unit}" for part in r.parts) or "没有变化",
                    f"{r.after} {r.unit}",
                    f"{r.needed} {r.unit}",
                    "够了" if r.met else "不够",
                )
                for r in requirements
            ),
        ),
        legend=(
            Key(mark="part-now", name="现在"),
            *(
                Key(mark=f"part-{_fill(n)}", name=name if n == TOGETHER else f"{n} {name}")
                # What comes only together stands last, as in the bars.
                for n, name in sorted(lines.items(), key=lambda line: (line[0] == TOGETHER, line[0]))
            ),
            Key(mark="target", name="需要"),
        ),
        height=height,
        requirements=tuple(_drawn(r, row) for r, row in zip(requirements, rows, strict=True)),
    )


def _fill(number: int) -> str:
    # A line of the plan keeps its fill from bar to bar.
    return "together" if number == TOGETHER else str((number - 1) % _FILLS + 1)


def _drawn(requirement: Requirement, row: NamedRow) -> DrawnRequirement:
    longest = float(max(requirement.needed, requirement.after, requirement.now)) or 1.0
    scale = (RIGHT - LEFT) / longest
    pieces = [(requirement.now, "now", "现在")] + [
        (part.amount, _fill(part.number), "合" if part.number == TOGETHER else str(part.number))
        for part in requirement.parts
    ]
    x = LEFT
    blocks = []
    for amount, fill, label in pieces:
        width = float(amount) * scale
        if width:
            fits = width >= text_width(label)
            blocks.append(Block(round(x, 1), round(width, 1), fill, label if fits else ""))
        x += width
    return DrawnRequirement(row, tuple(blocks), round(LEFT + float(requirement.needed) * scale, 1))
