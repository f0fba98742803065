"""From a selection to the plan that is shown: what each item closes, with whom, how sure, recomputed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.value import plain
from recommender.domain.solution import Provenance
from recommender.planning.candidates import Pool
from recommender.planning.effects import Cover, Earn, Effects, Raise, strength
from recommender.planning.plan import (
    ClosedScenario,
    Cost,
    EarnedOption,
    Party,
    PartyKind,
    PlannedMeasure,
    PlannedSolution,
    Proof,
    Standing,
)
from recommender.planning.planner import fewest_parties
from recommender.planning.problem import After, Choice, Problem, after
from recommender.planning.relaxation import yuan

_CONFIRMED = frozenset({Provenance.CONFIRMED})
_DECLARED = frozenset({Provenance.CONFIRMED, Provenance.DECLARED})


@dataclass(frozen=True, slots=True)
class _Owned:
    """For each effect of a plan the item that brings it best."""

    raises: Mapping[str, str]
    earns: Mapping[tuple[str, str], str]
    covers: Mapping[str, str]


def _owners(chosen: Iterable[Choice]) -> _Owned:
    raises: dict[str, tuple[tuple[float, ...], str]] = {}
    earns: dict[tuple[str, str], tuple[tuple[float, ...], str]] = {}
    covers: dict[str, tuple[tuple[float, ...], str]] = {}
    for choice in chosen:
        for raised in choice.effects.raises:
            key = (raised.level, *_rank(raised))
            if key > raises.get(raised.scenario, ((-1.0,), ""))[0]:
                raises[raised.scenario] = (key, choice.id)
        for earned in choice.effects.earns:
            option = (earned.item_id, earned.letter)
            if _rank(earned) > earns.get(option, ((-1.0,), ""))[0]:
                earns[option] = (_rank(earned), choice.id)
        for cover in choice.effects.covers:
            if _rank(cover) > covers.get(cover.scenario, ((-1.0,), ""))[0]:
                covers[cover.scenario] = (_rank(cover), choice.id)
    return _Owned(
        {key: owner for key, (_, owner) in raises.items()},
        {option: owner for option, (_, owner) in earns.items()},
        {key: owner for key, (_, owner) in covers.items()},
    )


def _rank(effect: Raise | Earn | Cover) -> tuple[float, ...]:
    return (float(strength(effect.provenance)), effect.chance)


class Assembler:
    """Words one selection of one problem.

    Parameters
    ----------
    level : int
        Level for which a scenario counts.
    """

    def __init__(self, problem: Problem, pool: Pool, ids: frozenset[str], level: int) -> None:
        self.problem = problem
        self.pool = pool
        self.ids = ids
        self.level = level
        self.chosen = problem.selected(ids)
        self.after: After = after(problem, ids)
        self._owned = _owners(self.chosen)
        self._parties = self._contracts()

    def solutions(self) -> tuple[PlannedSolution, ...]:
        """Return the products, those that close most first."""
        planned = [self._solution(choice) for choice in self.chosen if not choice.is_measure]
        return tuple(sorted(planned, key=lambda s: (-len(s.closes), -len(s.earns), s.id)))

    def measures(self) -> tuple[PlannedMeasure, ...]:
        """Return the self-made measures."""
        return tuple(
            PlannedMeasure(
                id=choice.id,
                name=self.pool.measures[choice.id].name,
                text=self.pool.measures[choice.id].text,
                cost=cost_of([choice]),
                days=self.pool.measures[choice.id].days,
                earns=self._earns(choice),
            )
            for choice in self.chosen
            if choice.is_measure
        )

    def parties(self) -> tuple[Party, ...]:
        """Return the fewest contract parties that deliver everything, with what each delivers."""
        keys = dict.fromkeys(self._parties.values())
        return tuple(
            self.pool.parties[key].model_copy(
                update={"solution_ids": tuple(s for s, party in self._parties.items() if party == key)}
            )
            for key in keys
        )

    def _contracts(self) -> dict[str, str]:
        products = [choice for choice in self.chosen if not choice.is_measure]
        kinds = {key: int(party.kind is PartyKind.LEAD_UNIT) for key, party in self.pool.parties.items()}
        chosen = fewest_parties([choice.parties for choice in products], kinds)
        return {c.id: next(party for party in chosen if party in c.parties) for c in products}

    def _solution(self, choice: Choice) -> PlannedSolution:
        record = self.pool.solutions[choice.id]
        return PlannedSolution(
            id=record.id,
            name=record.name,
            provider=record.provider.name if record.provider else None,
            cost=cost_of([choice]),
            days=choice.days,
            party=self._parties[choice.id],
            closes=self._closes(choice),
            earns=self._earns(choice),
            covers=tuple(
                link
                for link in self.problem.links
                if link in self.after.covered and self._owned.covers.get(link) == choice.id
            ),
            synthetic_mark=record.face_mark,
        )

    def _closes(self, choice: Choice) -> tuple[ClosedScenario, ...]:
        names = {scenario.id: scenario for scenario in self.problem.instrument.scenarios}
        return tuple(
            ClosedScenario(
                scenario=raised.scenario,
                name=names[raised.scenario].name,
                required=names[raised.scenario].required,
                present=present,
                after=raised.level,
                counts=present < self.level <= raised.level,
                provenance=raised.provenance,
                confidence=raised.chance,
                evidence=raised.evidence,
            )
            for raised in choice.effects.raises
            if (present := self.problem.grades.get(raised.scenario, 0)) < raised.level
            and self._owned.raises[raised.scenario] == choice.id
        )

    def _earns(self, choice: Choice) -> tuple[EarnedOption, ...]:
        """Options earned through this item; the systems letter stands with the item that covers most."""
        earned = [
            option
            for effect in choice.effects.earns
            if self._owned.earns[effect.item_id, effect.letter] == choice.id
            and (option := self._option(effect)) is not None
        ]
        systems = self._systems()
        if systems is not None and systems[0] == choice.id:
            earned.append(systems[1])
        return tuple(earned)

    def _option(self, effect: Earn) -> EarnedOption | None:
        item = self.problem.instrument.item(effect.item_id)
        option = item.option(effect.letter) if item else None
        if item is None or option is None:
            return None
        before = self.problem.answers.get(item.id, ())
        if effect.letter not in self.after.answers.get(item.id, ()) or effect.letter in before:
            return None
        adds = option.points - item.points_for(before) if item.kind == "single" else option.points
        return EarnedOption(
            item_id=item.id,
            item_name=item.name,
            letter=option.letter,
            text=option.text,
            adds=plain(adds),
            scenario=option.scenario,
            provenance=effect.provenance,
            confidence=effect.chance,
            rests_on=effect.rests_on,
            evidence=effect.evidence,
        )

    def _systems(self) -> tuple[str, EarnedOption] | None:
        """Return the better letter of the information systems item and who stands for it."""
        thresholds = self.problem.rules.system_thresholds
        owners = [self._owned.covers[link] for link in self.problem.links if link in self.after.covered]
        letters = self.after.answers.get(thresholds.item, ())
        if not owners or not letters:
            return None
        covering = [
            cover
            for choice in self.chosen
            for cover in choice.effects.covers
            if cover.scenario in self.after.covered and self._owned.covers[cover.scenario] == choice.id
        ]
        # The answer is no better proven than the weakest link that it counts.
        weakest = min(covering, key=_rank)
        effect = Earn(thresholds.item, letters[0], weakest.provenance, weakest.chance, thresholds.rests_on)
        option = self._option(effect)
        most = max(owners, key=lambda owner: (owners.count(owner), owner))
        return None if option is None else (most, option)

    def proof(self) -> Proof:
        """Return what each kind of proof alone would carry."""
        confirmed = self._level_with(_CONFIRMED)
        declared = self._level_with(_DECLARED)
        level = self.after.result.level
        return Proof(
            confirmed_level=confirmed,
            declared_level=declared,
            level=level,
            text=self._proof_text(confirmed, declared, self.after.result),
        )

    def _level_with(self, kinds: frozenset[Provenance]) -> int:
        def counted(choice: Choice) -> Effects:
            return choice.effects if choice.is_measure else choice.effects.only(kinds)

        return after(self.problem, self.ids, counted).result.level

    def _proof_text(self, confirmed: int, declared: int, result: DiagnosisResult) -> str:
        name = result.level_name
        if not self.chosen:
            return f"现有诊断即为{name}，没有计入任何产品或举措"
        if all(choice.is_measure for choice in self.chosen):
            return f"{name}只靠自办举措即可达到，须留存材料，现场评定时以材料为准"
        if confirmed == result.level:
            return f"{name}由验收证实的作用和自办举措即可达到"
        if declared == result.level:
            return f"{name}按服务商声明的作用和自办举措可达到，尚待验收证实；其中推断的作用不影响等级"
        shown = self._name(declared)
        sure = f"只按服务商声明和自办举措为{shown}"
        return f"{name}计入了推断的作用，推断不是证明；{sure}，请在合同中写明并在验收时取证"

    def _name(self, level: int) -> str:
        step = self.problem.instrument.threshold(level)
        return step.name if step else "无等级"


def cost_of(choices: Iterable[Choice]) -> Cost:
    """Sum of costs with their range."""
    held = list(choices)
    return Cost(
        low_yuan=yuan(sum(choice.low_fen for choice in held)),
        high_yuan=yuan(sum(choice.high_fen for choice in held)),
        planned_yuan=yuan(sum(choice.cost_fen for choice in held)),
        estimated=any(choice.estimated for choice in held),
    )


def standing(result: DiagnosisResult, level: int) -> Standing:
    """Points, level, and scenarios that stand at ``level`` or above."""
    at_level = [grade for grade in result.scenarios if grade.grade >= level]
    return Standing(
        level=result.level,
        level_name=result.level_name,
        points=result.total,
        scenarios=len(at_level),
        required=sum(grade.required for grade in at_level),
    )
