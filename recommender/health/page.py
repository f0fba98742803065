"""The health report as a page to print."""

from recommender.domain.calendar import local_day
from recommender.domain.event import load_funnel
from recommender.domain.taxonomy import load_taxonomy
from recommender.exposure.report import SliceKind
from recommender.health.limits import HealthLimits, load_limits
from recommender.health.picture import drift_heat, reliability_diagram
from recommender.health.report import TARGET_NAMES, VERDICT_NAMES, DriftLine, HealthReport, Verdict
from recommender.learning.intervals import Figure
from recommender.report.standalone import StandalonePage

PAGE = StandalonePage("recommender.health", "health.html.j2", "health.css")
#: Rows of the table of items that were never shown.
MOST_NEVER_SHOWN = 20
_PERIODS = {"recent": "近期", "reference": "对照"}
_KINDS = {"model": "模型", "policy": "排法", "index": "索引"}


def render_health_page(report: HealthReport, limits: HealthLimits | None = None) -> str:
    """Return the page as HTML; send it with ``PAGE.policy()``."""
    by_target: dict[str, list[DriftLine]] = {}
    for line in report.drift:
        by_target.setdefault(line.target, []).append(line)
    whole = [line for line in report.calibration if line.kind is SliceKind.ALL]
    return PAGE.render(
        report=report,
        limits=limits or load_limits(),
        targets=TARGET_NAMES,
        verdicts=VERDICT_NAMES,
        periods=_PERIODS,
        kinds=_KINDS,
        steps={entry.name: entry.title for entry in load_funnel().types},
        sub_industries=load_taxonomy().sub_industries,
        diagrams=[(line, diagram) for line in whole if (diagram := reliability_diagram(line)) is not None],
        parts=[
            line
            for line in report.calibration
            if line.kind is SliceKind.ALL or (line.is_probability and line.verdict is not Verdict.UNKNOWN)
        ],
        drifts=[(target, drift_heat(lines), _told(lines)) for target, lines in by_target.items()],
        most=MOST_NEVER_SHOWN,
        share=_share,
        number=_number,
        gap=_gap,
        day=local_day,
    )


def _told(lines: list[DriftLine]) -> list[DriftLine]:
    """Return what the table tells: every feature among all enterprises, and what is not normal elsewhere."""
    return [
        line
        for line in lines
        if line.kind is SliceKind.ALL or line.verdict in {Verdict.NOTICE, Verdict.ALARM}
    ]


def _share(figure: Figure | None) -> str:
    return _with_interval(figure, "{:.1%}")


def _number(figure: Figure | None) -> str:
    return _with_interval(figure, "{:.3f}")


def _gap(figure: Figure | None) -> str:
    return _with_interval(figure, "{:+.3f}")


def _with_interval(figure: Figure | None, form: str) -> str:
    if figure is None or figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = "" if low is None or high is None else f"\n{form.format(low)}～{form.format(high)}"
    return form.format(figure.value) + interval
