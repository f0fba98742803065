"""How far apart the districts are: rough road distances between their centres."""

from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from pydantic import BaseModel, ConfigDict

from recommender.domain.taxonomy import DistrictCode
from recommender.settings import data_dir

_EARTH_KM = 6371.0


class _Centre(BaseModel):
    model_config = ConfigDict(frozen=True)

    latitude: float
    longitude: float


class _Centres(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    road_factor: float
    within_km: float
    centres: dict[DistrictCode, _Centre]


@lru_cache(maxsize=1)
def _load() -> _Centres:
    text = (data_dir() / "taxonomy" / "district_centres.json").read_text(encoding="utf-8")
    return _Centres.model_validate_json(text)


@lru_cache(maxsize=512)
def road_km(one: str, other: str) -> float:
    """Return the approximate road distance between two districts, in km.

    Parameters
    ----------
    one, other : str
        Present district codes.

    Notes
    -----
    Great-circle distance (haversine) between approximate centres times a road factor; within a district a
    constant. Good enough to tell a neighbour from the other end of the city, and for nothing else.
    """
    data = _load()
    if one == other:
        return data.within_km
    a, b = data.centres[one], data.centres[other]
    up, across = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    h = sin(up / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(across / 2) ** 2
    return max(data.within_km, 2 * _EARTH_KM * asin(sqrt(h)) * data.road_factor)
