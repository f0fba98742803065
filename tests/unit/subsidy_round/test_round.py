"""The steps of a round: who may do what and when, as of past moments, and money that is paid once."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from recommender.errors import Conflict, InvalidInput, SmematchError
from recommender.subsidy_round import faults
from recommender.subsidy_round.deciding import Review
from recommender.subsidy_round.service import SubsidyRounds
from recommender.subsidy_round.workbook import round_workbook
from tests.synthetic_records import uscc
from tests.unit.course.telling import DISTRICT, Told
from tests.unit.subsidy_round.telling import CITY, ROUND, claimed, opened


def payments(told: Told) -> list[tuple[str, float | None]]:
    with told.store.read() as work:
        return [(one.event.subject, one.event.value) for one in work.events.of_types(["subsidy"])]


def last(told: Told) -> int:
    with told.store.read() as work:
        return work.events.last_sequence()


def test_a_round_from_opening_to_payment(told: Told) -> None:
    first, second = claimed(told, 1), claimed(told, 2)
    bad = claimed(told, 3, level=1)
    service = opened(told)
    taken = service.collect(ROUND, DISTRICT, DISTRICT)
    assert (taken.collected, [held.key for held in taken.held]) == ((first, second), [bad])
    assert "应不低于2级" in taken.held[0].why[0]
    before = told.now
    told.later(hours=1)
    service.review(ROUND, first, "pass", CITY, amount_yuan=Decimal("80000.01"))
    service.review(ROUND, second, "refuse", CITY, reason="现场复核不符")
    told.later(hours=1)
    view = service.close(ROUND, f"{CITY}:经办")
    assert [(row.key, row.state, row.amount_yuan) for row in view.rows] == [
        (first, "paid", Decimal("80000.01")),
        (second, "refused", Decimal("90000.27")),
    ]
    assert view.amount_yuan == view.districts[0].amount_yuan == Decimal("80000.01")
    assert view.irregular == ()
    assert payments(told) == [(uscc(1), 80000.01)]
    # As of the moment before the review.
    assert [row.state for row in service.show(ROUND, before).rows] == ["collected", "collected"]
    assert service.listing(before)[0].closed_on is None


def test_repeating_every_step_changes_nothing(told: Told) -> None:
    key = claimed(told)

    def run() -> None:
        service = opened(told)
        service.collect(ROUND, DISTRICT, DISTRICT)
        service.review(ROUND, key, "pass", CITY, reason="已核")
        service.close(ROUND, CITY)

    run()
    number = last(told)
    service = opened(told)
    with pytest.raises(faults.SubsidyRoundClosed):
        service.collect(ROUND, DISTRICT, DISTRICT)
    service.close(ROUND, CITY)
    assert last(told) == number


def test_collecting_and_reviewing_again_is_the_same(told: Told) -> None:
    key = claimed(told)
    service = opened(told)
    service.collect(ROUND, DISTRICT, DISTRICT)
    service.review(ROUND, key, "pass", CITY)
    number = last(told)
    told.later(days=1)
    assert service.collect(ROUND, DISTRICT, DISTRICT).unchanged == (key,)
    service.review(ROUND, key, "pass", CITY)
    service.open(ROUND, "第R1批", date(2026, 1, 1), date(2026, 4, 30), CITY)
    assert last(told) == number


def test_returned_goes_round_again_only_when_named(told: Told) -> None:
    key = claimed(told)
    service = opened(told)
    service.collect(ROUND, DISTRICT, DISTRICT)
    service.review(ROUND, key, "return", CITY, reason="补材料")
    assert service.collect(ROUND, DISTRICT, DISTRICT).unchanged == (key,)
    assert service.collect(ROUND, DISTRICT, DISTRICT, only=[key]).collected == (key,)
    service.review(ROUND, key, "return", CITY, reason="再补材料")
    service.collect(ROUND, DISTRICT, DISTRICT, only=[key])
    service.review(ROUND, key, "pass", CITY)
    assert service.close(ROUND, CITY).rows[0].state == "paid"


def test_what_cannot_be_told_needs_a_note(told: Told) -> None:
    key = claimed(told)
    told.event("cost_recorded", project="P1", document="payment", amount_yuan="1")
    service = opened(told)
    (held,) = service.collect(ROUND, DISTRICT, DISTRICT).held
    assert "需写明核对说明" in held.why[0]
    assert service.collect(ROUND, DISTRICT, DISTRICT, note="已看银行回单").collected == (key,)
    with pytest.raises(faults.SubsidyReasonMissing):
        service.review(ROUND, key, "pass", CITY)
    assert service.review(ROUND, key, "pass", CITY, reason="已复核").rows[0].reason == "已复核"


def test_illegal_moves(told: Told) -> None:
    key = claimed(told)
    service = opened(told)

    def refused(kind: type[SmematchError], *arguments: object, **named: object) -> None:
        number = last(told)
        with pytest.raises(kind):
            getattr(service, str(arguments[0]))(*arguments[1:], **named)
        assert last(told) == number

    refused(faults.NotTheOffice, "collect", ROUND, DISTRICT, "440118")
    refused(faults.NotTheOffice, "open", "R9", "批", date(2026, 1, 1), date(2026, 2, 1), DISTRICT)
    refused(InvalidInput, "open", "R9", "批", date(2026, 2, 1), date(2026, 1, 1), CITY)
    refused(faults.SubsidyRoundExists, "open", ROUND, "别的", date(2026, 1, 1), date(2026, 2, 1), CITY)
    refused(faults.UnknownSubsidyRound, "collect", "R9", DISTRICT, DISTRICT)
    refused(faults.UnknownClaim, "review", ROUND, key, "pass", CITY)
    refused(faults.UnknownClaim, "collect", ROUND, DISTRICT, DISTRICT, only=["x"])
    service.collect(ROUND, DISTRICT, DISTRICT)
    refused(faults.SubsidyReasonMissing, "review", ROUND, key, "refuse", CITY, reason=" ")
    refused(faults.SubsidyAmountTooHigh, "review", ROUND, key, "pass", CITY, amount_yuan=Decimal("90000.28"))
    refused(faults.SubsidyMoveNotAllowed, "close", ROUND, CITY)
    service.review(ROUND, key, "refuse", CITY, reason="不符")
    refused(faults.SubsidyMoveNotAllowed, "review", ROUND, key, "pass", CITY)
    service.close(ROUND, CITY)
    refused(faults.SubsidyRoundClosed, "review", ROUND, key, "return", CITY, reason="晚了")


def test_paid_in_another_way_before_the_close(told: Told) -> None:
    key = claimed(told)
    service = opened(told)
    service.collect(ROUND, DISTRICT, DISTRICT)
    service.review(ROUND, key, "pass", CITY)
    told.event("subsidy", value=1, project="P1", actor=DISTRICT)
    with pytest.raises(Conflict):
        service.close(ROUND, CITY)
    service.review(ROUND, key, "return", CITY, reason="已另行拨付")
    service.close(ROUND, CITY)
    assert len(payments(told)) == 1


def test_projects_of_one_firm_share_the_cap_and_rounds_do_not_double(told: Told) -> None:
    big = {"amount": "2000000", "invoice": "2000000", "payment": "2000000"}
    first, second = claimed(told, project="P1", **big), claimed(told, project="P2", **big)
    service = opened(told)
    assert service.collect(ROUND, DISTRICT, DISTRICT).collected == (first, second)
    assert [row.amount_yuan for row in service.show(ROUND).rows] == [Decimal(1_000_000), Decimal(500_000)]
    opened(told, "R2")
    other = service.collect("R2", DISTRICT, DISTRICT)
    assert (other.collected, len(other.held)) == ((), 2)
    for key in (first, second):
        service.review(ROUND, key, "pass", CITY)
    service.close(ROUND, CITY)
    assert sum(amount or 0 for _, amount in payments(told)) == 1_500_000


def test_the_workbook_sums_by_formula_and_says_the_sum(told: Told) -> None:
    claimed(told, 1)
    claimed(told, 2, amount="100000.01", invoice="100000.01", payment="100000.01")
    service = opened(told)
    service.collect(ROUND, DISTRICT, DISTRICT)
    data = round_workbook(service.show(ROUND))
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    assert formulas.sheetnames == ["全市汇总", "番禺区"]
    sheet, told_ = formulas["番禺区"], values["番禺区"]
    assert (sheet["A1"].value, sheet.freeze_panes) == ("第R1批番禺区奖补资金明细表", "A4")
    assert sheet["N2"].value == "单位：元"
    assert (sheet["A6"].value, sheet["L6"].value) == ("合计", "=ROUND(SUM(L4:L5),2)")
    assert told_["L6"].value == 140000.27
    assert values["全市汇总"]["J5"].value == 140000.27
    assert "合成样本" in str(sheet["B4"].value)
    assert any(str(cell.value).startswith("审核人") for cell in sheet[8])


def test_what_is_told_out_of_order_is_named_and_not_counted(told: Told) -> None:
    key = claimed(told)
    opened(told)
    told.event("subsidy_passed", project="P1", round=ROUND, amount_yuan="5", actor=CITY)
    view = SubsidyRounds(told.store).show(ROUND)
    assert view.rows == ()
    assert key in view.irregular[0]


def test_several_reviews_at_once_are_all_taken_or_none(told: Told) -> None:
    big = {"amount": "2000000", "invoice": "2000000", "payment": "2000000"}
    first, second = claimed(told, project="P1", **big), claimed(told, project="P2", **big)
    service = opened(told)
    service.collect(ROUND, DISTRICT, DISTRICT)
    number = last(told)
    with pytest.raises(faults.SubsidyAmountTooHigh):
        # The cap of the firm leaves 500,000 for the second, whatever is decided beside it.
        service.review_many(
            ROUND, [Review(first, "pass"), Review(second, "pass", amount_yuan=Decimal(600_000))], CITY
        )
    assert last(told) == number
    reviews = [Review(first, "return", "发票重开"), Review(second, "pass", amount_yuan=Decimal(600_000))]
    # What is returned in the same breath binds no more.
    rows = service.review_many(ROUND, reviews, CITY).rows
    assert [(row.state, row.reason) for row in rows] == [("returned", "发票重开"), ("passed", None)]
    assert rows[1].amount_yuan == Decimal(600_000)
