"""``evaluate``: how well the product's own ranking does on labelled files, in a throw-away index."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.progress import progress
from cli.session import read_settings

app = typer.Typer(help="在带标注的文件上评估，不影响现有索引。", no_args_is_help=True)

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


def _cache(home: Path) -> Path:
    """Return the folder that keeps vectors between evaluations."""
    return home / "evaluation"
