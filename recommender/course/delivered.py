"""Parts of the case file about the projects: links declared and proven, subsidy, complaints."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_DOWN, Decimal

from recommender.course.belonging import Belonging
from recommender.course.case_file import (
    ComplaintEntry,
    LinkEntry,
    ProjectEntry,
    Proof,
    ServedLine,
    SubsidyEntry,
)
from recommender.course.naming import Names
from recommender.course.project import DeclaredLink, Project
from recommender.course.standing import Standing
from recommender.domain.calendar import local_day
from recommender.domain.taxonomy import Scenario, load_taxonomy
from recommender.policy.estimate import SpendLine
from recommender.policy.sourced import NOTICE
from recommender.policy.subsidy import estimate_subsidy
from recommender.store.repositories.events import EventLine

#: By whose rules the subsidy is estimated: the pilot is Guangzhou's.
CITY = "guangzhou"
_FEN = Decimal("0.01")
Grades = Mapping[str, Mapping[Scenario, int]]


def project_entries(
    projects: Iterable[Project],
    standings: Iterable[Standing],
    grades: Grades,
    names: Names,
    today: date,
) -> tuple[ProjectEntry, ...]:
    """Return the projects with names, proof of their links, and their subsidy."""
    projects = list(projects)
    return tuple(
        ProjectEntry(
            facts=project,
            partner_name=names.partner(project.partner) if project.partner else "未写明",
            solutions=tuple(
                ServedLine(rank=rank, id=key, name=names.product(key))
                for rank, key in enumerate(project.solutions, start=1)
            ),
            standing=standing,
            links=tuple(_link(link, project, grades) for link in project.links),
            subsidy=subsidy_of(project, projects, today),
        )
        for project, standing in zip(projects, standings, strict=True)
    )


def subsidy_of(project: Project, all_of_firm: Iterable[Project], today: date) -> SubsidyEntry:
    """Estimate a project's subsidy by the rules of a day, beside what was asked for and paid."""
    told = {
        "requested_yuan": project.subsidy_requested_yuan,
        "requested_on": project.subsidy_requested_on,
        "paid_yuan": project.subsidy_paid_yuan,
        "paid_on": project.subsidy_paid_on,
        "notice": NOTICE,
    }
    lacking = [
        title
        for title, value in (("合同金额", project.contract_yuan), ("改造后等级", project.level_after))
        if value is None
    ]
    if project.contract_yuan is None or project.level_after is None:
        text = f"缺{'、'.join(lacking)}，无法估算"
        return SubsidyEntry(policy_version=None, estimated_yuan=None, at_most_yuan=None, text=text, **told)
    # Under a cumulative cap, what other projects of the firm received counts.
    received = [other.subsidy_paid_yuan for other in all_of_firm if other is not project]
    line = SpendLine(
        name=project.project or project.partner,
        contract_yuan=_fen(project.contract_yuan),
        invoice_ex_tax_yuan=None if project.invoice_yuan is None else _fen(project.invoice_yuan),
        paid_yuan=None if project.paid_yuan is None else _fen(project.paid_yuan),
    )
    estimate = estimate_subsidy(
        [line],
        project.level_after,
        CITY,
        today,
        already_received=_fen(sum((amount for amount in received if amount is not None), start=Decimal(0))),
    )
    return SubsidyEntry(
        policy_version=estimate.policy_version,
        estimated_yuan=estimate.subsidy_yuan,
        at_most_yuan=estimate.at_most_yuan,
        text=estimate.limit_text,
        **told,
    )


def complaint_entries(uscc: str, told: Belonging, names: Names) -> tuple[ComplaintEntry, ...]:
    """Return the complaints, oldest first, with what became of them."""
    placed: list[tuple[str | None, EventLine]] = [(None, line) for line in (*told.own, *told.unclear)]
    placed += [(key.project, line) for key, lines in told.projects.items() for line in lines]
    closing = {
        str(line.attributes.get("complaint")): line
        for _, line in sorted(placed, key=lambda pair: _order(pair[1]))
        if line.type == "complaint_closed"
    }
    made = sorted(
        ((project, line) for project, line in placed if line.type == "complaint"),
        key=lambda pair: _order(pair[1]),
    )
    return tuple(_complaint(uscc, project, line, closing.get(line.event_id), names) for project, line in made)


def _complaint(
    uscc: str, project: str | None, line: EventLine, closed: EventLine | None, names: Names
) -> ComplaintEntry:
    against = line.object if line.subject == uscc else line.subject
    return ComplaintEntry(
        event_id=line.event_id,
        on=local_day(line.occurred_at),
        project=project,
        against=names.partner(against),
        reason=str(line.attributes.get("reason", "")),
        closed_on=local_day(closed.occurred_at) if closed else None,
        upheld=closed.attributes.get("upheld") is True if closed else None,
        outcome=str(closed.attributes.get("reason", "")) if closed else None,
    )


def _order(line: EventLine) -> tuple[float, int]:
    return line.occurred_at.timestamp(), line.sequence


def _link(link: DeclaredLink, project: Project, grades: Grades) -> LinkEntry:
    before = grades.get(project.diagnosis_before or "", {}).get(link.scenario)
    after = grades.get(project.diagnosis_after or "", {}).get(link.scenario)
    proof: Proof = "open"
    if project.diagnosis_after is not None:
        proof = "proven" if after is not None and after >= link.level else "below"
    return LinkEntry(
        scenario=link.scenario,
        name=load_taxonomy().scenario_name(link.scenario),
        declared=link.level,
        on=link.on,
        before=before,
        after=after,
        proof=proof,
    )


def _fen(amount: Decimal) -> Decimal:
    return amount.quantize(_FEN, rounding=ROUND_DOWN)
