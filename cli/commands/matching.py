"""``recommend``, ``prospects``, ``match`` and ``replay``: lists, and lists as they were shown."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import streams
from cli.options import AsJson, Count, EnterpriseCode, FilterText, Xlsx, read_budget, read_filter
from cli.session import installation
from recommender.domain.enterprise import PartnerKind
from recommender.matching.answer import Recommendation
from recommender.matching.request import ProspectRequest, RecommendationRequest, Target
from recommender.planning.serving import TARGET as PLAN
from recommender.planning.serving import ServedPlan


class Wanted(StrEnum):
    """What ``recommend`` ranks."""

    SOLUTIONS = "solutions"
    LEAD_UNITS = "lead-units"
    NOTICES = "notices"


_TARGETS = {
    Wanted.SOLUTIONS: Target.SOLUTION,
    Wanted.LEAD_UNITS: Target.LEAD_UNIT,
    Wanted.NOTICES: Target.NOTICE,
}
_TargetLevel = Annotated[
    int | None, typer.Option("--target-level", min=1, max=4, help="目标等级，默认为高一级")
]
_Budget = Annotated[
    str | None, typer.Option("--budget", help="预算（元），代替企业登记的预算", metavar="YUAN")
]


def recommend(
    what: Annotated[Wanted, typer.Argument(help="推荐什么", metavar="WHAT")],
    enterprise: EnterpriseCode,
    k: Count = 10,
    target_level: _TargetLevel = None,
    budget: _Budget = None,
    conditions: FilterText = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Recommend for a stored enterprise."""
    fields = {"target_level": target_level, "budget_yuan": read_budget(budget)}
    given = {"enterprise": enterprise, "target": _TARGETS[what], **fields}
    _answer(given, k, conditions, xlsx, as_json=as_json)


def audience(
    notice: Annotated[str, typer.Argument(help="政策、课程、活动或案例的编号", metavar="NOTICE_ID")],
    k: Count = 20,
    as_json: AsJson = False,
) -> None:
    """Tell whom a notice concerns."""
    with installation() as here:
        answer = here.matching.audience(notice, k)
    if as_json:
        streams.emit(answer)
        return
    from cli.views.audience import show_audience

    show_audience(streams.console(), answer)


def match(
    text: Annotated[str, typer.Option("--text", help="用自己的话说需求", metavar="TEXT")],
    k: Count = 10,
    budget: _Budget = None,
    conditions: FilterText = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """Match a text to solutions."""
    _answer({"text": text, "budget_yuan": read_budget(budget)}, k, conditions, xlsx, as_json=as_json)


def _answer(
    fields: dict[str, Any], k: int, conditions: str | None, xlsx: Path | None, *, as_json: bool
) -> None:
    given = {name: value for name, value in fields.items() if value is not None}
    # Checked before anything is opened, so that a slip of the pen is told at once.
    request = RecommendationRequest.model_validate({**given, "k": k, "filter": read_filter(conditions)})
    with installation() as here:
        answer = here.matching.recommend(request)
    _save(answer, xlsx, conditions)
    _show(answer, as_json=as_json)


def prospects(
    lead_unit: Annotated[str | None, typer.Option("--lead-unit", help="牵引单位编号", metavar="ID")] = None,
    vendor: Annotated[str | None, typer.Option("--vendor", help="服务商编号", metavar="ID")] = None,
    k: Count = 10,
    text: Annotated[str | None, typer.Option("--text", help="另外想找什么样的企业", metavar="TEXT")] = None,
    conditions: FilterText = None,
    xlsx: Xlsx = None,
    as_json: AsJson = False,
) -> None:
    """List the enterprises that fit a lead unit or vendor and agreed to be shown."""
    if (lead_unit is None) == (vendor is None):
        raise typer.BadParameter("--lead-unit 与 --vendor 必须且只能给一个", param_hint="--lead-unit")
    kind = PartnerKind.LEAD_UNIT if lead_unit is not None else PartnerKind.VENDOR
    request = ProspectRequest.model_validate({"k": k, "text": text, "filter": read_filter(conditions)})
    with installation() as here:
        answer = here.matching.prospects(kind, lead_unit or vendor or "", request)
    _save(answer, xlsx, conditions)
    _show(answer, as_json=as_json)


def replay(
    recommendation_id: Annotated[str, typer.Argument(help="推荐编号", metavar="RECOMMENDATION_ID")],
    as_json: AsJson = False,
) -> None:
    """Show a list or plan exactly as it was served."""
    with installation(current=False) as here:
        served = here.matching.replay(recommendation_id)
    if as_json:
        # The stored texts go out unchanged: a later version may know other fields.
        head = served.model_dump_json(include={"recommendation_id", "subject"})
        items = ",".join(item.model_dump_json() for item in served.items)
        streams.emit(
            f'{head[:-1]},"request":{served.request},"response":{served.response},"items":[{items}]}}'
        )
        return
    if served.target == PLAN:
        from cli.views.plan import show_plan

        show_plan(streams.console(), ServedPlan.model_validate_json(served.response))
        return
    _show(Recommendation.model_validate_json(served.response), as_json=False)


def _save(answer: Recommendation, file: Path | None, conditions: str | None) -> None:
    if file is not None:
        from recommender.exchange.exporting import write_file
        from recommender.report.tables import recommendation_workbook

        write_file(file, recommendation_workbook(answer, conditions or ""))


def _show(answer: Recommendation, *, as_json: bool) -> None:
    if as_json:
        streams.emit(answer)
        return
    from cli.views.recommendation import show_recommendation

    show_recommendation(streams.console(), answer)
