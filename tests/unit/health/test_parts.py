"""Volume, new items, versions, coverage and periods by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender.exposure.service import BadPeriod
from recommender.health.coverage import coverage_line, never_in
from recommender.health.limits import load_limits
from recommender.health.newcomers import newcomer_line
from recommender.health.periods import periods_of
from recommender.health.report import NeverShown, Verdict
from recommender.health.versions import index_age_days, version_shares
from recommender.health.volume import volume_lines
from tests.unit.health.simulated import AS_OF, is_recent, lines

LIMITS = load_limits()


def heads(frame: pd.DataFrame, **changes: Any) -> pd.DataFrame:
    values = {"model_version": "m1", "policy_version": "p1", "index_version": "idx-1-a", "degraded": None}
    known = frame.drop_duplicates("list_id")[["list_id", "served_at", "target", "subject"]]
    return known.assign(**(values | changes)).reset_index(drop=True)


def test_volume_by_hand() -> None:
    frame = lines(seed=1, lists=200)
    lists = heads(frame)
    recent = is_recent(lists)
    lists.loc[np.flatnonzero(recent)[:5], "degraded"] = "dense_unavailable"
    # The lines of the first recent list have a chance of their own and no looks.
    first = frame["list_id"] == lists["list_id"][np.flatnonzero(recent)[0]]
    frame.loc[first, ["seen", "propensity_score"]] = [np.nan, 0.5]
    told = list(volume_lines(lists, frame, recent, {"recent": 28, "reference": 90}, LIMITS.volume))
    (now,) = (line for line in told if line.period == "recent")
    own = frame[is_recent(frame)]
    assert now.lists == recent.sum()
    assert now.lines == len(own)
    assert now.subjects == lists["subject"][recent].nunique()
    assert now.lists_a_day == recent.sum() / 28
    assert now.degraded_codes == {"dense_unavailable": 5}
    assert now.degraded.value == pytest.approx(5 / recent.sum())
    assert now.varied is not None
    assert now.varied.value == pytest.approx(1 / recent.sum())
    assert now.reported is not None
    assert now.reported.value == pytest.approx(own.groupby("list_id")["seen"].first().notna().mean())
    by_list = own.groupby("list_id")["reached"].any()
    assert now.with_outcome == by_list.sum()
    assert now.waiting == (~by_list).sum()
    assert now.verdict is not Verdict.NORMAL
    assert "dense_unavailable 5 份" in now.advice


def test_lists_without_looks_are_an_alarm_and_a_plan_has_none() -> None:
    frame = lines(seed=2, lists=100).assign(seen=np.nan)
    plans = heads(lines(seed=3, lists=30, days=20.0), target="plan")
    plans["list_id"] = "plan-" + plans["list_id"]
    lists = pd.concat([heads(frame), plans], ignore_index=True)
    told = list(volume_lines(lists, frame, is_recent(lists), {"recent": 28, "reference": 90}, LIMITS.volume))
    by_target = {line.target: line for line in told if line.period == "recent"}
    assert by_target["lead_unit"].verdict is Verdict.ALARM
    assert "impression" in by_target["lead_unit"].advice
    assert by_target["plan"].reported is None
    assert by_target["plan"].varied is None
    assert by_target["plan"].verdict is Verdict.NORMAL


def stored(*ages: float) -> dict[str, datetime]:
    return {f"item-{number}": AS_OF - timedelta(days=age) for number, age in enumerate(ages)}


def shown(*places: tuple[str, float]) -> pd.DataFrame:
    """One line each: item and age of its list in days; an enterprise for every line."""
    frame = pd.DataFrame(places, columns=["item_id", "age"])
    frame["served_at"] = pd.to_datetime([AS_OF - timedelta(days=age) for age in frame["age"]], utc=True)
    names = [f"firm-{number}" for number in range(len(frame))]
    return frame.assign(list_id=names, enterprise=names, subject=names, position=1, reached=False)


def test_new_items_are_held_against_their_share_of_the_pool_at_that_moment() -> None:
    """Two old items and one that came 10 days ago: before, the pool of two had nothing new."""
    pool = stored(400, 300, 10)
    frame = shown(("item-0", 20), ("item-0", 5), ("item-1", 5), ("item-2", 5), ("gone", 5))
    told = newcomer_line("solution", frame, pool, AS_OF, LIMITS.newcomers)
    assert (told.new, told.pool) == (1, 3)
    assert told.exposure.value == pytest.approx(1 / 4)
    assert told.due.value == pytest.approx((0 + 3 * (1 / 3)) / 4)
    assert told.ratio.value == pytest.approx(1.0)


def test_new_items_that_are_never_shown_are_an_alarm() -> None:
    pool = stored(400, 300, 10, 10)
    told = newcomer_line("solution", shown(*[("item-0", 5.0)] * 40), pool, AS_OF, LIMITS.newcomers)
    assert told.ratio.value == 0
    assert told.verdict is Verdict.ALARM
    assert "0%" in told.advice
    nothing = newcomer_line("solution", shown(("item-0", 5)), stored(400), AS_OF, LIMITS.newcomers)
    assert nothing.ratio.value is None
    assert nothing.verdict is Verdict.UNKNOWN
    empty = newcomer_line("solution", shown(), {}, AS_OF, LIMITS.newcomers)
    assert (empty.pool, empty.verdict) == (0, Verdict.UNKNOWN)


def test_coverage_by_hand() -> None:
    pool = tuple(f"item-{number}" for number in range(20))
    frame = pd.concat([shown(*[(f"item-{n % 4}", 5.0)]) for n in range(60)], ignore_index=True)
    names = [f"firm-{number}" for number in range(60)]
    frame = frame.assign(list_id=names, enterprise=names, subject=names)
    frame.loc[frame["item_id"] == "item-3", "position"] = 9
    frame.loc[[0, 4], "reached"] = True
    assert never_in(pool, frame) == pool[4:]
    never = tuple(
        NeverShown(id=i, name=i, mark=None, reason="r", text="t", open_to=0, looked_at=1) for i in pool[4:]
    )
    told = coverage_line("solution", pool, frame, never, LIMITS.coverage)
    assert (told.pool, told.shown, told.in_top, told.contacted, told.lists) == (20, 4, 3, 1, 60)
    # 16 items with nothing and four with a quarter each.
    assert told.gini.value == pytest.approx(0.8)
    assert told.top_ten.value == 1.0
    assert told.verdict is Verdict.ALARM
    assert "20 个中只展示过 4 个（20%）" in told.advice
    empty = coverage_line("solution", pool, frame.iloc[:0], (), LIMITS.coverage)
    assert empty.gini.value is None
    assert empty.verdict is Verdict.UNKNOWN


def test_versions_and_the_age_of_the_index() -> None:
    lists = heads(lines(seed=4, lists=10))
    lists["model_version"] = ["m1"] * 7 + ["m2"] * 3
    lists["index_version"] = ["idx-1-a"] * 4 + ["idx-2-b"] * 3 + ["idx-2-b+9"] * 3
    told = list(version_shares(lists))
    models = [(one.version, one.lists, one.share) for one in told if one.kind == "model"]
    assert models == [("m1", 7, 0.7), ("m2", 3, 0.3)]
    assert {one.version: one.lists for one in told if one.kind == "index"} == {"idx-1-a": 4, "idx-2-b": 6}
    first = lists["served_at"][4].to_pydatetime()
    assert index_age_days(lists, AS_OF) == pytest.approx((AS_OF - first).total_seconds() / 86_400)
    assert index_age_days(lists.iloc[:0], AS_OF) is None


def test_periods() -> None:
    now = datetime(2026, 5, 20, 3, tzinfo=UTC)
    told = periods_of(now, LIMITS.periods)
    assert (told.recent.since, told.recent.until, told.recent.days) == (
        date(2026, 4, 23),
        date(2026, 5, 20),
        28,
    )
    assert (told.reference.until, told.reference.days) == (date(2026, 4, 22), 90)
    assert told.as_of == now
    # Midnight in Guangzhou is 16 o'clock UTC.
    earlier = periods_of(
        now, LIMITS.periods, since=date(2026, 4, 1), until=date(2026, 4, 30), reference_days=30
    )
    assert earlier.as_of == datetime(2026, 4, 30, 16, tzinfo=UTC)
    assert earlier.reference.since == date(2026, 3, 2)
    for since, until, days in (
        (date(2026, 5, 2), date(2026, 5, 1), None),
        (None, date(2026, 5, 21), None),
        (date(2020, 1, 1), None, None),
        (date.min, None, None),
        (None, None, 0),
        (None, None, 100_000),
    ):
        with pytest.raises(BadPeriod):
            periods_of(now, LIMITS.periods, since=since, until=until, reference_days=days)
