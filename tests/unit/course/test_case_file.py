"""The case file from a history written by hand, and as of past moments."""

import json
from datetime import date
from decimal import Decimal

import pytest

from recommender.course.case_file import CaseFile
from recommender.course.compiling import Asker, case_file
from recommender.domain.served_list import ServedItem
from recommender.matching.unknown import UnknownEnterprise
from tests.synthetic_records import diagnosis, enterprise, served_list, uscc
from tests.unit.course.telling import DISTRICT, FIRM, UNIT, VENDOR, Told
from tests.unit.course.test_projects import whole_course

CONTACT = {"person": "张三丰", "phone": "13800001234", "email": "zhang@example.com"}


def file_of(told: Told, **asked: object) -> CaseFile:
    with told.store.read() as work:
        return case_file(work, FIRM, **asked)  # type: ignore[arg-type]


PLAN = {"target_level": 2, "after": {"level": 2}, "cost": {"planned_yuan": "18000.00"}}


def serve(told: Told) -> None:
    item = ServedItem(rank=1, object_id="SYN-S00001", score=1, propensity=1, features={})
    for number, target, subject, thing, response in (
        (1, "solution", FIRM, "SYN-S00001", {"items": [{"id": "SYN-S00001", "name": "当时的名称"}]}),
        (2, "prospect", UNIT, FIRM, {"items": []}),
        (3, "prospect", VENDOR, FIRM, {"items": []}),
        (4, "prospect", UNIT, uscc(2), {"items": []}),
        (5, "plan", FIRM, "SYN-S00001", PLAN),
    ):
        with told.begin() as work:
            work.served_lists.save(
                served_list(
                    number,
                    served_at=told.now,
                    target=target,
                    subject=subject,
                    response=json.dumps(response),
                    items=(item.model_copy(update={"object_id": thing}),),
                )
            )


def test_every_part_is_there(told: Told) -> None:
    serve(told)
    told.event("pilot_applied", object=DISTRICT)
    told.later(hours=1)
    told.event("pilot_listed", object=DISTRICT, actor=DISTRICT)
    told.event("contact")
    whole_course(told)
    told.at("2026-07-02").event(
        "evidence_filed", project="P1", about="合同", file="合同.pdf", sha256="a" * 64
    )
    complaint = told.event("complaint", project="P1", reason="拖延")
    told.event("complaint_closed", object=DISTRICT, complaint=complaint, upheld=False, reason="已协商")
    file = file_of(told)
    (project,) = file.projects
    assert (file.basics.district_name, file.basics.sub_industry_name) == ("番禺区", "服装")
    assert [entry.id for entry in file.diagnoses] == ["SYN-D00001", "SYN-D00070"]
    assert file.diagnoses[1].points_change == 0
    assert file.foundation is not None
    assert file.foundation.diagnosis.id == "SYN-D00070"
    assert len(file.foundation.scenarios) == 16
    assert [(entry.target, entry.lines[0].name) for entry in file.served] == [("solution", "当时的名称")]
    assert [(entry.partner_name, entry.rank) for entry in file.shown_to] == [
        ("合成牵引单位1（合成样本）", 1),
        ("合成服务商", 1),
    ]
    assert [entry.planned_yuan for entry in file.plans] == [Decimal("18000.00")]
    assert [entry.partner for entry in file.contacts] == [UNIT]
    assert (project.links[0].declared, project.links[0].before, project.links[0].after) == (2, 1, 2)
    assert project.links[0].proof == "proven"
    assert project.facts.approved_yuan == Decimal("180000.5")
    assert project.subsidy.requested_yuan == Decimal(90000)
    assert project.subsidy.paid_yuan == Decimal(80000)
    # The diagnosis after has level 0, so the rules give nothing.
    assert project.subsidy.estimated_yuan == 0
    assert (file.complaints[0].upheld, file.complaints[0].outcome) == (False, "已协商")
    missing = {one.code for one in file.completeness.missing}
    assert missing == {"contact", "truth_statement", "investment_list", "link_evidence", "level_reached"}
    assert file.completeness.needed - file.completeness.present == len(missing)
    evidence = next(one for one in file.completeness.missing if one.code == "link_evidence")
    assert evidence.detail is not None
    assert evidence.detail.startswith("质量管理")
    assert [entry.title for entry in file.timeline[:3]] == ["数字化水平评测", "建立企业档案", "试点申报"]
    assert file.notes == ()
    assert file.mark == "合成样本"


def test_a_firm_without_anything_lacks_everything(told: Told) -> None:
    with told.begin() as work:
        work.enterprises.put(enterprise(2, district=None, employees=None))
    with told.store.read() as work:
        file = case_file(work, uscc(2))
    (standing,) = file.standings
    assert (standing.stage_name, standing.days) == ("企业档案", 0)
    assert [one.title for one in file.completeness.missing] == [
        "所在区",
        "从业人员和营业收入",
        "联系人和联系方式",
    ]
    assert {one.code for one in standing.missing} == {"district", "size", "contact", "diagnosis"}
    assert file.foundation is None


def test_a_diagnosis_that_was_corrected_says_then_what_it_said_then(told: Told) -> None:
    before = told.now
    then = file_of(told).model_dump_json()
    told.later(days=3)
    with told.begin() as work:
        work.diagnoses.put(diagnosis(1, scenarios={"quality": 4}))
        work.enterprises.put(enterprise(1, name="改名后的企业"))
    now = file_of(told)
    assert (now.name, now.diagnoses[0].revision) == ("改名后的企业", 2)
    assert file_of(told, moment=before).model_dump_json() == then


def test_contact_data_is_masked_but_for_whom_it_is_open(told: Told) -> None:
    opened = [{"purpose": "share_contact", "granted_on": "2026-01-05", "lead_unit": UNIT}]
    with told.begin() as work:
        work.enterprises.put(enterprise(1, contact=CONTACT, consents=opened))
    for asker in (None, Asker("vendor", VENDOR), Asker("lead_unit", "SYN-L002"), Asker("district", DISTRICT)):
        shown = file_of(told, asker=asker).basics
        assert shown.contact is not None
        assert (shown.contact.phone, shown.contact_open) == ("138****1234", False)
    for asker in (Asker("enterprise", FIRM), Asker("lead_unit", UNIT)):
        assert file_of(told, asker=asker).basics.contact_open
    before = told.now
    told.later(days=1)
    closed = [{**opened[0], "revoked_on": "2026-01-06"}]
    with told.begin() as work:
        work.enterprises.put(enterprise(1, contact=CONTACT, consents=closed))
    # The past is no way round a consent that was withdrawn.
    assert not file_of(told, asker=Asker("lead_unit", UNIT), moment=before).basics.contact_open


def test_before_it_was_stored_there_is_no_file(told: Told) -> None:
    before = told.now
    told.later(days=1)
    with told.begin() as work:
        work.enterprises.put(enterprise(3))
    with told.store.read() as work, pytest.raises(UnknownEnterprise, match="当时"):
        case_file(work, uscc(3), before)


def test_duplicates_change_nothing(told: Told) -> None:
    told.event("contract", event_id="c1", project="P1", amount_yuan=10)
    told.event("cost_recorded", event_id="i1", project="P1", document="invoice", amount_yuan=10)
    once = file_of(told).model_dump_json()
    told.event("contract", event_id="c1", project="P1", amount_yuan=10)
    told.event("cost_recorded", event_id="i1", project="P1", document="invoice", amount_yuan=10)
    assert file_of(told).model_dump_json() == once


def test_answers_that_fit_no_edition_are_named_and_stop_nothing(told: Told) -> None:
    with told.begin() as work:
        work.diagnoses.put(diagnosis(2, instrument="1999", assessed_on=date(2026, 1, 3)))
    told.event("contract", project="P1")
    file = file_of(told)
    assert file.diagnoses[-1].problem is not None
    assert file.foundation is not None
    assert file.foundation.diagnosis.id == "SYN-D00001"


def test_a_late_report_shows_when_it_came(told: Told) -> None:
    told.at("2026-02-10").event("contract", project="P1", on="2026-01-20")
    entry = next(entry for entry in file_of(told).timeline if entry.kind == "contract")
    assert (entry.on, entry.reported_on) == (date(2026, 1, 20), date(2026, 2, 10))
