"""The view of a round, put together from the log and the records of one moment."""

from datetime import timedelta

from recommender.domain import LeadUnit
from recommender.domain.calendar import local_day
from recommender.domain.taxonomy import SubIndustry
from recommender.selection.eligibility import Scene
from recommender.selection.ledger import Entry, Seat
from recommender.selection.rules import load_selection_rules
from recommender.selection.scores import Scored
from recommender.selection.views import (
    PHASE_NAMES,
    DecisionView,
    EntryView,
    Phase,
    SeatView,
    SelectionView,
    SubIndustryView,
    appeal_view,
    decision_view,
    entry_view,
    head_of,
    sub_industry_name,
)


def view_of(scene: Scene) -> SelectionView:
    """Return a round as it stood at the moment of the scene."""
    return SelectionView(
        **dict(head_of(scene.round)),
        places=load_selection_rules().places,
        parts=tuple(_part(scene, sub) for sub in scene.round.call.sub_industries),
    )


def _part(scene: Scene, sub: SubIndustry) -> SubIndustryView:
    standing = scene.standing(sub)
    scored = {one.application: one for one in standing.applications}
    held = scene.book.in_round(scene.round.id, sub)
    of_sub = [one for one in scene.round.entries.values() if one.application.sub_industry == sub]
    order = {key: place for place, key in enumerate(scored)}
    of_sub.sort(key=lambda entry: order.get(entry.key, len(order)))
    phase = _phase(scene, sub)
    decided = scene.round.decision(sub) is not None
    return SubIndustryView(
        sub_industry=sub,
        name=sub_industry_name(sub),
        phase=phase,
        phase_name=PHASE_NAMES[phase],
        free_places=scene.free_places(sub),
        entries=tuple(_entry(scene, one, held.get(one.key), scored.get(one.key)) for one in of_sub),
        stability=standing.stability,
        decision=_decision(scene, sub),
        in_office=tuple(
            _seat(scene, unit, scene.book.seats.get((unit.id, sub)))
            for _, unit in sorted(scene.in_office(sub).items())
        ),
        next_in_line=scene.next_in_line(sub, standing) if decided else (),
    )


def _phase(scene: Scene, sub: SubIndustry) -> Phase:
    if scene.at <= scene.round.call.apply_until:
        return "applying"
    if scene.round.decision(sub) is not None and not scene.round.reopened(sub):
        return "decided"
    return "deciding" if scene.scoring_over(sub) else "scoring"


def _entry(scene: Scene, entry: Entry, seat: Seat | None, scored: Scored | None) -> EntryView:
    days = timedelta(days=load_selection_rules().appeal_decision_days)
    return entry_view(
        scene.round,
        entry,
        seat,
        scored,
        scene.findings(entry),
        scene.hindrances(entry, scored),
        tuple(appeal_view(one, local_day(one.at + days)) for one in entry.appeals),
    )


def _decision(scene: Scene, sub: SubIndustry) -> DecisionView | None:
    decision = scene.round.decision(sub)
    if decision is None:
        return None
    until = decision.at + timedelta(days=load_selection_rules().appeal_days)
    return decision_view(decision, until, reopened=scene.round.reopened(sub))


def _seat(scene: Scene, unit: LeadUnit, seat: Seat | None) -> SeatView:
    return SeatView(
        unit=unit.id,
        name=unit.name,
        mark=unit.face_mark,
        round=seat.round if seat else None,
        application=seat.application if seat else None,
        since=seat.since if seat else None,
        term_from=seat.term_from if seat else None,
        term_until=seat.term_until if seat else None,
        term_over=seat is not None and local_day(scene.at) > seat.term_until,
        replaces=seat.replaces if seat else None,
    )
