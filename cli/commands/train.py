"""``train``: adapt the text encoder to the loaded pool, learn the fusion of the text channels."""

from pathlib import Path
from typing import Annotated

import typer

from cli import streams
from cli.options import AsJson
from cli.progress import progress
from cli.session import installation, read_settings
from recommender.errors import InvalidInput
from recommender.learning.intervals import Figure

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


@app.command(help="学习文本通道的融合权重，并按产品交叉验证。")
def ranker(as_json: AsJson = False) -> None:
    """Learn the fusion from the stored needs; report it, change nothing."""
    from recommender.learning.fusion_training import train_fusion
    from recommender.learning.labelled_files import LabelledNeed
    from recommender.matching.ranked import Engine

    with installation() as here:
        engine = Engine.over(here.keeper.current, here.encoder, here.instrument)
        with here.store.read() as unit:
            known = [stored.record for stored in unit.needs.iterate()]
        needs = [
            LabelledNeed(id=need.id, text=need.text, solution_id=need.solution_id)
            for need in known
            if need.solution_id is not None
        ]
        trained = train_fusion(engine, needs)
    if as_json:
        streams.emit(trained)
        return
    screen = streams.console()
    for name, weight in trained.config.weights.items():
        screen.print(f"{name}：{weight:.3f}")
    screen.print(f"较现用权重 nDCG@10 {_said(trained.gain)}（按产品交叉验证，{trained.needs} 条需求）")
    screen.print("结果未启用；确有提升时，把上面的权重写入 data/ranking/fusion.json。")


def _said(figure: Figure) -> str:
    if figure.value is None:
        return "无"
    low, high = figure.ci95
    return f"{figure.value:.3f} [{low:.3f}, {high:.3f}]"
