"""Proposals from projects told to the log, decisions that count at once, appeals."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from recommender.adjustment import faults
from recommender.adjustment import service as adjustment
from recommender.adjustment.effects import Effect
from recommender.adjustment.rules import AdjustmentRules, Side
from recommender.adjustment.service import AdjustmentService
from recommender.adjustment.workbook import adjustments_workbook
from recommender.domain.solution import AuditState
from recommender.store import UnitOfWork
from recommender.store.failures import SuspensionDecided
from tests.synthetic_records import enterprise, lead_unit, solution, uscc
from tests.unit.course.telling import DISTRICT, UNIT, VENDOR, Told

GOOD, BAD = "SYN-S00001", "SYN-S00002"
CLERK, OTHER = "李明", "王芳"


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    made = Told(database_url)
    with made.begin() as work:
        provider = {"id": VENDOR, "name": "合成服务商", "kind": "vendor"}
        others = {**provider, "id": "SYN-V2"}
        work.solutions.put_many(
            [solution(1, provider=provider), solution(2, provider=provider), solution(3, provider=others)]
        )
        work.lead_units.put(lead_unit(1))
        work.enterprises.put_many(enterprise(number, district=DISTRICT) for number in range(1, 61))
    yield made
    made.store.dispose()


@pytest.fixture
def service(told: Told) -> AdjustmentService:
    return AdjustmentService(told.store)


def project(told: Told, number: int, product: str, end: str, **attributes: str) -> None:
    """Tell a project of an enterprise up to its end."""
    firm, name = uscc(number), f"P{number}"
    told.at("2026-02-01").event(
        "contract", subject=firm, project=name, solutions=[product], amount_yuan="10000", due_on="2026-04-01"
    )
    told.event("project_filed", subject=firm, project=name)
    told.event("project_registered", subject=firm, object=DISTRICT, actor=DISTRICT, project=name)
    if end == "accepted":
        told.at("2026-03-20").event("acceptance_requested", subject=firm, project=name)
        told.event("accepted", subject=firm, object=UNIT, actor=DISTRICT, project=name)
    elif end == "withdrawn":
        told.at("2026-03-20").event(
            "withdrawn", subject=firm, object=UNIT, project=name, reason="不做了", **attributes
        )


def many(told: Told) -> None:
    """One product whose projects are accepted, one whose projects mostly fail."""
    for number in range(1, 21):
        project(told, number, GOOD, "accepted")
    for number in range(21, 41):
        project(told, number, BAD, "accepted" if number < 23 else "withdrawn", cause="provider")


def test_proposals_say_why_with_numbers(told: Told, service: AdjustmentService) -> None:
    many(told)
    bad, good, *_ = service.listing("solution").items
    assert (bad.id, good.id) == (BAD, GOOD)
    assert bad.proposal is not None
    assert bad.proposal.action == "suspend"
    assert "20 个项目，验收通过率为 10%" in bad.proposal.grounds[0].text
    assert good.proposal is not None
    assert good.proposal.action == "promote"
    assert adjustments_workbook(service.listing("solution"))[:2] == b"PK"


def test_few_projects_give_no_proposal(told: Told, service: AdjustmentService) -> None:
    for number in range(1, 5):
        project(told, number, BAD, "withdrawn", cause="provider")
    assert all(line.proposal is None for line in service.listing("solution").items)


def test_suspension_takes_the_product_out_at_once_and_clearing_brings_it_back(
    told: Told, service: AdjustmentService
) -> None:
    many(told)
    line = service.decide("solution", BAD, "suspend", "多数项目没有通过验收", CLERK)
    assert line.in_force
    assert line.proposal is None
    with told.store.read() as work:
        assert work.solutions.get(BAD).record.audit_state is AuditState.SUSPENDED  # type: ignore[union-attr]
        assert {"pool_suspended", "adjustment_decided"} <= {
            one.event.type for one in work.events.for_subject(BAD)
        }
    service.decide("solution", BAD, "clear", "整改到位", CLERK)
    with told.store.read() as work:
        assert work.solutions.get(BAD).record.audit_state is AuditState.ADMITTED  # type: ignore[union-attr]


def test_vendors_suspension_suspends_its_products_and_no_other(
    told: Told, service: AdjustmentService
) -> None:
    service.decide("vendor", VENDOR, "suspend", "拒不整改", CLERK)
    with told.store.read() as work:
        states = {one.record.id: one.record.audit_state for one in work.solutions.iterate()}
    assert states[GOOD] is states[BAD] is AuditState.SUSPENDED
    assert states["SYN-S00003"] is AuditState.ADMITTED
    service.appeal("vendor", VENDOR, "已经整改", VENDOR)
    service.decide_appeal("vendor", VENDOR, upheld=True, reason="整改属实", actor=OTHER)
    with told.store.read() as work:
        assert work.solutions.get(GOOD).record.audit_state is AuditState.ADMITTED  # type: ignore[union-attr]


def test_suspended_unit_leaves_office_and_no_load_brings_it_back(
    told: Told, service: AdjustmentService
) -> None:
    service.decide("lead_unit", UNIT, "suspend", "长期不接单", CLERK)
    with told.store.read() as work:
        record = work.lead_units.get(UNIT).record  # type: ignore[union-attr]
    assert record.suspended
    with pytest.raises(SuspensionDecided), told.begin() as work:
        work.lead_units.put(record.model_copy(update={"suspended": False}))
    service.appeal("lead_unit", UNIT, "名额已经恢复", UNIT)
    service.decide_appeal("lead_unit", UNIT, upheld=True, reason="属实", actor=OTHER)
    with told.store.read() as work:
        assert not work.lead_units.get(UNIT).record.suspended  # type: ignore[union-attr]


def test_warning_and_promotion_stand_until_their_day_or_a_new_decision(
    told: Told, service: AdjustmentService
) -> None:
    service.decide("solution", GOOD, "warn", "工期偏长", CLERK)
    assert service.standing().solutions[GOOD].offset < 0
    service.decide("solution", GOOD, "promote", "已改进", CLERK)
    assert service.standing().solutions[GOOD].offset > 0
    told.later(days=366)
    assert not service.standing().solutions
    assert not service.show("solution", GOOD).in_force


def test_dismissed_proposal_comes_back_with_new_projects(told: Told, service: AdjustmentService) -> None:
    many(told)
    service.decide("solution", BAD, "dismiss", "个别厂的特殊情况", CLERK)
    assert service.show("solution", BAD).proposal is None
    project(told, 41, BAD, "withdrawn", cause="provider")
    assert service.show("solution", BAD).proposal is not None


def test_lines_are_kept_over_looks_and_made_anew_by_all_else(
    told: Told, service: AdjustmentService, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(told)
    made: list[str] = []
    real = adjustment.measured_effects

    def counted(work: UnitOfWork, rules: AdjustmentRules, side: Side, moment: datetime) -> dict[str, Effect]:
        made.append(side)
        return real(work, rules, side, moment)

    monkeypatch.setattr(adjustment, "measured_effects", counted)
    first = service.listing("solution").items
    told.event("impression", subject=uscc(1), object=GOOD)
    told.event("view", subject=uscc(1), object=GOOD)
    assert service.listing("solution").items == first
    assert service.show("solution", GOOD) in first
    assert made == ["solution"]
    project(told, 42, GOOD, "accepted")
    anew = service.show("solution", GOOD)
    assert anew.effect is not None
    assert anew.effect.projects == 21
    with told.begin() as work:
        work.solutions.put(solution(1, name="改名"))
    assert service.show("solution", GOOD).name == "改名"
    told.at("2027-06-01")
    assert service.listing("solution").items == AdjustmentService(told.store).listing("solution").items


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (lambda s: s.decide("solution", GOOD, "warn", "  ", CLERK), faults.AdjustmentReasonMissing),
        (lambda s: s.decide("solution", GOOD, "warn", "理由", VENDOR), faults.NotImpartial),
        (lambda s: s.decide("solution", "NONE", "warn", "理由", CLERK), faults.UnknownParty),
        (lambda s: s.decide("vendor", "NONE", "warn", "理由", CLERK), faults.UnknownParty),
        (lambda s: s.decide("solution", GOOD, "clear", "理由", CLERK), faults.NothingInForce),
        (lambda s: s.appeal("solution", GOOD, "理由", VENDOR), faults.NothingToAppeal),
        (
            lambda s: s.decide_appeal("solution", GOOD, upheld=True, reason="理由", actor=CLERK),
            faults.NothingToAppeal,
        ),
    ],
)
def test_wrong_steps_write_nothing(told: Told, service: AdjustmentService, act, fault) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(fault):
        act(service)
    with told.store.read() as work:
        assert not work.events.of_types(["adjustment_decided", "adjustment_appealed"])


def test_appeal_is_the_partys_once_in_time_and_decided_by_another(
    told: Told, service: AdjustmentService
) -> None:
    service.decide("solution", GOOD, "warn", "工期偏长", CLERK)
    with pytest.raises(faults.NotYours):
        service.appeal("solution", GOOD, "不是我们", "SYN-V9")
    service.appeal("solution", GOOD, "工期是企业要求延长的", VENDOR)
    with pytest.raises(faults.AppealTooLate):
        service.appeal("solution", GOOD, "再说一次", VENDOR)
    with pytest.raises(faults.NotImpartial):
        service.decide_appeal("solution", GOOD, upheld=False, reason="维持", actor=CLERK)
    service.decide_appeal("solution", GOOD, upheld=True, reason="属实", actor=OTHER)
    assert not service.standing().solutions
    service.decide("solution", GOOD, "warn", "又晚了", CLERK)
    told.later(days=16)
    with pytest.raises(faults.AppealTooLate):
        service.appeal("solution", GOOD, "太晚", VENDOR)
