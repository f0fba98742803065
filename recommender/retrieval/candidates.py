"""Candidates: the records of one side that pass the constraints, with their text scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder
from recommender.index.snapshot import SideIndex, Snapshot
from recommender.retrieval.channels import Channel, ChannelScores, DenseChannel, LexicalChannel
from recommender.retrieval.conditions import Candidate
from recommender.retrieval.constraints import Excluded, Rule, apply_rules
from recommender.retrieval.fusion import Fused, FusionConfig, fuse
from recommender.retrieval.query import Query
from recommender.retrieval.query_vectors import QueryVectors
from recommender.retrieval.sentence_channels import PainChannel, RunChannel
from recommender.text.passages import Side

DENSE_UNAVAILABLE = "dense_unavailable"


@dataclass(frozen=True, slots=True)
class Candidates:
    """What retrieval found.

    Attributes
    ----------
    index : SideIndex
        The side that was searched; positions refer to its owners.
    allowed : bool (owners,)
        Records that passed the constraints.
    channels : dict of str to ChannelScores
        By channel name; empty when there was nothing to match by text.
    fused : Fused, optional
        None when there was nothing to match by text.
    degraded : str, optional
        ``dense_unavailable`` when an encoder was wanted and could not be used.
    """

    side: Side
    index: SideIndex
    allowed: NDArray[np.bool_]
    channels: dict[str, ChannelScores]
    fused: Fused | None
    excluded: Sequence[Excluded]
    degraded: str | None

    @property
    def positions(self) -> NDArray[np.int64]:
        """Positions of the allowed records."""
        return np.flatnonzero(self.allowed)


def records_of(snapshot: Snapshot, side: Side) -> Mapping[str, Candidate]:
    """Return the records of one side by id."""
    catalogue = snapshot.catalogue
    match side:
        case Side.SOLUTION:
            return catalogue.solutions
        case Side.LEAD_UNIT:
            return catalogue.lead_units
        case Side.ENTERPRISE:
            return catalogue.enterprises
        case Side.NOTICE:
            return catalogue.notices


def find_candidates(
    snapshot: Snapshot,
    encoder: Encoder,
    side: Side,
    query: Query,
    rules: Sequence[Rule],
    fusion: FusionConfig | None = None,
) -> Candidates:
    """Apply the constraints, then score what is left by every text channel and fuse.

    The list is short only when the pool is: nothing is cut off here and nothing is filtered afterwards.
    """
    index = snapshot.sides[side]
    allowed, excluded = apply_rules(index.owners, records_of(snapshot, side), rules)
    channels: list[Channel] = [LexicalChannel(snapshot)]
    if snapshot.has_vectors:
        vectors = QueryVectors(query, encoder)
        channels += [kind(snapshot, vectors) for kind in (DenseChannel, RunChannel, PainChannel)]
    found = {channel.name: channel.score(query, side, allowed) for channel in channels}
    scored = {name: scores for name, scores in found.items() if scores is not None}
    return Candidates(
        side=side,
        index=index,
        allowed=allowed,
        channels=scored,
        fused=fuse(scored, allowed, fusion, side) if scored and allowed.any() else None,
        excluded=excluded,
        degraded=None if snapshot.has_vectors or not snapshot.passages else DENSE_UNAVAILABLE,
    )
