"""Chapter 4: what the city does beside: subsidy rounds, adjustment, selection of outcomes."""

from datetime import timedelta

from recommender.adjustment.rules import Side
from recommender.domain.taxonomy import load_taxonomy
from recommender.errors import SmematchError
from recommender.outcomes.targets import OutcomeKind
from recommender.pilot_run.agenda import Steps
from recommender.pilot_run.behaviour import RoundPlan
from recommender.pilot_run.desk import CITY, REVIEWERS, Desk
from recommender.subsidy_round.deciding import Review

_SIDES: tuple[Side, ...] = ("solution", "vendor", "lead_unit")
_KINDS: tuple[OutcomeKind, ...] = ("benchmark_case", "excellent_product", "district_sample")


def run_city(desk: Desk) -> None:
    """Put the city's own work on the agenda."""
    for plan in desk.behaviour.rounds:
        desk.agenda.begin(plan.opens_on, _round(desk, plan))
    desk.agenda.begin(desk.behaviour.closes_on - timedelta(days=20), _adjust(desk))
    desk.agenda.begin(desk.behaviour.closes_on - timedelta(days=10), _choose(desk))


def _round(desk: Desk, plan: RoundPlan) -> Steps:
    rounds = desk.here.subsidy_rounds
    rounds.open(plan.id, f"合成样本·{plan.name}", plan.accepted_from, plan.accepted_until, CITY)
    yield 2.0
    for district in load_taxonomy().districts:
        rounds.collect(plan.id, district.code, district.code, note="已现场核对原件")
        yield 0.2
    yield float(desk.behaviour.round_days) / 2
    dice = desk.draw(3_000_000 + int(plan.opens_on.toordinal()))
    reviews = [
        Review(row.key, "return", "发票需要重开")
        if dice.draw.chance(desk.behaviour.round_returned)
        else Review(row.key, "pass", "原件与登记一致")
        for row in rounds.show(plan.id).rows
    ]
    rounds.review_many(plan.id, reviews, CITY)
    yield float(desk.behaviour.round_days) / 2
    rounds.close(plan.id, CITY)


def _adjust(desk: Desk) -> Steps:
    """Decide on every proposal of dynamic adjustment as proposed."""
    for side in _SIDES:
        for line in desk.here.adjustments.listing(side).items:
            if line.proposal is None:
                continue
            reason = "；".join(ground.text for ground in line.proposal.grounds)[:500]
            try:
                desk.here.adjustments.decide(side, line.id, line.proposal.action, reason, REVIEWERS[0])
            except SmematchError as error:
                desk.refused[f"adjust: {error.code}"] += 1
            yield 0.02


def _choose(desk: Desk) -> Steps:
    """Choose what is proposed of each kind."""
    for kind in _KINDS:
        found = desk.here.outcomes.candidates(kind).items
        proposed = [one.id for one in found if one.proposed and not one.blocked]
        try:
            desk.here.outcomes.select_many(kind, proposed, CITY, "按成效排序")
        except SmematchError as error:
            desk.refused[f"outcome: {error.code}"] += 1
        yield 0.01
