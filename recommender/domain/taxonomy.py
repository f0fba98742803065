"""Code lists of the pilot: scenarios, links, sub-industries, districts and GB/T 4754 classes."""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from recommender.settings import data_dir


class Scenario(StrEnum):
    """The 16 business scenarios (场景) of the 2024 instrument."""

    PRODUCT_DESIGN = "product_design"
    PROCESS_DESIGN = "process_design"
    MARKETING = "marketing"
    AFTER_SALES = "after_sales"
    PLANNING_SCHEDULING = "planning_scheduling"
    PRODUCTION_CONTROL = "production_control"
    QUALITY = "quality"
    EQUIPMENT = "equipment"
    SAFETY = "safety"
    ENERGY = "energy"
    PROCUREMENT = "procurement"
    WAREHOUSE_LOGISTICS = "warehouse_logistics"
    FINANCE = "finance"
    HUMAN_RESOURCES = "human_resources"
    COLLABORATION = "collaboration"
    DECISION_SUPPORT = "decision_support"


class Link(StrEnum):
    """The six links (环节) that the pilot's founding notice names."""

    DESIGN = "design"
    MANUFACTURING = "manufacturing"
    SALES = "sales"
    SERVICE = "service"
    MANAGEMENT = "management"
    SAFETY = "safety"


class SubIndustry(StrEnum):
    """The six sub-industries (细分行业) of the pilot."""

    NEV_PARTS = "nev_parts"
    MACHINE_TOOLS_ROBOTS = "machine_tools_robots"
    COSMETICS = "cosmetics"
    CUSTOM_FURNITURE = "custom_furniture"
    APPAREL = "apparel"
    LUGGAGE = "luggage"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ScenarioEntry(_Frozen):
    """One scenario: its Chinese name, group and 约束性 flag."""

    code: Scenario
    name: str
    group: str
    required: bool


class LinkEntry(_Frozen):
    """One link and the scenarios that belong to it."""

    code: Link
    name: str
    scenarios: tuple[Scenario, ...]


class SubIndustryEntry(_Frozen):
    """One sub-industry with the GB/T 4754 code prefixes that fall into it.

    Attributes
    ----------
    gb4754 : tuple of str
        Prefixes of its own classes.
    related : tuple of str
        Prefixes of supporting classes (关联配套产业). Whether they count is for the authority to tell, so no
        enterprise is put into the sub-industry by them.
    """

    code: SubIndustry
    name: str
    aliases: tuple[str, ...] = ()
    gb4754: tuple[str, ...]
    related: tuple[str, ...] = ()


class FormerDistrict(_Frozen):
    """A district that was merged into another; its code still stands in registry records."""

    code: str
    name: str


class DistrictEntry(_Frozen):
    """One of the 11 districts of Guangzhou."""

    code: str
    name: str
    former: tuple[FormerDistrict, ...] = ()


class Taxonomy(_Frozen):
    """All code lists, with lookups by code and by Chinese name."""

    edition: str
    source: Mapping[str, str]
    links: tuple[LinkEntry, ...]
    scenarios: tuple[ScenarioEntry, ...]
    sub_industries: tuple[SubIndustryEntry, ...]
    districts: tuple[DistrictEntry, ...]

    def scenario_name(self, code: str) -> str:
        """Chinese name of a scenario code."""
        return next(entry.name for entry in self.scenarios if entry.code == code)

    def sub_industry_name(self, code: str) -> str:
        """Chinese name of a sub-industry code."""
        return next(entry.name for entry in self.sub_industries if entry.code == code)

    def link_name(self, code: str) -> str:
        """Chinese name of a link code."""
        return next(entry.name for entry in self.links if entry.code == code)

    def district_name(self, code: str) -> str | None:
        """Chinese name of a present or former district code; None when it is not in Guangzhou."""
        for entry in self.districts:
            if entry.code == code or any(old.code == code for old in entry.former):
                return entry.name
        return None

    def links_of(self, scenarios: frozenset[Scenario]) -> tuple[Link, ...]:
        """Links touched by a set of scenarios, in the order of the code list."""
        return tuple(entry.code for entry in self.links if scenarios & set(entry.scenarios))

    def sub_industry_of_class(self, gb4754: str | None, *, related: bool = False) -> SubIndustry | None:
        """Sub-industry by the longest matching GB/T 4754 prefix; None outside the six.

        Parameters
        ----------
        gb4754 : str, optional
            A class such as ``C1830``.
        related : bool
            Look among the supporting classes instead of a sub-industry's own.
        """
        if not gb4754:
            return None
        matches = [
            (len(prefix), entry.code)
            for entry in self.sub_industries
            for prefix in (entry.related if related else entry.gb4754)
            if gb4754.startswith(prefix)
        ]
        return max(matches)[1] if matches else None

    def code_of(self, kind: str, name: str) -> str | None:
        """Code for a Chinese name, alias or code of ``kind``: scenario, link, sub_industry or district.

        Returns None when the name is not in the list.
        """
        return _names_of(kind).get(name.strip())


def _spellings(kind: str) -> dict[str, str]:
    taxonomy = load_taxonomy()
    names: dict[str, str] = {}
    if kind == "district":
        for district in taxonomy.districts:
            old = [spelling for entry in district.former for spelling in (entry.code, entry.name)]
            for spelling in (district.code, district.name, *old):
                names[spelling] = names[spelling.removesuffix("区")] = district.code
        return names
    entries: Mapping[str, tuple[ScenarioEntry | LinkEntry | SubIndustryEntry, ...]] = {
        "scenario": taxonomy.scenarios,
        "link": taxonomy.links,
        "sub_industry": taxonomy.sub_industries,
    }
    for item in entries[kind]:
        names |= {item.code.value: item.code.value, item.name: item.code.value}
        if isinstance(item, SubIndustryEntry):
            names |= dict.fromkeys(item.aliases, item.code.value)
    return names


@lru_cache(maxsize=8)
def _names_of(kind: str) -> Mapping[str, str]:
    return MappingProxyType(_spellings(kind))


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """Read ``data/taxonomy/taxonomy.json`` once."""
    text = (data_dir() / "taxonomy" / "taxonomy.json").read_text(encoding="utf-8")
    return Taxonomy.model_validate_json(text)


@lru_cache(maxsize=1)
def manufacturing_classes() -> Mapping[str, str]:
    """GB/T 4754-2017 codes of division C (31 + 179 + 609 classes) to their names."""
    text = (data_dir() / "taxonomy" / "gb4754_2017_manufacturing.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text)["classes"])


def _known_district(code: str) -> str:
    resolved = load_taxonomy().code_of("district", code)
    if resolved is None:
        raise ValueError(f"“{code}”不是广州市11区的名称或代码")
    return resolved


def _known_class(code: str) -> str:
    if code not in manufacturing_classes():
        raise ValueError(f"“{code}”不是 GB/T 4754-2017 制造业（C 门类）的代码")
    return code


#: A district code; Chinese names and former codes are accepted and turned into the present code.
DistrictCode = Annotated[str, AfterValidator(_known_district)]
#: A GB/T 4754-2017 manufacturing class such as ``C1830``.
ManufacturingClass = Annotated[str, AfterValidator(_known_class)]
