"""One market as matrices: everybody's attention and merit, rows by enterprise, columns by party."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.exposure.attention import CONTACT, IMPRESSION, SERVED, Attention, matrix
from recommender.exposure.caps import Market
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import pair_scores
from recommender.retrieval.partner import Partner

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Board:
    """A market in a period: n enterprises that something happened to, m parties.

    Attributes
    ----------
    seen, contacted : float (n, m)
        Numbers of events.
    served : float (n, m)
        Places in served lists, rank k counting 1/k.
    lists : float (n, 1)
        Lists served.
    merit : float (n, m)
        Two-sided score, 0 where a list could not have held the party.
    could_hold : bool (n, m)
        Whether the party serves the enterprise's sub-industry and district.
    """

    market: Market
    enterprises: Sequence[Enterprise]
    parties: Sequence[Partner]
    seen: Floats
    contacted: Floats
    served: Floats
    lists: Floats
    merit: Floats
    could_hold: Bools

    def deserved(self, rows: Bools) -> Floats:
        """Divide each enterprise's impressions among the parties its lists could have held, by merit."""
        merit, seen = self.merit[rows], self.seen[rows]
        total = merit.sum(axis=1, keepdims=True)
        weights = np.divide(merit, total, out=np.zeros_like(merit), where=total > 0)
        return np.asarray(weights * seen.sum(axis=1, keepdims=True), np.float64)


def board_of(
    market: Market,
    told: Attention,
    enterprises: Mapping[str, Enterprise],
    parties: Sequence[Partner],
    engine: Engine,
    on: date,
) -> Board:
    """Lay out a market and score its pairs."""
    involved = {uscc for kind in (IMPRESSION, CONTACT, SERVED) for uscc, _ in told.counts[market, kind]}
    chosen = [enterprises[uscc] for uscc in sorted(involved)]
    rows = {firm.uscc: row for row, firm in enumerate(chosen)}
    columns = {party.id: column for column, party in enumerate(parties)}
    seen, contacted, served = (
        matrix(told.counts[market, kind], rows, columns) for kind in (IMPRESSION, CONTACT, SERVED)
    )
    lists = np.array([told.lists.get((market, uscc), 0) for uscc in rows], np.float64)
    pairs = pair_scores(engine, chosen, parties, on=on)
    return Board(
        market=market,
        enterprises=chosen,
        parties=parties,
        seen=seen,
        contacted=contacted,
        served=served,
        lists=lists[:, None],
        merit=np.where(pairs.allowed, pairs.p_match, 0.0),
        could_hold=pairs.allowed,
    )
