"""The city's decisions: who is selected, who leaves, who moves up; each writes event and record together."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.selection.application import Replacement
from recommender.selection.eligibility import Scene
from recommender.selection.faults import (
    NotSelectable,
    PlacesFull,
    SelectionMoveNotAllowed,
    SelectionNotOpen,
    SelectionReasonMissing,
)
from recommender.selection.ledger import Entry
from recommender.selection.rules import load_selection_rules
from recommender.selection.scores import Scored
from recommender.selection.seats import leave_office, take_office
from recommender.selection.writing import write

LeaveKind = Literal["withdrawn", "removed", "term_ended", "redecided"]


def told_reason(reason: str | None, what: str = "理由") -> str:
    """Return a reason without white space around it.

    Raises
    ------
    SelectionReasonMissing
        If nothing is left.
    """
    told = (reason or "").strip()
    if not told:
        raise SelectionReasonMissing(f"请写明{what}", place={"field": "reason"})
    return told


def decide(
    scene: Scene,
    sub: SubIndustry,
    chosen: Sequence[str],
    reason: str,
    deviation_reason: str | None,
    actor: str,
) -> None:
    """Decide a sub-industry; the very decision that stands already is not taken again.

    Raises
    ------
    SelectionMoveNotAllowed, SelectionNotOpen, SelectionReasonMissing, NotSelectable, PlacesFull
    """
    reason = told_reason(reason)
    chosen = tuple(dict.fromkeys(chosen))
    earlier = scene.round.decision(sub)
    if earlier is not None and not scene.round.reopened(sub):
        if set(earlier.selected) == set(chosen) and earlier.reason == reason:
            return
        raise SelectionMoveNotAllowed(
            "这个细分行业已经决定；申诉得到支持后可以重新决定，单位退出后可以递补",
            place={"field": "sub_industry"},
        )
    if not chosen:
        raise NotSelectable("请至少写明一份入选的申报", place={"field": "selected"})
    entries = [_of(scene, sub, key) for key in chosen]
    if not scene.scoring_over(sub):
        raise SelectionNotOpen("申报和评分结束后才能决定", place={"field": "sub_industry"})
    held = scene.book.in_round(scene.round.id, sub)
    leaving = [seat.unit for key, seat in held.items() if key not in chosen]
    _require_places(scene, sub, entries, leaving)
    scored = _scored(scene, sub)
    _require_selectable(scene, entries, scored)
    deviation = _deviation(scene, chosen, scored, chosen, deviation_reason)
    told: dict[str, Any] = {"sub_industry": sub.value, "selected": list(chosen), "reason": reason}
    write(scene.work, "selection_decided", scene.round.id, actor, told | deviation, scene.round.id)
    for unit in leaving:
        leave(scene, unit, sub, "redecided", reason, actor)
    for entry in entries:
        if entry.key not in held:
            _select(scene, entry, scored, actor, {"reason": reason, **deviation})


def leave(scene: Scene, unit: str, sub: SubIndustry, kind: LeaveKind, reason: str, actor: str) -> None:
    """End the office of a unit in a sub-industry.

    Raises
    ------
    SelectionMoveNotAllowed
        If it holds none there.
    """
    if unit not in scene.in_office(sub):
        name = load_taxonomy().sub_industry_name(sub)
        raise SelectionMoveNotAllowed(f"{unit} 不是{name}的牵引单位", place={"field": "leaving"})
    seat = scene.book.seats.pop((unit, sub), None)
    told = {"sub_industry": sub.value, "kind": kind, "reason": reason}
    write(scene.work, "lead_unit_left", unit, actor, told, seat.round if seat else None)
    leave_office(scene.work, scene.book, unit, sub)


def move_up(scene: Scene, request: Replacement, reason: str, actor: str) -> None:
    """Give a free place to an application that was not selected.

    Raises
    ------
    SelectionMoveNotAllowed, NotSelectable, PlacesFull, SelectionReasonMissing
    """
    sub, key = request.sub_industry, str(request.successor)
    entry = _of(scene, sub, key)
    holding = scene.in_office(sub)
    if scene.round.decision(sub) is None:
        raise SelectionMoveNotAllowed("这个细分行业还没有决定，不能递补", place={"field": "sub_industry"})
    if entry.application.unit in holding:
        raise SelectionMoveNotAllowed(f"{entry.application.unit} 已是牵引单位", place={"field": "successor"})
    _require_places(scene, sub, [entry], ())
    scored = _scored(scene, sub)
    _require_selectable(scene, [entry], scored)
    seated = [one for one, other in scene.round.entries.items() if other.application.unit in holding]
    deviation = _deviation(scene, [key], scored, [key, *seated], request.deviation_reason)
    replaced = {"replaces": request.leaving} if request.leaving else {}
    _select(scene, entry, scored, actor, {"reason": reason, **deviation, **replaced})


def _of(scene: Scene, sub: SubIndustry, key: str) -> Entry:
    entry = scene.round.entry(key)
    if entry.application.sub_industry != sub:
        raise NotSelectable(f"{key} 申报的不是这个细分行业", place={"field": "selected"})
    return entry


def _scored(scene: Scene, sub: SubIndustry) -> dict[str, Scored]:
    return {one.application: one for one in scene.standing(sub).applications}


def _require_places(scene: Scene, sub: SubIndustry, entries: Sequence[Entry], leaving: Sequence[str]) -> None:
    units = {entry.application.unit for entry in entries}
    free = scene.free_places(sub, [*units, *leaving])
    if len(units) > free:
        others = sorted(set(scene.in_office(sub)) - {*units, *leaving})
        holding = f"，其中 {'、'.join(others)} 仍在任" if others else ""
        name, places = load_taxonomy().sub_industry_name(sub), load_selection_rules().places
        raise PlacesFull(
            f"{name}最多 {places} 家牵引单位{holding}，本次最多再选 {free} 家", place={"field": "selected"}
        )


def _require_selectable(scene: Scene, entries: Sequence[Entry], scored: Mapping[str, Scored]) -> None:
    for entry in entries:
        if why := scene.hindrances(entry, scored.get(entry.key)):
            raise NotSelectable(
                f"{entry.application.name}（{entry.key}）不能入选：{'；'.join(why)}",
                place={"field": "selected"},
            )


def _deviation(
    scene: Scene,
    chosen: Sequence[str],
    scored: Mapping[str, Scored],
    seated: Sequence[str],
    reason: str | None,
) -> dict[str, str]:
    """Return the reason for leaving the order of the ranking, which is needed where it is left.

    Parameters
    ----------
    seated : sequence of str
        Applications that nobody passes over: those chosen, and those in office already.
    """
    lowest = min(_score(scored[key]) for key in chosen)
    passed_over = [
        key
        for key, one in scored.items()
        if key not in seated and _score(one) >= lowest and not scene.hindrances(scene.round.entries[key], one)
    ]
    if passed_over:
        what = f"不按排名的理由（{'、'.join(passed_over)} 得分不低于入选者）"
        return {"deviation_reason": told_reason(reason, what)}
    return {"deviation_reason": reason.strip()} if reason and reason.strip() else {}


def _score(scored: Scored) -> Decimal:
    return Decimal(-1) if scored.score is None else scored.score


def _select(
    scene: Scene, entry: Entry, scored: Mapping[str, Scored], actor: str, told: Mapping[str, str]
) -> None:
    application, score = entry.application, scored[entry.key].score
    attributes = {
        "application": entry.key,
        "sub_industry": application.sub_industry.value,
        "mode": application.mode.value,
        "term_from": scene.round.call.term_from.isoformat(),
        "term_until": scene.round.call.term_until.isoformat(),
        **({} if score is None else {"score": float(score)}),
        **told,
    }
    write(scene.work, "lead_unit_selected", application.unit, actor, attributes, scene.round.id)
    take_office(scene.work, application)
