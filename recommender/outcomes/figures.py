"""What the board counts, each thing once with its day, district and sub-industries.

Every number of the board is one function here on the log and the records; ``docs/board_figures.md`` gives an
independent SQL statement for each.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from recommender.course.project import Project
from recommender.course.projects import projects
from recommender.domain import Enterprise, Solution
from recommender.domain.calendar import local_day
from recommender.domain.solution import AuditState
from recommender.outcomes.chosen import Chosen, chosen
from recommender.outcomes.targets import Counts
from recommender.store import UnitOfWork


class Counted(NamedTuple):
    """One thing that counts.

    Attributes
    ----------
    district : str, optional
        None for what has none, as a product.
    sub_industries : tuple of str
        Empty where none is told or all are meant.
    """

    key: str
    on: date
    district: str | None
    sub_industries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What figures are taken from, all as it was known at one moment.

    Attributes
    ----------
    listed : frozenset of str
        Enterprises with a ``pilot_listed`` event.
    begun : date
        First day that anything is known of.
    """

    today: date
    begun: date
    projects: tuple[Project, ...]
    firms: Mapping[str, Enterprise]
    products: Mapping[str, Solution]
    product_days: Mapping[str, date]
    chosen: Mapping[tuple[str, str], Chosen]
    listed: frozenset[str]


def facts_at(work: UnitOfWork, moment: datetime) -> Facts:
    """Read what was known at a moment."""
    rows = projects(work, moment)
    first = {key: local_day(at) for key, at in work.enterprises.first_recorded(moment).items()}
    today = local_day(moment)
    days = [*first.values(), *(row.steps[0].on for row in rows)]
    listed = {line.subject for line in work.events.lines(moment, types=["pilot_listed"])}
    return Facts(
        today=today,
        begun=min(days, default=today),
        projects=tuple(rows),
        firms={key: one.record for key, one in work.enterprises.as_of(moment).items()},
        products={key: one.record for key, one in work.solutions.as_of(moment).items()},
        product_days={key: local_day(at) for key, at in work.solutions.first_recorded(moment).items()},
        chosen=chosen(work, moment),
        listed=frozenset(listed & first.keys()),
    )


def within(facts: Facts, district: str | None, sub_industry: str | None) -> Facts:
    """Return what concerns enterprises of a district and a sub-industry; products by sub-industry alone."""
    firms = {
        key: firm
        for key, firm in facts.firms.items()
        if district in {None, firm.district} and sub_industry in {None, firm.sub_industry}
    }
    products = {
        key: product
        for key, product in facts.products.items()
        if district is None and (sub_industry is None or sub_industry in product.sub_industries)
    }
    kept = {
        key: one
        for key, one in facts.chosen.items()
        if one.subject in firms
        or one.subject in products
        or (one.kind == "district_sample" and sub_industry is None and district in {None, one.subject})
    }
    return Facts(
        today=facts.today,
        begun=facts.begun,
        projects=tuple(row for row in facts.projects if row.enterprise in firms),
        firms=firms,
        products=products,
        product_days=facts.product_days,
        chosen=kept,
        listed=facts.listed & firms.keys(),
    )


def counted(facts: Facts, what: Counts) -> tuple[Counted, ...]:
    """Return what counts for a figure, by key."""
    if what == "enterprises_accepted":
        return _enterprises(facts)
    if what == "products_admitted":
        return _products(facts)
    return tuple(_chosen(facts, one) for (kind, _), one in sorted(facts.chosen.items()) if kind == what)


def _enterprises(facts: Facts) -> tuple[Counted, ...]:
    first: dict[str, date] = {}
    for row in facts.projects:
        if row.accepted_on is not None:
            first[row.enterprise] = min(row.accepted_on, first.get(row.enterprise, row.accepted_on))
    return tuple(_of_firm(facts, key, key, on) for key, on in sorted(first.items()))


def _of_firm(facts: Facts, key: str, uscc: str, on: date) -> Counted:
    firm = facts.firms[uscc]
    return Counted(key, on, firm.district, (firm.sub_industry.value,) if firm.sub_industry else ())


def _products(facts: Facts) -> tuple[Counted, ...]:
    return tuple(
        Counted(key, facts.product_days[key], None, tuple(one.value for one in product.sub_industries))
        for key, product in sorted(facts.products.items())
        if product.audit_state is AuditState.ADMITTED and product.in_scope
    )


def _chosen(facts: Facts, one: Chosen) -> Counted:
    if one.subject in facts.firms:
        return _of_firm(facts, one.candidate, one.subject, one.on)
    product = facts.products.get(one.subject)
    subs = tuple(sub.value for sub in product.sub_industries) if product else ()
    district = one.subject if one.kind == "district_sample" else None
    return Counted(one.candidate, one.on, district, subs)


def enterprises_listed(facts: Facts) -> int:
    """Enterprises on the pilot's list."""
    return len(facts.listed)


def projects_signed(facts: Facts) -> int:
    """Projects that any event tells of."""
    return len(facts.projects)


def projects_accepted(facts: Facts) -> int:
    """Projects whose acceptance is the last word."""
    return sum(row.accepted_on is not None for row in facts.projects)


def projects_withdrawn(facts: Facts) -> int:
    """Projects that ended without acceptance."""
    return sum(row.withdrawn_on is not None for row in facts.projects)


def subsidy_paid_yuan(facts: Facts) -> Decimal:
    """Sum of all payments."""
    return sum((row.subsidy_paid_yuan or Decimal(0) for row in facts.projects), start=Decimal("0.00"))


def enterprises_paid(facts: Facts) -> int:
    """Enterprises with at least one payment."""
    return len({row.enterprise for row in facts.projects if row.subsidy_paid_yuan})
