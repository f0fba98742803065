"""What the product would rank, channel by channel."""

from collections.abc import Sequence

import numpy as np

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Solution
from recommender.encoder.encoder import Encoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.learning.graded_features import GradedChannels, GradedPairs
from recommender.learning.graded_model import cross_fitted
from recommender.learning.intervals import SEED
from recommender.learning.labelled_files import LabelledNeed
from recommender.learning.metrics import Floats, Ranks
from recommender.learning.needs_evaluation import rank_needs
from recommender.matching.ranked import Engine

CHANNELS = ("lexical", "dense", "hybrid", "ranked")


def our_ranks(
    records: dict[str, Solution], needs: Sequence[LabelledNeed], encoder: Encoder
) -> dict[str, Ranks]:
    """Rank of the right solution of each need, by channel."""
    if encoder.available:
        encoder.encode_queries([need.text for need in needs])  # in one batch; ranking asks one by one
    instrument = load_instrument()
    snapshot = build_snapshot(Catalogue(version=0, solutions=records), encoder, instrument)
    found = rank_needs(Engine.over(snapshot, encoder, instrument), needs).by_channel
    return {name: np.asarray(found[name], np.int64) for name in CHANNELS if name in found}


def our_graded_scores(pairs: GradedPairs, encoder: Encoder) -> dict[str, Floats]:
    """Scores of graded pairs by channel; ``ranked`` learns from the other folds' demands."""
    view = GradedChannels([pairs], encoder).view(pairs)
    scores, ranked = view.scores, cross_fitted(view, pairs, seed=SEED)
    hybrid = {"hybrid": scores["lexical"] + scores["dense"]} if "dense" in scores else {}
    return {**scores, **hybrid, "ranked": ranked}
