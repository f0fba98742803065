"""``exposure``: who is seen and contacted, against what their merit would give them."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson, Xlsx
from cli.session import installation
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.errors import InvalidInput

_DAY = ["%Y-%m-%d"]


def exposure(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="从哪天起，默认一年前", metavar="DAY")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="到哪天止（含），默认今天", metavar="DAY")
    ] = None,
    sub_industry: Annotated[
        SubIndustry | None, typer.Option("--sub-industry", help="只看一个细分行业的企业")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="只看一个区的企业（六位区划代码）", metavar="CODE")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="另存带图的报告页（HTML）", metavar="FILE")
    ] = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Report exposure from the logs."""
    if district is not None and district not in {entry.code for entry in load_taxonomy().districts}:
        raise InvalidInput(f"没有代码为 {district} 的区", place={"field": "district"})
    with installation() as here:
        report = here.exposure.report(_day(since), _day(until), sub_industry=sub_industry, district=district)
        at = here.store.clock()
    if xlsx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.report.tables import exposure_workbook

        write_file(xlsx, exposure_workbook(report, at))
    if page is not None:
        from recommender.exposure.page import render_exposure_page

        page.write_text(render_exposure_page(report), encoding="utf-8")
    if as_json:
        streams.emit(report)
        return
    from cli.views.exposure import show_exposure

    show_exposure(streams.console(), report)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
