"""Which model, policy and index served which share of the lists."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from recommender.health.report import VersionShare

_KINDS = ("model", "policy", "index")


def base_index(version: str) -> str:
    """Return the index without the change number of records laid over it."""
    return version.partition("+")[0]


def version_shares(lists: Any) -> Iterator[VersionShare]:  # noqa: ANN401 - a DataFrame
    """Yield the shares of every target, largest first.

    Parameters
    ----------
    lists : DataFrame
        Recent lists: ``target, served_at, model_version, policy_version, index_version``.
    """
    told = lists.assign(index_version=lists["index_version"].map(base_index))
    for target, own in told.groupby("target"):
        for kind in _KINDS:
            served = own.groupby(f"{kind}_version")["served_at"].agg(["size", "min", "max"])
            for version, row in served.sort_values("size", ascending=False, kind="stable").iterrows():
                yield VersionShare(
                    target=str(target),
                    kind=kind,
                    version=str(version),
                    lists=int(row["size"]),
                    share=int(row["size"]) / len(own),
                    first_served=row["min"].to_pydatetime(),
                    last_served=row["max"].to_pydatetime(),
                )


def index_age_days(lists: Any, as_of: datetime) -> float | None:  # noqa: ANN401 - a DataFrame
    """Return for how many days the index of the newest list has been served, as far as the lists tell."""
    if not len(lists):
        return None
    bases = lists["index_version"].map(base_index)
    newest = bases.loc[lists["served_at"].idxmax()]
    first = lists.loc[bases == newest, "served_at"].min().to_pydatetime()
    return float((as_of - first).total_seconds() / 86_400.0)
