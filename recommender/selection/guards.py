"""Who may do what in a selection, and until when: the one place that decides it.

Whether a caller is who it says it is is for authentication to tell; these rules hold for whoever is named.
"""

from datetime import datetime

from recommender.domain.calendar import SHANGHAI
from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application, ScoreSheet
from recommender.selection.faults import (
    ExpertConflict,
    NotOnPanel,
    NotTheApplicant,
    SelectionMoveNotAllowed,
    SelectionNotOpen,
    SelectionSheetFaulty,
)
from recommender.selection.interests import conflict_of
from recommender.selection.ledger import Entry, Round
from recommender.selection.rules import load_selection_rules
from recommender.store import UnitOfWork
from recommender.subsidy_round.faults import require_office
from recommender.subsidy_round.rules import load_round_rules


def require_city(actor: str) -> None:
    """Raise unless the city's office acts.

    Raises
    ------
    recommender.subsidy_round.faults.NotTheOffice
    """
    require_office(load_round_rules().city_office, actor)


def acts_for(unit: str, actor: str) -> bool:
    """Whether an actor is a unit, or a person of it (``unit:person``)."""
    return actor == unit or actor.startswith(f"{unit}:")


def require_applicant(application: Application, actor: str) -> None:
    """Raise unless a unit acts for itself, or the city puts its paper form on record.

    A credit code alone does not do: it is told by the application, so anyone could tell its own.

    Raises
    ------
    NotTheApplicant
    """
    office = load_round_rules().city_office
    if not (acts_for(application.unit, actor) or acts_for(office, actor)):
        raise NotTheApplicant(
            f"只能由申报单位 {application.unit} 或市主管部门办理，收到的办理人为“{actor}”",
            place={"field": "actor"},
        )


def require_before(end: datetime, work: UnitOfWork, what: str) -> None:
    """Raise when a moment has passed.

    Raises
    ------
    SelectionNotOpen
    """
    if work.clock() > end:
        told = f"{end.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        raise SelectionNotOpen(f"{what}已于 {told}（北京时间）截止", place={"field": "id"})


def require_undecided(here: Round, what: str, sub: SubIndustry | None = None) -> None:
    """Raise once a sub-industry, or any of the round, is decided.

    Raises
    ------
    SelectionMoveNotAllowed
    """
    if here.decisions if sub is None else here.decision(sub):
        raise SelectionMoveNotAllowed(f"结果已经公布，不能再{what}", place={"field": "id"})


def require_scoring(here: Round, entry: Entry, expert: str, work: UnitOfWork) -> None:
    """Raise unless an expert may score an application now.

    Raises
    ------
    NotOnPanel, ExpertConflict, SelectionNotOpen, SelectionMoveNotAllowed
    """
    require_on_panel(here, expert)
    if (why := conflict_of(here.panel[expert], entry)) is not None:
        raise ExpertConflict(f"{why}，不能评审 {entry.key}", place={"field": "expert"})
    if work.clock() <= here.call.apply_until:
        raise SelectionNotOpen("申报截止后才能评分", place={"field": "id"})
    require_before(here.call.score_until, work, "评分")
    require_undecided(here, "评分", entry.application.sub_industry)
    if entry.withdrawn_at is not None:
        raise SelectionMoveNotAllowed(f"{entry.key} 已撤回", place={"field": "application"})


def require_on_panel(here: Round, expert: str) -> None:
    """Raise unless someone is an expert of the round.

    Raises
    ------
    NotOnPanel
    """
    if expert not in here.panel:
        raise NotOnPanel(f"{expert} 不是本批次的评审专家", place={"field": "expert"})


def require_complete(sheet: ScoreSheet) -> None:
    """Raise unless a sheet gives every item of the declared one points within its range.

    Raises
    ------
    SelectionSheetFaulty
        Naming everything that is wrong.
    """
    items = load_selection_rules().items
    wrong = [f"缺少“{item.name}”" for code, item in items.items() if code not in sheet.points]
    wrong += [f"没有评分项 {code}" for code in sheet.points if code not in items]
    wrong += [
        f"“{items[code].name}”最多 {items[code].points} 分，给了 {points} 分"
        for code, points in sheet.points.items()
        if code in items and points > items[code].points
    ]
    if wrong:
        raise SelectionSheetFaulty(f"{sheet.application}：{'；'.join(wrong)}", place={"field": "points"})
