"""Bodies of the routes of models."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from recommender.domain.record import Name, ShortText
from recommender.learning.labelled_files import LabelledNeed
from recommender.registry.entries import ModelEntry
from recommender.registry.promotions import Change
from recommender.registry.shadow_choice import Shadow


class RollbackQuery(BaseModel):
    """Why, and who says so; nobody has to sign in yet, so ``by`` is what the caller claims."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: ShortText | None = None
    by: Name = "api"


class PromotionQuery(RollbackQuery):
    """As for a rollback.

    Attributes
    ----------
    force : bool
        Overrule the gates; needs a reason.
    """

    force: bool = False


class EvaluationQuery(BaseModel):
    """What to measure.

    Attributes
    ----------
    needs : tuple of LabelledNeed, optional
        Needs with a known answer; the stored ones by default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    needs: Annotated[tuple[LabelledNeed, ...] | None, Field(max_length=5_000)] = None


class ModelList(BaseModel):
    """All models.

    Attributes
    ----------
    served : str
        Version that this process ranks with now.
    since : datetime, optional
        When it was put to service; None for the shipped model that nobody promoted.
    problem : dict, optional
        ``code`` and ``detail`` of why it is not the promoted one.
    shadow : Shadow, optional
        Which model runs along, if any.
    history : list
        The last promotions and rollbacks, newest first.
    """

    served: str
    since: AwareDatetime | None
    problem: dict[str, str] | None
    items: tuple[ModelEntry, ...]
    shadow: Shadow | None
    history: tuple[Change, ...]
