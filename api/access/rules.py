"""The table of roles by route (``data/identity/access.json``)."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from recommender.domain.viewer import Role
from recommender.settings import data_dir


class AccessRules(BaseModel):
    """The declaration.

    Attributes
    ----------
    open : tuple of str
        Routes (``GET /healthz``) that anyone may call.
    routes : dict
        Roles by route; a route that is not named may be called by nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    title: str
    note: str
    open: tuple[str, ...]
    routes: dict[str, tuple[Role, ...]]

    def is_open(self, route: str) -> bool:
        """Whether anyone may call a route."""
        return route in self.open

    def roles(self, route: str) -> tuple[Role, ...]:
        """Return the roles that may call a route."""
        return self.routes.get(route, ())


@lru_cache(maxsize=1)
def load_access_rules() -> AccessRules:
    """Read the declaration once."""
    file = data_dir() / "identity" / "access.json"
    return AccessRules.model_validate_json(file.read_text(encoding="utf-8"))
