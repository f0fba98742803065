"""What the service of the round answers."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.domain.taxonomy import load_taxonomy
from recommender.policy.sourced import NOTICE
from recommender.subsidy_round.amounts import ZERO, fen
from recommender.subsidy_round.checks import Checked
from recommender.subsidy_round.claims import Claim
from recommender.subsidy_round.finding import Finding
from recommender.subsidy_round.ledger import STATE_NAMES, Entry, Round, State


class RoundRow(Value):
    """One project of a round as tables show it.

    Attributes
    ----------
    amount_yuan : Decimal
        Proposed by the district until the city has passed it.
    """

    key: str
    enterprise: str
    enterprise_name: str
    mark: str | None
    project: str | None
    partner: str | None
    partner_name: str
    district: str
    district_name: str
    state: State
    state_name: str
    on: date
    contract_yuan: Yuan | None
    invoice_yuan: Yuan | None
    paid_yuan: Yuan | None
    approved_yuan: Yuan | None
    level_before: int | None
    level_after: int | None
    amount_yuan: Yuan
    note: str | None
    reason: str | None


class DistrictSum(Value):
    """A district's line of the city's total.

    Attributes
    ----------
    approved_yuan : Decimal
        Approved spend of what counts.
    amount_yuan : Decimal
        Of what counts: collected, passed or paid.
    """

    district: str
    district_name: str
    projects: int
    enterprises: int
    waiting: int
    passed: int
    returned: int
    refused: int
    approved_yuan: Yuan
    amount_yuan: Yuan


class RoundHead(Value):
    """A round without its projects."""

    id: str
    name: str
    accepted_from: date
    accepted_until: date
    opened_on: date
    closed_on: date | None
    projects: int
    amount_yuan: Yuan


class RoundView(RoundHead):
    """A round with its projects and sums; ``irregular`` is what was told out of order and not counted."""

    rows: tuple[RoundRow, ...]
    districts: tuple[DistrictSum, ...]
    irregular: tuple[str, ...]
    notice: str = NOTICE


class CheckedClaim(Value):
    """An accepted project with what its checks found."""

    key: str
    enterprise: str
    enterprise_name: str
    mark: str | None
    project: str | None
    partner_name: str
    district: str | None
    state: State | None
    amount_yuan: Yuan | None
    failed: int
    unknown: int
    findings: tuple[Finding, ...]


class CheckReport(Value):
    """Every accepted project of a district, or of all, checked for a round."""

    round: str
    district: str | None
    items: tuple[CheckedClaim, ...]


class Held(Value):
    """A project that was not collected, and why."""

    key: str
    enterprise_name: str
    why: tuple[str, ...]
    place: dict[str, Any]


class Collected(Value):
    """What a district's collecting came to.

    Attributes
    ----------
    unchanged : tuple of str
        In the round already.
    """

    round: str
    district: str
    collected: tuple[str, ...]
    unchanged: tuple[str, ...]
    held: tuple[Held, ...]


Decision = Literal["pass", "return", "refuse"]


def head_of(round_: Round) -> dict[str, Any]:
    """Return the fields of a round without its projects."""
    return {
        "id": round_.id,
        "name": round_.name,
        "accepted_from": round_.accepted_from,
        "accepted_until": round_.accepted_until,
        "opened_on": round_.opened_on,
        "closed_on": round_.closed_on,
        "projects": len(round_.entries),
        "amount_yuan": sum((e.amount_yuan for e in round_.entries.values() if _counts(e)), start=ZERO),
    }


def _counts(entry: Entry | RoundRow) -> bool:
    return entry.state in {"collected", "passed", "paid"}


def view_of(round_: Round, claims: dict[str, Claim], district: str | None) -> RoundView:
    """Return a round, of one district if named, by district and enterprise."""
    chosen = [e for e in round_.entries.values() if district in {None, e.district}]
    rows = sorted(
        (_row(entry, claims.get(entry.key)) for entry in chosen),
        key=lambda row: (row.district, row.enterprise, row.key),
    )
    codes = sorted({row.district for row in rows})
    return RoundView(
        **head_of(round_),
        rows=tuple(rows),
        districts=tuple(_sum_of(code, [row for row in rows if row.district == code]) for code in codes),
        irregular=tuple(round_.irregular),
    )


def _row(entry: Entry, claim: Claim | None) -> RoundRow:
    facts = claim.project if claim else None

    def amount(value: Decimal | None) -> Decimal | None:
        return None if value is None else fen(value)

    return RoundRow(
        key=entry.key,
        enterprise=entry.enterprise,
        enterprise_name=claim.enterprise.name if claim else entry.enterprise,
        mark=claim.enterprise.face_mark if claim else None,
        project=entry.project,
        partner=entry.partner,
        partner_name=claim.partner_name if claim else entry.partner or "未写明",
        district=entry.district,
        district_name=district_name(entry.district),
        state=entry.state,
        state_name=STATE_NAMES[entry.state],
        on=entry.on,
        contract_yuan=amount(facts.contract_yuan) if facts else None,
        invoice_yuan=amount(facts.invoice_yuan) if facts else None,
        paid_yuan=amount(facts.paid_yuan) if facts else None,
        approved_yuan=amount(facts.approved_yuan) if facts else None,
        level_before=facts.level_before if facts else None,
        level_after=facts.level_after if facts else None,
        amount_yuan=entry.amount_yuan,
        note=entry.note,
        reason=entry.reason,
    )


def _sum_of(code: str, rows: list[RoundRow]) -> DistrictSum:
    counted = [row for row in rows if _counts(row)]
    return DistrictSum(
        district=code,
        district_name=district_name(code),
        projects=len(rows),
        enterprises=len({row.enterprise for row in rows}),
        waiting=_in(rows, "collected"),
        passed=_in(rows, "passed", "paid"),
        returned=_in(rows, "returned"),
        refused=_in(rows, "refused"),
        approved_yuan=sum((row.approved_yuan or ZERO for row in counted), start=ZERO),
        amount_yuan=sum((row.amount_yuan for row in counted), start=ZERO),
    )


def _in(rows: Iterable[RoundRow], *states: State) -> int:
    return sum(row.state in states for row in rows)


def district_name(code: str) -> str:
    """Return the Chinese name of a district; a code that is none stands for itself."""
    return load_taxonomy().district_name(code) or code


def checked_view(claim: Claim, checked: Checked, state: State | None) -> CheckedClaim:
    """Return a checked project with its names."""
    return CheckedClaim(
        key=claim.key,
        enterprise=claim.project.enterprise,
        enterprise_name=claim.enterprise.name,
        mark=claim.enterprise.face_mark,
        project=claim.project.project,
        partner_name=claim.partner_name,
        district=claim.enterprise.district,
        state=state,
        amount_yuan=checked.amount_yuan,
        failed=sum(finding.outcome == "failed" for finding in checked.findings),
        unknown=sum(finding.outcome == "unknown" for finding in checked.findings),
        findings=checked.findings,
    )
