"""An assignment in plain Chinese: why a pair, why not more for a unit, why nobody for an enterprise."""

import numpy as np
from numpy.typing import NDArray

from recommender.assignment.answer import AssignedPair, PairReason, RelaxedLimit, UnitLine, Unplaced
from recommender.assignment.batch import Batch
from recommender.assignment.pairs import pair_reasons, serves
from recommender.assignment.problem import Floats, Ints, Objective, Relaxation, places
from recommender.assignment.solving import Solution, Status
from recommender.assignment.task import counts
from recommender.domain import Enterprise
from recommender.domain.taxonomy import load_taxonomy
from recommender.matching.ranked import Engine

_REASONS_A_SIDE = 2
_NAMED_UNITS = 3

OBJECTIVE_TEXT = {
    Objective.EXPECTED_MATCHES: "预期撮合成功数最多",
    Objective.NASH: "各单位预期撮合数的几何平均最大（纳什福利），兼顾小单位",
    Objective.STABLE: "稳定匹配：没有哪家企业和哪家单位都更愿意选对方",
}


def status_text(solution: Solution) -> str:
    """Say how good the assignment is known to be."""
    if solution.status is Status.STABLE:
        return "已复核：不存在互相更愿意的企业与单位"
    if solution.status is Status.OPTIMAL:
        return "已证明最优"
    return f"与最优结果相差至多 {solution.gap:.4%}"


def ranks(batch: Batch) -> tuple[Ints, Ints]:
    """Return each pair's rank for the enterprise and for the unit, 1 the best, int64 (n, m)."""
    problem = batch.problem
    return _ranks(problem.forward, problem.allowed), _ranks(problem.reverse.T, problem.allowed.T).T


def _ranks(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> Ints:
    known = np.where(allowed, scores, -np.inf)
    ordered = np.sort(-known, axis=1)
    return np.stack([np.searchsorted(o, -k) + 1 for o, k in zip(ordered, known, strict=True)])


def pairs_of(engine: Engine, batch: Batch, solution: Solution) -> tuple[AssignedPair, ...]:
    """Return the proposals in the order of the enterprises."""
    problem = batch.problem
    if not all(problem.shape):
        return ()
    by_enterprise, by_unit = ranks(batch)
    found = []
    for row in np.flatnonzero(solution.assigned >= 0).tolist():
        column = int(solution.assigned[row])
        firm, unit = batch.firms[row], batch.units[column]
        shown = bool(problem.allowed[row, column])
        found.append(
            AssignedPair(
                enterprise=firm.uscc,
                enterprise_name=firm.name,
                unit=unit.id,
                unit_name=unit.name,
                unit_kind=unit.kind,
                fixed=bool(problem.fixed[row] >= 0),
                p_match=_rounded(problem.probability[row, column]) if shown else None,
                forward=_rounded(problem.forward[row, column]) if shown else None,
                reverse=_rounded(problem.reverse[row, column]) if shown else None,
                rank_for_enterprise=int(by_enterprise[row, column]) if shown else None,
                rank_for_unit=int(by_unit[row, column]) if shown else None,
                reasons=_reasons(engine, batch, row, column),
                synthetic_mark=firm.face_mark or unit.mark,
            )
        )
    return tuple(found)


def _rounded(score: np.float32) -> float:
    return round(float(score), 6)


def _reasons(engine: Engine, batch: Batch, row: int, column: int) -> tuple[PairReason, ...]:
    if batch.problem.fixed[row] >= 0:
        return (PairReason(side="enterprise", code="fixed", text="已有合作或已指定，保持不变"),)
    for_unit, for_enterprise = pair_reasons(engine, batch.firms[row], batch.units[column])
    sides = (("enterprise", for_unit), ("unit", for_enterprise))
    return tuple(
        PairReason(side=side, code=reason.code, text=reason.text)
        for side, reasons in sides
        for reason in reasons[:_REASONS_A_SIDE]
    )


def unit_lines(batch: Batch, solution: Solution, blocking: NDArray[np.bool_] | None) -> tuple[UnitLine, ...]:
    """Return what each unit has and why not more."""
    problem = batch.problem
    held = places(solution.assigned, problem.shape[1])
    fixed = places(problem.fixed, problem.shape[1])
    total = max(1, int(held.sum()))
    who = np.flatnonzero(solution.assigned >= 0)
    at = solution.assigned[who]
    expected = np.bincount(at, problem.probability[who, at].astype(float), minlength=len(held))
    wanted = _wanted(batch, solution)
    return tuple(
        UnitLine(
            id=unit.id,
            name=unit.name,
            kind=unit.kind,
            assigned=int(held[column]),
            fixed=int(fixed[column]),
            min=int(problem.least[column]),
            max=int(problem.most[column]),
            share=round(int(held[column]) / total, 6),
            expected_matches=round(float(expected[column]), 6),
            wanted=int(wanted[:, column].sum()),
            blocked=None if blocking is None else int(blocking[:, column].sum()),
            new=bool(batch.new[column]),
            reason=_why_no_more(batch, solution, column, int(held[column])),
            synthetic_mark=unit.mark,
        )
        for column, unit in enumerate(batch.units)
    )


def _wanted(batch: Batch, solution: Solution) -> NDArray[np.bool_]:
    """Who likes a unit better than what it got, bool (n, m)."""
    problem = batch.problem
    forward = np.where(problem.allowed, problem.forward, -np.inf)
    rows = np.arange(len(forward))
    own = np.where(solution.assigned >= 0, forward[rows, solution.assigned], -np.inf)
    better = forward > own[:, None]
    return np.asarray(better & (problem.fixed < 0)[:, None])


def _why_no_more(batch: Batch, solution: Solution, column: int, held: int) -> str:
    problem = batch.problem
    if held >= problem.most[column]:
        if held < batch.own_most[column]:
            return f"受单家份额上限限制，本批最多 {int(problem.most[column])} 家"
        return f"名额已满（{held} 家）" if held else "没有空余名额"
    free = problem.fixed < 0
    could = problem.allowed[:, column] & free
    if not could.any():
        return "本批没有其他符合条件且同意向本单位展示的企业" if held else "本批没有符合条件的企业"
    rest = could & (solution.assigned != column)
    if not rest.any():
        return "本批符合条件的企业都已安排到本单位"
    full = sum(
        bool(rest[family.labels == part].any() and had[part, column] >= family.most[part, column])
        for family in problem.families
        for had in [counts(family, solution.assigned)]
        for part in range(len(family.most))
    )
    placed = int((rest & (solution.assigned >= 0)).sum())
    parts = [f"另有 {placed} 家符合条件的企业安排到了总体更合适的单位"] if placed else []
    parts += ["部分行业或区的分项名额已满"] if full else []
    return "；".join(parts) or "其余符合条件的企业撮合概率为零"


def unplaced(batch: Batch, solution: Solution) -> tuple[Unplaced, ...]:
    """Say of each enterprise of the batch that got nobody why, and what would help."""
    rows = np.flatnonzero(solution.assigned < 0).tolist()
    held = places(solution.assigned, batch.problem.shape[1])
    return tuple(_unplaced(batch, solution.place_prices, held, row) for row in rows)


def _unplaced(batch: Batch, prices: Floats, held: Ints, row: int) -> Unplaced:
    firm, problem = batch.firms[row], batch.problem
    candidates = np.flatnonzero(problem.allowed[row])
    if not len(candidates):
        code, reason, help_ = _no_candidate(batch, row, firm)
        return Unplaced(enterprise=firm.uscc, name=firm.name, code=code, reason=reason, would_help=help_)
    best = candidates[np.argsort(-problem.probability[row, candidates], kind="stable")]
    names = "、".join(f"“{batch.units[c].name}”" for c in best[:_NAMED_UNITS].tolist())
    full = held[best] >= problem.most[best]
    first = int(best[0])
    if full.all():
        capped = problem.most[first] < batch.own_most[first]
        reason = f"符合条件的 {len(best)} 家单位名额都已用完：{names}"
        help_ = "放宽单家份额上限" if capped else f"“{batch.units[first].name}”增加 1 个名额"
        gain = f"，全批预期撮合至多增加 {prices[first]:.2f} 家" if prices[first] > 0 else ""
        return Unplaced(
            enterprise=firm.uscc, name=firm.name, code="full", reason=reason, would_help=help_ + gain
        )
    return Unplaced(
        enterprise=firm.uscc,
        name=firm.name,
        code="limited",
        reason=f"符合条件的单位（{names}）对您所在行业或区的分项名额已满，或双方撮合概率为零",
        would_help="放宽分行业、分区的名额",
    )


def _no_candidate(batch: Batch, row: int, firm: Enterprise) -> tuple[str, str, str | None]:
    """Name the first condition that no unit passes to which the enterprise agreed to be shown."""
    taxonomy = load_taxonomy()
    seen = [batch.units[c] for c in np.flatnonzero(batch.scores.consented[row]).tolist()]
    if not any(serves(unit, firm)[0] for unit in seen):
        name = taxonomy.sub_industry_name(firm.sub_industry) if firm.sub_industry else "未知"
        return (
            "other_sub_industry",
            f"您同意展示的单位都不覆盖您的行业（{name}）",
            _elsewhere(batch, firm) or f"引入服务{name}行业的单位",
        )
    if not any(all(serves(unit, firm)) for unit in seen):
        place = firm.district and taxonomy.district_name(firm.district)
        return (
            "other_district",
            f"覆盖您行业的单位都不服务您所在的区（{place or '未知'}）",
            _elsewhere(batch, firm) or f"请单位把服务范围扩大到{place or '该区'}",
        )
    return "ruled_out", "符合条件的单位都已被您标为不适合，或在本批中被排除", "重新考虑曾标为不适合的单位"


def _elsewhere(batch: Batch, firm: Enterprise) -> str | None:
    names = [unit.name for unit in batch.units if all(serves(unit, firm))][:_NAMED_UNITS]
    return f"同意向{'、'.join(f'“{name}”' for name in names)}展示" if names else None


def left_out(batch: Batch) -> tuple[Unplaced, ...]:
    """List who is not in the batch for want of consent."""
    return tuple(
        Unplaced(
            enterprise=firm.uscc,
            name=firm.name,
            code="no_consent",
            reason="企业未同意向参加分配的单位展示，不向任何单位提出",
            would_help="企业同意展示后可参加下一批",
        )
        for firm in batch.left_out
    )


def relaxed_limits(batch: Batch, relaxations: tuple[Relaxation, ...]) -> tuple[RelaxedLimit, ...]:
    """Say which limits could not be kept and by how little they had to give way."""
    return tuple(
        RelaxedLimit(
            unit=batch.units[r.unit].id,
            kind="min" if r.kind == "least" else "max",
            wanted=r.wanted,
            possible=r.possible,
            text=_relaxed(batch.units[r.unit].name, r),
        )
        for r in relaxations
    )


def _relaxed(name: str, relaxation: Relaxation) -> str:
    if relaxation.kind == "most":
        return (
            f"“{name}”已定的企业有 {relaxation.possible} 家，超过上限 {relaxation.wanted} 家；"
            "已定的保持不变，不再新增"
        )
    return (
        f"“{name}”至少 {relaxation.wanted} 家做不到，把最低数放宽到 {relaxation.possible} 家即可"
        f"（少 {relaxation.wanted - relaxation.possible} 家）"
    )
