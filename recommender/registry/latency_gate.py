"""Time to rank, candidate and served model taking turns on the same enterprises."""

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from recommender.learning.intervals import RESAMPLES, SEED
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import rank_solutions
from recommender.registry.gate import GateFigure, GateResult, GateStatus, LatencyRule, judged
from recommender.registry.simulated_lists import drawn_enterprises, situation_in

GATE = "latency"
Floats = NDArray[np.float64]
Progress = Callable[[str, int, int], None]


def latency_gate(
    rule: LatencyRule, candidate: Engine, served: Engine, progress: Progress | None = None
) -> GateResult:
    """Compare the 95th percentiles over enterprises.

    Of each enterprise the fastest of several rankings counts: what else the machine does only adds time.
    """
    firms = drawn_enterprises(served, rule.enterprises, SEED)
    if len(firms) < 2:
        told = f"已登记企业 {len(firms)} 家，至少要有 2 家才能比较"
        return judged(GATE, rule, GateStatus.TOO_LITTLE_EVIDENCE, told)
    engines = (candidate, served)
    seconds = np.full((2, len(firms), rule.repeats), np.inf)
    for row, firm in enumerate(firms):
        situation = situation_in(served, firm)
        # Once for nothing: the vector of the need is computed by whoever comes first.
        rank_solutions(served, situation, Wishes())
        for turn in range(rule.repeats):
            for which in (0, 1) if (row + turn) % 2 else (1, 0):
                started = time.perf_counter()
                rank_solutions(engines[which], situation, Wishes())
                seconds[which, row, turn] = time.perf_counter() - started
        if progress is not None:
            progress(f"gate_{GATE}", row + 1, len(firms))
    return _judge(rule, seconds.min(axis=2))


def _judge(rule: LatencyRule, seconds: Floats) -> GateResult:
    n = seconds.shape[1]
    drawn = np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))
    ours, theirs = (np.percentile(times, 95) * 1000 for times in seconds)
    drawn_ours, drawn_theirs = (np.percentile(times[drawn], 95, axis=1) * 1000 for times in seconds)
    figures = (
        GateFigure.drawn("candidate_p95_ms", "候选模型第 95 百分位（毫秒）", ours, drawn_ours, n),
        GateFigure.drawn("served_p95_ms", "现用模型第 95 百分位（毫秒）", theirs, drawn_theirs, n),
        GateFigure.drawn("ratio", "之比", ours / theirs, drawn_ours / drawn_theirs, n),
    )
    ratio, (low, high) = ours / theirs, figures[2].ci95
    told = (
        f"排一份名单的第 95 百分位 {ours:.1f} 毫秒，现用模型 {theirs:.1f} 毫秒，"
        f"之比 {ratio:.2f}，95% 区间 [{low:.2f}, {high:.2f}]，上限 {rule.most_ratio:g}（{n} 家企业）"
    )
    if ratio <= rule.most_ratio:
        return judged(GATE, rule, GateStatus.PASSED, told, figures)
    failed = low is not None and low > rule.most_ratio
    return judged(GATE, rule, GateStatus.FAILED if failed else GateStatus.TOO_LITTLE_EVIDENCE, told, figures)
