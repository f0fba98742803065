"""Needs with a known answer: the candidate must not find it later than the served model does.

Each need is asked twice: as bare words, where only the text counts, and by a stored enterprise that the
answer may be offered to, where diagnosis, price and the rest count as well. Which enterprise is drawn by a
seed, the same for both models: it is a setting to compare in, no claim that it has this need.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from recommender.learning.intervals import SEED, cluster_numbers, difference_figure, mean_figure
from recommender.learning.labelled_files import LabelledNeed
from recommender.learning.metrics import Floats, ndcg_at
from recommender.learning.needs_evaluation import candidates_of, ranked_at
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions
from recommender.registry.gate import GateFigure, GateResult, GateStatus, OfflineRule, judged
from recommender.retrieval.constraints import apply_rules, solution_rules
from recommender.retrieval.situation import Situation, situation_of, situation_of_text

GATE = "offline"
_WAYS = {"words": "只有文字", "enterprise": "结合企业情况"}
Progress = Callable[[str, int, int], None]


def offline_gate(
    rule: OfflineRule,
    candidate: Engine,
    served: Engine,
    needs: Sequence[LabelledNeed],
    progress: Progress | None = None,
    seed: int = SEED,
) -> GateResult:
    """Rank the needs with both models and compare nDCG@10.

    Parameters
    ----------
    needs : sequence of LabelledNeed
        Those without an answer among the products that may be recommended are left out.
    """
    pool = candidates_of(list(served.snapshot.catalogue.solutions.values()))
    random = np.random.default_rng(seed)
    usable = [need for need in needs if need.solution_id in pool]
    if len(usable) > rule.most_needs:
        chosen = random.choice(len(usable), rule.most_needs, replace=False)
        usable = [usable[at] for at in sorted(chosen.tolist())]
    if len(usable) < rule.least_needs or len({need.solution_id for need in usable}) < 2:
        told = f"有已知答案的需求 {len(usable)} 条，至少要有 {rule.least_needs} 条才能比较"
        return judged(GATE, rule, GateStatus.TOO_LITTLE_EVIDENCE, told)
    ranks: dict[str, list[tuple[str, int, int]]] = {way: [] for way in _WAYS}
    for number, need in enumerate(usable, start=1):
        for way, ours, theirs in _ranks(candidate, served, need, random):
            ranks[way].append((str(need.solution_id), ours, theirs))
        if progress is not None:
            progress(f"gate_{GATE}", number, len(usable))
    compared = [_compare(rule, way, ranks[way], seed) for way in _WAYS if len(ranks[way]) >= rule.least_needs]
    statuses = {status for status, _, _ in compared}
    order = (GateStatus.FAILED, GateStatus.TOO_LITTLE_EVIDENCE, GateStatus.PASSED)
    status = next(one for one in order if one in statuses)
    told = f"{'；'.join(text for _, text, _ in compared)}（最多可降 {rule.most_loss:g}）"
    return judged(GATE, rule, status, told, tuple(figure for *_, own in compared for figure in own))


def _ranks(
    candidate: Engine, served: Engine, need: LabelledNeed, random: np.random.Generator
) -> Iterator[tuple[str, int, int]]:
    """Yield in which way it was asked, and the rank of the answer under both models."""
    asked = {"words": situation_of_text(need.text), "enterprise": _asked_by_some(served, need, random)}
    for way, situation in asked.items():
        if situation is None:
            continue
        found = find_solutions(served, situation, Wishes())
        # Other weights of the features do not change what the text channels find.
        alike = candidate.model.fusion == served.model.fusion
        ours = found if alike else find_solutions(candidate, situation, Wishes())
        position = found.index.position(str(need.solution_id))
        if position is not None and found.allowed[position]:
            yield (
                way,
                ranked_at(candidate, situation, ours, position),
                ranked_at(served, situation, found, position),
            )


def _asked_by_some(engine: Engine, need: LabelledNeed, random: np.random.Generator) -> Situation | None:
    """Let a stored enterprise ask that the answer may be offered to; None when there is none."""
    catalogue = engine.snapshot.catalogue
    answer = str(need.solution_id)
    keys = sorted(catalogue.enterprises)
    for at in random.permutation(len(keys)).tolist():
        firm = catalogue.enterprises[keys[at]]
        asking = firm.model_copy(update={"needs": (need.text,)})
        situation = situation_of(asking, engine.snapshot.results.get(firm.uscc), engine.instrument)
        allowed, _ = apply_rules([answer], catalogue.solutions, solution_rules(situation))
        if allowed[0]:
            return situation
    return None


def _compare(
    rule: OfflineRule, way: str, ranks: Sequence[tuple[str, int, int]], seed: int
) -> tuple[GateStatus, str, tuple[GateFigure, ...]]:
    answers, ours, theirs = zip(*ranks, strict=True)
    clusters = cluster_numbers(list(answers))
    n = len(np.unique(clusters))
    gains: tuple[Floats, Floats] = ndcg_at(ours, 10), ndcg_at(theirs, 10)
    lost = difference_figure(*gains, clusters, seed=seed)
    title = _WAYS[way]
    figures = tuple(
        GateFigure.of(f"{way}_{name}", f"{title}：{told}", figure, n)
        for name, told, figure in (
            ("candidate", "候选模型 nDCG@10", mean_figure(gains[0], clusters, seed=seed)),
            ("served", "现用模型 nDCG@10", mean_figure(gains[1], clusters, seed=seed)),
            ("difference", "nDCG@10 之差", lost),
        )
    )
    value, (low, high) = lost.value or 0.0, lost.ci95
    told = f"{title}：{len(ranks)} 条需求（{n} 个产品）的 nDCG@10 变化 {value:+.3f}"
    told += "" if low is None or high is None else f"，95% 区间 [{low:+.3f}, {high:+.3f}]"
    if value < -rule.most_loss:
        return GateStatus.FAILED, told, figures
    enough = low is not None and low >= -rule.most_loss
    return GateStatus.PASSED if enough else GateStatus.TOO_LITTLE_EVIDENCE, told, figures
