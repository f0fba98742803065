"""``gaps``: what enterprises need and the pool lacks."""

from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson, OnlyDistrict, OnlySubIndustry, check_district
from cli.session import installation


def gaps(
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=4, help="目标等级，默认各企业的下一级")
    ] = None,
    sub_industry: OnlySubIndustry = None,
    district: OnlyDistrict = None,
    as_json: AsJson = False,
) -> None:
    """Report the gaps of the pool."""
    check_district(district)
    with installation() as here:
        report = here.gaps.report(level=level, sub_industry=sub_industry, district=district)
    if as_json:
        streams.emit(report)
        return
    from cli.views.gaps import show_gaps

    show_gaps(streams.console(), report)
