"""What the registry answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from recommender.errors import SmematchError
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.manifest import Manifest
from recommender.registry.promotions import Change
from recommender.registry.storage import StoredModel


@dataclass(frozen=True, slots=True)
class Served:
    """A model to rank with.

    Attributes
    ----------
    since : datetime, optional
        When it was put to service; None for the shipped model that nobody promoted.
    """

    model: RankingModel
    since: datetime | None


class ModelEntry(BaseModel):
    """One version in a listing.

    Attributes
    ----------
    shipped : bool
        Whether it came with the program.
    problem : dict, optional
        ``code`` and ``detail`` of why it cannot be served.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    served: bool
    shipped: bool
    parent: str | None
    created_at: AwareDatetime | None
    created_by: str | None
    note: str | None
    problem: dict[str, Any] | None

    @classmethod
    def of(
        cls, version: str, manifest: Manifest | None, problem: SmematchError | None, **flags: bool
    ) -> "ModelEntry":
        """Return the entry of a version, which may be damaged."""
        told = {
            name: getattr(manifest, name) if manifest else None
            for name in ("parent", "created_at", "created_by", "note")
        }
        return cls(version=version, problem=problem.as_dict() if problem else None, **told, **flags)


class ModelDetail(ModelEntry):
    """One version with all that is recorded of it.

    Attributes
    ----------
    model : dict
        Weights of the features and of the text channels.
    """

    manifest: Manifest
    metrics: dict[str, Any]
    card: str
    model: dict[str, Any]

    @classmethod
    def whole(cls, entry: ModelEntry, stored: StoredModel) -> "ModelDetail":
        """Return the entry of a version that can be read."""
        return cls(
            **entry.model_dump(),
            manifest=stored.manifest,
            metrics=stored.metrics,
            card=stored.card,
            model=stored.model.model_dump(mode="json"),
        )


class Promotion(BaseModel):
    """What became of a promotion or rollback.

    Attributes
    ----------
    changed : bool
        False when the version was served already; then nothing was measured and nothing was written.
    change : Change, optional
        What was written to the history; None when nothing was.
    """

    model_config = ConfigDict(frozen=True)

    served: str
    changed: bool
    change: Change | None
