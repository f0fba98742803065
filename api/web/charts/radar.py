"""Radar of dimensions: one's own against the peers'."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import LETTER, Chart, Key, Table
from api.web.charts.figures import PERCENT, extremes, known_amount, without
from api.web.charts.lettering import wrapped

_FEWEST, _MOST = 3, 6
_CENTRE = 160.0
#: Three axes leave more room beside the outline than four to six.
_RADIUS, _RADIUS_OF_THREE = 84.0, 96.0
_TOP = 38.0
_RINGS = (0.25, 0.5, 0.75, 1.0)
_LINE = 16.0
#: Names stand this far outside of the outer ring. Beside it they are broken; above and below there is room.
_OUTSIDE = 10.0
_ROOM_BESIDE, _ROOM_ABOVE = 5 * LETTER, 16 * LETTER


class Axis(NamedTuple):
    """A dimension with its two shares of the full score, 0 to 1; None where not known."""

    name: str
    own: float | None
    peers: float | None = None


class Spoke(NamedTuple):
    """An axis as it is drawn: its outer end and the lines of its name, each with its height."""

    x: float
    y: float
    anchor: str
    name_x: float
    lines: tuple[tuple[float, str], ...]
    value: str
    value_y: float
    known: bool


class Outline(NamedTuple):
    """Values of one series.

    Attributes
    ----------
    path : str
        Between neighbours that are both known; empty where there are none.
    closed : bool
        Whether all are known, so that the path encloses an area.
    marks : tuple of (float, float)
        The known values.
    """

    path: str
    closed: bool
    marks: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class RadarChart(Chart):
    """The drawing; ``rings`` are closed paths at each quarter."""

    rings: tuple[str, ...]
    centre: tuple[float, float]
    spokes: tuple[Spoke, ...]
    own: Outline
    peers: Outline


def radar_chart(
    title: str, axes: Sequence[Axis], *, own_name: str = "本企业", peers_name: str = "同行"
) -> RadarChart:
    """Draw three to six dimensions.

    Raises
    ------
    ValueError
        If there are fewer or more, or a share is outside of 0 to 1.
    """
    if not _FEWEST <= len(axes) <= _MOST:
        raise ValueError(f"a radar has {_FEWEST} to {_MOST} axes, not {len(axes)}")
    own, peers = [_share(axis.own) for axis in axes], [_share(axis.peers) for axis in axes]
    radius = _RADIUS_OF_THREE if len(axes) == _FEWEST else _RADIUS
    centre = (_CENTRE, _TOP + radius)
    directions = [
        (radius * math.sin(turn), -radius * math.cos(turn))
        for turn in (2 * math.pi * n / len(axes) for n in range(len(axes)))
    ]
    spokes = tuple(
        _spoke(axis.name, value, direction, centre)
        for axis, value, direction in zip(axes, own, directions, strict=True)
    )
    rings = tuple(_path([_at(centre, d, ring) for d in directions], close=True) for ring in _RINGS)
    percent = [
        (None if a is None else 100 * a, None if b is None else 100 * b)
        for a, b in zip(own, peers, strict=True)
    ]
    names = [axis.name for axis in axes]
    return RadarChart(
        title=title,
        text=_text(names, percent, own_name, peers_name),
        table=Table(
            head=("维度", own_name, peers_name),
            rows=tuple(
                (name, PERCENT.said(mine), PERCENT.said(theirs))
                for name, (mine, theirs) in zip(names, percent, strict=True)
            ),
        ),
        legend=(Key(mark="own", name=own_name), Key(mark="peers", name=peers_name)),
        height=max(spoke.value_y for spoke in spokes) + LETTER,
        rings=rings,
        centre=centre,
        spokes=spokes,
        own=_outline(own, directions, centre),
        peers=_outline(peers, directions, centre),
    )


def _share(value: float | None) -> float | None:
    amount = known_amount(value)
    if amount is not None and amount > 1:
        raise ValueError("a share of the full score is 0 to 1")
    return amount


def _at(centre: tuple[float, float], direction: tuple[float, float], share: float) -> tuple[float, float]:
    return (
        round(centre[0] + share * direction[0], 1),
        round(centre[1] + share * direction[1], 1),
    )


def _path(points: Sequence[tuple[float, float]], *, close: bool) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in points) + ("Z" if close else "")


def _spoke(
    name: str, value: float | None, direction: tuple[float, float], centre: tuple[float, float]
) -> Spoke:
    end = _at(centre, direction, 1)
    across, down = (part / math.hypot(*direction) for part in direction)
    anchor = "middle" if abs(across) < 0.1 else "start" if across > 0 else "end"
    lines = wrapped(name, _ROOM_ABOVE, most=1) if anchor == "middle" else wrapped(name, _ROOM_BESIDE)
    x = end[0] + (_OUTSIDE * across if anchor != "middle" else 0)
    # The block of name and value grows away from the outline: up at the top, down at the bottom.
    block = _LINE * len(lines)
    first = end[1] + down * _OUTSIDE + (down - 1) / 2 * block + 0.35 * LETTER
    return Spoke(
        *end,
        anchor=anchor,
        name_x=round(x, 1),
        lines=tuple((round(first + _LINE * number, 1), line) for number, line in enumerate(lines)),
        value=PERCENT.said(None if value is None else 100 * value),
        value_y=round(first + block, 1),
        known=value is not None,
    )


def _outline(
    values: Sequence[float | None], directions: Sequence[tuple[float, float]], centre: tuple[float, float]
) -> Outline:
    points = [None if v is None else _at(centre, d, v) for v, d in zip(values, directions, strict=True)]
    marks = tuple(point for point in points if point is not None)
    closed = len(marks) == len(points)
    if closed:
        return Outline(_path(marks, close=True), closed, marks)
    stretches = [
        _path([a, b], close=False)
        for a, b in zip(points, [*points[1:], points[0]], strict=True)
        if a is not None and b is not None
    ]
    return Outline("".join(stretches), closed, marks)


def _text(
    names: Sequence[str], percent: Sequence[tuple[float | None, float | None]], own_name: str, peers_name: str
) -> str:
    mine = extremes([(name, own) for name, (own, _) in zip(names, percent, strict=True)], PERCENT)
    apart = [
        (name, own - peers)
        for name, (own, peers) in zip(names, percent, strict=True)
        if own is not None and peers is not None
    ]
    told = f"雷达图，{len(names)} 个维度，满分为 100%。{own_name}：{mine}"
    if not apart:
        return f"{told}{peers_name}没有可比的数据。"
    name, by = min(apart, key=lambda pair: pair[1])
    if by < 0:
        told += f"比{peers_name}低得最多的是{name}（低 {PERCENT.figure(-by)} 个百分点）。"
    else:
        told += f"没有一个维度低于{peers_name}。"
    return told + without(
        f"{peers_name}的{n}" for n, (_, peers) in zip(names, percent, strict=True) if peers is None
    )
