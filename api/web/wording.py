"""Filters of the templates: amounts, days and shares as people write them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from math import isnan
from typing import Any

from recommender.domain.calendar import SHANGHAI
from recommender.policy.estimate import yuan_text

_RANGE = re.compile(r"^[\[(](?P<low>\d+)%?,(?P<high>\d+)%\]$")


def yuan(amount: Decimal | int | float | None) -> str:
    """Return an amount in yuan: ``28,000 元``; an unknown one is a dash."""
    return "—" if amount is None else yuan_text(Decimal(str(amount)))


def day(moment: datetime | date | None) -> str:
    """Return the local day: ``2026-03-01``; an unknown one is a dash."""
    if moment is None:
        return "—"
    return (moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment).strftime("%Y-%m-%d")


def minute(moment: datetime | None) -> str:
    """Return the local time to the minute; an unknown one is a dash."""
    return "—" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def percent(share: float | None) -> str:
    """Return a share of 1 as a percentage; an unknown one is a dash, never 0."""
    return "—" if share is None or isnan(share) else f"{share:.0%}"


def points(value: float | Decimal | None) -> str:
    """Return a score with at most one decimal; an unknown one is a dash."""
    if value is None or isnan(value):
        return "—"
    return f"{float(value):.1f}".removesuffix(".0")


def as_range(text: str) -> str:
    """Return a range of percentages in words: ``(10%,20%]`` is 超过 10%，到 20%; other texts stay."""
    found = _RANGE.match(text)
    if found is None:
        return text
    low, high = found["low"], found["high"]
    return f"{high}% 及以下" if low == "0" else f"超过 {low}%，到 {high}%"


FILTERS: dict[str, Callable[..., Any]] = {
    "yuan": yuan,
    "day": day,
    "minute": minute,
    "percent": percent,
    "points": points,
    "as_range": as_range,
}
