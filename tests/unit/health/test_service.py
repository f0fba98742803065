"""The whole report over a store: what the log says, as of its moment, and why items were never shown."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Event
from recommender.encoder.null import NullEncoder
from recommender.health.log import read_log
from recommender.health.page import render_health_page
from recommender.health.report import HealthReport, Verdict
from recommender.health.service import HealthService
from recommender.index.keeper import SnapshotKeeper
from recommender.index.storage import SnapshotStorage
from recommender.store import Store
from tests.synthetic_records import enterprise, event_body, lead_unit, solution
from tests.unit.health.simulated import AS_OF, Drift, lines, recast, write

FIRMS = [enterprise(number, sub_industry="apparel", budget_yuan="50000") for number in range(1, 61)]
UNITS = [f"SYN-L{number:03d}" for number in range(1, 8)]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store(database_url, clock=lambda: AS_OF)
    with opened.begin() as work:
        work.enterprises.put_many(FIRMS)
        work.lead_units.put_many(lead_unit(number) for number in range(1, 8))
        work.lead_units.put(lead_unit(8, sub_industries=["luggage"]))
        work.lead_units.put(lead_unit(9, capacity={"total": 5, "in_progress": 5}))
        work.lead_units.put(lead_unit(10))
        work.solutions.put_many(solution(number) for number in (1, 2))
        work.solutions.put(solution(3, price={"low_yuan": "90000", "high_yuan": "99000", "basis": "one_off"}))
        work.solutions.put(solution(4, audit_state="suspended"))
    yield opened
    opened.dispose()


def service(store: Store, folder: Path) -> HealthService:
    keeper = SnapshotKeeper(store, NullEncoder(), load_instrument(), SnapshotStorage(folder / "snapshots"))
    keeper.refresh()
    return HealthService(store, keeper, load_instrument())


def simulated(**changes: object) -> object:
    return recast(
        lines(**{"seed": 1, "enterprises": 60, "lists": 1200, "days": 178.0} | changes), FIRMS, UNITS
    )


def test_the_log_is_read_as_it_was_written(store: Store) -> None:
    frame = simulated()
    write(store, frame)
    with store.read() as work:
        log = read_log(work, {firm.uscc: firm for firm in FIRMS}, AS_OF - timedelta(days=200), AS_OF)
    read = log.labelled("contact").sort_values(["list_id", "position"], ignore_index=True)
    frame = frame.sort_values(["list_id", "position"], ignore_index=True)
    same = ["list_id", "target", "subject", "enterprise", "sub_industry", "district", "item_id", "position"]
    same += ["propensity_score", "score", "item:text_match", "item:price", "item:p_match"]
    same += ["reached", "refused", "decided", "horizon_days"]
    for name in same:
        assert read[name].equals(frame[name].astype(read[name].dtype)), name
    assert read["elapsed_days"].to_numpy() == pytest.approx(frame["elapsed_days"].to_numpy(), abs=1e-6)
    # A list of which nothing was seen reports nothing.
    silent = ~frame.groupby("list_id")["seen"].transform("max").astype(bool)
    assert read.loc[~silent, "seen"].equals(frame.loc[~silent, "seen"])
    assert read.loc[silent, "seen"].isna().all()


def test_what_happened_after_the_moment_is_not_looked_at(store: Store) -> None:
    write(store, simulated())
    before = AS_OF - timedelta(days=30)
    with store.read() as work:
        log = read_log(work, {}, AS_OF - timedelta(days=200), before)
    assert (log.lists["served_at"] < before).all()
    served = log.served.of_lists("served_at").iloc[log.events.line].reset_index(drop=True)
    happened = served + pd.to_timedelta(log.events.after_days, unit="D")
    assert len(happened)
    assert (happened <= pd.Timestamp(before) + pd.Timedelta(seconds=1)).all()
    assert log.labelled("contact")["enterprise"].notna().all()
    assert log.labelled("contact")["district"].isna().all()


def test_dismissed_and_late(store: Store) -> None:
    frame = simulated(lists=1)
    frame = frame.assign(reached=[True, False, False, False, False], seen=0.0, after_days=61.0)
    write(store, frame)
    with store.begin() as work:
        line = frame.iloc[1]
        body = event_body(
            1,
            type="dismiss",
            recommendation_id=line["list_id"],
            object=line["item_id"],
            occurred_at=(line["served_at"] + timedelta(days=1)).isoformat(),
            attributes={"reason": "太远"},
        )
        work.events.append([Event.model_validate(body)])
    with store.read() as work:
        log = read_log(work, {}, AS_OF - timedelta(days=400), AS_OF + timedelta(days=400))
    told = log.labelled("contact")
    assert not told["reached"].any()
    assert told["refused"].tolist() == [False, True, False, False, False]
    assert told["decided"].all()


def told(store: Store, folder: Path, **changes: object) -> HealthReport:
    write(store, simulated(**changes))
    return service(store, folder).report()


def test_a_stable_log_is_healthy_but_for_the_pool(store: Store, tmp_path: Path) -> None:
    report = told(store, tmp_path)
    assert not [line for line in report.drift if line.verdict in {Verdict.NOTICE, Verdict.ALARM}]
    assert not [line for line in report.calibration if line.verdict in {Verdict.NOTICE, Verdict.ALARM}]
    units = next(line for line in report.coverage if line.target == "lead_unit")
    assert (units.pool, units.shown) == (10, 7)
    reasons = {one.id: one.reason for one in units.never_shown}
    assert reasons == {
        "SYN-L008": "other_sub_industry",
        "SYN-L009": "no_capacity",
        "SYN-L010": "ranked_low",
    }
    assert "箱包" in next(one.text for one in units.never_shown if one.id == "SYN-L008")
    solutions = next(line for line in report.coverage if line.target == "solution")
    assert {one.reason for one in solutions.never_shown} == {"no_lists"}
    assert solutions.pool == 3
    planning = next(row for row in report.supply if row.scenario == "planning_scheduling")
    assert set(planning.products.values()) == {3}
    assert report.index_age_days == pytest.approx(178, abs=2)


def test_products_over_every_budget_are_told_so(store: Store, tmp_path: Path) -> None:
    write(store, recast(lines(seed=2, lists=100, target="solution"), FIRMS, ["SYN-S00001"]))
    report = service(store, tmp_path).report()
    solutions = next(line for line in report.coverage if line.target == "solution")
    reasons = {one.id: (one.reason, one.open_to, one.looked_at) for one in solutions.never_shown}
    looked_at = next(iter(reasons.values()))[2]
    assert reasons == {
        "SYN-S00003": ("over_budget", 0, looked_at),
        "SYN-S00002": ("ranked_low", looked_at, looked_at),
    }
    panyu = next(one for one in report.districts if one.code == "440113")
    assert panyu.solutions_shown == 1
    assert panyu.lead_units == 10


def test_drift_and_false_promises_reach_the_findings_once(store: Store, tmp_path: Path) -> None:
    report = told(store, tmp_path, drift=Drift(shift=0.25), promise=0.15)
    assert report.verdict is Verdict.ALARM
    texts = [one.advice for one in report.findings]
    assert sum("文本匹配" in text for text in texts) == 1
    assert sum("偏高" in text for text in texts) == 1
    assert [one.verdict for one in report.findings] == sorted(
        (one.verdict for one in report.findings), key=[Verdict.ALARM, Verdict.NOTICE].index
    )


def test_an_empty_log_is_judged_by_nothing(store: Store, tmp_path: Path) -> None:
    report = service(store, tmp_path).report()
    assert report.verdict is Verdict.UNKNOWN
    assert report.findings == ()
    assert report.index_age_days is None
    page = render_health_page(report)
    assert "日志还太少" in page
    assert "<svg" in page
    assert "两个时段要都有清单才能比较" in page


def test_the_page_has_its_pictures_and_escapes(store: Store, tmp_path: Path) -> None:
    with store.begin() as work:
        work.lead_units.put(lead_unit(10, name="<script>合成"))
    report = told(store, tmp_path, drift=Drift(shift=0.25))
    page = render_health_page(report)
    assert "<script>" not in page
    assert "&lt;script&gt;合成" in page
    # A reliability diagram, the bars of two pools, the heat map of drift; each says what it shows.
    assert page.count("<svg") == page.count('role="img" aria-label="') == 4
    assert "▲" in page
    assert "分布变了" in page


def test_another_period(store: Store, tmp_path: Path) -> None:
    write(store, simulated())
    until = (AS_OF - timedelta(days=60)).date()
    since = until - timedelta(days=29)
    report = service(store, tmp_path).report(since, until, reference_days=30)
    assert (report.since, report.reference_since) == (since, since - timedelta(days=30))
    counted = {line.period: line.lists for line in report.volume}
    assert counted["recent"] > counted["reference"] * 0.6 > 0
