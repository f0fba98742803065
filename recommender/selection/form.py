"""The form check of an application: everything that is wrong with it before anyone scores it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from recommender.domain import LeadUnit, Solution
from recommender.domain.lead_unit import MODE_NAMES
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import load_taxonomy
from recommender.pool.form import FormFinding, Severity
from recommender.selection.application import Application, AppliedMember
from recommender.selection.faults import SelectionFormFaulty
from recommender.selection.interests import rivalries
from recommender.selection.ledger import Round
from recommender.selection.rules import load_selection_rules
from recommender.store import UnitOfWork
from recommender.text.tokens import normalise

_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "suggestion": 2}


@dataclass(frozen=True, slots=True)
class Known:
    """Records that an application is held against.

    Attributes
    ----------
    firms : frozenset of str
        Ids and credit codes of all firms that a record names.
    solutions : mapping
        The products that the application names and that exist.
    """

    unit: LeadUnit | None
    firms: frozenset[str]
    solutions: Mapping[str, Solution]


def known_of(work: UnitOfWork, application: Application, at: datetime) -> Known:
    """Read the records that an application is held against, as they were at a moment."""
    ids = {member.id for member in application.members}
    unit = work.lead_units.as_of(at, [application.unit]).get(application.unit)
    firms = {
        *work.lead_units.first_recorded(at, ids),
        *work.enterprises.first_recorded(at, ids),
        *work.solutions.provider_names(at, ids),
    }
    solutions = work.solutions.as_of(at, application.solution_ids)
    return Known(
        unit=unit.record if unit else None,
        firms=frozenset(firms),
        solutions={key: one.record for key, one in solutions.items()},
    )


def check_form(
    application: Application, round_: Round, known: Known, confirmed: Mapping[str, AppliedMember]
) -> tuple[FormFinding, ...]:
    """Return all findings, errors first.

    Parameters
    ----------
    confirmed : mapping
        What each member confirmed, by id.
    """
    others = [
        one.application
        for sub in round_.call.sub_industries
        for one in round_.entries_of(sub)
        if one.key != application.key
    ]
    found = [
        *_called(application, round_),
        *_consortium(application, known),
        *_unit(application, known.unit),
        *_strength(application, known),
        *_commitments(application),
        *rivalries(application, others),
        *_confirmations(application.unconfirmed(confirmed)),
    ]
    return tuple(sorted(found, key=lambda finding: _ORDER[finding.severity]))


def errors_of(findings: Iterable[FormFinding]) -> tuple[FormFinding, ...]:
    """Return the findings that keep an application from being taken or selected."""
    return tuple(finding for finding in findings if finding.severity == "error")


def refuse_errors(findings: tuple[FormFinding, ...]) -> None:
    """Raise if a finding is an error.

    Raises
    ------
    SelectionFormFaulty
        ``place`` names the first field.
    """
    if errors := errors_of(findings):
        raise SelectionFormFaulty(
            "；".join(finding.text for finding in errors), place={"field": errors[0].field}
        )


def _called(application: Application, round_: Round) -> Iterator[FormFinding]:
    if application.sub_industry not in round_.call.sub_industries:
        name = load_taxonomy().sub_industry_name(application.sub_industry)
        yield _error("sub_industry_not_called", "sub_industry", f"本批次不征集{name}的牵引单位")
    if application.mode not in round_.call.modes:
        yield _error("mode_not_called", "mode", f"本批次不征集{MODE_NAMES[application.mode]}")


def _consortium(application: Application, known: Known) -> Iterator[FormFinding]:
    rules = load_selection_rules()
    integrators = [member for member in application.members if member.part == "integrator"]
    ecosystem = [member for member in application.members if member.part == "ecosystem"]
    if not integrators:
        yield _error("no_integrator", "members", "1+1+N 联合体缺少集成商")
    if len(ecosystem) < rules.form.least_ecosystem:
        text = f"1+1+N 联合体至少要有 {rules.form.least_ecosystem} 家生态企业，现有 {len(ecosystem)} 家"
        yield _error("few_ecosystem", "members", text)
    kinds = {kind.code: kind.name for kind in rules.integrator_kinds}
    for member in integrators:
        if member.kind not in kinds:
            text = f"集成商“{member.name}”的类型应为其中之一：{'、'.join(kinds.values())}"
            yield _error("integrator_kind", "members", text)
    for member in application.members:
        if member.id not in known.firms and not member.description:
            text = f"成员“{member.name}”没有登记过，请写明它是怎样的企业"
            yield _error("member_unknown", "members", text)
    yield from _repeated(application)


def _repeated(application: Application) -> Iterator[FormFinding]:
    seen: set[str] = set()
    for member in application.members:
        same = {member.id, normalise(member.name)}
        if same & seen:
            yield _error("member_repeated", "members", f"成员“{member.name}”出现了不止一次")
        seen |= same
    if seen & application.own_ids or normalise(application.name) in seen:
        yield _error("lead_is_member", "members", "牵头单位不能同时是自己的集成商或生态企业")


def _unit(application: Application, unit: LeadUnit | None) -> Iterator[FormFinding]:
    if unit is None:
        return
    if normalise(unit.name) != normalise(application.name):
        text = f"编号 {unit.id} 是牵引单位“{unit.name}”，与申报的单位名称不符"
        yield _error("other_unit", "unit", text)
    elsewhere = set(unit.sub_industries) - {application.sub_industry}
    if elsewhere and not unit.term_ended and unit.mode != application.mode:
        text = f"该单位在其他细分行业按{MODE_NAMES[unit.mode]}牵引，一家单位只能用一种模式"
        yield _error("mode_differs", "mode", text)


def _strength(application: Application, known: Known) -> Iterator[FormFinding]:
    form = load_selection_rules().form
    if application.capacity < form.least_capacity:
        text = f"服务容量至少 {form.least_capacity} 家企业，申报 {application.capacity} 家"
        yield _error("little_capacity", "capacity", text)
    missing = [key for key in application.solution_ids if key not in known.solutions]
    if missing:
        yield _error("unknown_solution", "solution_ids", f"产品池里没有产品 {missing[0]}")
    waiting = [key for key, one in known.solutions.items() if one.audit_state is not AuditState.ADMITTED]
    if waiting:
        text = f"有 {len(waiting)} 个产品没有在池（{waiting[0]} 等），入选后不会被推荐"
        yield _finding("solution_not_admitted", "solution_ids", "warning", text)
    if application.service.served < form.least_served:
        text = f"建议已服务不少于 {form.least_served} 家中小企业，申报 {application.service.served} 家"
        yield _finding("little_record", "service.served", "warning", text)
    if application.service.served and not application.service.evidence:
        yield _finding("record_without_evidence", "service.evidence", "warning", "服务业绩没有写明证明材料")


def _commitments(application: Application) -> Iterator[FormFinding]:
    declared = load_selection_rules().form.commitments
    lacking = [one.name for one in declared if one.code not in application.commitments]
    if lacking:
        yield _error("commitment_missing", "commitments", f"缺少承诺：{'；'.join(lacking)}")
    if set(application.commitments) - {one.code for one in declared}:
        yield _error("commitment_unknown", "commitments", "有不在承诺书里的承诺")


def _confirmations(unconfirmed: tuple[AppliedMember, ...]) -> Iterator[FormFinding]:
    if unconfirmed:
        names = "、".join(member.name for member in unconfirmed)
        yield _finding("unconfirmed", "members", "warning", f"待成员确认：{names}；全部确认后才能入选")


def _error(code: str, field: str, text: str) -> FormFinding:
    return _finding(code, field, "error", text)


def _finding(code: str, field: str, severity: Severity, text: str) -> FormFinding:
    return FormFinding(code=code, field=field, severity=severity, text=text)
