"""Alarms: who has more of the attention than staff allow."""

from collections.abc import Iterator, Sequence

from recommender.exposure.caps import MARKET_NAMES, Caps
from recommender.exposure.report import Alarm, ExposureSlice, MarketExposure, SliceKind
from recommender.learning.intervals import Figure

MEASURE_NAMES = {"impressions": "看到", "contacts": "联系"}


def alarms_of(
    markets: Sequence[MarketExposure], caps: Caps, *, sub_industry: str | None, district: str | None
) -> tuple[Alarm, ...]:
    """Return every share above its cap, certain ones first.

    Parameters
    ----------
    sub_industry, district : str, optional
        What the report was limited to: the slice of all is then that sub-industry, and in one district
        nothing is held against anybody, because caps are set for the city and its sub-industries.
    """
    found = [] if district is not None else list(_alarms(markets, caps, sub_industry))
    return tuple(sorted(found, key=lambda alarm: (not alarm.certain, -(alarm.share.value or 0.0))))


def _alarms(markets: Sequence[MarketExposure], caps: Caps, sub_industry: str | None) -> Iterator[Alarm]:
    for market in markets:
        for part in market.slices:
            if part.kind is SliceKind.DISTRICT or part.enterprises < caps.least_enterprises:
                continue
            cap = caps.of(market.market, part.code or sub_industry)
            if cap is not None:
                yield from _above(market, part, cap, caps.least_impressions)


def _above(market: MarketExposure, part: ExposureSlice, cap: float, least: int) -> Iterator[Alarm]:
    for measure, total in (("impressions", part.impressions), ("contacts", part.contacts)):
        if total < least:
            continue
        for party in part.parties:
            share = party.share if measure == "impressions" else party.contact_share
            if share.value is None or share.value <= cap:
                continue
            low = share.ci95[0]
            certain = low is not None and low > cap
            yield Alarm(
                market=market.market,
                kind=part.kind,
                code=part.code,
                party=party.party,
                measure=measure,
                share=share,
                cap=cap,
                certain=certain,
                text=_text(market, part, party.name, measure, share, cap, certain=certain),
            )


def _text(
    market: MarketExposure,
    part: ExposureSlice,
    name: str,
    measure: str,
    share: Figure,
    cap: float,
    *,
    certain: bool,
) -> str:
    low, high = share.ci95
    interval = "" if low is None or high is None else f"（95% 区间 {low:.0%}–{high:.0%}）"
    sure = "" if certain else "；区间跨过上限，尚不能确定"
    where = "" if part.kind is SliceKind.ALL else f"在{part.name}"
    return (
        f"{MARKET_NAMES[market.market]}“{name}”{where}占{MEASURE_NAMES[measure]}次数的 {share.value:.0%}"
        f"{interval}，超过上限 {cap:.0%}{sure}"
    )
