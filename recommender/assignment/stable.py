"""Stable assignment: deferred acceptance with capacities (Gale and Shapley 1962; hospitals and residents).

Enterprises rank units by ``forward``, units rank enterprises by ``reverse``; equal scores are ranked by the
lot of the batch. With limits on the parts of one family a unit chooses the best of each part up to its limit,
then the best of those up to its capacity: the greedy choice of a laminar matroid, which is substitutable, so
both directions still end in a stable assignment (Fleiner 2003). Two families that cross have no such choice.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.assignment.problem import NOBODY, Family, Ints, Problem, UnusableProblem
from recommender.assignment.task import Task


class Proposing(StrEnum):
    """Which side proposes, and so gets the best of all stable assignments for itself."""

    ENTERPRISE = "enterprise"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Market:
    """A task with both sides' rankings, in lot order.

    Attributes
    ----------
    forward : float32 (n, m)
        Enterprises' scores, ``-inf`` for pairs that may not be proposed; of equals the first is preferred.
    order : int64 arrays, one for each unit
        The enterprises it may get, best first.
    rank : int32 (n, m)
        Place of the enterprise in the unit's order; n where it is not in it.
    part : Family
        The limits on parts, one part without limit when there are none.
    most : int64 (m,)
        Capacity of each unit.
    """

    forward: NDArray[np.float32]
    order: tuple[Ints, ...]
    rank: NDArray[np.int32]
    part: Family
    most: Ints


def market_of(task: Task, problem: Problem) -> Market:
    """Rank both sides.

    Raises
    ------
    UnusableProblem
        If two families have limits.
    """
    n, m = task.size
    limited = [family for family in task.families[1:] if np.isfinite(family.most).any()]
    if len(limited) > 1:
        raise UnusableProblem(
            "稳定匹配只能在分行业名额与分区名额中限定一种，两种同时限定时可能没有稳定的结果",
            place={"field": "capacities"},
        )
    cells = np.ix_(task.rows, task.columns)
    allowed = np.isfinite(task.value)
    reverse = problem.reverse[cells]
    order = []
    rank = np.full((n, m), n, np.int32)
    for unit in range(m):
        own = np.flatnonzero(allowed[:, unit])
        best_first = own[np.argsort(-reverse[own, unit], kind="stable")]
        order.append(best_first)
        rank[best_first, unit] = np.arange(len(best_first))
    return Market(
        forward=np.where(allowed, problem.forward[cells], np.float32(-np.inf)),
        order=tuple(order),
        rank=rank,
        part=limited[0] if limited else Family(np.zeros(n, np.int64), np.full((1, m), np.inf)),
        most=task.families[0].most[0].astype(np.int64),
    )


def deferred_acceptance(market: Market, proposing: Proposing) -> Ints:
    """Return the stable assignment that is best for the proposing side, int64 (n,)."""
    return _from_units(market) if proposing is Proposing.UNIT else _from_enterprises(market)


def _chosen(market: Market, unit: int, best_first: Ints) -> NDArray[np.bool_]:
    """Which of the enterprises, given best first, the unit takes."""
    label = market.part.labels[best_first]
    taken = np.ones(len(best_first), bool)
    for part in np.flatnonzero(np.isfinite(market.part.most[:, unit])):
        own = np.flatnonzero(label == part)
        taken[own[int(market.part.most[part, unit]) :]] = False
    taken[np.flatnonzero(taken)[market.most[unit] :]] = False
    return taken


def cutoffs(market: Market, unit: int, held: Ints) -> Ints:
    """Ranks from which the unit takes nobody any more, by part, int64 (parts,).

    Parameters
    ----------
    held : int64
        Who the unit holds, best first. A part that is full takes only who is better than its worst; when the
        unit is full every part takes only who is better than the worst of all.
    """
    ranks = market.rank[held, unit]
    everyone = len(market.rank)
    worst = ranks[-1] if len(held) and len(held) >= market.most[unit] else everyone
    cut = np.full(len(market.part.most), 0 if market.most[unit] == 0 else worst, np.int64)
    for part in np.flatnonzero(np.isfinite(market.part.most[:, unit])):
        own = ranks[market.part.labels[held] == part]
        if len(own) >= market.part.most[part, unit]:
            cut[part] = own[-1] if len(own) else 0
    return cut


def _from_enterprises(market: Market) -> Ints:
    n, m = market.forward.shape
    labels = np.maximum(market.part.labels, 0)
    # An enterprise outside every part is bound by the unit's capacity alone: a last row of its own.
    row = np.where(market.part.labels >= 0, labels, len(market.part.most))
    cut = np.full((len(market.part.most) + 1, m), n, np.int64)
    cut[:, market.most == 0] = 0
    members: list[Ints] = [np.zeros(0, np.int64) for _ in range(m)]
    assigned = np.full(n, NOBODY)
    free = np.arange(n)
    while len(free):
        open_to = market.rank[free] < cut[row[free]]
        wish = np.where(open_to, market.forward[free], -np.inf)
        target = wish.argmax(axis=1)
        asks = np.isfinite(wish[np.arange(len(free)), target])
        free, target = free[asks], target[asks]
        refused: list[Ints] = []
        for unit in np.unique(target).tolist():
            pool = np.concatenate([members[unit], free[target == unit]])
            pool = pool[np.argsort(market.rank[pool, unit])]
            taken = _chosen(market, unit, pool)
            members[unit] = pool[taken]
            assigned[pool[taken]] = unit
            refused.append(pool[~taken])
            cut[:-1, unit] = cutoffs(market, unit, members[unit])
            cut[-1, unit] = _last_row(market, unit, members[unit])
        free = np.concatenate(refused) if refused else np.zeros(0, np.int64)
        assigned[free] = NOBODY
    return assigned


def _last_row(market: Market, unit: int, held: Ints) -> int:
    full = len(held) >= market.most[unit]
    return int(market.rank[held[-1], unit]) if full and len(held) else (0 if full else len(market.rank))


def _from_units(market: Market) -> Ints:
    n, m = market.forward.shape
    assigned = np.full(n, NOBODY)
    open_to = [np.ones(len(order), bool) for order in market.order]
    offered = [np.zeros(len(order), bool) for order in market.order]
    active = set(range(m))
    while active:
        asked, asking = [], []
        for unit in sorted(active):
            available = np.flatnonzero(open_to[unit])
            wanted = available[_chosen(market, unit, market.order[unit][available])]
            new = wanted[~offered[unit][wanted]]
            offered[unit][new] = True
            asked.append(market.order[unit][new])
            asking.append(np.full(len(new), unit))
        enterprise, unit_of = np.concatenate(asked), np.concatenate(asking)
        active = set()
        for who, by in _losers(market, assigned, enterprise, unit_of):
            open_to[by][market.rank[who, by]] = False
            active.add(by)
    return assigned


def _losers(market: Market, assigned: Ints, enterprise: Ints, unit_of: Ints) -> list[tuple[int, int]]:
    """Let each enterprise keep its best offer, and return the offers that it turned down."""
    holding = np.unique(enterprise[assigned[enterprise] >= 0])
    who = np.concatenate([enterprise, holding])
    by = np.concatenate([unit_of, assigned[holding]])
    order = np.lexsort((by, -market.forward[who, by], who))
    who, by = who[order], by[order]
    first = np.r_[True, who[1:] != who[:-1]] if len(who) else np.zeros(0, bool)
    assigned[who[first]] = by[first]
    return list(zip(who[~first].tolist(), by[~first].tolist(), strict=True))


def blocking_pairs(market: Market, assigned: Ints) -> NDArray[np.bool_]:
    """Return the pairs that would rather have each other, bool (n, m).

    An enterprise blocks with a unit that it prefers to its own when the unit would take it: because there is
    room, or in the place of someone ranked lower whom the limits allow to give way.
    """
    n, m = market.forward.shape
    has = assigned >= 0
    own = np.where(has, market.forward[np.arange(n), assigned], -np.inf)
    wished = np.isfinite(market.forward) & (market.forward >= own[:, None])
    # Of units with equal scores the first of the lot is preferred.
    tied = has[:, None] & (market.forward == own[:, None]) & (np.arange(m) >= assigned[:, None])
    wished &= ~tied
    labels = market.part.labels
    row = np.where(labels >= 0, labels, len(market.part.most))
    cut = np.zeros((len(market.part.most) + 1, m), np.int64)
    for unit in range(m):
        held = np.flatnonzero(assigned == unit)
        held = held[np.argsort(market.rank[held, unit])]
        cut[:-1, unit] = cutoffs(market, unit, held)
        cut[-1, unit] = _last_row(market, unit, held)
    return np.asarray(wished & (market.rank < cut[row]))
