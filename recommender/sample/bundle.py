"""The whole sample in one value."""

from dataclasses import dataclass
from functools import lru_cache

from recommender.domain import Diagnosis, Enterprise, LeadUnit, Need, Notice, Solution
from recommender.sample.generator import make_enterprises
from recommender.sample.records import (
    load_lead_units,
    load_notices,
    load_sample_needs,
    load_sample_solutions,
)


@dataclass(frozen=True)
class Sample:
    """Everything that is shipped for demonstration; every record is marked as synthetic.

    Attributes
    ----------
    diagnoses : tuple of Diagnosis
        One for each enterprise, in the same order.
    needs : tuple of Need
        Needs written for the solutions, a label for evaluation.
    """

    solutions: tuple[Solution, ...]
    enterprises: tuple[Enterprise, ...]
    diagnoses: tuple[Diagnosis, ...]
    lead_units: tuple[LeadUnit, ...]
    needs: tuple[Need, ...]
    notices: tuple[Notice, ...]


@lru_cache(maxsize=1)
def sample() -> Sample:
    """Return the shipped sample; made once per process.

    Raises
    ------
    recommender.sample.BrokenSample
        A file of the sample is missing or broken.
    """
    pairs = make_enterprises()
    return Sample(
        solutions=load_sample_solutions(),
        enterprises=tuple(enterprise for enterprise, _ in pairs),
        diagnoses=tuple(diagnosis for _, diagnosis in pairs),
        lead_units=load_lead_units(),
        needs=load_sample_needs(),
        notices=load_notices(),
    )
