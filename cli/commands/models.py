"""``models``: what ranking models there are, which one is served, and changing that."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import streams
from cli.failures import FAILURE
from cli.options import AsJson
from cli.progress import progress
from cli.session import current_user, installation, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from recommender.installation import Installation
    from recommender.learning.labelled_files import LabelledNeed
    from recommender.ranking.ranking_model import RankingModel
    from recommender.registry.gate import GateReport
    from recommender.registry.registry import ModelRegistry

app = typer.Typer(help="排序模型：登记、过关口上线、退回。", no_args_is_help=True)

_Version = Annotated[str, typer.Argument(help="模型版本；shipped 指随软件发布的那个", metavar="VERSION")]
_Reason = Annotated[str | None, typer.Option("--reason", help="理由，记入历史", metavar="TEXT")]
_By = Annotated[str | None, typer.Option("--by", help="谁，默认登录名", metavar="NAME")]


@app.command("list", help="列出全部模型和最近的上线、退回。")
def list_(as_json: AsJson = False) -> None:
    """List versions and history; needs no index."""
    from recommender.registry.shadow_choice import chosen_shadow

    registry = _registry()
    entries, history, shadow = registry.entries(), registry.history(), chosen_shadow(registry)
    if as_json:
        streams.emit(
            {
                "served": next((entry.version for entry in entries if entry.served), None),
                "shadow": shadow.model_dump(mode="json") if shadow else None,
                "items": [entry.model_dump(mode="json") for entry in entries],
                "history": [change.model_dump(mode="json") for change in reversed(history)],
            }
        )
        return
    from cli.views.models import show_models

    show_models(streams.console(), entries, history, shadow.version if shadow else None)


@app.command(help="看一个模型：说明、指标、数据、文件校验；默认现用的。")
def show(
    version: Annotated[str | None, typer.Argument(help="模型版本，默认现用的", metavar="[VERSION]")] = None,
    of_shadow: Annotated[bool, typer.Option("--shadow", help="影子模型与现用名单的比较")] = False,
    as_json: AsJson = False,
) -> None:
    """Show one version after verifying its files, or how the shadow model compares."""
    registry = _registry()
    if of_shadow:
        _show_shadow(registry, version, as_json=as_json)
        return
    detail = registry.detail(version or registry.served().model.version)
    if as_json:
        streams.emit(detail)
        return
    from cli.views.models import show_model

    show_model(streams.console(), detail)


@app.command(help="登记一个模型：训练输出的文件夹，或改过的 priors.json、fusion.json 所在的文件夹。")
def add(
    folder: Annotated[Path, typer.Argument(help="文件夹", metavar="DIR")],
    note: Annotated[str, typer.Option("--note", help="说明，记入登记", metavar="TEXT")] = "",
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    """Register a model; it is not served yet."""
    from recommender.registry.folder import read_draft
    from recommender.registry.manifest import DataFingerprint
    from recommender.store import Store

    draft = read_draft(folder)
    settings = read_settings()
    store = Store.open(settings)
    try:
        data = DataFingerprint.of(store)
    finally:
        store.dispose()
    entry = _registry().add(draft, data, by=by or current_user(), note=note)
    if as_json:
        streams.emit(entry)
        return
    streams.console().print(f"已登记 {entry.version}；上线：smematch models promote {entry.version}")


@app.command(help="上线一个模型：先过关口，未通过则不上线；--force 须写理由，会记入历史。")
def promote(
    version: _Version,
    reason: _Reason = None,
    force: Annotated[bool, typer.Option("--force", help="未通过关口也上线")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只过关口，不上线")] = False,
    needs: Annotated[
        Path | None,
        typer.Option("--needs", help="带答案的需求：id、text、solution_id；默认库里的", metavar="FILE"),
    ] = None,
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    """Promote a version; exit 1 where a gate holds it back."""
    from cli.views.models import show_change, show_report
    from recommender.learning.labelled_files import read_needs
    from recommender.registry.errors import GatesNotPassed

    known = read_needs(needs) if needs is not None else None
    with installation() as here:
        if dry_run:
            report = _measured(here, here.models.load(version), here.model_keeper(), known)
            if as_json:
                streams.emit(report)
            else:
                show_report(streams.console(), report)
            if not report.passed:
                raise typer.Exit(FAILURE)
            return
        try:
            made = here.models.promote(
                version,
                lambda candidate, served: _measured(here, candidate, served, known),
                by=by or current_user(),
                reason=reason,
                force=force,
            )
        except GatesNotPassed as refused:
            if not as_json:
                show_report(streams.console(), refused.report)
            raise
    if as_json:
        streams.emit(made)
        return
    if made.change is not None and made.change.gates is not None:
        show_report(streams.console(), made.change.gates)
    show_change(streams.console(), made)


@app.command(help="立即退回：默认退到上一个，--to 退到指定的、上线过的版本；不过关口。")
def rollback(
    to: Annotated[str | None, typer.Option("--to", help="退到这个版本", metavar="VERSION")] = None,
    reason: _Reason = None,
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    """Go back at once; needs no index."""
    made = _registry().rollback(to, by=by or current_user(), reason=reason)
    if as_json:
        streams.emit(made)
        return
    from cli.views.models import show_change

    show_change(streams.console(), made)


@app.command(help="让一个模型作影子：回答之后再排一遍作比较，不展示；--off 关闭。")
def shadow(
    version: Annotated[str | None, typer.Argument(help="模型版本", metavar="[VERSION]")] = None,
    off: Annotated[bool, typer.Option("--off", help="关闭")] = False,
    share: Annotated[float, typer.Option("--share", min=0.001, max=1, help="取多大比例的推荐")] = 0.1,
    by: _By = None,
    as_json: AsJson = False,
) -> None:
    """Choose which model runs along."""
    if (version is None) != off:
        raise typer.BadParameter("模型版本和 --off 必须且只能给一个", param_hint="--off")
    from recommender.registry.shadow_choice import choose_shadow, end_shadow
    from recommender.store.store import utc_now

    registry, chosen = _registry(), None
    if version is None:
        end_shadow(registry)
    else:
        chosen = choose_shadow(registry, version, share=share, by=by or current_user(), at=utc_now())
    if as_json:
        streams.emit({"shadow": chosen.model_dump(mode="json") if chosen else None})
        return
    told = f"影子模型 {chosen.version}，取 {chosen.share:.0%} 的推荐" if chosen else "没有影子模型"
    streams.console().print(told, soft_wrap=True)


def _show_shadow(registry: "ModelRegistry", version: str | None, *, as_json: bool) -> None:
    from cli.views.models import show_shadow
    from recommender.registry.errors import UnknownModel
    from recommender.registry.shadow import shadow_report
    from recommender.registry.shadow_choice import chosen_shadow

    running = chosen_shadow(registry)
    if version is None and running is None:
        raise UnknownModel("没有影子模型；用 smematch models shadow 版本 指定")
    named = registry.detail(version).version if version else running.version if running else ""
    report = shadow_report(registry, named)
    if as_json:
        streams.emit(report)
    else:
        show_shadow(streams.console(), report)


def _registry() -> "ModelRegistry":
    from recommender.registry.registry import ModelRegistry

    return ModelRegistry(read_settings().models_folder)


def _measured(
    here: "Installation",
    candidate: "RankingModel",
    served: "RankingModel",
    needs: "Sequence[LabelledNeed] | None",
) -> "GateReport":
    with progress() as reporter:
        return here.gates.measure(candidate, served, needs=needs, progress=reporter.stage)
