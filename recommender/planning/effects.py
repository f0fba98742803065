"""What a solution does to the instrument, each effect with who says so and how likely it comes about."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from recommender.diagnosis.instrument import Instrument
from recommender.domain.solution import Provenance, ScenarioEffect, Solution
from recommender.planning.effect_rules import EffectRules, Measure
from recommender.text.tokens import normalise

_STRENGTH = {Provenance.CONFIRMED: 2, Provenance.DECLARED: 1, Provenance.INFERRED: 0}


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


@dataclass(frozen=True, slots=True)
class EffectChances:
    """Chance of an effect by provenance.

    Attributes
    ----------
    inferred_factor : float
        What an inference's own confidence is multiplied with; 1 before there are outcomes.
    calibrated : bool
        Whether observed outcomes stand behind the numbers.
    """

    confirmed: float = 1.0
    declared: float = 0.85
    inferred_factor: float = 1.0
    measure: float = 0.95
    calibrated: bool = False

    @classmethod
    def of(cls, rules: EffectRules) -> "EffectChances":
        """Return the expert chances of the rules."""
        return cls(declared=rules.chances.declared.value, measure=rules.chances.measure.value)

    def of_scenario(self, effect: ScenarioEffect) -> float:
        """Chance that a scenario effect of a record comes about."""
        match effect.provenance:
            case Provenance.CONFIRMED:
                return self.confirmed
            case Provenance.DECLARED:
                return self.declared
            case Provenance.INFERRED:
                return self.inferred(effect.confidence)

    def inferred(self, confidence: float) -> float:
        """Chance that an inference of a confidence is right."""
        return min(1.0, confidence * self.inferred_factor)


def strength(provenance: Provenance) -> int:
    """Rank of a provenance as proof: confirmed 2, declared 1, inferred 0."""
    return _STRENGTH[provenance]


def system_links(instrument: Instrument, rules: EffectRules) -> tuple[str, ...]:
    """Links (as scenario codes) over which information systems are counted: those of data collection."""
    item = instrument.item(rules.collection_rule.item)
    return tuple(option.scenario for option in item.options if option.scenario) if item else ()


def solution_effects(
    solution: Solution,
    instrument: Instrument,
    rules: EffectRules,
    chances: EffectChances,
    confirmed: Mapping[str, int] | None = None,
) -> Effects:
    """Return what a solution does.

    Scenario effects keep the record's provenance, unless acceptances confirm at least the record's level.
    What follows from them for single links, what any product does and what a page speaks of are inferred,
    whatever the scenario effect rests on: the vendor declared a level, not an answer to the item. The
    confidence of a rule is multiplied with that of an inferred scenario effect; a declared one's own chance
    is not, or it would count twice.

    Parameters
    ----------
    confirmed : mapping of str to int, optional
        Levels that acceptances confirm, by scenario.
    """
    solution = _with_confirmed(solution, confirmed or {})
    raises = tuple(
        Raise(
            effect.scenario.value,
            effect.level,
            effect.provenance,
            chances.of_scenario(effect),
            effect.evidence,
        )
        for effect in solution.scenarios
    )
    links = frozenset(system_links(instrument, rules))
    covers = tuple(
        Cover(e.scenario.value, Provenance.INFERRED, chances.inferred(rules.system_rule.confidence * _own(e)))
        for e in solution.scenarios
        if e.level >= rules.system_rule.least_level and e.scenario.value in links
    )
    earns = (*_collected(solution, instrument, rules, chances), *_always(rules, chances))
    return Effects(raises, (*earns, *_spoken_of(solution, rules, chances)), covers)


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
    item = instrument.item(rule.item)
    letters = {option.scenario: option.letter for option in item.options if option.scenario} if item else {}
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


@dataclass(frozen=True, slots=True)
class Observed:
    """Outcomes of one provenance: effects that were claimed and later looked at on site.

    Attributes
    ----------
    tried, succeeded : int
        Effects looked at, and those found at their level.
    mean_confidence : float
        Mean confidence that was claimed for them; matters for inferred effects.
    """

    tried: int
    succeeded: int
    mean_confidence: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.succeeded <= self.tried:
            raise ValueError(f"{self.succeeded} successes of {self.tried}")


def calibrated(
    chances: EffectChances, outcomes: Mapping[Provenance, Observed], rules: EffectRules
) -> EffectChances:
    """Move the expert chances towards what was observed.

    Parameters
    ----------
    outcomes : mapping of Provenance to Observed
        From acceptances; a provenance without outcomes keeps its expert chance.

    Returns
    -------
    EffectChances
        Posterior means with a Beta prior worth ``prior_strength`` observations at the expert chance. For
        inferred effects the common factor is moved: successes over claimed confidence.
    """
    weight = rules.chances.prior_strength.value

    def posterior(expert: float, kind: Provenance) -> float:
        seen = outcomes.get(kind, Observed(0, 0))
        return (expert * weight + seen.succeeded) / (weight + seen.tried)

    inferred = outcomes.get(Provenance.INFERRED, Observed(0, 0))
    claimed = inferred.mean_confidence * (weight + inferred.tried)
    observed = chances.inferred_factor * inferred.mean_confidence * weight + inferred.succeeded
    return replace(
        chances,
        confirmed=posterior(chances.confirmed, Provenance.CONFIRMED),
        declared=posterior(chances.declared, Provenance.DECLARED),
        inferred_factor=observed / claimed if claimed else chances.inferred_factor,
        calibrated=chances.calibrated or any(seen.tried > 0 for seen in outcomes.values()),
    )


class EffectReader:
    """Reads effects once for each version of a record.

    Parameters
    ----------
    chances : EffectChances, optional
        The expert chances of the rules by default.
    confirmed : mapping of str to mapping, optional
        Levels that acceptances confirm, by solution and scenario.
    """

    def __init__(
        self,
        instrument: Instrument,
        rules: EffectRules,
        chances: EffectChances | None = None,
        confirmed: Mapping[str, Mapping[str, int]] | None = None,
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
            levels = self._confirmed.get(solution.id)
            effects = solution_effects(solution, self.instrument, self.rules, self.chances, levels)
            known = (solution, effects)
            self._read[solution.id] = known
        return known[1]

    def of_measure(self, measure: Measure) -> Effects:
        """Return the effects of a measure."""
        return measure_effects(measure, self.chances)
