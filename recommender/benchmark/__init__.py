"""Peer benchmark: where an enterprise stands among its like, before and after a plan."""

from recommender.benchmark.peers import (
    LEAST_PEERS,
    Benchmark,
    GroupKind,
    Measure,
    MeasureKind,
    Peer,
    PeerGroup,
    peer_benchmark,
)
from recommender.benchmark.percentile import midrank_percentile

__all__ = [
    "LEAST_PEERS",
    "Benchmark",
    "GroupKind",
    "Measure",
    "MeasureKind",
    "Peer",
    "PeerGroup",
    "midrank_percentile",
    "peer_benchmark",
]
