"""Chapter 2: lead units are selected, by application, experts' scores and the city's decision."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from recommender.domain import LeadUnit
from recommender.domain.calendar import SHANGHAI
from recommender.domain.lead_unit import LeadMode
from recommender.domain.record import SYNTHETIC_MARK
from recommender.domain.taxonomy import SubIndustry
from recommender.errors import SmematchError
from recommender.pilot_run.agenda import Steps
from recommender.pilot_run.desk import CITY, Desk
from recommender.sample.records import load_lead_units
from recommender.selection.application import (
    Application,
    AppliedMember,
    Call,
    Expert,
    ScoreSheet,
    ServiceRecord,
)
from recommender.selection.rules import load_selection_rules

ROUND = "units-2025"
_EXPERTS = 5
_APPLY_DAYS, _SCORE_DAYS = 8, 16
#: From the call to the decision, in days.
SELECTION_DAYS = _SCORE_DAYS + 4


def select_units(desk: Desk) -> None:
    """Let the city call, units apply, experts score and the city decide."""
    desk.agenda.begin(_begins(desk), _round(desk))


def _round(desk: Desk) -> Steps:
    selections = desk.here.selections
    start = _begins(desk)
    with desk.here.store.read() as work:
        in_pool = frozenset(one.record.id for one in work.solutions.iterate(audit_state="admitted"))
    call = Call(
        name="合成样本·2025年牵引单位遴选",
        sub_industries=tuple(SubIndustry),
        modes=tuple(LeadMode),
        apply_until=_evening(start + timedelta(days=_APPLY_DAYS)),
        score_until=_evening(start + timedelta(days=_SCORE_DAYS)),
        term_from=start + timedelta(days=_SCORE_DAYS + 1),
        term_until=desk.behaviour.closes_on + timedelta(days=365),
    )
    selections.open(ROUND, call, CITY)
    experts = [Expert(id=f"SYN-X{number}", employer=f"合成高校{number}") for number in range(1, _EXPERTS + 1)]
    selections.name_panel(ROUND, experts, CITY)
    yield 1.0
    applied: dict[SubIndustry, list[str]] = defaultdict(list)
    for unit in load_lead_units():
        # A unit leads in one sub-industry: the first that it serves.
        application = _application(unit, _leads_in(unit), in_pool)
        try:
            selections.apply(ROUND, application, application.unit)
            for member in application.members:
                selections.confirm(ROUND, application.key, member.id)
        except SmematchError as error:
            desk.refused[f"selection: {error.code}"] += 1
            continue
        applied[application.sub_industry].append(application.key)
        yield 0.05
    yield float(_APPLY_DAYS)
    dice = desk.draw(2_000_000)
    items = [item for part in load_selection_rules().sheet for item in part.items]
    strength = {key: 0.65 + 0.3 * dice.draw.share() for keys in applied.values() for key in keys}
    for expert in experts:
        sheets = [
            ScoreSheet(
                application=key,
                points={
                    item.code: _points(item.points, strength[key] + 0.05 * dice.draw.normal())
                    for item in items
                },
            )
            for keys in applied.values()
            for key in keys
        ]
        selections.score(ROUND, sheets, expert.id)
        yield 0.2
    yield float(_SCORE_DAYS - _APPLY_DAYS)
    for sub, keys in applied.items():
        best = sorted(keys, key=lambda key: -strength[key])[: load_selection_rules().places]
        try:
            selections.decide(ROUND, sub, best, "按专家评分", CITY, deviation_reason="评分并列，按名额")
        except SmematchError as error:
            desk.refused[f"selection: {error.code}"] += 1
        yield 0.05


def _begins(desk: Desk) -> date:
    """Return the day of the call: once the pool is filled, so that consortia can name its products."""
    return desk.behaviour.starts_on + timedelta(days=desk.behaviour.pool_days)


def _leads_in(unit: LeadUnit) -> SubIndustry:
    return unit.sub_industries[0] if unit.sub_industries else SubIndustry.APPAREL


def _application(unit: LeadUnit, sub: SubIndustry, in_pool: frozenset[str]) -> Application:
    kinds = [kind.code for kind in load_selection_rules().integrator_kinds]
    members = [
        AppliedMember(
            id=f"{unit.id}-I{number}",
            name=member.name,
            part="integrator",
            kind=kinds[number % len(kinds)],
            role=member.role or "系统集成",
            scenarios=member.scenarios,
            description="合成样本单位，只用于演练",
        )
        for number, member in enumerate(unit.consortium.integrators or unit.consortium.ecosystem[:1])
    ]
    members += [
        AppliedMember(
            id=f"{unit.id}-E{number}",
            name=member.name,
            part="ecosystem",
            role=member.role or "生态产品",
            scenarios=member.scenarios,
            description="合成样本单位，只用于演练",
        )
        for number, member in enumerate(unit.consortium.ecosystem)
    ]
    total = unit.capacity.total if unit.capacity else 30
    return Application(
        unit=unit.id,
        name=unit.name,
        sub_industry=sub,
        mode=unit.mode,
        members=tuple(members),
        scenarios=unit.scenarios,
        capacity=max(60, total * 3),
        districts=(),
        solution_ids=tuple(one for one in unit.solution_ids if one in in_pool),
        service=ServiceRecord(served=40, reached_level=30, evidence="合成样本的验收材料"),
        commitments=tuple(one.code for one in load_selection_rules().form.commitments),
        text=unit.text,
        synthetic=True,
        mark=SYNTHETIC_MARK,
    )


def _points(most: int | Decimal, share: float) -> Decimal:
    return Decimal(round(float(most) * min(1.0, max(0.2, share)), 1)).quantize(Decimal("0.1"))


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(18), SHANGHAI).astimezone(UTC)
