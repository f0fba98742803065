"""What acceptances found on site: which effects they confirm, and how often claims of each kind held.

An ``accepted`` or ``rejected`` event whose ``object`` is a solution may carry ``attributes.scenarios``, the
grade found in each scenario after the project: ``{"quality": 2, "production_control": 1}``. Events without it
tell nothing about single effects and are passed over.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.diagnosis.validation import is_grade
from recommender.domain import Solution
from recommender.domain.event import Event
from recommender.domain.solution import Provenance
from recommender.domain.taxonomy import Scenario
from recommender.planning.effect_rules import Confirmation
from recommender.planning.effects import Observed
from recommender.store import Store

_TYPES = frozenset({"accepted", "rejected"})
_SCENARIOS = frozenset(scenario.value for scenario in Scenario)


@dataclass(frozen=True, slots=True)
class Finding:
    """The grade that was found in one scenario after one project with a solution."""

    solution: str
    scenario: str
    grade: int


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
        self._sequence = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """Findings so far."""
        return sum(len(grades) for grades in self._grades.values())

    def add(self, findings: Iterable[Finding]) -> None:
        """Add findings."""
        for finding in findings:
            self._grades[finding.solution, finding.scenario].append(finding.grade)

    def follow(self, store: Store) -> bool:
        """Read the events since the last call; return whether anything was found in them."""
        with self._lock, store.read() as work:
            before = self.count
            for logged in work.events.iterate(self._sequence):
                self.add(findings_of(logged.event))
                self._sequence = logged.sequence
            return self.count > before

    def confirmed(self, rule: Confirmation) -> dict[str, dict[str, int]]:
        """Return the levels that acceptances confirm, by solution and scenario.

        A level is confirmed when enough projects were looked at and it was found in enough of them.
        """
        levels: dict[str, dict[str, int]] = defaultdict(dict)
        for (solution, scenario), grades in self._grades.items():
            if len(grades) < rule.least_acceptances:
                continue
            for level in (4, 3, 2, 1):
                if sum(grade >= level for grade in grades) >= rule.least_share * len(grades):
                    levels[solution][scenario] = level
                    break
        return dict(levels)

    def observed(self, solutions: Mapping[str, Solution]) -> dict[Provenance, Observed]:
        """Return how often the claims of each kind held; :func:`~recommender.planning.effects.calibrated`."""
        tried: dict[Provenance, int] = defaultdict(int)
        held: dict[Provenance, int] = defaultdict(int)
        claimed: dict[Provenance, float] = defaultdict(float)
        for (key, scenario), grades in self._grades.items():
            solution = solutions.get(key)
            for effect in solution.scenarios if solution else ():
                if effect.scenario.value == scenario:
                    tried[effect.provenance] += len(grades)
                    held[effect.provenance] += sum(grade >= effect.level for grade in grades)
                    claimed[effect.provenance] += effect.confidence * len(grades)
        return {kind: Observed(tried[kind], held[kind], claimed[kind] / tried[kind]) for kind in tried}
