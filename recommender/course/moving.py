"""Moving the course on: the right event, once it is in order, allowed, and nothing it needs is missing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import uuid_utils
from pydantic import Field

from recommender.course.levels import level_of
from recommender.course.missing import Missing, unmet
from recommender.course.project import Project
from recommender.course.stages import ROLE_NAMES, Course, Move, Role
from recommender.course.standing import Situation, Standing, situation_of, standings_of
from recommender.diagnosis.value import Value
from recommender.domain import Event
from recommender.domain.course_events import yuan
from recommender.domain.credit_code import CreditCode
from recommender.domain.event import Party
from recommender.domain.viewer import CITY_OFFICE
from recommender.errors import Conflict, InvalidInput, NotFound, SmematchError
from recommender.feedback.event_log import judge
from recommender.store import Store, UnitOfWork


class UnknownMove(InvalidInput):
    """No kind of event of this name moves the course."""

    code = "unknown_move"
    title = "没有这种办理"


class NotYourMove(SmematchError):
    """The role, or the one who acts, may not make this move."""

    code = "not_your_move"
    status = 403
    title = "无权办理"


class OutOfOrder(Conflict):
    """The move does not follow from where the course stands."""

    code = "out_of_order"
    title = "阶段不符"


class NeedsMissing(Conflict):
    """Something that the move needs is not there; ``place.missing`` names it."""

    code = "needs_missing"
    title = "材料不齐"


class UnknownPartner(NotFound):
    """No lead unit has this id, and no product names it as its provider."""

    code = "partner_not_found"
    title = "找不到牵引单位或服务商"


class ProjectUnclear(InvalidInput):
    """Which project is meant is not told, or there is none."""

    code = "project_unclear"
    title = "项目不明确"


class AskedMove(Value):
    """What is to be done, whoever's course it is.

    Attributes
    ----------
    event : str
        Kind of event, such as ``project_filed``.
    role, actor : str
        As whom, and who: the credit code, the id of the lead unit or vendor, a district code, or a name.
    project : str, optional
        May be left out while the enterprise has one open project. A contract without it gets an id.
    partner : str, optional
        With whom; needed for a contract.
    event_id : str, optional
        The same again is answered as it was; made up when left out.
    occurred_at : datetime, optional
        Now by default.
    recommendation_id : str, optional
        The served list that led to it, so that what comes of a list is credited to it.
    """

    event: str
    role: Role
    actor: Party
    project: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,100}$")
    partner: Party | None = None
    event_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,100}$")
    occurred_at: datetime | None = None
    recommendation_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,64}$")
    value: float | None = Field(default=None, allow_inf_nan=False)
    attributes: dict[str, Any] = Field(default_factory=dict, max_length=45)


class MoveRequest(AskedMove):
    """What is to be done in one enterprise's course."""

    uscc: CreditCode


class Moved(Value):
    """What became of it.

    Attributes
    ----------
    inserted : bool
        False where the same event was in the log already.
    standings : tuple of Standing
        Where the enterprise and its projects stand now.
    """

    event_id: str
    inserted: bool
    project: str | None
    standings: tuple[Standing, ...]


def advance(store: Store, request: MoveRequest, course: Course) -> Moved:
    """Move an enterprise or project on, or refuse and say why; checked and written in one unit of work.

    Raises
    ------
    UnknownMove, NotYourMove, OutOfOrder, NeedsMissing, ProjectUnclear, UnknownPartner
    recommender.matching.unknown.UnknownEnterprise
    recommender.errors.InvalidInput
        If the event itself is not in order: an attribute, a reason, the clock.
    recommender.errors.Conflict
        If the event id stands for something else.
    """
    move = course.move(request.event)
    if move is None:
        known = "、".join(one.event for one in course.moves)
        raise UnknownMove(f"没有“{request.event}”这种办理，可用：{known}", place={"field": "event"})
    with store.begin() as work:
        # Keeps other moves of enterprises out until this one is written.
        work.enterprises.get(request.uscc, for_update=True)
        here = situation_of(work, request.uscc, work.clock())
        logged = work.events.get(request.event_id) if request.event_id else None
        if logged is not None:
            _require_same(request, logged.event)
            return _moved(logged.event, here, course, inserted=False)
        project = _project(request, here.projects, move, course)
        event = _event(request, here, project, move, course, work.clock())
        require_role(move, request, project)
        if move.event == "contract" and project is None:
            _require_partner(work, request.partner or "")
        _require_order(move, here, project, course)
        _require_needs(move, request, here, project, course)
        _append(work, event)
        now = situation_of(work, request.uscc, work.clock())
    return _moved(event, now, course, inserted=True)


def require_role(move: Move, request: MoveRequest, project: Project | None) -> None:
    """Raise unless who acts may make the move: the one place that decides it.

    Raises
    ------
    NotYourMove
        Whether the caller is who it says it is, is for authentication to tell.
    """
    if request.role not in move.roles:
        allowed = "、".join(ROLE_NAMES[role] for role in move.roles)
        raise NotYourMove(
            f"“{move.title}”只能由{allowed}办理，{ROLE_NAMES[request.role]}不能办理", place={"field": "role"}
        )
    if request.role == "enterprise" and request.actor != request.uscc:
        raise NotYourMove("以企业身份办理的只能是企业本人", place={"field": "actor"})
    partner = project.partner if project else request.partner
    if request.role in {"lead_unit", "vendor"} and request.actor != partner:
        raise NotYourMove("牵引单位、服务商只能办理自己签约的项目", place={"field": "actor"})


def _project(request: MoveRequest, projects: Iterable[Project], move: Move, course: Course) -> Project | None:
    """Return the project that is meant, None for a move of the enterprise or one that begins a project."""
    if not course.per_project(request.event):
        return None
    projects = list(projects)
    found = [one for one in projects if request.project is not None and one.project == request.project]
    if not found and request.partner is not None:
        # Begun without an id, it may get one now.
        found = [one for one in projects if one.project is None and one.partner == request.partner]
    if not found and request.project is None and request.event != "contract":
        found = [one for one in projects if not one.closed or one.state in move.keeps]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise ProjectUnclear("企业有多个项目，请写明项目编号", place={"field": "project"})
    if request.event == "contract":
        if request.partner is None:
            raise ProjectUnclear("签订合同要写明与哪家牵引单位或服务商", place={"field": "partner"})
        return None
    named = f"没有编号为 {request.project} 的项目" if request.project else "企业还没有进行中的项目"
    raise ProjectUnclear(f"{named}，请先登记合同", place={"field": "project"})


def _event(
    request: MoveRequest,
    here: Situation,
    project: Project | None,
    move: Move,
    course: Course,
    now: datetime,
) -> Event:
    told = dict(request.attributes)
    other = here.enterprise.district or CITY_OFFICE
    if course.per_project(request.event):
        other = (project.partner if project else request.partner) or CITY_OFFICE
        named = request.project or (project.project if project else None)
        if named is None and move.opens:
            named = f"project-{uuid_utils.uuid7()}"
        told |= {"project": named} if named else {}
    body = {
        "event_id": request.event_id or f"{request.event}-{uuid_utils.uuid7()}",
        "type": request.event,
        "recommendation_id": request.recommendation_id,
        "subject": request.uscc,
        "object": other,
        "actor": request.actor,
        "occurred_at": request.occurred_at or now,
        "value": request.value,
        "attributes": told,
    }
    judged = judge(body, now)
    if not isinstance(judged, Event):
        raise InvalidInput(judged[1], place={"field": judged[1].partition("：")[0], "reason": judged[0]})
    return judged


def _require_same(request: MoveRequest, logged: Event) -> None:
    """Raise unless a logged event is what the request asks for; when it happened stays as first reported."""
    told = dict(logged.attributes)
    project = told.pop("project", None)
    asked = {name: value for name, value in request.attributes.items() if name != "project"}
    same = (
        (logged.type, logged.subject, logged.actor, logged.value, told)
        == (request.event, request.uscc, request.actor, request.value, asked)
        and request.project in {None, project}
        and request.partner in {None, logged.object}
        and request.recommendation_id in {None, logged.recommendation_id}
    )
    if not same:
        raise Conflict(
            f"事件 {logged.event_id} 已有另一份内容，未改动；新的办理请用新的编号",
            place={"field": "event_id"},
        )


def _require_partner(work: UnitOfWork, partner: str) -> None:
    if work.lead_units.get(partner) is None and not work.solutions.count(provider_id=partner):
        raise UnknownPartner(f"找不到牵引单位或服务商 {partner}", place={"field": "partner"})


def _require_order(move: Move, here: Situation, project: Project | None, course: Course) -> None:
    of_project = project.state if project else None
    state = of_project if course.per_project(move.event) else here.walk.state
    if state is None or state in move.source or state in move.keeps:
        return
    stands = course.state(state)
    after = course.next_move(state)
    step = f"，下一步是“{after.title}”" if after and not stands.closed else ""
    raise OutOfOrder(f"现在是“{stands.name}”，不能办理“{move.title}”{step}", place={"state": state})


def _require_needs(
    move: Move, request: MoveRequest, here: Situation, project: Project | None, course: Course
) -> None:
    named = request.attributes.get("diagnosis")
    level = next((level_of(one.record).level for one in here.diagnoses if one.record.id == named), None)
    facts = replace(here.facts, project=_with_told(project, request), level_after=level)
    missing: tuple[Missing, ...] = unmet(move.needs, facts, course)
    if missing:
        raise NeedsMissing(
            f"“{move.title}”还缺：{'；'.join(f'{one.text}——{one.why}' for one in missing)}",
            place={"missing": [one.code for one in missing]},
        )


def _with_told(project: Project | None, request: MoveRequest) -> Project | None:
    """Count what the request itself tells: the amount of the contract may come with the filing."""
    if project is None or project.contract_yuan is not None:
        return project
    return project.model_copy(update={"contract_yuan": yuan(request.attributes.get("amount_yuan"))})


def _append(work: UnitOfWork, event: Event) -> None:
    (result,) = work.events.append([event])
    if result.outcome == "conflict":
        raise Conflict(f"事件 {event.event_id} 已有另一份内容，未改动", place={"field": "event_id"})


def _moved(event: Event, here: Situation, course: Course, *, inserted: bool) -> Moved:
    told = event.attributes.get("project")
    return Moved(
        event_id=event.event_id,
        inserted=inserted,
        project=told if isinstance(told, str) else None,
        standings=standings_of(here.walk, here.projects, here.facts, here.today, course),
    )
