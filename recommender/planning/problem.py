"""A planning problem as data: where the enterprise stands, what can be chosen, under which limits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.planning.effect_rules import EffectRules
from recommender.planning.effects import Effects, link_letters
from recommender.planning.own_needs import OwnNeed

#: Points are whole numbers of thousandths in the model, so that nothing is lost.
MILLI = 1000


class Schedule(StrEnum):
    """How the days of several items add up."""

    PARALLEL = "parallel"
    SEQUENTIAL = "sequential"


@dataclass(frozen=True, slots=True)
class Choice:
    """A solution or measure that can be chosen.

    Attributes
    ----------
    cost_fen, low_fen, high_fen : int
        Planned cost and its range, in fen.
    days : int, optional
        None where the record does not tell.
    parties : tuple of str
        Keys of the contract parties that offer it; empty for a measure.
    effects : Effects
        What counts for the level.
    all_effects : Effects
        Also what is too uncertain to count.
    """

    id: str
    cost_fen: int
    low_fen: int
    high_fen: int
    effects: Effects
    all_effects: Effects
    days: int | None = None
    parties: tuple[str, ...] = ()
    estimated: bool = False
    is_measure: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Conditions on a plan.

    Attributes
    ----------
    budget_fen : int, optional
        Most that the planned cost may be, measures included.
    max_parties : int, optional
        Most contract parties.
    max_days : int, optional
        Longest item (parallel) or sum of all (sequential); an item of unknown days cannot be used then.
    must : frozenset of str
        Ids that have to be in the plan.
    conflicts : tuple of frozenset of str
        Of each group at most one.
    prerequisites : mapping of str to tuple of str
        Ids that have to be in the plan with the key; what the enterprise has is left out of them.
    """

    budget_fen: int | None = None
    max_parties: int | None = None
    max_days: int | None = None
    schedule: Schedule = Schedule.PARALLEL
    must: frozenset[str] = frozenset()
    conflicts: tuple[frozenset[str], ...] = ()
    prerequisites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One enterprise, its choices and limits.

    Attributes
    ----------
    answers : mapping
        Item id to ticked letters, as diagnosed.
    grades : mapping
        Scenario code to grade, as diagnosed; a scenario that was not graded is missing.
    needs : tuple of OwnNeed
        The enterprise's own pains.
    """

    instrument: Instrument
    rules: EffectRules
    answers: Mapping[str, tuple[str, ...]]
    grades: Mapping[str, int]
    choices: tuple[Choice, ...]
    limits: Limits = Limits()
    needs: tuple[OwnNeed, ...] = ()

    @cached_property
    def present(self) -> DiagnosisResult:
        """The diagnosis as it is."""
        return score(self.answers, self.grades, self.instrument)

    @cached_property
    def present_milli(self) -> dict[str, int]:
        """Present points of each item, in thousandths."""
        return {item.id: milli(item.points) for item in self.present.items}

    @cached_property
    def by_id(self) -> dict[str, Choice]:
        """Choices by id."""
        return {choice.id: choice for choice in self.choices}

    @cached_property
    def answerable(self) -> frozenset[int]:
        """Positions of the needs that some choice answers."""
        return frozenset(number for number, need in enumerate(self.needs) if need.answers & self.by_id.keys())

    @cached_property
    def links(self) -> tuple[str, ...]:
        """Links over which information systems are counted."""
        return tuple(link_letters(self.instrument, self.rules))

    @cached_property
    def covered_links(self) -> frozenset[str]:
        """Links that have an information system already: graded at the rule's level or above."""
        least = self.rules.system_rule.least_level
        return frozenset(link for link in self.links if self.grades.get(link, 0) >= least)

    @cached_property
    def covered_now(self) -> int:
        """Links that count as covered; no more than the present answer can hold.

        An answer below what the grades suggest is taken at its word, so that nothing is gained by a
        contradiction in the diagnosis.
        """
        thresholds = self.rules.system_thresholds
        held = self.answers.get(thresholds.item, ())
        present = milli_of(self.instrument, thresholds.item, held)
        higher = [
            least
            for letter, least in thresholds.least_links.items()
            if milli_of(self.instrument, thresholds.item, (letter,)) > present
        ]
        return min([len(self.covered_links), *(least - 1 for least in higher)])

    def reached_system_letter(self, covered: int) -> str | None:
        """Letter of the information systems item for a number of covered links, None below the first."""
        within = [
            (least, letter)
            for letter, least in self.rules.system_thresholds.least_links.items()
            if least <= covered
        ]
        return max(within)[1] if within else None

    def selected(self, ids: Iterable[str]) -> tuple[Choice, ...]:
        """Choices of some ids, in the problem's order."""
        wanted = frozenset(ids)
        return tuple(choice for choice in self.choices if choice.id in wanted)

    def cost_fen(self, ids: Iterable[str]) -> int:
        """Planned cost of a selection."""
        return sum(choice.cost_fen for choice in self.selected(ids))

    def days(self, ids: Iterable[str]) -> int | None:
        """Duration of a selection by the schedule; None while an item does not tell its days."""
        found = [choice.days for choice in self.selected(ids)]
        known = [days for days in found if days is not None]
        if len(known) < len(found):
            return None
        return sum(known) if self.limits.schedule is Schedule.SEQUENTIAL else max(known, default=0)


def milli(points: Decimal) -> int:
    """Points in thousandths."""
    return int(points * MILLI)


def milli_of(instrument: Instrument, item_id: str, letters: Iterable[str]) -> int:
    """Points of some letters in thousandths, 0 for an item that the instrument does not have."""
    item = instrument.item(item_id)
    return milli(item.points_for(letters)) if item else 0


@dataclass(frozen=True, slots=True)
class After:
    """The diagnosis after a plan."""

    answers: dict[str, tuple[str, ...]]
    grades: dict[str, int]
    covered: frozenset[str]
    result: DiagnosisResult


def _counted(choice: Choice) -> Effects:
    return choice.effects


def after(problem: Problem, ids: Iterable[str], effects_of: Callable[[Choice], Effects] = _counted) -> After:
    """Apply a selection to the answers and score them with the diagnosis module.

    Nothing is ever lowered: grades take the higher of before and after, a multi item keeps its letters, a
    single item keeps its letter unless a better one is earned.

    Parameters
    ----------
    effects_of : callable
        Which effects count; by default those that count for the level.
    """
    effects = [effects_of(choice) for choice in problem.selected(ids)]
    grades = dict(problem.grades)
    for raised in (raised for part in effects for raised in part.raises):
        grades[raised.scenario] = max(grades.get(raised.scenario, 0), raised.level)
    answers = {item: tuple(letters) for item, letters in problem.answers.items() if letters}
    for earned in (earned for part in effects for earned in part.earns):
        _tick(problem.instrument, answers, earned.item_id, earned.letter)
    new = frozenset(cover.scenario for part in effects for cover in part.covers) - problem.covered_links
    letter = problem.reached_system_letter(problem.covered_now + len(new))
    if letter is not None and new:
        _tick(problem.instrument, answers, problem.rules.system_thresholds.item, letter)
    return After(answers, grades, new, score(answers, grades, problem.instrument))


def _tick(instrument: Instrument, answers: dict[str, tuple[str, ...]], item_id: str, letter: str) -> None:
    item = instrument.item(item_id)
    if item is None or letter == item.exclusive:
        return
    held = answers.get(item_id, ())
    if item.kind == "single":
        if item.points_for((letter,)) > item.points_for(held):
            answers[item_id] = (letter,)
        return
    ticked = {*held, letter} - {item.exclusive}
    answers[item_id] = tuple(option.letter for option in item.options if option.letter in ticked)
