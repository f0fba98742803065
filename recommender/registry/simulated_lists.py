"""Lists that a model would give to stored enterprises and lead units; nothing is served or logged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.matching.lead_units import rank_lead_units
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions, order_solutions
from recommender.retrieval.candidates import Candidates
from recommender.retrieval.partner import lead_unit_partner
from recommender.retrieval.situation import Situation, situation_of

Floats = NDArray[np.float64]
Lists = Sequence[Sequence[str]]


def drawn_enterprises(engine: Engine, most: int, seed: int) -> list[Enterprise]:
    """Return at most so many stored enterprises, drawn by a seed."""
    known = engine.snapshot.catalogue.enterprises
    firms = [known[key] for key in sorted(known)]
    if len(firms) <= most:
        return firms
    chosen = np.random.default_rng(seed).choice(len(firms), most, replace=False)
    return [firms[at] for at in sorted(chosen.tolist())]


def situation_in(engine: Engine, firm: Enterprise) -> Situation:
    """Return the situation of a stored enterprise as a request would find it."""
    return situation_of(firm, engine.snapshot.results.get(firm.uscc), engine.instrument)


@dataclass(slots=True)
class SimulatedLists:
    """The ids that one model would list, best first.

    Attributes
    ----------
    depth : int
        Places of a list.
    solutions, units : list of list of str
        One list for each enterprise that was added.
    """

    engine: Engine
    depth: int
    solutions: list[list[str]] = field(default_factory=list)
    units: list[list[str]] = field(default_factory=list)

    def add(self, firm: Enterprise, found: Candidates | None = None) -> Candidates:
        """Make the lists of one enterprise.

        Parameters
        ----------
        found : Candidates, optional
            What a model with the same text channels found for it.

        Returns
        -------
        Candidates
            What was found.
        """
        situation, wishes = situation_in(self.engine, firm), Wishes(k=self.depth)
        candidates = found or find_solutions(self.engine, situation, wishes)
        ordered, _ = order_solutions(self.engine, situation, wishes, candidates)
        self.solutions.append([one.owner for one in ordered[: self.depth]])
        self.units.append([item.id for item in rank_lead_units(self.engine, situation, wishes).items])
        return candidates

    def prospects(self, on: date) -> list[list[str]]:
        """Return the list of every lead unit: enterprises that agreed to be shown to it on a day."""
        catalogue = self.engine.snapshot.catalogue
        units = (catalogue.lead_units[key] for key in sorted(catalogue.lead_units))
        partners = [lead_unit_partner(unit, catalogue.solutions) for unit in units]
        ranked = (rank_prospects(self.engine, partner, Wishes(k=self.depth), on=on) for partner in partners)
        return [[item.id for item in one.items] for one in ranked]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure by list and party under two models: a place at rank k counts 1/k.

    Attributes
    ----------
    candidate, served : float64 (lists, parties)
    """

    parties: tuple[str, ...]
    candidate: Floats
    served: Floats

    @classmethod
    def of(cls, candidate: Lists, served: Lists, party_of: Callable[[str], str | None]) -> "Exposure":
        """Lay out the lists of both models; what belongs to no known party is left out."""
        keys = {key for lists in (candidate, served) for one in lists for key in one}
        owner = {key: party for key in keys if (party := party_of(key)) is not None}
        columns = {party: column for column, party in enumerate(sorted(set(owner.values())))}

        def matrix(lists: Lists) -> Floats:
            made = np.zeros((len(lists), len(columns)))
            for row, one in enumerate(lists):
                for rank, key in enumerate(one, start=1):
                    if key in owner:
                        made[row, columns[owner[key]]] += 1.0 / rank
            return made

        return cls(tuple(columns), matrix(candidate), matrix(served))
