"""Subsidies worked out by hand: every limit, the boundary days, exact fen, sums."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.errors import InvalidInput
from recommender.policy.estimate import Limit, SpendLine, SubsidyEstimate, yuan_text
from recommender.policy.rules import SpendMeasure, UnknownCity
from recommender.policy.subsidy import estimate_subsidy

TODAY = date(2026, 11, 23)


def line(contract: str, **more: object) -> SpendLine:
    return SpendLine.model_validate({"name": "合同", "contract_yuan": contract, **more})


def guangzhou(*lines: SpendLine, level: int = 2, on: date = TODAY, **more: Decimal) -> SubsidyEstimate:
    return estimate_subsidy(lines, level, "guangzhou", on, **more)


def yuan(text: str) -> Decimal:
    return Decimal(text)


def test_half_of_what_is_approved() -> None:
    found = guangzhou(line("128000"))
    assert (found.approved_yuan, found.subsidy_yuan, found.net_cost_yuan) == (128000, 64000, 64000)
    assert found.limit is Limit.RATE
    assert "以官方通知为准" in found.notice
    assert found.at_most_yuan == 600_000


@pytest.mark.parametrize(
    ("contract", "invoice", "payment", "approved", "decided"),
    [
        ("100000", "94339.62", "100000", "94339.62", SpendMeasure.INVOICE_EX_TAX),
        ("100000", "120000", "80000", "80000", SpendMeasure.PAYMENT),
        ("100000", "120000", "130000", "100000", SpendMeasure.CONTRACT),
        ("100000", None, None, "100000", SpendMeasure.CONTRACT),
        ("100000", None, "70000", "70000", SpendMeasure.PAYMENT),
        ("100000", "100000", "100000", "100000", SpendMeasure.CONTRACT),
    ],
)
def test_the_least_of_the_three_amounts(
    contract: str, invoice: str | None, payment: str | None, approved: str, decided: SpendMeasure
) -> None:
    found = guangzhou(line(contract, invoice_ex_tax_yuan=invoice, paid_yuan=payment))
    assert found.lines[0].decided_by is decided
    assert found.approved_yuan == yuan(approved)
    assert found.subsidy_yuan == (yuan(approved) / 2).quantize(yuan("0.01"))
    assert ("未知" in found.lines[0].text) == (invoice is None or payment is None)


@pytest.mark.parametrize(
    ("level", "contract", "subsidy", "limit"),
    [
        (2, "1200000.00", "600000.00", Limit.RATE),
        (2, "1200000.02", "600000.00", Limit.CAP),
        (2, "3000000", "600000", Limit.CAP),
        (3, "1999999.99", "999999.99", Limit.RATE),
        (3, "3000000", "1000000", Limit.CAP),
        (4, "2800000", "1400000", Limit.RATE),
        (4, "9000000", "1500000", Limit.CAP),
        (1, "3000000", "0", Limit.LEVEL),
        (0, "3000000", "0", Limit.LEVEL),
    ],
)
def test_caps_by_level(level: int, contract: str, subsidy: str, limit: Limit) -> None:
    found = guangzhou(line(contract), level=level)
    assert (found.subsidy_yuan, found.limit) == (yuan(subsidy), limit)


@pytest.mark.parametrize(
    ("received", "subsidy", "limit"),
    [
        ("0", "600000", Limit.CAP),
        ("250000.50", "349999.50", Limit.ALREADY_RECEIVED),
        ("600000", "0", Limit.ALREADY_RECEIVED),
        ("700000", "0", Limit.ALREADY_RECEIVED),
    ],
)
def test_the_cap_is_cumulative(received: str, subsidy: str, limit: Limit) -> None:
    found = guangzhou(line("2000000"), already_received=yuan(received))
    assert (found.subsidy_yuan, found.limit) == (yuan(subsidy), limit)


def test_a_subsidy_is_rounded_down_to_the_fen_and_the_shares_add_up() -> None:
    found = guangzhou(line("128000.55"), platform_discount=yuan("5000.10"))
    shares = found.shares
    assert shares.government_yuan == yuan("64000.27")
    assert shares.platform_yuan == yuan("5000.10")
    assert shares.enterprise_yuan == yuan("64000.28")
    assert shares.price_yuan == yuan("133000.65")
    assert found.paid_first_yuan == yuan("128000.55")


@given(
    st.lists(st.integers(0, 10**10), max_size=4),
    st.integers(0, 10**9),
    st.integers(0, 10**8),
    st.integers(0, 4),
)
def test_the_three_amounts_add_up_to_the_price(
    contracts: list[int], discount: int, received: int, level: int
) -> None:
    found = guangzhou(
        *(line(str(Decimal(fen) / 100)) for fen in contracts),
        level=level,
        platform_discount=Decimal(discount) / 100,
        already_received=Decimal(received) / 100,
    )
    shares = found.shares
    assert shares.government_yuan is not None
    assert shares.enterprise_yuan is not None
    assert shares.government_yuan + shares.platform_yuan + shares.enterprise_yuan == shares.price_yuan
    assert shares.price_yuan == Decimal(sum(contracts) + discount) / 100
    assert shares.government_yuan <= shares.price_yuan


def test_costs_that_no_source_lists_do_not_count() -> None:
    own = line("22000", category="self_made")
    doubtful = line("5000", category="connected_hardware")
    foreign = line("3000", category="travel")
    found = guangzhou(line("10000"), own, doubtful, foreign)
    assert [part.approved_yuan for part in found.lines] == [10000, 0, 0, 0]
    assert found.subsidy_yuan == 5000
    assert found.net_cost_yuan == 35000
    assert guangzhou(own).limit is Limit.NOTHING_APPROVED
    assert guangzhou().subsidy_yuan == 0


@pytest.mark.parametrize(
    ("paid_on", "counts"),
    [
        (date(2023, 10, 10), False),
        (date(2023, 10, 11), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_payments_outside_the_window_do_not_count(paid_on: date, counts: bool) -> None:
    found = guangzhou(line("10000", paid_on=paid_on))
    assert found.subsidy_yuan == (5000 if counts else 0)


@pytest.mark.parametrize(
    ("on", "in_force"),
    [
        (date(2025, 5, 25), False),
        (date(2025, 5, 26), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_rules_hold_from_their_first_to_their_last_day(on: date, in_force: bool) -> None:
    found = guangzhou(line("10000"), on=on)
    if in_force:
        assert (found.subsidy_yuan, found.policy_id) == (5000, "guangzhou-2025")
        return
    assert found.limit is Limit.NOT_IN_FORCE
    assert (found.subsidy_yuan, found.at_most_yuan, found.net_cost_yuan, found.policy_id) == (None,) * 4
    assert found.reason is not None
    assert str(on) in found.reason
    # What is paid first is known all the same.
    assert found.paid_first_yuan == 10000


@pytest.mark.parametrize(
    ("level", "contract", "most"), [(2, "1000000", 300_000), (3, "50000", 50_000), (4, "9000000", 1_000_000)]
)
def test_zhongshan_has_caps_but_no_known_rate(level: int, contract: str, most: int) -> None:
    found = estimate_subsidy([line(contract)], level, "zhongshan", TODAY)
    assert found.limit is Limit.RATE_UNKNOWN
    assert (found.subsidy_yuan, found.net_cost_yuan, found.approved_yuan) == (None, None, None)
    assert found.shares.government_yuan is None
    assert found.shares.enterprise_yuan is None
    assert found.at_most_yuan == most
    assert found.reason is not None
    assert "未找到" in found.reason
    # Below the gate nothing is paid, whatever the rate.
    assert estimate_subsidy([line(contract)], 1, "zhongshan", TODAY).subsidy_yuan == 0


def test_every_figure_shows_its_source_and_the_notice() -> None:
    for city in ("guangzhou", "zhongshan"):
        figures = estimate_subsidy([line("10000")], 2, city, TODAY).figures
        assert len(figures) >= 5
        for figure in figures:
            assert figure.source
            assert figure.status_name
            assert "以官方通知为准" in figure.text
    rate = estimate_subsidy([line("10000")], 2, "zhongshan", TODAY).figures[0]
    assert (rate.name, rate.status_name) == ("补贴比例", "未找到")


def test_what_cannot_be_estimated_is_refused() -> None:
    with pytest.raises(UnknownCity) as unknown:
        estimate_subsidy([line("1")], 2, "atlantis", TODAY)
    assert unknown.value.place == {"field": "city"}
    assert "广州市（guangzhou）" in unknown.value.detail
    for wrong in ({"already_received": yuan("-1")}, {"platform_discount": yuan("0.001")}):
        with pytest.raises(InvalidInput):
            guangzhou(line("1"), **wrong)
    with pytest.raises(InvalidInput):
        guangzhou(line("1"), already_received=Decimal("NaN"))
    with pytest.raises(InvalidInput):
        guangzhou(line("1"), level=5)


def test_amounts_are_written_exactly() -> None:
    assert yuan_text(yuan("28000")) == "28,000 元"
    assert yuan_text(yuan("28000.00")) == "28,000 元"
    assert yuan_text(yuan("1234.5")) == "1,234.50 元"
    assert yuan_text(yuan("0.01")) == "0.01 元"
