"""Projects from a history written by hand."""

from datetime import date
from decimal import Decimal

import pytest

from recommender.course.missing import _MET
from recommender.course.project import Project
from recommender.course.projects import project_frame, projects
from recommender.course.stages import load_course
from recommender.course.standing import stage_of
from recommender.domain.course_events import load_course_events
from recommender.domain.event import load_funnel
from tests.synthetic_records import diagnosis, enterprise, uscc
from tests.unit.course.telling import DISTRICT, FIRM, UNIT, VENDOR, Told


def only(told: Told) -> Project:
    with told.store.read() as work:
        (project,) = projects(work)
    return project


def whole_course(told: Told) -> None:
    told.at("2026-01-10").event(
        "contract",
        project="P1",
        amount_yuan="200000",
        due_on="2026-04-01",
        solutions=["SYN-S00001"],
        target_level=2,
    )
    told.at("2026-01-12").event("project_filed", project="P1")
    told.at("2026-01-20").event("project_returned", project="P1", reason="缺声明", actor=DISTRICT)
    told.at("2026-01-22").event("project_filed", project="P1")
    told.at("2026-01-25").event("project_registered", object=DISTRICT, project="P1", actor=DISTRICT)
    told.at("2026-03-01").event("link_transformed", project="P1", scenario="quality", level=2)
    told.at("2026-03-05").event("cost_recorded", project="P1", document="invoice", amount_yuan="100000")
    told.event("cost_recorded", project="P1", document="invoice", amount_yuan=80000.5)
    told.event("cost_recorded", project="P1", document="payment", amount_yuan="190000")
    with told.begin() as work:
        work.diagnoses.put(
            diagnosis(70, scenarios={"quality": 2}, assessed_on="2026-04-05", method="on_site")
        )
    told.at("2026-04-08").event("acceptance_requested", project="P1")
    told.at("2026-04-10").event("accepted", actor=DISTRICT, diagnosis="SYN-D00070")
    told.at("2026-04-11").event("rating", value=4.5)
    told.at("2026-04-12").event("subsidy_requested", project="P1", amount_yuan="90000")
    told.at("2026-06-01").event("subsidy", value=60000, actor=DISTRICT)
    told.at("2026-07-01").event("subsidy", value=20000, actor=DISTRICT)


def test_a_whole_course_is_one_row(told: Told) -> None:
    whole_course(told)
    project = only(told)
    assert (project.enterprise, project.project, project.partner) == (FIRM, "P1", UNIT)
    assert (project.stage, project.state, project.since) == ("subsidy", "paid", date(2026, 6, 1))
    assert project.contract_yuan == Decimal(200000)
    assert project.invoice_yuan == Decimal("180000.5")
    assert project.approved_yuan == Decimal("180000.5")
    assert (project.contract_on, project.due_on) == (date(2026, 1, 10), date(2026, 4, 1))
    assert project.accepted_on == date(2026, 4, 10)
    assert project.days_over_plan == 9
    assert (project.diagnosis_before, project.diagnosis_after) == ("SYN-D00001", "SYN-D00070")
    assert project.subsidy_paid_yuan == Decimal(80000)
    assert project.rating == 4.5
    assert project.irregular == ()
    assert [step.state for step in project.steps] == [
        "signed", "filed", "returned", "filed", "implementing", "requested", "accepted", "claimed", "paid"
    ]  # fmt: skip


def test_a_past_moment_sees_only_what_was_recorded_by_then(told: Told) -> None:
    whole_course(told)
    with told.store.read() as work:
        (project,) = projects(work, told.at("2026-03-02").now)
    assert (project.state, project.days) == ("implementing", 36)
    assert project.approved_yuan is None
    assert [link.scenario for link in project.links] == ["quality"]


def test_without_an_id_enterprise_and_partner_are_the_project(told: Told) -> None:
    told.event("contract", amount_yuan=1000)
    told.event("accepted")
    project = only(told)
    assert (project.project, project.partner, project.state) == (None, UNIT, "accepted")
    assert "不在应有的顺序" in project.irregular[0]


def test_an_id_told_later_names_the_same_project(told: Told) -> None:
    told.event("contract", amount_yuan=1000)
    told.later(days=1)
    told.event("project_filed", project="P9")
    told.later(days=1)
    told.event("rating", value=5)
    project = only(told)
    assert (project.project, project.state, project.rating) == ("P9", "filed", 5)


def test_a_product_stands_for_its_provider(told: Told) -> None:
    told.event("contract", object="SYN-S00001", amount_yuan=1000)
    told.event("implementing", object=VENDOR)
    assert only(told).partner == VENDOR


def test_two_projects_with_one_partner_need_their_ids(told: Told) -> None:
    for project in ("P1", "P2"):
        told.event("contract", project=project, amount_yuan=1000)
    told.later(days=1)
    told.event("implementing", project="P2")
    told.event("rating", value=1)
    with told.store.read() as work:
        first, second = projects(work)
    assert (first.state, second.state) == ("signed", "implementing")
    assert first.rating is second.rating is None


def test_rejected_goes_back_and_withdrawn_ends(told: Told) -> None:
    told.event("contract", project="P1")
    for kind in ("project_filed", "project_registered", "acceptance_requested"):
        told.later(days=1)
        told.event(kind, project="P1")
    told.later(days=1)
    told.event("rejected", project="P1", reason="系统未上线")
    assert (only(told).stage, only(told).state) == ("implementation", "rectifying")
    told.later(days=1)
    told.event("withdrawn", project="P1")
    assert (only(told).stage, only(told).state, only(told).closed) == ("implementation", "withdrawn", True)
    told.later(days=1)
    told.event("accepted", project="P1")
    assert only(told).state == "withdrawn"


def test_a_late_report_takes_the_place_where_it_happened(told: Told) -> None:
    told.at("2026-02-10").event("project_filed", project="P1")
    told.event("contract", project="P1", on="2026-02-01", amount_yuan="5000.00")
    project = only(told)
    assert (project.state, project.contract_on, project.irregular) == ("filed", date(2026, 2, 1), ())


@pytest.mark.parametrize(("day", "over"), [("2026-02-19", 0), ("2026-02-20", 1)])
def test_the_last_day_is_still_in_time(told: Told, day: str, over: int) -> None:
    limit = load_course().state("signed").limit_days
    assert limit == 30
    told.at("2026-01-20").event("contract", project="P1")
    told.at(day)
    project = only(told)
    assert (project.due_by, project.overdue_days) == (date(2026, 2, 19), over)


def test_complaints_are_counted_by_what_became_of_them(told: Told) -> None:
    told.event("contract", project="P1")
    told.later(hours=1)
    first = told.event("complaint", project="P1", reason="拖延")
    told.event("complaint", project="P1", reason="加价")
    told.event(
        "complaint_closed", object=DISTRICT, complaint=first, upheld=True, reason="属实", actor=DISTRICT
    )
    project = only(told)
    assert (project.complaints, project.complaints_open, project.complaints_upheld) == (2, 1, 1)


def test_the_frame_has_a_column_for_each_plain_field(told: Told) -> None:
    whole_course(told)
    with told.store.read() as work:
        frame = project_frame(projects(work))
    assert frame.loc[0, "approved_yuan"] == 180000.5
    assert project_frame([]).columns.tolist() == frame.columns.tolist()


def test_an_enterprise_that_leads_others_has_no_project_by_theirs(told: Told) -> None:
    leader = uscc(2)
    with told.begin() as work:
        work.enterprises.put(enterprise(2))
    told.event("contract", object=leader, project="P1")
    with told.store.read() as work:
        assert [(row.enterprise, row.partner) for row in projects(work)] == [(FIRM, leader)]
        assert projects(work, uscc=leader) == []
        assert stage_of(work, leader)[0].project is None


def test_the_declarations_of_course_and_events_agree() -> None:
    course, declared = load_course(), load_course_events()
    for move in course.moves:
        kind = declared.find(move.event)
        assert kind is not None or load_funnel().find(move.event) is not None
        if kind is not None:
            assert set(move.roles) == set(kind.roles), move.event
    entered = {move.to for move in course.moves} | {"archived", "assessed"}
    assert entered == {state.code for state in course.states}
    assert {need.code for need in course.needs if need.about is None} - {"link_evidence"} == set(_MET)
