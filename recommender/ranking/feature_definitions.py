"""What each ranking feature means and by which revision of its computation: ``data/ranking/features.json``.

A learned weight is worth something only for the feature that it was learned on. So a stored model carries the
fingerprint of these definitions, and is refused where they have changed since.
"""

import hashlib
import json
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir

Target = Literal["solution", "lead_unit", "prospect"]
TARGETS: tuple[Target, ...] = ("solution", "lead_unit", "prospect")


class FeatureDefinition(BaseModel):
    """One feature of a ranking.

    Attributes
    ----------
    title, meaning : str
        For people, in Chinese.
    revision : int
        Raised whenever the same record may get another value than before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    meaning: str
    revision: int = Field(ge=1)


class FeatureDefinitions(BaseModel):
    """Features of each kind of ranking, by name."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    solution: dict[str, FeatureDefinition]
    lead_unit: dict[str, FeatureDefinition]
    prospect: dict[str, FeatureDefinition]

    def of(self, target: Target) -> dict[str, FeatureDefinition]:
        """Return the features of one kind of ranking."""
        return {"solution": self.solution, "lead_unit": self.lead_unit, "prospect": self.prospect}[target]

    def fingerprint(self, target: Target) -> str:
        """Return a SHA-256 over names and revisions, whatever their order and their titles."""
        revisions = {name: definition.revision for name, definition in self.of(target).items()}
        return hashlib.sha256(json.dumps(revisions, sort_keys=True).encode()).hexdigest()

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of every kind of ranking."""
        return {target: self.fingerprint(target) for target in TARGETS}


@lru_cache(maxsize=1)
def load_feature_definitions() -> FeatureDefinitions:
    """Read the definitions once."""
    file = data_dir() / "ranking" / "features.json"
    return FeatureDefinitions.model_validate_json(file.read_text(encoding="utf-8"))
