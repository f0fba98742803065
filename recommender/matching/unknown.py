"""What is asked for by id and is not there, told alike wherever it is asked."""

from recommender.domain.enterprise import PartnerKind
from recommender.errors import NotFound
from recommender.matching.ranked import Engine
from recommender.retrieval.partner import Partner


class UnknownEnterprise(NotFound):
    """No enterprise has this credit code."""

    code = "enterprise_not_found"
    title = "找不到企业"


class UnknownLeadUnit(NotFound):
    """No lead unit has this id."""

    code = "lead_unit_not_found"
    title = "找不到牵引单位"


class UnknownVendor(NotFound):
    """No admitted solution names this id as its provider."""

    code = "vendor_not_found"
    title = "找不到服务商"


class UnknownNotice(NotFound):
    """No notice has this id."""

    code = "notice_not_found"
    title = "找不到通知"


def unknown_partner(kind: PartnerKind, key: str) -> NotFound:
    """Return the failure to find a lead unit or a vendor."""
    if kind is PartnerKind.VENDOR:
        return UnknownVendor(f"找不到服务商 {key}", place={"field": "id"})
    return UnknownLeadUnit(f"找不到牵引单位 {key}", place={"field": "id"})


def known_partner(engine: Engine, kind: PartnerKind, key: str) -> Partner:
    """Return a lead unit or a vendor.

    Raises
    ------
    UnknownLeadUnit, UnknownVendor
        If the unit is not stored, or no admitted solution names the vendor as its provider.
    """
    partner = engine.partner(kind, key)
    if partner is None:
        raise unknown_partner(kind, key)
    return partner


class UnknownRecommendation(NotFound):
    """No list was served under this id."""

    code = "recommendation_not_found"
    title = "找不到推荐记录"
