"""``index``: the state of the search index, and bringing it up to the store."""

from typing import TYPE_CHECKING, Any

import typer

from cli import streams
from cli.options import AsJson
from cli.session import installation

if TYPE_CHECKING:
    from recommender.installation import Installation

app = typer.Typer(help="查看或更新索引。", no_args_is_help=True)


@app.command(help="把索引更新到与数据库一致。")
def refresh(as_json: AsJson = False) -> None:
    """Bring the index up to the store."""
    with installation() as here:
        _tell(_state(here), as_json=as_json)


@app.command(help="查看索引版本，以及是否落后于数据库。")
def status(as_json: AsJson = False) -> None:
    """Tell the version of the index and whether it is behind."""
    with installation(current=False) as here:
        _tell(_state(here), as_json=as_json)


def _state(here: "Installation") -> dict[str, Any]:
    snapshot = here.keeper.current
    with here.store.read() as unit:
        stored = unit.catalogue.version()
    return {
        "index_version": snapshot.version,
        "index_catalogue_version": snapshot.catalogue.version,
        "catalogue_version": stored,
        "current": stored == snapshot.catalogue.version,
        "encoder": here.encoder.name,
        "has_vectors": snapshot.has_vectors,
        "passages": len(snapshot.passages),
        "solutions": len(snapshot.catalogue.solutions),
        "enterprises": len(snapshot.catalogue.enterprises),
        "lead_units": len(snapshot.catalogue.lead_units),
    }


def _tell(state: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        streams.emit(state)
        return
    out = streams.console()
    standing = "与数据库一致" if state["current"] else "落后于数据库，请运行 smematch index refresh"
    out.print(f"索引 {state['index_version']}：{standing}", style="good" if state["current"] else "note")
    out.print(
        f"解决方案 {state['solutions']} 个、企业 {state['enterprises']} 家、"
        f"牵引单位 {state['lead_units']} 家，共 {state['passages']} 段文本；文本编码模型 {state['encoder']}"
    )
