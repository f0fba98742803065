"""The integer program behind a plan, solved by HiGHS through SciPy.

Every variable is binary. A scenario, link or option is an indicator below the sum of the chosen items that
bring it (the solver is faster with whole indicators than with continuous ones, though both are right). A
single item selects one letter; the information systems item asks for enough covered links. Costs are divided
by their greatest common divisor, so that the solver knows that they move in steps.
"""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, milp

from recommender.errors import SmematchError, Unavailable
from recommender.planning.dominance import dominance
from recommender.planning.problem import MILLI, Choice, Problem, Schedule, milli, milli_of
from recommender.planning.rows import Rows
from recommender.planning.selection import Requirement, Selection, meets

#: Longest time for one solve, in seconds; past it the best plan found is given with its gap.
TIME_LIMIT = 10.0
#: Below the smallest difference of points (0.025) and of money (0.01 yuan).
_SLACK = 1e-4
_INFEASIBLE = 2


class UnverifiedPlan(SmematchError):
    """The solver's answer did not hold when it was recomputed exactly; nothing is shown then."""

    code = "unverified_plan"
    title = "方案未通过复核"


class SolverTimeout(Unavailable):
    """Nothing was found and nothing ruled out in the time given."""

    code = "solver_timeout"
    title = "求解超时"


class Model:
    """The program of one problem for some levels; built once, solved for several questions.

    Parameters
    ----------
    problem : Problem
        What can be chosen.
    levels : sequence of int
        Levels for which scenarios are counted.
    needs : bool
        Whether the enterprise's own needs are looked at; the solver is faster without.
    """

    def __init__(self, problem: Problem, levels: Sequence[int], *, needs: bool = False) -> None:
        self.problem = problem
        self._rows = Rows()
        self._width = len(problem.choices)
        self._column = {choice.id: number for number, choice in enumerate(problem.choices)}
        #: Column of each (scenario, level) that can be lifted.
        self.scenario_columns = self._scenarios(levels)
        #: Gain in thousandths of a point by column.
        self.point_columns = self._options()
        #: Match of each pair of need and product that is about it, by column.
        self.need_columns = self._needs() if needs else {}
        # Rows up to here speak of what a choice brings, those after it of what it is limited by.
        brings = self._rows.touched(len(problem.choices))
        self._unit = math.gcd(*(choice.cost_fen for choice in problem.choices)) or 1
        self._limits()
        self._base = self._rows.constraint(self._width)
        self._upper = np.ones(self._width)
        self._upper[[self._column[choice.id] for choice in problem.choices if self._too_long(choice)]] = 0.0
        self._dominators = dominance(problem, brings, self._upper[: len(problem.choices)] > 0)
        self._lower = np.zeros(self._width)
        self._lower[[self._column[wanted] for wanted in problem.limits.must]] = 1.0

    def _new(self) -> int:
        self._width += 1
        return self._width - 1

    def _indicator(self, providers: Iterable[int]) -> int:
        # indicator <= sum of its providers
        column = self._new()
        self._rows.add({column: 1.0, **dict.fromkeys(providers, -1.0)}, high=0.0)
        return column

    def _scenarios(self, levels: Sequence[int]) -> dict[tuple[str, int], int]:
        lifters: dict[tuple[str, int], set[int]] = defaultdict(set)
        for number, choice in enumerate(self.problem.choices):
            for raised in choice.effects.raises:
                for level in levels:
                    if self.problem.grades.get(raised.scenario, 0) < level <= raised.level:
                        lifters[raised.scenario, level].add(number)
        return {key: self._indicator(sorted(providers)) for key, providers in sorted(lifters.items())}

    def _options(self) -> dict[int, int]:
        earners: dict[tuple[str, str], set[int]] = defaultdict(set)
        coverers: dict[str, set[int]] = defaultdict(set)
        for number, choice in enumerate(self.problem.choices):
            for earned in choice.effects.earns:
                earners[earned.item_id, earned.letter].add(number)
            for cover in choice.effects.covers:
                coverers[cover.scenario].add(number)
        gains: dict[int, int] = {}
        singles: dict[str, list[int]] = defaultdict(list)
        for (item_id, letter), providers in sorted(earners.items()):
            self._option(item_id, letter, sorted(providers), gains, singles)
        self._systems(coverers, gains, singles)
        for columns in singles.values():
            self._rows.add(dict.fromkeys(columns, 1.0), high=1.0)
        return gains

    def _option(
        self,
        item_id: str,
        letter: str,
        providers: list[int],
        gains: dict[int, int],
        singles: dict[str, list[int]],
    ) -> None:
        item = self.problem.instrument.item(item_id)
        if item is None or letter == item.exclusive:
            return
        gain = milli_of(self.problem.instrument, item_id, (letter,))
        if item.kind == "single":
            gain -= self.problem.present_milli[item_id]
        elif letter in self.problem.answers.get(item_id, ()):
            gain = 0
        if gain <= 0:
            return
        column = self._indicator(providers)
        gains[column] = gain
        if item.kind == "single":
            singles[item_id].append(column)

    def _needs(self) -> dict[int, float]:
        # A need is worth the match of one chosen product, the best.
        matches: dict[int, float] = {}
        for need in self.problem.needs:
            columns = {
                self._indicator([self._column[key]]): match
                for key, match in sorted(need.matches.items())
                if match > 0 and key in self._column
            }
            if columns:
                self._rows.add(dict.fromkeys(columns, 1.0), high=1.0)
            matches |= columns
        return matches

    def _systems(
        self, coverers: Mapping[str, set[int]], gains: dict[int, int], singles: dict[str, list[int]]
    ) -> None:
        problem = self.problem
        covered = [
            self._indicator(sorted(coverers[link]))
            for link in problem.links
            if link in coverers and link not in problem.covered_links
        ]
        thresholds = problem.rules.system_thresholds
        present = problem.present_milli.get(thresholds.item, 0)
        for letter, least in thresholds.least_links.items():
            gain = milli_of(problem.instrument, thresholds.item, (letter,)) - present
            missing = least - problem.covered_now
            if gain <= 0 or missing > len(covered):
                continue
            column = self._new()
            self._rows.add({**dict.fromkeys(covered, 1.0), column: -float(missing)}, low=0.0)
            gains[column] = gain
            singles[thresholds.item].append(column)

    def _limits(self) -> None:
        limits = self.problem.limits
        for group in limits.conflicts:
            held = [self._column[one] for one in sorted(group) if one in self._column]
            if len(held) > 1:
                self._rows.add(dict.fromkeys(held, 1.0), high=1.0)
        for needing, needed in limits.prerequisites.items():
            if needing in self._column:
                for one in needed:
                    terms = {self._column[needing]: 1.0}
                    if one in self._column:
                        terms[self._column[one]] = -1.0
                    self._rows.add(terms, high=0.0)
        if limits.max_days is not None and limits.schedule is Schedule.SEQUENTIAL:
            days = {self._column[c.id]: float(c.days) for c in self.problem.choices if c.days}
            self._rows.add(days, high=float(limits.max_days))
        if limits.max_parties is not None:
            self._parties(limits.max_parties)

    def _parties(self, most: int) -> None:
        keys = sorted({party for choice in self.problem.choices for party in choice.parties})
        columns = {key: self._new() for key in keys}
        for number, choice in enumerate(self.problem.choices):
            if choice.parties:
                offered = {columns[party]: -1.0 for party in choice.parties}
                self._rows.add({number: 1.0, **offered}, high=0.0)
        self._rows.add(dict.fromkeys(columns.values(), 1.0), high=float(most))

    def _too_long(self, choice: Choice) -> bool:
        most = self.problem.limits.max_days
        return most is not None and (choice.days is None or choice.days > most)

    def _costs(self) -> dict[int, float]:
        # Small whole numbers: the solver then knows that costs move in steps and stops sooner.
        return {n: c.cost_fen / self._unit for n, c in enumerate(self.problem.choices) if c.cost_fen}

    def _required(self, need: Requirement, rows: Rows) -> bool:
        """Add the rows of a requirement; False when it cannot be met by any choice."""
        step = self.problem.instrument.threshold(need.level)
        if step is None:
            return False
        present = self.problem.present
        at_level = [grade for grade in present.scenarios if grade.grade >= need.level]
        binding = {s.id for s in self.problem.instrument.scenarios if s.required}
        lifted = {key[0]: column for key, column in self.scenario_columns.items() if key[1] == need.level}
        wanted: list[tuple[dict[int, float], float]] = [
            (dict.fromkeys(lifted.values(), 1.0), step.min_scenarios + need.spare_scenarios - len(at_level)),
            (
                {column: 1.0 for scenario, column in lifted.items() if scenario in binding},
                step.min_required + need.spare_required - sum(grade.required for grade in at_level),
            ),
            (
                {column: gain / MILLI for column, gain in self.point_columns.items()},
                (milli(step.min_points) + need.spare_milli - milli(present.total)) / MILLI,
            ),
        ]
        for terms, least in wanted:
            if least <= 0:
                continue
            if sum(terms.values()) < least:
                return False
            rows.add(terms, low=least)
        for number in need.needs:
            answers = self.problem.needs[number].answers & self._column.keys()
            if not answers:
                return False
            rows.add({self._column[key]: 1.0 for key in answers}, low=1.0)
        return True

    def _asked(
        self,
        budget_fen: int | None,
        cuts: Sequence[frozenset[str]],
        without: frozenset[str],
    ) -> tuple[Rows, NDArray[np.float64]]:
        rows = Rows()
        if budget_fen is not None:
            rows.add(self._costs(), high=float(budget_fen // self._unit))
        for cut in cuts:
            rows.add({self._column[one]: 1.0 for one in cut}, high=len(cut) - 1.0)
        upper = self._upper.copy()
        barred = [self._column[one] for one in without]
        upper[barred] = 0.0
        # Each cut bars at most one of the plans that swap a choice for one of its dominators, so a choice
        # with more dominators than there are cuts is in no best plan.
        dominators = self._dominators.sum(axis=0) - self._dominators[barred].sum(axis=0)
        upper[: len(dominators)][dominators > len(cuts)] = 0.0
        return rows, upper

    def least_cost(
        self,
        need: Requirement,
        *,
        budget_fen: int | None = None,
        cuts: Sequence[frozenset[str]] = (),
        without: frozenset[str] = frozenset(),
    ) -> Selection | None:
        """Return the cheapest selection that meets a requirement, None when there is none.

        Parameters
        ----------
        budget_fen : int, optional
            Most that it may cost.
        cuts : sequence of frozenset of str
            Selections that may not be contained in the answer.
        without : frozenset of str
            Ids that may not be chosen.

        Raises
        ------
        UnverifiedPlan
            If what the solver says does not hold when recomputed exactly.
        SolverTimeout
            If nothing was found and nothing ruled out in time.
        ValueError
            If own needs are required of a model that does not look at them.
        """
        if need.needs and not self.need_columns:
            raise ValueError("a model without needs cannot answer them")
        rows, upper = self._asked(budget_fen, cuts, without)
        if not self._required(need, rows):
            return None
        found = self._solve(self._costs(), rows, upper)
        if found is None:
            return None
        found = self._without_idle(found, need)
        if not meets(self.problem, found.ids, need) or (
            budget_fen is not None and found.cost_fen > budget_fen
        ):
            raise UnverifiedPlan("求解结果与按评测指标重新计算的结果不一致，未给出方案。")
        return found

    def most_value(self, *, budget_fen: int | None = None) -> Selection | None:
        """Return the selection of most value, cheapest among equals.

        Value is points, plus weighted scenario steps, plus the weighted match of the enterprise's own needs.
        """
        worth = self._worth()
        rows, upper = self._asked(budget_fen, (), frozenset())
        best = self._solve({column: -value for column, value in worth.items()}, rows, upper)
        if best is None or not worth:
            return best
        rows.add(worth, low=best.worth - _SLACK)
        cheapest = self._solve(self._costs(), rows, upper)
        if cheapest is None:
            return best
        seconds = best.seconds + cheapest.seconds
        both = best.optimal and cheapest.optimal
        return replace(cheapest, optimal=both, gap=best.gap, seconds=seconds)

    def _worth(self) -> dict[int, float]:
        weights = self.problem.rules.value
        binding = {s.id for s in self.problem.instrument.scenarios if s.required}
        worth = {column: gain / MILLI for column, gain in self.point_columns.items()}
        for (scenario, _level), column in self.scenario_columns.items():
            worth[column] = float(weights.required_step if scenario in binding else weights.guiding_step)
        worth |= {column: float(weights.need) * match for column, match in self.need_columns.items()}
        return worth

    def _solve(
        self, objective: Mapping[int, float], rows: Rows, upper: NDArray[np.float64]
    ) -> Selection | None:
        width = self._width
        started = time.perf_counter()
        if not width or np.any(self._lower > upper):
            empty = Selection(frozenset(), 0, optimal=True, gap=0.0, seconds=0.0)
            return empty if not width and all(low <= 0 for low in rows.low) else None
        weights = np.zeros(width)
        weights[list(objective.keys())] = list(objective.values())
        answer = milp(
            weights,
            integrality=np.ones(width, np.int64),
            bounds=Bounds(self._lower, upper),
            constraints=[self._base, rows.constraint(width)],
            options={"mip_rel_gap": 0.0, "time_limit": TIME_LIMIT},
        )
        seconds = time.perf_counter() - started
        if answer.x is None:
            if answer.status == _INFEASIBLE:
                return None
            raise SolverTimeout(f"求解在 {TIME_LIMIT:.0f} 秒内没有得出结论，请减少条件后重试。")
        chosen = frozenset(c.id for n, c in enumerate(self.problem.choices) if answer.x[n] > 0.5)
        gap = None if answer.mip_gap is None else float(answer.mip_gap)
        optimal = answer.status == 0
        return Selection(
            ids=chosen,
            cost_fen=self.problem.cost_fen(chosen),
            optimal=optimal,
            gap=0.0 if optimal else gap,
            seconds=seconds,
            worth=-float(answer.fun),
        )

    def _without_idle(self, found: Selection, need: Requirement) -> Selection:
        """Drop items that cost nothing and bring nothing needed; a plan cut off by time may hold others."""
        limits = self.problem.limits
        kept = set(found.ids)
        for choice in sorted(self.problem.selected(kept), key=lambda c: (-c.cost_fen, c.id)):
            if choice.id in limits.must or (found.optimal and choice.cost_fen):
                continue
            if any(choice.id in limits.prerequisites.get(other, ()) for other in kept):
                continue
            if meets(self.problem, kept - {choice.id}, need):
                kept.discard(choice.id)
        ids = frozenset(kept)
        return replace(found, ids=ids, cost_fen=self.problem.cost_fen(ids))
