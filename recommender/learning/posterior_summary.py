"""From fitted parameters to what a model carries: weights by sub-industry, effects, records."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from recommender.learning.ladder_lines import LadderLines
from recommender.learning.ladder_posterior import Layout
from recommender.ranking.learned_score import POOLED
from recommender.ranking.learned_weights import Effect, LearnedTarget, Record, WeightBlock

Floats = NDArray[np.float64]
#: The furthest step that so many enterprises decided is the one that a record tells of.
_ENTERPRISES_TO_TELL = 5
#: Digits of covariances; weights are kept to the bit.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A maximum with its covariance."""

    layout: Layout
    parameters: Floats
    covariance: Floats
    slope: float


@dataclass(frozen=True, slots=True)
class Unseen:
    """Variances of what no line tells of: a sub-industry's weights around the pooled ones, effects."""

    sub_industries: float
    items: float
    providers: float


def learned_odds(learned: LearnedTarget, lines: LadderLines) -> Floats:
    """Return the log-odds of lines under a posterior, without the intercept of a step."""
    blocks = [learned.by_sub_industry.get(name, learned.pooled) for name in lines.names["sub_industry"]]
    # -1, unknown, finds what is appended at the end.
    weights = np.asarray([block.weights for block in (*blocks, learned.pooled)])
    odds = np.zeros(len(lines))
    for column in range(lines.shares.shape[1]):
        odds += weights[lines.sub_industry, column] * lines.shares[:, column]
    odds *= learned.slope
    for numbers, names, effects in (
        (lines.item, lines.names["item"], learned.items),
        (lines.provider, lines.names["provider"], learned.providers),
    ):
        odds += np.asarray([effects[name].mean if name in effects else 0.0 for name in names] + [0.0])[
            numbers
        ]
    return odds


def known_chances(learned: LearnedTarget, lines: LadderLines) -> Floats:
    """Return the probability that each line is known to have reached each step, float64 (lines, steps)."""
    odds = learned_odds(learned, lines)
    inner = expit(odds[:, None] + np.asarray([learned.intercepts[step] for step in lines.steps]))
    return np.asarray(lines.chance * (lines.trusted + (1 - lines.trusted) * inner))


def summarise(
    lines: LadderLines, estimate: Estimate, features: tuple[str, ...], unseen: Unseen, *, data_share: float
) -> LearnedTarget:
    """Write down what a model ranks by.

    Parameters
    ----------
    features : tuple of str
        Names in the order of the weights.
    data_share : float
        See :class:`recommender.ranking.learned_weights.LearnedTarget`.
    """
    layout, parameters = estimate.layout, estimate.parameters
    names = lines.names
    numbers = dict.fromkeys(np.unique(lines.sub_industry[lines.sub_industry >= 0]).tolist())
    groups = {POOLED: -1} | {names["sub_industry"][number]: number for number in numbers}
    blocks = {
        key: WeightBlock(
            weights=tuple(parameters[layout.weights(group)].tolist()),
            covariance=_rows(
                estimate.covariance[layout.weights(group), layout.weights(group)]
                # The pooled weights serve sub-industries of which nothing is known.
                + (unseen.sub_industries * np.eye(len(features)) if group < 0 else 0.0)
            ),
        )
        for key, group in groups.items()
    }
    without = LearnedTarget(
        features=features,
        slope=estimate.slope,
        intercepts=dict(zip(lines.steps, parameters[layout.intercepts].tolist(), strict=True)),
        pooled=blocks.pop(POOLED),
        by_sub_industry=blocks,
        item_variance=unseen.items,
        provider_variance=unseen.providers,
        lines=int((lines.chance > 0).any(axis=1).sum()),
        enterprises=len(np.unique(lines.cluster)),
        outcomes=dict(zip(lines.steps, lines.reached.sum(axis=0).tolist(), strict=True)),
        data_share=data_share,
    )
    expected = known_chances(without, lines)
    return without.model_copy(
        update={
            "items": _item_effects(lines, estimate, groups, expected),
            "providers": _provider_effects(lines, estimate, groups, expected),
        }
    )


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(_short(row) for row in matrix)


def _short(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in values.tolist())


def _item_effects(
    lines: LadderLines, estimate: Estimate, groups: dict[str, int], expected: Floats
) -> dict[str, Effect]:
    layout = estimate.layout
    if not layout.items:
        return {}
    offered_by = np.full(layout.items, -1)
    # Of a product that changed hands the last line counts.
    offered_by[lines.item] = lines.provider
    records = _records(lines, lines.item, expected)
    found = {}
    for number in np.unique(lines.item).tolist():
        own = [layout.item_effects.start + number]
        if layout.providers and offered_by[number] >= 0:
            own.append(layout.provider_effects.start + int(offered_by[number]))
        found[lines.names["item"][number]] = _effect(estimate, own, groups, records.get(number))
    return found


def _provider_effects(
    lines: LadderLines, estimate: Estimate, groups: dict[str, int], expected: Floats
) -> dict[str, Effect]:
    layout = estimate.layout
    if not layout.providers:
        return {}
    records = _records(lines, lines.provider, expected)
    return {
        lines.names["provider"][number]: _effect(
            estimate, [layout.provider_effects.start + number], groups, records.get(number)
        )
        for number in np.unique(lines.provider[lines.provider >= 0]).tolist()
    }


def _effect(estimate: Estimate, places: list[int], groups: dict[str, int], record: Record | None) -> Effect:
    """Return the effect at the first place, with the doubt about the sum of all."""
    covariance = estimate.covariance
    return Effect(
        mean=float(estimate.parameters[places[0]]),
        variance=float(covariance[np.ix_(places, places)].sum()),
        with_weights={
            key: _short(covariance[estimate.layout.weights(group)][:, places].sum(axis=1))
            for key, group in groups.items()
        },
        record=record,
    )


def _records(lines: LadderLines, numbers: NDArray[np.int64], expected: Floats) -> dict[int, Record]:
    """Count enterprises by what became of them, at the furthest step that enough of them decided."""
    found: dict[int, Record] = {}
    for step, name in enumerate(lines.steps):
        decided = lines.decided[:, step] & (lines.chance[:, step] > 0) & (numbers >= 0)
        by_firm = (
            pd.DataFrame(
                {
                    "number": numbers[decided],
                    "firm": lines.cluster[decided],
                    "reached": lines.reached[decided, step],
                    "missed": np.log1p(-np.minimum(expected[decided, step], 1 - 1e-12)),
                }
            )
            .groupby(["number", "firm"], sort=True)
            .agg(reached=("reached", "any"), missed=("missed", "sum"))
        )
        by_firm["expected"] = -np.expm1(by_firm["missed"])
        counted = by_firm.groupby("number").agg(
            enterprises=("reached", "size"), reached=("reached", "sum"), expected=("expected", "sum")
        )
        for number, enterprises, reached, likely in counted.itertuples():
            if enterprises >= _ENTERPRISES_TO_TELL or number not in found:
                found[int(number)] = Record(
                    step=name, enterprises=int(enterprises), reached=int(reached), expected=round(likely, 3)
                )
    return found
