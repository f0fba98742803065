"""The enterprise's own pains as a plan sees them: which products of the pool answer each, and how well."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from recommender.encoder.encoder import Encoder
from recommender.index.snapshot import Snapshot
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.constraints import Rule
from recommender.retrieval.fusion import FusionConfig
from recommender.retrieval.query import Query
from recommender.text.passages import Side
from recommender.text.scenarios import scenarios_of_need
from recommender.text.stated_pains import Pain, pains_of

#: From this text match a product answers a pain; the same curve that ranks recommendations.
LEAST_MATCH = 0.5
#: More pains than an owner writes; each costs a search.
_MOST = 12


@dataclass(frozen=True, slots=True)
class OwnNeed:
    """One pain.

    Attributes
    ----------
    text : str
        As the owner wrote it.
    matches : mapping of str to float
        Text match 0–1 of the products that are about it; a product for none of the scenarios that the pain
        names is not, whatever words it shares. A pain that names none has only words to go by: there the
        calibrated probability counts, so that the best of many strangers is no answer.
    """

    text: str
    matches: Mapping[str, float]

    @property
    def answers(self) -> frozenset[str]:
        """Products that match well enough to answer it."""
        return frozenset(key for key, match in self.matches.items() if match >= LEAST_MATCH)


def own_needs(
    needs: Sequence[str],
    snapshot: Snapshot,
    encoder: Encoder,
    pool: Collection[str],
    fusion: FusionConfig | None = None,
) -> tuple[OwnNeed, ...]:
    """Match each pain with the products that a plan may choose.

    Parameters
    ----------
    pool : collection of str
        Ids of those products; one that the index does not know yet has no text match.
    fusion : FusionConfig, optional
        Of the model that ranks; the shipped one by default.
    """
    in_pool = Rule("in_pool", "", lambda record: getattr(record, "id", "") in pool)
    return tuple(_matched(pain, snapshot, encoder, in_pool, fusion) for pain in pains_of(needs)[:_MOST])


def _matched(
    pain: Pain, snapshot: Snapshot, encoder: Encoder, rule: Rule, fusion: FusionConfig | None
) -> OwnNeed:
    found = find_candidates(snapshot, encoder, Side.SOLUTION, Query(text=pain.wanted), [rule], fusion)
    if found.fused is None:
        return OwnNeed(pain.shown, {})
    spoken_of = frozenset(scenarios_of_need(pain.wanted))
    scores = found.fused.match
    if not spoken_of and found.fused.probability is not None:
        scores = found.fused.probability
    solutions = snapshot.catalogue.solutions
    matches = {}
    for position in found.positions.tolist():
        key = found.index.owners[position]
        about = {effect.scenario for effect in solutions[key].scenarios}
        if not spoken_of or spoken_of & about:
            matches[key] = round(float(scores[position]), 6)
    return OwnNeed(pain.shown, matches)
