"""The board as pictures: targets against their goals, districts, stages of the course."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.charts.bars import Bar, BarsChart, bars_chart
from api.web.charts.figures import Measure
from api.web.charts.funnel import Step, funnel_chart
from api.web.charts.tiles import Progress, TilesChart, tiles_chart
from recommender.course.worklist import StageCount
from recommender.domain.taxonomy import load_taxonomy
from recommender.outcomes.board import Board, TargetLine
from recommender.outcomes.forecast import Forecast
from recommender.outcomes.targets import load_targets

_FIRMS = Measure("家")


class TargetCard(NamedTuple):
    """A target as a card shows it."""

    line: TargetLine
    share: float
    tone: str
    word: str


def target_cards(board: Board) -> tuple[TargetCard, ...]:
    """Return each target with how far it has come, in a word."""
    return tuple(_card(line) for line in board.targets)


def _card(line: TargetLine) -> TargetCard:
    value = line.value if line.at_due is None else line.at_due
    if line.reached:
        tone, word = "good", "已达到"
    elif line.at_due is not None:
        tone, word = "bad", "到期未达到"
    else:
        tone, word = _heading(line.pace)
    return TargetCard(line, min(value / line.goal, 1.0), tone, word)


def _heading(pace: Forecast | None) -> tuple[str, str]:
    """Say where a target that is open is heading; nothing is said of too little."""
    if pace is None or pace.chance is None:
        return "", "进行中，数据还少"
    if pace.chance >= 0.8:
        return "good", "按现在的速度能达到"
    return ("warn", "按现在的速度没有把握") if pace.chance >= 0.2 else ("bad", "按现在的速度达不到")


def district_tiles(board: Board) -> TilesChart:
    """Return the eleven districts with the enterprises accepted in each."""
    counted = {part.code: part.value for part in _acceptances(board).by_district}
    # None counted is a true nought; of the districts that the board leaves out nothing is known.
    shown = [one.code for one in load_taxonomy().districts if board.district in {None, one.code}]
    return tiles_chart(
        "各区验收通过的企业",
        {code: Progress(counted.get(code, 0)) for code in shown},
        measure=_FIRMS,
    )


def sub_industry_bars(board: Board) -> BarsChart:
    """Return the sub-industries with the enterprises accepted in each."""
    counted = {part.code: part.value for part in _acceptances(board).by_sub_industry}
    shown = [one for one in load_taxonomy().sub_industries if board.sub_industry in {None, one.code.value}]
    return bars_chart(
        "各细分行业验收通过的企业",
        [Bar(one.name, counted.get(one.code.value, 0)) for one in shown],
        measure=_FIRMS,
    )


def stage_funnel(counts: Sequence[StageCount]) -> BarsChart:
    """Return how many reached each stage: whoever stands in a later one has passed the ones before."""
    reached = [sum(one.standing for one in counts[number:]) for number in range(len(counts))]
    steps = [Step(one.name, n) for one, n in zip(counts, reached, strict=True)]
    return funnel_chart("走到各阶段的企业和项目", steps, measure=Measure("个"))


def _acceptances(board: Board) -> TargetLine:
    code = next(one.code for one in load_targets().targets if one.counts == "enterprises_accepted")
    return next(one for one in board.targets if one.code == code)
