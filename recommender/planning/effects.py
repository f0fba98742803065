"""What a solution does to the instrument, each effect with who says so and how likely it comes about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from recommender.diagnosis.instrument import Instrument
from recommender.domain.solution import (
    LinkClaim,
    OptionClaim,
    Provenance,
    ScenarioEffect,
    Solution,
)
from recommender.planning.chances import EffectChances
from recommender.planning.effect_rules import EffectRules, Measure
from recommender.text.tokens import normalise

_STRENGTH = {Provenance.CONFIRMED: 2, Provenance.DECLARED: 1, Provenance.INFERRED: 0}
_RESTS_ON = {
    Provenance.CONFIRMED: "验收证实",
    Provenance.DECLARED: "服务商声明",
    Provenance.INFERRED: "推断：由产品资料读出",
}


@dataclass(frozen=True, slots=True)
class Raise:
    """A scenario lifted to a level."""

    scenario: str
    level: int
    provenance: Provenance
    chance: float
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Earn:
    """An option of an item that holds afterwards."""

    item_id: str
    letter: str
    provenance: Provenance
    chance: float
    rests_on: str
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """A link that has an information system afterwards."""

    scenario: str
    provenance: Provenance
    chance: float


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything that one solution or measure does."""

    raises: tuple[Raise, ...] = ()
    earns: tuple[Earn, ...] = ()
    covers: tuple[Cover, ...] = ()

    def only(self, provenances: frozenset[Provenance], least_chance: float = 0.0) -> "Effects":
        """Keep the effects of some provenances with at least a chance."""

        def kept(effect: Raise | Earn | Cover) -> bool:
            return effect.provenance in provenances and effect.chance >= least_chance

        return Effects(
            tuple(effect for effect in self.raises if kept(effect)),
            tuple(effect for effect in self.earns if kept(effect)),
            tuple(effect for effect in self.covers if kept(effect)),
        )


def strength(provenance: Provenance) -> int:
    """Rank of a provenance as proof: confirmed 2, declared 1, inferred 0."""
    return _STRENGTH[provenance]


def link_letters(instrument: Instrument, rules: EffectRules) -> dict[str, str]:
    """Return the letter of each link in the item of data collection."""
    item = instrument.item(rules.collection_rule.item)
    return {option.scenario: option.letter for option in item.options if option.scenario} if item else {}


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What acceptances confirm of one solution.

    Attributes
    ----------
    levels : mapping of str to int
        Level by scenario.
    options : frozenset of (str, str)
        Item and letter.
    """

    levels: Mapping[str, int] = field(default_factory=dict)
    options: frozenset[tuple[str, str]] = frozenset()


NOT_CONFIRMED = Confirmed()


def solution_effects(
    solution: Solution,
    instrument: Instrument,
    rules: EffectRules,
    chances: EffectChances,
    confirmed: Confirmed = NOT_CONFIRMED,
) -> Effects:
    """Return what a solution does.

    Scenario effects and claims for items keep the record's provenance, unless acceptances confirm them. What
    follows from scenario effects for single links, what any product does and what a page speaks of are
    inferred, whatever the scenario effect rests on: the vendor declared a level, not an answer to the item;
    where the record does claim the answer, the claim stands instead. The confidence of a rule is multiplied
    with that of an inferred scenario effect; a declared one's own chance is not, or it would count twice.
    """
    solution = _with_confirmed(solution, confirmed.levels)
    raises = tuple(
        Raise(
            effect.scenario.value, effect.level, effect.provenance, chances.of_claim(effect), effect.evidence
        )
        for effect in solution.scenarios
    )
    claimed = _claimed(solution, instrument, rules, chances, confirmed.options)
    inferred = (
        *_collected(solution, instrument, rules, chances),
        *_always(rules, chances),
        *_spoken_of(solution, rules, chances),
    )
    earns = {(earn.item_id, earn.letter): earn for earn in (*inferred, *claimed)}
    covers = {cover.scenario: cover for cover in _covered(solution, instrument, rules, chances)}
    return Effects(raises, tuple(earns.values()), tuple(covers.values()))


def _with_confirmed(solution: Solution, confirmed: Mapping[str, int]) -> Solution:
    def told(effect: ScenarioEffect) -> ScenarioEffect:
        level = confirmed.get(effect.scenario.value, 0)
        if level < effect.level:
            return effect
        return effect.model_copy(
            update={"level": level, "provenance": Provenance.CONFIRMED, "confidence": 1.0}
        )

    if not confirmed:
        return solution
    return solution.model_copy(update={"scenarios": tuple(told(effect) for effect in solution.scenarios)})


def claims_of(
    solution: Solution, instrument: Instrument, rules: EffectRules
) -> list[tuple[str, str, LinkClaim | OptionClaim]]:
    """Return the options that a record claims, as (item, letter, claim); systems in links are no options."""
    letters = link_letters(instrument, rules)
    collected = [
        (rules.collection_rule.item, letters[claim.scenario.value], claim)
        for claim in solution.collects
        if claim.scenario.value in letters
    ]
    return [*collected, *((claim.item.value, claim.letter, claim) for claim in solution.item_options)]


def _claimed(
    solution: Solution,
    instrument: Instrument,
    rules: EffectRules,
    chances: EffectChances,
    confirmed: frozenset[tuple[str, str]],
) -> list[Earn]:
    earns = []
    for item, letter, claim in claims_of(solution, instrument, rules):
        held = claim
        if (item, letter) in confirmed:
            held = claim.model_copy(update={"provenance": Provenance.CONFIRMED, "confidence": 1.0})
        rests_on = _RESTS_ON[held.provenance]
        earns.append(Earn(item, letter, held.provenance, chances.of_claim(held), rests_on, claim.evidence))
    return earns


def _covered(
    solution: Solution, instrument: Instrument, rules: EffectRules, chances: EffectChances
) -> list[Cover]:
    """Links that get an information system: what scenarios let infer, then what is claimed."""
    links = frozenset(link_letters(instrument, rules))
    sure = rules.system_rule.confidence
    covers = [
        Cover(e.scenario.value, Provenance.INFERRED, chances.inferred(sure * _own(e)))
        for e in solution.scenarios
        if e.level >= rules.system_rule.least_level and e.scenario.value in links
    ]
    claimed = [
        Cover(claim.scenario.value, claim.provenance, chances.of_claim(claim))
        for claim in solution.systems
        if claim.scenario.value in links
    ]
    return [*covers, *claimed]


def measure_effects(measure: Measure, chances: EffectChances) -> Effects:
    """Return what a self-made measure does; the enterprise itself declares it."""
    rests_on = f"企业自行办理：{measure.name}，须留存材料"
    return Effects(
        earns=tuple(
            Earn(earned.item, earned.letter, Provenance.DECLARED, chances.measure, rests_on)
            for earned in measure.earns
        )
    )


def _own(effect: ScenarioEffect) -> float:
    return effect.confidence if effect.provenance is Provenance.INFERRED else 1.0


def _collected(
    solution: Solution, instrument: Instrument, rules: EffectRules, chances: EffectChances
) -> list[Earn]:
    rule = rules.collection_rule
    letters = link_letters(instrument, rules)
    return [
        Earn(
            rule.item,
            letters[effect.scenario.value],
            Provenance.INFERRED,
            chances.inferred(rule.confidence_in(effect.scenario.value) * _own(effect)),
            rule.rests_on,
            effect.evidence,
        )
        for effect in solution.scenarios
        if effect.level >= rule.least_level and effect.scenario.value in letters
    ]


def _always(rules: EffectRules, chances: EffectChances) -> list[Earn]:
    return [
        Earn(rule.item, rule.letter, Provenance.INFERRED, chances.inferred(rule.confidence), rule.rests_on)
        for rule in rules.any_product
    ]


def _spoken_of(solution: Solution, rules: EffectRules, chances: EffectChances) -> list[Earn]:
    if not rules.text_rules or not solution.text:
        return []
    text = normalise(f"{solution.name}\n{solution.text}")
    found = []
    for rule in rules.text_rules:
        if match := _pattern(rule.terms).search(text):
            around = text[max(0, match.start() - 20) : match.end() + 20].replace("\n", " ").strip()
            found.append(
                Earn(
                    rule.item,
                    rule.letter,
                    Provenance.INFERRED,
                    chances.inferred(rule.confidence),
                    rule.rests_on,
                    around,
                )
            )
    return found


@lru_cache(maxsize=64)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(normalise(term)) for term in terms))


class EffectReader:
    """Reads effects once for each version of a record.

    Parameters
    ----------
    chances : EffectChances, optional
        The expert chances of the rules by default.
    confirmed : mapping of str to Confirmed, optional
        What acceptances confirm, by solution.
    """

    def __init__(
        self,
        instrument: Instrument,
        rules: EffectRules,
        chances: EffectChances | None = None,
        confirmed: Mapping[str, Confirmed] | None = None,
    ) -> None:
        self.instrument = instrument
        self.rules = rules
        self.chances = chances or EffectChances.of(rules)
        self._confirmed = confirmed or {}
        self._read: dict[str, tuple[Solution, Effects]] = {}

    def of(self, solution: Solution) -> Effects:
        """Return the effects of a solution; a record that was edited is read anew."""
        known = self._read.get(solution.id)
        # By identity: a record is never changed, a new version is another object.
        if known is None or known[0] is not solution:
            confirmed = self._confirmed.get(solution.id, NOT_CONFIRMED)
            effects = solution_effects(solution, self.instrument, self.rules, self.chances, confirmed)
            known = (solution, effects)
            self._read[solution.id] = known
        return known[1]

    def of_measure(self, measure: Measure) -> Effects:
        """Return the effects of a measure."""
        return measure_effects(measure, self.chances)
