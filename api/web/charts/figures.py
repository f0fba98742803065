"""How the figures of charts are read and said."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

NO_DATA = "没有数据"


def known(value: float | None) -> float | None:
    """Return the value, None for NaN.

    Raises
    ------
    ValueError
        If it is infinite.
    """
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        raise ValueError("an infinite value cannot be drawn")
    return float(value)


def known_amount(value: float | None) -> float | None:
    """Return the value, None for NaN.

    Raises
    ------
    ValueError
        If it is infinite or below nought, which a bar from nought cannot show.
    """
    amount = known(value)
    if amount is not None and amount < 0:
        raise ValueError("a bar begins at nought: no value may be below")
    return amount


class Measure(NamedTuple):
    """What is measured.

    Attributes
    ----------
    unit : str
        Said after the figure: 家, 万元, %.
    digits : int
        After the decimal point.
    """

    unit: str = ""
    digits: int = 0

    def said(self, value: float | None) -> str:
        """Return the figure with its unit: 1,200 家, 45%, 没有数据."""
        if value is None:
            return NO_DATA
        gap = "" if self.unit in ("", "%") else " "
        return f"{self.figure(value)}{gap}{self.unit}"

    def span(self, low: float | None, high: float | None) -> str:
        """Return an interval: 10 至 12 家."""
        return NO_DATA if low is None or high is None else f"{self.figure(low)} 至 {self.said(high)}"

    def figure(self, value: float) -> str:
        """Return the figure alone."""
        # Adding nought makes -0 plain 0.
        return f"{round(value, self.digits) + 0:,.{self.digits}f}"


def share(part: float | None, whole: float | None) -> float | None:
    """Return the part in percent of the whole; None where either is not known or the whole is nought."""
    return None if part is None or not whole else 100 * part / whole


PERCENT = Measure("%")
#: A bare count.
PLAIN = Measure()


def extremes(named: Sequence[tuple[str, float | None]], measure: Measure) -> str:
    """Return which is highest, which is lowest and of which nothing is known, as sentences."""
    values = [(name, value) for name, value in named if value is not None]
    if not values:
        return f"都{NO_DATA}。"
    high, low = (pick(value for _, value in values) for pick in (max, min))
    if len(values) == 1:
        told = f"{values[0][0]}是 {measure.said(high)}。"
    elif measure.said(high) == measure.said(low):
        told = f"都是 {measure.said(high)}。"
    else:
        highest, lowest = (f"{_those(values, end)}（{measure.said(end)}）" for end in (high, low))
        told = f"最高的是{highest}，最低的是{lowest}。"
    return told + without(name for name, value in named if value is None)


def without(names: Iterable[str]) -> str:
    """Return that of these nothing is known; nothing if there are none."""
    listed = "、".join(names)
    return f"{listed}{NO_DATA}。" if listed else ""


def _those(values: Sequence[tuple[str, float]], wanted: float) -> str:
    return "、".join(name for name, value in values if value == wanted)
