"""What diagnosed enterprises need and the pool lacks, and a call for solutions."""

from recommender.gaps.demand import Demand, demands_of
from recommender.gaps.report import Cell, PoolGaps, pool_gaps

__all__ = ["Cell", "Demand", "PoolGaps", "demands_of", "pool_gaps"]
