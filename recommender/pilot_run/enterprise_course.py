"""Chapter 3: every enterprise from its file to the subsidy, or out of it."""

from datetime import timedelta
from decimal import Decimal

from recommender.domain import Diagnosis, Enterprise
from recommender.domain.calendar import local_day
from recommender.domain.enterprise import ConsentPurpose, PartnerKind
from recommender.errors import SmematchError
from recommender.matching.answer import Recommendation
from recommender.matching.request import RecommendationRequest, Target
from recommender.pilot_run.agenda import Steps
from recommender.pilot_run.desk import Desk, Dice
from recommender.pilot_run.project_course import ProjectCourse
from recommender.pilot_run.unit_selection import SELECTION_DAYS
from recommender.planning.request import PlanRequest
from recommender.sample.generator import make_enterprises

#: Where a firm is that the sample places nowhere.
DEFAULT_DISTRICT = "440112"
#: How often each of the first places of a list gets the contact.
_PLACES = (0.5, 0.25, 0.12, 0.08, 0.05)


def bring_in(desk: Desk, count: int) -> None:
    """Let the enterprises come in week by week."""
    start = desk.behaviour.starts_on + timedelta(days=desk.behaviour.pool_days + SELECTION_DAYS)
    pairs = make_enterprises(count, desk.seed)
    for number, (firm, diagnosis) in enumerate(pairs):
        week = number // desk.behaviour.enterprises_per_week
        on = start + timedelta(days=7 * week + number % 5)
        desk.agenda.begin(on, _course(desk, number, firm, diagnosis))


def _course(desk: Desk, number: int, firm: Enterprise, diagnosis: Diagnosis) -> Steps:
    dice, here, uscc = desk.draw(number), desk.here, firm.uscc
    today = local_day(desk.agenda.clock())
    with here.store.begin() as work:
        work.enterprises.put(_completed(firm))
        work.diagnoses.put(diagnosis.model_copy(update={"assessed_on": today}))
    yield dice.days("look")
    if dice.chance("consent_lead_units"):
        here.consenting.grant(uscc, ConsentPurpose.SHOW_TO_LEAD_UNITS, None, None, uscc)
    if dice.chance("consent_vendors"):
        here.consenting.grant(uscc, ConsentPurpose.SHOW_TO_VENDORS, None, None, uscc)
    if not dice.chance("applies"):
        return
    yield dice.days("apply")
    yield from _listed(desk, dice, uscc, _completed(firm).district or DEFAULT_DISTRICT)
    yield dice.days("look")
    products = _look(desk, dice, uscc, Target.SOLUTION)
    yield 0.1
    units = _look(desk, dice, uscc, Target.LEAD_UNIT)
    if dice.chance("asks_plan"):
        _plan(desk, uscc)
    if units is None or not units.items or not dice.chance("opens_contact"):
        return
    partner, list_id = _chosen(dice, units), str(units.recommendation_id)
    here.consenting.open_contact(uscc, PartnerKind.LEAD_UNIT, partner, uscc, recommendation_id=list_id)
    yield dice.days("sign")
    if dice.chance("signs"):
        bought = [] if products is None else [item.id for item in products.items[: dice.draw.between(1, 3)]]
        district = _completed(firm).district or DEFAULT_DISTRICT
        yield from ProjectCourse(desk, dice, uscc, district, partner, list_id, diagnosis).steps(bought)


def _completed(firm: Enterprise) -> Enterprise:
    """Return the firm as it files itself: the pilot asks for what the sample sometimes leaves out."""
    known = firm.contact.model_dump(exclude_none=True) if firm.contact else {}
    contact = {"person": "合成联系人", "phone": "000-0000-0000", **known}
    filled = {
        "district": firm.district or DEFAULT_DISTRICT,
        "sub_industry": firm.sub_industry or "apparel",
        "employees": firm.employees or 60,
        "revenue_yuan": firm.revenue_yuan or Decimal(20_000_000),
        "contact": contact,
        "consents": (),
    }
    computed = set(Enterprise.model_computed_fields)
    return Enterprise.model_validate({**firm.model_dump(exclude=computed), **filled})


def _listed(desk: Desk, dice: Dice, uscc: str, district: str) -> Steps:
    desk.move(uscc, "pilot_applied", "enterprise", uscc, round="2025")
    yield dice.days("list")
    if dice.chance("refused_first"):
        desk.move(uscc, "pilot_refused", "district", district, reason="营业收入证明不清楚")
        yield dice.days("apply")
        desk.move(uscc, "pilot_applied", "enterprise", uscc, round="2025")
        yield dice.days("list")
    desk.move(uscc, "pilot_listed", "district", district, round="2025")


def _look(desk: Desk, dice: Dice, uscc: str, target: Target) -> Recommendation | None:
    """Ask for a list, look at its top, open a few, put some aside."""
    try:
        shown = desk.here.matching.recommend(RecommendationRequest(enterprise=uscc, target=target, k=8))
    except SmematchError as error:
        desk.refused[f"recommend: {error.code}"] += 1
        return None
    list_id = str(shown.recommendation_id)
    for place, item in enumerate(shown.items[:5]):
        desk.report("impression", uscc, item.id, uscc, recommendation=list_id)
        if dice.draw.chance(0.8 - 0.15 * place):
            desk.report("view", uscc, item.id, uscc, recommendation=list_id)
            if place < 2 and dice.draw.chance(0.5):
                desk.report("shortlist", uscc, item.id, uscc, recommendation=list_id)
            elif dice.chance("dismisses"):
                why = {"reason": "价格超出预算"}
                desk.report("dismiss", uscc, item.id, uscc, recommendation=list_id, attributes=why)
    return shown


def _plan(desk: Desk, uscc: str) -> None:
    try:
        desk.here.planning.plan(PlanRequest.model_validate({"enterprise": uscc, "alternatives": 0}))
    except SmematchError as error:
        desk.refused[f"plan: {error.code}"] += 1


def _chosen(dice: Dice, units: Recommendation) -> str:
    ids = [item.id for item in units.items[: len(_PLACES)]]
    return dice.draw.pick(ids, _PLACES[: len(ids)])
