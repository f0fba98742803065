"""A small pilot from empty to its closing report; every number of the board and the report from raw SQL."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text

from recommender.closing.page import closing_document, closing_page, closing_workbook
from recommender.closing.report import ClosingReport, ClosingService
from recommender.outcomes.board import BoardService
from recommender.pilot_run.agenda import Agenda, SimulatedClock, Steps
from recommender.pilot_run.behaviour import load_behaviour
from recommender.pilot_run.running import NotEmpty, PilotRun, run_pilot
from recommender.settings import Settings
from recommender.store import Store
from recommender.store.tables import UtcDateTime
from tests.unit.outcomes.board_sql import compare, raw

COUNT = 24


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("pilot") / "home", encoder="hashing")


@pytest.fixture(scope="module")
def done(settings: Settings) -> PilotRun:
    return run_pilot(settings, enterprises=COUNT, seed=7)


@pytest.fixture
def store(settings: Settings, done: PilotRun) -> Iterator[Store]:
    opened = Store.open(settings, clock=SimulatedClock(done.last_day))
    yield opened
    opened.dispose()


@pytest.mark.slow
def test_board_is_what_raw_sql_says_at_any_time(store: Store) -> None:
    service = BoardService(store)
    for days in (0, 60, 150, 300, 420):
        moment = store.clock() - timedelta(days=days)
        compare(lambda name, at=moment: raw(store, name, at), service.board(moment))
    board = service.board()
    assert board.projects_accepted >= COUNT // 2
    assert board.enterprises_paid > 0
    assert {line.code: line.value for line in board.targets}["products"] > 150


@pytest.mark.slow
def test_report_is_what_raw_sql_says(store: Store) -> None:
    moment = store.clock()
    report: ClosingReport = ClosingService(store).report()
    with store.engine.connect() as connection:
        counts = dict(
            tuple(row)
            for row in connection.execute(
                text(
                    "SELECT type, COUNT(*) FROM event WHERE recorded_at <= :moment GROUP BY type"
                ).bindparams(bindparam("moment", type_=UtcDateTime())),
                {"moment": moment},
            )
        )
    assert {one.type: one.events for one in report.funnel} == {
        one.type: counts.get(one.type, 0) for one in report.funnel
    }
    assert {one.type: one.events for one in report.trouble} == {
        one.type: counts.get(one.type, 0) for one in report.trouble
    }
    assert report.basis.events == report.basis.last_sequence == sum(counts.values())
    assert sum(one.accepted for one in report.sizes) == raw(store, "enterprises_accepted", moment)[0][0]
    assert sum(count for _, _, count in report.levels) == report.level_gain_n
    waited = next(one for one in report.stages if one.state == "requested")
    assert waited.mean.value == pytest.approx(raw(store, "closing.days_to_decision", moment)[0][0])
    assert float(report.subsidy_yuan) == float(raw(store, "subsidy_paid_yuan", moment)[0][0])
    assert sum(one.accepted for one in report.districts) == report.board.projects_accepted
    assert sum(one.accepted for one in report.sub_industries) == report.board.projects_accepted
    assert sum(one.subsidy_yuan for one in report.districts) == report.subsidy_yuan
    assert report.level_gain.value is not None
    assert report.level_gain.value >= 1
    assert report.synthetic


@pytest.mark.slow
def test_report_says_that_it_is_made_up(store: Store) -> None:
    report = ClosingService(store).report()
    page = closing_page(report)
    assert "模拟出来的" in page
    assert page.count("<h2") == 12
    assert closing_document(report)[:2] == closing_workbook(report)[:2] == b"PK"


@pytest.mark.slow
def test_every_part_of_the_pilot_happened(store: Store) -> None:
    with store.read() as work:
        counts = work.events.count_by_type()
    for kind in (
        "pool_submitted", "pool_admitted", "lead_unit_selected", "pilot_applied", "pilot_listed",
        "impression", "contact", "contract", "project_filed", "project_registered", "link_transformed",
        "cost_recorded",
        "evidence_filed", "acceptance_requested", "accepted", "rating", "subsidy_requested",
        "subsidy_round_opened", "subsidy_passed", "subsidy", "subsidy_round_closed", "outcome_selected",
    ):  # fmt: skip
        assert counts.get(kind), kind
    assert counts["subsidy_round_closed"] == len(load_behaviour().rounds)


@pytest.mark.slow
def test_a_run_begins_with_nothing(settings: Settings, done: PilotRun) -> None:
    assert done.events > 0
    with pytest.raises(NotEmpty):
        run_pilot(settings, enterprises=1)


def test_agenda_takes_steps_in_the_order_of_their_days(tmp_path: Path) -> None:
    del tmp_path
    clock = SimulatedClock(load_behaviour().starts_on)
    agenda, taken = Agenda(clock), []

    def course(name: str, waits: list[float]) -> Steps:
        for wait in waits:
            taken.append((name, clock()))
            yield wait
        taken.append((name, clock()))

    start = load_behaviour().starts_on
    agenda.begin(start, course("a", [3, 3]))
    agenda.begin(start + timedelta(days=1), course("b", [1, 10]))
    agenda.run(start + timedelta(days=8))
    assert [name for name, _ in taken] == ["a", "b", "b", "a", "a"]
    moments = [moment for _, moment in taken]
    assert moments == sorted(set(moments))
