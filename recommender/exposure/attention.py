"""Counts of the logs as matrices: enterprises by parties, for one market and one period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from recommender.exposure.caps import Market
from recommender.index.catalogue import Catalogue
from recommender.store import UnitOfWork

IMPRESSION, CONTACT, SERVED = "impression", "contact", "served"
#: What served lists call the two markets.
_TARGETS = {"lead_unit": Market.LEAD_UNIT, "solution": Market.VENDOR}
Floats = NDArray[np.float64]
#: (enterprise, party) -> amount.
Cells = dict[tuple[str, str], float]
#: By market and what was counted.
Counts = dict[tuple[Market, str], Cells]


@dataclass(frozen=True, slots=True)
class Parties:
    """Who competes in each market, and to whom an object of the log belongs."""

    members: Mapping[Market, tuple[str, ...]]
    owner_of: Mapping[str, tuple[Market, str]]


def parties_of(catalogue: Catalogue) -> Parties:
    """Return the lead units and the vendors with an admitted product; a product belongs to its provider."""
    owners: dict[str, tuple[Market, str]] = {}
    vendors: set[str] = set()
    for solution in catalogue.solutions.values():
        if solution.provider is None:
            continue
        owners[solution.id] = owners[solution.provider.id] = (Market.VENDOR, solution.provider.id)
        if solution.audit_state == "admitted":
            vendors.add(solution.provider.id)
    owners |= {key: (Market.LEAD_UNIT, key) for key in catalogue.lead_units}
    members = {
        Market.LEAD_UNIT: tuple(sorted(catalogue.units_in_office)),
        Market.VENDOR: tuple(sorted(vendors)),
    }
    return Parties(members, owners)


@dataclass(frozen=True, slots=True)
class Attention:
    """What happened in a period.

    Attributes
    ----------
    lists : mapping of (market, enterprise) to int
        Lists served to an enterprise.
    unattributed : mapping of str to int
        What belongs to no stored enterprise or no known party, by kind.
    """

    counts: Counts
    lists: Mapping[tuple[Market, str], int]
    unattributed: Mapping[str, int]


class Reader:
    """Reads the logs for some enterprises.

    Parameters
    ----------
    enterprises : frozenset of str
        Credit codes that count as subjects.
    """

    def __init__(self, work: UnitOfWork, parties: Parties, enterprises: frozenset[str]) -> None:
        self._work = work
        self._parties = parties
        self._enterprises = enterprises

    def attention(self, since: datetime, until: datetime) -> Attention:
        """Count everything in a half-open period."""
        counts: Counts = {}
        unattributed = {}
        for kind in (IMPRESSION, CONTACT):
            told, unattributed[kind] = self.events(kind, since, until)
            counts |= {(market, kind): cells for market, cells in told.items()}
        places = self._work.served_lists.places(since, until)
        rows = ((s, thing, n / rank, n) for target, s, thing, rank, n in places if target in _TARGETS)
        told, unattributed[SERVED] = self._attributed(rows)
        counts |= {(market, SERVED): cells for market, cells in told.items()}
        lists = {
            (_TARGETS[target], subject): number
            for target, subject, number in self._work.served_lists.counts(since, until)
            if target in _TARGETS and subject in self._enterprises
        }
        return Attention(counts, lists, unattributed)

    def events(self, kind: str, since: datetime, until: datetime) -> tuple[dict[Market, Cells], int]:
        """Count the events of a type by market; the rest is what cannot be attributed."""
        counted = self._work.events.counts(kind, since, until)
        return self._attributed((subject, thing, float(number), number) for subject, thing, number in counted)

    def _attributed(
        self, rows: Iterable[tuple[str | None, str, float, int]]
    ) -> tuple[dict[Market, Cells], int]:
        cells: dict[Market, Cells] = {market: {} for market in Market}
        others = 0
        for subject, thing, amount, number in rows:
            owner = self._parties.owner_of.get(thing)
            if subject is None or subject not in self._enterprises or owner is None:
                others += number
                continue
            market, party = owner
            place = (subject, party)
            cells[market][place] = cells[market].get(place, 0.0) + amount
        return cells, others


def matrix(
    cells: Mapping[tuple[str, str], float], rows: Mapping[str, int], columns: Mapping[str, int]
) -> Floats:
    """Return counts as (enterprises, parties); what has no row or column is left out."""
    made = np.zeros((len(rows), len(columns)))
    for (enterprise, party), amount in cells.items():
        if enterprise in rows and party in columns:
            made[rows[enterprise], columns[party]] += amount
    return made
