"""What acceptances found on site: which effects they confirm, and how often claims of each kind held.

An ``accepted`` or ``rejected`` event whose ``object`` is a solution may carry ``attributes.scenarios``, the
grade found in each scenario after the project: ``{"quality": 2, "production_control": 1}``, and
``attributes.answers``, the options found for items: ``{"data_security": ["B", "C"]}``. Events without them
tell nothing about single effects and are passed over.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.validation import is_grade
from recommender.domain import Solution
from recommender.domain.event import Event
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Scenario
from recommender.planning.chances import Observed
from recommender.planning.effect_rules import Confirmation, EffectRules
from recommender.planning.effects import Confirmed, claims_of
from recommender.store import Store

_TYPES = frozenset({"accepted", "rejected"})
_SCENARIOS = frozenset(scenario.value for scenario in Scenario)


@dataclass(frozen=True, slots=True)
class Finding:
    """The grade that was found in one scenario after one project with a solution."""

    solution: str
    scenario: str
    grade: int


@dataclass(frozen=True, slots=True)
class AnswerFinding:
    """The options that were found for one item after one project with a solution."""

    solution: str
    item: str
    letters: frozenset[str]


def answers_found(event: Event) -> tuple[AnswerFinding, ...]:
    """Return what an event tells about single items; nothing for what is not understood."""
    found = event.attributes.get("answers")
    if event.type not in _TYPES or not isinstance(found, dict):
        return ()
    return tuple(
        AnswerFinding(event.object, item, frozenset(letters))
        for item, letters in found.items()
        if isinstance(letters, list) and all(isinstance(letter, str) for letter in letters)
    )


def findings_of(event: Event) -> tuple[Finding, ...]:
    """Return what an event tells about single effects; nothing for what is not understood."""
    found = event.attributes.get("scenarios")
    if event.type not in _TYPES or not isinstance(found, dict):
        return ()
    return tuple(
        Finding(event.object, scenario, grade)
        for scenario, grade in found.items()
        if scenario in _SCENARIOS and is_grade(grade)
    )


class Outcomes:
    """Findings so far, followed through the event log; a view of it that is never stored."""

    def __init__(self) -> None:
        self._grades: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._letters: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
        self._sequence = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Findings so far."""
        return sum(map(len, self._grades.values())) + sum(map(len, self._letters.values()))

    def add(self, findings: Iterable[Finding | AnswerFinding]) -> None:
        """Add findings."""
        for finding in findings:
            if isinstance(finding, Finding):
                self._grades[finding.solution, finding.scenario].append(finding.grade)
            else:
                self._letters[finding.solution, finding.item].append(finding.letters)

    def follow(self, store: Store) -> bool:
        """Read the events since the last call; return whether anything was found in them."""
        with self._lock, store.read() as work:
            before = self.count
            for logged in work.events.iterate(self._sequence):
                self.add((*findings_of(logged.event), *answers_found(logged.event)))
                self._sequence = logged.sequence
            return self.count > before

    def confirmed(self, rule: Confirmation) -> dict[str, Confirmed]:
        """Return what acceptances confirm, by solution.

        A level or option is confirmed when enough projects were looked at and it was found in enough of them.
        """
        levels: dict[str, dict[str, int]] = defaultdict(dict)
        for (solution, scenario), grades in self._grades.items():
            for level in (4, 3, 2, 1):
                if _enough(sum(grade >= level for grade in grades), len(grades), rule):
                    levels[solution][scenario] = level
                    break
        options: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for (solution, item), found in self._letters.items():
            for letter in frozenset[str]().union(*found):
                if _enough(sum(letter in letters for letters in found), len(found), rule):
                    options[solution].add((item, letter))
        return {
            solution: Confirmed(levels.get(solution, {}), frozenset(options.get(solution, ())))
            for solution in sorted({*levels, *options})
        }

    def observed(
        self, solutions: Mapping[str, Solution], instrument: Instrument, rules: EffectRules
    ) -> dict[Provenance, Observed]:
        """Return how often the claims of each kind held; :func:`~recommender.planning.chances.calibrated`."""
        tally = _Tally()
        for (key, scenario), grades in self._grades.items():
            solution = solutions.get(key)
            for effect in solution.scenarios if solution else ():
                if effect.scenario.value == scenario:
                    held = sum(grade >= effect.level for grade in grades)
                    tally.add(effect.provenance, effect.confidence, len(grades), held)
        for key in dict.fromkeys(solution for solution, _ in self._letters):
            solution = solutions.get(key)
            for item, letter, claim in claims_of(solution, instrument, rules) if solution else ():
                found = self._letters.get((key, item), [])
                held = sum(letter in letters for letters in found)
                tally.add(claim.provenance, claim.confidence, len(found), held)
        return tally.observed()


def _enough(held: int, tried: int, rule: Confirmation) -> bool:
    return tried >= rule.least_acceptances and held >= rule.least_share * tried


class _Tally:
    """Claims looked at and found, by kind."""

    def __init__(self) -> None:
        self._tried: dict[Provenance, int] = defaultdict(int)
        self._held: dict[Provenance, int] = defaultdict(int)
        self._claimed: dict[Provenance, float] = defaultdict(float)

    def add(self, kind: Provenance, confidence: float, tried: int, held: int) -> None:
        self._tried[kind] += tried
        self._held[kind] += held
        self._claimed[kind] += confidence * tried

    def observed(self) -> dict[Provenance, Observed]:
        return {
            kind: Observed(tried, self._held[kind], self._claimed[kind] / tried)
            for kind, tried in self._tried.items()
            if tried
        }
