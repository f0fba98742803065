"""The exposure report: alarms, then shares against merit, then concentration."""

from rich.console import Console

from cli.views.text import heading, named, paragraph, table
from recommender.exposure.caps import MARKET_NAMES
from recommender.exposure.report import ExposureReport, MarketExposure
from recommender.learning.intervals import Figure

_MOST_PARTIES = 15


def show_exposure(console: Console, report: ExposureReport) -> None:
    """Print the report."""
    heading(console, f"曝光公平报告 {report.since} 至 {report.until}")
    for alarm in report.alarms:
        paragraph(console, f"! {alarm.text}", hang=2, style="bad" if alarm.certain else "note")
    if not report.alarms:
        console.print("没有单位超过上限（样本不足的范围不作判断）。", style="good")
    for market in report.markets:
        _market(console, market)
    console.print()
    for note in report.notes:
        paragraph(console, f"· {note}", hang=2, style="quiet")


def _market(console: Console, market: MarketExposure) -> None:
    whole = market.slices[0]
    heading(console, MARKET_NAMES[market.market])
    paragraph(
        console,
        f"{whole.enterprises} 家企业，看到 {whole.impressions} 次，联系 {whole.contacts} 次；"
        f"基尼系数 {_told(whole.gini, '.2f')}，HHI {_told(whole.hhi, '.3f')}",
    )
    if not whole.impressions:
        return
    columns = ("看到", "份额", "应得", "份额÷应得")
    rows = table("名称", *columns, numbers=frozenset(columns))
    for party in whole.parties[:_MOST_PARTIES]:
        rows.add_row(
            named(party.name, party.mark),
            str(party.impressions),
            _told(party.share, ".1%"),
            "—" if party.merit_share.value is None else f"{party.merit_share.value:.1%}",
            _told(party.ratio, ".2f"),
        )
    console.print(rows)


def _told(figure: Figure, form: str) -> str:
    if figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f" [{low:{form}}, {high:{form}}]"
    return f"{figure.value:{form}}{interval}"
