"""``exposure``: who is seen and contacted, against what their merit would give them."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, OnlyDistrict, OnlySubIndustry, Xlsx, check_district, day_of
from cli.session import installation


def exposure(
    since: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="从哪天起，默认一年前", metavar="DAY")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=DAYS, help="到哪天止（含），默认今天", metavar="DAY")
    ] = None,
    sub_industry: OnlySubIndustry = None,
    district: OnlyDistrict = None,
    page: Annotated[
        Path | None, typer.Option("--page", help="另存带图的报告页（HTML）", metavar="FILE")
    ] = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Report exposure from the logs."""
    check_district(district)
    with installation() as here:
        report = here.exposure.report(
            day_of(since), day_of(until), sub_industry=sub_industry, district=district
        )
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
