"""Measured effects from the log: what counts, and what is nobody's fault."""

from collections.abc import Iterator

import pytest

from recommender.adjustment.effects import Effect, Side, measured_effects
from recommender.adjustment.rules import load_adjustment_rules
from tests.synthetic_records import enterprise, lead_unit, solution, uscc
from tests.unit.course.telling import DISTRICT, UNIT, VENDOR, Told

PRODUCT = "SYN-S00001"


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    opened = Told(database_url)
    price = {"low_yuan": "10000", "high_yuan": "20000", "basis": "one_off"}
    with opened.begin() as work:
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1, price=price))
        for number in range(1, 8):
            work.enterprises.put(enterprise(number))
    yield opened
    opened.store.dispose()


def _signed(told: Told, number: int, partner: str = VENDOR, amount: str = "15000") -> dict[str, str]:
    told.at("2026-02-01").event(
        "contract",
        subject=uscc(number),
        object=partner,
        project=f"P{number}",
        amount_yuan=amount,
        solutions=[PRODUCT],
        due_on="2026-05-01",
    )
    return {"subject": uscc(number), "object": partner}


def _effects(told: Told, side: Side) -> dict[str, Effect]:
    with told.store.read() as work:
        return measured_effects(work, load_adjustment_rules(), side, work.clock())


def test_what_counts(told: Told) -> None:
    for number, (amount, days) in enumerate([("24000", "2026-05-11"), ("8000", "2026-04-21")], start=1):
        parties = _signed(told, number, amount=amount)
        told.at(days).event("accepted", **parties, actor=DISTRICT, project=f"P{number}")
        told.event("rating", **parties, value=3.0 + number, project=f"P{number}")
    _signed(told, 3)
    told.at("2026-05-21")
    found = _effects(told, "solution")[PRODUCT]
    assert (found.projects, found.decided, found.waiting) == (3, 2, 1)
    assert found.measures["acceptance"].raw == 1.0
    # 10 days late, 10 early, and one not finished after 20.
    assert found.measures["days_over_plan"].raw == pytest.approx(20 / 3)
    # A fifth above the high end, a fifth below the low end, one within the range.
    assert found.measures["price_over_list"].raw == pytest.approx(0.0, abs=1e-9)
    assert found.measures["price_over_list"].n == 3
    assert found.measures["rating"].raw == 4.5
    gain = found.measures["level_gain"]
    assert (gain.n, gain.raw, gain.shrunk, gain.ci95) == (0, None, None, None)
    assert gain.warning is not None
    assert _effects(told, "vendor")[VENDOR].measures["acceptance"].n == 2
    # Long past the time that an acceptance may take, an open project counts as not accepted.
    told.at("2027-12-01")
    assert _effects(told, "solution")[PRODUCT].measures["acceptance"].raw == pytest.approx(2 / 3)


def test_withdrawal_is_blamed_on_whose_fault_it_was(told: Told) -> None:
    for number, cause in enumerate(["enterprise", "other", "provider"], start=1):
        parties = _signed(told, number, UNIT)
        told.at("2026-03-01").event("withdrawn", **parties, project=f"P{number}", reason="停产", cause=cause)
    parties = _signed(told, 4, UNIT)
    # The unit cannot excuse itself.
    told.event("withdrawn", **parties, actor=UNIT, project="P4", reason="停产", cause="enterprise")
    told.at("2026-04-01")
    found = _effects(told, "lead_unit")[UNIT]
    assert (found.excused, found.decided, found.measures["acceptance"].raw) == (2, 2, 0.0)


def test_only_justified_complaints_count(told: Told) -> None:
    _signed(told, 1, UNIT)
    _signed(told, 2, UNIT)
    told.event("complaint", subject=uscc(1), object="P1", reason="延期", project="P1", event_id="c1")
    told.event("complaint", subject=uscc(2), object=PRODUCT, reason="不好用", event_id="c2")
    told.event("complaint", subject=uscc(2), object=UNIT, reason="推销", event_id="c3")
    for complaint, upheld in (("c1", True), ("c2", True), ("c3", False)):
        told.event(
            "complaint_closed",
            object=DISTRICT,
            actor=DISTRICT,
            complaint=complaint,
            upheld=upheld,
            reason="核实",
        )
    assert _effects(told, "solution")[PRODUCT].measures["complaints"].raw == 1.0
    assert _effects(told, "lead_unit")[UNIT].measures["complaints"].raw == 0.5
    assert _effects(told, "vendor")[VENDOR].measures["complaints"].raw == 0.5
