"""Heat strip: the level of each scenario, in colour, length and words, and where the peers' median lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import NO_DATA, known_amount, without
from api.web.charts.lettering import wrapped
from recommender.domain.level import GRADE_NAMES

_NAME_ROOM = 82.0
_LEFT, _RIGHT, _WORD = 88.0, 248.0, 258.0
_TOP = 4.0
_ROW, _LINE = 25.0, 16.0
_CELL, _GAP = 15.0, 2.0


class Standing(NamedTuple):
    """A scenario with one's own level and the peers' median, None where not known.

    ``href`` is where its name in the table leads to.
    """

    name: str
    own: int | None
    peers: float | None = None
    href: str | None = None


class Cell(NamedTuple):
    """A level of a scenario; ``heat`` is its step of the colour scale, 0 where not reached."""

    x: float
    heat: int


class StripRow(NamedTuple):
    """A scenario as it is drawn."""

    lines: tuple[tuple[float, str], ...]
    y: float
    middle: float
    cells: tuple[Cell, ...]
    unknown: bool
    word: str
    mark: float | None


@dataclass(frozen=True, kw_only=True)
class StripChart(Chart):
    """The drawing; cells are ``cell_width`` by ``cell_height``."""

    rows: tuple[StripRow, ...]
    cell_width: float
    cell_height: float = _CELL
    word_x: float = _WORD


def strip_chart(
    title: str,
    standings: Sequence[Standing],
    *,
    levels: Sequence[str] = GRADE_NAMES,
    own_name: str = "本企业",
) -> StripChart:
    """Draw a row a scenario.

    Parameters
    ----------
    levels : sequence of str
        Names of the levels from 0 on.

    Raises
    ------
    ValueError
        If a level has no name, or a median is outside of the levels.
    """
    top = len(levels) - 1
    standings = [standing._replace(peers=known_amount(standing.peers)) for standing in standings]
    for standing in standings:
        if max(standing.own or 0, standing.peers or 0) > top or (standing.own or 0) < 0:
            raise ValueError(f"a level of {standing.name} is outside of 0 to {top}")
    step = (_RIGHT - _LEFT) / top
    rows: list[StripRow] = []
    y = _TOP
    for standing in standings:
        lines = wrapped(standing.name, _NAME_ROOM)
        height = max(_ROW, _LINE * len(lines) + 6)
        rows.append(_row(standing, lines, y + height / 2, step, levels))
        y += height
    return StripChart(
        title=title,
        text=_text(standings, levels, own_name),
        table=Table(
            head=("场景", own_name, "同行中位数"),
            rows=tuple((s.name, _said(s.own, levels), _said(s.peers, levels)) for s in standings),
            links=tuple(s.href for s in standings) if any(s.href for s in standings) else (),
        ),
        legend=(Key(mark="heat", name=own_name), Key(mark="median", name="同行中位数")),
        height=y,
        rows=tuple(rows),
        cell_width=round(step - _GAP, 1),
    )


def _row(
    standing: Standing, lines: Sequence[str], middle: float, step: float, levels: Sequence[str]
) -> StripRow:
    first = middle - _LINE * (len(lines) - 1) / 2 + 4.5
    own, peers = standing.own, standing.peers
    return StripRow(
        lines=tuple((round(first + _LINE * number, 1), line) for number, line in enumerate(lines)),
        y=round(middle - _CELL / 2, 1),
        middle=round(middle, 1),
        cells=tuple(
            Cell(round(_LEFT + step * (level - 1), 1), min(own, 5) if own is not None and level <= own else 0)
            for level in range(1, len(levels))
        ),
        unknown=own is None,
        word=_said(own, levels),
        mark=None if peers is None else round(_LEFT + step * peers - (_GAP / 2 if peers else 0), 1),
    )


def _said(level: float | None, levels: Sequence[str]) -> str:
    if level is None:
        return NO_DATA
    if level == int(level):
        return levels[int(level)]
    return f"{levels[int(level)]}和{levels[int(level) + 1]}之间"


def _text(standings: Sequence[Standing], levels: Sequence[str], own_name: str) -> str:
    graded = [(s.name, s.own) for s in standings if s.own is not None]
    told = f"热力条，{len(standings)} 个场景。"
    if not graded:
        return f"{told}都{NO_DATA}。"
    by_level = [(levels[n], [name for name, own in graded if own == n]) for n in reversed(range(len(levels)))]
    listed = "；".join(f"{level} {len(names)} 个（{'、'.join(names)}）" for level, names in by_level if names)
    told += f"{own_name}从高到低：{listed}。" + without(s.name for s in standings if s.own is None)
    both = [(s.name, s.own, s.peers) for s in standings if s.own is not None and s.peers is not None]
    if not both:
        return f"{told}同行中位数{NO_DATA}。"
    below = [name for name, own, peers in both if own < peers]
    return f"{told}低于同行中位数的有 {len(below)} 个" + (f"：{'、'.join(below)}。" if below else "。")
