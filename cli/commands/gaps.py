"""``gaps``: what enterprises need and the pool lacks."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson, OnlyDistrict, OnlySubIndustry, Xlsx, check_district
from cli.session import installation


def gaps(
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=4, help="目标等级，默认各企业的下一级")
    ] = None,
    sub_industry: OnlySubIndustry = None,
    district: OnlyDistrict = None,
    xlsx: Xlsx = None,
    docx: Annotated[
        Path | None, typer.Option("--docx", help="另存为征集公告（Word）", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report the gaps of the pool, and write the call for solutions."""
    check_district(district)
    with installation() as here:
        report = here.gaps.report(level=level, sub_industry=sub_industry, district=district)
        now = here.store.clock()
    if xlsx is not None or docx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.gaps.call import call_document, call_workbook

        for path, render in ((xlsx, call_workbook), (docx, call_document)):
            if path is not None:
                write_file(path, render(report, now))
    if as_json:
        streams.emit(report)
        return
    from cli.views.gaps import show_gaps

    show_gaps(streams.console(), report)
