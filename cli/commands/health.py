"""``health``: how the recommender is doing, from its log."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import DAYS, AsJson, day_of
from cli.session import installation


def health(
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=DAYS, help="近期从哪天起，默认最近28天", metavar="DAY"),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAYS, help="近期到哪天止（含），默认今天", metavar="DAY"),
    ] = None,
    reference_days: Annotated[
        int | None,
        typer.Option("--reference-days", min=1, help="对照期的天数，紧接在近期之前，默认90", metavar="N"),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--html", help="另存带图的报告页（HTML）", metavar="FILE")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="有“异常”时以状态1结束")] = False,
    as_json: AsJson = False,
) -> None:
    """Report health from the log."""
    with installation() as here:
        report = here.health.report(day_of(since), day_of(until), reference_days=reference_days)
    if page is not None:
        from recommender.health.page import render_health_page

        page.write_text(render_health_page(report), encoding="utf-8")
    if as_json:
        streams.emit(report)
    else:
        from cli.views.health import show_health

        show_health(streams.console(), report)
    if strict and report.verdict == "alarm":
        raise typer.Exit(1)
