"""The exposure report as a page to print."""

from recommender.domain.taxonomy import load_taxonomy
from recommender.exposure.caps import MARKET_NAMES, Caps, load_caps
from recommender.exposure.picture import hhi_line, share_bars
from recommender.exposure.report import ExposureReport, SliceKind
from recommender.learning.intervals import Figure
from recommender.report.standalone import StandalonePage

PAGE = StandalonePage("recommender.exposure", "exposure.html.j2", "exposure.css")
_KIND_NAMES = {SliceKind.ALL: "全部", SliceKind.SUB_INDUSTRY: "细分行业", SliceKind.DISTRICT: "区"}


def render_exposure_page(report: ExposureReport, caps: Caps | None = None) -> str:
    """Return the page as HTML; send it with ``PAGE.policy()``."""
    chosen = caps or load_caps()
    taxonomy = load_taxonomy()
    scope: list[str | None] = []
    if report.sub_industry is not None:
        scope.append(taxonomy.sub_industry_name(report.sub_industry))
    if report.district is not None:
        scope.append(taxonomy.district_name(report.district))
    pictures = {}
    for market in report.markets:
        whole = market.slices[0]
        cap = None if report.district else chosen.of(market.market, report.sub_industry)
        pictures[market.market] = (share_bars(whole, cap), hhi_line(market.months, whole.equal_hhi), cap)
    return PAGE.render(
        report=report,
        scope="、".join(name for name in scope if name),
        pictures=pictures,
        market_names=MARKET_NAMES,
        kind_names=_KIND_NAMES,
        share=_share,
        number=_number,
        index=_index,
    )


def _share(figure: Figure) -> str:
    return _told(figure, "{:.1%}")


def _number(figure: Figure) -> str:
    return _told(figure, "{:.2f}")


def _index(figure: Figure) -> str:
    return _told(figure, "{:.3f}")


def _told(figure: Figure, form: str) -> str:
    if figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f"（{form.format(low)}–{form.format(high)}）"
    return form.format(figure.value) + interval
