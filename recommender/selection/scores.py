"""Experts' sheets made into a ranking: trimmed means, how far experts differ, how firm the ranking stands.

A score is the mean of the totals that are left when the highest and the lowest are dropped. Its interval is
that of a trimmed mean (Tukey and McLaughlin 1963): Student's t with the winsorised deviation. How firm the
ranking stands is told by drawing experts with replacement, the same for all applications of a sub-industry:
in how many draws the same applications come out on top. Such a draw strays from this panel as this panel
strays from the truth. Another panel strays from the truth as well, and drawing from n experts shows only
(n - 1) / n of their variance, so for another panel the draws' deviations are widened by the root of
2n / (n - 1).
``tests/benchmarks/selection_stability.py`` measures both against new simulated panels.

References
----------
Tukey and McLaughlin, Less vulnerable confidence and significance procedures for location based on a single
sample: trimming/winsorization 1, Sankhya A 25 (1963).
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from recommender.diagnosis.value import Points, Value
from recommender.learning.intervals import RESAMPLES, SEED, Figure
from recommender.selection.application import Expert, ScoreSheet
from recommender.selection.interests import conflict_of
from recommender.selection.ledger import Entry
from recommender.selection.rules import ExpertRules, SelectionRules, SheetItem

Floats = NDArray[np.float64]
_CENT = Decimal("0.01")


class ItemScore(Value):
    """One item of the sheet over the sheets that count; ``deviation`` is None for a single one."""

    code: str
    name: str
    points: Points
    mean: float
    deviation: float | None


class Scored(Value):
    """The score of one application.

    Attributes
    ----------
    sheets, counted : int
        Valid sheets, and those left after dropping the extremes.
    score : Decimal, optional
        Mean total to two decimals; None while there are fewer sheets than needed.
    figure : Figure
        The same with its interval.
    deviation : float, optional
        Standard deviation of the totals that count, among experts.
    rank : int, optional
        1 is best; equal scores share a rank and ``tied_with`` names them.
    in_top_share : float, optional
        Share of draws of experts in which the application is among the first ``places``.
    """

    application: str
    sheets: int
    counted: int
    score: Decimal | None
    figure: Figure
    deviation: float | None
    items: tuple[ItemScore, ...]
    rank: int | None = None
    tied_with: tuple[str, ...] = ()
    in_top_share: float | None = None


class Stability(Value):
    """How often the same applications come out on top.

    Attributes
    ----------
    share : float, optional
        Of the draws in which every application had a sheet; None where that cannot be asked, ``note`` why.
    new_panel_share : float, optional
        The same for another panel of as many experts, which is further off than a draw of this one.
    experts, draws : int
        How many experts were drawn from, and how often.
    """

    share: float | None
    new_panel_share: float | None = None
    places: int
    experts: int
    draws: int
    note: str | None = None


class Standing(Value):
    """The ranking of a sub-industry: best first, those without a score last."""

    applications: tuple[Scored, ...]
    stability: Stability


def valid_sheets(entry: Entry, panel: Mapping[str, Expert]) -> dict[str, ScoreSheet]:
    """Return the sheets that count: of experts who are on the panel and have no conflict of interest."""
    return {
        expert: sheet
        for expert, sheet in entry.sheets.items()
        if expert in panel and conflict_of(panel[expert], entry) is None
    }


def standing_of(
    entries: Sequence[Entry], panel: Mapping[str, Expert], rules: SelectionRules, places: int
) -> Standing:
    """Rank the applications of a sub-industry.

    Parameters
    ----------
    places : int
        How many can come out on top.
    """
    sheets = {entry.key: valid_sheets(entry, panel) for entry in entries}
    scored = [_scored(key, own, rules) for key, own in sheets.items()]
    ranked = _ranked(scored)
    complete = [one.application for one in ranked if one.score is not None]
    if len(complete) < len(ranked):
        stability = _untold(places, sheets, "还有申报没有足够的评分表")
        return Standing(applications=tuple(ranked), stability=stability)
    stability, shares = _stability({key: sheets[key] for key in complete}, ranked, rules.experts, places)
    told = [one.model_copy(update={"in_top_share": shares.get(one.application)}) for one in ranked]
    return Standing(applications=tuple(told), stability=stability)


def _dropped(count: int, rules: ExpertRules) -> int:
    """Return how many totals are dropped at each end."""
    enough = count >= rules.drop_from and count > 2 * rules.drop_each_end
    return rules.drop_each_end if enough else 0


def _scored(key: str, sheets: Mapping[str, ScoreSheet], rules: SelectionRules) -> Scored:
    # Equal totals are dropped in the order of the experts' ids, so that the items' means are always the same.
    ordered = [sheet for _, sheet in sorted(sheets.items(), key=lambda one: (one[1].total, one[0]))]
    cut = _dropped(len(ordered), rules.experts)
    counted = ordered[cut : len(ordered) - cut]
    items = tuple(_item(item, counted) for item in rules.items.values()) if counted else ()
    if len(ordered) < rules.experts.least:
        warning = f"只有 {len(ordered)} 份有效评分表，至少要 {rules.experts.least} 份"
        empty = Figure(value=None, ci95=(None, None), warning=warning)
        return Scored(
            application=key, sheets=len(ordered), counted=len(counted), score=None, figure=empty,
            deviation=None, items=items,
        )  # fmt: skip
    exact = sum((sheet.total for sheet in counted), start=Decimal(0)) / len(counted)
    totals = np.asarray([float(sheet.total) for sheet in ordered])
    return Scored(
        application=key,
        sheets=len(ordered),
        counted=len(counted),
        score=exact.quantize(_CENT, rounding=ROUND_HALF_UP),
        figure=_figure(totals, cut),
        deviation=_deviation(totals[cut : len(totals) - cut]),
        items=items,
    )


def _item(item: SheetItem, counted: Sequence[ScoreSheet]) -> ItemScore:
    points = np.asarray([float(sheet.points[item.code]) for sheet in counted])
    return ItemScore(
        code=item.code,
        name=item.name,
        points=item.points,
        mean=float(points.mean()),
        deviation=_deviation(points),
    )


def _deviation(values: Floats) -> float | None:
    return float(values.std(ddof=1)) if len(values) > 1 else None


def _figure(ordered: Floats, cut: int) -> Figure:
    """Return a trimmed mean with its interval; ``ordered`` rises."""
    count = len(ordered)
    kept = ordered[cut : count - cut]
    mean = float(kept.mean())
    if len(kept) < 2:
        return Figure(value=mean, ci95=(None, None), warning="只有一份计入的评分表，无法给出置信区间")
    winsorised = np.clip(ordered, kept[0], kept[-1])
    share = (count - 2 * cut) / count
    half = stats.t.ppf(0.975, len(kept) - 1) * winsorised.std(ddof=1) / (share * np.sqrt(count))
    return Figure(value=mean, ci95=(mean - float(half), mean + float(half)))


def _ranked(scored: Sequence[Scored]) -> list[Scored]:
    ranked = []
    for one in scored:
        if one.score is None:
            ranked.append(one)
            continue
        rank = 1 + sum(other.score is not None and other.score > one.score for other in scored)
        tied = tuple(other.application for other in scored if other is not one and other.score == one.score)
        ranked.append(one.model_copy(update={"rank": rank, "tied_with": tied}))
    return sorted(ranked, key=lambda one: (one.rank is None, one.rank or 0, one.application))


def _untold(places: int, sheets: Mapping[str, Mapping[str, ScoreSheet]], note: str) -> Stability:
    experts = {expert for own in sheets.values() for expert in own}
    return Stability(share=None, places=places, experts=len(experts), draws=0, note=note)


def _stability(
    sheets: Mapping[str, Mapping[str, ScoreSheet]],
    ranked: Sequence[Scored],
    rules: ExpertRules,
    places: int,
) -> tuple[Stability, dict[str, float]]:
    keys = [one.application for one in ranked]
    if len(keys) <= places:
        return _untold(places, sheets, "申报数不多于名额，不需要比较"), {}
    experts = sorted({expert for own in sheets.values() for expert in own})
    totals = np.asarray(
        [[float(sheets[key][e].total) if e in sheets[key] else np.nan for e in experts] for key in keys]
    )
    generator = np.random.default_rng(SEED)
    drawn = generator.integers(0, len(experts), size=(RESAMPLES, len(experts)))
    means = _trimmed(totals[:, drawn], rules)
    means = means[:, ~np.isnan(means).any(axis=0)]
    draws = means.shape[1]
    if not draws:
        return _untold(places, sheets, "没有一次抽样能让每份申报都有评分"), {}
    # The last place on top is shared out to nobody in a draw where it is tied.
    lowest = np.sort(means, axis=0)[-places]
    shares = {key: float((means[at] >= lowest).mean()) for at, key in enumerate(keys)}
    if ranked[places - 1].score == ranked[places].score:
        note = f"第 {places} 名并列，谁入选不由评分决定"
        return Stability(share=None, places=places, experts=len(experts), draws=draws, note=note), shares
    observed = _trimmed(totals[:, None, :], rules)
    another = observed + (means - observed) * np.sqrt(2 * len(experts) / (len(experts) - 1))
    stability = Stability(
        share=_same(means, places),
        new_panel_share=_same(another, places),
        places=places,
        experts=len(experts),
        draws=draws,
    )
    return stability, shares


def _same(means: Floats, places: int) -> float:
    """Return in which share of the draws the first applications are the first."""
    return float((means[:places].min(axis=0) > means[places:].max(axis=0)).mean())


def _trimmed(values: Floats, rules: ExpertRules) -> Floats:
    """Return trimmed means over the last axis, NaN where there is no value at all.

    Parameters
    ----------
    values : float64 (applications, draws, experts)
        NaN for an expert who did not score an application.
    """
    ordered = np.sort(values, axis=-1)
    count = (~np.isnan(ordered)).sum(axis=-1)
    cut = np.where((count >= rules.drop_from) & (count > 2 * rules.drop_each_end), rules.drop_each_end, 0)
    place = np.arange(values.shape[-1])
    kept = (place >= cut[..., None]) & (place < (count - cut)[..., None])
    sums = np.where(kept, ordered, 0.0).sum(axis=-1)
    means: Floats = np.divide(sums, kept.sum(axis=-1), out=np.full(sums.shape, np.nan), where=count > 0)
    return means
