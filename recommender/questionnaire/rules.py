"""How long drafts are kept, as data (``data/questionnaire/rules.json``)."""

from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir


class DraftRules(BaseModel):
    """The declaration; ``kept_days`` is counted from the last time that a draft was saved."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    title: str
    note: str
    kept_days: Annotated[int, Field(ge=1, le=366)]


@lru_cache(maxsize=1)
def load_draft_rules() -> DraftRules:
    """Read the declaration once."""
    file = data_dir() / "questionnaire" / "rules.json"
    return DraftRules.model_validate_json(file.read_text(encoding="utf-8"))
