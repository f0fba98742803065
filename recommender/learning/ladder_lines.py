"""Lines of served lists with what became of them, as the arrays that the learner works on.

Each line is one row; each step of the ladder (contact, contract, acceptance) is one column of outcomes. An
outcome that may still come, or a line that perhaps nobody looked at, is no "no": the chance that it would be
known by now, had it happened, stands beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.ranking.priors import FeaturePrior

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
_NEEDED = (
    *("list_id", "position", "enterprise", "item_id", "provider", "sub_industry"),
    *("reached", "refused", "decided", "elapsed_days", "horizon_days"),
)
_CHANCES = ("chance_seen", "chance_told")
#: Least chance of a line that was acted on although it is reported as not seen.
_LEAST_CHANCE = 1e-3


class UnusableLines(InvalidInput):
    """A frame of lines that lacks something, or steps that do not speak of the same lines."""

    code = "unusable_lines"
    title = "推荐记录无法用于学习"


@dataclass(frozen=True, slots=True)
class LadderLines:
    """Lines with their outcomes, in the order of list and position.

    Attributes
    ----------
    shares : float64 (lines, features)
        Value of each applicable feature over the expert weights of all that apply, 0 where it does not: with
        the expert weights the sum is the expert score.
    reached, decided : bool (lines, steps)
    chance : float64 (lines, steps)
        Chance 0–1 that the line was seen, and the step, had it come, known by now.
    trusted : float64 (lines, steps)
        Chance that a line is acted on because it stands high, whatever it is. It is 0 after the first step:
        someone may be called for that, but no one signs.
    examined : float64 (lines, steps)
        The same chance by position alone, whatever is reported of impressions: for the weights of outcomes.
    sub_industry, item, provider : int64 (lines,)
        Numbers into the names, -1 for unknown.
    cluster : int64 (lines,)
        Number of the enterprise; of the list where that is not known.
    lists, position : int64 (lines,)
    names : dict of str to list of str
        Of ``sub_industry``, ``item`` and ``provider``.
    """

    steps: tuple[str, ...]
    shares: Floats
    reached: NDArray[np.bool_]
    decided: NDArray[np.bool_]
    chance: Floats
    trusted: Floats
    examined: Floats
    sub_industry: Numbers
    item: Numbers
    provider: Numbers
    cluster: Numbers
    lists: Numbers
    position: Numbers
    names: dict[str, list[str]]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.shares)

    def only(self, rows: NDArray[np.bool_] | Numbers) -> "LadderLines":
        """Return some of the lines under the same numbers."""
        kept: dict[str, Any] = {
            field.name: value[rows] if isinstance(value, np.ndarray) else value
            for field in fields(self)
            for value in (getattr(self, field.name),)
        }
        return LadderLines(**kept)


def ladder_lines(
    frames: Mapping[str, pd.DataFrame], priors: Mapping[str, FeaturePrior], steps: Sequence[str]
) -> LadderLines:
    """Read labelled lines.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        By step, from :func:`recommender.feedback.labelled_lines.labelled_lines` with the chances of
        ``with_chances``; all of the same lines. A column ``chance_trusted`` may tell the trust in positions.
    priors : mapping of str to FeaturePrior
        Expert weights, and what a feature counts for that is not known.

    Raises
    ------
    UnusableLines
        If a step, a feature or a column is missing, or the steps tell of different lines.
    """
    _check(frames, priors, steps)
    ordered = {step: _ordered(frames[step]) for step in steps}
    first = ordered[steps[0]]
    for step in steps[1:]:
        for column in ("list_id", "position", "item_id"):
            if not first[column].equals(ordered[step][column]):
                raise UnusableLines(
                    f"“{step}”与“{steps[0]}”两步的推荐记录不是同一批", place={"field": column}
                )
    numbers = {name: pd.factorize(first[name], sort=True) for name in ("sub_industry", "item_id", "provider")}
    reached = np.column_stack([ordered[step]["reached"].to_numpy(bool) for step in steps])
    decided = np.column_stack([ordered[step]["decided"].to_numpy(bool) for step in steps])
    told = np.column_stack([_told(ordered[step]) for step in steps])
    chance = _seen(first)[:, None] * told
    trusted = np.zeros(reached.shape)
    if "chance_trusted" in first:
        trusted[:, 0] = first["chance_trusted"]
    return LadderLines(
        steps=tuple(steps),
        shares=_shares(first, priors),
        reached=reached,
        decided=decided,
        chance=np.where(reached, np.maximum(chance, _LEAST_CHANCE), chance),
        trusted=trusted,
        examined=np.asarray(first["chance_seen"], np.float64)[:, None] * told,
        sub_industry=numbers["sub_industry"][0].astype(np.int64),
        item=numbers["item_id"][0].astype(np.int64),
        provider=numbers["provider"][0].astype(np.int64),
        cluster=_clusters(first),
        lists=np.asarray(pd.factorize(first["list_id"])[0], np.int64),
        position=first["position"].to_numpy(np.int64),
        names={
            "sub_industry": [str(name) for name in numbers["sub_industry"][1]],
            "item": [str(name) for name in numbers["item_id"][1]],
            "provider": [str(name) for name in numbers["provider"][1]],
        },
    )


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    lists = pd.factorize(frame["list_id"], sort=True)[0]
    order = np.lexsort((frame["position"].to_numpy(np.int64), lists))
    return frame.iloc[order].reset_index(drop=True)


def _check(
    frames: Mapping[str, pd.DataFrame], priors: Mapping[str, FeaturePrior], steps: Sequence[str]
) -> None:
    needed = [*_NEEDED, *_CHANCES, *(f"item:{name}" for name in priors)]
    for step in steps:
        if step not in frames:
            raise UnusableLines(f"缺少“{step}”这一步的推荐记录", place={"field": step})
        frame = frames[step]
        if missing := [name for name in needed if name not in frame]:
            raise UnusableLines(f"推荐记录缺少列：{'、'.join(missing)}", place={"field": missing[0]})
        if len(frame) != len(frames[steps[0]]):
            raise UnusableLines(f"“{step}”与“{steps[0]}”两步的推荐记录不是同一批", place={"field": step})
        for name in _CHANCES:
            if not frame[name].between(0, 1).all():
                raise UnusableLines(f"列 {name} 须为 0 到 1 的数", place={"field": name})
    for name in priors:
        values = frames[steps[0]][f"item:{name}"]
        if not (values.isna() | values.between(0, 1)).all():
            raise UnusableLines(f"列 item:{name} 须为 0 到 1 的数或空", place={"field": f"item:{name}"})


def _shares(frame: pd.DataFrame, priors: Mapping[str, FeaturePrior]) -> Floats:
    shares = np.zeros((len(frame), len(priors)))
    total = np.zeros(len(frame))
    for column, (name, prior) in enumerate(priors.items()):
        applies = frame[f"applies:{name}"].to_numpy(bool) if f"applies:{name}" in frame else np.True_
        values = frame[f"item:{name}"].fillna(prior.unknown).to_numpy(np.float64)
        shares[:, column] = np.where(applies, values, 0.0)
        total += np.where(applies, prior.weight, 0.0)
    return np.asarray(
        np.divide(shares, total[:, None], out=np.zeros(shares.shape), where=total[:, None] > 0), np.float64
    )


def _seen(frame: pd.DataFrame) -> Floats:
    """Return the chance that each line was seen: what impressions say, else what its position lets expect."""
    expected = np.asarray(frame["chance_seen"], np.float64)
    if "seen" not in frame:
        return expected
    reported = np.asarray(frame["seen"], np.float64)
    return np.where(np.isnan(reported), expected, reported)


def _told(frame: pd.DataFrame) -> Floats:
    """Return the chance that the step, had it come, is known by now; 1 after a refusal or the horizon."""
    over = frame["refused"].to_numpy(bool) | (frame["elapsed_days"] >= frame["horizon_days"]).to_numpy(bool)
    return np.where(over, 1.0, np.asarray(frame["chance_told"], np.float64))


def _clusters(frame: pd.DataFrame) -> Numbers:
    # A credit code never holds a colon.
    labels = frame["enterprise"].where(frame["enterprise"].notna(), "list:" + frame["list_id"].astype(str))
    return np.asarray(pd.factorize(labels, sort=True)[0], np.int64)
