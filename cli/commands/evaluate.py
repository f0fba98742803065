"""``evaluate``: how well rankings do, on labelled files in a throw-away index, and on logs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.progress import progress
from cli.session import read_settings
from recommender.matching.request import Target

if TYPE_CHECKING:
    from pandas import DataFrame

app = typer.Typer(help="在带标注的文件或日志上评估，不影响现有索引。", no_args_is_help=True)

_Solutions = Annotated[
    Path, typer.Option("--solutions", help="解决方案：id、name 或 title、text", metavar="FILE")
]
_Needs = Annotated[Path, typer.Option("--needs", help="需求：id、text、solution_id", metavar="FILE")]
_Demands = Annotated[Path, typer.Option("--demands", help="需求：demand_id、title、text", metavar="FILE")]
_Grades = Annotated[
    Path,
    typer.Option("--grades", help="评分：demand_id、supply_id、supply_title、grade（1–4）", metavar="FILE"),
]
_TrainDemands = Annotated[Path | None, typer.Option("--train-demands", help="训练用需求", metavar="FILE")]
_Pairs = Annotated[
    Path,
    typer.Option("--pairs", help="见面记录：iid、pid、wave、dec、dec_o 和活动前的回答", metavar="FILE"),
]
_TrainPairs = Annotated[
    Path | None, typer.Option("--train-pairs", help="训练用见面记录，默认用其他波次", metavar="FILE")
]
_TrainGrades = Annotated[Path | None, typer.Option("--train-grades", help="训练用评分", metavar="FILE")]

_Log = Annotated[
    Path | None,
    typer.Option("--log", help="日志：item_id、position、click、propensity_score", metavar="FILE"),
]
_FromLog = Annotated[
    bool, typer.Option("--from-log", help="用本系统自己的推荐记录和事件，--target 给权重文件")
]
_Target = Annotated[
    Path,
    typer.Option(
        "--target",
        help="目标策略：item_id、position、probability；配合 --from-log 时为 priors.json 形式的权重文件",
        metavar="FILE",
    ),
]
_Ranked = Annotated[Target, typer.Option("--of", help="自有记录：哪类推荐", metavar="solution|lead_unit")]
_Outcome = Annotated[str, typer.Option("--outcome", help="自有记录：以漏斗的哪一步为结果")]
_OpenBandit = Annotated[
    Path | None,
    typer.Option("--export-open-bandit", help="把日志另存为 Open Bandit 格式的文件夹", metavar="DIR"),
]
_Dsjson = Annotated[
    Path | None, typer.Option("--export-dsjson", help="把日志另存为 VW 的 dsjson 格式", metavar="FILE")
]


@app.command(help="评估“需求 → 解决方案”：正确答案排在第几。")
def needs(
    solutions: _Solutions,
    needs: _Needs,
    as_json: AsJson = False,
) -> None:
    """Measure how high the right solution ranks for each need."""
    from recommender.installation import make_encoder
    from recommender.learning.needs_evaluation import evaluate_needs

    settings = read_settings()
    with progress() as reporter:
        report = evaluate_needs(
            solutions, needs, make_encoder(settings), cache=_cache(settings.home), progress=reporter.stage
        )
    if as_json:
        streams.emit(report)
        return
    from cli.views.figures import show_figures

    title = f"需求 {report.queries} 条，候选方案 {report.candidates} 个"
    show_figures(streams.console(), title, report.channels, report.warnings)


@app.command(help="评估分级标注：每条需求内部排得好不好（nDCG@10）。")
def graded(
    demands: _Demands,
    grades: _Grades,
    train_demands: _TrainDemands = None,
    train_grades: _TrainGrades = None,
    as_json: AsJson = False,
) -> None:
    """Measure the order within each demand against staff grades."""
    from recommender.installation import make_encoder
    from recommender.learning.graded_evaluation import evaluate_graded

    settings = read_settings()
    report = evaluate_graded(
        demands,
        grades,
        make_encoder(settings),
        train_demands_path=train_demands,
        train_grades_path=train_grades,
        cache=_cache(settings.home),
    )
    if as_json:
        streams.emit(report)
        return
    from cli.views.figures import show_figures

    title = f"需求 {report.demands} 条，评分 {report.grades} 条"
    channels = {**report.channels, "ranked_cold": report.ranked_cold}
    show_figures(streams.console(), title, channels, report.warnings)


@app.command(help="评估双向匹配：整波留出，看双方的分数合在一起是否比只看一方更准。")
def reciprocal(pairs: _Pairs, train_pairs: _TrainPairs = None, as_json: AsJson = False) -> None:
    """Measure how well one-sided, combined and two-sided scores tell a match."""
    from recommender.learning.reciprocal_evaluation import evaluate_reciprocal

    report = evaluate_reciprocal(pairs, train_path=train_pairs)
    if as_json:
        streams.emit(report)
        return
    from cli.views.figures import show_scores

    counts = f"{report.waves} 个波次，{report.persons} 人，双方同意 {report.matches} 行"
    title = f"见面 {report.pairs} 行，{counts}"
    show_scores(streams.console(), title, report.scores, report.differences, report.warnings)


@app.command(help="离线评估一种排法：不上线，用带展示概率的日志估计它的点击率。")
def policy(
    target: _Target,
    log: _Log = None,
    from_log: _FromLog = False,
    of: _Ranked = Target.SOLUTION,
    outcome: _Outcome = "contact",
    open_bandit: _OpenBandit = None,
    dsjson: _Dsjson = None,
    as_json: AsJson = False,
) -> None:
    """Estimate what a target policy would have earned."""
    from recommender.off_policy import evaluate_policy
    from recommender.off_policy.exporting import write_dsjson, write_open_bandit
    from recommender.off_policy.files import read_log, read_target
    from recommender.off_policy.reordering import reordered
    from recommender.ranking.priors import read_weights

    if (log is None) == (not from_log):
        raise typer.BadParameter("--log 和 --from-log 必须且只能给一个", param_hint="--log")
    if log is not None:
        (frame, rounds), waiting = read_log(log), 0
        wanted = read_target(target, rounds)
    else:
        weights = read_weights(target)
        frame, waiting = _own_log(of, outcome)
        rounds, wanted = reordered(frame, weights.solution if of is Target.SOLUTION else weights.lead_unit)
    report = evaluate_policy(rounds, wanted)
    if waiting:
        told = f"{waiting} 份推荐还在结果的等待期内，未计入"
        report = report.model_copy(update={"warnings": (*report.warnings, told)})
    if open_bandit is not None:
        write_open_bandit(frame, open_bandit)
    if dsjson is not None:
        write_dsjson(frame, dsjson)
    if as_json:
        streams.emit(report)
        return
    from cli.views.policy import show_policy

    show_policy(streams.console(), report)


def _own_log(of: Target, outcome: str) -> "tuple[DataFrame, int]":
    """Return the lines of the served lists, and how many lists still wait for their outcome."""
    from recommender.feedback.served_rounds import served_rounds
    from recommender.store import Store

    store = Store.open(read_settings())
    try:
        with store.read() as work:
            served = served_rounds(work, of.value, outcome, store.clock())
    finally:
        store.dispose()
    return served.frame, served.waiting


@app.command(help="在线试验：两套权重交错排列的推荐，哪一套赢得多。")
def experiment(
    name: Annotated[str, typer.Option("--name", help="试验名称", metavar="NAME")],
    of: _Ranked = Target.SOLUTION,
    outcome: _Outcome = "contact",
    as_json: AsJson = False,
) -> None:
    """Read the state of an experiment from the log."""
    from recommender.online import compare
    from recommender.store import Store

    store = Store.open(read_settings())
    try:
        with store.read() as work:
            report = compare(work, name, of.value, outcome, store.clock())
    finally:
        store.dispose()
    if as_json:
        streams.emit(report)
        return
    screen = streams.console()
    screen.print(report.verdict, soft_wrap=True)
    screen.print(f"推荐列表 {report.lists} 份，平局 {report.ties} 份；等待结果 {report.waiting} 份")


@app.command(help="在模拟数据上比较几种排法：后悔值越低越好；不代表真实效果。")
def simulation(
    rounds: Annotated[int, typer.Option("--rounds", min=10, max=20_000, help="每个世界的推荐清单数")] = 1_000,
    seeds: Annotated[int, typer.Option("--seeds", min=1, max=200, help="模拟几个世界")] = 5,
    as_json: AsJson = False,
) -> None:
    """Compare the product's learner with simpler policies where the truth is known."""
    from recommender.simulation import WorldSettings, compare, usual_policies

    with progress() as reporter:
        report = compare(
            WorldSettings(lists=rounds), usual_policies(), range(1, seeds + 1), progress=reporter.stage
        )
    if as_json:
        streams.emit(report)
        return
    from cli.views.simulation import show_simulation

    show_simulation(streams.console(), report)


def _cache(home: Path) -> Path:
    """Return the folder that keeps vectors between evaluations."""
    return home / "evaluation"
