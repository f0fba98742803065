"""The hand-written phrases that generated enterprises are put together from."""

from collections.abc import Mapping
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from recommender.domain.taxonomy import DistrictCode, ManufacturingClass, Scenario, SubIndustry
from recommender.settings import data_dir


class _Phrases(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Pains(_Phrases):
    """What owners say about one scenario; ``{goods}`` stands for what they make.

    Attributes
    ----------
    plain : tuple of str
        Said where next to nothing is digital (grades 0 and 1).
    advanced : tuple of str
        Said where systems run but do not work together (grades 2 and 3).
    by_sub_industry : mapping
        Said in one trade only.
    """

    plain: tuple[str, ...]
    advanced: tuple[str, ...]
    by_sub_industry: Mapping[SubIndustry, tuple[str, ...]]


class Closers(_Phrases):
    """Last sentences: of beginners, of the experienced."""

    plain: tuple[str, ...]
    advanced: tuple[str, ...]


class ClassGoods(_Phrases):
    """What firms of one GB/T 4754 class make and are called, and how common the class is in its trade."""

    weight: int
    goods: tuple[str, ...]
    name_words: tuple[str, ...]


class Trade(_Phrases):
    """The words of one trade.

    Attributes
    ----------
    classes : mapping
        GB/T 4754 class to what its firms make.
    shop_floor, small_shop_floor : tuple of str
        Sentences about the plant, from 40 people up and below.
    scope : tuple of str
        Names of manufacturing classes for the business scope.
    trade : tuple of str
        Names of trading classes for the business scope.
    districts : mapping
        District code to weight; empty means all alike.
    avoid : tuple of str
        A pain that contains one of these is not said in this trade.
    """

    classes: Mapping[ManufacturingClass, ClassGoods]
    shop_floor: tuple[str, ...]
    small_shop_floor: tuple[str, ...]
    scope: tuple[str, ...]
    trade: tuple[str, ...] = ()
    districts: Mapping[DistrictCode, int] = {}
    avoid: tuple[str, ...] = ()


class Phrases(_Phrases):
    """``data/sample/phrases.json``.

    Attributes
    ----------
    large_only : tuple of str
        A pain that contains one of these is not said by a firm of fewer than 40 people.
    """

    edition: str
    note: str
    pains: Mapping[Scenario, Pains]
    large_only: tuple[str, ...]
    openers: tuple[str, ...]
    openers_without_people: tuple[str, ...]
    connectors: tuple[str, ...]
    closers: Closers
    sub_industries: Mapping[SubIndustry, Trade]
    others: tuple[Trade, ...]
    brands: tuple[str, ...]
    name_endings: tuple[str, ...]
    streets: tuple[str, ...]
    doors: tuple[str, ...]


@lru_cache(maxsize=1)
def load_phrases() -> Phrases:
    """Read the phrases once."""
    return Phrases.model_validate_json((data_dir() / "sample" / "phrases.json").read_text(encoding="utf-8"))
