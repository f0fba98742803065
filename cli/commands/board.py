"""``board``: the pilot's targets, where they stand and where they are heading."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, check_district, end_of
from cli.session import installation
from recommender.domain.taxonomy import SubIndustry


def board(
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=DAYS, help="截至哪天（含），默认现在", metavar="DAY"),
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="只看一个区（六位区划代码）", metavar="CODE")
    ] = None,
    sub_industry: Annotated[
        SubIndustry | None, typer.Option("--sub-industry", help="只看一个细分行业")
    ] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存为 Excel", metavar="FILE")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the board."""
    check_district(district)
    with installation(current=False) as here:
        found = here.boards.board(end_of(as_of), district=district, sub_industry=sub_industry)
    if xlsx is not None:
        from recommender.exchange.exporting import write_file
        from recommender.outcomes.workbook import board_workbook

        write_file(xlsx, board_workbook(found))
    if as_json:
        streams.emit(found)
        return
    from cli.views.board import show_board

    show_board(streams.console(), found)
