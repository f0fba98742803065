"""A market in which everyone ranks everyone of the other side."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommender.market.errors import InvalidMarket, ShareCapTooTight
from recommender.market.permutahedron import Floats, Permutahedra


@dataclass(frozen=True)
class Limits:
    """What limits one side; everything may be left out.

    Attributes
    ----------
    depth : int, optional
        Ranks shown in the lists of this side; all by default.
    examination : sequence of float, optional
        Probability 0–1 that rank 1, 2, … of a list is examined, not increasing; 1/rank by default.
    capacity : float or (members,), optional
        Most matches that a member takes, a whole number; no limit by default.
    share_cap : float or (members,), optional
        Largest share 0–1 of all exposure in the other side's lists that a member may take.
    """

    depth: int | None = None
    examination: Sequence[float] | None = None
    capacity: ArrayLike | None = None
    share_cap: ArrayLike | None = None


@dataclass(frozen=True)
class Side:
    """The limits of one side, spelled out: examination of each rank, capacity and cap of each member."""

    examination: Floats
    capacity: Floats
    share_cap: Floats


@dataclass(frozen=True)
class Exposures:
    """How much each list exposes each member of the other side, expected over the lottery of its rankings.

    Attributes
    ----------
    left : float (left, right)
        Row i: the list shown to member i of the left side.
    right : float (right, left)
        Row j: the list shown to member j of the right side.
    """

    left: Floats
    right: Floats


class Market:
    """Likes of both sides, who may see whom, and what limits the lists.

    Parameters
    ----------
    left_likes : float (left, right)
        Probability 0–1 that member i of the left side likes member j of the right side once it is examined.
    right_likes : float (right, left)
        The same, seen from the right.
    allowed : bool (left, right), optional
        Pairs that may see each other, such as those with consent; all by default.
    left, right : Limits, optional

    Raises
    ------
    InvalidMarket
        For shapes and values that describe no market.
    ShareCapTooTight
        If the caps of a side add up to less than 1.
    """

    def __init__(
        self,
        left_likes: ArrayLike,
        right_likes: ArrayLike,
        *,
        allowed: ArrayLike | None = None,
        left: Limits | None = None,
        right: Limits | None = None,
    ) -> None:
        self.left_likes = _chances(left_likes, "left_likes")
        self.right_likes = _chances(right_likes, "right_likes")
        self.shape: tuple[int, int] = self.left_likes.shape[0], self.left_likes.shape[1]
        if self.right_likes.shape != self.shape[::-1]:
            raise InvalidMarket("两侧偏好矩阵的形状不对应", place={"field": "right_likes"})
        self.allowed: NDArray[np.bool_] = (
            np.ones(self.shape, bool) if allowed is None else np.array(allowed, bool)
        )
        if self.allowed.shape != self.shape:
            raise InvalidMarket("可见关系矩阵的形状与偏好不符", place={"field": "allowed"})
        self.left = _spelled_out(left or Limits(), *self.shape, "left")
        self.right = _spelled_out(right or Limits(), *self.shape[::-1], "right")

    @cached_property
    def mutual(self) -> Floats:
        """Probability that both like each other once both are examined, 0 for pairs that may not meet."""
        return np.where(self.allowed, self.left_likes * self.right_likes.T, 0.0)

    @cached_property
    def has_capacities(self) -> bool:
        """Whether any member takes only so many matches."""
        return bool(np.isfinite(self.left.capacity).any() or np.isfinite(self.right.capacity).any())

    @cached_property
    def left_lists(self) -> Permutahedra:
        """What the lists shown to the left side can be."""
        return Permutahedra(self.allowed, self.left.examination)

    @cached_property
    def right_lists(self) -> Permutahedra:
        """What the lists shown to the right side can be."""
        return Permutahedra(np.ascontiguousarray(self.allowed.T), self.right.examination)

    def sorted_by(self, left: Floats, right: Floats) -> Exposures:
        """Return the fixed lists sorted by ``left`` (left, right) and by ``right`` (right, left)."""
        return Exposures(self.left_lists.best(left), self.right_lists.best(right))

    def even(self) -> Exposures:
        """Return lists in random order."""
        return Exposures(self.left_lists.even(), self.right_lists.even())


def synthetic_market(
    left: int = 30,
    right: int = 20,
    *,
    seed: int = 0,
    left_limits: Limits | None = None,
    right_limits: Limits | None = None,
) -> Market:
    """Draw a market of the kind on which fair reciprocal lists were compared (Tomita and Yokoyama 2024).

    Half of each like is a uniform draw, half falls linearly with the number of the one who is liked, so that
    the first are sought by all. The defaults give the published 30 × 20 market.
    """
    draws = np.random.RandomState(seed)  # the published figures rest on this generator
    left_taste, right_taste = draws.random_sample((left, right)), draws.random_sample((right, left))
    return Market(
        0.5 * left_taste + 0.5 * np.linspace(1, 0, right),
        0.5 * right_taste + 0.5 * np.linspace(1, 0, left),
        left=left_limits,
        right=right_limits,
    )


def _chances(values: ArrayLike, field: str) -> Floats:
    chances = np.array(values, float)
    if chances.ndim != 2 or not chances.size:
        raise InvalidMarket("偏好应为非空的二维矩阵", place={"field": field})
    if not (np.isfinite(chances) & (chances >= 0) & (chances <= 1)).all():
        raise InvalidMarket("偏好应是 0 到 1 之间的数", place={"field": field})
    return chances


def _spelled_out(limits: Limits, members: int, others: int, side: str) -> Side:
    if limits.depth is not None and limits.depth < 1:
        raise InvalidMarket("名单长度至少为 1", place={"field": f"{side}.depth"})
    given = 1 / np.arange(1, others + 1) if limits.examination is None else limits.examination
    examination = np.zeros(others)
    ranks = np.asarray(given, float)[:others]
    if ranks.ndim != 1 or not ranks.size or not np.isfinite(ranks).all() or (np.diff(ranks) > 0).any():
        raise InvalidMarket("各名次的查看概率应逐位不增", place={"field": f"{side}.examination"})
    if ranks[0] > 1 or ranks[-1] < 0:
        raise InvalidMarket("查看概率应在 0 到 1 之间", place={"field": f"{side}.examination"})
    examination[: len(ranks)] = ranks
    if limits.depth is not None:
        examination[limits.depth :] = 0.0
    capacity = _each(limits.capacity, np.inf, members, f"{side}.capacity")
    if not ((capacity >= 0) & ((capacity == np.floor(capacity)) | np.isinf(capacity))).all():
        raise InvalidMarket("名额应是非负整数", place={"field": f"{side}.capacity"})
    share_cap = _each(limits.share_cap, 1.0, members, f"{side}.share_cap")
    if not ((share_cap >= 0) & (share_cap <= 1)).all():
        raise InvalidMarket("曝光上限应在 0 到 1 之间", place={"field": f"{side}.share_cap"})
    if share_cap.sum() < 1:
        raise ShareCapTooTight(
            f"曝光上限合计只有 {share_cap.sum():.0%}，名单无法排满", place={"field": f"{side}.share_cap"}
        )
    return Side(examination, capacity, share_cap)


def _each(value: ArrayLike | None, default: float, members: int, field: str) -> Floats:
    given = np.asarray(default if value is None else value, float)
    if given.shape not in {(), (members,)} or np.isnan(given).any():
        raise InvalidMarket("应为一个数，或每个成员一个数", place={"field": field})
    return np.broadcast_to(given, members).copy()
