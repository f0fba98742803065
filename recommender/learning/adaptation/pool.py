"""What a run learns from and is checked on, read from a store or put together by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from recommender.diagnosis.instrument import Instrument, load_instrument
from recommender.domain import Need, Solution
from recommender.domain.taxonomy import Scenario
from recommender.index.catalogue import Catalogue, read_catalogue
from recommender.learning.adaptation.outcomes import logged_outcomes
from recommender.learning.adaptation.pairs import Outcome
from recommender.sample.phrases import Pains, load_phrases
from recommender.store import Store


@dataclass(frozen=True, slots=True)
class Pool:
    """What is learned from and checked on.

    Attributes
    ----------
    pains : mapping
        What owners say of each scenario.
    """

    solutions: Mapping[str, Solution]
    needs: tuple[Need, ...]
    outcomes: tuple[Outcome, ...]
    instrument: Instrument | None
    pains: Mapping[Scenario, Pains] | None


def pool_of(source: Store | Catalogue, needs: Iterable[Need] = ()) -> Pool:
    """Read a pool from a store (with its needs and logged outcomes) or from a catalogue and given needs."""
    if isinstance(source, Store):
        catalogue = read_catalogue(source)
        with source.read() as work:
            stored = [one.record for one in work.needs.iterate()]
        outcomes = logged_outcomes(source, catalogue.enterprises)
        return _pool(catalogue, [*stored, *needs], outcomes)
    return _pool(source, needs, ())


def _pool(catalogue: Catalogue, needs: Iterable[Need], outcomes: Sequence[Outcome]) -> Pool:
    by_id = {need.id: need for need in needs}
    return Pool(
        catalogue.solutions,
        tuple(by_id[key] for key in sorted(by_id)),
        tuple(outcomes),
        load_instrument(),
        load_phrases().pains,
    )
