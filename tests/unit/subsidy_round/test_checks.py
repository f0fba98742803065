"""Every check of a round: passed, failed, cannot tell."""

from decimal import Decimal
from typing import Any

import pytest

from recommender.subsidy_round.finding import Finding
from recommender.subsidy_round.identity import digest, phone_digest
from recommender.subsidy_round.views import CheckedClaim
from tests.synthetic_records import enterprise, uscc
from tests.unit.course.telling import DISTRICT, FIRM, UNIT, Told
from tests.unit.subsidy_round.telling import ROUND, claimed, cost, opened


def checked(told: Told, key: str) -> CheckedClaim:
    report = opened(told).check(ROUND)
    return next(item for item in report.items if item.key == key)


def outcome(told: Told, key: str, code: str) -> Finding:
    found = next(one for one in checked(told, key).findings if one.code == code)
    assert found.text.endswith("。")
    assert found.place["project"] == key
    return found


def test_a_clean_claim_passes_but_for_what_no_record_tells(told: Told) -> None:
    item = checked(told, claimed(told))
    assert {one.code for one in item.findings if one.outcome == "failed"} == set()
    assert {one.code for one in item.findings if one.outcome == "unknown"} == {"related_parties"}
    # Half of the least of 200,000.00, 180,000.55 and 190,000.00, rounded down to the fen.
    assert item.amount_yuan == Decimal("90000.27")


@pytest.mark.parametrize(
    ("changes", "code", "expected", "words"),
    [
        ({"level": 1}, "level_reached", "failed", "应不低于2级"),
        ({"method": "self"}, "level_reached", "failed", "自评"),
        ({"level": 0}, "level_raised", "failed", "没有提升"),
        ({"payment": "0"}, "amounts", "failed", "没有可以核定的投入"),
        ({"without": ("合同", "发票")}, "evidence", "failed", "合同、发票"),
    ],
)
def test_what_fails(told: Told, changes: dict[str, Any], code: str, expected: str, words: str) -> None:
    found = outcome(told, claimed(told, **changes), code)
    assert (found.outcome, found.blocks) == (expected, True)
    assert words in found.text


def test_the_cap_of_the_level_binds(told: Told) -> None:
    item = checked(told, claimed(told, amount="9000000", invoice="8000000", payment="8000000"))
    assert item.amount_yuan == Decimal(1_500_000)
    assert "封顶" in next(one.text for one in item.findings if one.code == "cap")


def test_what_other_projects_received_counts_towards_the_cap(told: Told) -> None:
    claimed(told, project="P0", amount="2800000", invoice="2800000", payment="2800000")
    told.event("subsidy", value=1_400_000, project="P0", actor=DISTRICT)
    key = claimed(told, project="P1", amount="400000", invoice="400000", payment="400000")
    assert checked(told, key).amount_yuan == Decimal(100_000)


def test_one_invoice_for_two_projects(told: Told) -> None:
    one, other = claimed(told, 1, invoice_number="发票 001"), claimed(told, 2, invoice_number="发票001")
    found = outcome(told, one, "same_invoice")
    assert (found.outcome, found.place["others"]) == ("failed", [other])
    assert outcome(told, one, "same_contract").outcome == "passed"


def test_one_contract_number_for_two_projects(told: Told) -> None:
    one = claimed(told, 1, contract_number="HT-2026-1")
    other = claimed(told, 2, contract_number="HT 2026 1")
    assert outcome(told, other, "same_contract").place["others"] == [one]


def test_a_project_that_was_paid_is_not_paid_again(told: Told) -> None:
    key = claimed(told)
    told.event("subsidy", value=10, project="P1", actor=DISTRICT)
    assert outcome(told, key, "paid_once").outcome == "failed"


def test_related_parties_are_found_by_digest_and_never_shown(told: Told) -> None:
    phone, legal = "020-8888 1234", digest("张某某")
    with told.begin() as work:
        work.enterprises.put(enterprise(1, district=DISTRICT, contact={"phone": "02088881234"}))
    told.event("party_identified", subject=UNIT, object=UNIT, phone_sha256=phone_digest(phone))
    key = claimed(told)
    found = outcome(told, key, "related_parties")
    assert (found.outcome, "联系电话相同" in found.text) == ("failed", True)
    for secret in ("8888", digest("02088881234"), legal):
        assert secret not in checked(told, key).model_dump_json()
    told.event("party_identified", subject=UNIT, object=UNIT, phone_sha256=digest("1"), uscc=FIRM)
    assert "统一社会信用代码" in outcome(told, key, "related_parties").text


def test_parties_that_differ_in_all_pass(told: Told) -> None:
    with told.begin() as work:
        work.enterprises.put(
            enterprise(1, district=DISTRICT, address="番禺区一号", contact={"phone": "13800001234"})
        )
    told.event(
        "party_identified", subject=UNIT, object=UNIT, uscc=uscc(9), address="海珠区二号",
        phone_sha256=digest("1"), legal_person_sha256=digest("甲"),
    )  # fmt: skip
    told.event("party_identified", object=UNIT, legal_person_sha256=digest("乙"))
    assert outcome(told, claimed(told), "related_parties").outcome == "passed"


def test_a_voucher_outside_the_window_fails_and_one_without_a_day_cannot_be_told(told: Told) -> None:
    key = claimed(told)
    told.event("cost_recorded", project="P1", document="payment", amount_yuan="1")
    assert outcome(told, key, "window").outcome == "unknown"
    cost(told, FIRM, "P1", "payment", "1", "2023-10-10")
    assert outcome(told, key, "window").outcome == "failed"


def test_an_acceptance_outside_the_round_fails(told: Told) -> None:
    key = claimed(told)
    service = opened(told)
    told.at("2026-06-01")
    service.open("R2", "另一批", *(told.now.date(),) * 2, "440100")
    item = service.check("R2", district=DISTRICT).items[0]
    assert item.key == key
    assert next(one for one in item.findings if one.code == "accepted").outcome == "failed"
