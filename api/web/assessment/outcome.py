"""What a result page shows of a scored diagnosis: level, charts against peers, ways to the next levels."""

from typing import NamedTuple

from api.web.charts.radar import Axis, RadarChart, radar_chart
from api.web.charts.strip import Standing, StripChart, strip_chart
from recommender.benchmark.peers import Benchmark, MeasureKind
from recommender.diagnosis.gap import Gap, gaps
from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.shortest_way import ShortestWay, shortest_way


class Ahead(NamedTuple):
    """A level above with what it lacks and the fewest steps to it.

    Attributes
    ----------
    asks : dict
        What the instrument asks for at the level, by scenario.
    """

    gap: Gap
    way: ShortestWay
    asks: dict[str, str]


class Outcome(NamedTuple):
    """All that the page says; ``title`` names the level reached, None below the first."""

    result: DiagnosisResult
    title: str | None
    benchmark: Benchmark
    radar: RadarChart
    strip: StripChart
    ahead: tuple[Ahead, ...]
    missing_items: tuple[str, ...]
    missing_scenarios: tuple[str, ...]


def outcome_of(result: DiagnosisResult, benchmark: Benchmark, instrument: Instrument) -> Outcome:
    """Return what a page shows."""
    reached = instrument.threshold(result.level)
    return Outcome(
        result=result,
        title=reached.title if reached else None,
        benchmark=benchmark,
        radar=_radar(result, benchmark),
        strip=_strip(result, benchmark),
        ahead=tuple(_ahead(gap, instrument) for gap in gaps(result, instrument)),
        missing_items=tuple(one.name for one in instrument.items if one.id in result.missing_items),
        missing_scenarios=tuple(
            one.name for one in instrument.scenarios if one.id in result.missing_scenarios
        ),
    )


def _ahead(gap: Gap, instrument: Instrument) -> Ahead:
    asks = {
        one.id: next(step.text for step in one.levels if step.level == gap.target_level)
        for one in instrument.scenarios
    }
    return Ahead(gap, shortest_way(gap), asks)


def _radar(result: DiagnosisResult, benchmark: Benchmark) -> RadarChart:
    answered = {item.parent for item in result.items if item.id not in result.missing_items}
    known = {one.parent for one in result.indicators if one.id in answered}
    axes = [
        Axis(
            measure.name,
            float(measure.value / measure.max_value)
            if measure.id in known and measure.value is not None
            else None,
            float(measure.median / measure.max_value) if measure.median is not None else None,
        )
        for measure in benchmark.of(MeasureKind.DIMENSION)
    ]
    return radar_chart("各方面得分占满分的比例", axes, peers_name="同行中位数")


def _strip(result: DiagnosisResult, benchmark: Benchmark) -> StripChart:
    medians = {
        one.id: float(one.median) for one in benchmark.of(MeasureKind.SCENARIO) if one.median is not None
    }
    standings = [
        Standing(one.name, one.grade if one.graded else None, medians.get(one.id)) for one in result.scenarios
    ]
    return strip_chart("16 个应用场景的等级", standings)
