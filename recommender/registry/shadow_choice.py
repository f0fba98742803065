"""Which model runs along with the served one: a file beside the pointer, replaced in one step."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from recommender.registry.durable import write_file
from recommender.registry.errors import DamagedPointer
from recommender.registry.registry import ModelRegistry
from recommender.registry.sealed import Broken, seal, unseal

_FILE = "SHADOW"


class Shadow(BaseModel):
    """A model that runs along.

    Attributes
    ----------
    share : float
        Of the lists that it makes once more, 0–1.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    share: Annotated[float, Field(gt=0, le=1)]
    since: AwareDatetime
    by: str


def chosen_shadow(registry: ModelRegistry) -> Shadow | None:
    """Return which model runs along, None where none does.

    Raises
    ------
    DamagedPointer
    """
    try:
        return Shadow.model_validate(unseal((registry.folder / _FILE).read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, Broken, ValidationError) as error:
        told = "影子模型的记录已损坏；用 smematch models shadow 重新指定，或 --off 关闭"
        raise DamagedPointer(told) from error


def choose_shadow(registry: ModelRegistry, version: str, *, share: float, by: str, at: datetime) -> Shadow:
    """Let a model run along from now on, in the place of another.

    Raises
    ------
    UnknownModel, DamagedModel, recommender.ranking.model_files.OtherFeatures
        If it cannot rank.
    """
    chosen = Shadow(version=registry.load(version).version, share=share, since=at, by=by)
    registry.folder.mkdir(parents=True, exist_ok=True)
    write_file(registry.folder / _FILE, seal(chosen.model_dump(mode="json")))
    return chosen


def end_shadow(registry: ModelRegistry) -> None:
    """Let no model run along."""
    (registry.folder / _FILE).unlink(missing_ok=True)
