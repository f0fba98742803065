"""Shares of lead units: who has how much of the whole, and who is over the cap."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.charts.bars import Bar, BarsChart, drawn_bars
from api.web.charts.chart import Key, Table
from api.web.charts.figures import PERCENT, Measure, known_amount, share, without

#: So many stand alone; the others are one bar.
SHOWN = 10


class Holding(NamedTuple):
    """What one unit has, None where not known."""

    name: str
    amount: float | None


def share_chart(
    title: str, holdings: Sequence[Holding], *, measure: Measure, cap: float | None = None
) -> BarsChart:
    """Draw the largest shares, the others together, and the cap across each.

    Parameters
    ----------
    cap : float, optional
        Largest share that one may have, 0 to 1.

    Raises
    ------
    ValueError
        If an amount is below nought or the cap is not a share.
    """
    if cap is not None and not 0 < cap <= 1:
        raise ValueError("the cap is a share above 0 and up to 1")
    limit = None if cap is None else 100 * cap
    amounts = [(name, known_amount(amount)) for name, amount in holdings]
    known = sorted(((name, a) for name, a in amounts if a is not None), key=lambda pair: -pair[1])
    missing = [name for name, amount in amounts if amount is None]
    whole = sum(amount for _, amount in known)
    parts = [(name, share(amount, whole)) for name, amount in known]
    over = frozenset(name for name, part in parts if limit is not None and part is not None and part > limit)
    bars = [Bar(name, part, limit) for name, part in parts[:SHOWN]]
    if len(parts) > SHOWN:
        rest = share(sum(amount for _, amount in known[SHOWN:]), whole)
        # The cap is on one unit, not on the others together.
        bars.append(Bar(f"其余 {len(parts) - SHOWN} 家", rest))
    bars += [Bar(name, None, limit) for name in missing]
    figures = [PERCENT.said(bar.value) + ("，超过上限" if bar.name in over else "") for bar in bars]
    drawn, height = drawn_bars(bars, figures, bad=over)
    return BarsChart(
        title=title,
        text=_text(parts, limit, over) + without(missing),
        table=Table(
            head=("单位", "数量", "占比", "是否超过上限") if cap is not None else ("单位", "数量", "占比"),
            rows=tuple(
                (name, measure.said(amount), PERCENT.said(share(amount, whole)))
                + (
                    ("超过" if name in over else "没有超过" if amount is not None else "—",)
                    if cap is not None
                    else ()
                )
                for name, amount in [*known, *((name, None) for name in missing)]
            ),
        ),
        legend=(Key(mark="target", name=f"一家的上限 {PERCENT.said(limit)}"),) if limit is not None else (),
        height=height,
        bars=drawn,
    )


def _text(parts: Sequence[tuple[str, float | None]], limit: float | None, over: frozenset[str]) -> str:
    told = f"占比图，{len(parts)} 家单位。"
    if not parts or parts[0][1] is None:
        return f"{told}还没有数量。"
    most, least = (f"{name}（{PERCENT.said(part)}）" for name, part in (parts[0], parts[-1]))
    told += f"最多的是{most}，最少的是{least}。"
    if len(parts) > 3:
        told += f"前三家合计占 {PERCENT.said(sum(part or 0 for _, part in parts[:3]))}。"
    if limit is None:
        return told
    names = "、".join(name for name, _ in parts if name in over)
    return told + (
        f"超过上限 {PERCENT.said(limit)} 的有 {len(over)} 家：{names}。"
        if over
        else f"没有一家超过上限 {PERCENT.said(limit)}。"
    )
