"""From the catalogue to choices: constraints, prices, contract parties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from recommender.domain import LeadUnit, Solution
from recommender.domain.solution import PriceBasis, Provenance, ProviderKind
from recommender.index.catalogue import Catalogue
from recommender.planning.effect_rules import Measure
from recommender.planning.effects import EffectReader, Effects
from recommender.planning.plan import Party, PartyKind
from recommender.planning.problem import Choice
from recommender.planning.request import PlanRequest, PricePoint
from recommender.ranking.answer import Exclusion
from recommender.retrieval.conditions import Candidate
from recommender.retrieval.constraints import Rule, apply_rules, lead_unit_rules, solution_rules
from recommender.retrieval.situation import Situation

_EXAMPLES = 5
_KINDS = {
    ProviderKind.VENDOR: PartyKind.VENDOR,
    ProviderKind.INTEGRATOR: PartyKind.INTEGRATOR,
    ProviderKind.LEAD_UNIT: PartyKind.LEAD_UNIT,
}


@dataclass(frozen=True, slots=True)
class Pool:
    """What a plan may choose from.

    Attributes
    ----------
    solutions, measures : mapping
        Records behind the choices, by id.
    parties : mapping of str to Party
        Contract parties by key, without their products.
    """

    choices: tuple[Choice, ...]
    solutions: Mapping[str, Solution]
    measures: Mapping[str, Measure]
    parties: Mapping[str, Party]
    excluded: tuple[Exclusion, ...]


def make_pool(
    catalogue: Catalogue,
    situation: Situation,
    request: PlanRequest,
    reader: EffectReader,
    measures: Mapping[str, Measure],
) -> Pool:
    """Apply the constraints and price what is left.

    The budget is not looked at here: it limits the plan as a whole.
    """
    solutions, excluded = _usable(catalogue.solutions, situation, request)
    parties = _parties(catalogue.lead_units, solutions, situation)
    offered = _offered_by(catalogue.lead_units, parties, solutions)
    counts = _counting(request, reader.rules.min_confidence)
    choices = [
        _choice(solution, reader.of(solution), counts, request, (_direct(solution), *offered.get(key, ())))
        for key, solution in solutions.items()
    ]
    own: dict[str, Measure] = {}
    if request.allow_measures:
        own = {key: one for key, one in measures.items() if key not in request.exclude_measures}
    for measure in own.values():
        effects = reader.of_measure(measure)
        cost = measure.cost_fen
        choices.append(
            Choice(
                measure.id, cost, cost, cost, effects, effects, measure.days, estimated=True, is_measure=True
            )
        )
    return Pool(tuple(choices), solutions, own, parties, excluded)


def _counting(request: PlanRequest, configured: float) -> Callable[[Effects], Effects]:
    least = configured if request.min_confidence is None else request.min_confidence
    proven = frozenset({Provenance.CONFIRMED, Provenance.DECLARED})
    inferred = frozenset({Provenance.INFERRED})

    def counted(effects: Effects) -> Effects:
        sure = effects.only(proven)
        if not request.allow_inferred:
            return sure
        likely = effects.only(inferred, least)
        return Effects(sure.raises + likely.raises, sure.earns + likely.earns, sure.covers + likely.covers)

    return counted


def _usable(
    solutions: Mapping[str, Solution], situation: Situation, request: PlanRequest
) -> tuple[dict[str, Solution], tuple[Exclusion, ...]]:
    rules = solution_rules(replace(situation, budget_yuan=None))
    has, unwanted = frozenset(request.has), frozenset(request.exclude_ids)

    def rule(code: str, text: str, keeps: Callable[[Solution], bool]) -> Rule:
        def kept(record: Candidate) -> bool:
            return isinstance(record, Solution) and keeps(record)

        return Rule(code, text, kept)

    rules.append(rule("already_has", "企业已在使用，不重复购买", lambda s: s.id not in has))
    rivals = frozenset(one for group in request.conflicts if has & set(group) for one in group) - has
    if rivals:
        rules.append(rule("conflicts_with_present", "与企业在用的产品互斥", lambda s: s.id not in rivals))
    rules.append(rule("excluded_by_you", "您已选择不列入", lambda s: s.id not in unwanted))
    if request.assumed_price_yuan is None:
        rules.append(
            rule("unknown_price", "没有报价，无法计入费用；可填写估算价后再算", lambda s: s.price is not None)
        )
    if request.max_days is not None:
        most = request.max_days
        rules.append(
            rule(
                "too_long",
                f"上线天数超过 {most} 天，或没有写明",
                lambda s: s.days_to_deploy is not None and s.days_to_deploy <= most,
            )
        )
    owners = tuple(solutions)
    allowed, excluded = apply_rules(owners, solutions, rules)
    kept = {owner: solutions[owner] for owner, ok in zip(owners, allowed.tolist(), strict=True) if ok}
    worded = tuple(
        Exclusion(
            rule=one.rule.code,
            text=one.rule.text,
            count=len(one.positions),
            examples=tuple(
                {"id": owners[position], "name": solutions[owners[position]].name}
                for position in one.positions[:_EXAMPLES].tolist()
            ),
        )
        for one in excluded
    )
    return kept, worded


def _direct(solution: Solution) -> str:
    return solution.provider.id if solution.provider else f"solution:{solution.id}"


def _parties(
    units: Mapping[str, LeadUnit], solutions: Mapping[str, Solution], situation: Situation
) -> dict[str, Party]:
    owners = tuple(units)
    allowed, _ = apply_rules(owners, units, lead_unit_rules(situation))
    parties = {}
    for solution in solutions.values():
        key = _direct(solution)
        provider = solution.provider
        parties[key] = Party(
            id=key,
            name=provider.name if provider else f"（未写明服务商：{solution.name}）",
            kind=_KINDS[provider.kind] if provider else PartyKind.VENDOR,
            solution_ids=(),
        )
    for owner, ok in zip(owners, allowed.tolist(), strict=True):
        if ok:
            name = units[owner].name
            parties[owner] = Party(id=owner, name=name, kind=PartyKind.LEAD_UNIT, solution_ids=())
    return parties


def _offered_by(
    units: Mapping[str, LeadUnit], parties: Mapping[str, Party], solutions: Mapping[str, Solution]
) -> dict[str, list[str]]:
    """Return the lead units that deliver each product: their own, and those of their consortium's members."""
    by_provider: dict[str, list[str]] = {}
    for solution in solutions.values():
        if solution.provider is not None:
            by_provider.setdefault(solution.provider.name, []).append(solution.id)
    offered: dict[str, list[str]] = {}
    for unit in units.values():
        if unit.id in parties:
            members = (*unit.consortium.integrators, *unit.consortium.ecosystem)
            of_members = [key for member in members for key in by_provider.get(member.name, ())]
            for product in dict.fromkeys((*unit.solution_ids, *of_members)):
                offered.setdefault(product, []).append(unit.id)
    return offered


def price_fen(solution: Solution, request: PlanRequest) -> tuple[int, int]:
    """Lowest and highest cost of a product in fen; a yearly price counts for the years asked for."""
    if solution.price is None:
        assumed = int((request.assumed_price_yuan or 0) * 100)
        return assumed, assumed
    times = request.years if solution.price.basis is PriceBasis.PER_YEAR else 1
    return int(solution.price.low_yuan * 100) * times, int(solution.price.high_yuan * 100) * times


def _planned(low: int, high: int, point: PricePoint) -> int:
    if point is PricePoint.MIDDLE:
        return -(-(low + high) // 2)
    return low if point is PricePoint.LOW else high


def _choice(
    solution: Solution,
    effects: Effects,
    counts: Callable[[Effects], Effects],
    request: PlanRequest,
    parties: Sequence[str],
) -> Choice:
    low, high = price_fen(solution, request)
    return Choice(
        id=solution.id,
        cost_fen=_planned(low, high, request.price_point),
        low_fen=low,
        high_fen=high,
        effects=counts(effects),
        all_effects=effects,
        days=solution.days_to_deploy,
        parties=tuple(dict.fromkeys(parties)),
        estimated=solution.price is None,
    )
