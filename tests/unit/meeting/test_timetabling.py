"""Schedules against brute force, and what every schedule keeps."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.meeting.choosing import share_limit
from recommender.meeting.colouring import TooManyMeetings, colour
from recommender.meeting.problem import MeetingProblem, blocks_of
from recommender.meeting.timetabling import Placed, could_be_added, fill, timetable
from tests.unit.meeting.gatherings import random_problem

Value = tuple[int, int, int, int]


def worth(problem: MeetingProblem, placed: list[Placed]) -> Value:
    pairs = [(one.enterprise, one.table) for one in placed]
    covered = {row for row, _ in pairs} - set(np.flatnonzero(problem.covered).tolist())
    interest = [int(problem.interest[pair]) for pair in pairs]
    score = sum(round(1000 * float(problem.score[pair])) for pair in pairs)
    return len(covered), interest.count(2), sum(told >= 1 for told in interest), score


def within_bounds(problem: MeetingProblem, placed: list[Placed]) -> bool:
    at_table = np.bincount([one.table for one in placed], minlength=len(problem.fixed_at))
    total = at_table + problem.fixed_at
    return bool(np.all((total <= share_limit(problem, int(total.sum()))) | (at_table == 0)))


def sound(problem: MeetingProblem, placed: list[Placed]) -> bool:
    """Nobody in two places, everybody there, nobody twice, nobody too often."""
    alone = (
        [(one.enterprise, one.slot) for one in placed],
        [(one.table, one.slot) for one in placed],
        [(one.enterprise, one.table) for one in placed],
    )
    counts = Counter(one.enterprise for one in placed)
    return (
        all(len(set(keys)) == len(keys) for keys in alone)
        and all(problem.allowed[one.enterprise, one.table] for one in placed)
        and all(problem.enterprise_open[one.enterprise, one.slot] for one in placed)
        and all(problem.table_open[one.table, one.slot] for one in placed)
        and all(count <= problem.most[row] for row, count in counts.items())
        and within_bounds(problem, placed)
    )


def brute_force(problem: MeetingProblem) -> Value:
    """Try every enterprise, or nobody, at every table in every slot."""
    n, m = problem.score.shape
    places = list(product(range(m), range(problem.slots)))
    best: Value = (0, 0, 0, 0)
    for who in product(range(-1, n), repeat=len(places)):
        placed = [
            Placed(row, table, slot) for row, (table, slot) in zip(who, places, strict=True) if row >= 0
        ]
        if sound(problem, placed):
            best = max(best, worth(problem, placed))
    return best


@pytest.mark.parametrize("presence", [1.0, 0.7])
@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_equals_brute_force(seed: int, presence: float) -> None:
    problem = random_problem(seed, presence=presence)
    made = timetable(problem)
    assert made.solved.optimal
    assert sound(problem, list(made.placed))
    assert worth(problem, list(made.placed)) == brute_force(problem)


@pytest.mark.parametrize("seed", range(4))
def test_with_fixed_meetings_and_a_share_too(seed: int) -> None:
    problem = random_problem(
        seed,
        enterprises=3,
        tables=3,
        slots=2,
        max_share=0.4,
        fixed_at=np.array([1, 0, 0]),
        covered=np.array([True, False, False]),
    )
    made = timetable(problem)
    assert made.solved.optimal
    assert sound(problem, list(made.placed))
    assert worth(problem, list(made.placed)) == brute_force(problem)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(1, 12),
    st.integers(1, 5),
    st.integers(1, 6),
    st.sampled_from([0.5, 0.8, 1.0]),
    st.sampled_from([None, 0.3]),
)
def test_no_table_is_idle_beside_someone_it_may_meet(
    seed: int, enterprises: int, tables: int, slots: int, presence: float, share: float | None
) -> None:
    problem = random_problem(
        seed, enterprises=enterprises, tables=tables, slots=slots, presence=presence, max_share=share
    )
    made = timetable(problem)
    placed = list(made.placed)
    assert made.solved.optimal
    assert sound(problem, placed)
    assert not could_be_added(problem, placed).any()


def test_a_schedule_cut_off_by_time_is_filled_up() -> None:
    problem = random_problem(3, enterprises=40, tables=6, slots=8, presence=0.6)
    placed = fill(problem, [])
    assert sound(problem, placed)
    assert not could_be_added(problem, placed).any()
    hurried = timetable(problem, seconds=0.0)
    assert sound(problem, list(hurried.placed))
    assert not could_be_added(problem, list(hurried.placed)).any()


@pytest.mark.parametrize("seed", range(6))
def test_fixed_meetings_above_the_share_stay_and_leave_nobody_idle(seed: int) -> None:
    problem = random_problem(
        seed, enterprises=8, tables=3, slots=4, max_share=0.4, fixed_at=np.array([3, 0, 0])
    )
    placed = list(timetable(problem).placed)
    assert sound(problem, placed)
    assert not could_be_added(problem, placed).any()


def test_coverage_comes_before_mutual_interest() -> None:
    # One table, one slot left for two: the first has a meeting already, the second has none.
    problem = MeetingProblem(
        score=np.array([[0.9], [0.1]]),
        allowed=np.ones((2, 1), bool),
        interest=np.array([[2], [0]]),
        enterprise_open=np.ones((2, 1), bool),
        table_open=np.ones((1, 1), bool),
        most=np.array([1, 1]),
        covered=np.array([True, False]),
        fixed_at=np.zeros(1, np.int64),
    )
    assert timetable(problem).placed == (Placed(1, 0, 0),)


def test_slots_with_the_same_availability_are_one_block() -> None:
    problem = random_problem(1, enterprises=5, tables=2, slots=6)
    assert len(blocks_of(problem).members) == 1
    late = problem.enterprise_open.copy()
    late[0, :2] = False
    problem = random_problem(1, enterprises=5, tables=2, slots=6, enterprise_open=late)
    assert [members.tolist() for members in blocks_of(problem).members] == [[0, 1], [2, 3, 4, 5]]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9), st.floats(0.1, 1.0))
def test_edges_are_coloured_with_as_many_colours_as_the_largest_degree(
    seed: int, enterprises: int, tables: int, density: float
) -> None:
    rng = np.random.default_rng(seed)
    edges = [tuple(pair) for pair in np.argwhere(rng.random((enterprises, tables)) < density).tolist()]
    if not edges:
        return
    degree = max(*Counter(e for e, _ in edges).values(), *Counter(t for _, t in edges).values())
    colours = colour(edges, degree)
    ends = [(("e", e), c) for (e, _), c in zip(edges, colours, strict=True)]
    ends += [(("t", t), c) for (_, t), c in zip(edges, colours, strict=True)]
    assert len(set(ends)) == len(ends)
    assert set(colours) <= set(range(degree))
    sizes = [Counter(colours)[c] for c in range(degree) if c in colours]
    assert sizes == sorted(sizes, reverse=True)
    if degree > 1:
        with pytest.raises(TooManyMeetings):
            colour(edges, degree - 1)
