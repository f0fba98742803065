"""Open selections, apply, score, decide, replace and appeal."""

from typing import Annotated

from fastapi import Path, Query, Response

from api.as_of import AsOf
from api.installed import Installed
from api.openapi import post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from api.selections.schemas import (
    ActorBody,
    AppealDecisionBody,
    ApplicationBody,
    DecisionBody,
    OpenBody,
    PanelBody,
    ReasonBody,
    RecusalBody,
    ReplacementBody,
    ScoreBody,
    SelectionList,
)
from recommender.errors import InvalidInput
from recommender.pool.parties import NotImpartial
from recommender.selection import faults
from recommender.selection.application import Application, Call, Replacement, RoundId
from recommender.selection.views import Applied, EntryHistory, SelectionView
from recommender.subsidy_round.faults import NotTheOffice

router = make_router("lead-unit-selections")
_ROOT = "/v1/lead-unit-selections"
_ONE = _ROOT + "/{id}"
_APPLICATION = _ONE + "/applications/{application}"
_Id = Annotated[RoundId, Path(description="批次编号")]
_Application = Annotated[
    str, Path(max_length=110, description="申报编号，写作 单位编号:细分行业", examples=["SYN-U1:cosmetics"])
]
_DryRun = Annotated[bool, Query(description="只检查，不提交")]
_KNOWN = (faults.UnknownSelection,)
_ENTRY = (*_KNOWN, faults.UnknownApplication, faults.SelectionReasonMissing)
_TIMED = (faults.SelectionNotOpen, faults.SelectionMoveNotAllowed)
_DECIDES = (*_ENTRY, *_TIMED, NotTheOffice, faults.NotSelectable, faults.PlacesFull)


@router.post(
    _ROOT,
    summary="开启牵引单位遴选",
    response_model=SelectionView,
    status_code=201,
    responses=post_problems(NotTheOffice, faults.SelectionExists),
    dependencies=ONCE,
)
def post_selection(body: OpenBody, here: Installed) -> Response:
    """Open a round; the same again is answered alike."""
    call = Call.model_validate(body.model_dump(exclude={"id", "actor"}))
    view = here.selections.open(body.id, call, body.actor)
    return json_answer(view, 201, {"Location": f"{_ROOT}/{body.id}"})


@router.get(_ROOT, summary="列出遴选批次", responses=problems(InvalidInput))
def list_selections(here: Installed, as_of: AsOf = None) -> SelectionList:
    """Return all rounds."""
    return SelectionList(items=here.selections.listing(as_of))


@router.get(
    _ONE, summary="读取遴选批次", response_model=SelectionView, responses=problems(InvalidInput, *_KNOWN)
)
def get_selection(id: _Id, here: Installed, as_of: AsOf = None) -> Response:  # noqa: A002
    """Return a round with applications, ranking, decisions and who is in office."""
    return json_answer(here.selections.show(id, as_of))


@router.post(
    _ONE + ":panel",
    summary="确定评审专家",
    response_model=SelectionView,
    responses=post_problems(*_KNOWN, *_TIMED, NotTheOffice, faults.SelectionSheetFaulty),
    dependencies=ONCE,
)
def post_panel(id: _Id, body: PanelBody, here: Installed) -> Response:  # noqa: A002
    """Name the experts; a later list replaces the earlier one."""
    return json_answer(here.selections.name_panel(id, body.experts, body.actor))


@router.post(
    _ONE + "/applications",
    summary="申报，或提交新版本",
    response_model=Applied,
    responses=post_problems(
        *_KNOWN, faults.NotTheApplicant, faults.SelectionNotOpen, faults.SelectionFormFaulty
    ),
    dependencies=ONCE,
)
def post_application(id: _Id, body: ApplicationBody, here: Installed, dry_run: _DryRun = False) -> Response:  # noqa: A002
    """Take an application; the same content again is answered alike and writes nothing."""
    application = Application.model_validate(body.model_dump(exclude={"actor"}))
    return json_answer(here.selections.apply(id, application, body.actor, dry_run=dry_run))


@router.get(
    _APPLICATION,
    summary="一份申报的所有版本",
    response_model=EntryHistory,
    responses=problems(InvalidInput, *_KNOWN, faults.UnknownApplication),
)
def get_application(
    id: _Id,  # noqa: A002
    application: _Application,
    here: Installed,
    as_of: AsOf = None,
) -> Response:
    """Return every version of an application."""
    return json_answer(here.selections.history(id, application, as_of))


@router.post(
    _APPLICATION + ":withdraw",
    summary="撤回申报",
    response_model=SelectionView,
    responses=post_problems(*_ENTRY, faults.NotTheApplicant, faults.SelectionNotOpen),
    dependencies=ONCE,
)
def post_withdrawal(id: _Id, application: _Application, body: ReasonBody, here: Installed) -> Response:  # noqa: A002
    """Take an application back before the deadline."""
    return json_answer(here.selections.withdraw(id, application, body.reason, body.actor))


@router.post(
    _APPLICATION + ":confirm",
    summary="联合体成员确认",
    response_model=SelectionView,
    responses=post_problems(*_ENTRY, faults.NotTheApplicant, faults.SelectionNotOpen),
    dependencies=ONCE,
)
def post_confirmation(id: _Id, application: _Application, body: ActorBody, here: Installed) -> Response:  # noqa: A002
    """Confirm, as a member, what the application says of it."""
    return json_answer(here.selections.confirm(id, application, body.actor))


@router.post(
    _APPLICATION + ":recuse",
    summary="专家回避",
    response_model=SelectionView,
    responses=post_problems(*_ENTRY, faults.NotOnPanel, faults.SelectionMoveNotAllowed),
    dependencies=ONCE,
)
def post_recusal(id: _Id, application: _Application, body: RecusalBody, here: Installed) -> Response:  # noqa: A002
    """Let an expert keep out of an application."""
    return json_answer(here.selections.recuse(id, application, body.reason, body.expert))


@router.post(
    _ONE + ":score",
    summary="专家评分",
    response_model=SelectionView,
    responses=post_problems(
        *_ENTRY, *_TIMED, faults.NotOnPanel, faults.ExpertConflict, faults.SelectionSheetFaulty
    ),
    dependencies=ONCE,
)
def post_scores(id: _Id, body: ScoreBody, here: Installed) -> Response:  # noqa: A002
    """Take an expert's sheets, all or none."""
    return json_answer(here.selections.score(id, body.sheets, body.expert))


@router.post(
    _ONE + ":decide",
    summary="决定并公布",
    response_model=SelectionView,
    responses=post_problems(*_DECIDES),
    dependencies=ONCE,
)
def post_decision(id: _Id, body: DecisionBody, here: Installed) -> Response:  # noqa: A002
    """Select applications of a sub-industry, effective at once."""
    view = here.selections.decide(
        id,
        body.sub_industry,
        body.selected,
        body.reason,
        body.actor,
        deviation_reason=body.deviation_reason,
    )
    return json_answer(view)


@router.post(
    _ONE + ":replace",
    summary="退出、取消资格和递补",
    response_model=SelectionView,
    responses=post_problems(*_DECIDES),
    dependencies=ONCE,
)
def post_replacement(id: _Id, body: ReplacementBody, here: Installed) -> Response:  # noqa: A002
    """Let a lead unit leave, an application move up, or both at once."""
    request = Replacement.model_validate(body.model_dump(exclude={"actor"}))
    return json_answer(here.selections.replace(id, request, body.actor))


@router.post(
    _ONE + ":end-terms",
    summary="任期届满",
    response_model=SelectionView,
    responses=post_problems(*_KNOWN, *_TIMED, NotTheOffice),
    dependencies=ONCE,
)
def post_end_of_terms(id: _Id, body: ActorBody, here: Installed) -> Response:  # noqa: A002
    """End the offices of a round whose last day has passed."""
    return json_answer(here.selections.end_terms(id, body.actor))


@router.post(
    _APPLICATION + ":appeal",
    summary="申诉",
    response_model=SelectionView,
    responses=post_problems(*_ENTRY, *_TIMED, faults.NotTheApplicant),
    dependencies=ONCE,
)
def post_appeal(id: _Id, application: _Application, body: ReasonBody, here: Installed) -> Response:  # noqa: A002
    """Appeal against the decision on the application's sub-industry."""
    return json_answer(here.selections.appeal(id, application, body.reason, body.actor))


@router.post(
    _APPLICATION + ":decide-appeal",
    summary="申诉决定",
    response_model=SelectionView,
    responses=post_problems(*_ENTRY, NotTheOffice, NotImpartial, faults.SelectionMoveNotAllowed),
    dependencies=ONCE,
)
def post_appeal_decision(
    id: _Id,  # noqa: A002
    application: _Application,
    body: AppealDecisionBody,
    here: Installed,
) -> Response:
    """Decide an appeal: upheld, the sub-industry can be decided anew."""
    view = here.selections.decide_appeal(
        id, application, upheld=body.upheld, reason=body.reason, actor=body.actor
    )
    return json_answer(view)
