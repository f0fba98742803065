"""The shares of one market as a picture, with the cap across each bar."""

from typing import NamedTuple

from api.web.charts.bars import BarsChart
from api.web.charts.figures import Measure
from api.web.charts.share import Holding, share_chart
from recommender.exposure.caps import MARKET_NAMES, Caps
from recommender.exposure.report import ExposureReport, ExposureSlice, Month


class MarketView(NamedTuple):
    """One market as the page shows it.

    Attributes
    ----------
    weighed : bool
        Whether enough was seen to hold shares against the cap, as for alarms.
    chart : BarsChart, optional
        None where nothing was seen.
    """

    code: str
    name: str
    whole: ExposureSlice
    cap: float | None
    weighed: bool
    chart: BarsChart | None
    months: tuple[Month, ...]


def market_views(report: ExposureReport, caps: Caps) -> tuple[MarketView, ...]:
    """Return the markets; in one district no cap holds."""
    views = []
    for market in report.markets:
        whole, name = market.slices[0], MARKET_NAMES[market.market]
        cap = None if report.district else caps.of(market.market, report.sub_industry)
        weighed = whole.enterprises >= caps.least_enterprises and whole.impressions >= caps.least_impressions
        holdings = [Holding(party.name, party.impressions) for party in whole.parties]
        chart = share_chart(
            f"各{name}被看到的占比", holdings, measure=Measure("次"), cap=cap if weighed else None
        )
        seen = chart if whole.impressions else None
        views.append(MarketView(market.market.value, name, whole, cap, weighed, seen, market.months))
    return tuple(views)
