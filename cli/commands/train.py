"""``train``: adapt the text encoder to the loaded pool, learn to rank from needs and from outcomes."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.progress import progress
from cli.session import installation, read_settings
from recommender.errors import InvalidInput
from recommender.learning.intervals import Figure

if TYPE_CHECKING:
    from recommender.installation import Installation
    from recommender.learning.fusion_training import FusionTraining
    from recommender.learning.outcome_training import OutcomeTraining
    from recommender.ranking.feature_definitions import Target

app = typer.Typer(help="用已有的产品和需求训练；只有留出部分确有提升才写出结果。", no_args_is_help=True)


@app.command(help="把文本编码模型适配到当前产品池（默认15分钟）。")
def encoder(
    out: Annotated[Path, typer.Option("--out", help="结果文件夹，须不存在或为空", metavar="DIR")],
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, max=600, help="最多用多少分钟")] = 15.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子")] = 20261,
    as_json: AsJson = False,
) -> None:
    """Adapt the encoder; the model is written only when needs of held-out solutions gained."""
    from recommender.learning.adaptation.train import train_encoder
    from recommender.store import Store

    settings = read_settings()
    base = settings.encoder_folder if settings.encoder == "default" else Path(settings.encoder)
    if not base.is_dir():
        raise InvalidInput(
            f"当前编码设置“{settings.encoder}”不是可训练的模型文件夹，请先运行 smematch init",
            place={"field": "encoder"},
        )
    store = Store.open(settings)
    try:
        with progress() as reporter:

            def told(line: str, share: float) -> None:
                reporter.stage(line, round(share * 100), 100)

            report = train_encoder(store, base, out, minutes=minutes, seed=seed, progress=told)
    finally:
        store.dispose()
    if as_json:
        streams.emit(report)
        return
    screen = streams.console()
    held_out = report.held_out
    for name, before, after in (
        ("语义", held_out.dense_before, held_out.dense_after),
        ("融合", held_out.hybrid_before, held_out.hybrid_after),
    ):
        screen.print(f"{name}通道 nDCG@10（留出 {held_out.needs} 条需求）：{_said(before)} → {_said(after)}")
    if report.improved:
        screen.print(f"已写入 {report.out_folder}；启用：SMEMATCH_ENCODER={out / 'model'} smematch init")
    else:
        screen.print("留出部分没有提升，未写出模型。")


class What(StrEnum):
    """What the ranker learns."""

    BOTH = "both"
    FUSION = "fusion"
    OUTCOMES = "outcomes"


class Ranking(StrEnum):
    """Whose lists to learn from."""

    ALL = "all"
    SOLUTION = "solution"
    LEAD_UNIT = "lead-unit"
    PROSPECT = "prospect"


@app.command(help="学习排序：文本通道的融合权重（由需求），各特征的权重（由推荐的结果）。")
def ranker(
    what: Annotated[What, typer.Option("--what", help="学哪一部分")] = What.BOTH,
    target: Annotated[Ranking, typer.Option("--target", help="由哪种推荐的结果学习")] = Ranking.ALL,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="把由结果学得的模型写到这个文件夹，须不存在或为空", metavar="DIR"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Learn and report; nothing that is served changes."""
    if out is not None and what is What.FUSION:
        raise typer.BadParameter("--out 只写由结果学得的模型，不能与 --what fusion 同用")
    with installation() as here:
        fusion = _fusion(here, optional=what is What.BOTH) if what is not What.OUTCOMES else None
        outcomes = _outcomes(here, target, out) if what is not What.FUSION else {}
    if as_json:
        streams.emit(
            {
                **(fusion.model_dump(mode="json") if fusion else {}),
                "outcomes": {name: report.model_dump(mode="json") for name, report in outcomes.items()},
                "out": str(out) if out else None,
            }
        )
        return
    _show(fusion, outcomes, out)


def _fusion(here: "Installation", *, optional: bool) -> "FusionTraining | None":
    """Learn the fusion from the stored needs; None where there are too few and it may be left out."""
    from recommender.learning.fusion_training import TooFewAnswers, train_fusion
    from recommender.learning.labelled_files import LabelledNeed
    from recommender.matching.ranked import Engine

    engine = Engine.over(here.keeper.current, here.encoder, here.instrument)
    with here.store.read() as unit:
        known = [stored.record for stored in unit.needs.iterate()]
    needs = [
        LabelledNeed(id=need.id, text=need.text, solution_id=need.solution_id)
        for need in known
        if need.solution_id is not None
    ]
    try:
        return train_fusion(engine, needs)
    except TooFewAnswers as error:
        if not optional:
            raise
        streams.side_console().print(error.detail)
        return None


def _outcomes(here: "Installation", wanted: Ranking, out: Path | None) -> "dict[Target, OutcomeTraining]":
    """Learn from the log, and write the model where that is asked for."""
    from recommender.learning.logged_outcomes import NothingLogged, logged_outcomes
    from recommender.learning.outcome_card import model_card, model_metrics
    from recommender.learning.outcome_training import learned_model, train_on_outcomes
    from recommender.ranking.feature_definitions import TARGETS
    from recommender.ranking.model_files import write_model

    model, now = here.matching.engine().model, here.store.clock()
    targets = [name for name in TARGETS if wanted in (Ranking.ALL, name.replace("_", "-"))]
    trained = {}
    for name in targets:
        with here.store.read() as work:
            frames = logged_outcomes(work, name, now)
        if frames is not None:
            trained[name] = train_on_outcomes(frames, name, model)
    if out is not None:
        if not trained:
            raise NothingLogged("还没有推荐记录可学，没有写出模型")
        learned = learned_model(model, trained, now)
        write_model(learned, out, metrics=model_metrics(trained), card=model_card(learned, trained, now))
    return trained


def _show(
    fusion: "FusionTraining | None", outcomes: "Mapping[Target, OutcomeTraining]", out: Path | None
) -> None:
    from cli.views.training import show_outcome_training

    screen = streams.console()
    if fusion is not None:
        for name, weight in fusion.config.weights.items():
            screen.print(f"{name}：{weight:.3f}")
        screen.print(f"较现用权重 nDCG@10 {_said(fusion.gain)}（按产品交叉验证，{fusion.needs} 条需求）")
        screen.print("结果未启用；确有提升时，把上面的权重写入 data/ranking/fusion.json。")
    for report in outcomes.values():
        show_outcome_training(screen, report)
    if out is not None:
        screen.print(f"已写入 {out}；加入模型库：smematch models add {out}")


def _said(figure: Figure) -> str:
    if figure.value is None:
        return "无"
    low, high = figure.ci95
    return f"{figure.value:.3f} [{low:.3f}, {high:.3f}]"
