"""Comparison of two rankings on live lists."""

from recommender.online.comparison import Comparison, compare

__all__ = ["Comparison", "compare"]
