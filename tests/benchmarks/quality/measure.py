"""Runs every system on one set of queries."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from recommender.domain import Solution
from recommender.encoder.encoder import Encoder
from recommender.learning.graded_features import GradedPairs
from recommender.learning.intervals import cluster_numbers
from recommender.learning.labelled_files import LabelledNeed
from recommender.learning.metrics import Floats, Ranks, graded_ndcg, pessimistic_ranks
from recommender.learning.needs_evaluation import METRICS
from tests.benchmarks.quality.corpus import Scores, make_corpus
from tests.benchmarks.quality.dense_peers import Shipped, UniversalSentenceEncoder
from tests.benchmarks.quality.hybrid_peers import Qdrant, Txtai
from tests.benchmarks.quality.lexical_peers import Bm25s, CharacterTfidf, Tantivy
from tests.benchmarks.quality.ours import our_graded_scores, our_ranks
from tests.benchmarks.quality.peer import Peer
from tests.benchmarks.quality.table import Measured, Table, make_table

PEERS: Mapping[str, type[Peer]] = {
    "tfidf": CharacterTfidf,
    "bm25s": Bm25s,
    "tantivy": Tantivy,
    "e5": Shipped,
    "use": UniversalSentenceEncoder,
    "txtai": Txtai,
    "qdrant": Qdrant,
}
HEADLINE = "ndcg@10"
Told = Callable[[str], None]


def _of_ranks(ranks: Ranks) -> dict[str, Floats]:
    order = (HEADLINE, *(metric for metric in METRICS if metric != HEADLINE))
    return {metric: METRICS[metric](ranks) for metric in order}


def measure_needs(
    records: Mapping[str, Solution],
    needs: Sequence[LabelledNeed],
    *,
    ours: Encoder,
    shipped: Encoder,
    peers: Sequence[str],
    told: Told,
) -> Table:
    """Compare on needs whose right solution is known.

    Parameters
    ----------
    records : mapping of str to Solution
        Candidates by id.
    ours, shipped : Encoder
        Of the product, and of the peers that take vectors from outside.
    told : callable
        Called with a line before each system.
    """
    told("ours")
    systems = [
        Measured(name=name, kind="ours", settings={"as configured": _of_ranks(ranks)})
        for name, ranks in our_ranks(dict(records), needs, ours).items()
    ]
    owners = sorted(records)
    corpus = make_corpus([(records[owner].name, records[owner].text) for owner in owners], shipped)
    relevant = [owners.index(str(need.solution_id)) for need in needs]
    queries = [need.text for need in needs]
    for key in peers:
        peer = PEERS[key]()
        told(peer.name)
        installed = peer.versions()
        settings = {}
        if installed is not None:
            settings = {
                name: _of_ranks(pessimistic_ranks(scores, relevant))
                for name, scores in peer.variants(corpus, queries)
            }
        systems.append(Measured(name=peer.name, kind="peer", version=installed, settings=settings))
    clusters = cluster_numbers([str(need.solution_id) for need in needs])
    return make_table(
        "Needs to solutions", systems, clusters=clusters, candidates=len(owners), headline=HEADLINE
    )


def measure_graded(
    pairs: GradedPairs, *, ours: Encoder, shipped: Encoder, peers: Sequence[str], told: Told
) -> Table:
    """Compare on demands whose supplies staff graded; peers score title alone and title with text."""

    def ndcg(scores: Floats) -> dict[str, Floats]:
        return {HEADLINE: graded_ndcg(scores, pairs.grades, pairs.groups, 10)}

    told("ours")
    systems = [
        Measured(name=name, kind="ours", settings={"5-fold by demand" if name == "ranked" else "": ndcg(own)})
        for name, own in our_graded_scores(pairs, ours).items()
    ]
    supplies = sorted(set(pairs.supplies))
    column = np.asarray([supplies.index(supply) for supply in pairs.supplies])
    corpus = make_corpus([("", supply) for supply in supplies], shipped)
    asked = {
        "title": list(pairs.titles),
        "title and text": [f"{a} {b}" for a, b in zip(pairs.titles, pairs.leads, strict=True)],
    }
    for key in peers:
        peer = PEERS[key]()
        if not peer.for_pairs:
            continue
        told(peer.name)
        installed = peer.versions()
        settings: dict[str, dict[str, Floats]] = {}
        for form, queries in asked.items() if installed is not None else ():
            scored: list[tuple[str, Scores]] = list(peer.variants(corpus, queries))
            settings |= {f"{form}; {name}": ndcg(own[pairs.groups, column]) for name, own in scored}
        systems.append(Measured(name=peer.name, kind="peer", version=installed, settings=settings))
    return make_table(
        "Graded supplies within a demand",
        systems,
        clusters=np.arange(len(pairs.demand_ids)),
        candidates=len(supplies),
        headline=HEADLINE,
    )
