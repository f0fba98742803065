"""Tile map of Guangzhou: its 11 districts as equal tiles, roughly where they lie, with value and target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import Measure, extremes, known_amount, without
from api.web.charts.lettering import text_width
from recommender.domain.taxonomy import load_taxonomy

#: Column and row of each district, by code; west to east and north to south.
PLACES = {
    "440114": (0, 0),
    "440117": (2, 0),
    "440111": (1, 1),
    "440118": (3, 1),
    "440103": (0, 2),
    "440104": (1, 2),
    "440106": (2, 2),
    "440112": (3, 2),
    "440105": (1, 3),
    "440113": (2, 4),
    "440115": (3, 5),
}
_STEP, _GAP, _HEIGHT = 80.0, 4.0, 68.0
_GAUGE = 10.0
_STEPS = 5


class Progress(NamedTuple):
    """A district's value and its target, None where not known or not set."""

    value: float | None
    target: float | None = None


class Tile(NamedTuple):
    """A district as it is drawn.

    Attributes
    ----------
    heat : int, optional
        Step of the colour scale; None where nothing is known.
    filled : float
        How far the gauge at its lower edge is filled.
    """

    x: float
    y: float
    heat: int | None
    filled: float
    name: str
    figure: str
    target: str
    met: bool


@dataclass(frozen=True, kw_only=True)
class TilesChart(Chart):
    """The drawing; tiles are ``tile_width`` by ``tile_height``, with a gauge of ``gauge`` at the lower edge.

    No letters lie on the colours of the scale, so these may be as strong as the pages like.
    """

    tiles: tuple[Tile, ...]
    tile_width: float = _STEP - _GAP
    tile_height: float = _HEIGHT
    gauge: float = _GAUGE


def tiles_chart(title: str, districts: Mapping[str, Progress], *, measure: Measure) -> TilesChart:
    """Draw all 11 districts; those that are not among ``districts`` have no data.

    Parameters
    ----------
    districts : mapping of str to Progress
        By the codes of ``data/taxonomy``.
    measure : Measure
        Its unit should leave figures of up to five digits: a tile has no room for more.

    Raises
    ------
    ValueError
        If a code is not one of the 11, or a value is below nought.
    """
    names = {entry.code: entry.name for entry in load_taxonomy().districts}
    if strangers := districts.keys() - names.keys():
        raise ValueError(f"not a district of Guangzhou: {', '.join(sorted(strangers))}")
    read = {
        code: Progress(*(known_amount(amount) for amount in districts.get(code, Progress(None))))
        for code in names
    }
    targets = any(district.target is not None for district in read.values())
    highest = max((d.value for d in read.values() if d.value is not None), default=0.0)
    whole = all(text_width(measure.said(d.value)) <= _STEP - 3 * _GAP for d in read.values())
    unit = "" if whole or not measure.unit else f"（单位：{measure.unit}）"
    tiles = tuple(
        _tile(names[code], PLACES[code], district, None if targets else highest, measure, whole)
        for code, district in read.items()
    )
    return TilesChart(
        title=title,
        text=_text({names[code]: district for code, district in read.items()}, measure),
        table=Table(
            head=("区", "数值", *(("目标", "是否达到") if targets else ())),
            rows=tuple(
                (names[code], measure.said(d.value))
                + (
                    (measure.said(d.target) if d.target is not None else "没有目标", _reached(d))
                    if targets
                    else ()
                )
                for code, d in read.items()
            ),
        ),
        legend=(
            Key(mark="heat", name=f"条越长、颜色越重，{'离目标越近' if targets else '数值越大'}{unit}"),
            *((Key(mark="met", name="达到目标"),) if any(tile.met for tile in tiles) else ()),
        ),
        height=(max(row for _, row in PLACES.values()) + 1) * (_HEIGHT + _GAP),
        tiles=tiles,
    )


def _tile(
    name: str,
    place: tuple[int, int],
    district: Progress,
    highest: float | None,
    measure: Measure,
    whole: bool,
) -> Tile:
    value, target = district
    column, row = place
    full = target if highest is None else highest
    part = min(value / full, 1.0) if value is not None and full else 0.0
    said = measure.said(value) if whole or value is None else measure.figure(value)
    return Tile(
        x=column * _STEP + _GAP / 2,
        y=row * (_HEIGHT + _GAP) + _GAP / 2,
        heat=None if value is None else int(_STEPS * part),
        filled=round(part * (_STEP - _GAP), 1),
        name=name.removesuffix("区"),
        figure=said,
        target="" if target is None else f"目标 {measure.figure(target)}",
        met=_met(district),
    )


def _met(district: Progress) -> bool:
    return district.value is not None and district.target is not None and district.value >= district.target


def _reached(district: Progress) -> str:
    if district.value is None or district.target is None:
        return "—"
    return "达到" if _met(district) else "没有达到"


def _text(districts: Mapping[str, Progress], measure: Measure) -> str:
    told = f"广州市 {len(districts)} 个区的方格图。"
    told += extremes([(name, d.value) for name, d in districts.items()], measure)
    aimed = {name: d for name, d in districts.items() if d.value is not None and d.target is not None}
    if not aimed:
        return told
    met = [name for name, d in aimed.items() if _met(d)]
    told += f"达到目标的有 {len(met)} 个" + (f"：{'、'.join(met)}。" if met else "。")
    return told + without(f"{name}的目标" for name, d in districts.items() if d.target is None)
