"""What a project may be paid, by the policy in force and what its enterprise has or will have received."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal

from recommender.course.project import Project
from recommender.policy.estimate import SpendLine, SubsidyEstimate
from recommender.policy.subsidy import estimate_subsidy
from recommender.subsidy_round.claims import Claim
from recommender.subsidy_round.ledger import Round
from recommender.subsidy_round.rules import load_round_rules

_FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def fen(amount: Decimal) -> Decimal:
    """Return an amount rounded down to the fen."""
    return amount.quantize(_FEN, rounding=ROUND_DOWN)


def reckoned(project: Project, received: Decimal, on: date) -> SubsidyEstimate | None:
    """Return the subsidy by the rules in force on a day; None while level or an amount is unknown."""
    if project.level_after is None or project.approved_yuan is None or project.contract_yuan is None:
        return None
    line = SpendLine(
        name=project.project or project.partner,
        contract_yuan=fen(project.contract_yuan),
        invoice_ex_tax_yuan=None if project.invoice_yuan is None else fen(project.invoice_yuan),
        paid_yuan=None if project.paid_yuan is None else fen(project.paid_yuan),
    )
    rules = load_round_rules()
    return estimate_subsidy([line], project.level_after, rules.city, on, already_received=received)


def bound_elsewhere(claim: Claim, claims: Iterable[Claim], rounds: Iterable[Round]) -> Decimal:
    """Return what the enterprise was paid, or is to be paid, for its other projects.

    What a round has passed or collected and not paid yet counts, so that projects that are decided side by
    side cannot each use up the whole cap. What was paid through a round is among the payments.
    """
    paid = {
        other.key: other.project.subsidy_paid_yuan or ZERO
        for other in claims
        if other.project.enterprise == claim.project.enterprise and other.key != claim.key
    }
    for round_ in rounds:
        for entry in round_.entries.values():
            waiting = entry.state == "passed" or (entry.state == "collected" and round_.closed_on is None)
            if entry.enterprise == claim.project.enterprise and entry.key != claim.key and waiting:
                paid[entry.key] = max(paid.get(entry.key, ZERO), entry.amount_yuan)
    return fen(sum(paid.values(), start=ZERO))
