"""``fair-lists``: lists for a whole market in which no one envies another, beside today's lists."""

from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.session import installation
from recommender.domain.taxonomy import SubIndustry
from recommender.matching.fair_answer import FairListsRequest, FairMethod


def fair_lists(
    sub_industry: Annotated[
        SubIndustry | None, typer.Option("--sub-industry", help="细分行业，默认为全部")
    ] = None,
    method: Annotated[FairMethod, typer.Option("--method", help="排名单的方法")] = FairMethod.ENVY_FREE,
    depth: Annotated[int, typer.Option("--depth", min=1, max=200, help="每份名单列几家", metavar="N")] = 10,
    share_cap: Annotated[
        float | None,
        typer.Option("--share-cap", help="一家单位最多占企业侧名单曝光的几成，0–1", metavar="SHARE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute fair lists and compare them with today's; nothing is served."""
    request = FairListsRequest(sub_industry=sub_industry, method=method, depth=depth, share_cap=share_cap)
    with installation() as here:
        answer = here.matching.fair_lists(request)
    if as_json:
        streams.emit(answer)
        return
    from cli.views.fair_lists import show_fair_lists

    show_fair_lists(streams.console(), answer)
