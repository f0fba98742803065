"""The shares of one market as a picture, with the cap across each bar."""

from typing import NamedTuple

from api.web.charts.bars import BarsChart
from api.web.charts.figures import Measure
from api.web.charts.share import Holding, share_chart
from recommender.exposure.caps import MARKET_NAMES, Caps
from recommender.exposure.report import ExposureReport, ExposureSlice, Month


class MarketView(NamedTuple):
    """One market as the page shows it; ``chart`` is None where nothing was seen."""

    code: str
    name: str
    whole: ExposureSlice
    cap: float | None
    chart: BarsChart | None
    months: tuple[Month, ...]


def market_views(report: ExposureReport, caps: Caps) -> tuple[MarketView, ...]:
    """Return the markets; in one district no cap holds."""
    views = []
    for market in report.markets:
        whole, name = market.slices[0], MARKET_NAMES[market.market]
        cap = None if report.district else caps.of(market.market, report.sub_industry)
        holdings = [Holding(party.name, party.impressions) for party in whole.parties]
        chart = share_chart(f"各{name}被看到的占比", holdings, measure=Measure("次"), cap=cap)
        seen = chart if whole.impressions else None
        views.append(MarketView(market.market.value, name, whole, cap, seen, market.months))
    return tuple(views)
