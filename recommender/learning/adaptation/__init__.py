"""Domain adaptation of the text encoder: mining pairs, tuning the upper layers, shipping the difference."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recommender.learning.adaptation.report import TrainingReport
    from recommender.learning.adaptation.train import train_encoder
    from recommender.learning.adaptation.tuning import TuningConfig

_HOME = {
    "TrainingReport": "report",
    "TuningConfig": "tuning",
    "train_encoder": "train",
}

__all__ = [
    "TrainingReport",
    "TuningConfig",
    "train_encoder",
]


def __getattr__(name: str) -> object:
    """Import a part when it is first asked for; torch and scikit-learn come later still."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    return found
