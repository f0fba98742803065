"""``pool``: hand in products, review them, and steer what is in the product pool."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import AsJson
from cli.session import installation
from recommender.errors import MalformedRequest

if TYPE_CHECKING:
    from recommender.pool.steps import Step
    from recommender.pool.submission import SubmissionRequest

app = typer.Typer(help="产品池：申报、审核、暂停、恢复、下架、申诉、查重。", no_args_is_help=True)
_Submission = Annotated[str, typer.Argument(help="申报编号；写产品编号则指它待审或最近的一份", metavar="ID")]
_Submissions = Annotated[list[str], typer.Argument(help="一份或多份申报的编号", metavar="ID…")]
_Solution = Annotated[str, typer.Argument(help="产品编号", metavar="ID")]
_File = Annotated[
    Path, typer.Argument(help="申报（JSON，UTF-8）：solution、actor、customers、note", metavar="FILE")
]
_Reason = Annotated[str, typer.Option("--reason", help="理由", metavar="TEXT")]
_Actor = Annotated[str, typer.Option("--actor", help="谁办理：人员或单位的编号", metavar="WHO")]


class DecisionChoice(StrEnum):
    """What a reviewer can say."""

    ADMIT = "admit"
    RETURN = "return"
    REJECT = "reject"


def _read(file: Path) -> "SubmissionRequest":
    from recommender.pool.submission import SubmissionRequest

    try:
        value: Any = json.loads(file.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise MalformedRequest("文件不是 UTF-8 编码", place={"file": str(file)}) from error
    except (ValueError, RecursionError) as error:
        raise MalformedRequest("不是有效的 JSON", place={"file": str(file)}) from error
    return SubmissionRequest.model_validate(value)


@app.command(help="申报一个产品，或已入池产品的新版本；通过审核前不会被推荐。")
def submit(file: _File, as_json: AsJson = False) -> None:
    """Hand in a product."""
    request = _read(file)
    with installation(current=False) as here:
        taken = here.pool.submit(request)
    if as_json:
        streams.emit(taken)
        return
    from cli.views.pool import show_submitted

    show_submitted(streams.console(), taken)


@app.command(help="只做形式检查，不申报；有必须改正的问题时退出码为1。")
def check(file: _File, as_json: AsJson = False) -> None:
    """Check the form of a submission."""
    request = _read(file)
    with installation(current=False) as here:
        checked = here.pool.check(request)
    if as_json:
        streams.emit(checked)
    else:
        from cli.views.pool import show_submitted

        show_submitted(streams.console(), checked)
    if not checked.acceptable:
        raise typer.Exit(FAILURE)


@app.command(help="待审的申报和待决定的申诉：等了多久、何时到期、还差谁。")
def queue(
    overdue: Annotated[bool, typer.Option("--overdue", help="只看已逾期的")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多几条", metavar="N")] = 200,
    as_json: AsJson = False,
) -> None:
    """Show what waits."""
    with installation(current=False) as here:
        page = here.pool.queue(limit=limit, overdue=True if overdue else None)
    if as_json:
        items = [entry.model_dump(mode="json") for entry in page.items]
        streams.emit({"items": items, "total": page.total, "overdue": page.overdue})
        return
    from cli.views.pool import show_queue

    show_queue(streams.console(), page)


@app.command(help="审核单：疑似重复、无佐证的说法、小快轻准、同类价格、关联方。")
def show(submission_id: _Submission, as_json: AsJson = False) -> None:
    """Show the reviewers' sheet."""
    with installation() as here:
        sheet = here.pool.sheet(submission_id)
    if as_json:
        streams.emit(sheet)
        return
    from cli.views.pool import show_sheet

    show_sheet(streams.console(), sheet)


@app.command(help="审核一份或多份申报；意见够数并一致即生效，分歧由另一人裁定。")
def review(
    submission_ids: _Submissions,
    decision: Annotated[
        DecisionChoice, typer.Option("--decision", help="admit 通过、return 退回、reject 不通过")
    ],
    reason: _Reason,
    reviewer: Annotated[str, typer.Option("--reviewer", help="审核人", metavar="WHO")],
    as_json: AsJson = False,
) -> None:
    """Review submissions."""
    with installation(current=False) as here:
        if len(submission_ids) == 1:
            _tell(here.pool.review(submission_ids[0], decision.value, reason, reviewer), as_json=as_json)
            return
        results = here.pool.review_many(submission_ids, decision.value, reason, reviewer)
    failed = sum(result.step is None for result in results)
    if as_json:
        streams.emit({"items": [one.model_dump(mode="json") for one in results], "failed": failed})
    else:
        from cli.views.pool import show_reviews

        show_reviews(streams.console(), results)
    if failed == len(results):
        raise typer.Exit(FAILURE)


@app.command(help="暂停一个产品，立即不再推荐。")
def suspend(solution_id: _Solution, reason: _Reason, actor: _Actor, as_json: AsJson = False) -> None:
    """Suspend a product."""
    with installation(current=False) as here:
        _tell(here.pool.steer(solution_id, "suspend", reason, actor), as_json=as_json)


@app.command(help="恢复一个暂停的产品。")
def restore(solution_id: _Solution, reason: _Reason, actor: _Actor, as_json: AsJson = False) -> None:
    """Restore a suspended product."""
    with installation(current=False) as here:
        _tell(here.pool.steer(solution_id, "restore", reason, actor), as_json=as_json)


@app.command(help="下架一个产品；提供方也可以自行下架。")
def retire(solution_id: _Solution, reason: _Reason, actor: _Actor, as_json: AsJson = False) -> None:
    """Retire a product."""
    with installation(current=False) as here:
        _tell(here.pool.steer(solution_id, "retire", reason, actor), as_json=as_json)


@app.command(help="提供方对不通过、暂停或下架的决定提出申诉，期限内一次。")
def appeal(solution_id: _Solution, reason: _Reason, actor: _Actor, as_json: AsJson = False) -> None:
    """Appeal against a decision."""
    with installation(current=False) as here:
        _tell(here.pool.appeal(solution_id, reason, actor), as_json=as_json)


@app.command("decide-appeal", help="决定申诉：支持则撤销原决定，立即生效。")
def decide_appeal(
    solution_id: _Solution,
    upheld: Annotated[bool, typer.Option("--uphold/--dismiss", help="支持还是驳回")],
    reason: _Reason,
    actor: _Actor,
    as_json: AsJson = False,
) -> None:
    """Decide an appeal."""
    with installation(current=False) as here:
        step = here.pool.decide_appeal(solution_id, upheld=upheld, reason=reason, actor=actor)
        _tell(step, as_json=as_json)


@app.command(help="产品的全部历史：申报、意见、决定、各版内容的逐项差异。")
def history(
    solution_id: _Solution,
    public: Annotated[bool, typer.Option("--public", help="不含申报内容和审核意见")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the history of a product."""
    with installation(current=False) as here:
        told = here.pool.history(solution_id, submissions=not public)
    if as_json:
        streams.emit(told)
        return
    from cli.views.pool import show_history

    show_history(streams.console(), told)


@app.command(help="在全池中查找互相疑似重复的产品。")
def duplicates(as_json: AsJson = False) -> None:
    """Find near-duplicates in the whole pool."""
    with installation() as here:
        pairs = here.pool.duplicates()
    if as_json:
        streams.emit({"items": [pair.model_dump(mode="json") for pair in pairs]})
        return
    from cli.views.pool import show_pairs

    show_pairs(streams.console(), pairs)


def _tell(step: "Step", *, as_json: bool) -> None:
    if as_json:
        streams.emit(step)
        return
    from cli.views.pool import show_step

    show_step(streams.console(), step)
