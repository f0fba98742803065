"""Rules of accounts and sign-in as data (``data/identity/rules.json``)."""

from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.viewer import Role
from recommender.settings import data_dir

_Count = Annotated[int, Field(ge=1)]


class IdentityRules(BaseModel):
    """The declaration.

    Attributes
    ----------
    failures_before_lock : int
        Wrong passwords in a row before an account is locked for ``lock_minutes``.
    session_idle_minutes, session_hours : int
        A session ends when it is not used for so long, and in any case after so many hours.
    code_hours : int
        How long a one-time code for setting a password holds.
    most_key_days : int
        Longest life of an API key.
    second_factor_roles : tuple of Role
        Who cannot work without a second factor.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    title: str
    note: str
    least_password_length: Annotated[int, Field(ge=8)]
    failures_before_lock: _Count
    lock_minutes: _Count
    session_idle_minutes: _Count
    session_hours: _Count
    code_hours: _Count
    most_key_days: _Count
    second_factor_roles: tuple[Role, ...]


@lru_cache(maxsize=1)
def load_identity_rules() -> IdentityRules:
    """Read the declaration once."""
    file = data_dir() / "identity" / "rules.json"
    return IdentityRules.model_validate_json(file.read_text(encoding="utf-8"))
