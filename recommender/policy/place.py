"""Is it registered in the city: by its district and by the region digits of its credit code."""

from recommender.domain import Enterprise
from recommender.domain.taxonomy import load_taxonomy
from recommender.policy.findings import Finding, Verdict


def registered_in(enterprise: Enterprise, region_prefix: str, city_name: str) -> Finding:
    """Look at district and credit code; a foreign code is a warning, never a no.

    A firm that moved keeps its code, and codes of provincial registries name no city.

    Parameters
    ----------
    region_prefix : str
        First digits of the city's administrative codes, such as ``4401``.
    """
    region = enterprise.uscc[2:8]
    by_code = region.startswith(region_prefix)
    by_district = enterprise.district is not None and enterprise.district.startswith(region_prefix)
    warning = None if by_code else f"信用代码的登记区划为 {region}，不在{city_name}，请核对登记机关"
    if by_district:
        name = load_taxonomy().district_name(str(enterprise.district))
        return Finding(Verdict.YES, f"所在区为{city_name}{name}", warning)
    if by_code:
        return Finding(Verdict.YES, f"信用代码的登记区划 {region} 在{city_name}")
    return Finding(Verdict.UNKNOWN, "所在区未填写，信用代码也不能说明", warning)
