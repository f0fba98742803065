"""The plainly synthetic sample: hand-written solutions, needs and lead units, generated enterprises."""

from recommender.sample.bundle import Sample, sample
from recommender.sample.generator import SEED, make_enterprises
from recommender.sample.records import (
    BrokenSample,
    load_lead_units,
    load_notices,
    load_sample_needs,
    load_sample_solutions,
)

__all__ = [
    "SEED",
    "BrokenSample",
    "Sample",
    "load_lead_units",
    "load_notices",
    "load_sample_needs",
    "load_sample_solutions",
    "make_enterprises",
    "sample",
]
