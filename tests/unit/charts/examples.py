"""One chart of each kind with something missing, and the templates that draw it; all figures are made up."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.web.charts import tiles
from api.web.charts.bars import Bar, bars_chart
from api.web.charts.chart import Chart
from api.web.charts.closing import closing_chart
from api.web.charts.figures import Measure
from api.web.charts.funnel import Step, funnel_chart
from api.web.charts.line import Forecast, Month, line_chart
from api.web.charts.radar import Axis, radar_chart
from api.web.charts.share import Holding, share_chart
from api.web.charts.strip import Standing, strip_chart
from api.web.charts.timeline import Progress, Stage, timeline_chart
from recommender.report.closing import ClosingPart, Requirement

FIRMS = Measure("家")
MARKUP = '<script>alert("x")</script>&\''
#: Longer than there is room for, and with markup.
NAME = f"很长很长很长很长很长的名字{MARKUP}"


def requirement(
    now: str, needed: str, parts: Sequence[tuple[int, str]], *, name: str = "三个维度总分"
) -> Requirement:
    after = Decimal(now) + sum(Decimal(amount) for _, amount in parts)
    return Requirement(
        code="points",
        name=name,
        unit="分",
        now=Decimal(now),
        needed=Decimal(needed),
        after=after,
        met=after >= Decimal(needed),
        parts=tuple(
            ClosingPart(number=n, name=f"{n} 号产品{MARKUP}", amount=Decimal(amount)) for n, amount in parts
        ),
        text=f"{name}：现在 {now} 分。",
    )


def examples() -> dict[str, Chart]:
    """Return a chart by the name of its macro and template."""
    return {
        "radar": radar_chart(
            NAME, [Axis(NAME, 0.5, 0.25), Axis("乙", None, 0.5), Axis("丙", 1, float("nan"))]
        ),
        "strip": strip_chart(
            NAME, [Standing(NAME, 2, 2.5, f"/x?{MARKUP}"), Standing("乙", None, 1), Standing("丙", 0)]
        ),
        "bars": bars_chart(NAME, [Bar(NAME, 120, 150, 100, 140), Bar("乙", None, 60)], measure=FIRMS),
        "closing": closing_chart(
            NAME,
            [
                requirement(
                    "30", "60", [(1, "10"), (2, "9"), (3, "8"), (4, "7"), (5, "1"), (0, "5")], name=NAME
                )
            ],
        ),
        "line": line_chart(
            NAME,
            [Month("1月", 3), Month("2月", None), Month("3月", 8)],
            forecast=[Forecast(MARKUP, 12, 10, 15)],
            target=14,
            measure=FIRMS,
        ),
        "funnel": funnel_chart(NAME, [Step(NAME, 100), Step("签约", 40), Step("验收", None)], measure=FIRMS),
        "tiles": tiles.tiles_chart(
            NAME, {"440106": tiles.Progress(30, 30), "440115": tiles.Progress(1, 9)}, measure=FIRMS
        ),
        "share": share_chart(
            NAME, [Holding(NAME, 6), Holding("乙", 2), Holding("丙", None)], measure=FIRMS, cap=0.5
        ),
        "timeline": timeline_chart(
            NAME,
            [
                Stage("建档", Progress.DONE, date(2026, 3, 1)),
                Stage(NAME, Progress.HERE, None, NAME * 3),
                Stage("验收", Progress.TO_COME),
            ],
        ),
    }


def templates() -> Environment:
    """Return the templates as the pages have them."""
    made = Environment(
        loader=PackageLoader("api.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    return made


def drawn(kind: str, chart: Chart, chart_id: str) -> str:
    """Return the figure as HTML."""
    source = f'{{% from "charts/{kind}.html" import {kind} %}}{{{{ {kind}(chart, id=chart_id) }}}}'
    return templates().from_string(source).render(chart=chart, chart_id=chart_id)
