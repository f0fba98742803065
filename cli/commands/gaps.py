"""``gaps``: what enterprises need and the pool lacks."""

from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.session import installation
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.errors import InvalidInput


def gaps(
    level: Annotated[
        int | None, typer.Option("--level", min=1, max=4, help="目标等级，默认各企业的下一级")
    ] = None,
    sub_industry: Annotated[
        SubIndustry | None, typer.Option("--sub-industry", help="只看一个细分行业的企业")
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="只看一个区的企业（六位区划代码）", metavar="CODE")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Report the gaps of the pool."""
    if district is not None and district not in {entry.code for entry in load_taxonomy().districts}:
        raise InvalidInput(f"没有代码为 {district} 的区", place={"field": "district"})
    with installation() as here:
        report = here.gaps.report(level=level, sub_industry=sub_industry, district=district)
    if as_json:
        streams.emit(report)
        return
    from cli.views.gaps import show_gaps

    show_gaps(streams.console(), report)
