"""The table: figures of every system with intervals, and the paired difference to ours."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from recommender.learning.intervals import Figure, difference_figure, mean_figure
from recommender.learning.metrics import Floats

NOT_INSTALLED = "not installed"
MEASURED = "measured"


class Row(BaseModel):
    """One system.

    Attributes
    ----------
    status : str
        ``measured`` or ``not installed``.
    setting : str
        Of several settings the one with the best headline figure here, which favours the peer.
    figures, ours_minus : dict
        Metric to figure; differences are of the product's ``ranked`` less this system.
    settings : dict
        Headline figure of every setting tried.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    status: str = MEASURED
    version: str = ""
    setting: str = ""
    figures: dict[str, Figure] = {}
    ours_minus: dict[str, Figure] = {}
    settings: dict[str, float] = {}


class Table(BaseModel):
    """All systems on one set of queries; ``headline`` is the metric that settings are picked by."""

    model_config = ConfigDict(frozen=True)

    title: str
    headline: str
    queries: int
    candidates: int
    clusters: int
    rows: tuple[Row, ...]


class Measured(BaseModel):
    """Values of one system, one a query, by setting and metric; no settings when it is not installed."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    name: str
    kind: str
    version: str | None = ""
    settings: Mapping[str, Mapping[str, Floats]] = {}


def make_table(
    title: str,
    systems: Sequence[Measured],
    *,
    clusters: NDArray[np.int64],
    candidates: int,
    headline: str,
    ours: str = "ranked",
) -> Table:
    """Compute every figure.

    Parameters
    ----------
    systems : sequence of Measured
        All on the same queries in the same order; the one called `ours` is compared with each other.
    clusters : int64 (queries,)
        What is drawn as one for the intervals.
    """
    chosen = {system.name: _best_setting(system, headline) for system in systems if system.settings}
    own = next(system for system in systems if system.name == ours)
    best = own.settings[chosen[ours]]
    told = ~np.isnan(best[headline])  # a demand graded all alike has no order to get right
    rows = []
    for system in systems:
        if not system.settings:
            rows.append(Row(name=system.name, kind=system.kind, status=NOT_INSTALLED))
            continue
        setting = chosen[system.name]
        values = system.settings[setting]
        rows.append(
            Row(
                name=system.name,
                kind=system.kind,
                version=system.version or "",
                setting=setting,
                figures={metric: mean_figure(of, clusters) for metric, of in values.items()},
                ours_minus={}
                if system.name == ours
                else {metric: difference_figure(best[metric], of, clusters) for metric, of in values.items()},
                settings={
                    name: round(float(np.nanmean(by[headline])), 4) for name, by in system.settings.items()
                },
            )
        )
    return Table(
        title=title,
        headline=headline,
        queries=int(told.sum()),
        candidates=candidates,
        clusters=len(np.unique(clusters[told])),
        rows=tuple(rows),
    )


def _best_setting(system: Measured, headline: str) -> str:
    means = {name: float(np.nanmean(by[headline])) for name, by in system.settings.items()}
    return max(means, key=means.__getitem__)


def _shown(figure: Figure | None, *, signed: bool = False) -> str:
    if figure is None or figure.value is None:
        return "–"
    sign = "+" if signed else ""
    low, high = figure.ci95
    interval = "" if low is None or high is None else f" [{low:{sign}.3f}, {high:{sign}.3f}]"
    return f"{figure.value:{sign}.3f}{interval}"


def _lines(table: Table) -> Iterable[str]:
    metrics = list(next(row.figures for row in table.rows if row.figures))
    differences = [metric for metric in (table.headline, "recall@1") if metric in metrics]
    yield f"### {table.title}"
    yield ""
    yield (
        f"{table.queries} queries, {table.candidates} candidates, {table.clusters} clusters; 95 % intervals "
        "by bootstrap over clusters; of a peer's settings the best on these very queries."
    )
    yield ""
    heads = ["system", "setting", *metrics, *(f"ours − it, {metric}" for metric in differences)]
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in table.rows:
        name = f"**ours: {row.name}**" if row.kind == "ours" else row.name
        if row.status != MEASURED:
            yield f"| {name} | {row.status} |{' |' * (len(heads) - 2)}"
            continue
        cells = [_shown(row.figures[metric]) for metric in metrics]
        cells += [_shown(row.ours_minus.get(metric), signed=True) for metric in differences]
        yield f"| {name} | {row.setting or '–'} | {' | '.join(cells)} |"


def markdown(table: Table) -> str:
    """Return the table in Markdown."""
    return "\n".join(_lines(table)) + "\n"
