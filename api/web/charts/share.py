"""Shares of lead units: who has how much of the whole, and who is over the cap."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.charts.bars import Bar, BarsChart, drawn_bars
from api.web.charts.chart import Key, Table
from api.web.charts.figures import NO_DATA, Measure, known_amount, share, without

#: So many stand alone; the others are one bar.
SHOWN = 8
#: A share just over the cap must not look like the cap.
_SHARE = Measure("%", 1)


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
    # The largest come first, so those over the cap are the first so many.
    over = sum(limit is not None and part is not None and part > limit for _, part in parts)
    bars, alone = _bars(parts, missing, limit), min(over, SHOWN)
    figures = [_SHARE.said(bar.value) + "，超过上限" * (n < alone) for n, bar in enumerate(bars)]
    drawn, height = drawn_bars(bars, figures, bad=range(alone))
    return BarsChart(
        title=title,
        text=_text(parts, limit, over) + without(missing),
        table=Table(
            head=("单位", "数量", "占比", *(("是否超过上限",) if limit is not None else ())),
            rows=(
                *(
                    (name, measure.said(amount), _SHARE.said(part), *_verdict(n < over, limit))
                    for n, ((name, amount), (_, part)) in enumerate(zip(known, parts, strict=True))
                ),
                *((name, NO_DATA, NO_DATA, *(("—",) if limit is not None else ())) for name in missing),
            ),
        ),
        legend=(Key(mark="target", name=f"一家的上限 {_SHARE.said(limit)}"),) if limit is not None else (),
        height=height,
        bars=drawn,
    )


def _bars(
    parts: Sequence[tuple[str, float | None]], missing: Sequence[str], limit: float | None
) -> list[Bar]:
    bars = [Bar(name, part, limit) for name, part in parts[:SHOWN]]
    if others := parts[SHOWN:]:
        # The cap is on one unit, not on the others together.
        bars.append(Bar(f"其余 {len(others)} 家", sum(part or 0.0 for _, part in others)))
    if missing:
        bars.append(Bar(missing[0] if len(missing) == 1 else f"另外 {len(missing)} 家", None))
    return bars


def _verdict(over: bool, limit: float | None) -> tuple[str, ...]:
    return () if limit is None else ("超过" if over else "没有超过",)


def _text(parts: Sequence[tuple[str, float | None]], limit: float | None, over: int) -> str:
    told = f"占比图，{len(parts)} 家单位。"
    if not parts or parts[0][1] is None:
        return f"{told}还没有数量。"
    most, least = (f"{name}（{_SHARE.said(part)}）" for name, part in (parts[0], parts[-1]))
    told += f"最多的是{most}，最少的是{least}。"
    if len(parts) > 3:
        told += f"前三家合计占 {_SHARE.said(sum(part or 0.0 for _, part in parts[:3]))}。"
    if limit is None:
        return told
    cap = _SHARE.said(limit)
    if not over:
        return f"{told}没有一家超过上限 {cap}。"
    return f"{told}超过上限 {cap} 的有 {over} 家：{'、'.join(name for name, _ in parts[:over])}。"
