"""The values of a subsidy estimate: what is spent, what is approved, who bears how much."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from recommender.diagnosis.level_rule import HIGHEST_LEVEL
from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.policy.rules import SpendMeasure
from recommender.policy.sourced import NOTICE, SourceStatus


class SpendLine(Value):
    """One contract or cost, as the contract says after any discount.

    Attributes
    ----------
    category : str
        Code of a cost category of the rules, such as ``software``.
    invoice_ex_tax_yuan, paid_yuan : Decimal, optional
        None while not known; only the known ones are compared.
    paid_on : date, optional
        Day of payment, held against the eligible window.
    """

    name: str
    category: str = "software"
    contract_yuan: Yuan
    invoice_ex_tax_yuan: Yuan | None = None
    paid_yuan: Yuan | None = None
    paid_on: date | None = None

    def amount(self, measure: SpendMeasure) -> Decimal | None:
        """Return one of the three amounts."""
        return {
            SpendMeasure.CONTRACT: self.contract_yuan,
            SpendMeasure.INVOICE_EX_TAX: self.invoice_ex_tax_yuan,
            SpendMeasure.PAYMENT: self.paid_yuan,
        }[measure]


class ApprovedLine(Value):
    """What is approved of one line, and why no more.

    Attributes
    ----------
    decided_by : SpendMeasure, optional
        The least amount; None when the line does not count at all.
    """

    name: str
    contract_yuan: Yuan
    approved_yuan: Yuan
    decided_by: SpendMeasure | None
    text: str


class Limit(StrEnum):
    """What the amount ends at."""

    NOT_IN_FORCE = "not_in_force"
    RATE_UNKNOWN = "rate_unknown"
    LEVEL = "level"
    NOTHING_APPROVED = "nothing_approved"
    RATE = "rate"
    CAP = "cap"
    ALREADY_RECEIVED = "already_received"


class Shares(Value):
    """政府补一点、平台让一点、企业出一点: three amounts that add up to ``price_yuan``.

    Attributes
    ----------
    government_yuan, enterprise_yuan : Decimal, optional
        None while the subsidy cannot be told.
    """

    price_yuan: Yuan
    government_yuan: Yuan | None
    platform_yuan: Yuan
    enterprise_yuan: Yuan | None


class CitedFigure(Value):
    """A figure of the rules as it is shown, with its source."""

    name: str
    text: str
    source: str
    status: SourceStatus
    status_name: str


class SubsidyEstimate(Value):
    """An estimate, never a promise.

    Attributes
    ----------
    approved_yuan : Decimal, optional
        None where the rules do not tell how spend is approved.
    subsidy_yuan : Decimal, optional
        None where it cannot be told; ``reason`` says why.
    at_most_yuan : Decimal, optional
        What it cannot exceed, given also where the amount itself is unknown.
    paid_first_yuan : Decimal
        What the enterprise pays before it is refunded: the subsidy comes after acceptance.
    net_cost_yuan : Decimal, optional
        What the enterprise bears in the end.
    limit : Limit
        What the amount ends at; ``limit_text`` says it in Chinese.
    """

    city: str
    city_name: str
    on: date
    policy_id: str | None
    policy_version: str | None
    level_after: Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)]
    lines: tuple[ApprovedLine, ...]
    approved_yuan: Yuan | None
    cap_yuan: Yuan | None
    already_received_yuan: Yuan
    subsidy_yuan: Yuan | None
    at_most_yuan: Yuan | None
    shares: Shares
    paid_first_yuan: Yuan
    net_cost_yuan: Yuan | None
    limit: Limit
    limit_text: str
    reason: str | None
    cautions: tuple[str, ...]
    figures: tuple[CitedFigure, ...]
    conditions: tuple[str, ...]
    notice: str = NOTICE


def yuan_text(amount: Decimal) -> str:
    """Exact amount as it is written: 28,000 元, 1,234.56 元."""
    whole = amount == amount.to_integral_value()
    return f"{amount:,.0f} 元" if whole else f"{amount:,.2f} 元"
